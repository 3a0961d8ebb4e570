"""How much of the time of decided cases did not count: special procedures, and papers to be corrected."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from app.clock import office_date
from app.domain.calendar import WorkCalendar
from app.domain.clocks import Pause, merge_pauses
from app.domain.item_facts import facts_of
from app.domain.items import CLOSING, GIVEN_UP, ItemState
from app.domain.statistics_facts import PauseFact, Place
from app.items.counting import step_of
from app.statistics.reading import Source

S = ItemState
_STATES = frozenset(state.value for state in S)
DECIDING = frozenset(CLOSING - GIVEN_UP)


def decided_on(row: Any) -> date | None:
    """Give the day a case was decided; what was revoked later was decided when it was passed."""
    day: date | None = row.done_on if row.state in DECIDING else None
    return row.passed_on if row.state == S.REVOKED else day


def of_item(place: Place, department: str | None) -> Place:
    """Give the place of an item of a project: its own department's only."""
    return place._replace(departments=() if department is None else (department,))


def pauses_of(
    source: Source, places: Mapping[str, Place], calendars: Mapping[str, WorkCalendar]
) -> tuple[PauseFact, ...]:
    """Count the working days of every decided case, and those of them that did not count."""
    steps: dict[str, list[Any]] = {}
    for row in source.pausing_steps:
        if not row.is_derived:
            steps.setdefault(row.item_case_id, []).append(row)
    found = []
    for case in source.cases:
        day = decided_on(case)
        if day is None or case.project_id not in places:
            continue
        place = places[case.project_id]
        calendar = calendars[place.area]
        elapsed = calendar.working_days_through(day) - calendar.working_days_through(case.filed_on)
        special = correction = either = 0
        if (mine := steps.get(case.id)) is not None:
            pauses, corrections = _pauses(mine, calendar)
            special = _days(calendar, pauses, case.filed_on, day)
            correction = _days(calendar, corrections, case.filed_on, day)
            either = _days(calendar, [*pauses, *corrections], case.filed_on, day)
        place = of_item(place, case.department_code)
        found.append(PauseFact(place, day, elapsed, special, correction, either))
    return tuple(found)


def _pauses(rows: list[Any], calendar: WorkCalendar) -> tuple[list[Pause], list[Pause]]:
    """Give the special procedures of a case, and the spans from a correction notice to what came after it."""
    special: list[Pause] = []
    if any(row.code == S.SPECIAL_STARTED for row in rows):
        special = [named.pause for named in facts_of([step_of(row) for row in rows], calendar).pauses]
    corrections: list[Pause] = []
    begun: date | None = None
    for row in sorted([row for row in rows if row.code in _STATES], key=_place):
        day = office_date(row.occurred_at)
        if begun is not None:
            corrections.append(Pause(begun, max(begun, day)))
        begun = day if row.code == S.CORRECTION_STARTED else None
    return special, corrections + ([] if begun is None else [Pause(begun)])


def _place(row: Any) -> tuple[datetime, int, int]:
    """Say where a step stands, as ``Step.place`` does."""
    return row.occurred_at, -1 if row.source_sequence is None else row.source_sequence, row.number


def _days(calendar: WorkCalendar, pauses: Iterable[Pause], first: date, last: date) -> int:
    """Count the working days of spans that lie between two days; what two spans cover counts once."""
    total = 0
    for pause in merge_pauses(pauses):
        begins = max(pause.starts_on, first)
        ends = last if pause.ends_on is None else min(pause.ends_on, last)
        if begins < ends:
            total += calendar.working_days_through(ends) - calendar.working_days_through(begins)
    return total
