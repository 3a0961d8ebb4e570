"""What goes over the wire about bad reviews."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from app.domain.bad_review_terms import (
    BadReviewAct,
    BadReviewFinding,
    BadReviewGrade,
    BadReviewState,
    InvalidGround,
    RootCause,
)
from app.domain.vocabulary import Channel, Level
from app.handling.schemas import CaseActOut, CaseClockOut, HandlingStepOut
from app.pages import PageIn
from app.private.queries import TextOut
from app.wire import Code, In, Line, Some, Text, Truth, Uuid


class BadReviewActionIn(In):
    """An act on a bad review, from the state the caller sees; which facts it tells depends on the act."""

    action: BadReviewAct
    from_state: Annotated[Code, Field(description="调用方认为所处的状态 · the state you decided from")]
    grade: BadReviewGrade | None = None
    handler_id: Annotated[Uuid, Field(description="处置人 · the operator who handles it")] | None = None
    finding: BadReviewFinding | None = None
    ground: InvalidGround | None = None
    root_cause: RootCause | None = None
    channel: Channel | None = None
    is_reached: Annotated[Truth, Field(description="是否联系到本人 · whether he was reached")] | None = None
    level: Annotated[Level, Field(description="回访满意度 · how satisfied the rater is now")] | None = None
    text: Text | None = None
    evidence: Some[Uuid] = []


class ReceiptIn(In):
    """The rater's word by receipt code, without any identity; no ``action`` only looks."""

    receipt_code: Annotated[Line, Field(max_length=64)]
    action: Literal["confirm", "reopen"] | None = None
    text: Text | None = None


class BadReviewsIn(PageIn):
    """Filters of the list of bad reviews."""

    state: list[BadReviewState] | None = Field(default=None, max_length=11)
    area: list[Code] | None = Field(default=None, max_length=50)
    project: Uuid | None = None
    handler: Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_.:@-]+$")] | None = None


class BadReviewSummaryOut(TypedDict):
    """A bad review as lists show it. What its mode does not tell is null; ``clock`` is the one running."""

    id: str
    version: int
    evaluation_id: str
    mode: str
    area_code: str
    project_id: str | None
    item_case_id: str | None
    department_code: str | None
    subject: str
    level: str
    month: str
    state: str
    state_label: str
    grade: str | None
    finding: str | None
    ground: str | None
    root_cause: str | None
    handler: str | None
    verifier: str | None
    call_back_level: str | None
    is_extended: bool
    is_confirmed: bool
    has_been_reopened: bool
    replied_in_time: bool | None
    opened_on: date
    closed_on: date | None
    clock: CaseClockOut | None


class BadReviewOut(BadReviewSummaryOut):
    """A bad review, with its limits and what this caller could do next and why not."""

    text: TextOut | None
    clocks: list[CaseClockOut]
    allowed_actions: list[CaseActOut]


class BadReviewStepTakenOut(HandlingStepOut):
    """A step just taken, and the bad review as it stands now."""

    bad_review: BadReviewOut


class ReceiptOut(TypedDict):
    """What the holder of a receipt may know: the state, the reply, and whether he can confirm or reopen."""

    state: str
    state_label: str
    reply: TextOut | None
    may_confirm: bool
    may_reopen: bool
