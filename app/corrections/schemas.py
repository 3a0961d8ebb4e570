"""What goes over the wire about corrections."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from app.answers import ActionOut
from app.private.queries import TextOut
from app.wire import Code, In, MomentIn, Text, Uuid

State = Literal["pending", "approved", "rejected"]


class RightRowIn(In):
    """The right values of one row that the event changed, by column, as the event's ``changes`` show them."""

    table: Code
    id: Annotated[str, Field(max_length=64)]
    set: Annotated[dict[str, Any], Field(min_length=1, max_length=50)]


class RightIn(In):
    """What is right: the moment of a stage transition, values of rows, or both."""

    occurred_at: MomentIn | None = None
    set: Annotated[list[RightRowIn], Field(max_length=50)] = []


class CorrectionIn(In):
    """A wrong entry, what is right instead, why, and what shows it."""

    event_id: Uuid
    right: RightIn
    reason: Text
    evidence: Annotated[
        list[Uuid], Field(min_length=1, max_length=100, description="文件编号 · ids of files")
    ]


class RejectionIn(In):
    """Why a correction is not made."""

    reason: Text


class RightRowOut(TypedDict):
    """The right values of one row, by column."""

    table: str
    id: str
    set: dict[str, Any]


class RightOut(TypedDict):
    """What is said to be right."""

    occurred_at: datetime | None
    set: list[RightRowOut]


class CorrectionOut(TypedDict):
    """A correction, pending or decided. Persons are person keys."""

    id: str
    project_id: str
    version: int
    event_id: str
    right: RightOut
    reason: TextOut | None
    evidence: list[str]
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: TextOut | None
    allowed_actions: list[ActionOut]
