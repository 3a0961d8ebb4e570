"""What goes over the wire about materials, milestones and service records."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from app.domain.materials import MaterialSupplier
from app.domain.vocabulary import MaterialState, MilestoneKind, ServiceRecordKind
from app.private.queries import TextOut
from app.wire import Code, Day, In, Line, MomentIn, Patch, Some, Text, Truth, Uuid, kept


class MaterialIn(In):
    """A document that is asked for."""

    name: Line
    code: (
        Annotated[Code, Field(description="目录材料代码，各事项据此共用 · its code in the catalogue")] | None
    ) = None
    is_required: Truth = True
    legal_basis: Annotated[Line, Field(description="依据条款 · the provision that asks for it")] | None = None
    supplied_by: MaterialSupplier = MaterialSupplier.OWNER
    state: MaterialState = MaterialState.MISSING
    file_id: Uuid | None = None
    reason: Text | None = None


class MaterialPatch(Patch):
    """What became of a material."""

    is_required: Truth = kept()
    legal_basis: Line | None = None
    supplied_by: MaterialSupplier = kept()
    state: MaterialState = kept()
    file_id: Uuid | None = None
    reason: Text | None = None


class MaterialOut(TypedDict):
    """A document that is asked for."""

    id: str
    project_id: str
    version: int
    name: str
    code: str | None
    is_required: bool
    legal_basis: str | None
    supplied_by: str
    state: str
    file_id: str | None
    reason: TextOut | None


class MilestoneIn(In):
    """A milestone that was reached, with what shows it."""

    kind: MilestoneKind
    reached_on: Day
    evidence: Annotated[Some[Uuid], Field(min_length=1)]


class MilestoneConfirmationIn(In):
    """A second person's confirmation."""

    evidence: Some[Uuid] = []


class MilestoneOut(TypedDict):
    """A milestone; it counts once it is confirmed."""

    id: str
    project_id: str
    version: int
    kind: str
    reached_on: date
    evidence: list[str]
    reported_by: str
    reported_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None


class ServiceRecordIn(In):
    """Something done for the project; its texts are kept in the erasable store."""

    kind: ServiceRecordKind
    occurred_at: MomentIn | None = None
    summary: Text
    participants: Annotated[list[Line], Field(max_length=50)] = []
    conclusion: Text | None = None
    reason: Annotated[Text, Field(description="补录理由 · why it is entered afterwards")] | None = None
    evidence: Some[Uuid] = []


class ServiceRecordOut(TypedDict):
    """Something done for the project."""

    id: str
    project_id: str
    kind: str
    stage: str
    occurred_at: datetime
    entry_mode: str
    summary: TextOut | None
    participants: list[TextOut]
    conclusion: TextOut | None
    reason: TextOut | None
    evidence: list[str]
