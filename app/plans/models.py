"""The table of plan versions. What one says never changes; approval and confirmation are added."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class ServicePlan(Table, table=True):
    """One version of a project's service plan."""

    __tablename__ = "service_plan"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    number: int
    document_id: str = Field(sa_type=Id, foreign_key="document_file.id")
    planned_start_on: date
    planned_completion_on: date | None
    departments: Any = Field(sa_type=Json)
    items: Any = Field(sa_type=Json)  # documents of planned items; none in the small form of a plan
    content: Any = Field(sa_type=Json, nullable=True)  # what its items were made from; null in the small form
    reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    author: str = Field(max_length=64)
    drafted_at: datetime = Field(sa_type=Moment)
    approved_by: str | None = Field(max_length=64)
    approved_at: datetime | None = Field(sa_type=Moment)
    is_first_baseline: bool = False
    confirmed_by: str | None = Field(max_length=64)
    confirmed_at: datetime | None = Field(sa_type=Moment)
    confirmation_evidence: Any = Field(sa_type=Json)
    version: int = 1

    __table_args__ = (Index("uq_service_plan_project_id", "project_id", "number", unique=True),)
