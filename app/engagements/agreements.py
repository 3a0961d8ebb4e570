"""Drawing up, signing and ending an agency agreement."""

from typing import Any

from app.actor import Actor
from app.clock import new_id
from app.database import Writer
from app.domain import agreements as rule
from app.domain.agreements import SigningParty
from app.domain.separation import check_owners_consent
from app.domain.vocabulary import AgreementState
from app.engagements.answers import signed
from app.engagements.models import Agreement
from app.engagements.queries import get_agreement
from app.engagements.schemas import AgreementIn, AgreementTerminationIn, SignatureIn
from app.errors import Conflict, Words
from app.events.service import record
from app.files.queries import check_evidence
from app.private import service as private
from app.projects.queries import Pair, every_part, stamp_of
from app.projects.service import change_standing, check_applied_for, lock_open_project
from app.projects.standing import work_facts
from app.troubles import clashing


class AgreementIsOpen(Conflict):
    """The project has an agreement that waits for signatures; one is drawn up at a time."""

    title = Words("已有待签协议", "An agreement is open")
    detail = Words(
        "协议 {number} 尚未签订完毕，请先完成签署或者终止。",
        "Agreement {number} still waits for signatures: have it signed or end it first.",
    )


class AgreementNumberTaken(Conflict):
    """The area has an agreement of this number already."""

    title = Words("协议编号已使用", "Agreement number taken")
    detail = Words("该区域已有编号为 {number} 的协议。", "The area has an agreement numbered {number}.")


async def draw_up_agreement(session: Writer, actor: Actor, project_id: str, given: AgreementIn) -> Agreement:
    """Draw up an agreement. Refuses a second open one, a number in use, an impossible validity."""
    project, _ = await lock_open_project(session, actor, project_id)
    await check_applied_for(session, project)
    if given.valid_from is not None and given.valid_to is not None and given.valid_to < given.valid_from:
        raise rule.ValidityIsReversed
    for other in await every_part(session, actor, project_id, Agreement):
        if rule.state_of(signed(other)) not in (AgreementState.SIGNED, AgreementState.TERMINATED):
            raise AgreementIsOpen(number=other.number, agreement_id=other.id)
    contacts = []
    for contact in given.contacts:
        kept = {
            "name_id": await private.keep(session, actor, "contact_name", contact.name, project_id),
            "phone_id": await private.keep(session, actor, "contact_phone", contact.phone, project_id),
        }
        contacts.append({"party": contact.party, **kept})
    with clashing(uq_agreement_issued_in=AgreementNumberTaken(number=given.number)):
        agreement = await session.insert(
            Agreement,
            id=new_id(actor.at),
            project_id=project_id,
            area_code=project.area_code,
            owner_uscc=project.owner_uscc,
            issued_in=project.area_code,
            number=given.number,
            service_mode=given.service_mode,
            scope_stages=rule.scope_with(None, given.scope_stages),
            is_partial=given.is_partial,
            contacts=contacts,
            valid_from=given.valid_from,
            valid_to=given.valid_to,
            owner_signed_on=None,
            owner_evidence=[],
            agency_signed_on=None,
            agency_evidence=[],
            ended_on=None,
            end_ground=None,
            end_reason_id=None,
            drawn_up_at=actor.at,
        )
    await record(session, actor, "agreement.drawn_up", stamp_of(project))
    return agreement


async def sign_agreement(
    session: Writer, actor: Actor, project_id: str, agreement_id: str, given: SignatureIn
) -> Agreement:
    """Enter a party's signature. The second one puts the agreement, its mode and its scope in force.

    Refuses a role that cannot sign for the party, the owner's consent without evidence, a second signature
    of one party, an ended agreement, a day in the future.
    """
    project, row = await lock_open_project(session, actor, project_id)
    agreement = await get_agreement(session, actor, project_id, agreement_id)
    rule.check_signature(given.party, actor.role, signed(agreement))
    is_owner = given.party is SigningParty.OWNER
    if is_owner:
        check_owners_consent(actor.role, has_evidence=bool(given.evidence))
    rule.check_day(given.signed_on, actor.today, "/signed_on")
    await check_evidence(session, actor, given.evidence)
    facts: dict[str, Any] = {
        f"{given.party}_signed_on": given.signed_on,
        f"{given.party}_evidence": given.evidence,
    }
    agreement = await session.change(agreement, version=agreement.version + 1, **facts)
    event, told = "agreement.party_signed", {"agreement_id": agreement.id, "party": given.party}
    if rule.state_of(signed(agreement)) == AgreementState.SIGNED:
        event, more = await _put_in_force(session, actor, (project, row), agreement)
        told |= more
    await record(session, actor, event, stamp_of(project), facts=told, evidence=given.evidence)
    return agreement


async def _put_in_force(
    session: Writer, actor: Actor, pair: Pair, agreement: Agreement
) -> tuple[str, dict[str, Any]]:
    """Change the project to what a signed agreement says; name the event and tell what is new."""
    project, row = pair
    scope = rule.scope_with(project.scope_stages, agreement.scope_stages)
    before = project.service_mode
    facts = {"service_mode": agreement.service_mode, "scope_stages": scope}
    if facts != {"service_mode": before, "scope_stages": project.scope_stages}:
        project = await session.change(project, version=project.version + 1, **facts)
    await change_standing(
        session, (project, row), has_signed_agreement=True, **work_facts(project, row, actor.today)
    )
    if before == agreement.service_mode:
        return "agreement.signed", {"scope_stages": scope}
    return "project.mode_changed", {
        "from_mode": before, "to_mode": agreement.service_mode, "scope_stages": scope
    }  # fmt: skip


async def end_agreement(
    session: Writer, actor: Actor, project_id: str, agreement_id: str, given: AgreementTerminationIn
) -> Agreement:
    """End an agreement, signed or not, on a ground. Mode and scope of the project stay as they are."""
    project, row = await lock_open_project(session, actor, project_id)
    agreement = await get_agreement(session, actor, project_id, agreement_id)
    rule.check_not_ended(signed(agreement))
    rule.check_day(given.ended_on, actor.today, "/ended_on")
    await check_evidence(session, actor, given.evidence)
    reason_id = await private.keep(session, actor, "reason", given.reason, project_id)
    agreement = await session.change(
        agreement,
        ended_on=given.ended_on,
        end_ground=given.ground,
        end_reason_id=reason_id,
        version=agreement.version + 1,
    )
    others = await every_part(session, actor, project_id, Agreement)
    is_signed = any(rule.state_of(signed(a)) == AgreementState.SIGNED for a in others)
    if row.has_signed_agreement != is_signed:
        await change_standing(session, (project, row), has_signed_agreement=is_signed)
    await record(
        session,
        actor,
        "agreement.terminated",
        stamp_of(project),
        facts={"agreement_id": agreement.id, "ground": given.ground},
        evidence=given.evidence,
        reason_id=reason_id,
    )
    return agreement
