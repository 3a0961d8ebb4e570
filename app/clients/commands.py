"""The keys of an installation from its own command line: where the first one comes from."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import ValidationError

from app.actor import Actor, system_actor
from app.areas.queries import AreaNotFound, all_areas, find_area
from app.clients import queries, service
from app.clients.queries import KeyNotFound
from app.clients.schemas import ClientIn, KeyIn
from app.clock import read_clock
from app.config import Settings
from app.database import Database, Reader, Writer
from app.errors import Refusal
from app.wire import is_uuid

REALM = "default"  # of clients made here; the interface for administrators can change it


async def list_keys(settings: Settings) -> int:
    """Print every key: its id and first characters, its client, and until when it lives."""
    async with Database(settings).opened() as database:
        rows = await database.reader.all(queries.every_key())
    for key, client in rows:
        state = "revoked" if key.revoked_at else f"until {key.expires_at}" if key.expires_at else "valid"
        state = state if client.is_active else "client inactive"
        roles = ",".join(client.roles)
        _tell(f"{key.id}  {key.hint}…  {client.area_code}  {client.name}  {roles}  {state}")
    return 0


async def create_key(settings: Settings, client_name: str, roles: list[str], area: str) -> int:
    """Print a new key, once; it belongs to the client of this name in this area, registered if need be."""
    try:
        given = ClientIn.model_validate(
            {"name": client_name, "roles": roles, "area_code": area, "realm": REALM}
        )
    except ValidationError as error:
        return _refuse("; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors()))
    try:
        async with _writing(settings) as (session, actor):
            if await session.first(find_area(area)) is None:
                raise AreaNotFound(code=area)
            client = await session.first(queries.find_client_named(area, given.name))
            client = client or await service.register_client(session, actor, given)
            key, secret = await service.create_key(session, actor, client.id, KeyIn())
    except Refusal as refusal:
        return _refuse(str(refusal))
    _tell(f"密钥编号 · key {key.id}    角色 · roles {','.join(client.roles)}")
    _tell(f"密钥仅显示这一次 · shown this once:\n{secret}")
    return 0


async def revoke_key(settings: Settings, key_id: str) -> int:
    """Revoke a key for good."""
    try:
        async with _writing(settings) as (session, actor):
            if not is_uuid(key_id) or (key := await session.first(queries.find_key(key_id))) is None:
                raise KeyNotFound
            await service.revoke_key(session, actor, key.client_id, key_id)
    except Refusal as refusal:
        return _refuse(str(refusal))
    _tell(f"已吊销 · revoked {key_id}")
    return 0


@asynccontextmanager
async def _writing(settings: Settings) -> AsyncIterator[tuple[Writer, Actor]]:
    async with Database(settings).opened() as database:
        actor = system_actor(read_clock(), *await _every_code(database.reader))
        async with database.write() as session:
            yield session, actor


async def _every_code(reader: Reader) -> list[str]:
    return [area.code for area in await reader.all(all_areas())]


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")


def _refuse(text: str) -> int:
    sys.stderr.write(text + "\n")
    return 1
