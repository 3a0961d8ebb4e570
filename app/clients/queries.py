"""Finding clients, keys and operators; administrators see those of their areas."""

from typing import Any

from sqlalchemy import String, cast
from sqlmodel import col, select

from app.actor import Actor
from app.clients.models import ApiKey, Client, Operator
from app.database import Reader, Writer
from app.errors import NotFound, Words
from app.query import Selection, one_of, query


class ClientNotFound(NotFound):
    """No client has this id, or it is not in one of the caller's areas."""

    title = Words("找不到该接入系统", "Client not found")
    detail = Words("没有该接入系统，或您无权查看。", "There is no such client, or you may not see it.")


class KeyNotFound(NotFound):
    """The client has no key with this id."""

    title = Words("找不到该密钥", "Key not found")
    detail = Words("该接入系统没有这个密钥。", "The client has no such key.")


class OperatorNotFound(NotFound):
    """No operator has this id, or he is not in one of the caller's areas."""

    title = Words("找不到该操作人员", "Operator not found")
    detail = Words("没有该操作人员，或您无权查看。", "There is no such operator, or you may not see him.")


@query
def key_by_digest(digest: str) -> Selection[ApiKey]:
    """Find a key by the digest of its secret."""
    return select(ApiKey).where(ApiKey.digest == digest)


@query
def find_client(client_id: str) -> Selection[Client]:
    """Find a client by id."""
    return select(Client).where(col(Client.id) == client_id)


@query
def find_client_named(area_code: str, name: str) -> Selection[Client]:
    """Find a client by its area and name."""
    return select(Client).where(Client.area_code == area_code, Client.name == name)


@query
def find_key(key_id: str) -> Selection[ApiKey]:
    """Find a key by id; for the command line."""
    return select(ApiKey).where(ApiKey.id == key_id)


@query
def find_operator(realm: str, operator_code: str) -> Selection[Operator]:
    """Find a person in a directory."""
    return select(Operator).where(Operator.realm == realm, Operator.operator_code == operator_code)


@query
def every_key() -> Selection[Any]:
    """List every key with its client, by age; for the command line."""
    return select(ApiKey, Client).join(Client, col(Client.id) == ApiKey.client_id).order_by(col(ApiKey.id))


@query
def clients_page(limit: int, areas: Any, last: str | None) -> Selection[Client]:
    """List the clients of some areas by age, after the last one seen."""
    statement = select(Client).where(one_of(col(Client.area_code), areas))
    if last is not None:
        statement = statement.where(col(Client.id) > last)
    return statement.order_by(col(Client.id)).limit(limit)


@query
def keys_page(limit: int, client_id: str, last: str | None) -> Selection[ApiKey]:
    """List the keys of a client by age, after the last one seen."""
    statement = select(ApiKey).where(ApiKey.client_id == client_id)
    if last is not None:
        statement = statement.where(col(ApiKey.id) > last)
    return statement.order_by(col(ApiKey.id)).limit(limit)


@query
def operators_page(
    limit: int, areas: Any, department: str | None, realm: str | None, role: str | None, last: str | None
) -> Selection[Operator]:
    """List the operators of some areas by age; ``role`` is a pattern over the text of the roles."""
    statement = select(Operator).where(one_of(col(Operator.area_code), areas))
    if department is not None:
        statement = statement.where(Operator.department_code == department)
    if realm is not None:
        statement = statement.where(Operator.realm == realm)
    if role is not None:
        statement = statement.where(cast(Operator.roles, String).like(role))
    if last is not None:
        statement = statement.where(col(Operator.id) > last)
    return statement.order_by(col(Operator.id)).limit(limit)


@query
def _client(client_id: str, areas: Any) -> Selection[Client]:
    return select(Client).where(col(Client.id) == client_id, one_of(col(Client.area_code), areas))


@query
def _client_locked(client_id: str, areas: Any) -> Selection[Client]:
    return (
        select(Client)
        .where(col(Client.id) == client_id, one_of(col(Client.area_code), areas))
        .with_for_update(key_share=True)
    )


@query
def _key(client_id: str, key_id: str) -> Selection[ApiKey]:
    return select(ApiKey).where(ApiKey.client_id == client_id, ApiKey.id == key_id)


@query
def _operator(operator_id: str, areas: Any, department: str | None) -> Selection[Operator]:
    statement = select(Operator).where(Operator.id == operator_id, one_of(col(Operator.area_code), areas))
    return statement if department is None else statement.where(Operator.department_code == department)


@query
def _operator_locked(operator_id: str, areas: Any) -> Selection[Operator]:
    return (
        select(Operator)
        .where(Operator.id == operator_id, one_of(col(Operator.area_code), areas))
        .with_for_update(key_share=True)
    )


async def get_client(session: Reader, actor: Actor, client_id: str) -> Client:
    """Find a client of the caller's areas, or refuse ``ClientNotFound``."""
    found = await session.first(_client(client_id, list(actor.areas)))
    if found is None:
        raise ClientNotFound
    return found


async def lock_client(session: Writer, actor: Actor, client_id: str) -> Client:
    """Find a client of the caller's areas and keep other writers away from it and its keys."""
    found = await session.first(_client_locked(client_id, list(actor.areas)))
    if found is None:
        raise ClientNotFound
    return found


async def get_key(session: Reader, client_id: str, key_id: str) -> ApiKey:
    """Find a key of a client, or refuse ``KeyNotFound``; lock the client before changing it."""
    found = await session.first(_key(client_id, key_id))
    if found is None:
        raise KeyNotFound
    return found


async def get_operator(session: Reader, actor: Actor, operator_id: str) -> Operator:
    """Find an operator of the caller's areas (and department), or refuse ``OperatorNotFound``."""
    scope = actor.scope
    found = await session.first(_operator(operator_id, list(scope.areas), scope.department))
    if found is None:
        raise OperatorNotFound
    return found


async def lock_operator(session: Writer, actor: Actor, operator_id: str) -> Operator:
    """Find an operator of the caller's areas and keep other writers away from him."""
    found = await session.first(_operator_locked(operator_id, list(actor.areas)))
    if found is None:
        raise OperatorNotFound
    return found
