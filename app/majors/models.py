"""The tables of list memberships and threshold policies."""

from datetime import date

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from app.table import Id, Table


class ListMembership(Table, table=True):
    """A project on somebody's annual list of major projects, for a time; ``valid_to`` is its last day."""

    __tablename__ = "list_membership"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    list_level: str = Field(max_length=16)
    list_name: str = Field(max_length=200)
    year: int
    valid_from: date
    valid_to: date | None
    document: str | None = Field(max_length=200)
    end_reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    version: int = 1

    __table_args__ = (
        Index("uq_list_membership_project_id", "project_id", "list_level", "list_name", "year", unique=True),
    )


class ThresholdPolicy(Table, table=True):
    """From which investment a project of an area (and class) is major, for a time. 分; dated data."""

    __tablename__ = "threshold_policy"

    id: str = Field(sa_type=Id, primary_key=True)
    area_code: str = Field(foreign_key="area.code", max_length=16, index=True)
    process_class: str | None = Field(max_length=32)
    minimum_fen: int = Field(sa_type=BigInteger)
    valid_from: date
    valid_to: date | None
    source: str = Field(max_length=200)
    basis: str = Field(max_length=16)
    version: int = 1
