"""The conditions of moves: each met, each unmet, with the facts that say why."""

from datetime import date
from typing import Any

import pytest

from app.domain.clocks import Duration, Pause, Unit
from app.domain.guards import GUARDS, ROADS, concerns, unmet_guards
from app.domain.moves import Anchor, Bearer, Limit, LimitKind, Move, SecondPerson
from app.domain.standing import Asker, Confirmation, Party, Role, ServiceMode
from app.errors import Words
from tests.domain.procedure_builders import WEEKENDS_ONLY, a_standing, an_asker

TODAY = date(2026, 4, 1)
SOME = Words("某", "some")


def a_limit(kind: LimitKind, anchor: Anchor, value: int, **facts: Any) -> Limit:
    usual: dict[str, Any] = {
        "duration": Duration(value, Unit.CALENDAR_DAY),
        "kind": kind,
        "anchor": anchor,
        "bearer": Bearer.AGENCY,
        "departments_at_least": None,
        "basis": SOME,
    }
    return Limit(**{**usual, **facts})


def a_move(*guards: str, **facts: Any) -> Move:
    usual: dict[str, Any] = {
        "code": "complete",
        "label": SOME,
        "from_stage": "in_service",
        "to_stage": "completed",
        "by": frozenset({Role.AGENT}),
        "also": None,
        "inputs": (),
        "limits": (),
        "is_evidence_required": False,
        "is_reason_required": False,
        "basis": SOME,
    }
    return Move(**{**usual, "guards": guards, **facts})


AGENT = an_asker(Role.AGENT)
ARCHIVIST = an_asker(Role.ARCHIVIST)

# guard, a fact with which it is met, a fact with which it is not, what it then tells.
FACTS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("owner_known", {"has_owner": True}, {"has_owner": False}, {}),
    ("materials_complete", {"materials_missing": 0}, {"materials_missing": 3}, {"count": 3}),
    ("no_correction_before", {"correction_notices": 0}, {"correction_notices": 1}, {"count": 1}),
    ("mode_is_agency", {"service_mode": ServiceMode.AGENCY}, {"service_mode": ServiceMode.ASSISTANCE}, {}),
    ("mode_is_agency", {"service_mode": ServiceMode.AGENCY}, {"service_mode": ServiceMode.LEADER_LED}, {}),
    ("mode_is_agency", {"service_mode": ServiceMode.AGENCY}, {"service_mode": None}, {}),
    (
        "mode_is_not_agency",
        {"service_mode": ServiceMode.ASSISTANCE},
        {"service_mode": ServiceMode.AGENCY},
        {},
    ),
    ("mode_is_not_agency", {"service_mode": ServiceMode.LEADER_LED}, {"service_mode": None}, {}),
    ("agreement_signed", {"has_signed_agreement": True}, {"has_signed_agreement": False}, {}),
    ("agreement_unsigned", {"has_signed_agreement": False}, {"has_signed_agreement": True}, {}),
    ("agents_assigned", {"primary_agent": "a", "backup_agent": "b"}, {"backup_agent": None}, {}),
    ("agents_assigned", {}, {"primary_agent": None}, {}),
    ("agents_assigned", {}, {"primary_agent": "a", "backup_agent": "a"}, {}),
    ("agents_assigned", {}, {"primary_agent": None, "backup_agent": None}, {}),
    ("plan_approved", {"plan_author": "a", "plan_approver": "c"}, {"plan_approver": "agent-a"}, {}),
    ("plan_approved", {}, {"plan_number": None}, {}),
    ("plan_approved", {}, {"plan_author": None}, {}),
    ("plan_approved", {}, {"plan_approver": None}, {}),
    ("plan_confirmed_by_owner", {"plan_confirmed_by_owner": True}, {"plan_confirmed_by_owner": False}, {}),
    ("items_closed", {"items_open": 0}, {"items_open": 2}, {"count": 2}),
    ("supplements_closed", {"supplements_open": 0}, {"supplements_open": 1}, {"count": 1}),
    ("milestones_evidenced", {"milestones_missing": 0}, {"milestones_missing": 1}, {"count": 1}),
    ("documents_complete", {"documents_missing": 0}, {"documents_missing": 4}, {"count": 4}),
    ("asker_is_not_agent", {"primary_agent": "other"}, {"primary_agent": "agent-a"}, {}),
    ("asker_is_not_agent", {"primary_agent": None, "backup_agent": "b"}, {"backup_agent": "agent-a"}, {}),
    ("client_heard", {"client_heard_on": TODAY}, {"client_heard_on": None}, {}),
    ("client_heard", {"client_heard_on": TODAY}, {"client_heard_on": date(2026, 4, 2)}, {}),
    ("not_a_duplicate", {"is_closed_as_duplicate": False}, {"is_closed_as_duplicate": True}, {}),
    ("stage_to_resume_known", {"before_suspension": "planned"}, {"before_suspension": None}, {}),
]


@pytest.mark.parametrize(("guard", "met", "unmet", "told"), FACTS)
def test_a_guard_asks_the_facts_of_the_project(
    guard: str, met: dict[str, Any], unmet: dict[str, Any], told: dict[str, Any]
) -> None:
    move = a_move(guard)
    assert unmet_guards(a_standing(**met), AGENT, move, TODAY, WEEKENDS_ONLY) == ()
    (fault,) = unmet_guards(a_standing(**unmet), AGENT, move, TODAY, WEEKENDS_ONLY)
    assert (fault.pointer, fault.code, dict(fault.facts)) == ("", guard, told)


def period(kind: LimitKind, days: int, **facts: Any) -> Move:
    guard = "period_has_passed" if kind is LimitKind.NOT_BEFORE else "within_period"
    return a_move(guard, limits=(a_limit(kind, Anchor.REMINDED, days, **facts),))


@pytest.mark.parametrize(
    ("kind", "reminded_on", "is_met"),
    [
        (LimitKind.NOT_BEFORE, date(2026, 3, 22), False),  # ends on 1 April: the last day still runs
        (LimitKind.NOT_BEFORE, date(2026, 3, 21), True),
        (LimitKind.NOT_BEFORE, None, False),
        (LimitKind.NOT_AFTER, date(2026, 3, 22), True),
        (LimitKind.NOT_AFTER, date(2026, 3, 21), False),
        (LimitKind.NOT_AFTER, None, False),
    ],
)
def test_the_last_day_still_belongs_to_a_period(
    kind: LimitKind, reminded_on: date | None, is_met: bool
) -> None:
    standing = a_standing(reminded_on=reminded_on)
    faults = unmet_guards(standing, AGENT, period(kind, 10), TODAY, WEEKENDS_ONLY)
    assert (faults == ()) is is_met


def test_an_unmet_period_says_what_it_is_counted_from_and_when_it_ends() -> None:
    move = period(LimitKind.NOT_BEFORE, 30)
    (fault,) = unmet_guards(a_standing(reminded_on=date(2026, 3, 10)), AGENT, move, TODAY, WEEKENDS_ONLY)
    assert fault.words.told("zh", fault.facts) == "期限尚未届满（自催告起算，届满日：2026-04-09）。"
    (fault,) = unmet_guards(a_standing(reminded_on=None), AGENT, move, TODAY, WEEKENDS_ONLY)
    assert fault.words.told("en", fault.facts).endswith(
        "(counted from the reminder, last day: not started yet)."
    )


def test_a_period_that_is_the_owners_time_rolls_past_a_weekend() -> None:
    # Ten days after Wednesday 25 March end on Saturday 4 April, for the owner on Monday the 6th.
    standing, monday = a_standing(reminded_on=date(2026, 3, 25)), date(2026, 4, 6)
    owners = period(LimitKind.NOT_BEFORE, 10, bearer=Bearer.OWNER)
    assert unmet_guards(standing, AGENT, owners, monday, WEEKENDS_ONLY)
    assert not unmet_guards(standing, AGENT, period(LimitKind.NOT_BEFORE, 10), monday, WEEKENDS_ONLY)


def test_a_pause_of_the_agencys_clock_does_not_lengthen_a_period() -> None:
    standing = a_standing(pauses=(Pause(date(2026, 3, 2), None),))
    assert not unmet_guards(standing, AGENT, period(LimitKind.NOT_BEFORE, 10), TODAY, WEEKENDS_ONLY)


def test_periods_from_several_facts_hold_together() -> None:
    limits = (
        a_limit(LimitKind.NOT_BEFORE, Anchor.STAGE_ENTERED, 5),
        a_limit(LimitKind.NOT_BEFORE, Anchor.REMINDED, 10),
    )
    move = a_move("period_has_passed", limits=limits)
    late, early = a_standing(reminded_on=date(2026, 3, 30)), a_standing(reminded_on=date(2026, 3, 5))
    assert unmet_guards(late, AGENT, move, TODAY, WEEKENDS_ONLY)
    assert not unmet_guards(early, AGENT, move, TODAY, WEEKENDS_ONLY)


def test_the_first_limit_that_applies_counts() -> None:
    many = a_limit(LimitKind.DEADLINE, Anchor.STAGE_ENTERED, 5, departments_at_least=5)
    few = a_limit(LimitKind.DEADLINE, Anchor.STAGE_ENTERED, 3)
    move = a_move(limits=(many, few))
    assert move.limits_that_apply(LimitKind.DEADLINE, 4) == (few,)
    assert move.limits_that_apply(LimitKind.DEADLINE, 5) == (many,)


ALSO = SecondPerson(Role.COORDINATOR, (Party.ASKER, Party.PRIMARY_AGENT, Party.PLAN_AUTHOR))


@pytest.mark.parametrize(
    ("confirmation", "asker", "is_met"),
    [
        (Confirmation("complete", Role.COORDINATOR, "c"), AGENT, True),
        (Confirmation("archive", Role.COORDINATOR, "c"), AGENT, False),
        (Confirmation("complete", Role.OFFICER, "c"), AGENT, False),
        (Confirmation("complete", Role.COORDINATOR, None), AGENT, False),
        (Confirmation("complete", Role.COORDINATOR, "c"), Asker(Role.AGENT, "c"), False),
        (Confirmation("complete", Role.COORDINATOR, "agent-a"), Asker(Role.AGENT, "agent-b"), False),
        (Confirmation("complete", Role.COORDINATOR, "author"), AGENT, False),
        (Confirmation("complete", Role.COORDINATOR, "c"), Asker(Role.AGENT, None), False),
    ],
)
def test_a_second_person_is_another_person_in_the_right_role(
    confirmation: Confirmation, asker: Asker, is_met: bool
) -> None:
    standing = a_standing(confirmations=(confirmation,), plan_author="author")
    faults = unmet_guards(standing, asker, a_move("second_person_confirmed", also=ALSO), TODAY, WEEKENDS_ONLY)
    assert (faults == ()) is is_met


def test_nobody_confirms_his_own_move_even_where_the_procedure_forgets_to_say_so() -> None:
    move = a_move("second_person_confirmed", also=SecondPerson(Role.COORDINATOR, ()))
    standing = a_standing(confirmations=(Confirmation("complete", Role.COORDINATOR, "agent-a"),))
    assert unmet_guards(standing, AGENT, move, TODAY, WEEKENDS_ONLY)
    assert not unmet_guards(standing, an_asker(Role.AGENT, "agent-b"), move, TODAY, WEEKENDS_ONLY)


def test_a_nameless_agent_is_not_the_agent_nobody_has_been_assigned_to_be() -> None:
    assert not a_standing(primary_agent=None).is_agent(None)


def test_an_agent_who_confirms_must_be_assigned_to_the_project() -> None:
    move = a_move("second_person_confirmed", also=SecondPerson(Role.AGENT, ()))
    for person, is_met in (("agent-b", True), ("agent-of-another", False)):
        standing = a_standing(confirmations=(Confirmation("complete", Role.AGENT, person),))
        faults = unmet_guards(standing, ARCHIVIST, move, TODAY, WEEKENDS_ONLY)
        assert (faults == ()) is is_met


def test_an_unnamed_archivist_cannot_show_that_he_is_not_the_agent() -> None:
    nameless, move = Asker(Role.ARCHIVIST, None), a_move("asker_is_not_agent")
    assert unmet_guards(a_standing(), nameless, move, TODAY, WEEKENDS_ONLY)
    nobody = a_standing(primary_agent=None, backup_agent=None)
    assert not unmet_guards(nobody, nameless, move, TODAY, WEEKENDS_ONLY)


def test_a_move_of_another_service_mode_does_not_concern_the_project() -> None:
    assert concerns(a_move("mode_is_agency"), a_standing())
    assert not concerns(a_move("mode_is_not_agency"), a_standing())
    assert concerns(a_move("items_closed"), a_standing(items_open=1))
    assert set(ROADS) <= set(GUARDS)


def test_every_guard_is_tested_met_and_unmet() -> None:
    elsewhere = {"period_has_passed", "within_period", "second_person_confirmed"}
    assert {row[0] for row in FACTS} | elsewhere == set(GUARDS)


def test_every_guard_is_described_in_both_languages() -> None:
    for guard in GUARDS.values():
        for words in (guard.words, guard.description):
            assert words.zh.endswith("。")
            assert words.en.endswith(".")
