"""Reading what a project's forms and archive are made of; always through the caller's scope."""

from typing import NamedTuple

from app.actor import Actor
from app.database import Reader
from app.domain.archiving import Form, form_of, is_archived
from app.domain.moves import Procedure
from app.events.models import Event
from app.private.models import Private
from app.private.queries import texts_of
from app.procedures.queries import get_procedure
from app.projects.models import Project
from app.projects.queries import every_part, get_project
from app.stages.answers import text_ids
from app.stages.models import StageTransition


class Printed(NamedTuple):
    """A step, the event it is recorded in, and the procedure it was taken under."""

    form: Form
    step: StageTransition
    event: Event
    procedure: Procedure


class History(NamedTuple):
    """A project with everything that happened to it, in the ledger's order."""

    project: Project
    events: list[Event]
    forms: list[Printed]
    texts: dict[str, Private]
    archived_by: Event | None


async def history_of(session: Reader, actor: Actor, project_id: str) -> History:
    """Read a project, its events and the forms its steps print. Refuses ``ProjectNotFound``."""
    project, _ = await get_project(session, actor, project_id)
    steps = await every_part(session, actor, project_id, StageTransition)
    steps.sort(key=lambda step: step.number)
    events = await every_part(session, actor, project_id, Event)
    events.sort(key=lambda event: event.sequence)
    by_id = {event.id: event for event in events}
    forms = []
    for step in steps:
        procedure = await get_procedure(session, step.procedure_id)
        form = form_of(procedure, step.from_stage, step.move, step.to_stage)
        if form is not None:
            forms.append(Printed(form, step, by_id[step.event_id], procedure))
    texts = await texts_of(session, [text_id for printed in forms for text_id in text_ids(printed.step)])
    is_closed = is_archived(await get_procedure(session, project.procedure_id), project.stage)
    return History(project, events, forms, texts, by_id[steps[-1].event_id] if is_closed else None)
