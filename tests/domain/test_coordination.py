"""Coordination: every state × act × role, every separation of persons, every guard, every level."""

from typing import Any

import pytest

from app.domain.casework import Act, allowed_case_acts, check_case_act
from app.domain.coordination import (
    CONCLUSION_ACTS,
    CONSULTATION_ACTS,
    DAYS,
    ISSUE_ACTS,
    MOST_DAYS,
    DutyFacts,
    LevelIsNotHigher,
    SkippingNeedsReason,
    agenda_fault,
    check_climb,
    check_first_level,
    consultation_standing,
    duty_standing,
    time_for,
)
from app.domain.coordination_terms import (
    LADDER,
    RANK,
    ConsultationAct,
    ConsultationState,
    CoordinationLevel,
    DutyAct,
    DutyState,
)
from app.domain.durations import Unit
from app.domain.standing import Asker, Role
from app.errors import Refusal

S, A = DutyState, DutyAct
STAFF = "officer agent coordinator supervisor"
TOLD: dict[str, Any] = dict.fromkeys(("level", "days", "text"), "x")

# act: from where, to where ("" stays), which roles besides the office responsible, whether that office too
EXPECTED = {
    A.REPORT: ("open", "", STAFF, True),
    A.HAND_OVER: ("open", "", STAFF, True),
    A.ESCALATE: ("open", "", STAFF, True),
    A.RESCHEDULE: ("open", "", "coordinator supervisor", False),
    A.RESOLVE: ("open", "resolved", STAFF, True),
    A.CLOSE: ("resolved", "closed", "officer coordinator supervisor", False),
    A.REOPEN: ("resolved closed", "open", STAFF, False),
}


def facts(**given: Any) -> DutyFacts:
    usual: dict[str, Any] = {
        "state": S.OPEN, "level": LADDER[0], "is_departments": False, "is_askers_office": True,
        "is_askers_project": True, "responsible": "responsible", "resolver": "resolver",
    }  # fmt: skip
    return DutyFacts(**usual | given)


def outcome(known: DutyFacts, act: A, role: Role, person: str, table: Any = ISSUE_ACTS) -> str:
    told = {name: value for name, value in TOLD.items() if name in table[act].needs}
    try:
        check_case_act(table, duty_standing(known, person), Asker(role, person), act, known.state, told)
    except Refusal as refusal:
        faults = [fault.code for fault in getattr(refusal, "faults", ())]
        return " ".join([type(refusal).__name__, *faults])
    return "done"


def test_every_act_has_an_expectation() -> None:
    assert set(EXPECTED) == set(A) == {A(code) for code in ISSUE_ACTS}
    assert set(CONCLUSION_ACTS) == set(ISSUE_ACTS) - {"escalate"}


@pytest.mark.parametrize("is_departments", [False, True])
@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("act", list(A))
def test_every_state_act_and_role_is_decided_as_written_here(state: S, act: A, is_departments: bool) -> None:
    sources, to, roles, has_office = EXPECTED[act]
    row: Act = ISSUE_ACTS[act]
    assert (row.to or "") == to
    for table in (ISSUE_ACTS, CONCLUSION_ACTS):
        if act not in table:
            continue
        for role in Role:
            may = role in roles.split() or (has_office and is_departments and role is Role.DEPARTMENT)
            expected = "done" if may else "NotYoursToHandle"
            if state not in sources.split():
                expected = "NotFromThisState"
            known = facts(state=state, is_departments=is_departments)
            assert outcome(known, act, role, "somebody", table) == expected, (state, act, role)


NEVER = {"responsible": {A.RESCHEDULE}, "resolver": {A.CLOSE}}


@pytest.mark.parametrize("act", list(A))
@pytest.mark.parametrize("person", sorted(NEVER))
def test_duties_are_separated_by_person_whatever_the_role(act: A, person: str) -> None:
    for state in ISSUE_ACTS[act].sources:
        for role in Role:
            decided = outcome(facts(state=S(state), is_departments=True), act, role, person)
            if act in NEVER[person]:
                assert decided in {"PersonIsExcluded", "NotYoursToHandle"}
            else:
                assert decided != "PersonIsExcluded"


BOUND = {A.REPORT, A.HAND_OVER, A.ESCALATE, A.RESOLVE, A.REOPEN}


@pytest.mark.parametrize("act", sorted(BOUND))
def test_another_department_does_nothing_and_an_agent_only_for_his_projects_or_what_is_his(act: A) -> None:
    state = S(ISSUE_ACTS[act].sources[0])
    foreign = facts(state=state, is_departments=True, is_askers_office=False)
    if act is not A.REOPEN:
        found = outcome(foreign, act, Role.DEPARTMENT, "somebody")
        assert found == "HandlingGuardsNotMet other_office"
    elsewhere = facts(state=state, is_askers_project=False)
    found = outcome(elsewhere, act, Role.AGENT, "somebody")
    assert found == "HandlingGuardsNotMet not_an_agent_of_this_project"
    assert outcome(elsewhere, act, Role.AGENT, "responsible") == "done"


def test_the_top_of_the_ladder_has_nothing_above_and_open_conclusions_keep_an_issue_open() -> None:
    for level in LADDER:
        found = outcome(facts(level=level), A.ESCALATE, Role.COORDINATOR, "x")
        assert found == ("HandlingGuardsNotMet top_of_ladder" if level is LADDER[-1] else "done")
    waits = facts(state=S.RESOLVED, open_conclusions=1)
    assert outcome(waits, A.CLOSE, Role.COORDINATOR, "x") == "HandlingGuardsNotMet conclusions_open"


@pytest.mark.parametrize("state", list(S))
def test_what_is_allowed_is_what_would_be_done(state: S) -> None:
    for known in (
        facts(state=state),
        facts(state=state, is_departments=True, is_askers_office=False),
        facts(state=state, is_askers_project=False, open_conclusions=2, level=LADDER[-1]),
    ):
        for role in Role:
            for person in ("somebody", "responsible", "resolver"):
                standing = duty_standing(known, person)
                allowed = {
                    one.act.code: not one.reasons
                    for one in allowed_case_acts(ISSUE_ACTS, standing, Asker(role, person))
                }
                for act in A:
                    is_done = outcome(known, act, role, person) == "done"
                    assert is_done == allowed.get(act, False), (state, act, role, person)


@pytest.mark.parametrize("present", LADDER)
@pytest.mark.parametrize("to", LADDER)
@pytest.mark.parametrize("has_reason", [True, False])
def test_the_ladder_is_climbed_level_by_level_or_with_a_reason(
    present: CoordinationLevel, to: CoordinationLevel, has_reason: bool
) -> None:
    step = LADDER.index(to) - LADDER.index(present)
    expected = None
    if step <= 0:
        expected = LevelIsNotHigher
    elif step > 1 and not has_reason:
        expected = SkippingNeedsReason
    if expected is None:
        check_climb(present, to, has_reason=has_reason)
        return
    with pytest.raises(expected) as refused:
        check_climb(present, to, has_reason=has_reason)
    if expected is SkippingNeedsReason:
        assert len(refused.value.facts["skipped"]) == step - 1


@pytest.mark.parametrize("level", LADDER)
def test_an_issue_begins_on_the_first_level_or_says_why_not(level: CoordinationLevel) -> None:
    check_first_level(level, has_reason=True)
    if level is LADDER[0]:
        check_first_level(level, has_reason=False)
        return
    with pytest.raises(SkippingNeedsReason) as refused:
        check_first_level(level, has_reason=False)
    assert len(refused.value.facts["skipped"]) == LADDER.index(level)


def test_the_ladder_has_five_levels_each_with_its_time() -> None:
    assert [RANK[level] for level in LADDER] == [1, 2, 3, 4, 5]
    names = "受理部门主办协调 牵头部门协调 审批大厅联席会 秘书长督促会 市长专题会"
    assert [level.words.zh for level in LADDER] == names.split()
    for level in LADDER:
        assert 1 <= time_for(level, None).value == DAYS[level] <= MOST_DAYS
        assert (time_for(level, 3).value, time_for(level, 3).unit) == (3, Unit.WORKING_DAY)


@pytest.mark.parametrize("issue", LADDER)
@pytest.mark.parametrize("level", LADDER)
@pytest.mark.parametrize("state", list(S))
def test_the_agenda_holds_what_has_reached_the_level_and_is_not_closed(
    issue: CoordinationLevel, level: CoordinationLevel, state: S
) -> None:
    fault = agenda_fault(issue, state, level, "/issues/0")
    if state is S.CLOSED:
        assert fault is not None
        assert fault.code == "issue_closed"
    elif LADDER.index(issue) < LADDER.index(level):
        assert fault is not None
        assert fault.code == "below_the_level"
    else:
        assert fault is None


@pytest.mark.parametrize("state", list(ConsultationState))
@pytest.mark.parametrize("act", list(ConsultationAct))
def test_a_consultation_is_minuted_or_cancelled_once_by_the_agency(
    state: ConsultationState, act: ConsultationAct
) -> None:
    told = dict.fromkeys(CONSULTATION_ACTS[act].needs, "x")
    for role in Role:
        for is_his in (True, False):
            standing = consultation_standing(state, is_askers_project=is_his)
            try:
                check_case_act(CONSULTATION_ACTS, standing, Asker(role, "x"), act, state, told)
                found = "done"
            except Refusal as refusal:
                found = type(refusal).__name__
            expected = "NotFromThisState"
            if state is ConsultationState.CONVENED:
                expected = "done" if is_his else "HandlingGuardsNotMet"
                expected = expected if role in STAFF.split() else "NotYoursToHandle"
            assert found == expected
