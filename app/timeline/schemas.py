"""What goes over the wire about a project's timeline."""

from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from app.pages import PageIn
from app.private.queries import TextOut
from app.wire import MomentIn


class TimelineIn(PageIn):
    """Which part of a timeline, and as of when."""

    known_at: MomentIn | None = None
    valid_at: MomentIn | None = None


class TimelineActorOut(TypedDict):
    """Who did it: the system, the person behind it, the role acted in, the owner acted for."""

    role: str
    client_id: str
    operator_id: str | None
    acting_for: str | None


class TimelineItemOut(TypedDict):
    """One thing that happened. A wrong entry stays as it was; ``corrected_by`` names what put it right."""

    id: str
    sequence: int
    project_sequence: int
    type: str
    label: str
    occurred_at: datetime
    recorded_at: datetime
    entry_mode: str
    actor: TimelineActorOut
    facts: dict[str, Any]
    tables: list[str]
    evidence: list[str]
    reason: TextOut | None
    hash: str
    project_previous_hash: str
    corrects: str | None
    corrected_by: str | None
