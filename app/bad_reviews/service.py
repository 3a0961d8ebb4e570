"""Opening a bad review with its evaluation, acting on it, and hearing its rater once more."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from app.actor import SYSTEM, Actor, check_named
from app.answers import check_version
from app.bad_reviews.models import BadReview
from app.bad_reviews.queries import (
    bad_reviews_page,
    find_by_receipt,
    get_bad_review,
    lock_bad_review,
    lock_by_receipt,
)
from app.bad_reviews.schemas import BadReviewActionIn, BadReviewsIn, ReceiptIn
from app.calendars.queries import calendar_of
from app.database import Reader, Writer
from app.digests import sha256
from app.domain.bad_review_terms import (
    BadReviewAct,
    BadReviewFinding,
    BadReviewGrade,
    BadReviewLimit,
    BadReviewState,
)
from app.domain.bad_reviews import (
    BAD_REVIEW_ACTS,
    BadReviewFacts,
    bad_review_clocks,
    bad_review_standing,
    check_call_back,
)
from app.domain.calendar import WorkCalendar
from app.domain.casework import check_case_act
from app.domain.clocks import Light
from app.domain.invitations import read_receipt
from app.domain.standing import Role
from app.domain.vocabulary import EvaluationMode
from app.errors import Fault, NotFound, Words
from app.events.service import Stamp, record
from app.files.queries import check_evidence
from app.handling.models import HandlingStep
from app.handling.queries import staff_of, steps_of_case
from app.handling.service import (
    HANDLERS,
    NO_OPERATOR,
    CaseRef,
    HandlerNotSuitable,
    asker_of_case,
    may_see_case,
    suitable_handler,
    take_step,
)
from app.pages import cursor_of, cut, read_id
from app.private.queries import TextOut, lock_scope, shown_text, texts_of

A = BadReviewAct
DONE_BY_HANDLERS = frozenset({A.RECTIFY, A.EXPLAIN, A.REPLY})
TOLD = (
    "grade", "handler_id", "finding", "ground", "root_cause", "channel", "is_reached", "level", "text",
    "evidence",
)  # fmt: skip


class ReceiptHasNoBadReview(NotFound):
    """No bad review belongs to this receipt code, or it has not been passed on yet."""

    title = Words("没有对应的差评", "No bad review has this receipt")
    detail = Words("没有与此回执码对应的差评，请核对。", "No bad review has this receipt code; check it.")


class Known(NamedTuple):
    """A bad review with what the rules need: the person and the office reviewed, and the calendar."""

    row: BadReview
    reviewed: str | None
    calendar: WorkCalendar
    office: frozenset[str] = frozenset()
    former: frozenset[str] = frozenset()

    @property
    def facts(self) -> BadReviewFacts:
        """Give it as the rules take it."""
        row = self.row
        return BadReviewFacts(
            state=BadReviewState(row.state),
            mode=EvaluationMode(row.mode),
            grade=None if row.grade is None else BadReviewGrade(row.grade),
            finding=None if row.finding is None else BadReviewFinding(row.finding),
            is_extended=row.is_extended,
            is_confirmed=row.is_confirmed,
            has_been_reopened=row.has_been_reopened,
            has_been_appealed=row.appellant is not None,
            is_in_agency=row.department_code is None,
            reviewed=self.reviewed,
            handler=row.handler,
            former=self.former,
            verifier=row.verifier,
            appellant=row.appellant,
            office=self.office,
            opened_on=row.opened_on,
            prechecked_on=row.prechecked_on,
            assigned_on=row.assigned_on,
            contacted_on=row.contacted_on,
            appealed_on=row.appealed_on,
            ruled_on=row.ruled_on,
            replied_on=row.replied_on,
            followed_up_on=row.followed_up_on,
            closed_on=row.closed_on,
        )


async def know(session: Reader, row: BadReview) -> Known:
    """Add what the rules need; the person behind a confidential one is for rules, never for answers."""
    reviewed = row.reviewed
    if row.source_id is not None:
        kept = (await texts_of(session, [row.source_id])).get(row.source_id)
        reviewed = json.loads(kept.value).get("handler") if kept and kept.value else None
    office: list[str] = []
    if row.department_code is not None:
        office = await session.all(staff_of(row.department_code))
    former = {
        person
        for step in await session.all(steps_of_case(row.id))
        for person in (step.facts.get("handler"), step.person if step.action in DONE_BY_HANDLERS else None)
        if person is not None
    }
    calendar = await calendar_of(session, row.area_code)
    return Known(row, reviewed, calendar, frozenset(office), frozenset(former))


async def read_bad_review(session: Reader, actor: Actor, review_id: str) -> Known:
    """Find a bad review with what the rules need. Refuses ``BadReviewNotFound``."""
    return await know(session, await get_bad_review(session, actor, review_id))


async def list_bad_reviews(
    session: Reader, actor: Actor, asked: BadReviewsIn
) -> tuple[list[BadReview], str | None]:
    """List a page of the bad reviews in scope, the newest first."""
    last = read_id(asked.cursor)
    areas = actor.areas if asked.area is None else [a for a in asked.area if actor.has_area(a)]
    scope = (list(areas), actor.scope.department, actor.scope.owner)
    states = None if asked.state is None else [str(state) for state in asked.state]
    found = await session.all(
        bad_reviews_page(asked.limit + 1, *scope, states, asked.project, asked.handler, last)
    )
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None


async def act_on_bad_review(
    session: Writer, actor: Actor, review_id: str, given: BadReviewActionIn, expected: int | None
) -> tuple[HandlingStep, Known]:
    """Do an act on a bad review, or refuse and change nothing (``domain.casework.check_case_act``)."""
    check_named(actor)
    seen = await get_bad_review(session, actor, review_id)
    if seen.project_id is not None:
        await session.first(lock_scope(seen.project_id, list(actor.areas), None, None))
    known = await know(session, await lock_bad_review(session, actor, review_id))
    check_version(expected, known.row.version, state=known.row.state)
    return await _act(session, actor, known, given)


async def _act(
    session: Writer, actor: Actor, known: Known, given: BadReviewActionIn
) -> tuple[HandlingStep, Known]:
    row, facts = known.row, known.facts
    told = {name: getattr(given, name) for name in TOLD}
    standing = bad_review_standing(facts, actor.today, known.calendar)
    act = check_case_act(
        BAD_REVIEW_ACTS, standing, asker_of_case(actor), given.action, given.from_state, told
    )
    check_call_back(given.action, told)
    await check_evidence(session, actor, given.evidence)
    state = row.state if act.to is None or given.is_reached is False else act.to.value
    changed, shown = await _changes(session, actor, known, given)
    stamp = Stamp(row.project_id, row.area_code, row.owner_uscc, row.department_code)
    case = CaseRef("bad_review", row.id, stamp, row.steps, row.state)
    step = await take_step(
        session, actor, case, act, state, facts=shown, text=given.text, evidence=given.evidence
    )
    row = await session.change(row, **changed, state=state, steps=row.steps + 1, version=row.version + 1)
    await record(
        session,
        actor,
        "bad_review.acted",
        stamp,
        facts={"bad_review_id": row.id, "action": given.action, "state": row.state},
        evidence=given.evidence,
    )
    return step, known._replace(row=row)


async def _changes(
    session: Writer, actor: Actor, known: Known, given: BadReviewActionIn
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the columns an act changes, and what its step shows."""
    row, today, act = known.row, actor.today, given.action
    shown = {
        name: value
        for name in ("grade", "finding", "ground", "root_cause", "channel", "is_reached", "level")
        if (value := getattr(given, name)) is not None
    }
    if act in {A.ASSIGN, A.REASSIGN} and given.handler_id is not None:
        excluded = [known.reviewed, row.verifier]
        operator = await suitable_handler(session, actor, given.handler_id, excluded)
        department = row.department_code
        if act == A.ASSIGN and row.mode != EvaluationMode.NAMED and Role.DEPARTMENT in operator.roles:
            department = department or operator.department_code  # of a hidden one nobody else could tell it
        if not may_see_case(operator, HANDLERS, department):
            raise HandlerNotSuitable(faults=[Fault("/handler_id", "unsuitable_operator", NO_OPERATOR)])
        shown["handler"] = operator.person_key
        changed: dict[str, Any] = {"handler": operator.person_key}
        if act == A.ASSIGN:
            changed |= {"assigned_on": today, "department_code": department}
        return changed, shown
    if act == A.FOLLOW_UP and not given.is_reached:
        return {}, shown
    changes: dict[BadReviewAct, dict[str, Any]] = {
        A.PRECHECK: {"grade": given.grade, "prechecked_on": today},
        A.RULE_INVALID: {"ground": given.ground, "closed_on": today, "ruled_on": today},
        A.CONTACT: {"contacted_on": row.contacted_on or today},
        A.VERIFY: {"finding": given.finding, "verifier": actor.person},
        A.RECTIFY: {"root_cause": given.root_cause},
        A.EXPLAIN: {"root_cause": given.root_cause},
        A.EXTEND: {"is_extended": True},
        A.APPEAL: {"appellant": actor.person, "appealed_on": today, "ruled_on": None},
        A.DISMISS_APPEAL: {"ruled_on": today, "finding": None, "verifier": None},
        A.REPLY: {"replied_on": today, "replied_in_time": act == A.REPLY and _in_time(known, actor)},
        A.FOLLOW_UP: {"followed_up_on": today, "call_back_level": given.level},
        A.CONFIRM: {"is_confirmed": True},
        A.REOPEN: {
            **dict.fromkeys(
                (
                    "finding", "verifier", "handler", "assigned_on", "contacted_on", "replied_on",
                    "followed_up_on", "closed_on", "appealed_on", "ruled_on", "root_cause", "call_back_level",
                )
            ),
            "prechecked_on": today,
            "has_been_reopened": True,
            "is_extended": False,
        },
        A.CLOSE: {"closed_on": today},
    }  # fmt: skip
    return changes[act], shown


def _in_time(known: Known, actor: Actor) -> bool:
    """Tell whether the first reply came in time, by the calendar of its day; a later one changes nothing."""
    if known.row.replied_in_time is not None:
        return known.row.replied_in_time
    clock = next(c for c in bad_review_clocks(known.facts) if c.code is BadReviewLimit.REPLY)
    return clock.light(known.calendar, actor.today) is not Light.RED


class Heard(NamedTuple):
    """What the holder of a receipt is shown."""

    known: Known
    reply: TextOut | None


async def hear_rater(session: Writer, given: ReceiptIn, at: datetime, language: str) -> Heard:
    """Hear the rater by his receipt: no client, no person and no owner stand in the event.

    Refuses ``ReceiptMalformed``, ``ReceiptHasNoBadReview``, and what the rule refuses.
    """
    digest = sha256(read_receipt(given.receipt_code).encode())
    found = await session.first(find_by_receipt(digest))
    if found is None:
        raise ReceiptHasNoBadReview
    if found.project_id is not None:  # the project is locked first, as whoever acts does
        await session.first(lock_scope(found.project_id, [found.area_code], None, None))
    row = await session.one(lock_by_receipt(digest))
    rater = Actor(at=at, client_id=SYSTEM, role=Role.RATER, areas=(row.area_code,), language=language)
    known = await know(session, row)
    if given.action is not None:
        act = BadReviewActionIn(action=A(given.action), from_state=row.state, text=given.text)
        _, known = await _act(session, rater, known, act)
    replies = [step for step in await session.all(steps_of_case(row.id)) if step.action == A.REPLY]
    if not replies or known.row.replied_on is None:
        return Heard(known, None)
    text_id = replies[-1].text_id
    return Heard(known, shown_text(text_id, await texts_of(session, [text_id])))
