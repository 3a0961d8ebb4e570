"""The tables of agreements, of agents, and of the departments that take part in a project."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class Agreement(Table, table=True):
    """An agency agreement. Its state follows from its signatures and its end."""

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    issued_in: str = Field(max_length=16)  # whose number it is; stays when the project moves to another area
    number: str = Field(max_length=64)
    service_mode: str = Field(max_length=16)
    scope_stages: Any = Field(sa_type=Json)
    is_partial: bool
    contacts: Any = Field(sa_type=Json)
    valid_from: date | None
    valid_to: date | None
    owner_signed_on: date | None
    owner_evidence: Any = Field(sa_type=Json)
    agency_signed_on: date | None
    agency_evidence: Any = Field(sa_type=Json)
    ended_on: date | None
    end_ground: str | None = Field(max_length=32)
    end_reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    drawn_up_at: datetime = Field(sa_type=Moment)
    version: int = 1

    __table_args__ = (
        Index("ix_agreement_project_id", "project_id", "id"),
        Index("uq_agreement_issued_in", "issued_in", "number", unique=True),
    )


class AgentAssignment(Table, table=True):
    """A person of the agency (or a department's liaison) who serves a project, from when until when."""

    __tablename__ = "agent_assignment"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    role: str = Field(max_length=32)
    operator_id: str = Field(sa_type=Id, foreign_key="operator.id")
    person_key: str = Field(max_length=64)
    department_code: str | None = Field(foreign_key="department.code", max_length=32)
    began_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(sa_type=Moment)
    end_reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    open_tasks_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    handed_over_to: str | None = Field(sa_type=Id)
    version: int = 1

    __table_args__ = (
        Index("ix_agent_assignment_project_id", "project_id", "id"),
        Index("ix_agent_assignment_operator_id", "operator_id", "id"),
    )


class ProjectDepartment(Table, table=True):
    """A department that takes part in a project, and therefore sees it; it stays, as its acts do."""

    __tablename__ = "project_department"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    department_code: str = Field(foreign_key="department.code", max_length=32)
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)

    __table_args__ = (
        Index("uq_project_department_project_id", "project_id", "department_code", unique=True),
        Index("ix_project_department_department_code", "department_code", "project_id"),
    )
