"""The table of calendar versions. A version never changes; only its state does."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class CalendarVersion(Table, table=True):
    """One version of a working-day calendar: the national one, or an area's exceptions laid over it.

    ``number`` runs through all calendars, so that a clock names its calendar by it alone. ``parent_number``
    is the version below the exceptions. ``event_id`` is the activation, which recounted every open clock.
    """

    __tablename__ = "calendar_version"

    id: str = Field(sa_type=Id, primary_key=True)
    number: int
    code: str = Field(max_length=16)
    area_code: str = Field(foreign_key="area.code", max_length=16)
    base_number: int | None
    parent_number: int | None
    document: Any = Field(sa_type=Json)
    state: str = Field(max_length=16)
    drafted_by: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=Moment)
    approved_by: str | None = Field(max_length=64)
    activated_at: datetime | None = Field(sa_type=Moment)
    event_id: str | None = Field(sa_type=Id)
    version: int = 1

    __table_args__ = (
        Index("uq_calendar_version_number", "number", unique=True),
        Index("ix_calendar_version_code", "code", "number"),
    )
