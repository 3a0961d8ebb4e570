"""Finding clients, keys and operators."""

from sqlmodel import col, select

from app.clients.models import ApiKey, Client, Operator
from app.query import Selection, query


@query
def key_by_digest(digest: str) -> Selection[ApiKey]:
    """Find a key by the digest of its secret."""
    return select(ApiKey).where(ApiKey.digest == digest)


@query
def find_client(client_id: str) -> Selection[Client]:
    """Find a client by id."""
    return select(Client).where(col(Client.id) == client_id)


@query
def find_operator(realm: str, operator_code: str) -> Selection[Operator]:
    """Find a person in a directory."""
    return select(Operator).where(Operator.realm == realm, Operator.operator_code == operator_code)
