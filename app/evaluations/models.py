"""The table of evaluations. Its columns fit every mode: what a mode must not tell is null."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class Evaluation(Table, table=True):
    """One evaluation of one service rendered; never changed, a second thought is a follow-on.

    An anonymous one has area, subject, month, level, text and the digest of its receipt, and nothing else.
    """

    id: str = Field(sa_type=Id, primary_key=True)
    mode: str = Field(max_length=16)
    round: str = Field(max_length=16)
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    project_id: str | None = Field(sa_type=Id, foreign_key="project.id")
    event_id: str | None = Field(sa_type=Id)
    item_case_id: str | None = Field(sa_type=Id)
    invitation_id: str | None = Field(sa_type=Id)
    subject: str = Field(max_length=64)
    handler: str | None = Field(max_length=64)
    rater: str | None = Field(max_length=64)
    level: str = Field(max_length=32)
    dimensions: Any = Field(sa_type=Json)
    text_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    channel: str | None = Field(max_length=16)
    month: str = Field(max_length=7)
    evaluated_at: datetime | None = Field(sa_type=Moment)
    receipt_digest: str | None = Field(max_length=64)
    version: int = 1

    __table_args__ = (
        Index("uq_evaluation_project_id", "project_id", "event_id", "round", unique=True),
        Index("ix_evaluation_area_code", "area_code", "id"),
    )
