"""The tables of materials, milestones and service records."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class Material(Table, table=True):
    """A document that is asked for, once for the whole project."""

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    name: str = Field(max_length=200)
    code: str | None = Field(max_length=64)
    is_required: bool
    legal_basis: str | None = Field(max_length=200)
    supplied_by: str = Field(max_length=32)
    state: str = Field(max_length=32)
    file_id: str | None = Field(sa_type=Id, foreign_key="document_file.id")
    reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    version: int = 1

    __table_args__ = (
        Index("ix_material_project_id", "project_id", "id"),
        Index("uq_material_project_id", "project_id", "name", unique=True),
        Index("uq_material_code", "code", "project_id", unique=True),
    )


class Milestone(Table, table=True):
    """A milestone somebody reported; it counts once another person has confirmed it."""

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    kind: str = Field(max_length=32)
    reached_on: date
    evidence: Any = Field(sa_type=Json)
    reported_by: str = Field(max_length=64)
    reported_at: datetime = Field(sa_type=Moment)
    confirmed_by: str | None = Field(max_length=64)
    confirmed_at: datetime | None = Field(sa_type=Moment)
    version: int = 1

    __table_args__ = (Index("ix_milestone_project_id", "project_id", "id"),)


class ServiceRecord(Table, table=True):
    """Something done for a project without moving its stage. Rows are added, never changed."""

    __tablename__ = "service_record"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    kind: str = Field(max_length=32)
    stage: str = Field(max_length=64)
    occurred_at: datetime = Field(sa_type=Moment)
    entry_mode: str = Field(max_length=16)
    summary_id: str = Field(sa_type=Id, foreign_key="private.id")
    participants: Any = Field(sa_type=Json)
    conclusion_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    evidence: Any = Field(sa_type=Json)

    __table_args__ = (Index("ix_service_record_project_id", "project_id", "id"),)
