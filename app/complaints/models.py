"""The table of complaints. Who complained, and how to find him, stands in the private store only."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Table


class Complaint(Table, table=True):
    """One complaint. It carries neither owner nor project: a project names its owner.

    ``owner_id`` is a private value that holds the credit code of whoever complained through a portal;
    ``reference_id`` one that holds project and evidence; ``complainant_id`` name, phone and address.
    """

    unrecorded: ClassVar[frozenset[str]] = frozenset({"receipt_digest"})

    id: str = Field(sa_type=Id, primary_key=True)
    area_code: str = Field(max_length=16)
    channel: str = Field(max_length=16)
    ground: str = Field(max_length=24)
    is_anonymous: bool
    title_id: str = Field(sa_type=Id, foreign_key="private.id")
    content_id: str = Field(sa_type=Id, foreign_key="private.id")
    complainant_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    owner_id: str | None = Field(sa_type=Id, foreign_key="private.id", index=True)
    reference_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    about_department_code: str | None = Field(foreign_key="department.code", max_length=32)
    about_name_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    about_person: str | None = Field(max_length=80)
    receipt_digest: str = Field(max_length=64, unique=True)
    lodged_on: date
    state: str = Field(max_length=24)
    handling_class: str | None = Field(max_length=16)
    grade: str | None = Field(max_length=16)
    rejection: str | None = Field(max_length=24)
    department_code: str | None = Field(foreign_key="department.code", max_length=32)
    investigator: str | None = Field(max_length=80)
    decider: str | None = Field(max_length=80)
    decision: str | None = Field(max_length=16)
    level: str | None = Field(max_length=32)
    is_extended: bool = False
    has_asked_review: bool = False
    accepted_on: date | None
    decided_on: date | None
    handled_on: date | None
    handled_in_time: bool | None
    fed_back_on: date | None
    review_on: date | None
    archived_on: date | None
    similar: Any = Field(sa_type=Json)
    duplicate_of: str | None = Field(sa_type=Id, foreign_key="complaint.id")
    steps: int = 0
    version: int = 1

    __table_args__ = (
        Index("ix_complaint_area_code", "area_code", "id"),
        Index("ix_complaint_lodged_on", "area_code", "lodged_on"),
    )
