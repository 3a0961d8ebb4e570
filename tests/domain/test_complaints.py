"""Complaints: every state × act × role, every separation of persons, every guard, every clock, likeness."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.calendar import WorkCalendar
from app.domain.casework import allowed_case_acts, check_case_act
from app.domain.clocks import Light
from app.domain.complaint_terms import ComplaintAct, ComplaintGrade, ComplaintLimit, ComplaintState
from app.domain.complaints import (
    COMPLAINT_ACTS,
    SIMILAR_FROM,
    ComplaintFacts,
    complaint_clocks,
    complaint_standing,
    likeness,
)
from app.domain.standing import Asker, Role
from app.errors import Refusal

S, A = ComplaintState, ComplaintAct
DAY = date(2026, 3, 2)  # a Monday
CALENDAR = WorkCalendar("cn", 1, {}, {}, frozenset({2026}))
INTAKE = "officer coordinator supervisor"
IN_HAND = "accepted forwarded returned investigating investigated"

# act: from where, to where ("" stays), which roles; written down apart from the table under test
EXPECTED = {
    A.ACCEPT: ("lodged", "accepted", INTAKE),
    A.REJECT: ("lodged", "rejected", "supervisor"),
    A.FORWARD: ("accepted returned", "forwarded", INTAKE),
    A.RETURN: ("forwarded", "returned", "department"),
    A.INVESTIGATE: ("accepted forwarded returned", "investigating", f"{INTAKE} department"),
    A.REPORT: ("investigating", "investigated", f"{INTAKE} department"),
    A.REASSIGN: ("investigating investigated", "investigating", "supervisor"),
    A.NAME_ACCUSED: (f"lodged {IN_HAND} in_review", "", "supervisor"),
    A.DECIDE: ("investigated in_review", "decided", "supervisor"),
    A.EXTEND: (IN_HAND, "", "supervisor"),
    A.FEED_BACK: ("decided", "fed_back", INTAKE),
    A.RATE: ("fed_back", "", f"{INTAKE} portal rater"),
    A.ASK_REVIEW: ("fed_back", "in_review", "portal rater"),
    A.LINK: (f"lodged {IN_HAND}", "", INTAKE),
    A.ARCHIVE: ("rejected fed_back", "archived", "archivist supervisor"),
}
TOLD: dict[str, Any] = dict.fromkeys(
    (
        "handling_class", "grade", "about_id", "handler_id", "rejection", "department_code", "decision",
        "contact_channel", "level", "duplicate_of", "text",
    ),
    "x",
) | {"evidence": ["e"]}  # fmt: skip


def facts(**given: Any) -> ComplaintFacts:
    usual: dict[str, Any] = {
        "state": S.LODGED, "grade": ComplaintGrade.COMPLEX, "is_extended": False, "is_rated": False,
        "has_asked_review": False, "is_linked": False, "accused": "accused", "investigator": "investigator",
        "former": frozenset({"former"}), "decider": "decider",
        "lodged_on": DAY, "accepted_on": DAY, "decided_on": None, "handled_on": None,
        "fed_back_on": None, "review_on": None,
    }  # fmt: skip
    return ComplaintFacts(**usual | given)


def outcome(known: ComplaintFacts, act: A, role: Role, person: str, today: date = DAY) -> str:
    told = {name: value for name, value in TOLD.items() if name in COMPLAINT_ACTS[act].needs}
    standing = complaint_standing(known, today, CALENDAR)
    try:
        check_case_act(COMPLAINT_ACTS, standing, Asker(role, person), act, known.state, told)
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def settled(state: S) -> ComplaintFacts:
    return facts(state=state, is_rated=True) if state is S.FED_BACK else facts(state=state)


def test_every_act_has_an_expectation() -> None:
    assert set(EXPECTED) == set(A) == {A(code) for code in COMPLAINT_ACTS}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("act", list(A))
def test_every_state_act_and_role_is_decided_as_written_here(state: S, act: A) -> None:
    sources, to, roles = EXPECTED[act]
    row = COMPLAINT_ACTS[act]
    assert (row.to or "") == to
    known = facts(state=state) if act is A.RATE else settled(state)
    for role in Role:
        expected = "done" if role in roles.split() else "NotYoursToHandle"
        if state not in sources.split():
            expected = "NotFromThisState"
        person = "investigator" if row.only else "somebody"
        assert outcome(known, act, role, person) == expected, (state, act, role)


NEVER = {
    "accused": set(A) - {A.ASK_REVIEW},
    "investigator": {A.DECIDE, A.EXTEND, A.RATE, A.ARCHIVE},
    "former": {A.DECIDE, A.EXTEND, A.RATE, A.ARCHIVE},
    "decider": {A.DECIDE, A.RATE},
}


@pytest.mark.parametrize("act", list(A))
@pytest.mark.parametrize("person", sorted(NEVER))
def test_duties_are_separated_by_person_whatever_the_role(act: A, person: str) -> None:
    for state in COMPLAINT_ACTS[act].sources:
        for role in Role:
            decided = outcome(settled(S(state)), act, role, person)
            if act in NEVER[person]:
                assert decided in {"PersonIsExcluded", "NotYoursToHandle"}
            else:
                assert decided != "PersonIsExcluded"


@pytest.mark.parametrize("state", list(S))
def test_what_is_allowed_is_what_would_be_done(state: S) -> None:
    for known in (facts(state=state), facts(state=state, is_rated=True, is_linked=True, is_extended=True)):
        for role in Role:
            for person in ("accused", "investigator", "former", "decider", "somebody"):
                standing = complaint_standing(known, DAY, CALENDAR)
                asker = Asker(role, person)
                allowed = {
                    one.act.code: one.reasons for one in allowed_case_acts(COMPLAINT_ACTS, standing, asker)
                }
                for act in A:
                    decided = outcome(known, act, role, person)
                    if act not in allowed:
                        assert decided == "NotFromThisState"
                    else:
                        assert (decided == "done") == (not allowed[act]), (state, act, role, person)


GUARDS: list[tuple[A, S, Role, dict[str, Any]]] = [
    (A.RATE, S.FED_BACK, Role.PORTAL, {"is_rated": True}),
    (A.ASK_REVIEW, S.FED_BACK, Role.PORTAL, {"has_asked_review": True}),
    (A.LINK, S.LODGED, Role.OFFICER, {"is_linked": True}),
    (A.EXTEND, S.ACCEPTED, Role.SUPERVISOR, {"grade": ComplaintGrade.ORDINARY}),
    (A.EXTEND, S.ACCEPTED, Role.SUPERVISOR, {"is_extended": True}),
    (A.EXTEND, S.ACCEPTED, Role.SUPERVISOR, {"accepted_on": DAY - timedelta(days=40)}),
    (A.ARCHIVE, S.FED_BACK, Role.ARCHIVIST, {"fed_back_on": DAY}),
    (A.ARCHIVE, S.FED_BACK, Role.ARCHIVIST, {}),
]


@pytest.mark.parametrize(("act", "state", "role", "given"), GUARDS)
def test_each_guard_keeps_its_act_back(act: A, state: S, role: Role, given: dict[str, Any]) -> None:
    assert outcome(facts(state=state, **given), act, role, "somebody") == "HandlingGuardsNotMet"


def test_what_nobody_rates_is_archived_after_five_working_days() -> None:
    known = facts(state=S.FED_BACK, fed_back_on=DAY)
    for days, expected in ((7, "HandlingGuardsNotMet"), (8, "done")):
        assert outcome(known, A.ARCHIVE, Role.ARCHIVIST, "x", DAY + timedelta(days=days)) == expected


def clocks(**given: Any) -> dict[str, tuple[int, date | None, Light]]:
    found = complaint_clocks(facts(**given))
    return {str(c.code): (c.duration.value, c.due(CALENDAR).due_on, c.light(CALENDAR, DAY)) for c in found}


def test_each_stage_has_its_limit_in_working_days() -> None:
    lodged = clocks(accepted_on=None)
    assert lodged == {ComplaintLimit.ACCEPTANCE: (1, DAY + timedelta(days=1), Light.GREEN)}
    for grade, days, due_on in (
        (ComplaintGrade.ON_THE_SPOT, 0, DAY),
        (ComplaintGrade.ORDINARY, 5, DAY + timedelta(days=7)),
        (ComplaintGrade.COMPLEX, 15, DAY + timedelta(days=21)),
    ):
        assert clocks(grade=grade)["handling"][:2] == (days, due_on)
    assert clocks(is_extended=True)["handling"][0] == 30
    assert clocks(handled_on=DAY)["handling"][2] == Light.DONE_IN_TIME
    review = {"state": S.IN_REVIEW, "review_on": DAY, "decided_on": DAY, "handled_on": DAY}
    assert clocks(**review)["review"] == (5, DAY + timedelta(days=7), Light.GREEN)
    assert clocks(**review | {"state": S.DECIDED})["review"][2] == Light.DONE_IN_TIME


def test_a_rejection_ends_the_time_to_accept() -> None:
    rejected = complaint_clocks(facts(state=S.REJECTED, accepted_on=None, decided_on=DAY))
    assert [clock.done_on for clock in rejected] == [DAY]
    assert complaint_clocks(replace(facts(), accepted_on=None))[0].done_on is None


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("窗口人员让我跑了三趟，没有一次性告知。", "窗口人员让我跑了四趟, 没有一次性告知!", True),
        ("窗口人员让我跑了三趟", "窗口人员让我跑了三趟", True),
        ("窗口人员让我跑了三趟", "材料提交后一个月没有答复", False),
        ("", "", False),
        ("好", "好", False),
    ],
)
def test_texts_are_alike_by_the_pairs_of_signs_they_share(one: str, other: str, is_alike: bool) -> None:
    assert (likeness(one, other) >= SIMILAR_FROM) == is_alike
    assert likeness(one, other) == likeness(other, one)
