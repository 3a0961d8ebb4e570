"""The table of catalogue versions, draft and published; a published one is never changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class CatalogueVersion(Table, table=True):
    """One version of an area's catalogue: the whole of it at the root, below what the area changes."""

    __tablename__ = "catalogue_version"

    id: str = Field(sa_type=Id, primary_key=True)
    area_code: str = Field(foreign_key="area.code", max_length=16)
    number: int
    document: Any = Field(sa_type=Json)
    state: str = Field(max_length=16)
    effective_from: date | None
    drafted_by: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=Moment)
    published_at: datetime | None = Field(sa_type=Moment)
    version: int = 1

    __table_args__ = (Index("uq_catalogue_version_area_code", "area_code", "number", unique=True),)
