"""What an empty installation begins with: areas, departments, procedure, calendar. All of it recorded."""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.actor import Actor, system_actor
from app.areas.models import Area, Department
from app.areas.queries import all_areas, areas_below
from app.calendars.models import CalendarVersion
from app.calendars.queries import ACTIVE
from app.catalogue.models import CatalogueVersion
from app.clients import service as clients
from app.clients.schemas import ClientIn, KeyIn, OperatorIn
from app.clock import new_id
from app.database import Database, Writer
from app.domain.publication import PUBLISHED
from app.events.service import Stamp, record
from app.procedures.models import ProcedureVersion
from app.procedures.queries import STANDARD
from app.troubles import Clash

APP = Path(__file__).parent.parent


def read_packaged(*path: str) -> Any:
    """Read a packaged JSON file of a room."""
    return json.loads(APP.joinpath(*path).read_text(encoding="utf-8"))


async def found(database: Database, at: datetime) -> bool:
    """Furnish an empty database; tell whether there was anything to do. Of many who begin, one does it."""
    if await database.reader.all(all_areas()):
        return False
    try:
        await _furnish(database, at)
    except Clash:  # another process was quicker
        return False
    return True


async def _furnish(database: Database, at: datetime) -> None:
    packaged = read_packaged("areas", "nantong.json")
    root = packaged["areas"][0]["code"]
    async with database.write() as session:
        actor = system_actor(at, root)
        for area in packaged["areas"]:
            await session.insert(Area, **_dated(area))
        for department in packaged["departments"]:
            await session.insert(Department, **_dated(department))
        await record(session, actor, "installation.furnished", Stamp(None, root, None))
        await _publish_standard(session, actor, root)
        await _publish_catalogue(session, actor, root)
        await _activate_calendar(session, actor, root)


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    facts = {k: v for k, v in row.items() if not k.startswith("_")}
    for name in ("valid_from", "valid_to"):
        facts[name] = date.fromisoformat(facts[name]) if facts.get(name) else None
    return facts


async def _publish_standard(session: Writer, actor: Actor, root: str) -> None:
    await session.insert(
        ProcedureVersion,
        id=new_id(actor.at),
        code=STANDARD,
        number=1,
        area_code=root,
        document=read_packaged("procedures", "standard.json"),
        state=PUBLISHED,
        effective_from=date(2020, 1, 1),
        drafted_by="system",
        created_at=actor.at,
        published_at=actor.at,
    )
    await record(session, actor, "procedure.published", Stamp(None, root, None))


async def _publish_catalogue(session: Writer, actor: Actor, root: str) -> None:
    await session.insert(
        CatalogueVersion,
        id=new_id(actor.at),
        number=1,
        area_code=root,
        document=read_packaged("catalogue", "standard.json"),
        state=PUBLISHED,
        effective_from=date(2020, 1, 1),
        drafted_by="system",
        created_at=actor.at,
        published_at=actor.at,
    )
    await record(session, actor, "catalogue.published", Stamp(None, root, None))


async def _activate_calendar(session: Writer, actor: Actor, root: str) -> None:
    document = read_packaged("calendars", "cn.json")
    event_id = new_id(actor.at)
    await session.insert(
        CalendarVersion,
        id=new_id(actor.at),
        number=document.pop("version"),
        code=document.pop("code"),
        area_code=root,
        base_number=None,
        parent_number=None,
        document=document,
        state=ACTIVE,
        drafted_by="system",
        created_at=actor.at,
        approved_by="system",
        activated_at=actor.at,
        event_id=event_id,
    )
    await record(session, actor, "calendar.activated", Stamp(None, root, None), id=event_id)


async def make_client(session: Writer, actor: Actor, *, secret: str, **facts: Any) -> str:
    """Register a client with one key, whose secret is given; return its id."""
    actor = await _everywhere(session, actor)
    client = await clients.register_client(session, actor, ClientIn(**facts))
    await clients.create_key(session, actor, client.id, KeyIn(), secret)
    return client.id


async def make_operator(
    session: Writer, actor: Actor, *, code: str, person_key: str | None = None, **facts: Any
) -> str:
    """Register a person behind the clients of a directory; return the id."""
    actor = await _everywhere(session, actor)
    key = person_key or f"{facts['realm']}:{code}"
    given = OperatorIn(operator_code=code, person_key=key, valid_from=date(2020, 1, 1), **facts)
    return (await clients.register_operator(session, actor, given)).id


async def _everywhere(session: Writer, actor: Actor) -> Actor:
    return replace(actor, areas=await areas_below(session, actor.areas[0]))
