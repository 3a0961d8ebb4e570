"""Who sees what of a complaint; the complainant is hidden from the office and the person complained about."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.actor import SYSTEM, Actor
from app.complaints.models import Complaint
from app.complaints.schemas import (
    ComplainantOut,
    ComplaintOut,
    ComplaintReceiptOut,
    ComplaintSummaryOut,
    SimilarOut,
)
from app.complaints.service import TOLD_TO_COMPLAINANT, HeardComplaint, KnownComplaint
from app.domain.casework import allowed_case_acts, running
from app.domain.complaint_terms import ComplaintAct, ComplaintState
from app.domain.complaints import COMPLAINT_ACTS, complaint_clocks, complaint_standing
from app.domain.standing import Asker, Role
from app.handling.models import HandlingStep
from app.handling.service import allowed_out, clock_out
from app.private.models import Private
from app.private.queries import TextOut, by_id, shown_text

Texts = Mapping[str, Private]
ENDED = frozenset({ComplaintState.REJECTED, ComplaintState.ARCHIVED})


def text_ids(row: Complaint) -> list[str | None]:
    """Name the private values that an answer about a complaint may show."""
    return [
        row.title_id,
        row.content_id,
        row.about_name_id,
        row.complainant_id,
        row.owner_id,
        row.reference_id,
    ]


def sees_complainant(actor: Actor, row: Complaint) -> bool:
    """Tell whether a caller may know who complains (default, not from the standard).

    The owner himself; the supervisor; officers and coordinators if a department is complained about and not
    their own agency. Each if he says who he is, and is not the person complained about.
    """
    if actor.role == Role.PORTAL:
        return True
    if actor.operator_id is None or actor.person == row.about_person:
        return False
    if actor.role == Role.SUPERVISOR:
        return True
    return actor.role in {Role.OFFICER, Role.COORDINATOR} and row.about_department_code is not None


def sees_content(actor: Actor, row: Complaint) -> bool:
    """Tell whether a caller reads what is said: not the person complained about, who could know the voice.

    Once it is known who that is, staff have to say who they are.
    """
    if actor.role == Role.PORTAL or row.about_person is None:
        return True
    return actor.operator_id is not None and actor.person != row.about_person


def sees_words(actor: Actor, row: Complaint, step: HandlingStep) -> bool:
    """Tell whether a caller reads the words of a step: the complainant his own and those meant for him."""
    if actor.role == Role.PORTAL:
        return step.role == Role.RATER or step.action in TOLD_TO_COMPLAINANT
    return sees_content(actor, row)


def complaint_summary(known: KnownComplaint, actor: Actor, texts: Texts | None = None) -> ComplaintSummaryOut:
    """Show a complaint as lists do."""
    row, facts = known.row, known.facts
    clock = None if facts.state in ENDED else running(complaint_clocks(facts))
    return ComplaintSummaryOut(
        id=row.id,
        version=row.version,
        area_code=row.area_code,
        channel=row.channel,
        ground=row.ground,
        is_anonymous=row.is_anonymous,
        title=_text(row.title_id, texts if sees_content(actor, row) else None),
        about_department_code=row.about_department_code,
        about_person=row.about_person,
        department_code=row.department_code,
        state=row.state,
        state_label=facts.state.words.said(actor.language),
        handling_class=row.handling_class,
        grade=row.grade,
        rejection=row.rejection,
        decision=row.decision,
        level=row.level,
        is_extended=row.is_extended,
        has_asked_review=row.has_asked_review,
        lodged_on=row.lodged_on,
        handled_on=row.handled_on,
        handled_in_time=row.handled_in_time,
        duplicate_of=None if actor.role == Role.PORTAL else row.duplicate_of,
        clock=None if clock is None else clock_out(clock, row.area_code, known.calendar, actor),
    )


def complaint_body(known: KnownComplaint, actor: Actor, texts: Texts | None = None) -> ComplaintOut:
    """Show a complaint with what this caller could do next; without ``texts`` private values by id only."""
    row, facts = known.row, known.facts
    standing = complaint_standing(facts, actor.today, known.calendar)
    similar: Sequence[Any] = [] if actor.role == Role.PORTAL else row.similar
    return ComplaintOut(
        **complaint_summary(known, actor, texts),
        content=_text(row.content_id, texts if sees_content(actor, row) else None),
        about_name=_text(row.about_name_id, texts if sees_content(actor, row) else None),
        complainant=_complainant(row, actor, texts),
        investigator=row.investigator,
        decider=row.decider,
        similar=[SimilarOut(id=one["id"], reasons=one["reasons"]) for one in similar],
        clocks=[clock_out(c, row.area_code, known.calendar, actor) for c in complaint_clocks(facts)],
        allowed_actions=allowed_out(COMPLAINT_ACTS, standing, actor),
    )


def _text(text_id: str | None, texts: Texts | None) -> TextOut | None:
    return by_id(text_id) if texts is None else shown_text(text_id, dict(texts))


def _complainant(row: Complaint, actor: Actor, texts: Texts | None) -> ComplainantOut:
    """Show who complains, or that there is somebody to know; answers to writes never do."""
    is_there = row.complainant_id is not None or row.owner_id is not None or row.reference_id is not None
    shows = texts is not None and sees_complainant(actor, row)

    def value(text_id: str | None) -> str | None:
        kept = (texts or {}).get(text_id or "") if shows else None
        return None if kept is None else kept.value

    who = json.loads(value(row.complainant_id) or "{}")
    reference = json.loads(value(row.reference_id) or "{}")
    return ComplainantOut(
        name=who.get("name"),
        phone=who.get("phone"),
        address=who.get("address"),
        owner_uscc=value(row.owner_id),
        project_id=reference.get("project_id"),
        evidence=reference.get("evidence", []),
        is_masked=is_there and not shows,
    )


def receipt_body(heard: HeardComplaint, actor: Actor) -> ComplaintReceiptOut:
    """Show the holder of a receipt where his complaint stands, what he was told, and what he may say."""
    known = heard.known
    standing = complaint_standing(known.facts, actor.today, known.calendar)
    holder = Asker(Role.RATER, f"client:{SYSTEM}")
    open_acts = {
        one.act.code for one in allowed_case_acts(COMPLAINT_ACTS, standing, holder) if not one.reasons
    }
    state = ComplaintState(known.row.state)
    is_told = state in {ComplaintState.FED_BACK, ComplaintState.ARCHIVED, ComplaintState.IN_REVIEW}
    return ComplaintReceiptOut(
        state=state.value,
        state_label=state.words.said(actor.language),
        decision=known.row.decision if is_told else None,
        told=heard.told,
        may_rate=ComplaintAct.RATE in open_acts,
        may_ask_review=ComplaintAct.ASK_REVIEW in open_acts,
    )
