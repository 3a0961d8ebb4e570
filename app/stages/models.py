"""The table of stage transitions. Rows are added; only a recorded correction changes one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class StageTransition(Table, table=True):
    """One step a project has taken. Its moment of recording stands in its event."""

    __tablename__ = "stage_transition"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    event_id: str = Field(sa_type=Id)
    number: int
    procedure_id: str = Field(sa_type=Id, foreign_key="procedure_version.id")
    move: str = Field(max_length=64)
    from_stage: str = Field(max_length=64)
    to_stage: str = Field(max_length=64)
    inputs: Any = Field(sa_type=Json)
    reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    evidence: Any = Field(sa_type=Json)
    occurred_at: datetime = Field(sa_type=Moment)
    entry_mode: str = Field(max_length=16)

    __table_args__ = (Index("uq_stage_transition_project_id", "project_id", "number", unique=True),)
