"""HTTP: figures and their definitions."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import page, shown
from app.areas.queries import AreaNotFound, DepartmentNotFound
from app.database import ReadSession
from app.domain.standing import Role
from app.domain.statistics import DEFINITIONS
from app.pages import CursorInvalid, PageIn, PageOut, cursor_of, cut, read_cursor
from app.problems import refuses
from app.route import router as new_router
from app.statistics import service
from app.statistics.answers import definition_body, figures_body
from app.statistics.schemas import (
    FigureDefinitionOut,
    FiguresIn,
    FiguresOut,
)
from app.statistics.service import FigureNotFound, FigureUnknown, PeriodEndsBeforeItBegins, PeriodTooLong

router = new_router("/v1/statistics", "statistics")
Staff = Annotated[
    Actor,
    acting_as(
        Role.OFFICER,
        Role.AGENT,
        Role.COORDINATOR,
        Role.ARCHIVIST,
        Role.DEPARTMENT,
        Role.SUPERVISOR,
        Role.AUDITOR,
        Role.ADMIN,
    ),
]


@router.get(
    "/figures",
    response_model=FiguresOut,
    responses=refuses(
        FigureUnknown, AreaNotFound, DepartmentNotFound, PeriodEndsBeforeItBegins, PeriodTooLong
    ),
)
async def get_figures(
    actor: Staff, asked: Annotated[FiguresIn, Query()], session: ReadSession, request: Request
) -> Response:
    """统计指标 · Figures for a period, by area, department, agent or class of procedure.

    分母为零的指标没有数值，并说明原因；数值均为十进制文本。评价指标只统计已结束的整月，
    非实名评价不足 5 件的并入更大区域。known_at 只用当时账本已有的记录，
    用同样的公式计算，耗时随账本长度增加。部门只能看到自己的事项。
    A figure of nothing has no value and says why; values are decimal texts. Evaluations count by whole months
    that are over, and fewer than five that are not named count in the larger area only. ``known_at`` takes
    what the ledger had recorded by then, by the same formulas; it takes the longer, the longer the ledger.
    Departments see their own items only.
    """
    ask = service.ask_of(asked)
    answer = await service.read_figures(session, actor, ask)
    return shown(request, figures_body(ask, answer, actor.language))


@router.get("/definitions", response_model=PageOut[FigureDefinitionOut], responses=refuses(CursorInvalid))
async def list_figure_definitions(
    actor: Anyone,  # noqa: ARG001 - any caller
    asked: Annotated[PageIn, Query()],
    request: Request,
) -> Response:
    """指标定义 · The definition of every figure: formula, unit, denominator, source, version.

    口径未见于标准的，均注明“默认口径，非出自标准”。
    What no standard says is marked "default, not from the standard".
    """
    (last,) = read_cursor(asked.cursor, str) or (None,)
    known = list(DEFINITIONS)
    if last is not None and last not in known:
        raise CursorInvalid
    codes, has_more = cut(known[known.index(last) + 1 if last else 0 :], asked.limit)
    items = [definition_body(DEFINITIONS[code]) for code in codes]
    return page(request, items, cursor_of(codes[-1]) if has_more else None)


@router.get("/definitions/{figure}", response_model=FigureDefinitionOut, responses=refuses(FigureNotFound))
async def get_figure_definition(
    actor: Anyone,  # noqa: ARG001 - any caller
    figure: Annotated[str, Path(max_length=64)],
    request: Request,
) -> Response:
    """读取指标定义 · Read the definition of one figure."""
    return shown(request, definition_body(service.definition_of(figure)))
