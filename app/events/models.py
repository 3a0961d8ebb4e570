"""The ledger's tables. Rows of ``event`` are added, never changed; triggers see to it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from app.table import Id, Moment, Table


class Event(Table, table=True):
    """One thing that happened. ``body`` is its canonical text; the other columns repeat it for queries."""

    recorded: ClassVar[bool] = False

    sequence: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    id: str = Field(sa_type=Id, unique=True)
    type: str = Field(max_length=64)
    project_id: str | None = Field(sa_type=Id)
    project_sequence: int | None
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    department_code: str | None = Field(max_length=32)  # whose item it is about, if it is about one
    occurred_at: datetime = Field(sa_type=Moment)
    recorded_at: datetime = Field(sa_type=Moment)
    algorithm: str = Field(max_length=16)
    previous_hash: str = Field(max_length=64)
    project_previous_hash: str | None = Field(max_length=64)
    hash: str = Field(max_length=64)
    body: str

    __table_args__ = (
        Index("uq_event_project_id", "project_id", "project_sequence", unique=True),
        Index("ix_event_area_code", "area_code", "sequence"),
    )


class ChainHead(Table, table=True):
    """The one row that every writer locks last: where the ledger ends. A trigger on ``event`` moves it."""

    __tablename__ = "chain_head"
    recorded: ClassVar[bool] = False

    id: int = Field(primary_key=True)
    ledger_id: str = Field(sa_type=Id)
    sequence: int = Field(sa_type=BigInteger)
    hash: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=Moment)


class Checkpoint(Table, table=True):
    """A signed head of the ledger, to be kept outside: whoever has it can tell a rewritten history."""

    id: str = Field(sa_type=Id, primary_key=True)
    ledger_id: str = Field(sa_type=Id)
    sequence: int = Field(sa_type=BigInteger)
    hash: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=Moment)
    algorithm: str = Field(max_length=16)
    signature: str = Field(max_length=128)
    key_id: str = Field(max_length=64)
    public_key: str = Field(max_length=500)
    signed_at: datetime = Field(sa_type=Moment)
