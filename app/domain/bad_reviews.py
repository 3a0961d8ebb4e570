"""Bad reviews: from the pre-check to the answer that the rater agrees with (b.3 of similar practice).

Pre-check, assignment, verification, rectification or explanation, reply, call-back, closing; an appeal in
between. The office reviewed may appeal, and never rules its own review invalid. A named rater is called
back without exception. Every limit is a default, not from the standard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from app.domain.bad_review_terms import (
    BadReviewAct,
    BadReviewFinding,
    BadReviewGrade,
    BadReviewLimit,
    BadReviewState,
)
from app.domain.calendar import WorkCalendar
from app.domain.casework import Act, CaseClock, CaseStanding, HandlingIncomplete, Party, table_of
from app.domain.clocks import Duration, Pause, Unit, due
from app.domain.standing import Role
from app.domain.vocabulary import EvaluationMode
from app.errors import Fault, Words

S, A = BadReviewState, BadReviewAct
SUPERVISOR: Final = frozenset({Role.SUPERVISOR})
STAFF: Final = frozenset({Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.DEPARTMENT, Role.SUPERVISOR})
CALLERS: Final = frozenset({Role.OFFICER, Role.COORDINATOR, Role.SUPERVISOR})
RATERS: Final = frozenset({Role.PORTAL, Role.RATER})
_IN_HAND: Final = (S.ASSIGNED, S.VERIFIED, S.RECTIFIED, S.EXPLAINED)
_REVIEWED = (Party.REVIEWED,)
_HANDLERS = (*_REVIEWED, Party.HANDLER, Party.FORMER)

BAD_REVIEW_ACTS: Final[Mapping[str, Act]] = table_of(
    (
        Act(code=A.PRECHECK, sources=(S.RECEIVED,), to=S.PRECHECKED, by=SUPERVISOR, never=_REVIEWED,
            needs=("grade",), may=("text",)),
        Act(code=A.RULE_INVALID, sources=(S.RECEIVED, S.IN_APPEAL), to=S.INVALID, by=SUPERVISOR,
            never=(*_HANDLERS, Party.APPELLANT, Party.OFFICE), needs=("ground", "text", "evidence")),
        Act(code=A.ASSIGN, sources=(S.PRECHECKED,), to=S.ASSIGNED, by=SUPERVISOR, never=_REVIEWED,
            needs=("handler_id",), may=("text",)),
        Act(code=A.REASSIGN, sources=_IN_HAND, to=None, by=SUPERVISOR, never=_REVIEWED,
            needs=("handler_id", "text")),
        Act(code=A.CONTACT, sources=_IN_HAND, to=None, by=STAFF, only=Party.HANDLER, needs=("channel",),
            may=("text",)),
        Act(code=A.VERIFY, sources=(S.ASSIGNED,), to=S.VERIFIED, by=SUPERVISOR,
            never=(*_HANDLERS, Party.OFFICE), needs=("finding", "text"), may=("evidence",)),
        Act(code=A.RECTIFY, sources=(S.VERIFIED,), to=S.RECTIFIED, by=STAFF, only=Party.HANDLER,
            never=_REVIEWED, needs=("root_cause", "text", "evidence")),
        Act(code=A.EXPLAIN, sources=(S.VERIFIED,), to=S.EXPLAINED, by=STAFF, only=Party.HANDLER,
            never=_REVIEWED, needs=("root_cause", "text"), may=("evidence",)),
        Act(code=A.EXTEND, sources=_IN_HAND, to=None, by=SUPERVISOR, never=_HANDLERS,
            needs=("text",), may=("evidence",)),
        Act(code=A.APPEAL, sources=(S.ASSIGNED, S.VERIFIED), to=S.IN_APPEAL, by_office=True,
            needs=("text", "evidence")),
        Act(code=A.DISMISS_APPEAL, sources=(S.IN_APPEAL,), to=S.ASSIGNED, by=SUPERVISOR,
            never=(*_HANDLERS, Party.APPELLANT, Party.OFFICE), needs=("text",), may=("evidence",)),
        Act(code=A.REPLY, sources=(S.RECTIFIED, S.EXPLAINED), to=S.REPLIED, by=STAFF, only=Party.HANDLER,
            never=_REVIEWED, needs=("text",), may=("channel",)),
        Act(code=A.FOLLOW_UP, sources=(S.REPLIED,), to=S.FOLLOWED_UP, by=CALLERS,
            never=_HANDLERS, needs=("channel", "is_reached"), may=("level", "text")),
        Act(code=A.CONFIRM, sources=(S.REPLIED, S.FOLLOWED_UP), to=None, by=RATERS, may=("text",)),
        Act(code=A.REOPEN, sources=(S.REPLIED, S.FOLLOWED_UP, S.CLOSED), to=S.PRECHECKED, by=RATERS,
            needs=("text",)),
        Act(code=A.CLOSE, sources=(S.REPLIED, S.FOLLOWED_UP), to=S.CLOSED, by=SUPERVISOR,
            never=_HANDLERS, may=("text",)),
    )
)  # fmt: skip
"""Every act: from where, to where, by whom, never by whom, and what it has to tell."""

ENDED: Final = frozenset({S.CLOSED, S.INVALID})


def _days(number: int) -> Duration:
    return Duration(number, Unit.WORKING_DAY)


LIMITS: Final[Mapping[BadReviewLimit, Duration]] = MappingProxyType(
    {
        BadReviewLimit.PRECHECK: _days(1),
        BadReviewLimit.ASSIGNMENT: _days(1),
        BadReviewLimit.CONTACT: _days(1),
        BadReviewLimit.APPEAL: _days(3),
        BadReviewLimit.FOLLOW_UP: _days(5),
        BadReviewLimit.CLOSING: _days(5),
    }
)
REPLY_LIMITS: Final[Mapping[BadReviewGrade, Duration]] = MappingProxyType(
    {BadReviewGrade.SIMPLE: _days(2), BadReviewGrade.COMPLEX: _days(3)}
)
EXTENDED: Final = _days(15)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadReviewFacts:
    """What the rules may know of a bad review; ``former`` handled it, ``office`` are those of its office."""

    state: BadReviewState
    mode: EvaluationMode
    grade: BadReviewGrade | None
    finding: BadReviewFinding | None
    is_extended: bool
    is_confirmed: bool
    has_been_reopened: bool
    has_been_appealed: bool
    is_in_agency: bool
    reviewed: str | None
    handler: str | None
    former: frozenset[str]
    verifier: str | None
    appellant: str | None
    office: frozenset[str]
    opened_on: date
    prechecked_on: date | None
    assigned_on: date | None
    contacted_on: date | None
    appealed_on: date | None
    ruled_on: date | None
    replied_on: date | None
    followed_up_on: date | None
    closed_on: date | None


ONCE_APPEALED = Words("已经申诉过一次。", "It was appealed once.")
ONCE_REOPENED = Words("评价人已要求重办过一次。", "The rater has reopened it once.")
ANSWERED = Words("评价人已经认可。", "The rater has confirmed it.")
NOT_SUBSTANTIATED = Words("核实结论为缺乏法定依据，应当解释说明。", "It has no legal basis: explain it.")
IS_SUBSTANTIATED = Words("核实结论为情况属实，应当整改。", "It is substantiated: rectify it.")
NOT_COMPLEX = Words("只有复杂差评可以延长。", "Only a complex one can be extended.")
EXTENDED_BEFORE = Words("已经延长过一次。", "It was extended before.")
EXPIRED = Words("期限已经届满，不能再延长。", "The limit has run out and cannot be extended.")
CALL_BACK_FIRST = Words("实名差评须先回访到本人。", "A named rater has to be reached by a call-back first.")
CANNOT_CALL = Words("非实名差评不作回访。", "Only a named rater can be called back.")
RATER_FIRST = Words(
    "须待评价人认可，或者回复后满五个工作日。",
    "The rater confirms first, or five working days pass after the reply.",
)


def bad_review_standing(facts: BadReviewFacts, today: date, calendar: WorkCalendar) -> CaseStanding:
    """Build what the rule about acts is asked with."""
    return CaseStanding(
        state=facts.state,
        persons={
            Party.REVIEWED: _one(facts.reviewed),
            Party.HANDLER: _one(facts.handler),
            Party.FORMER: facts.former,
            Party.OFFICE: facts.office,
            Party.VERIFIER: _one(facts.verifier),
            Party.APPELLANT: _one(facts.appellant),
        },
        office_roles=frozenset({Role.OFFICER, Role.AGENT, Role.COORDINATOR})
        if facts.is_in_agency
        else frozenset({Role.DEPARTMENT}),
        unmet=_unmet(facts, today, calendar),
    )


def _one(person: str | None) -> frozenset[str]:
    return frozenset() if person is None else frozenset({person})


def _unmet(facts: BadReviewFacts, today: date, calendar: WorkCalendar) -> dict[str, tuple[Fault, ...]]:
    """Name what keeps an act back."""
    is_named = facts.mode is EvaluationMode.NAMED
    is_true = facts.finding is BadReviewFinding.SUBSTANTIATED
    tests = (
        (A.APPEAL, "appealed_before", facts.has_been_appealed, ONCE_APPEALED),
        (A.RECTIFY, "not_substantiated", not is_true, NOT_SUBSTANTIATED),
        (A.EXPLAIN, "substantiated", is_true, IS_SUBSTANTIATED),
        (A.EXTEND, "not_complex", facts.grade is not BadReviewGrade.COMPLEX, NOT_COMPLEX),
        (A.EXTEND, "extended_before", facts.is_extended, EXTENDED_BEFORE),
        (A.EXTEND, "expired", _has_expired(facts, today, calendar), EXPIRED),
        (A.FOLLOW_UP, "not_named", not is_named, CANNOT_CALL),
        (A.CONFIRM, "confirmed_before", facts.is_confirmed, ANSWERED),
        (A.REOPEN, "reopened_before", facts.has_been_reopened, ONCE_REOPENED),
        (A.REOPEN, "confirmed_before", facts.is_confirmed, ANSWERED),
        (A.CLOSE, "call_back_first", is_named and facts.followed_up_on is None, CALL_BACK_FIRST),
        (A.CLOSE, "rater_first", not is_named and not _may_rest(facts, today, calendar), RATER_FIRST),
    )
    found: dict[str, tuple[Fault, ...]] = {}
    for act, code, is_so, words in tests:
        if is_so:
            found[act] = (*found.get(act, ()), Fault("", code, words))
    return found


def _has_expired(facts: BadReviewFacts, today: date, calendar: WorkCalendar) -> bool:
    clock = next((c for c in bad_review_clocks(facts) if c.code is BadReviewLimit.REPLY), None)
    due_on = None if clock is None else clock.due(calendar).due_on
    return due_on is not None and today > due_on


def _may_rest(facts: BadReviewFacts, today: date, calendar: WorkCalendar) -> bool:
    """Whoever cannot be called back has confirmed, or has let the time pass."""
    if facts.is_confirmed or facts.replied_on is None:
        return facts.is_confirmed
    waited = due(calendar, facts.replied_on, LIMITS[BadReviewLimit.FOLLOW_UP]).due_on
    return waited is not None and today > waited


def bad_review_clocks(facts: BadReviewFacts) -> tuple[CaseClock, ...]:
    """Give every limit that has begun, in order. While an appeal is open, the time to reply rests."""
    found = []

    def begin(
        limit: BadReviewLimit, anchor: date | None, done_on: date | None, *, rests: tuple[Pause, ...] = ()
    ) -> None:
        if anchor is not None:
            duration = _reply_limit(facts) if limit is BadReviewLimit.REPLY else LIMITS[limit]
            found.append(
                CaseClock(code=limit, anchor_on=anchor, duration=duration, pauses=rests, done_on=done_on)
            )

    rests = () if facts.appealed_on is None else (Pause(facts.appealed_on, facts.ruled_on),)
    is_named = facts.mode is EvaluationMode.NAMED
    ended_on = facts.closed_on if facts.state in ENDED else None
    begin(BadReviewLimit.PRECHECK, facts.opened_on, facts.prechecked_on or ended_on)
    begin(BadReviewLimit.ASSIGNMENT, facts.prechecked_on, facts.assigned_on or ended_on)
    begin(BadReviewLimit.APPEAL, facts.appealed_on, facts.ruled_on)
    if is_named:
        contacted_on = facts.contacted_on or facts.replied_on or ended_on
        begin(BadReviewLimit.CONTACT, facts.assigned_on, contacted_on)
    begin(BadReviewLimit.REPLY, facts.assigned_on, facts.replied_on or ended_on, rests=rests)
    if is_named:
        begin(BadReviewLimit.FOLLOW_UP, facts.replied_on, facts.followed_up_on)
    begin(BadReviewLimit.CLOSING, facts.followed_up_on if is_named else facts.replied_on, facts.closed_on)
    return tuple(found)


def _reply_limit(facts: BadReviewFacts) -> Duration:
    return EXTENDED if facts.is_extended else REPLY_LIMITS[facts.grade or BadReviewGrade.SIMPLE]


LEVEL_MISSING: Final = Words("联系到本人时须填写", "is needed when the rater was reached")


def check_call_back(act: str, told: Mapping[str, object]) -> None:
    """Refuse a call-back that reached the rater and does not tell how satisfied he is."""
    if act == A.FOLLOW_UP and told.get("is_reached") is True and told.get("level") is None:
        faults = [Fault("/level", "missing", LEVEL_MISSING)]
        raise HandlingIncomplete(faults=faults, act=A.FOLLOW_UP.value, act_label=A.FOLLOW_UP.words)
