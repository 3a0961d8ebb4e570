"""HTTP: forms to print, and the archive package."""

import hashlib
from typing import Annotated, Any, Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.background import BackgroundTask

from app.actor import Actor, Anyone, acting_as
from app.archives import service
from app.archives.package import pieces_of
from app.archives.service import FormNotAvailable, NotArchivedYet
from app.database import ReadSession
from app.documents.service import DocumentsDamaged
from app.domain.archiving import Form
from app.domain.standing import Role
from app.problems import LANGUAGE_TAGS, refuses
from app.projects.queries import ProjectNotFound
from app.route import router as new_router
from app.signing import signer_for
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}", "archives")
Reader = Annotated[
    Actor,
    acting_as(Role.ARCHIVIST, Role.COORDINATOR, Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN, Role.PORTAL),
]
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
ZIP: Final[dict[str, Any]] = {
    "description": "归档包 · the package",
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
}
PAGE: Final[dict[str, Any]] = {
    "description": "可打印的单据 · the form, to print",
    "content": {"text/html": {"schema": {"type": "string"}}},
}


@router.get(
    "/forms/{form}",
    response_class=HTMLResponse,
    responses=refuses(ProjectNotFound, FormNotAvailable) | {200: PAGE},
)
async def print_form(actor: Anyone, project_id: Uuid, form: Form, session: ReadSession) -> Response:
    """打印业务单据 · Print a form of the agency practice.

    由账本生成的 A4 网页；同类事项办理过多次时，打印最近一次。
    An A4 page made from the ledger; of several steps of a kind the last is printed.
    """
    page = await service.print_form(session, actor, project_id, form)
    return HTMLResponse(
        page, headers={"content-security-policy": POLICY, "content-language": LANGUAGE_TAGS[actor.language]}
    )


@router.get(
    "/archive-package",
    response_class=StreamingResponse,
    responses=refuses(ProjectNotFound, NotArchivedYet, DocumentsDamaged) | {200: ZIP},
)
async def get_archive_package(
    actor: Reader, project_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """下载归档包 · Download the archive package.

    内含清单、文件、账本摘录、链头、单据和签名；用包内的 verify.py 可离线核验。同一册的归档包逐字节相同。
    List, documents, ledger extract, chain head, forms and signature; the verify.py inside checks it offline.
    The same volume gives the same bytes.
    """
    signer = signer_for(request.app.state.settings)
    package = await service.get_archive_package(session, actor, project_id, signer)
    tag = f'"{hashlib.sha256(package.manifest).hexdigest()}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"etag": tag})
    source, size = await service.seal(session, package)
    headers = {
        "etag": tag,
        "content-length": str(size),
        "content-disposition": f'attachment; filename="archive-{project_id}.zip"',
    }
    return StreamingResponse(
        pieces_of(source),
        headers=headers,
        media_type="application/zip",
        background=BackgroundTask(source.close),
    )
