"""What goes over the wire about putting a calendar version into force."""

from datetime import date
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from app.wire import In


class ActivationIn(In):
    """What the approver has seen: the digest of the impact he agrees to."""

    impact_digest: Annotated[
        str, Field(pattern="^[0-9a-f]{64}$", description="已阅影响的摘要 · of the impact as it was read")
    ]


class ChangedDayOut(TypedDict):
    """A day that is worked by one version and not by the other."""

    day: date
    was: str
    was_festival: str | None
    now: str
    now_festival: str | None
    is_worked_now: bool


class ClockMoveOut(TypedDict):
    """A deadline that moves, and the days because of which it does."""

    kind: str
    id: str
    project_id: str
    clock: str
    label: str
    from_due_on: date | None
    to_due_on: date | None
    days: list[date]
    explained_by: str


class ImpactOut(TypedDict):
    """What a version would change: its days, and every deadline that moves. Nothing is written."""

    code: str
    number: int
    base_number: int | None
    areas: list[str]
    announced_years: list[int]
    changed_days: list[ChangedDayOut]
    recounted: int
    moved: list[ClockMoveOut]
    impact_digest: str


class ActivationOut(TypedDict):
    """A version put into force. ``numbers``: with those of areas whose exceptions were laid over it anew."""

    code: str
    number: int
    state: str
    numbers: list[int]
    recounted: int
    moved: int
    impact_digest: str
    event_id: str
    approved_by: str
