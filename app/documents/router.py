"""HTTP: files, and the papers of a project's service file."""

from typing import Annotated, Any, Final

from fastapi import Query, Request, Response
from fastapi.responses import FileResponse

from app.actor import Actor, Anyone, acting_as
from app.answers import page, shown
from app.areas.queries import AreaNotFound
from app.database import ReadSession, Writer
from app.documents import service
from app.documents.answers import changed_body, document_body, file_body
from app.documents.models import ProjectDocument
from app.documents.queries import DocumentNotFound, with_files
from app.documents.receiving import FileIsEmpty, FileTypeNotTaken, FormExpected, Received
from app.documents.schemas import (
    DocumentChangedOut,
    DocumentIn,
    DocumentOut,
    FileOut,
    FileReferenceIn,
    WithdrawalIn,
)
from app.documents.service import (
    ArchiveIsClosed,
    Changed,
    DepartmentFilesNeedAProject,
    DocumentAlreadyThere,
    DocumentIsWithdrawn,
    FileIsDamaged,
    FileIsElsewhere,
    FileOfAnotherProject,
)
from app.domain.standing import Role
from app.door import BodyTooLarge
from app.files.models import File
from app.files.queries import FileNotFound
from app.files.queries import get_file as find_file
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.private.queries import texts_of
from app.problems import refuses
from app.projects.queries import ProjectNotFound, list_parts
from app.route import router as new_router
from app.troubles import DiskIsFull
from app.wire import Uuid

router = new_router("/v1", "files")
Filer = Annotated[Actor, acting_as(Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.ARCHIVIST, Role.PORTAL)]
BYTES: Final = {"type": "string", "format": "binary"}
CONTENT: Final[dict[str, Any]] = {
    "description": "文件内容 · the bytes",
    "content": {"application/octet-stream": {"schema": BYTES}},
}
FORM: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["file"],
    "properties": {
        "file": {**BYTES, "description": "文件，至多 50 MB · the file, at most 50 MB"},
        "name": {
            "type": "string",
            "maxLength": 200,
            "description": "显示的文件名；默认取上传的文件名 · the name shown; that of the upload by default",
        },
        "project_id": {"type": "string", "format": "uuid"},
        "area_code": {
            "type": "string",
            "description": "无项目的文件归哪个区域 · whose a file of no project is",
        },
    },
}
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

    sha256 与 sm3 至少提供一个，用于证明文件未被改动；本系统不会访问 url。
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


@router.post(
    "/files",
    status_code=201,
    response_model=FileOut,
    responses=refuses(
        ProjectNotFound,
        AreaNotFound,
        DepartmentFilesNeedAProject,
        FormExpected,
        FileTypeNotTaken,
        FileIsEmpty,
        BodyTooLarge,
        DiskIsFull,
    ),
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM}}}},
)
async def upload_file(actor: Contributor, received: Received, session: WriteSession) -> Response:
    """上传文件 · Upload a file.

    类型按文件内容判断，所声明的类型只作记录；文件以 SHA-256 命名保存，并登记 SM3 摘要。
    重试时比较的是表单各部分的摘要，与分隔符无关。
    The type is judged by the bytes, what is declared is only noted; the bytes are kept under their SHA-256,
    and the SM3 digest stands beside it. A retry is compared by the digest of the form's parts, so that
    another boundary is the same request.
    """
    file = await service.upload_file(session, actor, received.given, received.declared_type, received.stored)
    return await answered(
        session,
        file_body(file),
        version=file.version,
        location=f"/v1/files/{file.id}",
        project_id=file.project_id,
    )


@router.get("/files/{file_id}", response_model=FileOut, responses=refuses(FileNotFound))
async def get_file(actor: Anyone, file_id: Uuid, session: ReadSession, request: Request) -> Response:
    """读取文件信息 · Read what is known of a file.

    只返回登记信息与摘要；内容另行下载。
    Facts and digests only; the content has an address of its own.
    """
    file = await find_file(session, actor, file_id)
    return shown(request, file_body(file), file.version)


@router.get(
    "/files/{file_id}/content",
    response_class=FileResponse,
    responses=refuses(FileNotFound, FileIsElsewhere, FileIsDamaged)
    | {
        200: {
            "description": "文件内容 · the bytes",
            "content": {"application/octet-stream": {"schema": BYTES}},
        }
    },
)
async def download_file(actor: Anyone, file_id: Uuid, session: ReadSession, request: Request) -> Response:
    """下载文件 · Download a file.

    发送前重新核对摘要；一律作为附件发送，浏览器不会打开。ETag 即 SHA-256。
    The digest is checked again before a byte is sent; always an attachment, which no browser opens. The ETag
    is the SHA-256.
    """
    file = await find_file(session, actor, file_id)
    path = await service.bytes_of(session, file)
    headers = {"etag": f'"{file.sha256}"', "content-security-policy": "sandbox; default-src 'none'"}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, 200, headers, "application/octet-stream", filename=file.name)


@router.get(
    "/projects/{project_id}/files",
    response_model=PageOut[FileOut],
    responses=refuses(ProjectNotFound, CursorInvalid),
)
async def list_project_files(
    actor: Anyone, project_id: Uuid, asked: Annotated[PageIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询项目文件 · List the files of a project, oldest first.

    含上传的文件与登记的外部文件。
    Uploaded ones and references to other systems alike.
    """
    files, cursor = await list_parts(session, actor, project_id, File, asked)
    return page(request, [file_body(file) for file in files], cursor)


@router.post(
    "/projects/{project_id}/documents",
    status_code=201,
    response_model=DocumentChangedOut,
    responses=refuses(
        ProjectNotFound, FileNotFound, FileOfAnotherProject, DocumentAlreadyThere, ArchiveIsClosed
    ),
)
async def add_document(actor: Filer, project_id: Uuid, given: DocumentIn, session: WriteSession) -> Response:
    """归入项目文件 · Put a file into the project's service file.

    kind 见数据字典 document_kind;still_missing 为归档尚缺的文件种类，每组有其一即可。
    For ``kind`` see the data dictionary; ``still_missing`` names the groups of kinds of which the archive
    still needs one each.
    """
    changed = await service.add_document(session, actor, project_id, given)
    return await _changed(session, actor, changed)


@router.get(
    "/projects/{project_id}/documents",
    response_model=PageOut[DocumentOut],
    responses=refuses(ProjectNotFound, CursorInvalid),
)
async def list_documents(
    actor: Anyone, project_id: Uuid, asked: Annotated[PageIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询归档文件 · List the papers of the service file, oldest first.

    已撤回的文件也在其中，并附撤回理由。
    Withdrawn ones are among them, with the reason.
    """
    documents, cursor = await list_parts(session, actor, project_id, ProjectDocument, asked)
    papers = await with_files(session, documents)
    texts = await texts_of(session, [document.reason_id for document in documents])
    return page(request, [document_body(p, actor, texts) for p in papers], cursor)


@router.post(
    "/projects/{project_id}/documents/{document_id}/withdrawal",
    status_code=201,
    response_model=DocumentChangedOut,
    responses=refuses(ProjectNotFound, DocumentNotFound, DocumentIsWithdrawn, ArchiveIsClosed),
)
async def withdraw_document(
    actor: Filer, project_id: Uuid, document_id: Uuid, given: WithdrawalIn, session: WriteSession
) -> Response:
    """撤回归档文件 · Take a paper out of the service file.

    文件与记录仍保留，不再计入归档。
    The file and its record stay; it does not count for the archive any more.
    """
    changed = await service.withdraw_document(session, actor, project_id, document_id, given.reason)
    return await _changed(session, actor, changed)


async def _changed(session: Writer, actor: Actor, changed: Changed) -> Response:
    document = changed.paper[0]
    return await answered(
        session,
        changed_body(changed, actor),
        version=document.version,
        location=f"/v1/projects/{document.project_id}/documents",
        project_id=document.project_id,
    )
