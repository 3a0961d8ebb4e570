"""Counting clocks anew with another calendar, and saying what moves and because of which days."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.activations.queries import open_cases, open_projects
from app.calendars.queries import get_calendar
from app.database import Reader
from app.domain.calendar import WorkCalendar
from app.domain.moves import Procedure
from app.domain.notices import ChangedDay, changed_days
from app.domain.procedures import stage_deadline
from app.errors import Words
from app.items.counting import columns, count
from app.items.models import ItemCase, ItemStep
from app.items.queries import steps_of_cases
from app.procedures.queries import get_procedure
from app.projects.models import Project
from app.projects.queries import Pair
from app.projects.service import clock_facts
from app.projects.standing import standing_of

CaseRows = tuple[ItemCase, list[ItemStep]]
BATCH = 500  # projects read, locked and counted at a time


@dataclass(frozen=True, slots=True)
class ClockMove:
    """A deadline that moves: whose, which clock of it, from and to which day, and the days that do it."""

    kind: str
    id: str
    project_id: str
    clock: str
    label: Words
    from_due_on: date | None
    to_due_on: date | None
    days: tuple[ChangedDay, ...]


@dataclass(frozen=True, slots=True)
class Recount:
    """A row whose clock is counted anew: the columns that change, and the deadlines that move."""

    row: Any
    facts: Mapping[str, Any]
    moves: tuple[ClockMove, ...]


@dataclass(slots=True)
class Comparison:
    """Which days differ between the calendars that clocks were counted with and those they get."""

    session: Reader
    _known: dict[tuple[int, str, int], tuple[ChangedDay, ...]] = field(default_factory=dict)

    async def days(self, number: int | None, calendar: WorkCalendar) -> tuple[ChangedDay, ...]:
        """Give the days worked by one and not by the other."""
        if number is None:
            return ()
        key = (number, calendar.code, calendar.version)
        if key not in self._known:
            self._known[key] = changed_days(await get_calendar(self.session, number), calendar)
        return self._known[key]


async def recounts(
    session: Reader, areas: Mapping[str, WorkCalendar], *, locks: bool
) -> AsyncIterator[Recount]:
    """Count every running clock of some areas anew, each with its area's calendar; three reads a batch.

    With ``locks`` the projects are kept from others until the transaction ends.
    """
    comparison = Comparison(session)
    after: str | None = None
    while pairs := await session.all(open_projects(list(areas), after, BATCH, locks=locks)):
        ids = [project.id for project, _ in pairs]
        cases = await cases_with_steps(session, ids)
        for pair in pairs:
            calendar = areas[pair[0].area_code]
            for found in await recount_project(comparison, pair, cases.get(pair[0].id, ()), calendar):
                yield found
        after = ids[-1]


async def cases_with_steps(session: Reader, project_ids: Sequence[str]) -> dict[str, list[CaseRows]]:
    """Read the running cases of some projects with their steps, by project. Two statements."""
    cases = await session.all(open_cases(project_ids))
    steps: dict[str, list[ItemStep]] = {case.id: [] for case in cases}
    for step in await session.all(steps_of_cases(list(steps))) if cases else ():
        steps[step.item_case_id].append(step)
    found: dict[str, list[CaseRows]] = {}
    for case in cases:
        found.setdefault(case.project_id, []).append((case, steps[case.id]))
    return found


async def recount_project(
    comparison: Comparison, pair: Pair, cases: Sequence[CaseRows], calendar: WorkCalendar
) -> list[Recount]:
    """Count the clocks of a project and of its cases with a calendar; what stays as it is, is left out."""
    project, found = pair[0], []
    if project.due_move is not None:
        procedure = await get_procedure(comparison.session, project.procedure_id)
        differing = await comparison.days(project.calendar_version, calendar)
        found.append(_stage(pair, procedure, calendar, differing))
    for case, steps in cases:
        differing = await comparison.days(case.calendar_version, calendar)
        found.append(_case(case, steps, calendar, differing))
    return [each for each in found if each.facts]


def _stage(
    pair: Pair, procedure: Procedure, calendar: WorkCalendar, differing: Sequence[ChangedDay]
) -> Recount:
    project, standing = pair[0], standing_of(*pair)
    facts = _changed(project, clock_facts(procedure, standing, calendar))
    deadline = stage_deadline(procedure, standing, calendar)
    if deadline is None or "due_on" not in facts:
        return Recount(project, facts, ())
    days = _between(differing, deadline.anchor, project.due_on, facts["due_on"])
    move = ClockMove(
        "project", project.id, project.id, "stage", deadline.move.label, project.due_on, facts["due_on"], days
    )
    return Recount(project, facts, (move,))


def _case(
    case: ItemCase, steps: Sequence[ItemStep], calendar: WorkCalendar, differing: Sequence[ChangedDay]
) -> Recount:
    counted = count(case, steps, calendar)
    facts = _changed(case, columns(case, counted, calendar))
    starts = {"silence": case.receipt_on} | {
        name: clock.began_on
        for name, clock in (("statutory", counted.clocks.statutory), ("promised", counted.clocks.promised))
        if clock is not None
    }
    moves = []
    for clock, start in starts.items():
        column = "silence_ends_on" if clock == "silence" else f"{clock}_due_on"
        if column in facts and start is not None:
            before, now = getattr(case, column), facts[column]
            label = Words(case.name["zh"], case.name["en"])
            days = _between(differing, start, before, now)
            moves.append(ClockMove("item_case", case.id, case.project_id, clock, label, before, now, days))
    return Recount(case, facts, tuple(moves))


def _changed(row: Project | ItemCase, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if getattr(row, name) != value}


def _between(days: Sequence[ChangedDay], after: date, *ends: date | None) -> tuple[ChangedDay, ...]:
    """Give the differing days among those that were counted either way."""
    last = max([end for end in ends if end is not None], default=date.max)
    return tuple(each for each in days if after < each.day <= last)
