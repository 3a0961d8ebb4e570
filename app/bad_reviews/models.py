"""The table of bad reviews. What the mode of the evaluation must not tell is null."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Table


class BadReview(Table, table=True):
    """The handling of one bad evaluation. Its dates are office dates; its steps stand in ``handling_step``.

    Of a confidential one project, item and person stand behind ``source_id`` in the private store; of an
    anonymous one nothing is known.
    """

    __tablename__ = "bad_review"

    id: str = Field(sa_type=Id, primary_key=True)
    evaluation_id: str = Field(sa_type=Id, foreign_key="evaluation.id", unique=True)
    mode: str = Field(max_length=16)
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    project_id: str | None = Field(sa_type=Id, foreign_key="project.id", index=True)
    event_id: str | None = Field(sa_type=Id)
    item_case_id: str | None = Field(sa_type=Id)
    department_code: str | None = Field(max_length=32)
    subject: str = Field(max_length=64)
    level: str = Field(max_length=32)
    month: str = Field(max_length=7)
    text_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    source_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    receipt_digest: str | None = Field(max_length=64, index=True)
    reviewed: str | None = Field(max_length=80)
    opened_on: date
    state: str = Field(max_length=24)
    grade: str | None = Field(max_length=16)
    finding: str | None = Field(max_length=24)
    ground: str | None = Field(max_length=24)
    root_cause: str | None = Field(max_length=24)
    handler: str | None = Field(max_length=80)
    verifier: str | None = Field(max_length=80)
    appellant: str | None = Field(max_length=80)
    call_back_level: str | None = Field(max_length=32)
    is_extended: bool = False
    is_confirmed: bool = False
    has_been_reopened: bool = False
    prechecked_on: date | None
    assigned_on: date | None
    contacted_on: date | None
    appealed_on: date | None
    ruled_on: date | None
    replied_on: date | None
    replied_in_time: bool | None
    followed_up_on: date | None
    closed_on: date | None
    steps: int = 0
    version: int = 1

    __table_args__ = (
        Index("ix_bad_review_area_code", "area_code", "id"),
        Index("ix_bad_review_event_id", "event_id"),
    )
