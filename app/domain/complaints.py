"""Complaints: acceptance, investigation, decision, feedback, review, archive.

Nobody handles a complaint about himself; who investigates does not decide, and who decided does not review.
Every limit is a default, not from the standard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from app.domain.calendar import WorkCalendar
from app.domain.casework import Act, CaseClock, CaseStanding, Party, table_of
from app.domain.clocks import Duration, Unit, due
from app.domain.complaint_terms import ComplaintAct, ComplaintGrade, ComplaintLimit, ComplaintState
from app.domain.standing import Role
from app.errors import Fault, Words

S, A = ComplaintState, ComplaintAct
SUPERVISOR: Final = frozenset({Role.SUPERVISOR})
INTAKE: Final = frozenset({Role.OFFICER, Role.COORDINATOR, Role.SUPERVISOR})
COMPLAINANTS: Final = frozenset({Role.PORTAL, Role.RATER})
_ACCUSED = (Party.ACCUSED,)
_INVESTIGATORS = (*_ACCUSED, Party.INVESTIGATOR, Party.FORMER)
_IN_HAND: Final = (S.ACCEPTED, S.FORWARDED, S.RETURNED, S.INVESTIGATING, S.INVESTIGATED)

COMPLAINT_ACTS: Final[Mapping[str, Act]] = table_of(
    (
        Act(code=A.ACCEPT, sources=(S.LODGED,), to=S.ACCEPTED, by=INTAKE, never=_ACCUSED,
            needs=("handling_class", "grade"), may=("about_id", "text")),
        Act(code=A.REJECT, sources=(S.LODGED,), to=S.REJECTED, by=SUPERVISOR, never=_ACCUSED,
            needs=("rejection", "text")),
        Act(code=A.FORWARD, sources=(S.ACCEPTED, S.RETURNED), to=S.FORWARDED, by=INTAKE, never=_ACCUSED,
            needs=("department_code",), may=("text",)),
        Act(code=A.RETURN, sources=(S.FORWARDED,), to=S.RETURNED, by=frozenset({Role.DEPARTMENT}),
            never=_ACCUSED, needs=("text",), may=("evidence",)),
        Act(code=A.INVESTIGATE, sources=(S.ACCEPTED, S.FORWARDED, S.RETURNED), to=S.INVESTIGATING,
            by=INTAKE | {Role.DEPARTMENT}, never=_ACCUSED, may=("text",)),
        Act(code=A.REPORT, sources=(S.INVESTIGATING,), to=S.INVESTIGATED, by=INTAKE | {Role.DEPARTMENT},
            only=Party.INVESTIGATOR, never=_ACCUSED, needs=("text", "evidence")),
        Act(code=A.REASSIGN, sources=(S.INVESTIGATING, S.INVESTIGATED), to=S.INVESTIGATING, by=SUPERVISOR,
            never=_ACCUSED, needs=("handler_id", "text")),
        Act(code=A.NAME_ACCUSED, sources=(S.LODGED, *_IN_HAND, S.IN_REVIEW), to=None, by=SUPERVISOR,
            never=_ACCUSED, needs=("about_id", "text")),
        Act(code=A.DECIDE, sources=(S.INVESTIGATED, S.IN_REVIEW), to=S.DECIDED, by=SUPERVISOR,
            never=(*_INVESTIGATORS, Party.DECIDER), needs=("decision", "text"),
            may=("evidence",)),
        Act(code=A.EXTEND, sources=_IN_HAND, to=None, by=SUPERVISOR, never=_INVESTIGATORS,
            needs=("text",)),
        Act(code=A.FEED_BACK, sources=(S.DECIDED,), to=S.FED_BACK, by=INTAKE, never=_ACCUSED,
            needs=("text",), may=("contact_channel",)),
        Act(code=A.RATE, sources=(S.FED_BACK,), to=None, by=COMPLAINANTS | INTAKE,
            never=(*_INVESTIGATORS, Party.DECIDER), needs=("level",), may=("text",)),
        Act(code=A.ASK_REVIEW, sources=(S.FED_BACK,), to=S.IN_REVIEW, by=COMPLAINANTS, needs=("text",)),
        Act(code=A.LINK, sources=(S.LODGED, *_IN_HAND), to=None, by=INTAKE, never=_ACCUSED,
            needs=("duplicate_of",), may=("text",)),
        Act(code=A.ARCHIVE, sources=(S.REJECTED, S.FED_BACK), to=S.ARCHIVED,
            by=frozenset({Role.ARCHIVIST, Role.SUPERVISOR}), never=_INVESTIGATORS,
            may=("text",)),
    )
)  # fmt: skip
"""Every act: from where, to where, by whom, never by whom, and what it has to tell."""


def _days(number: int) -> Duration:
    return Duration(number, Unit.WORKING_DAY)


ACCEPTANCE: Final = _days(1)
REVIEW: Final = _days(5)
EXTENSION: Final = 15
HANDLING: Final[Mapping[ComplaintGrade, Duration]] = MappingProxyType(
    {
        ComplaintGrade.ON_THE_SPOT: _days(0),
        ComplaintGrade.ORDINARY: _days(5),
        ComplaintGrade.COMPLEX: _days(15),
    }
)
RESTS_AFTER: Final = _days(5)
"""So long after the feedback a complaint that nobody rated may be archived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFacts:
    """What the rules may know of a complaint."""

    state: ComplaintState
    grade: ComplaintGrade | None
    is_extended: bool
    is_rated: bool
    has_asked_review: bool
    is_linked: bool
    accused: str | None
    investigator: str | None
    former: frozenset[str]
    decider: str | None
    lodged_on: date
    accepted_on: date | None
    decided_on: date | None
    handled_on: date | None
    fed_back_on: date | None
    review_on: date | None


RATED_BEFORE = Words("已经评价过处理结果。", "The handling was rated before.")
REVIEWED_BEFORE = Words("已经复核过一次。", "It was reviewed once.")
LINKED_BEFORE = Words("已经关联。", "It is linked already.")
NOT_COMPLEX = Words("只有复杂投诉可以延长。", "Only a complex one can be extended.")
EXTENDED_BEFORE = Words("已经延长过一次。", "It was extended before.")
EXPIRED = Words("期限已经届满，不能再延长。", "The limit has run out and cannot be extended.")
COMPLAINANT_FIRST = Words(
    "须待投诉人评价处理结果，或者反馈后满五个工作日。",
    "The complainant rates the handling first, or five working days pass after the feedback.",
)


def complaint_standing(facts: ComplaintFacts, today: date, calendar: WorkCalendar) -> CaseStanding:
    """Build what the rule about acts is asked with."""
    persons = {
        Party.ACCUSED: facts.accused,
        Party.INVESTIGATOR: facts.investigator,
        Party.DECIDER: facts.decider,
    }
    return CaseStanding(
        state=facts.state,
        persons={party: frozenset({person}) for party, person in persons.items() if person is not None}
        | {Party.FORMER: facts.former},
        unmet=_unmet(facts, today, calendar),
    )


def _unmet(facts: ComplaintFacts, today: date, calendar: WorkCalendar) -> dict[str, tuple[Fault, ...]]:
    """Name what keeps an act back."""
    handling = next((c for c in complaint_clocks(facts) if c.code is ComplaintLimit.HANDLING), None)
    due_on = None if handling is None else handling.due(calendar).due_on
    waits = facts.state is S.FED_BACK and not facts.is_rated and not _may_rest(facts, today, calendar)
    tests = (
        (A.RATE, "rated_before", facts.is_rated, RATED_BEFORE),
        (A.ASK_REVIEW, "reviewed_before", facts.has_asked_review, REVIEWED_BEFORE),
        (A.LINK, "linked_before", facts.is_linked, LINKED_BEFORE),
        (A.EXTEND, "not_complex", facts.grade is not ComplaintGrade.COMPLEX, NOT_COMPLEX),
        (A.EXTEND, "extended_before", facts.is_extended, EXTENDED_BEFORE),
        (A.EXTEND, "expired", due_on is not None and today > due_on, EXPIRED),
        (A.ARCHIVE, "complainant_first", waits, COMPLAINANT_FIRST),
    )
    found: dict[str, tuple[Fault, ...]] = {}
    for act, code, is_so, words in tests:
        if is_so:
            found[act] = (*found.get(act, ()), Fault("", code, words))
    return found


def _may_rest(facts: ComplaintFacts, today: date, calendar: WorkCalendar) -> bool:
    if facts.fed_back_on is None:
        return False
    waited = due(calendar, facts.fed_back_on, RESTS_AFTER).due_on
    return waited is not None and today > waited


def complaint_clocks(facts: ComplaintFacts) -> tuple[CaseClock, ...]:
    """Give every limit that has begun, in order."""
    is_rejected = facts.accepted_on is None and facts.state in {S.REJECTED, S.ARCHIVED}
    accepted_on = facts.accepted_on or (facts.decided_on if is_rejected else None)
    found = [
        CaseClock(
            code=ComplaintLimit.ACCEPTANCE,
            anchor_on=facts.lodged_on,
            duration=ACCEPTANCE,
            done_on=accepted_on,
        )
    ]
    if facts.accepted_on is not None:
        duration = HANDLING[facts.grade or ComplaintGrade.ORDINARY]
        if facts.is_extended:
            duration = _days(duration.value + EXTENSION)
        found.append(
            CaseClock(
                code=ComplaintLimit.HANDLING,
                anchor_on=facts.accepted_on,
                duration=duration,
                done_on=facts.handled_on,
            )
        )
    if facts.review_on is not None:
        is_done = facts.state is not S.IN_REVIEW
        found.append(
            CaseClock(
                code=ComplaintLimit.REVIEW,
                anchor_on=facts.review_on,
                duration=REVIEW,
                done_on=facts.decided_on if is_done else None,
            )
        )
    return tuple(found)


SIMILAR_FROM: Final = 60
"""Per cent of the pairs of characters that two texts share; a warning, never a decision."""


def likeness(one: str, other: str) -> int:
    """Tell in per cent how alike two texts are, by the pairs of characters they share."""
    a, b = _pairs(one), _pairs(other)
    return 100 * len(a & b) // len(a | b) if a | b else 0


def _pairs(text: str) -> frozenset[str]:
    plain = "".join([sign for sign in text if sign.isalnum()])
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))
