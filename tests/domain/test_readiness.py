"""What is missing before an item is filed, what papers are used for, and demands that come too late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.item_facts import facts_of
from app.domain.item_steps import Step
from app.domain.items import ItemAct, ItemFinding, ItemState
from app.domain.materials import MaterialSupplier
from app.domain.planned import ItemKind
from app.domain.readiness import (
    CODELESS,
    Filing,
    GapKind,
    Told,
    Wanted,
    check_readiness,
    demanded_late,
    submissions_saved,
    usage_of,
)
from app.domain.vocabulary import MaterialState
from app.errors import Words
from tests.domain.test_clocks import CN

BASIS = Words("目录", "catalogue")


def wanted(code: str, *, may_wait: bool = False, result_of: tuple[str, ...] = ()) -> Wanted:
    return Wanted(code, Words(code, code), BASIS, MaterialSupplier.OWNER, may_wait, result_of)


READY = Filing(
    kind=ItemKind.PERMIT,
    state=ItemState.PLANNED,
    has_owner=True,
    has_project_code=True,
    unknown=MappingProxyType({}),
    unmet=MappingProxyType({}),
    wanted=(wanted("licence"), wanted("plan", result_of=("S2-03",))),
    held=MappingProxyType({"licence": MaterialState.RECEIVED}),
    passed=frozenset({"S2-03"}),
)


def test_an_item_with_all_papers_and_nothing_in_its_way_is_ready() -> None:
    found = check_readiness(READY)
    assert found.is_ready
    assert found.there == ("licence", "plan")


def test_everything_that_is_missing_is_named_at_once() -> None:
    bare = replace(
        READY,
        has_owner=False,
        has_project_code=False,
        unknown={"near_highway": Words("涉及公路", "touches a highway")},
        unmet={"S1-91": Words("用地", "land")},
        held={},
        passed=frozenset(),
    )
    found = check_readiness(bare)
    assert [(gap.kind, gap.code) for gap in found.gaps] == [
        (GapKind.PRECONDITION, "owner_missing"),
        (GapKind.PRECONDITION, "project_code_missing"),
        (GapKind.PRECONDITION, "attribute_unknown:near_highway"),
        (GapKind.PREREQUISITE, "S1-91"),
        (GapKind.MATERIAL, "licence"),
        (GapKind.MATERIAL, "plan"),
    ]
    assert not found.is_ready
    assert not found.may_be_bridged


@pytest.mark.parametrize("kind", [kind for kind in ItemKind if kind is not ItemKind.MILESTONE])
def test_without_a_project_code_no_approval_is_filed_but_services_and_pre_reviews_are(kind: ItemKind) -> None:
    found = check_readiness(replace(READY, kind=kind, has_project_code=False))
    assert found.is_ready is (kind in CODELESS)


@pytest.mark.parametrize("state", list(ItemState))
def test_an_item_is_filed_from_the_plan_or_while_it_is_corrected_only(state: ItemState) -> None:
    found = check_readiness(replace(READY, state=state))
    can_be = {ItemState.PLANNED, ItemState.CORRECTION_STARTED}
    assert found.is_ready is (state in can_be)
    if state is ItemState.DROPPED:
        assert [gap.code for gap in found.gaps] == ["item_dropped"]


@pytest.mark.parametrize(
    ("state", "is_gap", "may_wait"),
    [
        (MaterialState.RECEIVED, False, False),
        (MaterialState.NOT_APPLICABLE, False, False),
        (MaterialState.MISSING, True, False),
        (MaterialState.TO_SUPPLEMENT, True, True),
        (MaterialState.TO_CORRECT, True, False),
    ],
)
def test_a_paper_is_there_when_it_was_received_or_does_not_apply(
    state: MaterialState, is_gap: bool, may_wait: bool
) -> None:
    found = check_readiness(replace(READY, held={"licence": state}))
    assert [gap.code for gap in found.gaps] == (["licence"] if is_gap else [])
    assert found.may_be_bridged is (may_wait or not is_gap)


def test_a_paper_that_may_be_supplemented_bridges_only_itself() -> None:
    both = replace(READY, wanted=(wanted("a", may_wait=True), wanted("b")))
    assert [gap.may_be_bridged for gap in check_readiness(both).gaps] == [True, False]


TOLD = Told(frozenset({"missing"}), frozenset({"there"}))


@pytest.mark.parametrize(
    ("demanded", "first", "told", "late"),
    [
        (["new"], None, None, ()),  # nothing was told before
        (["there", "missing"], None, TOLD, ()),  # a paper handed in may be faulty
        (["new", "there"], None, TOLD, ("new",)),  # the check has listed all that is asked for
        (["a"], {"a"}, None, ()),
        (["a", "b"], {"a"}, None, ("b",)),
        (["missing", "there"], {"a"}, TOLD, ("there",)),  # a fault not named in the first notice
        (["b", "b"], {"a"}, None, ("b",)),
        ([], {"a"}, TOLD, ()),
    ],
)
def test_a_demand_is_late_when_neither_the_first_notice_nor_the_check_named_it(
    demanded: list[str], first: set[str] | None, told: Told | None, late: tuple[str, ...]
) -> None:
    assert demanded_late(demanded, first, told) == late


def test_a_paper_used_by_three_filings_has_saved_two_submissions() -> None:
    needs = {"S1-01": ["licence"], "S1-02": ["licence", "report"], "S1-03": ["licence"]}
    filings = [("S1-01", ["licence"]), ("S1-02", ["licence", "report"]), ("S1-03", ["licence"])]
    found = {usage.code: usage for usage in usage_of(needs, filings)}
    assert found["licence"].needed_by == ("S1-01", "S1-02", "S1-03")
    assert found["report"].used_by == ("S1-02",)
    assert submissions_saved(found.values()) == 2
    assert submissions_saved(usage_of(needs, [])) == 0


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.lists(st.sampled_from("xyz"), max_size=4)), max_size=8))
def test_what_is_saved_is_every_use_but_the_first_of_each_paper(filings: list[tuple[str, list[str]]]) -> None:
    uses = [code for _, codes in filings for code in set(codes)]
    assert submissions_saved(usage_of({}, filings)) == len(uses) - len(set(uses))


MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def step(number: int, code: ItemState | ItemAct, **facts: Any) -> Step:
    at = MORNING + timedelta(days=number)
    return Step(number=number, code=code, at=at, on=at.date(), **facts)


HISTORY = (
    step(1, ItemAct.READINESS_CHECKED, told=Told(frozenset({"report"}), frozenset({"licence"}))),
    step(2, ItemState.RECEIVED),
    step(3, ItemState.CORRECTION_STARTED, demanded=frozenset({"licence"})),
    step(4, ItemState.CORRECTION_ENDED),
    step(5, ItemState.CORRECTION_STARTED, demanded=frozenset({"report"})),
    step(6, ItemState.CORRECTION_ENDED),
    step(7, ItemState.CORRECTION_STARTED, demanded=frozenset({"survey"})),
)


@pytest.mark.parametrize("order", [HISTORY, HISTORY[::-1], HISTORY[3:] + HISTORY[:3]])
def test_the_breach_stands_at_the_late_notice_in_whatever_order_steps_become_known(
    order: tuple[Step, ...],
) -> None:
    facts = facts_of(order, CN)
    assert facts.step_findings == ((7, (ItemFinding.ONE_TIME_NOTICE_BREACHED,)),)
    assert facts.state is ItemState.CORRECTION_STARTED


def test_a_notice_that_names_no_material_is_nobodys_first_notice() -> None:
    steps = (HISTORY[1], replace(HISTORY[2], demanded=frozenset()), HISTORY[3], HISTORY[4])
    assert facts_of(steps, CN).findings == ()
