"""What goes over the wire about persons."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from app.domain.identifiers import check_phone
from app.domain.vocabulary import PersonRole
from app.wire import Day, In, Line, Patch, Text, read_by

Phone = Annotated[
    str,
    Field(min_length=1, max_length=40, description="手机或带区号的座机 · mobile or landline"),
    read_by(check_phone),
]
Name = Annotated[Line, Field(max_length=100)]
IdNumber = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Za-z()-]{4,30}$", description="证件号码；非必要不收集 · collect it only if needed"
    ),
]


class PersonIn(In):
    """Someone on the owner's side. Name, phone and identity number go to the erasable store."""

    role: PersonRole
    name: Name
    phone: Phone | None = None
    id_number: IdNumber | None = None
    organisation: Line | None = None
    valid_from: Annotated[Day | None, Field(description="缺省为今日 · today if absent")] = None
    valid_to: Annotated[Day | None, Field(description="最后有效日 · the last day")] = None


class PersonPatch(Patch):
    """Facts of a person that changed; null empties a field, but neither role, name nor the first day."""

    role: PersonRole | None = None
    name: Name | None = None
    phone: Phone | None = None
    id_number: IdNumber | None = None
    organisation: Line | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class PersonErasureIn(In):
    """Who asked for the erasure, or why it is due."""

    reason: Text


class PrivateValueOut(TypedDict):
    """A private value. ``text`` is null in answers to writes, and when it was erased."""

    id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    text: str | None
    is_masked: bool
    is_erased: bool


class PersonOut(TypedDict):
    """Someone on the owner's side of a project."""

    id: str
    project_id: str
    version: int
    role: str
    name: PrivateValueOut
    phone: PrivateValueOut | None
    id_number: PrivateValueOut | None
    organisation: str | None
    valid_from: date
    valid_to: date | None
    erased_at: datetime | None
