"""Drafting a version of a working calendar from the yearly notice, or an area's exceptions; calculating."""

import csv
from typing import Any

from pydantic import ValidationError

from app.actor import Actor, check_named
from app.areas.queries import get_area
from app.calendars.models import CalendarVersion
from app.calendars.queries import (
    DRAFT,
    NATIONAL,
    CalendarNotFound,
    calendar_below,
    find_active,
    last_number,
    sight,
    versions_page,
)
from app.calendars.schemas import CSV_COLUMNS, CalendarsIn, CalendarVersionIn, NoticeDayIn
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.notices import NoticeDay, NoticeYear, apply_notice
from app.domain.separation import check_approver
from app.errors import Conflict, Fault, Words
from app.events.service import Stamp, record
from app.pages import cursor_of, cut, read_cursor
from app.problems import FieldsInvalid, field_faults
from app.troubles import clashing

EITHER = Words("days 与 csv 须二选一", "give either days or csv")
COLUMNS = Words("第一行应为列名 {columns}", "the first line names the columns {columns}")
CELLS = Words("应有 {count} 列", "has to have {count} cells")


class CalendarVersionIsNoDraft(Conflict):
    """The version is in force or was; what should change is drafted as the next one."""

    title = Words("该版本不是草案", "The version is no draft")
    detail = Words("第 {number} 版状态为“{state}”，不能再启用。", "Version {number} is {state}, not a draft.")


class CalendarDraftIsOutdated(Conflict):
    """Another version was activated since the draft was made; activating this one would undo it."""

    title = Words("草案已过时", "The draft is outdated")
    detail = Words(
        "草案以第 {base} 版为基础，现行版本已是第 {number} 版；请重新起草。",
        "It was drafted over version {base}, and version {number} is in force now: draft it again.",
    )


class CalendarJustDrafted(Conflict):
    """Another version was stored at this moment; the same request will succeed."""

    retry_after = 1
    title = Words("版本号刚被占用", "The number was just taken")
    detail = Words("另一份日历草案刚刚保存，请重试。", "Another draft was stored at this moment; try again.")


async def list_versions(
    session: Reader, actor: Actor, code: str, asked: CalendarsIn
) -> tuple[list[CalendarVersion], str | None]:
    """List a page of the versions of a calendar, the oldest first; drafts to administrators of its area."""
    (last,) = read_cursor(asked.cursor, int) or (None,)
    found = await session.all(versions_page(code, *await sight(session, actor), last, asked.limit + 1))
    if not found and last is None:
        raise CalendarNotFound(code=code)
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].number) if has_more else None


async def draft_version(
    session: Writer, actor: Actor, code: str, given: CalendarVersionIn
) -> CalendarVersion:
    """Store a draft: the version in force with the notice laid over it. Nothing is counted with it yet.

    The code of an area begins a calendar of its own, with exceptions only. Refuses the unnamed, calendars of
    other areas, and a notice with faults, naming all of them.
    """
    check_named(actor)
    days = given.days if given.csv is None else read_csv(given.csv)
    if given.csv is not None and given.days:
        raise FieldsInvalid(faults=[Fault("/csv", "either", EITHER)], count=1)
    base = await session.first(find_active(code))
    area_code = base.area_code if base is not None else code
    if not actor.has_area(area_code):
        raise CalendarNotFound(code=code)
    below = None if code == NATIONAL else await calendar_below(session, code)
    document = base.document if base is not None else await _empty(session, actor, code)
    years = [NoticeYear(each.year, each.notice, each.url) for each in given.years]
    document = apply_notice(document, below, years, _placed(days, is_csv=given.csv is not None))
    with clashing(uq_calendar_version_number=CalendarJustDrafted()):
        version = await session.insert(
            CalendarVersion,
            id=new_id(actor.at),
            number=await session.one(last_number()) + 1,
            code=code,
            area_code=area_code,
            base_number=None if base is None else base.number,
            parent_number=None,
            document=document,
            state=DRAFT,
            drafted_by=actor.person,
            created_at=actor.at,
            approved_by=None,
            activated_at=None,
            event_id=None,
        )
    facts = {"code": code, "number": version.number}
    await record(session, actor, "calendar.drafted", Stamp(None, area_code, None), facts=facts)
    return version


def check_activation(version: CalendarVersion, actor: Actor, number: int | None) -> None:
    """Refuse what is no draft, a draft over another version than ``number`` (in force), and its drafter."""
    if version.state != DRAFT:
        raise CalendarVersionIsNoDraft(number=version.number, state=version.state)
    if version.base_number != number:
        raise CalendarDraftIsOutdated(base=version.base_number or 0, number=number or 0)
    check_approver(version.drafted_by, actor.person)


async def _empty(session: Reader, actor: Actor, code: str) -> dict[str, Any]:
    """Begin an area's calendar: named after it, without a day of its own, knowing the national festivals."""
    area = await get_area(session, actor, code)
    national = await session.one(find_active(NATIONAL))
    return {
        "name": {"zh": f"{area.name_zh}工作日历", "en": f"Working calendar of {area.name_en}"},
        "festivals": dict(national.document["festivals"]),
        "published_years": [],
        "notices": {},
        "days_off": {},
        "makeup_days": {},
    }


def _placed(days: list[Any], *, is_csv: bool) -> list[NoticeDay]:
    return [
        NoticeDay(
            f"/csv/{place + 2}" if is_csv else f"/days/{place}", d.date, d.kind, d.festival, d.festival_en
        )
        for place, d in enumerate(days)
    ]


def read_csv(text: str) -> list[NoticeDayIn]:
    """Read the days of a notice. Refuses every bad line at once, as ``/csv/<line>/<column>``."""
    rows = list(csv.reader(text.strip("\ufeff\n").splitlines()))
    header = [name.strip() for name in rows[0]] if rows else []
    if header not in (list(CSV_COLUMNS), list(CSV_COLUMNS[:-1])):
        told = {"columns": ",".join(CSV_COLUMNS)}
        raise FieldsInvalid(faults=[Fault("/csv/1", "columns", COLUMNS, told)], count=1)
    days: list[NoticeDayIn] = []
    faults: list[Fault] = []
    for line, cells in enumerate(rows[1:], 2):
        if len(cells) != len(header):
            faults.append(Fault(f"/csv/{line}", "cells", CELLS, {"count": len(header)}))
            continue
        named = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        try:
            days.append(NoticeDayIn.model_validate({name: cell for name, cell in named.items() if cell}))
        except ValidationError as error:
            found = field_faults(error.errors())
            faults += [Fault(f"/csv/{line}{f.pointer}", f.code, f.words, f.facts) for f in found]
    if faults:
        raise FieldsInvalid(faults=faults, count=len(faults))
    return days
