"""What goes over the wire about the ledger."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from typing_extensions import TypedDict

from app.pages import whole
from app.wire import Code, Uuid

PLACE = 2**53 - 1
Place = Annotated[int, BeforeValidator(whole), Field(ge=0, le=PLACE)]
EventType = Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=64)]


class FeedIn(BaseModel):
    """What the change feed can be asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Place = 0
    limit: Annotated[int, BeforeValidator(whole), Field(ge=1, le=1000)] = 100
    type: list[EventType] | None = Field(default=None, max_length=50)
    area: list[Code] | None = Field(default=None, max_length=50)
    project: Uuid | None = None
    ledger_id: Uuid | None = None


class VerificationIn(BaseModel):
    """Which part of the ledger to verify."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: Annotated[int, BeforeValidator(whole)] = Field(default=1, ge=1, le=PLACE, alias="from")
    upto: Annotated[int | None, BeforeValidator(whole)] = Field(default=None, ge=1, le=PLACE, alias="to")


class HeadOut(TypedDict):
    """Where the ledger ends, signed over the canonical JSON of hash, ledger_id, recorded_at, sequence."""

    ledger_id: str
    sequence: int
    hash: str
    recorded_at: str
    algorithm: str
    signature: str
    key_id: str


class CloudEventOut(TypedDict):
    """An event of the ledger as a CloudEvent 1.0. ``data`` is its canonical body, which ``hash`` covers."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str | None
    time: datetime
    datacontenttype: str
    sequence: int
    projectsequence: int | None
    recordedtime: datetime
    algorithm: str
    hash: str
    previoushash: str
    projectprevioushash: str | None
    data: dict[str, Any]


class FeedOut(TypedDict):
    """A page of the change feed. Go on from ``next_after``; at the head, ask again later."""

    items: list[CloudEventOut]
    ledger_id: str
    scanned_through: int
    next_after: int
    head: HeadOut


class CheckpointOut(HeadOut):
    """A signed head to keep outside; the public key is told with it."""

    id: str
    public_key: str
    signed_at: datetime


class BrokenOut(TypedDict):
    """The first broken place of the ledger, and how it was broken."""

    sequence: int
    kind: str
    detail: str


class VerificationOut(TypedDict):
    """What the verification found in the part it judged."""

    ledger_id: str
    first_sequence: int
    last_sequence: int
    head_sequence: int
    checked: int
    heads_checked: int
    is_sound: bool
    broken: BrokenOut | None
