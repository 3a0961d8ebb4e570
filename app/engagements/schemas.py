"""What goes over the wire about agreements and agents."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from app.domain.agreements import AgreementEnding, SigningParty
from app.domain.identifiers import check_phone
from app.domain.standing import ServiceMode
from app.domain.vocabulary import AgentRole, ApprovalStage
from app.private.queries import TextOut
from app.wire import Code, Day, In, Line, Some, Text, Truth, Uuid, read_by

Scope = Annotated[
    list[ApprovalStage], Field(min_length=1, max_length=4, description="委托阶段 · approval stages in scope")
]


class ContactIn(In):
    """Whom to ask about the agreement; kept in the erasable store."""

    party: SigningParty
    name: Line
    phone: Annotated[str, Field(min_length=1, max_length=40), read_by(check_phone)]


class AgreementIn(In):
    """An agreement drawn up, to be signed by both parties."""

    number: Annotated[Line, Field(max_length=64, description="协议编号 · number of the agreement")]
    service_mode: ServiceMode = ServiceMode.AGENCY
    scope_stages: Scope
    is_partial: Annotated[Truth, Field(description="是否仅委托部分事项 · covers part of the items only")] = (
        False
    )
    contacts: Annotated[list[ContactIn], Field(max_length=10)] = []
    valid_from: Day | None = None
    valid_to: Day | None = None


class SignatureIn(In):
    """A party's signature."""

    party: SigningParty
    signed_on: Day
    evidence: Some[Uuid] = []


class AgreementTerminationIn(In):
    """The end of an agreement before its matters are finished."""

    ended_on: Day
    ground: AgreementEnding
    reason: Text
    evidence: Annotated[Some[Uuid], Field(min_length=1)]


class ContactOut(TypedDict):
    """Whom to ask; the texts are null for roles that need not see them."""

    party: str
    name: TextOut | None
    phone: TextOut | None


class SignatureOut(TypedDict):
    """A party's signature."""

    signed_on: date
    evidence: list[str]


class AgreementOut(TypedDict):
    """An agency agreement."""

    id: str
    project_id: str
    version: int
    number: str
    state: str
    service_mode: str
    scope_stages: list[str]
    is_partial: bool
    contacts: list[ContactOut]
    valid_from: date | None
    valid_to: date | None
    owner_signature: SignatureOut | None
    agency_signature: SignatureOut | None
    ended_on: date | None
    end_ground: str | None
    end_reason: TextOut | None
    drawn_up_at: datetime


class AgentIn(In):
    """Somebody to serve the project; ``operator_id`` is the id of a registered operator."""

    role: AgentRole
    operator_id: Uuid
    department_code: Annotated[Code, Field(description="仅部门联络员 · for liaisons only")] | None = None


class HandOverIn(In):
    """Who takes over, why, and what is still to be done."""

    to_operator_id: Uuid
    reason: Text
    open_tasks: Text
    evidence: Some[Uuid] = []


class AssignmentEndIn(In):
    """Why somebody no longer serves the project."""

    reason: Text
    evidence: Some[Uuid] = []


class AgentOut(TypedDict):
    """Somebody who serves the project, or did."""

    id: str
    project_id: str
    version: int
    role: str
    operator_id: str
    department_code: str | None
    began_at: datetime
    ended_at: datetime | None
    end_reason: TextOut | None
    open_tasks: TextOut | None
    handed_over_to: str | None
