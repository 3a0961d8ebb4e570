"""The calendar that applies in an area, and the one a clock was counted with; asked for without a statement.

What is in force is remembered for a second per database, a version for good: it never changes.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlmodel import and_, col, func, or_, select

from app.actor import Actor
from app.areas.queries import all_areas, visible_areas
from app.calendars.models import CalendarVersion
from app.clock import ticks
from app.database import Reader
from app.domain.calendar import WorkCalendar, layer_calendar, read_calendar
from app.domain.durations import Duration, Pause
from app.domain.standing import Role
from app.errors import NotFound, Words
from app.query import Selection, one_of, query

NATIONAL = "cn"
DRAFT, ACTIVE, SUPERSEDED = "draft", "active", "superseded"
TTL = 1.0  # seconds that the version in force is remembered: an activation reaches every process by then


class CalendarNotFound(NotFound):
    """No calendar has this code, or no such version; or it is a draft of an area that is not the caller's."""

    title = Words("找不到该工作日历", "Calendar not found")
    detail = Words("没有工作日历 {code}，或没有该版本。", "There is no calendar {code}, or no such version.")


class InForce(NamedTuple):
    """Which version applies in which area: its own calendar's, else that of the nearest area above."""

    until: float
    numbers: dict[str, int]
    latest_at: datetime
    """When a version was last activated."""


@query
def active_versions() -> Selection[Any]:
    """Name the versions in force, without their days."""
    return select(
        CalendarVersion.code,
        CalendarVersion.number,
        CalendarVersion.parent_number,
        CalendarVersion.activated_at,
    ).where(CalendarVersion.state == ACTIVE)


@query
def _numbered(number: int) -> Selection[CalendarVersion]:
    return select(CalendarVersion).where(CalendarVersion.number == number)


@query
def find_active(code: str) -> Selection[CalendarVersion]:
    """Find the version of a calendar that is in force."""
    return select(CalendarVersion).where(CalendarVersion.code == code, CalendarVersion.state == ACTIVE)


@query
def last_number() -> Selection[int]:
    """Tell the greatest number of all calendars."""
    return select(func.max(CalendarVersion.number))


def _seen(code: str, known_areas: Any, drafts_in: Any) -> list[Any]:
    area, is_draft = col(CalendarVersion.area_code), col(CalendarVersion.state) == DRAFT
    return [
        CalendarVersion.code == code,
        or_(and_(~is_draft, one_of(area, known_areas)), one_of(area, drafts_in)),
    ]


@query
def _version(code: str, number: int, known_areas: Any, drafts_in: Any) -> Selection[CalendarVersion]:
    return select(CalendarVersion).where(
        *_seen(code, known_areas, drafts_in), CalendarVersion.number == number
    )


@query
def versions_page(
    code: str, known_areas: Any, drafts_in: Any, last: int | None, limit: int
) -> Selection[CalendarVersion]:
    """List the versions of a calendar that a caller may see, by number."""
    statement = select(CalendarVersion).where(*_seen(code, known_areas, drafts_in))
    if last is not None:
        statement = statement.where(col(CalendarVersion.number) > last)
    return statement.order_by(col(CalendarVersion.number)).limit(limit)


@query
def actives_page(known_areas: Any, last: str | None, limit: int) -> Selection[CalendarVersion]:
    """List the versions in force that a caller may know, by code."""
    statement = select(CalendarVersion).where(
        CalendarVersion.state == ACTIVE, one_of(col(CalendarVersion.area_code), known_areas)
    )
    if last is not None:
        statement = statement.where(col(CalendarVersion.code) > last)
    return statement.order_by(col(CalendarVersion.code)).limit(limit)


async def sight(session: Reader, actor: Actor) -> tuple[list[str], list[str]]:
    """Name the areas whose calendars a caller may know, and those whose drafts he may see."""
    return list(await visible_areas(session, actor)), list(actor.areas) if actor.role == Role.ADMIN else []


async def get_version(session: Reader, actor: Actor, code: str, number: int) -> CalendarVersion:
    """Find a version the caller may see, or refuse ``CalendarNotFound``."""
    found = await session.first(_version(code, number, *await sight(session, actor)))
    if found is None:
        raise CalendarNotFound(code=code)
    return found


async def calendar_in_force(session: Reader, actor: Actor, code: str) -> CalendarVersion:
    """Find the version in force of a calendar, or in an area, be it that of an area above.

    Refuses ``CalendarNotFound`` for what the caller may not know.
    """
    known_areas = await visible_areas(session, actor)
    if code in known_areas:
        number = (await in_force(session)).numbers[code]
        return await session.one(_numbered(number))
    found = await session.first(find_active(code))
    if found is None or found.area_code not in known_areas:
        raise CalendarNotFound(code=code)
    return found


async def calendar_numbered(session: Reader, actor: Actor, number: int) -> CalendarVersion:
    """Find a version that is or was in force, by its number alone, which runs through all calendars.

    Refuses ``CalendarNotFound`` for drafts and for what the caller may not know.
    """
    found = await session.first(_numbered(number))
    known_areas = await visible_areas(session, actor)
    if found is None or found.state == DRAFT or found.area_code not in known_areas:
        raise CalendarNotFound(code=number)
    return found


async def in_force(session: Reader) -> InForce:
    """Tell which version applies in which area."""
    known: InForce | None = session.memory.get(InForce)
    if known is None or known.until < ticks():
        until = ticks() + TTL
        active = await session.all(active_versions())
        parents = {area.code: area.parent_code for area in await session.all(all_areas())}
        numbers = {row.code: row.number for row in active}
        applied = {area: numbers[governing(area, numbers, parents)] for area in parents}
        known = InForce(until, applied, max(row.activated_at for row in active))
        session.memory[InForce] = known
    return known


def governing(area: str, codes: Mapping[str, Any], parents: Mapping[str, str | None]) -> str:
    """Name the calendar that applies in an area: its own, the nearest above, else the national one."""
    here: str | None = area
    while here is not None and here not in codes:
        here = parents.get(here)
    return NATIONAL if here is None else here


async def calendar_of(session: Reader, area_code: str) -> WorkCalendar:
    """Give the calendar in force in an area, for counting anew. No statement when warm.

    With ``MPS_PROVISIONAL_YEARS=refuse`` it refuses to count in years without an official notice.
    """
    number = await _number_in(session, area_code)
    if session.settings.provisional_years == "compute":
        return await get_calendar(session, number)
    strict: WorkCalendar | None = session.memory.get((WorkCalendar, number, "refusing"))
    if strict is None:
        strict = (await get_calendar(session, number)).refusing()
        session.memory[WorkCalendar, number, "refusing"] = strict
    return strict


@query
def _activated_by(at: datetime) -> Selection[Any]:
    return (
        select(CalendarVersion.code, func.max(CalendarVersion.number))
        .where(CalendarVersion.state != DRAFT, col(CalendarVersion.activated_at) <= at)
        .group_by(CalendarVersion.code)
    )


async def calendar_known_at(session: Reader, area_code: str, at: datetime | None) -> WorkCalendar:
    """Give the calendar that was in force in an area at a moment (None: now), as ``calendar_of`` does.

    Two statements for the past. Before the first activation the national one counts as it is now.
    """
    if at is None:
        return await calendar_of(session, area_code)
    numbers = dict(await session.all(_activated_by(at)))
    parents = {area.code: area.parent_code for area in await session.all(all_areas())}
    code = governing(area_code, numbers, parents)
    if code not in numbers:
        return await calendar_of(session, area_code)
    found = await get_calendar(session, numbers[code])
    return found if session.settings.provisional_years == "compute" else found.refusing()


async def calendar_of_clock(session: Reader, number: int | None, area_code: str) -> WorkCalendar:
    """Give the calendar a stored clock was counted with; without a clock, the one in force in the area."""
    return await get_calendar(session, await _number_in(session, area_code) if number is None else number)


async def get_calendar(session: Reader, number: int) -> WorkCalendar:
    """Give the calendar that a clock names, whether it is still in force or not. No statement when warm."""
    known: WorkCalendar | None = session.memory.get((WorkCalendar, number))
    if known is not None:
        return known
    row = await session.first(_numbered(number))
    if row is None:
        raise CalendarNotFound(code=number)
    parent: WorkCalendar | None = None
    if row.parent_number is not None:
        parent = await get_calendar(session, row.parent_number)
    elif row.code != NATIONAL:  # a draft of an area
        parent = await calendar_below(session, row.code)
    built = built_from(row.document, row.code, number, parent)
    if row.state != DRAFT:
        session.memory[WorkCalendar, number] = built
    return built


async def calendar_below(session: Reader, area_code: str) -> WorkCalendar:
    """Give the calendar that an area's own exceptions are laid over: that of the nearest area above."""
    parents = {area.code: area.parent_code for area in await session.all(all_areas())}
    above = parents.get(area_code)
    if above is not None:
        return await calendar_of_clock(session, None, above)
    return await get_calendar(session, (await session.one(find_active(NATIONAL))).number)


def built_from(document: Any, code: str, number: int, parent: WorkCalendar | None) -> WorkCalendar:
    """Build a version; ``parent`` is the calendar that an area's exceptions are laid over."""
    own = read_calendar({**document, "code": code, "version": number}, is_layer=parent is not None)
    return own if parent is None else layer_calendar(parent, own)


async def _number_in(session: Reader, area_code: str) -> int:
    known = await in_force(session)
    if area_code not in known.numbers:  # an area of this second
        forget(session)
        known = await in_force(session)
    return known.numbers[area_code]


def forget(session: Reader) -> None:
    """Look up again what is in force: this process need not wait for what it has just changed itself."""
    session.memory.pop(InForce, None)


def sum_path(
    area_code: str,
    from_on: date,
    duration: Duration,
    pauses: Iterable[Pause] = (),
    *,
    rolls: bool = False,
    version: int | None = None,
) -> str:
    """Name where a span of time is summed up day by day, with the calendar in force or the one it names."""
    asked = [("from", from_on.isoformat()), ("value", str(duration.value)), ("unit", duration.unit.value)]
    asked += [("pause", f"{p.starts_on}/{p.ends_on or ''}".rstrip("/")) for p in pauses]
    asked += [("rolls", "true")] if rolls else []
    return _calculations(area_code, asked + ([] if version is None else [("version", str(version))]))


def days_between_path(area_code: str, from_on: date, to_on: date, version: int | None = None) -> str:
    """Name where the working days from one day to another are counted."""
    asked = [("from", from_on.isoformat()), ("to", to_on.isoformat())]
    return _calculations(area_code, asked + ([] if version is None else [("version", str(version))]))


def _calculations(area_code: str, asked: list[tuple[str, str]]) -> str:
    return f"/v1/calendars/{area_code}/calculations?{urlencode(asked)}"
