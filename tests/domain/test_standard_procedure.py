"""The standard procedure: who may move what from where, its limits, and its ways to the archive."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.clocks import Pause
from app.domain.procedure_documents import find_faults
from app.domain.procedures import (
    GuardsNotMet,
    MoveNotFromHere,
    RoleMayNotMove,
    StageHasChanged,
    Step,
    UnknownMove,
    allowed_moves,
    check_move,
    deadlines,
    stage_deadline,
)
from app.domain.standing import Confirmation, Role, ServiceMode, Standing
from app.errors import Refusal
from tests.domain.procedure_builders import (
    MONDAY,
    STANDARD,
    TODAY,
    WEEKENDS_ONLY,
    a_standing,
    an_asker,
    the_standard_document,
    wanting,
)

# Written from the regulation, not from the document: stage, move, where it leads, who may make it.
TABLE = """
lead              | apply               | applied           | portal officer
lead              | drop                | closed_lead       | officer
applied           | accept              | accepted          | officer
applied           | notify_correction   | correction_needed | officer
applied           | decline             | declined          | officer
applied           | withdraw            | withdrawn         | portal officer
correction_needed | resubmit            | applied           | portal officer
correction_needed | withdraw            | withdrawn         | portal officer
correction_needed | lapse_correction    | declined          | officer
accepted          | lapse_unsigned      | withdrawn         | officer
accepted          | sign_agreement      | entrusted         | officer
accepted          | open_file           | filed             | officer
accepted          | terminate_by_client | terminated        | portal officer
accepted          | terminate_by_agency | terminated        | officer
entrusted         | open_file           | filed             | officer
entrusted         | suspend             | suspended         | portal officer agent coordinator
entrusted         | terminate_by_client | terminated        | portal officer
entrusted         | terminate_by_agency | terminated        | officer
filed             | assign              | assigned          | coordinator
filed             | suspend             | suspended         | portal officer agent coordinator
filed             | terminate_by_client | terminated        | portal officer
filed             | terminate_by_agency | terminated        | officer
assigned          | publish_plan        | planned           | agent
assigned          | suspend             | suspended         | portal officer agent coordinator
assigned          | terminate_by_client | terminated        | portal officer
assigned          | terminate_by_agency | terminated        | officer agent
planned           | start_service       | in_service        | agent
planned           | suspend             | suspended         | portal officer agent coordinator
planned           | terminate_by_client | terminated        | portal officer
planned           | terminate_by_agency | terminated        | officer agent
in_service        | complete            | completed         | agent
in_service        | suspend             | suspended         | portal officer agent coordinator
in_service        | terminate_by_client | terminated        | portal officer
in_service        | terminate_by_agency | terminated        | officer agent
suspended         | resume              | planned           | officer
suspended         | lapse_suspension    | terminated        | coordinator
suspended         | terminate_by_client | terminated        | portal officer
suspended         | terminate_by_agency | terminated        | officer agent
completed         | archive             | archived          | archivist
completed         | reopen              | in_service        | coordinator
archived          | reopen              | in_service        | coordinator
terminated        | archive             | archived          | archivist
"""
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().splitlines()]
EXPECTED = {(stage, code): (to, roles.split()) for stage, code, to, roles in ROWS}
STAGES = [
    "lead",
    "applied",
    "correction_needed",
    "accepted",
    "entrusted",
    "filed",
    "assigned",
    "planned",
    "in_service",
    "suspended",
    "completed",
    "archived",
    "terminated",
    "declined",
    "withdrawn",
    "closed_lead",
]
CODES = sorted({code for _, code in EXPECTED})


def a_ready_standing(stage: str, code: str) -> Standing:
    """A project on which nothing stands in the way of this move."""
    facts: dict[str, Any] = {"stage": stage, "before_suspension": "planned"}
    if (stage, code) == ("accepted", "open_file"):
        facts["service_mode"] = ServiceMode.ASSISTANCE
    if code == "lapse_unsigned":
        facts["has_signed_agreement"] = False
    return a_standing(**facts)


def test_the_standard_procedure_has_no_faults() -> None:
    assert find_faults(the_standard_document()) == []


def test_the_table_names_every_stage_and_move_of_the_document() -> None:
    assert list(STANDARD.stages) == STAGES
    assert {(m.from_stage, m.code) for m in STANDARD.moves} == set(EXPECTED)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("stage", STAGES)
def test_each_move_belongs_to_its_stage_and_its_roles(stage: str, code: str, role: Role) -> None:
    day = date(2026, 12, 1)
    standing = a_ready_standing(stage, code)

    def attempt() -> Step:
        return check_move(STANDARD, standing, an_asker(role), wanting(code, stage), day, WEEKENDS_ONLY)

    if (stage, code) not in EXPECTED:
        with pytest.raises(MoveNotFromHere):
            attempt()
        return
    to_stage, roles = EXPECTED[stage, code]
    if role not in roles:
        with pytest.raises(RoleMayNotMove):
            attempt()
        return
    assert attempt().to_stage == to_stage


def road(mode: ServiceMode) -> list[tuple[str, Role]]:
    signed = [("sign_agreement", Role.OFFICER)] if mode is ServiceMode.AGENCY else []
    return [
        ("apply", Role.PORTAL),
        ("notify_correction", Role.OFFICER),
        ("resubmit", Role.PORTAL),
        ("accept", Role.OFFICER),
        *signed,
        ("open_file", Role.OFFICER),
        ("assign", Role.COORDINATOR),
        ("publish_plan", Role.AGENT),
        ("suspend", Role.AGENT),
        ("resume", Role.OFFICER),
        ("start_service", Role.AGENT),
        ("complete", Role.AGENT),
        ("archive", Role.ARCHIVIST),
    ]


@pytest.mark.parametrize("mode", list(ServiceMode))
def test_each_service_mode_leads_from_lead_to_archive(mode: ServiceMode) -> None:
    stage, before = "lead", None
    for code, role in road(mode):
        standing = a_standing(stage=stage, service_mode=mode, before_suspension=before)
        step = check_move(STANDARD, standing, an_asker(role), wanting(code, stage), TODAY, WEEKENDS_ONLY)
        before = stage if step.to_stage == "suspended" else None
        stage = step.to_stage
    assert stage == "archived"


def refusal_of(code: str, role: Role, person: str | None = "", day: date = TODAY, **facts: Any) -> Refusal:
    standing = a_standing(**facts)
    wanted = wanting(code, standing.stage)
    with pytest.raises(Refusal) as caught:
        check_move(STANDARD, standing, an_asker(role, person), wanted, day, WEEKENDS_ONLY)
    return caught.value


def unmet(refusal: Refusal) -> set[str]:
    assert isinstance(refusal, GuardsNotMet)
    return {fault.code for fault in refusal.faults}


# Each condition of the regulation, planted once: the fact that breaks it, and the move it stops.
CONDITIONS: list[tuple[str, str, Role, dict[str, Any], set[str]]] = [
    ("lead", "apply", Role.PORTAL, {"has_owner": False}, {"owner_known"}),
    ("applied", "accept", Role.OFFICER, {"materials_missing": 2}, {"materials_complete"}),
    ("applied", "notify_correction", Role.OFFICER, {"correction_notices": 1}, {"no_correction_before"}),
    ("accepted", "sign_agreement", Role.OFFICER, {"has_signed_agreement": False}, {"agreement_signed"}),
    (
        "accepted",
        "sign_agreement",
        Role.OFFICER,
        {"service_mode": ServiceMode.LEADER_LED},
        {"mode_is_agency"},
    ),
    ("accepted", "open_file", Role.OFFICER, {}, {"mode_is_not_agency"}),
    ("accepted", "lapse_unsigned", Role.OFFICER, {}, {"agreement_unsigned"}),
    ("filed", "assign", Role.COORDINATOR, {"backup_agent": "agent-a"}, {"agents_assigned"}),
    ("assigned", "publish_plan", Role.AGENT, {"plan_approver": "agent-a"}, {"plan_approved"}),
    ("assigned", "publish_plan", Role.AGENT, {"plan_confirmed_by_owner": False}, {"plan_confirmed_by_owner"}),
    ("in_service", "complete", Role.AGENT, {"items_open": 1}, {"items_closed"}),
    ("in_service", "complete", Role.AGENT, {"supplements_open": 1}, {"supplements_closed"}),
    ("in_service", "complete", Role.AGENT, {"milestones_missing": 1}, {"milestones_evidenced"}),
    ("in_service", "complete", Role.AGENT, {"confirmations": ()}, {"second_person_confirmed"}),
    ("planned", "terminate_by_agency", Role.OFFICER, {"client_heard_on": None}, {"client_heard"}),
    ("filed", "terminate_by_agency", Role.OFFICER, {"confirmations": ()}, {"second_person_confirmed"}),
    ("completed", "archive", Role.ARCHIVIST, {"documents_missing": 3}, {"documents_complete"}),
    ("completed", "archive", Role.ARCHIVIST, {"primary_agent": "archivist-1"}, {"asker_is_not_agent"}),
    ("suspended", "resume", Role.OFFICER, {"before_suspension": None}, {"stage_to_resume_known"}),
    ("suspended", "lapse_suspension", Role.COORDINATOR, {"lapse_notified_on": None}, {"period_has_passed"}),
    ("correction_needed", "lapse_correction", Role.OFFICER, {"reminded_on": None}, {"period_has_passed"}),
    ("lead", "apply", Role.OFFICER, {"is_closed_as_duplicate": True}, {"not_a_duplicate"}),
    ("archived", "reopen", Role.COORDINATOR, {"completed_on": None}, {"within_period"}),
    (
        "in_service",
        "complete",
        Role.AGENT,
        {"items_open": 1, "supplements_open": 1, "milestones_missing": 1, "confirmations": ()},
        {"items_closed", "supplements_closed", "milestones_evidenced", "second_person_confirmed"},
    ),
]


@pytest.mark.parametrize(("stage", "code", "role", "facts", "expected"), CONDITIONS)
def test_each_condition_stops_its_move(
    stage: str, code: str, role: Role, facts: dict[str, Any], expected: set[str]
) -> None:
    assert unmet(refusal_of(code, role, stage=stage, day=date(2026, 12, 1), **facts)) == expected


PERIODS = [
    # 30 calendar days after a reminder on Tuesday 3 March end on Thursday 2 April.
    ("correction_needed", "lapse_correction", Role.OFFICER, date(2026, 4, 2), date(2026, 4, 3)),
    # 20 working days after Monday 2 March end on Monday 30 March.
    ("accepted", "lapse_unsigned", Role.OFFICER, date(2026, 3, 30), date(2026, 3, 31)),
    # Six months end on 2 September, but 15 working days after the notice of 3 September on the 24th.
    ("suspended", "lapse_suspension", Role.COORDINATOR, date(2026, 9, 24), date(2026, 9, 25)),
]


@pytest.mark.parametrize(("stage", "code", "role", "last_day", "day_after"), PERIODS)
def test_a_lapse_waits_until_its_period_has_passed(
    stage: str, code: str, role: Role, last_day: date, day_after: date
) -> None:
    facts = {"stage": stage, "has_signed_agreement": False}
    assert unmet(refusal_of(code, role, day=last_day, **facts)) == {"period_has_passed"}
    standing = a_standing(**facts)
    assert check_move(STANDARD, standing, an_asker(role), wanting(code, stage), day_after, WEEKENDS_ONLY)


def test_a_suspension_does_not_lapse_before_six_months_however_early_the_notice() -> None:
    facts = {"stage": "suspended", "lapse_notified_on": MONDAY}
    asker = an_asker(Role.COORDINATOR)
    assert unmet(refusal_of("lapse_suspension", Role.COORDINATOR, day=date(2026, 9, 2), **facts))
    wanted = wanting("lapse_suspension", "suspended")
    assert check_move(STANDARD, a_standing(**facts), asker, wanted, date(2026, 9, 3), WEEKENDS_ONLY)


def test_a_notice_of_an_earlier_suspension_does_not_count() -> None:
    facts = {
        "stage": "suspended",
        "stage_entered_on": date(2026, 3, 2),
        "lapse_notified_on": date(2026, 2, 27),
    }
    assert unmet(refusal_of("lapse_suspension", Role.COORDINATOR, **facts)) == {"period_has_passed"}


@pytest.mark.parametrize("stage", ["completed", "archived"])
def test_a_service_can_be_reopened_within_twelve_months_of_completion(stage: str) -> None:
    asker, wanted = an_asker(Role.COORDINATOR), wanting("reopen", stage)
    standing = a_standing(stage=stage, completed_on=date(2026, 3, 5))
    assert check_move(STANDARD, standing, asker, wanted, date(2027, 3, 5), WEEKENDS_ONLY)
    assert unmet(refusal_of("reopen", Role.COORDINATOR, stage=stage, day=date(2027, 3, 6))) == {
        "within_period"
    }


def test_an_agent_of_another_project_may_not_move_this_one() -> None:
    assert isinstance(refusal_of("complete", Role.AGENT, "agent-of-another"), RoleMayNotMove)
    assert isinstance(refusal_of("complete", Role.AGENT, None), RoleMayNotMove)


def test_the_backup_agent_may_move_the_project_too() -> None:
    asker = an_asker(Role.AGENT, "agent-b")
    assert check_move(STANDARD, a_standing(), asker, wanting("complete", "in_service"), TODAY, WEEKENDS_ONLY)


def test_a_person_cannot_confirm_his_own_move() -> None:
    same = (Confirmation("complete", Role.COORDINATOR, "agent-a"),)
    assert unmet(refusal_of("complete", Role.AGENT, confirmations=same)) == {"second_person_confirmed"}


def test_the_first_refusal_wins_in_the_order_of_the_rule() -> None:
    standing = a_standing(items_open=1)
    asker, stranger = an_asker(Role.AGENT), an_asker(Role.PORTAL)

    def refused(kind: type[Refusal], who: Any, wanted: Any) -> Refusal:
        with pytest.raises(kind) as caught:
            check_move(STANDARD, standing, who, wanted, TODAY, WEEKENDS_ONLY)
        return caught.value

    assert refused(UnknownMove, stranger, wanting("fly", "lead")).status == 422
    changed = refused(StageHasChanged, stranger, wanting("assign", "filed"))
    assert (changed.status, changed.facts["present"], changed.facts["from_stage"]) == (
        409,
        "in_service",
        "filed",
    )
    assert refused(MoveNotFromHere, stranger, wanting("assign", "in_service")).status == 409
    assert refused(RoleMayNotMove, stranger, wanting("complete", "in_service", inputs={"x": 1})).status == 403
    wrong = wanting("complete", "in_service", inputs={"x": 1}, has_evidence=False)
    with pytest.raises(Refusal) as caught:
        check_move(STANDARD, standing, asker, wrong, TODAY, WEEKENDS_ONLY)
    assert [f.pointer for f in caught.value.faults] == ["/inputs/x", "/evidence"]
    assert refused(GuardsNotMet, asker, wanting("complete", "in_service")).status == 409


def test_every_refusal_speaks_both_languages() -> None:
    cases: list[Callable[[], Refusal]] = [
        lambda: refusal_of("fly", Role.AGENT),
        lambda: refusal_of("assign", Role.AGENT),
        lambda: refusal_of("complete", Role.PORTAL),
        lambda: refusal_of("complete", Role.AGENT, items_open=2),
    ]
    for case in cases:
        refusal = case()
        for language in ("zh", "en"):
            for words, facts in [(refusal.detail, refusal.facts)] + [
                (f.words, f.facts) for f in refusal.faults
            ]:
                told = words.told(language, facts)
                assert "{" not in told
                assert "Words(" not in told


# stage, facts, and for each move the day its limit ends (entered on Monday 2 March 2026).
LIMITS: list[tuple[str, dict[str, Any], dict[str, date]]] = [
    ("lead", {}, {}),
    (
        "applied",
        {},
        {"accept": date(2026, 3, 3), "decline": date(2026, 3, 3), "notify_correction": date(2026, 3, 9)},
    ),
    ("applied", {"correction_notices": 1}, {"accept": date(2026, 3, 3), "decline": date(2026, 3, 3)}),
    ("correction_needed", {}, {"resubmit": date(2026, 4, 1)}),
    ("accepted", {}, {"sign_agreement": date(2026, 3, 4)}),
    ("accepted", {"service_mode": ServiceMode.ASSISTANCE}, {}),
    ("entrusted", {}, {"open_file": date(2026, 3, 2)}),
    ("filed", {}, {"assign": date(2026, 3, 3)}),
    ("assigned", {"departments": 4}, {"publish_plan": date(2026, 3, 5)}),
    ("assigned", {"departments": 5}, {"publish_plan": date(2026, 3, 9)}),
    ("planned", {}, {}),
    ("in_service", {}, {}),
    ("in_service", {"work_finished_on": date(2026, 3, 6)}, {"complete": date(2026, 3, 10)}),
    ("suspended", {}, {}),
    ("completed", {}, {"archive": date(2026, 3, 16)}),
    ("archived", {}, {}),
    ("terminated", {}, {}),
    ("declined", {}, {}),
]


@pytest.mark.parametrize(("stage", "facts", "expected"), LIMITS)
def test_each_stage_has_its_limits(stage: str, facts: dict[str, Any], expected: dict[str, date]) -> None:
    found = deadlines(STANDARD, a_standing(stage=stage, **facts), WEEKENDS_ONLY)
    assert {each.move.code: each.due.due_on for each in found} == expected


def test_the_owners_time_never_counts_as_the_agencys() -> None:
    assert stage_deadline(STANDARD, a_standing(stage="correction_needed"), WEEKENDS_ONLY) is None


def test_the_deadline_of_a_stage_is_the_agencys_earliest() -> None:
    found = stage_deadline(STANDARD, a_standing(stage="applied"), WEEKENDS_ONLY)
    assert found is not None
    assert (found.move.code, found.due.due_on) == ("accept", date(2026, 3, 3))


def test_suspended_days_do_not_count_for_the_agency() -> None:
    pauses = (Pause(date(2026, 3, 3), date(2026, 3, 10)),)
    found = stage_deadline(STANDARD, a_standing(stage="assigned", pauses=pauses), WEEKENDS_ONLY)
    assert found is not None
    assert found.due.due_on == date(2026, 3, 12)


def test_the_owners_last_day_rolls_past_a_weekend() -> None:
    standing = a_standing(stage="correction_needed", stage_entered_on=date(2026, 3, 5))
    (found,) = deadlines(STANDARD, standing, WEEKENDS_ONLY)
    assert found.due.due_on == date(2026, 4, 6)


def test_every_limit_says_that_it_is_not_from_the_standard() -> None:
    limits = [limit for move in STANDARD.moves for limit in move.limits]
    assert limits
    for limit in limits:
        assert "非标准规定" in limit.basis.zh
        assert "not from the standard" in limit.basis.en


SOMEBODY = st.sampled_from([None, "agent-a", "agent-b", "coordinator-1", "coordinator-2", "officer-1"])
SOME_DAY = st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2028, 1, 1)))
FEW = st.integers(0, 1)
STANDINGS = st.builds(
    Standing,
    stage=st.sampled_from([*STAGES, "nowhere"]),
    stage_entered_on=st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    before_suspension=st.sampled_from([None, "planned", "in_service"]),
    pauses=st.just(()),
    service_mode=st.sampled_from([None, *ServiceMode]),
    has_owner=st.booleans(),
    materials_missing=FEW,
    correction_notices=FEW,
    has_signed_agreement=st.booleans(),
    primary_agent=SOMEBODY,
    backup_agent=SOMEBODY,
    plan_number=st.sampled_from([None, 1]),
    plan_author=SOMEBODY,
    plan_approver=SOMEBODY,
    plan_confirmed_by_owner=st.booleans(),
    departments=st.integers(0, 9),
    items_open=FEW,
    supplements_open=FEW,
    milestones_missing=FEW,
    documents_missing=FEW,
    reminded_on=SOME_DAY,
    lapse_notified_on=SOME_DAY,
    client_heard_on=SOME_DAY,
    completed_on=SOME_DAY,
    confirmations=st.lists(
        st.builds(
            Confirmation,
            st.sampled_from(["complete", "terminate_by_agency"]),
            st.sampled_from([Role.COORDINATOR, Role.OFFICER]),
            SOMEBODY,
        ),
        max_size=3,
    ).map(tuple),
    is_closed_as_duplicate=st.sampled_from([False, False, True]),
    work_finished_on=SOME_DAY,
)


@given(STANDINGS, st.sampled_from(list(Role)), SOMEBODY, st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_what_is_offered_is_exactly_what_would_be_allowed(
    standing: Standing, role: Role, person: str | None, today: date
) -> None:
    asker = an_asker(role, person)
    offered = {m.move_code: m for m in allowed_moves(STANDARD, standing, asker, today, WEEKENDS_ONLY)}
    assert set(offered) == {m.code for m in STANDARD.moves_from(standing.stage)}
    for code, move in offered.items():
        wanted = wanting(code, standing.stage)
        if move.enabled:
            step = check_move(STANDARD, standing, asker, wanted, today, WEEKENDS_ONLY)
            assert (move.reasons, move.to_stage) == ((), step.to_stage)
            continue
        with pytest.raises(Refusal) as caught:
            check_move(STANDARD, standing, asker, wanted, today, WEEKENDS_ONLY)
        if isinstance(caught.value, GuardsNotMet):
            assert move.reasons == caught.value.faults
        else:
            assert isinstance(caught.value, RoleMayNotMove)
            assert [reason.code for reason in move.reasons] == ["RoleMayNotMove"]


@given(STANDINGS)
def test_deadlines_can_be_told_for_any_project(standing: Standing) -> None:
    for found in deadlines(STANDARD, standing, WEEKENDS_ONLY):
        assert found.due.due_on is not None
