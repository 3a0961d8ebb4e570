"""The table of corrections. What was wrong stays in the ledger; the correction stands beside it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class Correction(Table, table=True):
    """What somebody says to be right about an event, and what another person decided about it."""

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    event_id: str = Field(sa_type=Id)
    occurred_at: datetime | None = Field(sa_type=Moment)
    right_values: Any = Field(sa_type=Json)
    reason_id: str = Field(sa_type=Id, foreign_key="private.id")
    evidence: Any = Field(sa_type=Json)
    state: str = Field(max_length=16)
    proposed_by: str = Field(max_length=64)
    proposed_at: datetime = Field(sa_type=Moment)
    decided_by: str | None = Field(max_length=64)
    decided_at: datetime | None = Field(sa_type=Moment)
    decision_reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    version: int = 1

    __table_args__ = (Index("ix_correction_project_id", "project_id", "id"),)
