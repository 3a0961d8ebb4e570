"""Acting on a complaint, and hearing the complainant, whose name no event ever carries."""

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from app.actor import SYSTEM, Actor, check_named
from app.answers import check_version
from app.areas.queries import get_department
from app.calendars.queries import calendar_of
from app.complaints.linking import check_link
from app.complaints.models import Complaint
from app.complaints.queries import (
    complaints_page,
    get_complaint,
    lock_by_receipt,
    lock_complaint,
    telling_steps,
)
from app.complaints.schemas import ComplaintActionIn, ComplaintReceiptIn, ComplaintsIn
from app.database import Reader, Writer
from app.digests import sha256
from app.domain.calendar import WorkCalendar
from app.domain.casework import Party, PersonIsExcluded, check_case_act
from app.domain.clocks import Light
from app.domain.complaint_terms import ComplaintAct, ComplaintGrade, ComplaintLimit, ComplaintState
from app.domain.complaints import (
    COMPLAINT_ACTS,
    ComplaintFacts,
    complaint_clocks,
    complaint_standing,
)
from app.domain.invitations import read_receipt
from app.domain.standing import Role
from app.engagements.queries import operator_by_id
from app.errors import Fault, Invalid, NotFound, Words
from app.events.service import Stamp, record
from app.files.queries import check_evidence
from app.handling.models import HandlingStep
from app.handling.service import (
    INVESTIGATORS,
    NO_OPERATOR,
    CaseRef,
    HandlerNotSuitable,
    asker_of_case,
    may_see_case,
    suitable_handler,
    take_step,
)
from app.pages import cursor_of, cut, read_id
from app.private.queries import TextOut, shown_text, texts_of

A = ComplaintAct
TOLD = (
    "handling_class", "grade", "about_id", "handler_id", "rejection", "department_code", "decision",
    "contact_channel", "level", "duplicate_of", "text", "evidence",
)  # fmt: skip
SHOWN = (
    "handling_class", "grade", "rejection", "department_code", "decision", "contact_channel", "level",
    "duplicate_of",
)  # fmt: skip
TOLD_TO_COMPLAINANT = (A.FEED_BACK, A.REJECT, A.EXTEND)
"""Acts whose words are meant for the complainant."""


class ComplaintReceiptUnknown(NotFound):
    """No complaint has this receipt code."""

    title = Words("没有对应的投诉", "No complaint has this receipt")
    detail = Words("没有与此回执码对应的投诉，请核对。", "No complaint has this receipt code; check it.")


class AccusedUnknown(Invalid):
    """The person complained about is named by a registered operator."""

    title = Words("被投诉人未登记", "The person complained about is unknown")
    detail = Words("about_id 须为已登记的工作人员。", "about_id names a registered operator.")


class KnownComplaint(NamedTuple):
    """A complaint with the calendar of its area."""

    row: Complaint
    calendar: WorkCalendar
    former: frozenset[str] = frozenset()

    @property
    def facts(self) -> ComplaintFacts:
        """Give it as the rules take it."""
        row = self.row
        return ComplaintFacts(
            state=ComplaintState(row.state),
            grade=None if row.grade is None else ComplaintGrade(row.grade),
            is_extended=row.is_extended,
            is_rated=row.level is not None,
            has_asked_review=row.has_asked_review,
            is_linked=row.duplicate_of is not None,
            accused=row.about_person,
            investigator=row.investigator,
            former=self.former,
            decider=row.decider,
            lodged_on=row.lodged_on,
            accepted_on=row.accepted_on,
            decided_on=row.decided_on,
            handled_on=row.handled_on,
            fed_back_on=row.fed_back_on,
            review_on=row.review_on,
        )


def nameless(actor: Actor) -> Actor:
    """Give a complainant as events may name him: nobody, acting as the one who holds a right."""
    if actor.role != Role.PORTAL:
        return actor
    return replace(
        actor, client_id=SYSTEM, role=Role.RATER, owner_uscc=None, operator_id=None, person_key=None
    )


async def know_complaint(session: Reader, row: Complaint) -> KnownComplaint:
    """Add the calendar of the area; no statement when warm."""
    return KnownComplaint(row, await calendar_of(session, row.area_code))


async def read_complaint(session: Reader, actor: Actor, complaint_id: str) -> KnownComplaint:
    """Find a complaint with what the rules need. Refuses ``ComplaintNotFound``."""
    return await _know_all(session, await get_complaint(session, actor, complaint_id))


async def _know_all(session: Reader, row: Complaint) -> KnownComplaint:
    """Add who has ever investigated, from the steps: a row may have been given on in any way."""
    steps = await session.all(
        telling_steps([row.id], [A.INVESTIGATE.value, A.REPORT.value, A.REASSIGN.value])
    )
    former = frozenset(step.facts.get("handler", step.person) for step in steps)
    return (await know_complaint(session, row))._replace(former=former)


async def list_complaints(
    session: Reader, actor: Actor, asked: ComplaintsIn
) -> tuple[list[Complaint], str | None]:
    """List a page of the complaints in scope, the newest first."""
    last = read_id(asked.cursor)
    areas = actor.areas if asked.area is None else [a for a in asked.area if actor.has_area(a)]
    scope = (list(areas), actor.scope.department, actor.scope.owner)
    states = None if asked.state is None else [str(state) for state in asked.state]
    found = await session.all(
        complaints_page(
            asked.limit + 1,
            *scope,
            states,
            asked.ground,
            asked.investigator,
            asked.lodged_from,
            asked.lodged_to,
            last,
        )
    )
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None


async def act_on_complaint(
    session: Writer, actor: Actor, complaint_id: str, given: ComplaintActionIn, expected: int | None
) -> tuple[HandlingStep, KnownComplaint]:
    """Do an act on a complaint, or refuse and change nothing (``domain.casework.check_case_act``)."""
    check_named(actor)
    both = sorted({complaint_id, given.duplicate_of or complaint_id})  # in one order, whoever links whom
    locked = {row_id: await lock_complaint(session, actor, row_id) for row_id in both}
    known = await _know_all(session, locked[complaint_id])
    check_version(expected, known.row.version, state=known.row.state)
    if given.duplicate_of is not None:
        check_link(known.row, locked[given.duplicate_of])
    if given.department_code is not None:
        await get_department(session, actor, given.department_code)
    await check_evidence(session, actor, given.evidence)
    return await _act(session, actor, known, given)


async def _act(
    session: Writer, actor: Actor, known: KnownComplaint, given: ComplaintActionIn
) -> tuple[HandlingStep, KnownComplaint]:
    row = known.row
    told = {name: getattr(given, name) for name in TOLD}
    standing = complaint_standing(known.facts, actor.today, known.calendar)
    asker = asker_of_case(actor)
    act = check_case_act(COMPLAINT_ACTS, standing, asker, given.action, given.from_state, told)
    changed = await _changes(session, actor, known, given)
    state = row.state if act.to is None else act.to.value
    stamp, doer = Stamp(None, row.area_code, None), nameless(actor)
    case = CaseRef("complaint", row.id, stamp, row.steps, row.state)
    shown = {name: getattr(given, name) for name in SHOWN}
    if given.handler_id is not None:
        shown["handler"] = changed["investigator"]
    step = await take_step(
        session, doer, case, act, state, facts=shown, text=given.text, evidence=given.evidence
    )
    row = await session.change(row, **changed, state=state, steps=row.steps + 1, version=row.version + 1)
    await record(
        session,
        doer,
        "complaint.acted",
        stamp,
        facts={"complaint_id": row.id, "action": given.action, "state": row.state},
        evidence=given.evidence,
        reason_id=step.text_id,
    )
    return step, known._replace(row=row)


async def _changes(
    session: Reader, actor: Actor, known: KnownComplaint, given: ComplaintActionIn
) -> dict[str, Any]:
    """Give the columns that an act changes."""
    row, today, act = known.row, actor.today, given.action
    if act == A.FEED_BACK:
        is_first = row.handled_on is None
        clocks = {c.code: c for c in complaint_clocks(known.facts)}
        light = clocks[ComplaintLimit.HANDLING].light(known.calendar, today)
        in_time = light is not Light.RED if is_first else row.handled_in_time
        handled_on = today if is_first else row.handled_on
        return {"fed_back_on": today, "handled_on": handled_on, "handled_in_time": in_time}
    about = row.about_person if given.about_id is None else await _accused(session, given.about_id)
    if act == A.ACCEPT and about == actor.person:
        raise PersonIsExcluded(act=A.ACCEPT.value, act_label=A.ACCEPT.words, party=Party.ACCUSED.words)
    if act == A.REASSIGN and given.handler_id is not None:
        return await _reassigned(session, actor, row, given.handler_id)
    changes: dict[ComplaintAct, dict[str, Any]] = {
        A.ACCEPT: {
            "accepted_on": today,
            "handling_class": given.handling_class,
            "grade": given.grade,
            "about_person": about,
        },
        A.REJECT: {"rejection": given.rejection, "decided_on": today},
        A.FORWARD: {"department_code": given.department_code},
        A.RETURN: {"department_code": None},
        A.INVESTIGATE: {"investigator": actor.person},
        A.NAME_ACCUSED: {"about_person": about},
        A.REPORT: {},
        A.DECIDE: {"decision": given.decision, "decider": actor.person, "decided_on": today},
        A.EXTEND: {"is_extended": True},
        A.RATE: {"level": given.level},
        A.ASK_REVIEW: {"has_asked_review": True, "review_on": today, "level": None},
        A.LINK: {"duplicate_of": given.duplicate_of},
        A.ARCHIVE: {"archived_on": today},
    }
    return changes[act]


async def _reassigned(session: Reader, actor: Actor, row: Complaint, operator_id: str) -> dict[str, Any]:
    """Give the investigation to somebody else, who may see the complaint; the report begins anew."""
    excluded = [row.about_person, row.decider, row.investigator]
    operator = await suitable_handler(session, actor, operator_id, excluded, INVESTIGATORS)
    if not may_see_case(operator, INVESTIGATORS, row.department_code):
        raise HandlerNotSuitable(faults=[Fault("/handler_id", "unsuitable_operator", NO_OPERATOR)])
    return {"investigator": operator.person_key}


async def _accused(session: Reader, operator_id: str) -> str:
    operator = await session.first(operator_by_id(operator_id))
    if operator is None:
        raise AccusedUnknown(faults=[Fault("/about_id", "unknown_operator", AccusedUnknown.detail)])
    return operator.person_key


class HeardComplaint(NamedTuple):
    """What the holder of a receipt is shown."""

    known: KnownComplaint
    told: list[TextOut]


async def hear_complainant(
    session: Writer, given: ComplaintReceiptIn, at: datetime, language: str
) -> HeardComplaint:
    """Hear the complainant by his receipt: no client, no person and no owner stand in the event.

    Refuses ``ReceiptMalformed``, ``ComplaintReceiptUnknown``, and what the rule refuses.
    """
    digest = sha256(read_receipt(given.receipt_code).encode())
    row = await session.first(lock_by_receipt(digest))
    if row is None:
        raise ComplaintReceiptUnknown
    known = await _know_all(session, row)
    if given.action is not None:
        actor = Actor(at=at, client_id=SYSTEM, role=Role.RATER, areas=(row.area_code,), language=language)
        act = ComplaintActionIn(
            action=A(given.action), from_state=row.state, level=given.level, text=given.text
        )
        _, known = await _act(session, actor, known, act)
    steps = await session.all(telling_steps([row.id], [act.value for act in TOLD_TO_COMPLAINANT]))
    texts = await texts_of(session, [step.text_id for step in steps])
    told = [shown_text(step.text_id, texts) for step in steps]
    return HeardComplaint(known, [text for text in told if text is not None])
