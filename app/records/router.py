"""HTTP: a project record with the parts that the caller asks for."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Anyone
from app.answers import shown
from app.database import ReadSession
from app.people.answers import sees_in_full
from app.private.queries import shown_text, texts_of
from app.problems import refuses
from app.procedures.queries import get_procedure
from app.projects.answers import project_body
from app.projects.identities import warnings_about
from app.projects.queries import ProjectNotFound
from app.records import service
from app.records.answers import expanded_body, private_ids
from app.records.schemas import Part, ProjectRecordOut
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/projects", "projects")
Expand = Annotated[
    list[Part] | None, Query(max_length=20, description="随附的组成部分,可重复 · parts to show, repeatable")
]


@router.get("/{project_id}", response_model=ProjectRecordOut, responses=refuses(ProjectNotFound))
async def get_project_record(
    actor: Anyone, project_id: Uuid, session: ReadSession, request: Request, expand: Expand = None
) -> Response:
    """读取项目 · Read a project, with its deadline and what this caller may do next.

    expand 指名的组成部分在 expanded 中给出,与其各自路径的应答同样受限、同样掩码;未指名的为 null。
    Parts named by ``expand`` stand in ``expanded``, scoped and masked as on their own paths; others are null.
    """
    found = await service.gather_record(session, actor, project_id, expand or ())
    project, standing = found.project, found.standing
    procedure = await get_procedure(session, project.procedure_id)
    texts = await texts_of(session, private_ids(found))
    warnings = await warnings_about(session, actor, found.codes or [])
    if found.people and sees_in_full(actor, standing):
        request.scope["unmasked"] = len(found.people)
    content = shown_text(project.content_id, texts)
    body = ProjectRecordOut(
        **project_body(project, standing, procedure, actor, content),
        expanded=expanded_body(found, actor, texts, warnings),
    )
    return shown(request, body, project.version)
