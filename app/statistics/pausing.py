"""How much of the time of decided cases did not count: special procedures, and papers to be corrected."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.domain.calendar import WorkCalendar
from app.domain.clocks import Pause, merge_pauses
from app.domain.item_facts import Step, facts_of
from app.domain.items import CLOSING, GIVEN_UP, ItemState
from app.domain.statistics_facts import PauseFact, Place
from app.items.counting import step_of
from app.statistics.reading import Source

S = ItemState
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
        special, correction = _pauses(steps.get(case.id, ()), calendar)
        found.append(
            PauseFact(
                place=of_item(place, case.department_code),
                decided_on=day,
                elapsed=_days(calendar, [Pause(case.filed_on, day)], case.filed_on, day),
                special=_days(calendar, special, case.filed_on, day),
                correction=_days(calendar, correction, case.filed_on, day),
                either=_days(calendar, [*special, *correction], case.filed_on, day),
            )
        )
    return tuple(found)


def _pauses(rows: Iterable[Any], calendar: WorkCalendar) -> tuple[list[Pause], list[Pause]]:
    """Give the special procedures of a case, and the spans from a correction notice to what came after it."""
    steps = [step_of(row) for row in rows]
    special = [named.pause for named in facts_of(steps, calendar).pauses]
    corrections: list[Pause] = []
    begun: date | None = None
    for step in _entering(steps):
        if begun is not None:
            corrections.append(Pause(begun, max(begun, step.on)))
        begun = step.on if step.code is S.CORRECTION_STARTED else None
    return special, corrections + ([] if begun is None else [Pause(begun)])


def _entering(steps: Iterable[Step]) -> list[Step]:
    """Give the steps that reached a state, in their order."""
    reached = [step for step in steps if isinstance(step.code, ItemState)]
    return sorted(reached, key=lambda step: step.place)


def _days(calendar: WorkCalendar, pauses: Iterable[Pause], first: date, last: date) -> int:
    """Count the working days of spans that lie between two days; what two spans cover counts once."""
    total = 0
    for pause in merge_pauses(pauses):
        begins = max(pause.starts_on, first)
        ends = last if pause.ends_on is None else min(pause.ends_on, last)
        if begins < ends:
            total += calendar.working_days_through(ends) - calendar.working_days_through(begins)
    return total
