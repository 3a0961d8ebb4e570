"""The calendar that applies in an area, and the one a clock was counted with; asked for without a statement.

What is in force is remembered for a second per database, a version for good: it never changes.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import select

from app.areas.queries import all_areas
from app.calendars.models import CalendarVersion
from app.clock import ticks
from app.database import Reader
from app.domain.calendar import WorkCalendar, layer_calendar, read_calendar
from app.errors import NotFound, Words
from app.query import Selection, query

NATIONAL = "cn"
DRAFT, ACTIVE, SUPERSEDED = "draft", "active", "superseded"
TTL = 1.0  # seconds that the version in force is remembered: an activation reaches every process by then


class CalendarNotFound(NotFound):
    """No calendar has this code, or no such version; or it is a draft of an area that is not the caller's."""

    title = Words("找不到该工作日历", "Calendar not found")
    detail = Words("没有工作日历 {code}，或没有该版本。", "There is no calendar {code}, or no such version.")


class InForce(NamedTuple):
    """Which version applies where: the area's own calendar, else that of the nearest area above."""

    until: float
    numbers: dict[str, int]
    latest_at: datetime
    """When a version was last activated."""


@query
def active_versions() -> Selection[Any]:
    """Name the versions in force, without their days."""
    return select(
        CalendarVersion.code, CalendarVersion.area_code, CalendarVersion.number, CalendarVersion.activated_at
    ).where(CalendarVersion.state == ACTIVE)


@query
def _version(number: int) -> Selection[CalendarVersion]:
    return select(CalendarVersion).where(CalendarVersion.number == number)


async def in_force(session: Reader) -> InForce:
    """Tell which version applies in which area."""
    known: InForce | None = session.memory.get(InForce)
    if known is None or known.until < ticks():
        until = ticks() + TTL
        active = await session.all(active_versions())
        parents = {area.code: area.parent_code for area in await session.all(all_areas())}
        own = {row.area_code: row.number for row in active}
        known = InForce(until, governing(own, parents), max(row.activated_at for row in active))
        session.memory[InForce] = known
    return known


def governing(own: dict[str, int], parents: dict[str, str | None]) -> dict[str, int]:
    """Give every area the number of its own calendar, else that of the nearest area above that has one."""
    return {area: own[here] for area in parents if (here := governed_by(area, own, parents)) is not None}


def governed_by(area: str, own: dict[str, int], parents: dict[str, str | None]) -> str | None:
    """Name the area whose calendar applies in an area: itself, or the nearest above."""
    here: str | None = area
    while here is not None and here not in own:
        here = parents.get(here)
    return here


async def calendar_of(session: Reader, area_code: str) -> WorkCalendar:
    """Give the calendar in force in an area, for counting anew. No statement when warm.

    With ``MPS_PROVISIONAL_YEARS=refuse`` it refuses to count in years without an official notice.
    """
    number = await _number_in(session, area_code)
    if session.settings.provisional_years == "compute":
        return await get_calendar(session, number)
    strict: WorkCalendar | None = session.memory.get((WorkCalendar, number, "strict"))
    if strict is None:
        strict = (await get_calendar(session, number)).refusing()
        session.memory[WorkCalendar, number, "strict"] = strict
    return strict


async def get_calendar(session: Reader, number: int) -> WorkCalendar:
    """Give the calendar that a clock names, whether it is still in force or not. No statement when warm."""
    known: WorkCalendar | None = session.memory.get((WorkCalendar, number))
    if known is not None:
        return known
    row = await session.first(_version(number))
    if row is None:
        raise CalendarNotFound(code=number)
    parent = None if row.parent_number is None else await get_calendar(session, row.parent_number)
    built = built_from(row, parent)
    if row.state != DRAFT:
        session.memory[WorkCalendar, number] = built
    return built


async def calendar_of_clock(session: Reader, number: int | None, area_code: str) -> WorkCalendar:
    """Give the calendar a stored clock was counted with; without a clock, the one in force in the area."""
    return await get_calendar(session, await _number_in(session, area_code) if number is None else number)


async def _number_in(session: Reader, area_code: str) -> int:
    known = await in_force(session)
    if area_code not in known.numbers:  # an area of this second
        forget(session)
        known = await in_force(session)
    return known.numbers[area_code]


def built_from(row: CalendarVersion, parent: WorkCalendar | None) -> WorkCalendar:
    """Build a version; ``parent`` is the calendar that an area's exceptions are laid over."""
    document = {**row.document, "code": row.code, "version": row.number}
    own = read_calendar(document, is_layer=parent is not None)
    return own if parent is None else layer_calendar(parent, own)


def forget(session: Reader) -> None:
    """Look up again what is in force: this process need not wait for what it has just changed itself."""
    session.memory.pop(InForce, None)
