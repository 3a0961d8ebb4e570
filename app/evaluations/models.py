"""The tables of evaluations and of invitations to them. What a mode must not tell is null."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class Evaluation(Table, table=True):
    """One evaluation of one service rendered; never changed, a second thought is a follow-on.

    An anonymous one has area, subject, month, level, text and the digest of its receipt, and nothing else.
    A confidential one has besides the id of a private value, ``source_id``, that says what it is about.
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
    contact_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    source_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    channel: str | None = Field(max_length=16)
    month: str = Field(max_length=7)
    evaluated_at: datetime | None = Field(sa_type=Moment)
    receipt_digest: str | None = Field(max_length=64)
    version: int = 1

    __table_args__ = (
        Index("uq_evaluation_project_id", "project_id", "event_id", "round", unique=True),
        Index("uq_evaluation_receipt_digest", "receipt_digest", "round", unique=True),
        Index("ix_evaluation_area_code", "area_code", "id"),
    )


class EvaluationWaiting(Table, table=True):
    """A confidential or anonymous evaluation from when it was given until it is passed on.

    Outside the ledger, and no path reads it: what is in here is nobody's to see. Its text and, of a
    confidential one, its ``source`` go to the private store when it is passed on, and the row goes.
    """

    __tablename__ = "evaluation_waiting"
    recorded: ClassVar[bool] = False

    id: str = Field(sa_type=Id, primary_key=True)
    mode: str = Field(max_length=16)
    round: str = Field(max_length=16)
    area_code: str = Field(max_length=16)
    subject: str = Field(max_length=64)
    given_on: date
    level: str = Field(max_length=32)
    text: str | None
    receipt_digest: str = Field(max_length=64)
    source: dict[str, Any] | None = Field(sa_type=Json)

    __table_args__ = (Index("uq_evaluation_waiting_receipt_digest", "receipt_digest", "round", unique=True),)


class EvaluationInvitation(Table, table=True):
    """An invitation to evaluate one occurrence. Of its token only the digest is kept, and not in the ledger.

    ``spent_on`` is the day on which it was used confidentially or anonymously; ``state`` and the ledger say
    so a day later, so that neither tells the hour.
    """

    __tablename__ = "evaluation_invitation"
    unrecorded: ClassVar[frozenset[str]] = frozenset({"digest", "spent_on"})

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id", index=True)
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    event_id: str = Field(sa_type=Id)
    item_case_id: str | None = Field(sa_type=Id, foreign_key="item_case.id")
    kind: str = Field(max_length=16)
    subject: str = Field(max_length=64)
    label: Any = Field(sa_type=Json)
    handler: str | None = Field(max_length=64)
    channel: str = Field(max_length=16)
    occurred_at: datetime = Field(sa_type=Moment)
    state: str = Field(max_length=16)
    digest: str = Field(max_length=64, unique=True)
    spent_on: date | None
    issued_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_on: date | None
    voided_at: datetime | None = Field(sa_type=Moment)
    version: int = 1

    __table_args__ = (
        Index("ix_evaluation_invitation_event_id", "event_id", "id"),
        Index("ix_evaluation_invitation_area_code", "area_code", "id"),
        Index("ix_evaluation_invitation_spent_on", "spent_on", "id"),
    )


class EvaluationSetting(Table, table=True):
    """What an area has decided about evaluations: after how many days silence counts as one by default."""

    __tablename__ = "evaluation_setting"

    area_code: str = Field(foreign_key="area.code", primary_key=True, max_length=16)
    default_after_days: int | None
    version: int = 1
