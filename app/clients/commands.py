"""The keys of an installation from its own command line: where the first one comes from."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from pydantic import ValidationError

from app.actor import Actor, system_actor
from app.areas.queries import AreaNotFound, all_areas, find_area
from app.clients import queries, service
from app.clients.queries import KeyNotFound
from app.clients.schemas import ClientIn, KeyIn
from app.clock import read_clock
from app.config import Settings
from app.database import Database, Reader, Writer
from app.errors import Conflict, Refusal, Words
from app.problems import field_faults
from app.wire import is_uuid

REALM = "default"  # of clients made here; the interface for administrators can change it


OPTIONS = {"/name": "--client", "/roles": "--roles", "/area_code": "--area"}


class ClientHasOtherRoles(Conflict):
    """A key has the roles of its client; others than asked for would be a surprise."""

    title = Words("接入系统的角色不同", "The client has other roles")
    detail = Words(
        "接入系统“{name}”的角色是 {roles}；请不带 --roles 再试，或由管理员先用 PATCH /v1/clients/{id} 修改。",
        "The client “{name}” has the roles {roles}: leave out --roles, or PATCH /v1/clients/{id} first.",
    )


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


async def create_key(settings: Settings, client_name: str, roles: list[str] | None, area: str) -> int:
    """Print a new key, once; it belongs to the client of this name in this area, registered if need be.

    Without roles it has those of its client, and a new client is an officer's.
    """
    try:
        given = ClientIn.model_validate(
            {"name": client_name, "roles": roles or ["officer"], "area_code": area, "realm": REALM}
        )
    except ValidationError as error:
        named = [{**fault, "loc": fault["loc"][:1]} for fault in error.errors()]
        faults = [replace(fault, pointer=OPTIONS[fault.pointer]) for fault in field_faults(named)]
        return _refuse("\n".join(fault.in_both_languages() for fault in faults))
    try:
        async with _writing(settings) as (session, actor):
            if await session.first(find_area(area)) is None:
                raise AreaNotFound(code=area)
            client = await session.first(queries.find_client_named(area, given.name))
            client = client or await service.register_client(session, actor, given)
            if roles and set(given.roles) != set(client.roles):
                raise ClientHasOtherRoles(name=client.name, roles=",".join(client.roles), id=client.id)
            key, secret = await service.create_key(session, actor, client.id, KeyIn())
    except Refusal as refusal:
        return _refuse(refusal.in_both_languages())
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
        return _refuse(refusal.in_both_languages())
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
