"""The tables of clients, API keys and operators."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class Client(Table, table=True):
    """A calling system: its roles, its area (with all below), and the directory its operators are in."""

    id: str = Field(sa_type=Id, primary_key=True)
    name: str = Field(max_length=100)
    roles: Any = Field(sa_type=Json)
    area_code: str = Field(foreign_key="area.code", max_length=16)
    department_code: str | None = Field(foreign_key="department.code", max_length=32)
    realm: str = Field(max_length=64)
    is_active: bool = True
    created_at: datetime = Field(sa_type=Moment)
    version: int = 1

    __table_args__ = (Index("uq_client_area_code", "area_code", "name", unique=True),)


class ApiKey(Table, table=True):
    """A key of a client: only its digest is kept, and not in the ledger."""

    __tablename__ = "api_key"
    unrecorded: ClassVar[frozenset[str]] = frozenset({"digest"})

    id: str = Field(sa_type=Id, primary_key=True)
    client_id: str = Field(sa_type=Id, foreign_key="client.id", index=True)
    digest: str = Field(max_length=64, unique=True)
    hint: str = Field(max_length=12)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime | None = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(sa_type=Moment)


class Operator(Table, table=True):
    """A person behind a client. ``person_key`` is the same for the same person in every directory."""

    id: str = Field(sa_type=Id, primary_key=True)
    realm: str = Field(max_length=64)
    operator_code: str = Field(max_length=64)
    person_key: str = Field(max_length=64, index=True)
    name_id: str = Field(sa_type=Id, foreign_key="private.id")
    roles: Any = Field(sa_type=Json)
    area_code: str = Field(foreign_key="area.code", max_length=16)
    department_code: str | None = Field(foreign_key="department.code", max_length=32)
    valid_from: date
    valid_to: date | None
    version: int = 1

    __table_args__ = (Index("uq_operator_realm", "realm", "operator_code", unique=True),)
