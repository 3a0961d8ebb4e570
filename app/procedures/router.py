"""HTTP: service procedures as data."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import VersionIsStale, VersionMissing, expected_version, page, shown
from app.areas.queries import AreaNotFound
from app.database import ReadSession
from app.domain.procedure_documents import ProcedureHasFaults
from app.domain.publication import EffectiveInThePast, NumberJustTaken, VersionIsPublished
from app.domain.separation import ApproverIsAuthor
from app.domain.standing import Role
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageOut
from app.problems import refuses
from app.procedures import service
from app.procedures.answers import faults_body, procedure_body, procedure_summary
from app.procedures.queries import (
    STANDARD,
    NoProcedureInForce,
    ProcedureNotFound,
    get_version,
    procedure_in_force,
)
from app.procedures.schemas import (
    FaultsOut,
    ProcedureCode,
    ProcedureDocumentIn,
    ProcedureIn,
    ProcedureOut,
    ProceduresIn,
    ProcedureSummaryOut,
    PublicationIn,
)
from app.route import router as new_router
from app.wire import Code, Day, Uuid

router = new_router("/v1/procedures", "procedures")
Admin = Annotated[Actor, acting_as(Role.ADMIN)]


@router.post("/validation", response_model=FaultsOut, responses=refuses())
async def validate_procedure(actor: Admin, given: ProcedureDocumentIn, request: Request) -> Response:
    """检查流程文档 · Find every fault of a procedure document; nothing is written.

    一次列出全部错误及其位置；没有错误时 is_valid 为 true。
    Every fault is named at once, with its place; without any, is_valid is true.
    """
    return shown(request, faults_body(service.faults_of(given.document), actor.language))


@router.post(
    "",
    status_code=201,
    response_model=ProcedureOut,
    responses=refuses(AreaNotFound, ProcedureHasFaults, NumberJustTaken),
)
async def draft_procedure(actor: Admin, given: ProcedureIn, session: WriteSession) -> Response:
    """起草服务流程 · Store the draft of the next version of a service procedure.

    有错误的文档不予保存，全部错误一次列出。
    A document with faults is not stored; every fault is named at once.
    """
    version = await service.draft_procedure(session, actor, given)
    return await answered(
        session,
        procedure_body(version, actor),
        version=version.version,
        location=f"/v1/procedures/{version.id}",
    )


@router.get("", response_model=PageOut[ProcedureSummaryOut], responses=refuses(CursorInvalid))
async def list_procedures(
    actor: Anyone, asked: Annotated[ProceduresIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询服务流程 · List the procedures of the caller's areas and of those above them.

    草案只对所在区域的管理员可见。
    Drafts are shown to administrators of their area only.
    """
    rows, cursor = await service.list_procedures(session, actor, asked)
    return page(request, [procedure_summary(row) for row in rows], cursor)


@router.get("/in-force", response_model=ProcedureOut, responses=refuses(AreaNotFound, NoProcedureInForce))
async def get_procedure_in_force(
    actor: Anyone,
    area: Code,
    session: ReadSession,
    request: Request,
    on: Day | None = None,
    code: ProcedureCode = STANDARD,
) -> Response:
    """查询生效流程 · Read the procedure that applies to new projects of an area on a day.

    区域没有自己的流程时，沿用最近上级的流程；on 默认为今天。
    An area without its own goes by that of the nearest area above; ``on`` defaults to today.
    """
    if not actor.has_area(area):
        raise AreaNotFound(code=area)
    version = await procedure_in_force(session, area, on or actor.today, code)
    return shown(request, procedure_body(version, actor), version.version)


@router.get("/{procedure_id}", response_model=ProcedureOut, responses=refuses(ProcedureNotFound))
async def get_procedure(
    actor: Anyone, procedure_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取服务流程 · Read a version, the schemas of its moves' inputs, and what its guards mean.

    所用条件和效果附中英文说明；每个动作的填报内容以严格的 JSON Schema 表示。
    Guards and effects come with their meaning; what each move asks for is a strict JSON schema.
    """
    version = await get_version(session, actor, procedure_id)
    return shown(request, procedure_body(version, actor), version.version)


@router.put(
    "/{procedure_id}",
    response_model=ProcedureOut,
    responses=refuses(
        ProcedureNotFound, VersionMissing, VersionIsStale, VersionIsPublished, ProcedureHasFaults
    ),
)
async def change_procedure(
    actor: Admin, procedure_id: Uuid, given: ProcedureDocumentIn, session: WriteSession, request: Request
) -> Response:
    """修改流程草案 · Replace the document of a draft (If-Match required).

    已发布的版本不能修改；修改人成为新的起草人。
    A published version cannot be changed. Whoever replaces the document becomes its drafter.
    """
    version = await service.change_procedure(
        session, actor, procedure_id, given.document, expected_version(request)
    )
    return await answered(session, procedure_body(version, actor), status=200, version=version.version)


@router.post(
    "/{procedure_id}/publication",
    status_code=201,
    response_model=ProcedureOut,
    responses=refuses(
        ProcedureNotFound, VersionIsPublished, ApproverIsAuthor, EffectiveInThePast, ProcedureHasFaults
    ),
)
async def publish_procedure(
    actor: Admin, procedure_id: Uuid, given: PublicationIn, session: WriteSession
) -> Response:
    """发布服务流程 · Publish a draft, from a day on and for good.

    须由起草人以外的人发布；发布后不可更改，进行中的项目保持原有版本。
    Another person than the drafter publishes it. Projects under way keep the version they have.
    """
    version = await service.publish_procedure(session, actor, procedure_id, given.effective_from)
    return await answered(
        session,
        procedure_body(version, actor),
        version=version.version,
        location=f"/v1/procedures/{version.id}",
    )
