"""The answers that bad reviews and complaints share."""

from datetime import date, datetime
from typing import Any

from typing_extensions import TypedDict

from app.answers import ActionOut, DurationOut
from app.private.queries import TextOut


class CaseActOut(ActionOut):
    """An act on the case, for this caller; ``needs`` are the fields it has to tell."""

    to_state: str | None
    needs: list[str]


class CaseClockOut(TypedDict):
    """A limit of the case. ``explained_by`` is where its sum is printed day by day."""

    limit: str
    label: str
    anchor_on: date
    duration: DurationOut
    due_on: date | None
    warn_on: date | None
    done_on: date | None
    light: str
    is_provisional: bool
    basis: str
    explained_by: str


class HandlingStepOut(TypedDict):
    """One act: who, when, from which state to which, with what it told."""

    id: str
    number: int
    action: str
    label: str
    from_state: str
    state: str
    role: str
    person: str | None
    taken_at: datetime
    facts: dict[str, Any]
    text: TextOut | None
    evidence: list[str]
