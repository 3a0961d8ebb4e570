"""The table of steps: who did what about a bad review or a complaint."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class HandlingStep(Table, table=True):
    """One act on a case. ``case_kind`` is bad_review or complaint; its text is private."""

    __tablename__ = "handling_step"

    id: str = Field(sa_type=Id, primary_key=True)
    case_kind: str = Field(max_length=16)
    case_id: str = Field(sa_type=Id)
    project_id: str | None = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    number: int
    action: str = Field(max_length=32)
    from_state: str = Field(max_length=24)
    state: str = Field(max_length=24)
    role: str = Field(max_length=16)
    person: str = Field(max_length=80)
    taken_at: datetime = Field(sa_type=Moment)
    facts: Any = Field(sa_type=Json)
    text_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    evidence: Any = Field(sa_type=Json)

    __table_args__ = (Index("uq_handling_step_case_id", "case_id", "number", unique=True),)
