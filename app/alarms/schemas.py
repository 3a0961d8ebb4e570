"""What goes over the wire about alarms."""

from datetime import date

from pydantic import Field
from typing_extensions import TypedDict

from app.answers import DurationOut, WordsOut
from app.domain.validity import AlarmKind, AlarmState
from app.pages import PageIn
from app.wire import Code, Day, Uuid


class AlarmsIn(PageIn):
    """Filters of the list of alarms."""

    area: list[Code] | None = Field(default=None, max_length=50)
    project: Uuid | None = None
    kind: AlarmKind | None = None
    state: list[AlarmState] | None = Field(default=None, max_length=4)
    expires_on_to: Day | None = None


class AnnouncementOut(TypedDict):
    """A rung that was announced, and the day it came true."""

    rung: str
    came_on: date


class AlarmOut(TypedDict):
    """Something that expires if nobody acts. ``expires_on`` is the last day on which nothing has lapsed.

    ``limit`` and ``counted_from`` give the sum; papers owed have the day that the decision has set.
    """

    item_case_id: str
    project_id: str
    project_name: str
    area_code: str
    owner_uscc: str | None
    department_code: str | None
    item_code: str
    item_name: WordsOut
    kind: str
    state: str
    state_label: str
    expires_on: date
    days_left: int
    counted_from: date
    limit: DurationOut | None
    basis: str
    announcements: list[AnnouncementOut]
    explained_by: str
