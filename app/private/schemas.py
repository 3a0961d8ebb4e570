"""What goes over the wire about erasing private values."""

from datetime import datetime

from typing_extensions import TypedDict

from app.private.queries import TextOut
from app.wire import In, Text


class ErasureIn(In):
    """Why a private value is erased."""

    reason: Text


class ErasureOut(TypedDict):
    """A private value that is gone, and the event that says so."""

    id: str
    kind: str
    project_id: str | None
    erased_at: datetime
    reason: TextOut | None
    event_id: str
    sequence: int
