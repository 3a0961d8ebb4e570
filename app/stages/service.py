"""Moving a project on: load and lock, ask the rule, change the rows, record one event."""

from datetime import datetime
from typing import Any, NamedTuple

from app.actor import Actor
from app.answers import check_version
from app.calendars.queries import present_calendar
from app.clock import new_id, office_date
from app.database import Writer
from app.domain.moves import FREE_TEXT, Move, Procedure
from app.domain.procedures import Step, Wanted, check_move
from app.errors import Conflict, Words
from app.events.service import Recorded, entry_mode, record
from app.files.queries import check_evidence
from app.private import service as private
from app.procedures.queries import get_procedure
from app.projects.models import Project, ProjectStanding
from app.projects.queries import lock_project, stamp_of
from app.projects.service import clock_facts
from app.projects.standing import asker_of, standing_of
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
    the present stage, or long past without reason and evidence.
    """
    project, row = await lock_project(session, actor, project_id)
    check_version(expected, project.version, stage=project.stage)
    procedure = await get_procedure(session, project.procedure_id)
    standing = standing_of(project, row)
    await check_evidence(session, actor, wanted.evidence)
    has_reason, has_evidence = wanted.reason is not None, bool(wanted.evidence)
    step = check_move(
        procedure,
        standing,
        asker_of(actor),
        Wanted(wanted.from_stage, wanted.move, wanted.inputs, has_evidence, has_reason),
        actor.today,
        present_calendar(),
    )
    mode = entry_mode(actor, wanted.occurred_at, has_grounds=has_reason and has_evidence)
    happened = wanted.occurred_at or actor.at
    if happened < row.last_step_at:
        raise OccurredBeforeTheLastStep(
            last_step_at=row.last_step_at.isoformat(), stage=project.stage, version=project.version
        )
    project, row = await _change(session, procedure, (project, row), step, wanted, happened)
    inputs = await _without_texts(session, actor, step.move, wanted.inputs, project_id)
    reason_id = await private.keep(session, actor, "reason", wanted.reason, project_id)
    event_id = new_id(actor.at)
    taken = await session.insert(
        StageTransition,
        id=new_id(actor.at),
        project_id=project_id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        event_id=event_id,
        number=row.steps,
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
        facts={"move": step.move.code, "from_stage": standing.stage, "to_stage": step.to_stage},
        evidence=wanted.evidence,
        reason_id=reason_id,
    )
    return Moved(taken, event, project, row, procedure)


async def _change(
    session: Writer,
    procedure: Procedure,
    pair: tuple[Project, ProjectStanding],
    step: Step,
    wanted: StageTransitionIn,
    happened: datetime,
) -> tuple[Project, ProjectStanding]:
    """Change project and standing to what the step makes of them; two statements."""
    project, row = pair
    facts, known = _effects(procedure, pair, step, wanted, happened)
    row = await session.change(row, **known)
    project_now: Any = project
    project_now = project_now._replace(stage=step.to_stage, **facts)
    clock = clock_facts(procedure, standing_of(project_now, row))
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
    """Say what a step changes besides the stage: in the project, and in its standing.

    Entering a stage begins a new visit with no pauses and no confirmations; resuming continues the visit
    that was suspended, with the suspension as its pause.
    """
    project, row = pair
    day = office_date(happened).isoformat()
    facts: dict[str, Any] = {}
    known: dict[str, Any] = {"steps": row.steps + 1, "last_step_at": happened, "confirmations": []}
    if procedure.stages[step.to_stage].pauses_clock:
        known |= {"before_suspension": project.stage, "resumes_visit_of": row.stage_entered_at}
        known |= {"stage_entered_at": happened, "pauses": [*row.pauses, [day, None]]}
    elif procedure.stages[project.stage].pauses_clock and step.to_stage == row.before_suspension:
        known |= {"before_suspension": None, "resumes_visit_of": None}
        known["stage_entered_at"] = row.resumes_visit_of
        known["pauses"] = [*row.pauses[:-1], [row.pauses[-1][0], day]]
    else:
        known |= {"before_suspension": None, "resumes_visit_of": None}
        known |= {"stage_entered_at": happened, "pauses": []}
    match step.move.code:
        case "apply":
            facts["service_mode"] = wanted.inputs.get("service_mode")
            facts["scope_stages"] = wanted.inputs.get("scope_stages")
        case "open_file":
            facts["file_number"] = wanted.inputs.get("file_number")
        case "notify_correction":
            known["correction_notices"] = row.correction_notices + 1
        case "complete":
            known["completed_on"] = office_date(happened)
        case "reopen":
            facts["archive_volume"] = project.archive_volume + 1
            known["completed_on"] = None
    return facts, known


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
