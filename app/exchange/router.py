"""HTTP: imports and exports."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from app.actor import Actor, acting_as
from app.answers import page, shown
from app.areas.queries import AreaNotFound
from app.database import ReadSession
from app.documents.service import FileIsDamaged, FileIsElsewhere
from app.domain.standing import Role
from app.exchange import service
from app.exchange.answers import export_body, import_body, row_body
from app.exchange.exporting import FORMATS
from app.exchange.planning import NoProcedureForTheLog
from app.exchange.queries import ExportNotFound, ImportNotFound, get_export, get_import
from app.exchange.schemas import ExportIn, ExportOut, ImportIn, ImportOut, JobsIn, RowReportOut
from app.files.queries import FileNotFound
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageOut
from app.problems import refuses
from app.projects.service import StateSecretsStayOutside
from app.route import router as new_router
from app.wire import Uuid

imports = new_router("/v1/imports", "exchange")
exports = new_router("/v1/exports", "exchange")
Admin = Annotated[Actor, acting_as(Role.ADMIN)]


@imports.post(
    "",
    status_code=202,
    response_model=ImportOut,
    responses=refuses(
        AreaNotFound,
        StateSecretsStayOutside,
        FileNotFound,
        FileIsElsewhere,
        FileIsDamaged,
        NoProcedureForTheLog,
    ),
)
async def request_import(actor: Admin, given: ImportIn, session: WriteSession) -> Response:
    """导入事件日志 · Import an event log.

    文件须先上传；由后台分批导入，可随时中断后续办。每个案件成为一个项目，每个事件成为一次环节流转。
    Upload the file first; the worker imports it in batches and goes on after any interruption. A case becomes
    a project, an event a stage transition; a case with a bad row is held back whole and reported.
    """
    job = await service.request_import(session, actor, given)
    body = import_body(job, actor.language)
    return await answered(session, body, status=202, version=job.version, location=f"/v1/imports/{job.id}")


@imports.get("", response_model=PageOut[ImportOut], responses=refuses(CursorInvalid))
async def list_imports(
    actor: Admin, asked: Annotated[JobsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询导入任务 · List imports, the newest first."""
    jobs, cursor = await service.list_imports(session, actor, asked)
    return page(request, [import_body(job, actor.language) for job in jobs], cursor)


@imports.get("/{import_id}", response_model=ImportOut, responses=refuses(ImportNotFound))
async def get_import_record(
    actor: Admin, import_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """查看导入进度 · Read an import and how far it has come.

    文件的每一行最终只属于四个计数之一：已导入、此前已有、已报告、待处理。
    Every row of the file is in exactly one count: imported, present before, reported, or waiting.
    """
    job = await get_import(session, actor, import_id)
    return shown(request, import_body(job, actor.language), job.version)


@imports.get(
    "/{import_id}/report",
    response_model=PageOut[RowReportOut],
    responses=refuses(ImportNotFound, CursorInvalid),
)
async def list_import_report(
    actor: Admin, import_id: Uuid, asked: Annotated[JobsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查看逐行问题清单 · List the rows that were not imported, with line, column and reason.

    任务完成后提供；最多保留一万条，计数始终完整。
    There when the import is done; at most 10,000 entries are kept, the count is always complete.
    """
    job = await get_import(session, actor, import_id)
    rows, cursor = await service.list_report(session, job, asked)
    told = [row_body(r.line, r.column, r.code, r.facts, actor.language) for r in rows]
    return page(request, told, cursor)


@exports.post("", status_code=201, response_model=ExportOut, responses=refuses())
async def request_export(actor: Admin, given: ExportIn, session: WriteSession) -> Response:
    """导出事件日志 · Export stage transitions as an event log.

    范围为调用方辖区内、截至此刻账本所载的环节流转；内容在读取时生成。
    It covers the transitions in the caller's areas that the ledger holds now; content is written when read.
    """
    job = await service.request_export(session, actor, given)
    return await answered(session, export_body(job), version=job.version, location=f"/v1/exports/{job.id}")


@exports.get("", response_model=PageOut[ExportOut], responses=refuses(CursorInvalid))
async def list_exports(
    actor: Admin, asked: Annotated[JobsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询导出任务 · List exports, the newest first."""
    jobs, cursor = await service.list_exports(session, actor, asked)
    return page(request, [export_body(job) for job in jobs], cursor)


@exports.get("/{export_id}", response_model=ExportOut, responses=refuses(ExportNotFound))
async def get_export_record(
    actor: Admin, export_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """查看导出任务 · Read an export."""
    job = await get_export(session, actor, export_id)
    return shown(request, export_body(job), job.version)


@exports.get(
    "/{export_id}/content",
    response_class=Response,
    responses={
        200: {
            "description": "CSV 或 XES · CSV or XES",
            "content": {kind: {"schema": {"type": "string"}} for kind in ("text/csv", "application/xml")},
        },
        **refuses(ExportNotFound),
    },
)
async def get_export_content(actor: Admin, export_id: Uuid, session: ReadSession) -> StreamingResponse:
    """下载导出内容 · Download an export as CSV (columns of pm4py) or XES.

    经办人员以编号表示，不含姓名。时间为 UTC。
    People are codes, never names. Times are in UTC.
    """
    job = await get_export(session, actor, export_id)
    return StreamingResponse(
        service.content_of(session, actor, job),
        media_type=FORMATS[job.format][1],
        headers={"content-disposition": f'attachment; filename="event-log-{job.id}.{job.format}"'},
    )
