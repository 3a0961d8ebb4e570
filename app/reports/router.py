"""HTTP: weekly and monthly reports."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.actor import Actor, acting_as
from app.answers import etag, shown
from app.areas.queries import AreaNotFound
from app.database import ReadSession
from app.domain.reports import (
    PeriodMalformed,
    PeriodNotOver,
    ReportKind,
    ReportNotFound,
    ReportVersionGone,
)
from app.domain.standing import Role
from app.problems import LANGUAGE_TAGS, refuses
from app.reports import service
from app.reports.answers import report_body
from app.reports.page import POLICY, page_of
from app.reports.schemas import ReportIn, ReportOut
from app.reports.service import KnownInTheFuture
from app.reports.workbook import XLSX, workbook_of
from app.route import router as new_router

router = new_router("/v1/reports", "reports")
Reader = Annotated[
    Actor,
    acting_as(
        Role.OFFICER,
        Role.AGENT,
        Role.COORDINATOR,
        Role.ARCHIVIST,
        Role.SUPERVISOR,
        Role.AUDITOR,
        Role.ADMIN,
    ),
]
Asked = Annotated[ReportIn, Query()]
Name = Annotated[str, Path(max_length=120, description="报表名称 · the report's name")]
PAGE: Final[dict[str, Any]] = {
    "description": "可打印的报表 · the report, to print",
    "content": {"text/html": {"schema": {"type": "string"}}},
}
BOOK: Final[dict[str, Any]] = {
    "description": "电子表格 · the spreadsheet",
    "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}},
}
NAMING: Final = refuses(AreaNotFound, PeriodMalformed, PeriodNotOver, KnownInTheFuture, ReportNotFound)


@router.get("/weekly", response_model=ReportOut, responses=NAMING)
async def get_weekly_report(actor: Reader, asked: Asked, session: ReadSession, request: Request) -> Response:
    """周报 · The weekly report of an area, Monday to Sunday.

    不填 period 为最近一个已结束的整周，不填 known_at 为当前；答复中的 name 决定报表全部内容，
    凭它可随时取得逐字节相同的报表。列出上期报表以后补录、迟报、更正的记录及其对上期数字的影响。
    Without ``period`` the last week that is over, without ``known_at`` now. Whoever asks by the ``name`` of
    the answer gets the same bytes, for ever. It lists what was entered back, reported late and put right
    since the previous report, and what that changed in earlier figures.
    """
    name = await service.name_report(session, actor, ReportKind.WEEKLY, asked)
    return shown(request, report_body(await service.make_report(session, actor, name)))


@router.get("/monthly", response_model=ReportOut, responses=NAMING)
async def get_monthly_report(actor: Reader, asked: Asked, session: ReadSession, request: Request) -> Response:
    """月报 · The monthly report of an area.

    与周报相同，统计期为自然月。上期报表的时点按编制节奏推定：比本期早一个月的同一日、同一时刻。
    As the weekly one, for a calendar month. The previous report is taken to have been made a month earlier,
    on the same day, at the same hour.
    """
    name = await service.name_report(session, actor, ReportKind.MONTHLY, asked)
    return shown(request, report_body(await service.make_report(session, actor, name)))


NAMED: Final = refuses(ReportNotFound, ReportVersionGone)


@router.get("/{report_name}/page.html", response_class=HTMLResponse, responses=NAMED | {200: PAGE})
async def get_report_page(
    actor: Reader, report_name: Name, session: ReadSession, request: Request
) -> Response:
    """打印报表 · The report as a page to print on A4.

    每个数字均链接到页末的口径说明；不含脚本，不引用外部资源。
    Every figure is linked to its definition at the end; no script, nothing loaded from elsewhere.
    """
    report = await service.read_report(session, actor, report_name)
    content = page_of(report).encode()
    headers = {"content-security-policy": POLICY, "content-language": LANGUAGE_TAGS[report.name.language]}
    return _sent(request, content, "text/html; charset=utf-8", headers)


@router.get("/{report_name}/workbook.xlsx", response_class=Response, responses=NAMED | {200: BOOK})
async def get_report_workbook(
    actor: Reader, report_name: Name, session: ReadSession, request: Request
) -> Response:
    """下载电子表格 · The report as a spreadsheet.

    文字一律按文本写入，以 =、+、-、@ 等开头的前加单引号，不会被当作公式。
    Texts are written as texts; one that begins like a formula gets an apostrophe before it.
    """
    report = await service.read_report(session, actor, report_name)
    content = await asyncio.to_thread(workbook_of, report)
    headers = {"content-disposition": f'attachment; filename="{report_name}.xlsx"'}
    return _sent(request, content, XLSX, headers)


@router.get("/{report_name}", response_model=ReportOut, responses=NAMED)
async def get_report(actor: Reader, report_name: Name, session: ReadSession, request: Request) -> Response:
    """按名称读取报表 · Read a report by its name.

    同一名称的报表逐字节相同，与何时、由谁读取无关。
    The same name gives the same bytes, whenever and by whomever it is read.
    """
    return shown(request, report_body(await service.read_report(session, actor, report_name)))


def _sent(request: Request, content: bytes, media_type: str, headers: dict[str, str]) -> Response:
    tag = etag(0, content)
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"etag": tag})
    return Response(content, media_type=media_type, headers={"etag": tag, **headers})
