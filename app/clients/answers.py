"""Clients, keys and operators as answers show them; who need not know a name sees its first character."""

from collections.abc import Mapping

from app.actor import Actor
from app.clients.models import ApiKey, Client, Operator
from app.clients.schemas import ClientOut, KeyOut, OperatorOut
from app.domain.identifiers import mask_name
from app.domain.standing import Role
from app.private.models import Private
from app.private.queries import TextOut

SEES_NAMES = frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR, Role.COORDINATOR})


def client_body(row: Client) -> ClientOut:
    """Show a client."""
    return ClientOut(
        id=row.id,
        version=row.version,
        name=row.name,
        roles=row.roles,
        area_code=row.area_code,
        department_code=row.department_code,
        realm=row.realm,
        is_active=row.is_active,
        created_at=row.created_at,
    )


def key_body(row: ApiKey) -> KeyOut:
    """Show a key, but neither secret nor digest."""
    return KeyOut(
        id=row.id,
        client_id=row.client_id,
        hint=row.hint,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def operator_body(row: Operator, actor: Actor, names: Mapping[str, Private] | None) -> OperatorOut:
    """Show a person; without ``names``, as after a write, the name by its id only."""
    return OperatorOut(
        id=row.id,
        version=row.version,
        realm=row.realm,
        operator_code=row.operator_code,
        person_key=row.person_key,
        name=_name(row.name_id, actor, names),
        roles=row.roles,
        area_code=row.area_code,
        department_code=row.department_code,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _name(name_id: str, actor: Actor, names: Mapping[str, Private] | None) -> TextOut:
    if names is None:
        return TextOut(id=name_id, text=None, is_erased=False)
    found = names.get(name_id)
    value = found.value if found else None
    shown = value if value is None or actor.role in SEES_NAMES else mask_name(value)
    return TextOut(id=name_id, text=shown, is_erased=value is None)
