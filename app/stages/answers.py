"""From the rows of a transition to the answer about it."""

from typing import Any

from app.actor import Actor
from app.database import Reader
from app.private.models import Private
from app.private.queries import TextOut, by_id, shown_text, texts_of
from app.projects.answers import allowed_actions, clock_calendar, deadline_body
from app.projects.standing import standing_of
from app.stages.changing import Changed
from app.stages.models import StageTransition
from app.stages.schemas import MovedOut, ProcedureChangedOut, StageTransitionOut
from app.stages.service import Moved


def text_ids(step: StageTransition) -> list[str | None]:
    """Name the private texts of a step."""
    inputs: dict[str, Any] = step.inputs
    return [step.reason_id, *(i for v in inputs.values() if isinstance(v, dict) for i in v["private"])]


def transition_body(step: StageTransition, texts: dict[str, Private] | None) -> StageTransitionOut:
    """Show a step; without ``texts`` private values are named by id only."""

    def shown(text_id: str | None) -> TextOut | None:
        return by_id(text_id) if texts is None else shown_text(text_id, texts)

    public = {k: v for k, v in step.inputs.items() if not isinstance(v, dict)}
    private = {
        k: [t for i in v["private"] if (t := shown(i))] for k, v in step.inputs.items() if isinstance(v, dict)
    }
    return StageTransitionOut(
        id=step.id,
        project_id=step.project_id,
        number=step.number,
        procedure_id=step.procedure_id,
        move=step.move,
        from_stage=step.from_stage,
        to_stage=step.to_stage,
        inputs=public,
        texts=private,
        reason=shown(step.reason_id),
        evidence=step.evidence,
        occurred_at=step.occurred_at,
        entry_mode=step.entry_mode,
        event_id=step.event_id,
    )


async def transition_bodies(session: Reader, steps: list[StageTransition]) -> list[StageTransitionOut]:
    """Show steps with their texts, read in one statement."""
    texts = await texts_of(session, [text_id for step in steps for text_id in text_ids(step)])
    return [transition_body(step, texts) for step in steps]


async def changed_body(session: Reader, changed: Changed, actor: Actor) -> ProcedureChangedOut:
    """Show by which version a project goes now."""
    (project, row), procedure = changed.pair, changed.procedure
    standing, calendar = standing_of(project, row), await clock_calendar(session, project)
    label = procedure.label_of_stage(project.stage)
    return ProcedureChangedOut(
        project_id=project.id,
        project_version=project.version,
        from_procedure_id=changed.before,
        procedure_id=project.procedure_id,
        stage=project.stage,
        stage_label=label.said(actor.language),
        deadline=deadline_body(project, standing, procedure, calendar, actor),
        allowed_actions=allowed_actions(procedure, standing, calendar, actor),
        event_id=changed.event.id,
        recorded_at=changed.event.recorded_at,
        sequence=changed.event.sequence,
    )


async def moved_body(session: Reader, moved: Moved, actor: Actor) -> MovedOut:
    """Show a step just taken, and where the project stands now."""
    project, procedure = moved.project, moved.procedure
    standing, calendar = standing_of(project, moved.standing), await clock_calendar(session, project)
    label = procedure.label_of_stage(project.stage)
    return MovedOut(
        **transition_body(moved.step, None),
        recorded_at=moved.event.recorded_at,
        sequence=moved.event.sequence,
        project_version=project.version,
        stage=project.stage,
        stage_label=label.said(actor.language),
        deadline=deadline_body(project, standing, procedure, calendar, actor),
        allowed_actions=allowed_actions(procedure, standing, calendar, actor),
    )
