"""The tables of consultations and of the departments that took part; who came in person is private."""

from datetime import date
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Table


class Consultation(Table, table=True):
    """A meeting about a project on a level of the ladder. ``participants`` are ids of private values."""

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    level: str = Field(max_length=32)
    title_id: str = Field(sa_type=Id, foreign_key="private.id")
    convened_by: str = Field(max_length=80)
    held_on: date
    state: str = Field(max_length=16)
    issues: Any = Field(sa_type=Json)
    departments: Any = Field(sa_type=Json)
    participants: Any = Field(sa_type=Json)
    minutes_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    file_id: str | None = Field(sa_type=Id, foreign_key="document_file.id")
    steps: int = 0
    version: int = 1

    __table_args__ = (
        Index("ix_consultation_project_id", "project_id", "id"),
        Index("ix_consultation_area_code", "area_code", "id"),
    )


class ConsultationDepartment(Table, table=True):
    """A department that was asked to a consultation, and therefore sees it."""

    __tablename__ = "consultation_department"

    id: str = Field(sa_type=Id, primary_key=True)
    consultation_id: str = Field(sa_type=Id, foreign_key="consultation.id")
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    department_code: str = Field(foreign_key="department.code", max_length=32)

    __table_args__ = (Index("uq_consultation_department", "consultation_id", "department_code", unique=True),)
