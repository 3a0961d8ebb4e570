"""Everything the board shows, gathered with a fixed number of statements whatever there is to show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from app.actor import Actor, Scope
from app.areas.models import Area
from app.areas.queries import AreaNotFound, areas_below, visible_areas
from app.board import queries
from app.board.figures import Headline, headline
from app.board.html import Counts
from app.board.queries import RANKS
from app.database import Reader
from app.domain.blocking import waiting_for
from app.domain.clocks import Light
from app.domain.items import ItemState
from app.domain.moves import Procedure
from app.domain.planned import MilestoneRole, PlannedItem, TimeBearer, read_items
from app.errors import Words
from app.items.counting import light_of
from app.items.judging import latest_of, reached_in, standing_cases
from app.items.models import ItemCase
from app.procedures.queries import get_procedure
from app.projects.models import Project

MOST = 20
"""So many lines a list shows; how many there are is counted in SQL."""
LOOK = 40
"""So many pressing items are looked at for what waits for them."""

NONE: Counts = (0, 0, 0, 0, 0)


class Line(NamedTuple):
    """Something counted by light; ``also`` is a number beside it."""

    name: Words
    counts: Counts
    also: int = 0

    @property
    def total(self) -> int:
        """Count all."""
        return sum(self.counts)


class RedCase(NamedTuple):
    """An overdue item."""

    case: ItemCase
    project: Project
    department: Words | None


class RedStage(NamedTuple):
    """A project whose stage is overdue: the move that is due, and the rule."""

    project: Project
    stage: Words
    move: Words
    basis: Words | None


class Waiting(NamedTuple):
    """An item at a department, and the items that wait for it."""

    case: ItemCase
    project: Project
    department: Words | None
    light: Light
    waiting: tuple[tuple[Words, Words | None], ...]  # name and department of each
    stops_start: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that is shown, as of a moment."""

    at: datetime
    today: date
    area: Area
    is_filtered: bool
    choices: Sequence[Area]
    projects: Counts
    stages: Sequence[Line]
    ended: Sequence[Line]
    areas: Sequence[Line]
    departments: Sequence[Line]
    cases: Counts
    owners: Counts
    red_cases: Sequence[RedCase]
    red_cases_total: int
    red_stages: Sequence[RedStage]
    red_stages_total: int
    waiting: Sequence[Waiting]
    is_all_looked_at: bool
    headline: Headline


async def gather(session: Reader, actor: Actor, code: str | None) -> Board:
    """Gather the board of an area and all below it. Refuses ``AreaNotFound`` for another's."""
    known = await visible_areas(session, actor)
    if code is not None and not actor.has_area(code):
        raise AreaNotFound(code=code)
    chosen = code or actor.areas[0]
    below = await areas_below(session, chosen)
    scope = Scope(tuple([a for a in actor.areas if a in below]), None, None)
    today = actor.today
    by_project = await session.all(queries.projects_by_light(*scope, today))
    by_case = await session.all(queries.cases_by_light(*scope, today))
    red_cases = await session.all(queries.red_cases(MOST, *scope, today))
    red_projects = await session.all(queries.red_projects(MOST, *scope, today))
    pressing = await session.all(queries.pressing_cases(LOOK, *scope, today))
    project_ids = sorted({project.id for _, project in pressing})
    plans = await session.all(queries.plans_in_force(project_ids))
    cases = await session.all(queries.cases_of_projects(project_ids))
    codes = {row.department_code for row in by_case} | {case.department_code for case in cases}
    codes |= {case.department_code for case, _ in red_cases}
    found = await session.all(queries.departments_named(sorted(c for c in codes if c)))
    names = {d.code: Words(d.name_zh, d.name_en) for d in found}
    procedures = {row.procedure_id: await get_procedure(session, row.procedure_id) for row in by_project}
    ended = [row for row in by_project if row.rank == 0 and _is_over(row, procedures)]
    under_way = [row for row in by_project if row not in ended]
    return Board(
        at=actor.at,
        today=today,
        area=known[chosen],
        is_filtered=chosen != actor.areas[0],
        choices=[known[a] for a in actor.areas],
        projects=_sum(_counts(row) for row in under_way),
        stages=_by_stage(under_way, procedures),
        ended=_by_stage(ended, procedures),
        areas=_by_area(under_way, known),
        departments=_by_department(by_case, names),
        cases=_sum(_counts(row) for row in by_case),
        owners=_sum(_counts(row) for row in by_case if row.bearer != TimeBearer.DEPARTMENT),
        red_cases=[RedCase(c, p, names.get(c.department_code or "")) for c, p in red_cases],
        red_cases_total=sum(row.number for row in by_case if row.rank == RANKS[Light.RED]),
        red_stages=[_red_stage(p, procedures[p.procedure_id]) for p in red_projects],
        red_stages_total=sum(row.number for row in by_project if row.is_stage_red),
        waiting=_waiting(pressing, plans, cases, names, today),
        is_all_looked_at=len(pressing) < LOOK,
        headline=await headline(session, actor, chosen, known),
    )


def _is_over(row: Any, procedures: Mapping[str, Procedure]) -> bool:
    """Tell whether a stage is an end; a project there whose clock still runs is under way."""
    stage = procedures[row.procedure_id].stages.get(row.stage)
    return stage is not None and stage.is_terminal


def _counts(row: Any) -> Counts:
    counts = [0, 0, 0, 0, 0]
    counts[4 - row.rank] = row.number
    return counts[0], counts[1], counts[2], counts[3], counts[4]


def _sum(every: Iterable[Counts]) -> Counts:
    found = [sum(column) for column in zip(NONE, *every, strict=True)]
    return found[0], found[1], found[2], found[3], found[4]


def _by_stage(rows: Sequence[Any], procedures: Mapping[str, Procedure]) -> list[Line]:
    """Count by stage, in the order of the procedures; a stage of one code and name is one line."""
    order: dict[tuple[str, Words], list[Counts]] = {}
    for procedure in procedures.values():
        for stage in procedure.stages.values():
            order.setdefault((stage.code, stage.label), [])
    for row in rows:
        label = procedures[row.procedure_id].label_of_stage(row.stage)
        order.setdefault((row.stage, label), []).append(_counts(row))
    return [Line(label, _sum(counts)) for (_, label), counts in order.items() if counts]


def _by_area(rows: Sequence[Any], known: Mapping[str, Area]) -> list[Line]:
    found: dict[str, list[Counts]] = {}
    for row in rows:
        found.setdefault(row.area_code, []).append(_counts(row))
    return [
        Line(Words(known[code].name_zh, known[code].name_en), _sum(found[code])) for code in sorted(found)
    ]


def _by_department(rows: Sequence[Any], names: Mapping[str, Words]) -> list[Line]:
    """Count what is in each department's own time, the most overdue first."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        if row.bearer == TimeBearer.DEPARTMENT:
            found.setdefault(row.department_code or "", []).append(row)
    lines = [
        Line(
            names.get(code, Words("未指定部门", "no department named")),
            _sum(_counts(row) for row in mine),
            sum(row.projects for row in mine if row.rank == RANKS[Light.RED]),
        )
        for code, mine in found.items()
    ]
    return sorted(lines, key=lambda line: ([-count for count in line.counts], line.name.zh))


def _red_stage(project: Project, procedure: Procedure) -> RedStage:
    code = project.due_move or ""
    move = procedure.find_move(project.stage, code)
    limits = move.limits if move else ()
    basis = limits[0].basis if len(limits) == 1 else None  # of several, the sum tells which one counted
    return RedStage(project, procedure.label_of_stage(project.stage), procedure.label_of_move(code), basis)


def _waiting(
    pressing: Sequence[tuple[ItemCase, Project]],
    plans: Sequence[Any],
    cases: Sequence[ItemCase],
    names: Mapping[str, Words],
    today: date,
) -> list[Waiting]:
    """Tell of each pressing item what waits for it; of many that wait, all are named."""
    planned = {row.project_id: {i.code: i for i in read_items(row.items or ())} for row in plans}
    of_project: dict[str, list[ItemCase]] = {}
    for case in cases:
        of_project.setdefault(case.project_id, []).append(case)
    behind: dict[str, dict[str, list[str]]] = {}
    found = []
    for case, project in pressing:
        plan, mine = planned.get(project.id, {}), standing_cases(of_project[project.id])
        if project.id not in behind:
            lines = latest_of(of_project[project.id])
            unfiled = [line for line, last in lines.items() if last.state == ItemState.PLANNED]
            reached = reached_in(project, of_project[project.id], None)
            behind[project.id] = waiting_for(plan, reached, unfiled, today)
        waits = [plan[code] for code in behind[project.id].get(case.item_code, ())]
        if waits:
            found.append(_told(case, project, waits, mine, names, today))
    return found


def _told(
    case: ItemCase,
    project: Project,
    waits: Sequence[PlannedItem],
    cases: Mapping[str, ItemCase],
    names: Mapping[str, Words],
    today: date,
) -> Waiting:
    def whose(item: PlannedItem) -> Words | None:
        known = cases.get(item.code)
        return None if known is None else names.get(known.department_code or "")

    stops_start = any(item.milestone is MilestoneRole.START_OF_WORKS for item in waits)
    waiting = tuple((item.name, whose(item)) for item in waits)
    department = names.get(case.department_code or "")
    return Waiting(case, project, department, light_of(case, today), waiting, stops_start)
