"""Follow-ups: every state × act × role × person, what a try needs and where it leads, the clocks."""

from datetime import date
from typing import Any

import pytest

from app.domain.calendar import WorkCalendar
from app.domain.casework import HandlingIncomplete, allowed_case_acts, check_case_act
from app.domain.clocks import Light
from app.domain.follow_ups import (
    FOLLOW_UP_ACTS,
    FollowUpAct,
    FollowUpFacts,
    FollowUpMeasure,
    FollowUpOutcome,
    FollowUpState,
    after_try,
    check_measure,
    check_try,
    follow_up_clocks,
    follow_up_standing,
)
from app.domain.standing import Asker, Role
from app.domain.vocabulary import Level
from app.errors import Refusal

S, A, R = FollowUpState, FollowUpAct, FollowUpOutcome
DAY = date(2026, 3, 2)  # a Monday
CALENDAR = WorkCalendar("cn", 1, {}, {}, frozenset({2026}))
TOLD = {"channel": "phone", "outcome": "reached", "level": None, "measure": "explained", "text": "t"}

# act: from where, to where ("" stays), which roles; written down apart from the table under test
EXPECTED = {
    A.ASK: ("open", "", "officer coordinator supervisor"),
    A.SETTLE: ("to_settle", "done", "coordinator supervisor"),
}


def facts(**given: Any) -> FollowUpFacts:
    usual: dict[str, Any] = {
        "state": S.OPEN, "servants": frozenset({"agent", "substitute"}), "opened_on": DAY, "asked_on": None,
        "settled_on": None,
    }  # fmt: skip
    return FollowUpFacts(**usual | given)


def outcome(known: FollowUpFacts, act: A, role: Role, person: str) -> str:
    told = {name: value for name, value in TOLD.items() if name in FOLLOW_UP_ACTS[act].needs}
    try:
        check_case_act(FOLLOW_UP_ACTS, follow_up_standing(known), Asker(role, person), act, known.state, told)
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def test_every_act_has_an_expectation() -> None:
    assert set(EXPECTED) == set(A) == {A(code) for code in FOLLOW_UP_ACTS}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("act", list(A))
def test_every_state_act_role_and_person_is_decided_as_written_here(state: S, act: A) -> None:
    sources, to, roles = EXPECTED[act]
    assert (FOLLOW_UP_ACTS[act].to or "") == to
    known = facts(state=state)
    for role in Role:
        for person in ("somebody", "agent", "substitute"):
            expected = "done" if person == "somebody" else "PersonIsExcluded"
            expected = expected if role in roles.split() else "NotYoursToHandle"
            expected = expected if state in sources.split() else "NotFromThisState"
            assert outcome(known, act, role, person) == expected, (state, act, role, person)
            asker = Asker(role, person)
            allowed = {
                one.act.code: one.reasons
                for one in allowed_case_acts(FOLLOW_UP_ACTS, follow_up_standing(known), asker)
            }
            assert (act in allowed and not allowed[act]) == (expected == "done")


@pytest.mark.parametrize("result", list(R))
@pytest.mark.parametrize("level", [None, *Level])
def test_an_answer_has_a_level_and_nothing_else_has(result: R, level: Level | None) -> None:
    told = {"outcome": result.value, "level": level}
    if (result is R.REACHED) == (level is not None):
        check_try(told)
        return
    with pytest.raises(HandlingIncomplete) as refused:
        check_try(told)
    code = "missing" if result is R.REACHED else "not_asked_for"
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/level", code)]


@pytest.mark.parametrize("measure", list(FollowUpMeasure))
@pytest.mark.parametrize("issue", [None, "i"])
def test_what_is_taken_up_as_an_issue_names_it_and_nothing_else(
    measure: FollowUpMeasure, issue: str | None
) -> None:
    told = {"measure": measure.value, "issue_id": issue}
    if (measure is FollowUpMeasure.ISSUE) == (issue is not None):
        check_measure(told)
        return
    with pytest.raises(HandlingIncomplete) as refused:
        check_measure(told)
    assert [fault.pointer for fault in refused.value.faults] == ["/issue_id"]


@pytest.mark.parametrize(
    ("result", "level", "days", "state"),
    [
        (R.NO_ANSWER, None, 1, S.OPEN), (R.NO_ANSWER, None, 2, S.OPEN), (R.NO_ANSWER, None, 3, S.UNREACHED),
        (R.NO_ANSWER, None, 4, S.UNREACHED), (R.DECLINED, None, 1, S.DONE), (R.DECLINED, None, 3, S.DONE),
        (R.REACHED, Level.VERY_SATISFIED, 1, S.DONE), (R.REACHED, Level.BASICALLY_SATISFIED, 3, S.DONE),
        (R.REACHED, Level.DISSATISFIED, 1, S.TO_SETTLE), (R.REACHED, Level.VERY_DISSATISFIED, 9, S.TO_SETTLE),
    ],
)  # fmt: skip
def test_a_try_leads_where_it_is_written_here(result: R, level: Level | None, days: int, state: S) -> None:
    assert after_try(result, level, days) is state


def test_asking_takes_ten_working_days_and_settling_five_more() -> None:
    (asking,) = follow_up_clocks(facts())
    assert asking.due(CALENDAR).due_on == date(2026, 3, 16)
    assert asking.light(CALENDAR, date(2026, 3, 16)) is Light.YELLOW
    assert asking.light(CALENDAR, date(2026, 3, 17)) is Light.RED
    bad = facts(state=S.TO_SETTLE, asked_on=date(2026, 3, 6))
    asked, settling = follow_up_clocks(bad)
    assert asked.light(CALENDAR, date(2026, 5, 1)) is Light.DONE_IN_TIME
    assert settling.due(CALENDAR).due_on == date(2026, 3, 13)
    late = facts(state=S.DONE, asked_on=date(2026, 3, 6), settled_on=date(2026, 3, 16))
    assert follow_up_clocks(late)[1].light(CALENDAR, date(2026, 5, 1)) is Light.DONE_LATE
    assert len(follow_up_clocks(facts(state=S.DONE, asked_on=DAY))) == 1
