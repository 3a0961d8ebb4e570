"""Where tasks come from: each source is asked once a page; the rules say what is a task."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.actor import Scope
from app.alarms.queries import Alarm
from app.calendars.queries import calendar_of_clock
from app.database import Reader
from app.domain.standing import Asker, Role, Standing
from app.domain.tasks import (
    LAST_OF_ROW,
    NEVER,
    Looked,
    Place,
    TaskKind,
    Turn,
    duties,
    is_duty,
    to_confirm,
    whose_turn,
)
from app.domain.validity import NEAR_DAYS
from app.items.models import ItemCase
from app.procedures.queries import get_procedure
from app.projects.models import Project, ProjectStanding
from app.projects.standing import standing_of
from app.tasks import queries
from app.tasks.answers import Teller
from app.tasks.schemas import TaskOut

LOOK = 400
"""So many rows are looked at in each source for a page; more than a page, since not every row has a task."""

MOVERS = frozenset(
    {Role.PORTAL, Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.ARCHIVIST, Role.ADMIN, Role.DEPARTMENT}
)
CONFIRMERS = frozenset({Role.OFFICER, Role.COORDINATOR, Role.DEPARTMENT})
ITEM_ROLES = frozenset(
    {Role.PORTAL, Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.DEPARTMENT, Role.SUPERVISOR}
)
OWNERS_SIDE = frozenset({Role.PORTAL, Role.OFFICER, Role.AGENT})
ALARMED = OWNERS_SIDE | {Role.COORDINATOR}


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose work is asked for. ``person`` None: everybody's in the role."""

    role: Role
    person: str | None
    absent: Mapping[str, str | None]

    @property
    def filters(self) -> tuple[str | None, list[str], list[str]]:
        """Give an agent's filters: the person, whom he stands in for, who is absent with no substitute."""
        if self.role is not Role.AGENT or self.person is None:
            return None, [], []
        replaced = [who for who, by in self.absent.items() if by == self.person]
        return self.person, replaced, [who for who, by in self.absent.items() if by is None]

    def turn(self, primary: str | None, backup: str | None) -> Turn:
        """Tell whether a project with these agents is looked after by him today."""
        if self.role is not Role.AGENT or self.person is None:
            return Turn(True)
        return whose_turn(self.person, primary, backup, self.absent)

    def asker(self, standing: Standing) -> Asker:
        """Give the rules' view of who would act: a stand-in who is no agent of the project is seen as one."""
        person = self.person or f"role:{self.role}"
        if self.role is Role.AGENT and not standing.is_agent(person):
            person = standing.primary_agent or standing.backup_agent or person
        return Asker(self.role, person)


@dataclass(frozen=True, slots=True)
class Ask:
    """One page as it is asked of every source."""

    scope: Scope
    whose: Whose
    today: date
    after: Place | None
    tell: Teller

    def start(self) -> tuple[date | None, str | None]:
        """Say from which row on to look."""
        return (None, None) if self.after is None else (self.after.on, self.after.row_id)

    def start_dayless(self) -> str | None:
        """Say from which row on to look where no row has a day."""
        return self.after.row_id if self.after is not None and self.after.on == NEVER else None


def looked(
    rows: Sequence[Any], place_of: Callable[[Any], Place], tasks_of: Callable[[Any], list[TaskOut]]
) -> Looked:
    """Turn the rows of a source into tasks, in order; whoever got a whole look may have more."""
    found = []
    for row in rows:
        place = place_of(row)
        found += [(Place(place.on, place.row_id, task["id"]), task) for task in tasks_of(row)]
    last = None if len(rows) < LOOK else place_of(rows[-1])._replace(what=LAST_OF_ROW)
    return Looked(sorted(found, key=lambda task: task[0]), last)


async def _from_projects(session: Reader, ask: Ask) -> Looked:
    """Find moves to be made or confirmed, and plans on their way."""
    whose, procedures = ask.whose, {}
    for procedure_id in await session.all(queries.published_ids()):
        procedures[procedure_id] = await get_procedure(session, procedure_id)
    stages = sorted(
        {
            move.from_stage
            for procedure in procedures.values()
            for move in procedure.moves
            if (whose.role in move.by and is_duty(procedure, move, whose.role))
            or (move.also is not None and move.also.role is whose.role)
        }
    )
    found = await session.all(
        queries.projects_with_work(LOOK, *ask.scope, stages, *whose.filters, *ask.start())
    )
    numbers = await session.all(queries.last_plans([project.id for project, _ in found]))
    plans: dict[str, int] = {row.project_id: row.number for row in numbers}
    calendars = {
        (p.calendar_version, p.area_code): await calendar_of_clock(session, p.calendar_version, p.area_code)
        for p, _ in found
    }

    def tasks_of(row: tuple[Project, ProjectStanding]) -> list[TaskOut]:
        project, standing = row[0], standing_of(*row)
        turn, asker = whose.turn(row[1].primary_agent, row[1].backup_agent), whose.asker(standing)
        if not turn.is_his:
            return []
        procedure = procedures[project.procedure_id]
        calendar = calendars[project.calendar_version, project.area_code]
        tell = ask.tell.about(project, turn.on_behalf_of)
        moves = duties(procedure, standing, asker, ask.today, calendar)
        tasks = [tell.moves(procedure, moves)] if moves else []
        tasks += [
            tell.confirmation(move) for move in to_confirm(procedure, standing, asker, ask.today, calendar)
        ]
        number, stage = plans.get(project.id), procedure.stages.get(project.stage)
        is_drafted = standing.plan_author is not None and standing.plan_number is None
        if number is None or not is_drafted or (stage is not None and stage.is_terminal):
            return tasks
        if whose.role in {Role.PORTAL, Role.OFFICER} and not standing.plan_confirmed_by_owner:
            tasks.append(tell.plan(TaskKind.PLAN_CONFIRMATION, number))
        if whose.role is Role.COORDINATOR and asker.person != standing.plan_author:
            tasks.append(tell.plan(TaskKind.PLAN_APPROVAL, number))
        return tasks

    return looked(found, lambda row: Place(row[0].due_on or NEVER, row[0].id, ""), tasks_of)


async def _from_milestones(session: Reader, ask: Ask) -> Looked:
    """Find milestones that wait for a second person."""
    person = ask.whose.person or ""
    rows = await session.all(queries.milestones_waiting(LOOK, *ask.scope, person, ask.start_dayless()))
    return looked(
        rows, lambda row: Place(NEVER, row[0].id, ""), lambda row: [ask.tell.about(row[1]).milestone(row[0])]
    )


async def _from_corrections(session: Reader, ask: Ask) -> Looked:
    """Find corrections that wait for a second person."""
    person = ask.whose.person or ""
    rows = await session.all(queries.corrections_waiting(LOOK, *ask.scope, person, ask.start_dayless()))
    return looked(
        rows, lambda row: Place(NEVER, row[0].id, ""), lambda row: [ask.tell.about(row[1]).correction(row[0])]
    )


async def _from_cases(session: Reader, ask: Ask) -> Looked:
    """Find items that are due or overdue, or wait for whom the list is."""
    whose = ask.whose
    waiting: Sequence[str] = ()
    if whose.role is Role.DEPARTMENT:
        waiting = queries.WAITING_FOR_DEPARTMENT
    elif whose.role in OWNERS_SIDE:
        waiting = queries.WAITING_FOR_OWNER
    states = [str(state) for state in waiting]
    rows = await session.all(
        queries.urgent_cases(LOOK, *ask.scope, ask.today, states, *whose.filters, *ask.start())
    )

    def tasks_of(row: tuple[ItemCase, Project, ProjectStanding]) -> list[TaskOut]:
        case, project, standing = row
        turn = whose.turn(standing.primary_agent, standing.backup_agent)
        is_waiting = case.state in states
        tell = ask.tell.about(project, turn.on_behalf_of)
        return [tell.case(case, whose.role, is_waiting=is_waiting)] if turn.is_his else []

    return looked(rows, lambda row: Place(row[0].due_on or NEVER, row[0].id, ""), tasks_of)


async def _from_alarms(session: Reader, ask: Ask) -> Looked:
    """Find what expires soon, or has lapsed."""
    near_until = ask.today + timedelta(days=NEAR_DAYS)
    rows = await session.all(
        queries.near_alarms(LOOK, *ask.scope, near_until, *ask.whose.filters, *ask.start())
    )

    def tasks_of(row: Any) -> list[TaskOut]:
        turn = ask.whose.turn(row.primary_agent, row.backup_agent)
        return [ask.tell.alarm(Alarm(*row[:-2]), turn.on_behalf_of)] if turn.is_his else []

    return looked(rows, lambda row: Place(row.expires_on, row.item_case_id, ""), tasks_of)


async def _from_checks(session: Reader, ask: Ask) -> Looked:
    """Find items whose last readiness check has found gaps."""
    rows = await session.all(queries.last_checks(LOOK, *ask.scope, *ask.whose.filters, ask.start_dayless()))

    def tasks_of(row: Any) -> list[TaskOut]:
        case, project, standing, step = row
        turn, check = ask.whose.turn(standing.primary_agent, standing.backup_agent), step.facts["check"]
        if check["is_ready"] or not turn.is_his:
            return []
        return [ask.tell.about(project, turn.on_behalf_of).gaps(case, step.id, len(check["gaps"]))]

    return looked(rows, lambda row: Place(NEVER, row[0].id, ""), tasks_of)


SOURCES: tuple[tuple[frozenset[Role], frozenset[TaskKind], Any], ...] = (
    (
        MOVERS,
        frozenset(
            {
                TaskKind.STAGE_MOVE,
                TaskKind.CONFIRMATION,
                TaskKind.PLAN_CONFIRMATION,
                TaskKind.PLAN_APPROVAL,
            }
        ),
        _from_projects,
    ),
    (CONFIRMERS, frozenset({TaskKind.MILESTONE_CONFIRMATION}), _from_milestones),
    (frozenset({Role.COORDINATOR}), frozenset({TaskKind.CORRECTION_APPROVAL}), _from_corrections),
    (ITEM_ROLES, frozenset({TaskKind.ITEM_DUE, TaskKind.ITEM_WAITING}), _from_cases),
    (ALARMED, frozenset({TaskKind.ALARM}), _from_alarms),
    (OWNERS_SIDE, frozenset({TaskKind.READINESS_GAP}), _from_checks),
)
"""Who is shown what, and where it comes from."""
