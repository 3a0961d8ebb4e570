"""HTTP: files."""

from typing import Annotated

from fastapi import Response

from app.actor import Actor, acting_as
from app.areas.queries import AreaNotFound
from app.documents import service
from app.documents.answers import file_body
from app.documents.schemas import FileOut, FileReferenceIn
from app.documents.service import DepartmentFilesNeedAProject
from app.domain.standing import Role
from app.idempotency import WriteSession, answered
from app.problems import refuses
from app.projects.queries import ProjectNotFound
from app.route import router as new_router

router = new_router("/v1", "files")
Contributor = Annotated[
    Actor,
    acting_as(
        Role.PORTAL,
        Role.OFFICER,
        Role.AGENT,
        Role.COORDINATOR,
        Role.ARCHIVIST,
        Role.DEPARTMENT,
        Role.SUPERVISOR,
        Role.ADMIN,
    ),
]


@router.post(
    "/file-references",
    status_code=201,
    response_model=FileOut,
    responses=refuses(ProjectNotFound, AreaNotFound, DepartmentFilesNeedAProject),
)
async def reference_file(actor: Contributor, given: FileReferenceIn, session: WriteSession) -> Response:
    """登记外部文件 · Refer to a document that another system keeps.

    sha256 与 sm3 至少提供一个,用于证明文件未被改动;本系统不会访问 url。
    Give ``sha256`` or ``sm3``, which proves the document unchanged; this service never opens ``url``.
    """
    file = await service.reference_file(session, actor, given)
    return await answered(
        session,
        file_body(file),
        version=file.version,
        location=f"/v1/files/{file.id}",
        project_id=file.project_id,
    )
