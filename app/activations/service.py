"""What a calendar version would move, and putting it into force: all clocks in one transaction, one event."""

from typing import Any, NamedTuple

import orjson

from app.activations.composing import Composition, compose
from app.activations.queries import active_versions, lock_version
from app.activations.recounting import ClockMove, recounts
from app.actor import Actor, check_named
from app.areas.queries import all_areas
from app.calendars.models import CalendarVersion
from app.calendars.queries import (
    ACTIVE,
    DRAFT,
    SUPERSEDED,
    CalendarNotFound,
    forget,
    get_calendar,
    get_version,
    last_number,
)
from app.calendars.service import CalendarVersionIsNoDraft, check_activation
from app.clock import new_id
from app.database import Reader, Writer
from app.digests import sha256
from app.domain.calendar import WorkCalendar
from app.domain.notices import ChangedDay, changed_days
from app.errors import Conflict, Words
from app.events.service import Stamp, record

EVENT = "calendar.activated"


class ImpactHasChanged(Conflict):
    """The version would move other deadlines now than those that were looked at."""

    title = Words("影响已发生变化", "The impact has changed")
    detail = Words(
        "所同意的影响与现在的影响不一致，请重新查看。",
        "It would move other deadlines by now: look at it again.",
    )


class Impact(NamedTuple):
    """What a draft would change."""

    version: CalendarVersion
    areas: list[str]
    years: list[int]
    days: tuple[ChangedDay, ...]
    recounted: int
    moves: list[ClockMove]


class Activated(NamedTuple):
    """A version put into force, with those of the areas above it, and what it moved."""

    version: CalendarVersion
    numbers: list[int]
    recounted: int
    moves: list[ClockMove]
    event_id: str


async def read_impact(session: Reader, actor: Actor, code: str, number: int) -> Impact:
    """Say what would move if a draft were put into force now. Refuses what is no draft."""
    version = await get_version(session, actor, code, number)
    if version.state != DRAFT:
        raise CalendarVersionIsNoDraft(number=number, state=version.state)
    active = await session.all(active_versions(locks=False))
    composed = await _composed(session, active, version)
    areas = _areas_of(actor, composed)
    recounted = 0
    moves: list[ClockMove] = []
    async for each in recounts(session, areas, locks=False):
        recounted += 1
        moves += each.moves
    after = composed.successors[0].calendar
    base = next((row for row in active if row.code == code), None)
    below = base.number if base is not None else composed.successors[0].parent_number
    assert below is not None  # the national calendar always is in force
    before = await get_calendar(session, below)
    years = sorted(after.published_years - before.published_years)
    return Impact(version, sorted(areas), years, changed_days(before, after), recounted, moves)


async def activate(session: Writer, actor: Actor, code: str, number: int, digest: str) -> Activated:
    """Put a draft into force, and count every clock that still runs anew with it.

    Refuses the unnamed, the drafter, what is no draft, a draft over a version no longer in force, and an
    impact other than the one agreed to.
    """
    check_named(actor)
    await session.all(active_versions(locks=True))  # of two activations one waits, and then looks again
    active = await session.all(active_versions(locks=False))
    version = await session.first(lock_version(code, number, actor.areas))
    if version is None:
        raise CalendarNotFound(code=code)
    check_activation(version, actor, next((row.number for row in active if row.code == code), None))
    composed = await _composed(session, active, version)
    event_id = new_id(actor.at)
    version = await _put_into_force(session, actor, active, composed, event_id)
    recounted = 0
    moves: list[ClockMove] = []
    async for each in recounts(session, _areas_of(actor, composed), locks=True):
        await session.change(each.row, **each.facts)
        recounted += 1
        moves += each.moves
    if digest_of(version, moves) != digest:
        raise ImpactHasChanged
    numbers = [successor.number for successor in composed.successors]
    facts = {"code": code, "number": number, "numbers": numbers, "moved": len(moves)}
    await record(session, actor, EVENT, Stamp(None, version.area_code, None), id=event_id, facts=facts)
    forget(session)
    return Activated(version, numbers, recounted, moves, event_id)


def digest_of(version: CalendarVersion, moves: list[ClockMove]) -> str:
    """Digest an impact: the version, and every deadline with the day it moves to."""
    told = sorted((m.id, m.clock, str(m.from_due_on), str(m.to_due_on)) for m in moves)
    return sha256(orjson.dumps([version.id, told]))


async def _composed(session: Reader, active: list[CalendarVersion], version: CalendarVersion) -> Composition:
    parents = {area.code: area.parent_code for area in await session.all(all_areas())}
    built = {row.code: await get_calendar(session, row.number) for row in active}
    return compose(active, built, version, parents, await session.one(last_number()) + 1)


def _areas_of(actor: Actor, composed: Composition) -> dict[str, WorkCalendar]:
    return {area: calendar for area, calendar in composed.areas.items() if actor.has_area(area)}


async def _put_into_force(
    session: Writer, actor: Actor, active: list[CalendarVersion], composed: Composition, event_id: str
) -> CalendarVersion:
    """Change the states of the versions; give the draft as it is then."""
    before = {row.code: row for row in active}
    said: dict[str, Any] = {
        "state": ACTIVE, "approved_by": actor.person, "activated_at": actor.at, "event_id": event_id
    }  # fmt: skip
    found = None
    for successor in composed.successors:
        row = successor.row
        if (old := before.get(row.code)) is not None:
            await session.change(old, state=SUPERSEDED, version=old.version + 1)
        if row.number == successor.number:
            found = await session.change(
                row, **said, parent_number=successor.parent_number, version=row.version + 1
            )
            continue
        await session.insert(
            CalendarVersion,
            id=new_id(actor.at),
            number=successor.number,
            code=row.code,
            area_code=row.area_code,
            base_number=row.number,
            parent_number=successor.parent_number,
            document=row.document,
            drafted_by=row.drafted_by,
            created_at=actor.at,
            **said,
        )
    assert found is not None  # the draft is among the successors
    return found
