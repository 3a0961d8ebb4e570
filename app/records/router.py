"""HTTP: a project record with the parts that the caller asks for."""

from dataclasses import replace
from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Anyone
from app.answers import shown
from app.database import ReadSession
from app.people.answers import sees_in_full
from app.private.queries import shown_text, texts_of
from app.problems import refuses
from app.procedures.queries import get_procedure
from app.projects.answers import clock_calendar, project_body
from app.projects.history import AsOf, ProjectNotKnownThen
from app.projects.identities import warnings_about
from app.projects.queries import ProjectNotFound
from app.records import service
from app.records.answers import expanded_body, private_ids
from app.records.schemas import Part, ProjectRecordOut
from app.route import router as new_router
from app.wire import MomentIn, Uuid

router = new_router("/v1/projects", "projects")
Expand = Annotated[
    list[Part] | None, Query(max_length=20, description="随附的组成部分，可重复 · parts to show, repeatable")
]


@router.get(
    "/{project_id}", response_model=ProjectRecordOut, responses=refuses(ProjectNotFound, ProjectNotKnownThen)
)
async def get_project_record(
    actor: Anyone,
    project_id: Uuid,
    session: ReadSession,
    request: Request,
    expand: Expand = None,
    known_at: MomentIn | None = None,
    valid_at: MomentIn | None = None,
) -> Response:
    """读取项目 · Read a project, with its deadline and what this caller may do next.

    expand 指名的组成部分在 expanded 中给出，与其各自路径的应答同样受限、同样掩码；未指名的为 null。
    known_at 读取当时已记录的内容，valid_at 读取当时的实际情况（含更正），可并用；此时 allowed_actions 为空。
    Parts named by ``expand`` stand in ``expanded``, scoped and masked as on their own paths; others are null.
    ``known_at`` reads what was recorded by then, ``valid_at`` what was the case then, corrections included;
    they combine, and nothing is then said of allowed actions.
    """
    then = AsOf(known_at, valid_at)
    found = await service.gather_record(session, actor, project_id, expand or (), then)
    project, standing = found.project, found.standing
    procedure = await get_procedure(session, project.procedure_id)
    calendar = await clock_calendar(session, project)
    texts = await texts_of(session, private_ids(found))
    warnings = await warnings_about(session, actor, found.codes or [])
    if found.people and sees_in_full(actor, standing):
        request.scope["unmasked"] = len(found.people)
    content = shown_text(project.content_id, texts)
    seen_by = actor if valid_at is None else replace(actor, at=valid_at)  # lights are those of that day
    body = ProjectRecordOut(
        **project_body(project, standing, procedure, calendar, seen_by, content),
        expanded=expanded_body(found, actor, texts, warnings),
    )
    if then.is_past:
        body["allowed_actions"] = []
    return shown(request, body, project.version)
