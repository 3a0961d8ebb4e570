"""From the rows of agreements and assignments to the answers about them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.actor import Actor
from app.domain.agreements import Signed, state_of
from app.domain.standing import Role
from app.engagements.models import AgentAssignment, Agreement
from app.engagements.schemas import AgentOut, AgreementOut, ContactOut, SignatureOut
from app.private.models import Private
from app.private.queries import TextOut, by_id, shown_text

Texts = Mapping[str, Private] | None
WHO_CALL = frozenset({Role.PORTAL, Role.OFFICER, Role.AGENT, Role.COORDINATOR})


def signed(agreement: Agreement) -> Signed:
    """Give the rules' view of an agreement."""
    return Signed(agreement.owner_signed_on, agreement.agency_signed_on, agreement.ended_on)


def agreement_texts(agreement: Agreement, actor: Actor) -> list[str | None]:
    """Name the private texts of an agreement that this caller may read."""
    contacts: list[dict[str, str]] = agreement.contacts if actor.role in WHO_CALL else []
    return [agreement.end_reason_id, *(c[part] for c in contacts for part in ("name_id", "phone_id"))]


def agreement_body(agreement: Agreement, texts: Texts = None, actor: Actor | None = None) -> AgreementOut:
    """Show an agreement; without ``texts`` private values are named by id only."""
    calls = actor is not None and actor.role in WHO_CALL
    contacts = [
        ContactOut(
            party=c["party"],
            name=_text(c["name_id"], texts if calls else None),
            phone=_text(c["phone_id"], texts if calls else None),
        )
        for c in agreement.contacts
    ]
    return AgreementOut(
        id=agreement.id,
        project_id=agreement.project_id,
        version=agreement.version,
        number=agreement.number,
        state=state_of(signed(agreement)),
        service_mode=agreement.service_mode,
        scope_stages=agreement.scope_stages,
        is_partial=agreement.is_partial,
        contacts=contacts,
        valid_from=agreement.valid_from,
        valid_to=agreement.valid_to,
        owner_signature=_signature(agreement.owner_signed_on, agreement.owner_evidence),
        agency_signature=_signature(agreement.agency_signed_on, agreement.agency_evidence),
        ended_on=agreement.ended_on,
        end_ground=agreement.end_ground,
        end_reason=_text(agreement.end_reason_id, texts),
        drawn_up_at=agreement.drawn_up_at,
    )


def agent_texts(assignment: AgentAssignment) -> list[str | None]:
    """Name the private texts of an assignment."""
    return [assignment.end_reason_id, assignment.open_tasks_id]


def agent_body(assignment: AgentAssignment, texts: Texts = None) -> AgentOut:
    """Show an assignment; without ``texts`` private values are named by id only."""
    return AgentOut(
        id=assignment.id,
        project_id=assignment.project_id,
        version=assignment.version,
        role=assignment.role,
        operator_id=assignment.operator_id,
        department_code=assignment.department_code,
        began_at=assignment.began_at,
        ended_at=assignment.ended_at,
        end_reason=_text(assignment.end_reason_id, texts),
        open_tasks=_text(assignment.open_tasks_id, texts),
        handed_over_to=assignment.handed_over_to,
    )


def _text(text_id: str | None, texts: Any) -> TextOut | None:
    return by_id(text_id) if texts is None else shown_text(text_id, texts)


def _signature(signed_on: date | None, evidence: list[str]) -> SignatureOut | None:
    return None if signed_on is None else SignatureOut(signed_on=signed_on, evidence=evidence)
