"""HTTP: working calendars, their versions, and a calculator."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import page, shown
from app.calendars import service
from app.calendars.answers import calendar_body, version_body, version_summary
from app.calendars.calculating import CalculationTooLong, calculate
from app.calendars.queries import (
    CalendarNotFound,
    actives_page,
    calendar_in_force,
    calendar_numbered,
    find_active,
    get_calendar,
    get_version,
    sight,
)
from app.calendars.schemas import (
    CalculationIn,
    CalculationOut,
    CalendarCode,
    CalendarOut,
    CalendarsIn,
    CalendarVersionIn,
    CalendarVersionOut,
    CalendarVersionSummaryOut,
    PauseNotReadable,
)
from app.calendars.service import CalendarJustDrafted
from app.database import ReadSession
from app.domain.calendar import YearNotPublished
from app.domain.durations import DueDayUnreachable, DurationOutOfRange, PauseEndsBeforeItStarts
from app.domain.notices import NoticeHasFaults
from app.domain.standing import Role
from app.idempotency import WriteSession, answered
from app.pages import MOST, CursorInvalid, PageOut, cursor_of, cut, read_cursor
from app.problems import refuses
from app.route import router as new_router

router = new_router("/v1/calendars", "calendars")
Admin = Annotated[Actor, acting_as(Role.ADMIN)]
Number = Annotated[int, Path(ge=1, lt=MOST)]


@router.get("", response_model=PageOut[CalendarOut], responses=refuses(CursorInvalid))
async def list_calendars(
    actor: Anyone, asked: Annotated[CalendarsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询工作日历 · List the calendars of the caller's areas and of those above them.

    cn 为国务院办公厅公布的全国日历；以区域代码命名的日历只含该区域与上级不同的日期。
    ``cn`` is the national one; a calendar named after an area holds what differs there from the one above.
    """
    (last,) = read_cursor(asked.cursor, str) or (None,)
    known_areas, _ = await sight(session, actor)
    found = await session.all(actives_page(known_areas, last, asked.limit + 1))
    rows, has_more = cut(found, asked.limit)
    return page(request, [calendar_body(row) for row in rows], cursor_of(rows[-1].code) if has_more else None)


@router.get("/{code}", response_model=CalendarOut, responses=refuses(CalendarNotFound))
async def get_working_calendar(
    actor: Anyone, code: CalendarCode, session: ReadSession, request: Request
) -> Response:
    """读取工作日历 · Read a calendar, or the one that applies in an area.

    code 可为日历代码，也可为区域代码；区域没有自己的日历时，给出其上级的日历。
    ``code`` is a calendar's or an area's; an area without its own goes by that of the nearest area above.
    """
    row = await calendar_in_force(session, actor, code)
    return shown(request, calendar_body(row), row.version)


@router.get(
    "/{code}/versions",
    response_model=PageOut[CalendarVersionSummaryOut],
    responses=refuses(CalendarNotFound, CursorInvalid),
)
async def list_calendar_versions(
    actor: Anyone,
    code: CalendarCode,
    asked: Annotated[CalendarsIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询日历版本 · List the versions of a calendar, the oldest first.

    版本号在全部日历之间连续编排，时限仅凭 calendar_version 即可指明所用日历；草案只对所在区域的管理员可见。
    Numbers run through all calendars, so that a clock names its calendar by the number alone. Drafts are
    shown to administrators of their area only.
    """
    rows, cursor = await service.list_versions(session, actor, code, asked)
    return page(request, [version_summary(row) for row in rows], cursor)


@router.post(
    "/{code}/versions",
    status_code=201,
    response_model=CalendarVersionOut,
    responses=refuses(CalendarNotFound, NoticeHasFaults, CalendarJustDrafted),
)
async def draft_calendar_version(
    actor: Admin, code: CalendarCode, given: CalendarVersionIn, session: WriteSession
) -> Response:
    """起草日历版本 · Draft the next version from a notice.

    在现行版本之上落实年度通知：years 所列年份全部以通知为准，其他已公布年份只改所列日期（如上年十二月底）。
    日期可逐条列出，也可给出 CSV 全文；错误连同行、列一次列全。code 为区域代码时，起草该区域的例外日期。
    The notice is laid over the version in force: of the ``years`` it announces all days are replaced, of
    other published years only those listed (such as the end of the December before). Days come as a list or
    as the text of a CSV; every fault is named at once with line and column. With the code of an area, its
    exceptions are drafted. A draft counts nothing: see its impact, then let another person activate it.
    """
    row = await service.draft_version(session, actor, code, given)
    body = version_body(row, actor, row.base_number)
    location = f"/v1/calendars/{code}/versions/{row.number}"
    return await answered(session, body, version=row.version, location=location)


@router.get(
    "/{code}/versions/{number}", response_model=CalendarVersionOut, responses=refuses(CalendarNotFound)
)
async def get_calendar_version(
    actor: Anyone, code: CalendarCode, number: Number, session: ReadSession, request: Request
) -> Response:
    """读取日历版本 · Read a version with its days and the notices they come from.

    发文字号未核实的年份，notice 为 null 并在 remark 注明；未列入 years 的年份仅有法定节日，所得日期为暂定。
    Where the number of a notice is not verified, ``notice`` is null and ``remark`` says so. Other years hold
    the statutory days only, and dates that rest on them are provisional.
    """
    row = await get_version(session, actor, code, number)
    active = await session.first(find_active(code))
    body = version_body(row, actor, None if active is None else active.number)
    return shown(request, body, row.version)


@router.get(
    "/{code}/calculations",
    response_model=CalculationOut,
    responses=refuses(
        CalendarNotFound,
        PauseNotReadable,
        PauseEndsBeforeItStarts,
        DurationOutOfRange,
        DueDayUnreachable,
        CalculationTooLong,
        YearNotPublished,
    ),
)
async def calculate_days(
    actor: Anyone,
    code: CalendarCode,
    asked: Annotated[CalculationIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """时限试算 · Count a limit, or the days between two days, with every day and why.

    起算日不计入；给出 value 求到期日，给出 to 求两日之间的天数。code 可为日历代码或区域代码；
    按现行版本计算，给出 version 则按该版本。
    The start day never counts. ``value`` asks for the last day, ``to`` for the days up to it. ``code`` is a
    calendar's or an area's; the version in force counts, or the one named, in the same words as any clock.
    Nothing is stored.
    """
    if asked.version is None:
        row = await calendar_in_force(session, actor, code)
    else:
        row = await calendar_numbered(session, actor, asked.version)
    calendar = await get_calendar(session, row.number)
    refuses_provisional = session.settings.provisional_years == "refuse"
    body = calculate(calendar, asked, actor.language, refuses_provisional=refuses_provisional)
    return shown(request, body)
