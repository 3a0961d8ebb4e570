"""The table of service procedures, draft and published; a published one is never changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class ProcedureVersion(Table, table=True):
    """One version of a service procedure in one area."""

    __tablename__ = "procedure_version"

    id: str = Field(sa_type=Id, primary_key=True)
    code: str = Field(max_length=64)
    number: int
    area_code: str = Field(foreign_key="area.code", max_length=16)
    document: Any = Field(sa_type=Json)
    state: str = Field(max_length=16)
    effective_from: date | None
    drafted_by: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=Moment)
    published_at: datetime | None = Field(sa_type=Moment)
    version: int = 1

    __table_args__ = (Index("uq_procedure_version_area_code", "area_code", "code", "number", unique=True),)
