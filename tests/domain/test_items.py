"""Item cases: every pair of states through both doors, and the fold of steps in any order of arrival."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.durations import Duration, Unit
from app.domain.item_actions import (
    ACTS,
    ActIncomplete,
    ActNotFromHere,
    ItemGuardsNotMet,
    ItemStanding,
    ItemStateHasChanged,
    RoleMayNotAct,
    allowed_acts,
    check_act,
    roles_of,
)
from app.domain.item_clocks import clocks_of
from app.domain.item_facts import CaseFacts, facts_of
from app.domain.item_steps import Step
from app.domain.items import NATIONAL, ItemAct, ItemFinding, ItemState, SpecialKind
from app.domain.planned import ItemLimit, LimitAnchor, PausePolicy, TimeBearer
from app.domain.renewals import Granted, Renewable, Renewal, prolonged
from app.domain.standing import Role
from app.errors import Words
from tests.domain.test_clocks import CN, day, days

S, F = ItemState, ItemFinding
TODAY = day("03-02")
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)

# --- the guarded door ---------------------------------------------------------------------------

# Which state may follow on which, by national number, written down a second time from the sources.
NUMBERS = {
    "planned": "1",
    "1": "2 3 4 5 6 11",
    "2": "",
    "3": "8 11 14",
    "4": "",
    "5": "",
    "6": "2 5 7",
    "7": "1 2 3 4 5 6",
    "8": "9 11 12 13 14",
    "9": "10 11 12 13 14",
    "10": "8 9 11 12 13 14",
    "11": "15",
    "12": "15",
    "13": "",
    "14": "",
    "15": "",
    "dropped": "",
}
BY_NUMBER = {state.numbers["blzt"]: state for state in NATIONAL} | {
    "planned": S.PLANNED, "dropped": S.DROPPED
}  # fmt: skip
EVERYTHING: dict[str, Any] = {
    "special_kind": SpecialKind.HEARING,
    "expected": days(10),
    "told_on": TODAY,
    "extension": 5,
    "approver_id": "somebody",
    "document_number": "1号",
    "document_on": TODAY,
    "supplement": "图纸",
    "supplement_due_on": TODAY,
    "validity_renewal": 3,
    "reason": "理由",
    "evidence": ["a file"],
}
WANTED = {
    S.SPECIAL_STARTED: {"special_kind", "expected", "told_on", "reason"},
    S.SPECIAL_ENDED: {"special_kind"},
    S.PASSED: {"document_number", "document_on"},
    S.CONDITIONALLY_PASSED: {"document_number", "document_on", "supplement", "supplement_due_on"},
    S.NOT_PASSED: {"document_number", "document_on", "reason"},
    ItemAct.EXTENDED: {"extension", "approver_id", "told_on", "reason"},
    ItemAct.VALIDITY_RENEWED: {"validity_renewal", "reason"},
}


def told(act: Any, **more: Any) -> dict[str, Any]:
    wanted = WANTED.get(act, set()) | {"reason", "evidence"}
    return {name: value if name in wanted else None for name, value in EVERYTHING.items()} | more


RENEWABLE = Renewable(at_most=Duration(3, Unit.CALENDAR_MONTH), left=2, is_expired=False, has_begun=False)


def standing(state: ItemState, **facts: Any) -> ItemStanding:
    usual: dict[str, Any] = {
        "is_filing": True,
        "is_deemed": False,
        "owes_supplement": state is S.CONDITIONALLY_PASSED,
        "is_extended": False,
        "extension_bound": 10,
        "can_extend": True,
        "renewable": RENEWABLE,
        "unmet": (),
    }
    return ItemStanding(state=state, **(usual | facts))


def decide(known: ItemStanding, act: Any, role: Role | None = None, **facts: Any) -> None:
    role = role or roles_of(act)[0]
    check_act(known, role, act, known.state, facts.pop("told", told(act)), TODAY)


@pytest.mark.parametrize("start", NUMBERS)
@pytest.mark.parametrize("end", [state.numbers["blzt"] for state in NATIONAL])
def test_every_pair_of_states_is_decided_as_the_table_says(start: str, end: str) -> None:
    known, act = standing(BY_NUMBER[start]), BY_NUMBER[end]
    is_allowed = end in NUMBERS[start].split()
    for role in Role:
        offered = [allowed for allowed in allowed_acts(known, role) if allowed.act is act]
        assert bool(offered) is is_allowed
        if not is_allowed:
            with pytest.raises(ActNotFromHere) as refused:
                decide(known, act, role)
            assert refused.value.facts["state"] == known.state
        elif role in roles_of(act):
            decide(known, act, role)
            assert offered[0].reasons == ()
        else:
            with pytest.raises(RoleMayNotAct):
                decide(known, act, role)
            assert [reason.code for reason in offered[0].reasons] == ["RoleMayNotAct"]


@pytest.mark.parametrize("state", [*ItemState])
def test_acts_that_leave_the_state_belong_to_some_states(state: ItemState) -> None:
    for act, states in {
        ItemAct.EXTENDED: {S.ACCEPTED, S.HANDLING, S.SPECIAL_STARTED, S.SPECIAL_ENDED},
        ItemAct.SUPPLEMENT_CLOSED: {S.CONDITIONALLY_PASSED},
        ItemAct.VALIDITY_RENEWED: {S.PASSED, S.CONDITIONALLY_PASSED},
    }.items():
        if state in states:
            decide(standing(state), act)
        else:
            with pytest.raises(ActNotFromHere):
                decide(standing(state), act)


def state_before(act: Any) -> ItemState:
    return next(s for s in ItemState if any(a.act is act for a in allowed_acts(standing(s), Role.OFFICER)))


@pytest.mark.parametrize("act", ACTS)
def test_an_act_names_everything_it_needs_and_was_not_told(act: Any) -> None:
    needed = {f"/{name}" for name in WANTED.get(act, set()) - {"reason"}}
    nothing = dict.fromkeys(EVERYTHING) | {"evidence": ["a file"], "reason": "x"}
    if act is S.SPECIAL_ENDED or not needed:
        decide(standing(state_before(act)), act, Role.OFFICER, told=nothing)
        return
    with pytest.raises(ActIncomplete) as refused:
        decide(standing(state_before(act)), act, Role.OFFICER, told=nothing)
    assert {fault.pointer for fault in refused.value.faults if fault.code == "missing"} == needed


@pytest.mark.parametrize("act", [act for act in ACTS if act not in {S.REVOKED, ItemAct.VALIDITY_RENEWED}])
def test_an_act_is_not_told_what_it_does_not_ask_for(act: Any) -> None:
    unasked = EVERYTHING.keys() - WANTED.get(act, set()) - {"reason", "evidence"}
    with pytest.raises(ActIncomplete) as refused:
        decide(standing(state_before(act)), act, Role.OFFICER, told=EVERYTHING)
    assert {fault.pointer for fault in refused.value.faults} == {f"/{name}" for name in unasked}


def test_the_agency_enters_a_departments_act_with_evidence() -> None:
    with pytest.raises(ActIncomplete) as refused:
        decide(standing(S.RECEIVED), S.ACCEPTED, Role.AGENT, told=told(S.ACCEPTED, evidence=[]))
    assert [fault.pointer for fault in refused.value.faults] == ["/evidence"]
    decide(standing(S.RECEIVED), S.ACCEPTED, Role.DEPARTMENT, told=told(S.ACCEPTED, evidence=[]))


def test_who_decides_from_a_state_that_has_passed_is_told_the_present_one() -> None:
    with pytest.raises(ItemStateHasChanged) as refused:
        check_act(standing(S.HANDLING), Role.DEPARTMENT, S.PASSED, "accepted", told(S.PASSED), TODAY)
    assert refused.value.facts["state"] == "handling"


def unmet(known: ItemStanding, act: Any, **facts: Any) -> list[str]:
    with pytest.raises(ItemGuardsNotMet) as refused:
        decide(known, act, told=told(act, **facts))
    return [fault.code for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("state", "act"), [(S.PLANNED, S.RECEIVED), (S.RECEIVED, S.ACCEPTED), (S.RECEIVED, S.PASSED)]
)
def test_nothing_is_filed_or_accepted_before_its_prerequisites(state: ItemState, act: Any) -> None:
    waiting = (Words("立项备案", "record filing"), Words("用地预审", "land pre-review"))
    assert unmet(standing(state, unmet=waiting), act) == ["prerequisite_open", "prerequisite_open"]


def test_a_limit_is_extended_once_within_its_bound_and_before_it_has_run_out() -> None:
    act, state = ItemAct.EXTENDED, S.HANDLING
    assert unmet(standing(state, extension_bound=0), act) == ["no_extension"]
    assert unmet(standing(state, is_extended=True), act) == ["extended_before"]
    assert unmet(standing(state, can_extend=False), act) == ["limit_expired"]
    assert unmet(standing(state), act, extension=11) == ["too_long"]
    decide(standing(state), act, told=told(act, extension=10))


@pytest.mark.parametrize("role", [*Role])
@pytest.mark.parametrize("state", [S.PASSED, S.CONDITIONALLY_PASSED])
@pytest.mark.parametrize(
    ("facts", "value", "code"),
    [
        (None, 1, "no_renewal"),
        ({"has_begun": True}, 1, "works_began"),
        ({"is_expired": True}, 1, "validity_expired"),
        ({"left": 0}, 1, "renewals_used_up"),
        ({"left": 1}, 4, "too_long"),
        ({"left": 1}, 3, None),
    ],
)
def test_a_validity_is_renewed_as_often_and_as_far_as_the_data_say(
    facts: dict[str, Any] | None, value: int, code: str | None, state: ItemState, role: Role
) -> None:
    act = ItemAct.VALIDITY_RENEWED
    known = standing(state, renewable=None if facts is None else replace(RENEWABLE, **facts))
    offered = [allowed for allowed in allowed_acts(known, role) if allowed.act is act]
    if role not in roles_of(act):
        assert [reason.code for reason in offered[0].reasons] == ["RoleMayNotAct"]
        with pytest.raises(RoleMayNotAct):
            decide(known, act, role)
        return
    assert [reason.code for reason in offered[0].reasons] == ([] if code in {None, "too_long"} else [code])
    if code is None:
        decide(known, act, role, told=told(act, validity_renewal=value))
        return
    with pytest.raises(ItemGuardsNotMet) as refused:
        decide(known, act, role, told=told(act, validity_renewal=value))
    assert [fault.code for fault in refused.value.faults] == [code]


def test_a_supplement_is_owed_before_it_is_closed_and_is_not_due_in_the_past() -> None:
    closed = standing(S.CONDITIONALLY_PASSED, owes_supplement=False)
    assert unmet(closed, ItemAct.SUPPLEMENT_CLOSED) == ["nothing_owed"]
    early = told(S.CONDITIONALLY_PASSED, supplement_due_on=TODAY - timedelta(1))
    with pytest.raises(ActIncomplete):
        decide(standing(S.HANDLING), S.CONDITIONALLY_PASSED, told=early)


@pytest.mark.parametrize("state", [S.RECEIVED, S.CORRECTION_ENDED])
def test_what_silence_has_accepted_goes_on_as_accepted(state: ItemState) -> None:
    known = standing(state, is_deemed=True)
    for act in (S.ACCEPTED, S.HANDLING, S.PASSED, S.WITHDRAWN, ItemAct.EXTENDED):
        decide(known, act)
    for act in (S.NOT_ACCEPTED, S.REFUSED, S.CORRECTION_STARTED, S.RECALLED):
        assert unmet(known, act) == ["accepted_by_silence"]


# --- the fold -----------------------------------------------------------------------------------


def steps(*told_steps: Any) -> list[Step]:
    """Make steps from (code, day of March 2026[, more]); one minute apart, reported in this order."""
    found = []
    for number, (code, text, *more) in enumerate(told_steps, 1):
        on = day(text)
        at = datetime(on.year, on.month, on.day, 1, number, tzinfo=UTC)
        facts = {"is_report": True} | (more[0] if more else {})
        found.append(Step(number=number, code=code, at=at, on=on, **facts))
    return found


def known_of(*told_steps: Any) -> CaseFacts:
    return facts_of(steps(*told_steps), CN)


HISTORIES = [
    [(S.RECEIVED, "03-02"), (S.CORRECTION_STARTED, "03-04"), (S.CORRECTION_ENDED, "03-10"),
     (S.ACCEPTED, "03-11"), (S.HANDLING, "03-12"), (S.PASSED, "03-20", {"document_number": "1号"})],
    [(S.RECEIVED, "03-02"), (S.ACCEPTED, "03-02"), (S.HANDLING, "03-03"),
     (S.SPECIAL_STARTED, "03-05", {"special_kind": SpecialKind.HEARING}),
     (ItemAct.EXTENDED, "03-09", {"extension": 5}),
     (S.CONDITIONALLY_PASSED, "03-20", {"supplement_due_on": date(2026, 4, 20)})],
    [(S.RECEIVED, "03-02"), (S.CORRECTION_STARTED, "03-20"), (S.ACCEPTED, "03-23"),
     (S.SPECIAL_STARTED, "03-24"), (S.SPECIAL_ENDED, "03-30"), (S.NOT_PASSED, "04-30")],
    [(S.HANDLING, "03-02"), (S.SPECIAL_ENDED, "03-05"), (S.PASSED, "03-10"), (S.REVOKED, "04-01"),
     (S.RECEIVED, "03-02"), (ItemAct.EXTENDED, "04-20", {"extension": 5})],
    [(S.HANDLING, "03-02"), (S.PASSED, "03-10"), (ItemAct.VALIDITY_RENEWED, "03-12", {"renewal": 3}),
     (ItemAct.VALIDITY_RENEWED, "03-16", {"renewal": 1}),
     (ItemAct.VALIDITY_RENEWED, "03-04", {"renewal": 2})],
]  # fmt: skip
LIMIT = ItemLimit(days(20), 10, LimitAnchor.ACCEPTANCE, TimeBearer.DEPARTMENT, Words("测试", "test"))


def outcome(arrived: Sequence[Step]) -> Any:
    facts = facts_of(arrived, CN)
    clocks = clocks_of(facts, LIMIT, LIMIT, PausePolicy.RESUME, CN)
    return facts, clocks.statutory, clocks.is_extension_ignored


@pytest.mark.parametrize("history", HISTORIES)
def test_reports_in_every_order_of_arrival_end_in_the_same_state_and_clock(history: list[Any]) -> None:
    told_steps = steps(*history)
    first = outcome(told_steps)
    for order in permutations(told_steps):
        assert outcome(order) == first


codes = st.sampled_from([*NATIONAL, ItemAct.EXTENDED, ItemAct.SUPPLEMENT_CLOSED, ItemAct.VALIDITY_RENEWED])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(codes, st.integers(0, 60)), max_size=12), st.integers(0, 2**32))
def test_any_reports_in_any_order_end_alike_and_are_never_refused(told_steps: Any, seed: int) -> None:
    made = [
        Step(
            number=number,
            code=code,
            at=MONDAY + timedelta(days=after, minutes=number),
            on=(MONDAY + timedelta(days=after)).date(),
            extension=5 if code is ItemAct.EXTENDED else 0,
            is_report=True,
        )
        for number, (code, after) in enumerate(told_steps, 1)
    ]
    first = outcome(made)
    states = [step.code for step in sorted(made, key=lambda s: s.place) if isinstance(step.code, ItemState)]
    assert first[0].state is (states[-1] if states else S.PLANNED)
    Random(seed).shuffle(made)
    assert outcome(made) == first


def test_moments_alike_are_ordered_by_the_source_and_then_by_us() -> None:
    late = Step(number=1, code=S.HANDLING, at=MONDAY, on=TODAY, source_sequence=8)
    early = Step(number=2, code=S.ACCEPTED, at=MONDAY, on=TODAY, source_sequence=7)
    ours = Step(number=3, code=S.RECEIVED, at=MONDAY, on=TODAY)
    assert facts_of([late, early, ours], CN).state is S.HANDLING
    assert facts_of([ours, late, early], CN).findings == ()


def test_five_working_days_of_silence_accept_from_the_day_of_receipt() -> None:
    silent = known_of((S.RECEIVED, "03-02"))
    assert silent.silence_ends_on == day("03-09")
    assert not silent.is_deemed_accepted(day("03-09"))
    assert silent.is_deemed_accepted(day("03-10"))
    answered = known_of((S.RECEIVED, "03-02"), (S.ACCEPTED, "03-09"))
    assert (answered.silence_ends_on, answered.accepted_on) == (None, day("03-09"))
    late = known_of((S.RECEIVED, "03-02"), (S.ACCEPTED, "03-10"))
    assert late.is_deemed_accepted(day("03-10"))
    clock = clocks_of(late, LIMIT, None, PausePolicy.RESUME, CN).statutory
    assert clock is not None
    assert clock.anchor_on == day("03-02")


def test_corrections_asked_for_in_time_make_the_papers_received_anew() -> None:
    waiting = known_of((S.RECEIVED, "03-02"), (S.CORRECTION_STARTED, "03-09"))
    assert (waiting.receipt_on, waiting.silence_ends_on, waiting.filed_on) == (None, None, day("03-02"))
    complete = known_of((S.RECEIVED, "03-02"), (S.CORRECTION_STARTED, "03-09"), (S.CORRECTION_ENDED, "03-16"))
    assert (complete.receipt_on, complete.silence_ends_on) == (day("03-16"), day("03-23"))


def test_corrections_asked_for_too_late_change_nothing_and_are_found() -> None:
    late = known_of((S.RECEIVED, "03-02"), (S.CORRECTION_STARTED, "03-10"), (S.CORRECTION_ENDED, "03-12"))
    assert late.findings == (F.STATE_SKIPPED, F.LATE_CORRECTION_NOTICE)
    assert (late.receipt_on, late.silence_ends_on) == (day("03-02"), day("03-09"))


def test_a_report_without_the_states_between_is_found_and_taken() -> None:
    skipped = known_of((S.RECEIVED, "03-02"), (S.HANDLING, "03-03"))
    assert (skipped.state, skipped.accepted_on, skipped.findings) == (
        S.HANDLING, day("03-03"), (F.STATE_SKIPPED,)
    )  # fmt: skip


def test_only_a_filing_passes_upon_receipt_and_a_report_of_it_is_found_and_taken() -> None:
    permit = standing(S.RECEIVED, is_filing=False)
    assert unmet(permit, S.PASSED) == ["not_accepted_yet"]
    decide(standing(S.RECEIVED, is_filing=False, is_deemed=True), S.PASSED)  # silence has accepted it
    decide(standing(S.ACCEPTED, is_filing=False), S.PASSED)
    told_steps = steps((S.RECEIVED, "03-02"), (S.PASSED, "03-03"))
    assert facts_of(told_steps, CN, is_filing=True).findings == ()
    found = facts_of(told_steps, CN, is_filing=False)
    assert (found.state, found.accepted_on, found.findings) == (S.PASSED, day("03-03"), (F.STATE_SKIPPED,))


def test_a_report_that_came_late_is_found_but_an_act_entered_late_is_not() -> None:
    assert known_of((S.RECEIVED, "03-02", {"is_late": True})).findings == (F.LATE_REPORT,)
    assert known_of((S.RECEIVED, "03-02", {"is_late": True, "is_report": False})).findings == ()


def test_a_decision_ends_an_open_special_procedure_by_itself() -> None:
    decided = known_of((S.ACCEPTED, "03-02"), (S.SPECIAL_STARTED, "03-05"), (S.PASSED, "03-20"))
    assert [(p.starts_on, p.ends_on, p.is_automatic) for p in decided.pauses] == [
        (day("03-05"), day("03-20"), True)
    ]
    assert F.DECIDED_WHILE_PAUSED in decided.findings
    told_of = known_of(
        (S.ACCEPTED, "03-02"), (S.SPECIAL_STARTED, "03-05"), (S.SPECIAL_ENDED, "03-19"), (S.PASSED, "03-20")
    )
    assert [(p.ends_on, p.is_automatic) for p in told_of.pauses] == [(day("03-19"), False)]


def test_special_procedures_of_two_kinds_may_overlap_and_one_kind_is_not_begun_twice() -> None:
    hearing, review = {"special_kind": SpecialKind.HEARING}, {"special_kind": SpecialKind.EXPERT_REVIEW}
    known = known_of(
        (S.HANDLING, "03-02"),
        (S.SPECIAL_STARTED, "03-03", hearing),
        (S.SPECIAL_STARTED, "03-04", hearing),
        (S.SPECIAL_STARTED, "03-05", review),
        (S.SPECIAL_ENDED, "03-10", hearing),
    )
    assert [(p.kind, p.starts_on, p.ends_on) for p in known.pauses] == [
        (SpecialKind.HEARING, day("03-03"), day("03-10")),
        (SpecialKind.EXPERT_REVIEW, day("03-05"), None),
    ]
    assert known.is_paused


def test_a_revoked_permit_was_passed_once_and_its_time_ended_with_the_decision() -> None:
    revoked = known_of((S.ACCEPTED, "03-02"), (S.PASSED, "03-10"), (S.REVOKED, "04-01"))
    assert (revoked.is_passed, revoked.passed_on, revoked.decided_on, revoked.done_on) == (
        False, day("03-10"), day("03-10"), day("04-01"),
    )  # fmt: skip


def test_papers_owed_are_handed_in_later() -> None:
    owing = known_of(
        (S.ACCEPTED, "03-02"), (S.CONDITIONALLY_PASSED, "03-10", {"supplement_due_on": date(2026, 4, 10)})
    )
    assert (owing.is_passed, owing.owes_supplement, owing.supplement_due_on) == (True, True, day("04-10"))
    closed = known_of(
        (S.ACCEPTED, "03-02"), (S.CONDITIONALLY_PASSED, "03-10"), (ItemAct.SUPPLEMENT_CLOSED, "03-20")
    )
    assert (closed.owes_supplement, closed.supplement_closed_on) == (False, day("03-20"))


def test_what_was_closed_and_is_received_again_is_received_anew() -> None:
    again = known_of((S.RECEIVED, "03-02"), (S.REFUSED, "03-04"), (S.RECEIVED, "03-16"))
    assert (again.filed_on, again.receipt_on, again.done_on) == (day("03-02"), day("03-16"), None)
    assert again.findings == (F.STATE_SKIPPED,)


def test_papers_received_again_after_a_withdrawal_have_a_time_of_their_own() -> None:
    """Else the second run would be red on its first day, by the acceptance and the extension of the first."""
    first = ((S.RECEIVED, "01-05"), (S.ACCEPTED, "01-07"), (S.WITHDRAWN, "01-20"))
    again = known_of(*first, (S.RECEIVED, "03-02"))
    assert (again.receipt_on, again.accepted_on, again.silence_ends_on) == (day("03-02"), None, day("03-09"))
    extended = (*first[:2], (ItemAct.EXTENDED, "01-08", {"extension": 10}), first[2])
    accepted = known_of(*extended, (S.RECEIVED, "03-02"), (S.ACCEPTED, "03-04"))
    assert (accepted.accepted_on, accepted.extensions) == (day("03-04"), ())


def test_what_is_handled_again_after_its_grant_is_granted_no_more() -> None:
    again = known_of((S.ACCEPTED, "03-02"), (S.PASSED, "03-10"), (S.HANDLING, "03-12"))
    assert (again.is_passed, again.passed_on, again.done_on) == (False, None, None)
    granted = known_of((S.ACCEPTED, "03-02"), (S.PASSED, "03-10"), (S.HANDLING, "03-12"), (S.PASSED, "03-20"))
    assert (granted.is_passed, granted.passed_on) == (True, day("03-20"))


@pytest.mark.parametrize(
    ("again", "done_on", "passed_on"),
    [
        (S.PASSED, "03-05", "03-05"),
        (S.CONDITIONALLY_PASSED, "03-05", "03-05"),
        (S.NOT_PASSED, "03-12", None),
    ],
)
def test_of_a_decision_told_twice_the_first_day_stands(
    again: ItemState, done_on: str, passed_on: str | None
) -> None:
    """Under another external id and with a later moment it would else make late what was in time."""
    found = known_of((S.ACCEPTED, "03-03"), (S.PASSED, "03-05"), (again, "03-12"))
    assert (found.decided_on, found.done_on) == (day("03-05"), day(done_on))
    assert found.passed_on == (None if passed_on is None else day(passed_on))
    assert F.DECIDED_AGAIN in found.findings


def test_what_was_revoked_and_is_granted_anew_was_decided_anew() -> None:
    found = known_of((S.ACCEPTED, "03-03"), (S.PASSED, "03-05"), (S.REVOKED, "03-09"), (S.PASSED, "03-12"))
    assert (found.decided_on, found.passed_on) == (day("03-12"), day("03-12"))


# --- renewals -----------------------------------------------------------------------------------

THREE, TWICE = Duration(3, Unit.CALENDAR_MONTH), Renewal(Duration(3, Unit.CALENDAR_MONTH), 2)


def granted(value: int, text: str, *, is_after_start: bool = False) -> Granted:
    return Granted(value, day(text), is_after_start)


@pytest.mark.parametrize(
    ("renewals", "months", "last", "counted", "is_ignored"),
    [
        ([], 3, "06-02", 0, False),
        ([granted(3, "06-02")], 6, "09-02", 1, False),  # on the last day it has not run out
        ([granted(3, "06-03")], 3, "06-02", 0, True),  # it has
        ([granted(1, "05-20"), granted(3, "07-02")], 7, "10-02", 2, False),
        ([granted(1, "05-20"), granted(3, "07-03")], 4, "07-02", 1, True),
        ([granted(4, "05-20")], 6, "09-02", 1, True),  # up to the bound
        ([granted(1, "03-03"), granted(1, "03-04"), granted(1, "03-05")], 5, "08-02", 2, True),
        ([granted(3, "05-20", is_after_start=True), granted(2, "05-21")], 5, "08-02", 1, True),
    ],
)
def test_a_renewal_counts_before_the_last_day_has_passed_and_while_any_is_left(
    renewals: list[Granted], months: int, last: str, counted: int, is_ignored: bool
) -> None:
    found = prolonged(CN, day("03-02"), THREE, TWICE, renewals)
    assert (found.duration, found.valid_through) == (Duration(months, Unit.CALENDAR_MONTH), day(last))
    assert (found.counted, found.is_ignored) == (counted, is_ignored)
    without = prolonged(CN, day("03-02"), THREE, None, renewals)
    assert (without.valid_through, without.is_ignored) == (day("06-02"), bool(renewals))


def test_months_added_to_years_make_months() -> None:
    once = Renewal(Duration(6, Unit.CALENDAR_MONTH), 1)
    found = prolonged(CN, day("03-02"), Duration(2, Unit.CALENDAR_YEAR), once, [granted(6, "03-03")])
    assert (found.duration, found.valid_through) == (Duration(30, Unit.CALENDAR_MONTH), date(2028, 9, 2))


def test_a_renewal_belongs_to_the_decision_it_was_granted_for() -> None:
    renewed = (ItemAct.VALIDITY_RENEWED, "03-10", {"renewal": 3})
    again = [(S.PASSED, "03-06"), renewed, (S.PASSED, "03-12")]
    assert len(known_of(*again).renewals) == 1  # told again, it is the same decision
    assert known_of(*again, (S.REVOKED, "03-13")).renewals == ()
    assert known_of(*again, (S.HANDLING, "03-13"), (S.PASSED, "03-14")).renewals == ()
    early = known_of((S.HANDLING, "03-06"), renewed)
    assert (early.renewals, early.findings[-1]) == ((), F.RENEWAL_NOT_COUNTED)
