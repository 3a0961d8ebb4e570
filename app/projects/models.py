"""The tables of the project record and of what its rules may know."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class Project(Table, table=True):
    """A major construction project in the agency service."""

    id: str = Field(sa_type=Id, primary_key=True)
    area_code: str = Field(foreign_key="area.code", max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    owner_name: str | None = Field(max_length=200)
    name: str = Field(max_length=200)
    project_code: str | None = Field(max_length=24)
    procedure_id: str = Field(sa_type=Id, foreign_key="procedure_version.id")
    stage: str = Field(max_length=64)
    service_mode: str | None = Field(max_length=16)
    scope_stages: list[str] | None = Field(sa_type=Json)
    process_class: str | None = Field(max_length=32)
    approval_mode: str | None = Field(max_length=32)
    construction_nature: str | None = Field(max_length=32)
    land_mode: str | None = Field(max_length=32)
    fund_nature: str | None = Field(max_length=32)
    industry_code: str | None = Field(max_length=8)
    investment_fen: int | None = Field(sa_type=BigInteger)
    location: str | None = Field(max_length=200)
    content_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    planned_start_on: date | None
    planned_completion_on: date | None
    actual_start_on: date | None
    actual_completion_on: date | None
    attributes: Any = Field(sa_type=Json)
    lead_source: str | None = Field(max_length=32)
    file_number: str | None = Field(max_length=64)
    archive_volume: int = 1
    duplicate_of: str | None = Field(sa_type=Id, foreign_key="project.id")
    due_on: date | None
    warn_on: date | None
    due_move: str | None = Field(max_length=64)
    is_running: bool = False
    calendar_version: int | None
    registered_at: datetime = Field(sa_type=Moment)
    version: int = 1

    __table_args__ = (
        Index("ix_project_area_code", "area_code", "id"),
        Index("ix_project_stage", "stage", "area_code", "id"),
        Index("ix_project_owner_uscc", "owner_uscc", "id"),
        Index("ix_project_project_code", "project_code"),
        Index("ix_project_due_on", "due_on", "id"),
    )


class ProjectStanding(Table, table=True):
    """What the rules of its procedure may know about a project; written under ``lock_project`` only."""

    __tablename__ = "project_standing"

    project_id: str = Field(sa_type=Id, primary_key=True, foreign_key="project.id")
    steps: int = 0
    last_step_at: datetime = Field(sa_type=Moment)
    stage_entered_at: datetime = Field(sa_type=Moment)
    before_suspension: str | None = Field(max_length=64)
    resumes_visit_of: datetime | None = Field(sa_type=Moment)
    pauses: Any = Field(sa_type=Json)
    materials_missing: int = 0
    correction_notices: int = 0
    has_signed_agreement: bool = False
    primary_agent: str | None = Field(max_length=64)
    backup_agent: str | None = Field(max_length=64)
    plan_number: int | None
    plan_author: str | None = Field(max_length=64)
    plan_approver: str | None = Field(max_length=64)
    plan_confirmed_by_owner: bool = False
    departments: int = 0
    items_left: Any = Field(sa_type=Json)  # open items by approval stage, "outside" for those not planned
    items_open: int = 0
    supplements_open: int = 0
    milestones_missing: int = 0
    documents_missing: int = 0
    reminded_on: date | None
    lapse_notified_on: date | None
    client_heard_on: date | None
    completed_on: date | None
    work_finished_on: date | None
    confirmations: Any = Field(sa_type=Json)


class ProjectCodeEntry(Table, table=True):
    """A project code in the time it was valid; ``valid_to`` is its last day. Not unique: codes are shared."""

    __tablename__ = "project_code_entry"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id", index=True)
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    code: str = Field(max_length=24, index=True)
    generation: str = Field(max_length=16)
    valid_from: date
    valid_to: date | None
    reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    replaced_by: str | None = Field(sa_type=Id)


class ExternalId(Table, table=True):
    """The id of a project in another system, unique per calling system and source."""

    __tablename__ = "external_id"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id", index=True)
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    client_id: str = Field(sa_type=Id, foreign_key="client.id")
    source_system: str = Field(max_length=64)
    external_id: str = Field(max_length=128)
    added_at: datetime = Field(sa_type=Moment)

    __table_args__ = (
        Index("uq_external_id_client_id", "client_id", "source_system", "external_id", unique=True),
        Index("ix_external_id_source_system", "source_system", "external_id"),
    )
