"""The table of supervision notices; their steps stand in ``handling_step``."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class SupervisionNotice(Table, table=True):
    """A notice about an item case, or about the stage that a project is in (then ``item_case_id`` is None).

    ``clock`` is the clock as it stood when the notice was issued, and never changes. ``undoing`` is why the
    worker took it back. ``checked_through`` is the place in the ledger up to which it is known to be true.
    """

    __tablename__ = "supervision_notice"
    unrecorded: ClassVar[frozenset[str]] = frozenset({"checked_through"})

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    department_code: str | None = Field(foreign_key="department.code", max_length=32)
    item_case_id: str | None = Field(sa_type=Id, foreign_key="item_case.id", index=True)
    item_code: str | None = Field(max_length=64)
    stage: str | None = Field(max_length=64)
    name: Any = Field(sa_type=Json)
    rule: str = Field(max_length=16)
    clock: Any = Field(sa_type=Json)
    text_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    issued_by: str = Field(max_length=80)
    issued_at: datetime = Field(sa_type=Moment)
    issued_on: date
    reply_days: int
    asked_on: date
    state: str = Field(max_length=16)
    effect: str | None = Field(max_length=16)
    replier: str | None = Field(max_length=80)
    replied_on: date | None
    replied_in_time: bool | None
    judged_on: date | None
    closed_on: date | None
    withdrawn_on: date | None
    undoing: str | None = Field(max_length=24)
    checked_through: int = 0
    steps: int = 0
    version: int = 1

    __table_args__ = (
        Index("ix_supervision_notice_area_code", "area_code", "id"),
        Index("ix_supervision_notice_project_id", "project_id", "id"),
        Index("ix_supervision_notice_department_code", "department_code", "id"),
    )
