"""The tables of samples and of follow-ups. What was done about a follow-up stands in ``handling_step``."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class FollowUpSample(Table, table=True):
    """A sample of completed projects, with all that is needed to draw it again.

    ``seed`` is the digest of ``head_hash``, which the event of the draw follows, and the sample's id.
    """

    __tablename__ = "follow_up_sample"

    id: str = Field(sa_type=Id, primary_key=True)
    area_code: str = Field(foreign_key="area.code", max_length=16)
    completed_from: date
    completed_to: date
    population: Any = Field(sa_type=Json)
    population_digest: str = Field(max_length=64)
    confidence: int | None
    margin: int | None
    size: int
    head_sequence: int = Field(sa_type=BigInteger)
    head_hash: str = Field(max_length=64)
    seed: str = Field(max_length=64)
    algorithm: str = Field(max_length=64)
    drawn: Any = Field(sa_type=Json)
    drawn_by: str = Field(max_length=80)
    drawn_at: datetime = Field(sa_type=Moment)
    version: int = 1

    __table_args__ = (Index("ix_follow_up_sample_area_code", "area_code", "id"),)


class FollowUp(Table, table=True):
    """One owner to be asked how the service was; ``days_tried`` counts different days, not tries."""

    __tablename__ = "follow_up"

    id: str = Field(sa_type=Id, primary_key=True)
    sample_id: str | None = Field(sa_type=Id, foreign_key="follow_up_sample.id", index=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id", index=True)
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    state: str = Field(max_length=16)
    opened_on: date
    days_tried: int = 0
    last_tried_on: date | None
    outcome: str | None = Field(max_length=16)
    channel: str | None = Field(max_length=16)
    level: str | None = Field(max_length=32)
    measure: str | None = Field(max_length=16)
    issue_id: str | None = Field(sa_type=Id, foreign_key="issue.id")
    asked_by: str | None = Field(max_length=80)
    asked_on: date | None
    settled_on: date | None
    steps: int = 0
    version: int = 1

    __table_args__ = (Index("ix_follow_up_area_code", "area_code", "id"),)
