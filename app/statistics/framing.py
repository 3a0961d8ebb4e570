"""What facts are built within: the period, the day it is known for, and how days are counted."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from app.domain.calendar import WorkCalendar


class Frame(NamedTuple):
    """The period, the day it is known for, the areas asked about, and how days are counted in them."""

    from_on: date
    to_on: date
    as_of: date
    areas: frozenset[str]
    calendars: Mapping[str, WorkCalendar]
    parents: Mapping[str, str | None]

    def working_days(self, area: str, after: date, through: date) -> int:
        """Count the working days after one day through another."""
        calendar = self.calendars[area]
        return calendar.working_days_through(through) - calendar.working_days_through(after)
