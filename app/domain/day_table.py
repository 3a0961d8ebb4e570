"""Counting for schedules: the sums of ``durations`` without pauses, looked up in lists.

A forecast asks for a hundred thousand days; each answer is the one ``due`` gives, which the tests hold it to.
Days are ordinals.
"""

from datetime import date
from functools import lru_cache

from app.domain.calendar import WorkCalendar
from app.domain.durations import DueDayUnreachable, Duration, Unit, budget_of

_FIRST, _LAST = date(1990, 1, 1).toordinal(), date(2070, 1, 1).toordinal()
_LAST_ORDINAL = date.max.toordinal()


@lru_cache(maxsize=8)
def day_table(calendar: WorkCalendar) -> "DayTable":
    """Give the lists of a calendar; it makes them once."""
    return DayTable(calendar)


class DayTable:
    """The working days of 1990 to 2069 by number and by day; other years are asked of the calendar."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self._before = before = calendar.count_through(_FIRST - 1)
        worked: list[int] = []
        while not worked or worked[-1] < _LAST:
            worked.append(calendar.ordinal_reaching(before + len(worked) + 1))
        self._worked = worked
        self._count: list[int] = []  # how many of the list are no later than a day
        for number, day in enumerate(worked):
            self._count.extend([number] * (day - _FIRST - len(self._count)))

    def count(self, ordinal: int) -> int:
        """Count the working days up to and with a day; only differences mean something."""
        if _FIRST <= ordinal < _LAST:
            return self._before + self._count[ordinal - _FIRST]
        return self.calendar.count_through(ordinal)

    def _reaching(self, count: int) -> int:
        """Find the first day whose count is ``count``."""
        place = count - self._before - 1
        if 0 <= place < len(self._worked):
            return self._worked[place]
        return self.calendar.ordinal_reaching(count)

    def rolled(self, ordinal: int) -> int:
        """Give the day itself if it is worked, else the first working day after it."""
        return self._reaching(self.count(ordinal - 1) + 1)

    def rolled_back(self, ordinal: int) -> int:
        """Give the day itself if it is worked, else the last working day before it."""
        return self._reaching(self.count(ordinal))

    def after(self, ordinal: int, duration: Duration) -> int:
        """Give the day on which a duration from a day is consumed; it may lie beyond ``date.max``."""
        value, unit = duration.value, duration.unit
        if value == 0:
            return ordinal
        if unit is Unit.WORKING_DAY:
            place = ordinal - _FIRST
            if 0 <= place < len(self._count):
                place = self._count[place] + value - 1
                if place < len(self._worked):
                    return self._worked[place]
            return self.calendar.ordinal_reaching(self.calendar.count_through(ordinal) + value)
        if unit is Unit.CALENDAR_DAY:
            return ordinal + value
        if ordinal > _LAST_ORDINAL:
            raise DueDayUnreachable
        return ordinal + budget_of(date.fromordinal(ordinal), duration)[0]

    def before(self, ordinal: int, duration: Duration) -> int:
        """Give the last day from which a duration is consumed by a day: the way back of ``after``."""
        value, unit = duration.value, duration.unit
        if value == 0:
            return ordinal
        if unit is Unit.WORKING_DAY:
            return self._reaching(self.count(ordinal) - value + 1) - 1
        if unit is Unit.CALENDAR_DAY:
            return ordinal - value
        months = value * (12 if unit is Unit.CALENDAR_YEAR else 1)
        found = ordinal - months * 152 // 5 + 4  # a month has 30.4 days, and never four less
        while self.after(found, duration) > ordinal:
            found -= 1
        return found
