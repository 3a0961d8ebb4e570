"""What an empty installation begins with: areas, departments, the standard procedure. All of it recorded."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.actor import Actor
from app.areas.models import Area, Department
from app.areas.queries import all_areas
from app.clients.models import ApiKey, Client, Operator
from app.clock import new_id
from app.database import Database, Writer
from app.digests import sha256
from app.domain.standing import Role
from app.events.service import Stamp, record
from app.private import service as private
from app.procedures.models import ProcedureVersion
from app.procedures.queries import PUBLISHED, STANDARD
from app.troubles import Clash

APP = Path(__file__).parent.parent
SYSTEM = "00000000-0000-7000-8000-000000000000"


def system_actor(at: datetime, root: str) -> Actor:
    """Give the actor that sets an installation up: nobody's key, the whole tree."""
    return Actor(at=at, client_id=SYSTEM, role=Role.ADMIN, areas=(root,), person_key="system")


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


async def make_client(
    session: Writer,
    actor: Actor,
    *,
    name: str,
    roles: list[str],
    area_code: str,
    realm: str,
    secret: str,
    department_code: str | None = None,
) -> str:
    """Register a client with one key; return its id."""
    client_id = new_id(actor.at)
    await session.insert(
        Client,
        id=client_id,
        name=name,
        roles=roles,
        area_code=area_code,
        department_code=department_code,
        realm=realm,
        created_at=actor.at,
    )
    await session.insert(
        ApiKey,
        id=new_id(actor.at),
        client_id=client_id,
        digest=sha256(secret.encode()),
        hint=secret[:8],
        created_at=actor.at,
        expires_at=None,
        revoked_at=None,
    )
    await record(session, actor, "client.registered", Stamp(None, area_code, None))
    return client_id


async def make_operator(
    session: Writer,
    actor: Actor,
    *,
    realm: str,
    code: str,
    name: str,
    roles: list[str],
    area_code: str,
    department_code: str | None = None,
    person_key: str | None = None,
) -> str:
    """Register a person behind the clients of a directory; return the id."""
    operator_id = new_id(actor.at)
    name_id = await private.keep(session, actor, "operator_name", name, None)
    assert name_id is not None
    await session.insert(
        Operator,
        id=operator_id,
        realm=realm,
        operator_code=code,
        person_key=person_key or f"{realm}:{code}",
        name_id=name_id,
        roles=roles,
        area_code=area_code,
        department_code=department_code,
        valid_from=date(2020, 1, 1),
        valid_to=None,
    )
    await record(session, actor, "operator.registered", Stamp(None, area_code, None))
    return operator_id
