"""Bad reviews: every state × act × role, every separation of persons, every guard, every clock."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.bad_review_terms import (
    BadReviewAct,
    BadReviewFinding,
    BadReviewGrade,
    BadReviewLimit,
    BadReviewState,
)
from app.domain.bad_reviews import (
    BAD_REVIEW_ACTS,
    ENDED,
    BadReviewFacts,
    bad_review_clocks,
    bad_review_standing,
)
from app.domain.calendar import WorkCalendar
from app.domain.casework import (
    HandlingGuardsNotMet,
    NotFromThisState,
    NotYoursToHandle,
    OtherPersonAssigned,
    PersonIsExcluded,
    allowed_case_acts,
    check_case_act,
)
from app.domain.clocks import Light
from app.domain.standing import Asker, Role
from app.domain.vocabulary import EvaluationMode
from app.errors import Refusal

S, A = BadReviewState, BadReviewAct
DAY = date(2026, 3, 2)  # a Monday
CALENDAR = WorkCalendar("cn", 1, {}, {}, frozenset({2026}))
SUP, OFF, AGE, COO, DEP = "supervisor", "officer", "agent", "coordinator", "department"
STAFF = f"{SUP} {OFF} {AGE} {COO} {DEP}"

# act: from where, to where ("" stays), which roles; written down apart from the table under test
EXPECTED = {
    A.PRECHECK: ("received", "prechecked", SUP),
    A.RULE_INVALID: ("received in_appeal", "invalid", SUP),
    A.ASSIGN: ("prechecked", "assigned", SUP),
    A.REASSIGN: ("assigned verified rectified explained", "", SUP),
    A.CONTACT: ("assigned verified rectified explained", "", STAFF),
    A.VERIFY: ("assigned", "verified", SUP),
    A.RECTIFY: ("verified", "rectified", STAFF),
    A.EXPLAIN: ("verified", "explained", STAFF),
    A.EXTEND: ("assigned verified rectified explained", "", SUP),
    A.APPEAL: ("assigned verified", "in_appeal", "office"),
    A.DISMISS_APPEAL: ("in_appeal", "assigned", SUP),
    A.REPLY: ("rectified explained", "replied", STAFF),
    A.FOLLOW_UP: ("replied", "followed_up", f"{SUP} {OFF} {COO}"),
    A.CONFIRM: ("replied followed_up", "", "portal rater"),
    A.REOPEN: ("replied followed_up closed", "prechecked", "portal rater"),
    A.CLOSE: ("replied followed_up", "closed", SUP),
}
OFFICE = {True: f"{OFF} {AGE} {COO}", False: DEP}
TOLD: dict[str, Any] = {
    "grade": "simple", "handler_id": "h", "finding": "substantiated", "ground": "mistaken",
    "root_cause": "delay", "channel": "phone", "is_reached": True, "level": "satisfied", "text": "t",
    "evidence": ["e"],
}  # fmt: skip


def facts(**given: Any) -> BadReviewFacts:
    usual: dict[str, Any] = {
        "state": S.RECEIVED, "mode": EvaluationMode.NAMED, "grade": BadReviewGrade.COMPLEX,
        "finding": BadReviewFinding.SUBSTANTIATED, "is_extended": False, "is_confirmed": False,
        "has_been_reopened": False, "has_been_appealed": False, "is_in_agency": True, "reviewed": "reviewed",
        "handler": "handler", "former": frozenset({"former"}),
        "office": frozenset({"office"}), "verifier": "verifier", "appellant": None, "opened_on": DAY,
        "prechecked_on": None, "assigned_on": None, "contacted_on": None, "appealed_on": None,
        "ruled_on": None, "replied_on": None, "followed_up_on": DAY, "closed_on": None,
    }  # fmt: skip
    return BadReviewFacts(**usual | given)


def outcome(known: BadReviewFacts, act: A, role: Role, person: str, today: date = DAY) -> str:
    standing = bad_review_standing(known, today, CALENDAR)
    row = BAD_REVIEW_ACTS[act]
    told = {name: value for name, value in TOLD.items() if name in row.needs}
    try:
        check_case_act(BAD_REVIEW_ACTS, standing, Asker(role, person), act, known.state, told)
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def test_every_act_has_an_expectation() -> None:
    assert set(EXPECTED) == set(A) == {A(code) for code in BAD_REVIEW_ACTS}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("act", list(A))
def test_every_state_act_and_role_is_decided_as_written_here(state: S, act: A) -> None:
    sources, to, roles = EXPECTED[act]
    row = BAD_REVIEW_ACTS[act]
    assert (row.to or "") == to
    for is_in_agency in (True, False):
        finding = BadReviewFinding.NO_LEGAL_BASIS if act is A.EXPLAIN else BadReviewFinding.SUBSTANTIATED
        known = facts(state=state, is_in_agency=is_in_agency, finding=finding)
        may = (OFFICE[is_in_agency] if roles == "office" else roles).split()
        person = "handler" if row.only else "somebody"
        for role in Role:
            expected = "done" if role in may else "NotYoursToHandle"
            if state not in sources.split():
                expected = "NotFromThisState"
            assert outcome(known, act, role, person) == expected, (state, act, role)


@pytest.mark.parametrize("state", list(S))
def test_what_is_allowed_is_what_would_be_done(state: S) -> None:
    for role in Role:
        for person in ("reviewed", "handler", "former", "office", "verifier", "appellant", "somebody"):
            known = facts(state=state, appellant="appellant", has_been_appealed=True)
            standing = bad_review_standing(known, DAY, CALENDAR)
            allowed = {
                one.act.code: one.reasons
                for one in allowed_case_acts(BAD_REVIEW_ACTS, standing, Asker(role, person))
            }
            for act in A:
                decided = outcome(known, act, role, person)
                if act not in allowed:
                    assert decided == "NotFromThisState"
                else:
                    assert (decided == "done") == (not allowed[act]), (state, act, role, person)


NEVER = {
    "reviewed": set(A) - {A.CONTACT, A.APPEAL, A.CONFIRM, A.REOPEN},
    "handler": {A.RULE_INVALID, A.VERIFY, A.EXTEND, A.DISMISS_APPEAL, A.FOLLOW_UP, A.CLOSE},
    "former": {A.RULE_INVALID, A.VERIFY, A.EXTEND, A.DISMISS_APPEAL, A.FOLLOW_UP, A.CLOSE},
    "office": {A.RULE_INVALID, A.VERIFY, A.DISMISS_APPEAL},
    "appellant": {A.RULE_INVALID, A.DISMISS_APPEAL},
}


@pytest.mark.parametrize("act", list(A))
@pytest.mark.parametrize("person", sorted(NEVER))
def test_duties_are_separated_by_person_whatever_the_role(act: A, person: str) -> None:
    row = BAD_REVIEW_ACTS[act]
    known = facts(appellant="appellant")
    for state in row.sources:
        for role in Role:
            decided = outcome(replace(known, state=S(state)), act, role, person)
            if act in NEVER[person]:
                assert decided in {PersonIsExcluded.__name__, NotYoursToHandle.__name__}
            else:
                assert decided != PersonIsExcluded.__name__


@pytest.mark.parametrize("act", [A.CONTACT, A.RECTIFY, A.EXPLAIN, A.REPLY])
def test_what_is_the_handlers_is_his_alone(act: A) -> None:
    for state in BAD_REVIEW_ACTS[act].sources:
        known = facts(state=S(state))
        assert outcome(known, act, Role.AGENT, "somebody") == OtherPersonAssigned.__name__


GUARDS: list[tuple[A, dict[str, Any]]] = [
    (A.APPEAL, {"has_been_appealed": True}),
    (A.RECTIFY, {"finding": BadReviewFinding.NO_LEGAL_BASIS}),
    (A.EXPLAIN, {"finding": BadReviewFinding.SUBSTANTIATED}),
    (A.EXTEND, {"grade": BadReviewGrade.SIMPLE}),
    (A.EXTEND, {"is_extended": True}),
    (A.EXTEND, {"assigned_on": DAY - timedelta(days=9)}),
    (A.FOLLOW_UP, {"mode": EvaluationMode.CONFIDENTIAL}),
    (A.CONFIRM, {"is_confirmed": True}),
    (A.REOPEN, {"is_confirmed": True}),
    (A.REOPEN, {"has_been_reopened": True}),
    (A.CLOSE, {"followed_up_on": None}),
    (A.CLOSE, {"mode": EvaluationMode.ANONYMOUS, "replied_on": DAY}),
]


@pytest.mark.parametrize(("act", "given"), GUARDS)
def test_each_guard_keeps_its_act_back(act: A, given: dict[str, Any]) -> None:
    row = BAD_REVIEW_ACTS[act]
    known = facts(state=S(row.sources[0]), **given)
    role = (
        Role.PORTAL
        if Role.PORTAL in row.by
        else (Role.AGENT if row.only or row.by_office else Role.SUPERVISOR)
    )
    person = "handler" if row.only else "somebody"
    assert outcome(known, act, role, person) == HandlingGuardsNotMet.__name__


def test_who_cannot_be_called_back_confirms_or_lets_five_working_days_pass() -> None:
    known = facts(state=S.REPLIED, mode=EvaluationMode.ANONYMOUS, replied_on=DAY, followed_up_on=None)
    friday = outcome(known, A.CLOSE, Role.SUPERVISOR, "somebody", DAY + timedelta(days=7))
    assert friday == HandlingGuardsNotMet.__name__
    assert outcome(known, A.CLOSE, Role.SUPERVISOR, "somebody", DAY + timedelta(days=8)) == "done"
    confirmed = replace(known, is_confirmed=True)
    assert outcome(confirmed, A.CLOSE, Role.SUPERVISOR, "somebody") == "done"


def clocks(**given: Any) -> dict[str, tuple[int, date | None, Light]]:
    today = given.pop("today", DAY)
    found = bad_review_clocks(facts(followed_up_on=given.pop("followed_up_on", None), **given))
    told = {}
    for clock in found:
        due = clock.due(CALENDAR)
        ends_on = None if due.is_paused else due.due_on
        told[str(clock.code)] = (clock.duration.value, ends_on, clock.light(CALENDAR, today))
    return told


def test_each_stage_has_its_limit_in_working_days() -> None:
    tuesday = DAY + timedelta(days=1)
    assert clocks() == {BadReviewLimit.PRECHECK: (1, tuesday, Light.GREEN)}
    begun = {"prechecked_on": DAY, "assigned_on": DAY, "state": S.ASSIGNED}
    assert clocks(**begun, grade=BadReviewGrade.SIMPLE)["reply"][:2] == (2, DAY + timedelta(days=2))
    assert clocks(**begun)["reply"][:2] == (3, DAY + timedelta(days=3))
    assert clocks(**begun, is_extended=True)["reply"][:2] == (15, DAY + timedelta(days=21))
    assert clocks(**begun)["contact"][:2] == (1, tuesday)
    assert "contact" not in clocks(**begun, mode=EvaluationMode.ANONYMOUS)
    replied = {**begun, "replied_on": DAY, "state": S.REPLIED}
    assert clocks(**replied)["follow_up"][:2] == (5, DAY + timedelta(days=7))
    assert clocks(**replied)["contact"][2] == Light.DONE_IN_TIME
    assert clocks(**replied, mode=EvaluationMode.ANONYMOUS)["closing"][0] == 5


def test_the_time_to_reply_rests_while_an_appeal_is_open() -> None:
    open_appeal = {"prechecked_on": DAY, "assigned_on": DAY, "appealed_on": DAY, "state": S.IN_APPEAL}
    found = clocks(**open_appeal)
    assert found["reply"] == (3, None, Light.PAUSED)
    assert found["appeal"][:2] == (3, DAY + timedelta(days=3))
    ruled = clocks(**open_appeal | {"ruled_on": DAY + timedelta(days=2), "state": S.ASSIGNED})
    assert ruled["reply"][:2] == (3, DAY + timedelta(days=7))


@pytest.mark.parametrize("state", sorted(ENDED))
def test_nothing_runs_on_in_what_has_ended(state: str) -> None:
    ended = facts(
        state=S(state), closed_on=DAY, prechecked_on=DAY, assigned_on=DAY, ruled_on=DAY, replied_on=DAY
    )
    assert [c.code for c in bad_review_clocks(ended) if c.done_on is None] == []
    if state == S.INVALID:
        early = facts(state=S.INVALID, closed_on=DAY, followed_up_on=None)
        assert [c.code for c in bad_review_clocks(early) if c.done_on is None] == []


def test_an_act_from_another_state_names_the_state() -> None:
    with pytest.raises(NotFromThisState) as refused:
        check_case_act(
            BAD_REVIEW_ACTS,
            bad_review_standing(facts(state=S.CLOSED), DAY, CALENDAR),
            Asker(Role.SUPERVISOR, "x"),
            A.PRECHECK,
            "closed",
            {},
        )
    assert "已办结" in refused.value.detail.told("zh", refused.value.facts)
