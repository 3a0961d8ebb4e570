"""Registering calling systems and the people behind them; making, rotating and revoking keys."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.actor import Actor
from app.answers import check_version
from app.areas.queries import AreaNotFound, DepartmentNotFound, find_department
from app.areas.service import check_validity
from app.clients import queries
from app.clients.models import ApiKey, Client, Operator
from app.clients.schemas import (
    ClientIn,
    ClientPatch,
    KeyIn,
    OperatorIn,
    OperatorPatch,
    OperatorsIn,
    RotationIn,
)
from app.clock import new_id
from app.database import Reader, Writer
from app.digests import sha256
from app.domain.standing import Role
from app.errors import Conflict, Fault, Invalid, Words
from app.events.service import Stamp, record
from app.pages import PageIn, cursor_of, cut, read_id
from app.private import service as private
from app.table import rfc3339
from app.troubles import clashing


class ClientAlreadyExists(Conflict):
    """The area has a client with this name."""

    title = Words("接入系统已存在", "The client exists already")
    detail = Words("该区域已有名为 {name} 的接入系统。", "The area has a client named {name} already.")


class OperatorAlreadyExists(Conflict):
    """The directory has an operator with this code."""

    title = Words("操作人员已存在", "The operator exists already")
    detail = Words(
        "目录 {realm} 中已有编号为 {operator_code} 的操作人员。",
        "The directory {realm} has an operator {operator_code} already.",
    )


class DepartmentNeeded(Invalid):
    """A client in the role of a department names the department."""

    title = Words("缺少部门", "Department missing")
    detail = Words(
        "持有 department 角色的接入系统须填写 department_code。",
        "A client that holds the role department needs a department_code.",
    )


class ExpiryIsPast(Invalid):
    """The key would have expired before it was made."""

    title = Words("有效期已过", "The expiry is past")
    detail = Words("expires_at 须晚于当前时间。", "expires_at has to be later than now.")


class KeyIsDead(Conflict):
    """The key has been revoked or has expired; it can be neither rotated nor revoked."""

    title = Words("密钥已失效", "The key is dead")
    detail = Words("该密钥已被吊销或者已过期。", "The key was revoked or has expired.")


async def _check_place(session: Reader, actor: Actor, area_code: str, department_code: str | None) -> None:
    """Refuse an area or a department that is not the administrator's to give."""
    if not actor.has_area(area_code):
        raise AreaNotFound(code=area_code)
    if department_code is not None:
        department = await session.first(find_department(department_code))
        if department is None or not actor.has_area(department.area_code):
            raise DepartmentNotFound(code=department_code)


def _check_roles(roles: Sequence[str], department_code: str | None) -> None:
    if Role.DEPARTMENT in roles and department_code is None:
        raise DepartmentNeeded(faults=[Fault("/department_code", "missing", DepartmentNeeded.title)])


async def list_clients(session: Reader, actor: Actor, asked: PageIn) -> tuple[list[Client], str | None]:
    """List a page of the clients in the caller's areas, the oldest first."""
    last = read_id(asked.cursor)
    found = await session.all(queries.clients_page(asked.limit + 1, list(actor.areas), last))
    return _page(found, asked.limit)


def _page(found: list[Any], limit: int) -> tuple[list[Any], str | None]:
    rows, has_more = cut(found, limit)
    return rows, cursor_of(rows[-1].id) if has_more else None


async def register_client(session: Writer, actor: Actor, given: ClientIn) -> Client:
    """Register a client in one of the administrator's areas; it has no key yet."""
    await _check_place(session, actor, given.area_code, given.department_code)
    _check_roles(given.roles, given.department_code)
    with clashing(uq_client_area_code=ClientAlreadyExists(name=given.name)):
        client = await session.insert(
            Client,
            id=new_id(actor.at),
            name=given.name,
            roles=given.roles,
            area_code=given.area_code,
            department_code=given.department_code,
            realm=given.realm,
            created_at=actor.at,
        )
    await record(session, actor, "client.registered", Stamp(None, client.area_code, None))
    return client


async def change_client(
    session: Writer, actor: Actor, client_id: str, given: ClientPatch, expected: int | None
) -> Client:
    """Change facts of a client. Refuses a stale version and areas that are not the administrator's."""
    client = await queries.lock_client(session, actor, client_id)
    check_version(expected, client.version)
    facts = given.given()
    department_code = facts.get("department_code", client.department_code)
    if {"area_code", "department_code"} & facts.keys():
        await _check_place(session, actor, facts.get("area_code", client.area_code), department_code)
    _check_roles(facts.get("roles", client.roles), department_code)
    with clashing(uq_client_area_code=ClientAlreadyExists(name=facts.get("name", client.name))):
        client = await session.change(client, **facts, version=client.version + 1)
    await record(session, actor, "client.changed", Stamp(None, client.area_code, None))
    return client


async def list_keys(
    session: Reader, actor: Actor, client_id: str, asked: PageIn
) -> tuple[list[ApiKey], str | None]:
    """List a page of a client's keys, the oldest first."""
    await queries.get_client(session, actor, client_id)
    last = read_id(asked.cursor)
    found = await session.all(queries.keys_page(asked.limit + 1, client_id, last))
    return _page(found, asked.limit)


async def create_key(
    session: Writer, actor: Actor, client_id: str, given: KeyIn, secret: str | None = None
) -> tuple[ApiKey, str]:
    """Make a key of a client; give it with its secret, which nobody can be told again."""
    client = await queries.lock_client(session, actor, client_id)
    key, secret = await _insert_key(session, actor, client.id, given.expires_at, secret)
    await record(session, actor, "api_key.created", Stamp(None, client.area_code, None))
    return key, secret


async def _insert_key(
    session: Writer, actor: Actor, client_id: str, expires_at: datetime | None, secret: str | None = None
) -> tuple[ApiKey, str]:
    if expires_at is not None and expires_at <= actor.at:
        raise ExpiryIsPast(faults=[Fault("/expires_at", "ExpiryIsPast", ExpiryIsPast.title)])
    secret = secret or f"mps_{secrets.token_urlsafe(32)}"
    key = await session.insert(
        ApiKey,
        id=new_id(actor.at),
        client_id=client_id,
        digest=sha256(secret.encode()),
        hint=secret[:8],
        created_at=actor.at,
        expires_at=expires_at,
        revoked_at=None,
    )
    return key, secret


async def revoke_key(session: Writer, actor: Actor, client_id: str, key_id: str) -> ApiKey:
    """Revoke a key for good; no process accepts it for more than a second longer."""
    client = await queries.lock_client(session, actor, client_id)
    key = _living(actor, await queries.get_key(session, client_id, key_id))
    key = await session.change(key, revoked_at=actor.at)
    await record(session, actor, "api_key.revoked", Stamp(None, client.area_code, None))
    return key


async def rotate_key(
    session: Writer, actor: Actor, client_id: str, key_id: str, given: RotationIn
) -> tuple[ApiKey, str, ApiKey]:
    """Make a successor of a key, which expires after the overlap, or when it would have anyway."""
    client = await queries.lock_client(session, actor, client_id)
    old = _living(actor, await queries.get_key(session, client_id, key_id))
    end = actor.at + timedelta(hours=given.overlap_hours)
    key, secret = await _insert_key(session, actor, client_id, given.expires_at)
    old = await session.change(old, expires_at=min(end, old.expires_at or end))
    await record(session, actor, "api_key.rotated", Stamp(None, client.area_code, None))
    return key, secret, old


def _living(actor: Actor, key: ApiKey) -> ApiKey:
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= actor.at):
        raise KeyIsDead(
            revoked_at=key.revoked_at and rfc3339(key.revoked_at),
            expires_at=key.expires_at and rfc3339(key.expires_at),
        )
    return key


async def list_operators(
    session: Reader, actor: Actor, asked: OperatorsIn
) -> tuple[list[Operator], str | None]:
    """List a page of the operators in the caller's areas, the oldest first."""
    last = read_id(asked.cursor)
    areas = [a for a in actor.areas if asked.area is None or a == asked.area]
    role = None if asked.role is None else f'%"{asked.role}"%'
    found = await session.all(
        queries.operators_page(asked.limit + 1, areas, actor.scope.department, asked.realm, role, last)
    )
    return _page(found, asked.limit)


async def register_operator(session: Writer, actor: Actor, given: OperatorIn) -> Operator:
    """Register a person in a directory; the name goes into the erasable store."""
    await _check_place(session, actor, given.area_code, given.department_code)
    valid_from = given.valid_from or actor.today
    check_validity(valid_from, given.valid_to)
    name_id = await private.keep(session, actor, "operator_name", given.name, None)
    assert name_id is not None
    taken = OperatorAlreadyExists(realm=given.realm, operator_code=given.operator_code)
    with clashing(uq_operator_realm=taken):
        operator = await session.insert(
            Operator,
            id=new_id(actor.at),
            realm=given.realm,
            operator_code=given.operator_code,
            person_key=given.person_key,
            name_id=name_id,
            roles=given.roles,
            area_code=given.area_code,
            department_code=given.department_code,
            valid_from=valid_from,
            valid_to=given.valid_to,
        )
    await record(session, actor, "operator.registered", Stamp(None, operator.area_code, None))
    return operator


async def change_operator(
    session: Writer, actor: Actor, operator_id: str, given: OperatorPatch, expected: int | None
) -> Operator:
    """Change facts of a person. Refuses a stale version and areas that are not the administrator's."""
    operator = await queries.lock_operator(session, actor, operator_id)
    check_version(expected, operator.version)
    facts = given.given()
    if {"area_code", "department_code"} & facts.keys():
        department_code = facts.get("department_code", operator.department_code)
        await _check_place(session, actor, facts.get("area_code", operator.area_code), department_code)
    check_validity(facts.get("valid_from", operator.valid_from), facts.get("valid_to", operator.valid_to))
    if "name" in facts:
        facts["name_id"] = await private.keep(session, actor, "operator_name", facts.pop("name"), None)
    operator = await session.change(operator, **facts, version=operator.version + 1)
    await record(session, actor, "operator.changed", Stamp(None, operator.area_code, None))
    return operator
