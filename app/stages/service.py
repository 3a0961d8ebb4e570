"""Moving a project on: load and lock, ask the rule, change the rows, record one event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.actor import Actor, check_named
from app.answers import check_version
from app.calendars.queries import calendar_of
from app.clock import new_id, office_date
from app.database import Writer
from app.documents.service import check_documents, count_missing
from app.domain.milestones import missing_milestones
from app.domain.moves import FIELD_INPUTS, FREE_TEXT, Effect, Move, Procedure
from app.domain.procedures import Step, Wanted, check_move
from app.domain.visits import Taken, Visit, after
from app.domain.vocabulary import EntryMode
from app.errors import Conflict, Words
from app.events.service import Recorded, entry_mode, record
from app.files.queries import check_evidence
from app.private import service as private
from app.procedures.queries import get_procedure
from app.projects.models import Project, ProjectStanding
from app.projects.queries import lock_project, stamp_of
from app.projects.service import clock_facts
from app.projects.standing import asker_of, pauses_of, standing_of
from app.stages.models import StageTransition
from app.stages.schemas import StageTransitionIn


class OccurredBeforeTheLastStep(Conflict):
    """A step cannot have happened before the one that led to the present stage."""

    title = Words("早于上一环节", "Earlier than the last step")
    detail = Words(
        "发生时间早于进入当前环节的时间 {last_step_at}。",
        "It is said to have happened before the present stage began, {last_step_at}.",
    )


class Moved(NamedTuple):
    """A step taken, its event, and the project as it stands now."""

    step: StageTransition
    event: Recorded
    project: Project
    standing: ProjectStanding
    procedure: Procedure


async def move_project(
    session: Writer, actor: Actor, project_id: str, wanted: StageTransitionIn, expected: int | None
) -> Moved:
    """Take a project along a move of its procedure, or refuse and change nothing.

    Refuses as ``domain.procedures.check_move`` does; a stale ``If-Match``; a moment in the future, before
    the present stage, or long past without reason and evidence; the unnamed.
    """
    check_named(actor)
    project, row = await lock_project(session, actor, project_id)
    check_version(expected, project.version, stage=project.stage)
    procedure = await get_procedure(session, project.procedure_id)
    await check_evidence(session, actor, wanted.evidence)
    return await take_step(session, actor, (project, row), procedure, wanted)


async def take_step(
    session: Writer,
    actor: Actor,
    pair: tuple[Project, ProjectStanding],
    procedure: Procedure,
    wanted: StageTransitionIn,
    imported: Mapping[str, Any] | None = None,
) -> Moved:
    """Take a locked project along a move. ``imported`` tells where another system's record of it stands.

    An imported step is asked of the same rule as any other; only its entry mode is told, not derived.
    """
    project, row = pair
    standing = standing_of(project, row)
    has_reason, has_evidence = wanted.reason is not None, bool(wanted.evidence)
    step = check_move(
        procedure,
        standing,
        asker_of(actor),
        Wanted(wanted.from_stage, wanted.move, wanted.inputs, has_evidence, has_reason),
        actor.today,
        await calendar_of(session, project.area_code),
    )
    mode: str = EntryMode.IMPORTED
    if imported is None:
        mode = entry_mode(actor, wanted.occurred_at, has_grounds=has_reason and has_evidence)
    happened = wanted.occurred_at or actor.at
    if happened < row.last_step_at:
        raise OccurredBeforeTheLastStep(
            last_step_at=row.last_step_at.isoformat(), stage=project.stage, version=project.version
        )
    await check_documents(session, actor, project.id, step.move)
    project, row = await _change(session, actor, procedure, (project, row), step, wanted, happened)
    inputs = await _without_texts(session, actor, step.move, wanted.inputs, project.id)
    reason_id = await private.keep(session, actor, "reason", wanted.reason, project.id)
    event_id = new_id(actor.at)
    taken = await session.insert(
        StageTransition,
        id=new_id(actor.at),
        project_id=project.id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        event_id=event_id,
        number=row.steps,
        procedure_id=project.procedure_id,
        move=step.move.code,
        from_stage=standing.stage,
        to_stage=step.to_stage,
        inputs=inputs,
        reason_id=reason_id,
        evidence=wanted.evidence,
        occurred_at=happened,
        entry_mode=mode,
    )
    event = await record(
        session,
        actor,
        "project.stage_moved",
        stamp_of(project),
        id=event_id,
        occurred_at=happened,
        mode=mode,
        facts={
            "move": step.move.code,
            "from_stage": standing.stage,
            "to_stage": step.to_stage,
            **(imported or {}),
        },
        evidence=wanted.evidence,
        reason_id=reason_id,
    )
    return Moved(taken, event, project, row, procedure)


async def _change(
    session: Writer,
    actor: Actor,
    procedure: Procedure,
    pair: tuple[Project, ProjectStanding],
    step: Step,
    wanted: StageTransitionIn,
    happened: datetime,
) -> tuple[Project, ProjectStanding]:
    """Change project and standing to what the step makes of them; two statements, at an ending three."""
    project, row = pair
    facts, known = _effects(procedure, pair, step, wanted, happened)
    project_now: Any = project
    project_now = project_now._replace(stage=step.to_stage, **facts)
    is_completed = known["completed_on"] is not None
    missing = await count_missing(session, actor, procedure, project_now, is_completed=is_completed)
    if missing is not None:
        known["documents_missing"] = missing
    row = await session.change(row, **known)
    calendar = await calendar_of(session, project.area_code)
    clock = clock_facts(procedure, standing_of(project_now, row), calendar)
    project = await session.change(
        project, stage=step.to_stage, version=project.version + 1, **facts, **clock
    )
    return project, row


def _effects(
    procedure: Procedure,
    pair: tuple[Project, ProjectStanding],
    step: Step,
    wanted: StageTransitionIn,
    happened: datetime,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Say what a step changes besides the stage: in the project, and in its standing."""
    project, row = pair
    move = step.move
    facts = {name: wanted.inputs[name] for name in FIELD_INPUTS if name in wanted.inputs}
    if Effect.REOPENS in move.effects:
        facts["archive_volume"] = project.archive_volume + 1
    taken = taken_step(procedure, move, project.stage, step.to_stage, happened)
    known = {**visit_facts(after(visit_of(row), taken)), "confirmations": []}
    if Effect.REOPENS in move.effects:
        known["work_finished_on"] = None
    if "scope_stages" in facts:
        known["milestones_missing"] = missing_milestones(
            facts["scope_stages"], project.actual_start_on, project.actual_completion_on
        )
    return facts, known


def taken_step(
    procedure: Procedure, move: Move | None, from_stage: str, to_stage: str, at: datetime
) -> Taken:
    """Describe a step to the rule that derives the present visit from all of them."""
    return Taken(
        from_stage=from_stage,
        to_stage=to_stage,
        at=at,
        on=office_date(at),
        effects=frozenset() if move is None else move.effects,
        was_paused=_pauses(procedure, from_stage),
        is_paused=_pauses(procedure, to_stage),
    )


def _pauses(procedure: Procedure, code: str) -> bool:
    stage = procedure.stages.get(code)
    return stage is not None and stage.pauses_clock


def visit_of(row: ProjectStanding) -> Visit:
    """Read the present visit from the standing."""
    return Visit(
        last_step_at=row.last_step_at,
        stage_entered_at=row.stage_entered_at,
        steps=row.steps,
        before_suspension=row.before_suspension,
        resumes_visit_of=row.resumes_visit_of,
        pauses=pauses_of(row),
        correction_notices=row.correction_notices,
        completed_on=row.completed_on,
    )


def visit_facts(visit: Visit) -> dict[str, Any]:
    """Give the columns of the standing that hold a visit."""
    return {
        "steps": visit.steps,
        "last_step_at": visit.last_step_at,
        "stage_entered_at": visit.stage_entered_at,
        "before_suspension": visit.before_suspension,
        "resumes_visit_of": visit.resumes_visit_of,
        "pauses": [
            [p.starts_on.isoformat(), p.ends_on.isoformat() if p.ends_on else None] for p in visit.pauses
        ],
        "correction_notices": visit.correction_notices,
        "completed_on": visit.completed_on,
    }


async def _without_texts(
    session: Writer, actor: Actor, move: Move, inputs: dict[str, Any], project_id: str
) -> dict[str, Any]:
    """Put the free texts among the inputs into the erasable store; ids take their places."""
    kept = dict(inputs)
    for wanted in move.inputs:
        if wanted.code not in kept or (wanted.type not in FREE_TEXT and not wanted.is_private):
            continue
        value = kept[wanted.code]
        texts = value if isinstance(value, list) else [value]
        kept[wanted.code] = {
            "private": [await private.keep(session, actor, "move_input", str(t), project_id) for t in texts]
        }
    return kept
