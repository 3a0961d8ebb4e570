"""Lodging a complaint: who complains goes to the private store, and what may be the same is pointed out."""

import json
from datetime import timedelta
from typing import Any

from app.actor import Actor
from app.areas.queries import AreaNotFound, get_department
from app.clock import new_id, random_bits
from app.complaints.models import Complaint
from app.complaints.queries import lately_lodged
from app.complaints.schemas import ComplaintIn
from app.complaints.service import KnownComplaint, know_complaint, nameless
from app.database import Reader, Writer
from app.digests import sha256
from app.domain.complaint_terms import ComplaintState, Likeness
from app.domain.complaints import SIMILAR_FROM, likeness
from app.domain.invitations import BITS, receipt_code
from app.domain.standing import Role
from app.errors import Fault, Invalid, Words
from app.events.service import Stamp, record
from app.files.queries import check_evidence
from app.private import service as private
from app.private.queries import texts_of
from app.projects.queries import get_project

COMPARED = timedelta(days=90)
"""How far back a complaint is compared with others (default, not from the standard)."""


class ComplainantMismatch(Invalid):
    """An anonymous complaint names nobody; any other says who complains."""

    title = Words("投诉人信息与匿名选项不符", "The complainant and the choice of anonymity differ")
    detail = Words(
        "匿名投诉不得填写投诉人；实名投诉须填写投诉人。",
        "An anonymous complaint names no complainant; any other names one.",
    )


async def lodge(session: Writer, actor: Actor, given: ComplaintIn) -> tuple[KnownComplaint, str]:
    """Take a complaint in; give it with its receipt code, which nobody can be told again.

    Refuses ``AreaNotFound``, ``DepartmentNotFound``, ``ProjectNotFound``, ``EvidenceNotFound``,
    ``ComplainantMismatch``.
    """
    if not actor.has_area(given.area_code):
        raise AreaNotFound(code=given.area_code)
    if given.is_anonymous == (given.complainant is not None):
        code = "not_asked_for" if given.is_anonymous else "missing"
        raise ComplainantMismatch(faults=[Fault("/complainant", code, ComplainantMismatch.detail)])
    if given.about_department_code is not None:
        await get_department(session, actor, given.about_department_code)
    if given.project_id is not None:
        await get_project(session, actor, given.project_id)
    await check_evidence(session, actor, given.evidence)
    owner = None if given.is_anonymous or actor.role != Role.PORTAL else actor.owner_uscc
    similar = await _similar(session, actor, given, owner)
    code = receipt_code(random_bits(BITS))
    doer = nameless(actor)
    row = await session.insert(
        Complaint,
        id=new_id(actor.at),
        area_code=given.area_code,
        channel=given.channel,
        ground=given.ground,
        is_anonymous=given.is_anonymous,
        **await _kept(session, doer, given, owner),
        about_department_code=given.about_department_code,
        about_person=None,
        receipt_digest=sha256(code.encode()),
        lodged_on=actor.today,
        state=ComplaintState.LODGED.value,
        handling_class=None,
        grade=None,
        rejection=None,
        department_code=None,
        investigator=None,
        decider=None,
        decision=None,
        level=None,
        accepted_on=None,
        decided_on=None,
        handled_on=None,
        handled_in_time=None,
        fed_back_on=None,
        review_on=None,
        archived_on=None,
        similar=similar,
        duplicate_of=None,
    )
    stamp = Stamp(None, given.area_code, None)
    facts = {"complaint_id": row.id, "ground": str(given.ground), "channel": str(given.channel)}
    await record(session, doer, "complaint.lodged", stamp, facts=facts)
    return await know_complaint(session, row), code


async def _kept(session: Writer, actor: Actor, given: ComplaintIn, owner: str | None) -> dict[str, Any]:
    """Put every text and everything that tells who complains into the private store; give the ids."""
    about = {"project_id": given.project_id, "evidence": given.evidence}
    has_reference = given.project_id is not None or bool(given.evidence)
    who = given.complainant
    values = {
        "title_id": given.title,
        "content_id": given.content,
        "complainant_id": None if who is None else json.dumps(who.model_dump(), ensure_ascii=False),
        "owner_id": owner,
        "reference_id": json.dumps(about) if has_reference else None,
        "about_name_id": given.about_name,
    }
    return {
        name: await private.keep(session, actor, f"complaint_{name.removesuffix('_id')}", value, None)
        for name, value in values.items()
    }


async def _similar(
    session: Reader, actor: Actor, given: ComplaintIn, owner: str | None
) -> list[dict[str, Any]]:
    """Find late complaints about the same office that look the same, or come from the same person."""
    rows = await session.all(lately_lodged(given.area_code, actor.today - COMPARED))
    rows = [row for row in rows if row.about_department_code == given.about_department_code]
    texts = await texts_of(session, [i for r in rows for i in (r.content_id, r.complainant_id, r.owner_id)])

    def value(text_id: str | None) -> str | None:
        return None if text_id is None or text_id not in texts else texts[text_id].value

    phone = None if given.complainant is None else given.complainant.phone
    found = []
    for row in rows:
        reasons = []
        if likeness(value(row.content_id) or "", given.content) >= SIMILAR_FROM:
            reasons.append(Likeness.SIMILAR_CONTENT.value)
        theirs = json.loads(value(row.complainant_id) or "{}").get("phone")
        is_same = (owner is not None and value(row.owner_id) == owner) or (phone and theirs == phone)
        hides_less = row.about_person is not None  # than this one does: who complains could be told by it
        if is_same and row.ground == given.ground and not hides_less:
            reasons.append(Likeness.SAME_COMPLAINANT.value)
        if reasons:
            found.append({"id": row.id, "reasons": reasons})
    return found
