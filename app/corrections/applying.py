"""Putting the rows of a project right: what a correction changes, and what rests on it."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Date

from app.actor import Actor
from app.calendars.queries import calendar_of_clock
from app.corrections.queries import PARTS, part
from app.database import Writer, as_recorded
from app.domain.corrections import (
    NO_STEP,
    NOTHING,
    SAME,
    EarlierActStandsBefore,
    LaterActDependsOnIt,
    NothingToPutRight,
    changes_again,
    find_faults,
)
from app.domain.fold import Happening, fold, put_right
from app.domain.milestones import check_order
from app.domain.visits import Taken, after_all
from app.domain.vocabulary import MilestoneKind
from app.errors import Fault, NotFound, Words
from app.events.queries import events_of_project
from app.events.rows import happening_of, row_of
from app.events.service import SKEW, OccurredInTheFuture
from app.procedures.queries import get_procedure
from app.progress.models import Milestone
from app.progress.service import DAYS
from app.projects.models import Project, ProjectStanding
from app.projects.queries import Pair
from app.projects.service import change_standing, clock_facts
from app.projects.standing import standing_of
from app.stages.models import StageTransition
from app.stages.queries import steps_of
from app.stages.service import taken_step, visit_facts
from app.table import rfc3339

Rows = list[dict[str, Any]]


class EventNotFound(NotFound):
    """The project has no event with this id."""

    title = Words("找不到该事件", "Event not found")
    detail = Words("该项目没有编号为 {event_id} 的事件。", "The project has no event {event_id}.")


class Right(NamedTuple):
    """What is said to be right about an event; ``rows`` as the ledger writes changes."""

    occurred_at: datetime | None
    rows: Rows


class Case(NamedTuple):
    """An event of the project with what came after it, and the steps of the project."""

    history: list[Happening]
    event: Happening
    later: list[Happening]
    steps: list[StageTransition]
    place: int | None
    """Where among the steps the event's own stands, None when it took none."""


async def check_right(session: Writer, actor: Actor, project: Project, event_id: str, right: Right) -> Case:
    """Find the event and decide whether it can be put right like this; every fault is named at once."""
    case = await _find_case(session, project, event_id)
    faults = find_faults(case.event.changes, right.rows)
    if right.occurred_at is None and not right.rows:
        faults.append(Fault("/right", "nothing", NOTHING))
    if right.occurred_at is not None:
        if case.place is None:
            faults.append(Fault("/right/occurred_at", "not_correctable", NO_STEP))
        elif case.steps[case.place].occurred_at == right.occurred_at:
            faults.append(Fault("/right/occurred_at", "same", SAME))
    if faults:
        raise NothingToPutRight(faults=faults)
    for happening in case.later:
        if changes_again(happening.changes, right.rows):
            raise LaterActDependsOnIt(
                event_id=happening.id, type=happening.type, occurred_at=happening.occurred_at
            )
    if any(row["set"].get("reached_on", "") > actor.today.isoformat() for row in right.rows):
        raise OccurredInTheFuture
    if right.occurred_at is not None and case.place is not None:
        _check_moment(actor, project, case, right.occurred_at, case.place)
    return case


async def _find_case(session: Writer, project: Project, event_id: str) -> Case:
    history = [happening_of(event) for event in await session.all(events_of_project(project.id, None))]
    places = [n for n, happening in enumerate(history) if happening.id == event_id]
    if not places:
        raise EventNotFound(event_id=event_id)
    steps = await session.all(steps_of(project.id))
    place = next((n for n, step in enumerate(steps) if step.event_id == event_id), None)
    return Case(history, history[places[0]], history[places[0] + 1 :], steps, place)


def _check_moment(actor: Actor, project: Project, case: Case, right: datetime, place: int) -> None:
    """Refuse a moment in the future, before the act before, or after the act that follows."""
    if right > actor.at + SKEW:
        raise OccurredInTheFuture
    before = case.steps[place - 1].occurred_at if place else project.registered_at
    if right < before:
        raise EarlierActStandsBefore(before=rfc3339(before))
    if place + 1 < len(case.steps) and case.steps[place + 1].occurred_at < right:
        step = case.steps[place + 1]
        raise LaterActDependsOnIt(
            event_id=step.event_id, type="project.stage_moved", occurred_at=rfc3339(step.occurred_at)
        )


async def apply_right(session: Writer, pair: Pair, case: Case, right: Right) -> tuple[Pair, Rows]:
    """Change the rows of a locked project to what is right.

    Gives the project as it stands now, and what was right of everything the event itself had recorded:
    the values named, and for a step the visit and the deadline that followed from it.
    """
    pair = await _apply_values(session, pair, right.rows)
    if right.occurred_at is None or case.place is None:
        return pair, right.rows
    step = case.steps[case.place]
    await session.change(step, occurred_at=right.occurred_at)
    steps = [
        (step._replace(occurred_at=right.occurred_at) if n == case.place else step)  # type: ignore[attr-defined]
        for n, step in enumerate(case.steps)
    ]
    taken = [await _taken(session, each) for each in steps]
    registered_at = pair[0].registered_at
    pair = await change_standing(session, pair, **visit_facts(after_all(registered_at, taken)))
    then = visit_facts(after_all(registered_at, taken[: case.place + 1]))
    return pair, [*right.rows, *await _derived(session, case, step, right.occurred_at, then)]


async def _taken(session: Writer, step: StageTransition) -> Taken:
    procedure = await get_procedure(session, step.procedure_id)
    move = procedure.find_move(step.from_stage, step.move)
    return taken_step(procedure, move, step.from_stage, step.to_stage, step.occurred_at)


async def _derived(
    session: Writer, case: Case, step: StageTransition, right: datetime, visit: dict[str, Any]
) -> Rows:
    """Say what the step should have recorded of the visit and of the deadline, for the fold of the ledger."""
    rows = fold(put_right(case.history[: len(case.history) - len(case.later)]))
    project = row_of(Project, rows["project", step.project_id])
    standing: Any = row_of(ProjectStanding, rows["project_standing", step.project_id])
    procedure = await get_procedure(session, step.procedure_id)
    calendar = await calendar_of_clock(session, project.calendar_version, project.area_code)
    clock = clock_facts(procedure, standing_of(project, standing._replace(**visit)), calendar)
    return [
        _change("stage_transition", step.id, {"occurred_at": right}),
        _change("project_standing", step.project_id, visit),
        _change("project", step.project_id, clock),
    ]


def _change(table: str, row_id: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"table": table, "id": row_id, "set": {n: as_recorded(v) for n, v in values.items()}}


async def confirmed_milestones(session: Writer, project: Project, rows: Rows) -> list[Milestone]:
    """Read the confirmed milestones that a correction moves, as they are before it."""
    ids = [change["id"] for change in rows if PARTS.get(change["table"]) is Milestone]
    found = [await session.one(part(each, project.id, table="milestone")) for each in ids]
    return [milestone for milestone in found if milestone.confirmed_at is not None]


async def _apply_values(session: Writer, pair: Pair, rows: Rows) -> Pair:
    """Set the right values; a confirmed start or completion of works is the project's day too."""
    project, standing = pair
    facts: dict[str, Any] = {}
    for change in rows:
        if change["table"] == "project":
            facts |= _cells(Project, change["set"])
            continue
        kind = PARTS[change["table"]]
        row = await session.one(part(change["id"], project.id, table=change["table"]))
        cells = _cells(kind, change["set"])
        await session.change(row, **cells, version=row.version + 1)
        if kind is Milestone:
            facts |= _milestone_day(project, row, cells["reached_on"])
    return await session.change(project, **facts, version=project.version + 1), standing


def _milestone_day(project: Project, milestone: Milestone, right: date) -> dict[str, date]:
    check_order(milestone.kind, right, project.actual_start_on, project.actual_completion_on)
    column = DAYS.get(MilestoneKind(milestone.kind))
    return {} if column is None or milestone.confirmed_at is None else {column: right}


def _cells(kind: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Give values of the ledger the types of their columns."""
    columns = kind.__table__.columns
    return {
        name: date.fromisoformat(value)
        if value is not None and isinstance(columns[name].type, Date)
        else value
        for name, value in values.items()
    }
