"""The tables of work packages and area transfers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class WorkPackage(Table, table=True):
    """A phase or section of a project (工程, ``gcdm``); a phase may follow another (``qjdgcdm``)."""

    __tablename__ = "work_package"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    code: str | None = Field(max_length=64)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=16)
    previous_package_id: str | None = Field(sa_type=Id, foreign_key="work_package.id")
    planned_start_on: date | None
    planned_completion_on: date | None
    version: int = 1

    __table_args__ = (Index("uq_work_package_project_id", "project_id", "code", unique=True),)


class AreaTransfer(Table, table=True):
    """A project handed from one area to another."""

    __tablename__ = "area_transfer"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id", index=True)
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    from_area: str = Field(max_length=16)
    to_area: str = Field(max_length=16)
    reason_id: str = Field(sa_type=Id, foreign_key="private.id")
    evidence: Any = Field(sa_type=Json)
    transferred_at: datetime = Field(sa_type=Moment)
