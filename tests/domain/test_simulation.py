"""What-if: trying equals doing it and looking; limits that break, and whom it concerns."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import DayKind
from app.domain.durations import Pause, Unit
from app.domain.item_clocks import clocks_of
from app.domain.item_facts import facts_of
from app.domain.item_steps import Step
from app.domain.items import ItemState, SpecialKind
from app.domain.plan_content import Adjustment, AdjustmentAction, AdjustmentsInvalid, adjust
from app.domain.planned import (
    Estimate,
    EstimateBasis,
    ItemFacts,
    ItemLimit,
    LimitAnchor,
    PausePolicy,
    PlannedItem,
    TimeBearer,
)
from app.domain.schedule import make_schedule
from app.domain.simulation import (
    Changes,
    ChangesCannotBeTried,
    Counting,
    Delay,
    Halt,
    LimitKind,
    Tried,
    simulate,
)
from app.errors import Words
from tests.domain.plan_builders import CN, MONDAY, a_frame, an_item, day, facts, lasting, passed, the_start
from tests.domain.test_schedule_random import a_random_plan

OFFICE = ZoneInfo("Asia/Shanghai")
BASIS = Words("测试", "for tests")


def limit(value: int, bearer: TimeBearer = TimeBearer.DEPARTMENT) -> ItemLimit:
    return ItemLimit(lasting(value), 0, LimitAnchor.ACCEPTANCE, bearer, BASIS)


def a_plan(*items: PlannedItem, **more: object) -> Tried:
    usual = Tried(items=items, facts={}, counting={}, frame=a_frame(), calendar=CN)
    return replace(usual, **more)  # type: ignore[arg-type]


@given(st.integers(0, 5_000), st.integers(1, 30))
def test_trying_a_delay_equals_a_handling_that_lasts_longer(seed: int, days: int) -> None:
    items = a_random_plan(seed, 20)
    code = next(i.code for i in items if i.milestone is None)
    done = simulate(a_plan(*items), Changes(delays=[Delay(code, lasting(days))]))
    assert done.before == make_schedule(items, {}, a_frame(), CN)
    longer = [
        replace(i, handling=replace(i.handling, duration=lasting(i.handling.duration.value + days)))
        if i.code == code and i.handling is not None
        else i
        for i in items
    ]
    looked = make_schedule(longer, {}, a_frame(), CN)
    for line in looked.items:
        assert done.after.of(line.item.code)._replace(item=line.item, finish_rule=line.finish_rule) == line


def test_trying_adjustments_equals_adjusting_and_looking() -> None:
    items = (an_item("A"), an_item("B", "A"), an_item("C", "B"), the_start("C"))
    changes = [
        Adjustment(item="C", action=AdjustmentAction.CHANGE, parallel_to=("B",)),
        Adjustment(item="B", action=AdjustmentAction.DROP),
        Adjustment(item="A", action=AdjustmentAction.CHANGE, handling=lasting(2)),
        Adjustment(item="D", action=AdjustmentAction.ADD),
    ]
    known = {"D": an_item("D", "A", handling=40)}
    done = simulate(a_plan(*items), Changes(adjustments=changes, known=known))
    assert done.after == make_schedule(adjust(items, changes, known), {}, a_frame(), CN)
    moved = {(m.before or m.after).item.code: m for m in done.moved if m.before or m.after}  # type: ignore[union-attr]
    assert moved["B"].after is None
    assert moved["D"].before is None
    assert moved["C"].working_days == -10
    with pytest.raises(AdjustmentsInvalid):
        simulate(a_plan(*items), Changes(adjustments=changes))


def a_running_case(*more: Step) -> Counting:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-{text}T09:00").replace(tzinfo=OFFICE)

    steps = [
        Step(number=n, code=code, at=at("03-02"), on=MONDAY)
        for n, code in enumerate((ItemState.RECEIVED, ItemState.ACCEPTED, ItemState.HANDLING))
    ]
    return Counting(facts_of([*steps, *more], CN), limit(20), limit(10))


def as_known(case: Counting) -> ItemFacts:
    """Give what the schedule knows of a case, as its room reads it."""
    clock = clocks_of(case.facts, case.statutory, case.promised, PausePolicy.RESUME, CN).promised
    assert clock is not None
    return facts(
        filed_on=case.facts.filed_on,
        anchor_on=clock.anchor_on,
        due_on=None if clock.due.is_paused else clock.due.due_on,
        is_paused=case.facts.is_paused,
        pauses=tuple(p.pause for p in case.facts.pauses),
    )


def running(case: Counting, **more: object) -> Tried:
    item = an_item("A", handling=10, statutory=limit(20), promised=limit(10))
    known = {"facts": {"A": as_known(case)}, "counting": {"A": case}, "frame": a_frame(today=day("03-05"))}
    return a_plan(item, an_item("B", "A"), **(known | more))


@pytest.mark.parametrize(("first", "last"), [("03-05", "03-11"), ("03-10", "03-20"), ("03-05", "03-05")])
def test_trying_a_pause_of_a_running_case_equals_pausing_it(first: str, last: str) -> None:
    tried = simulate(running(a_running_case()), Changes(halts=[Halt("A", Pause(day(first), day(last)))]))
    steps = [
        Step(
            number=number,
            code=code,
            at=datetime.fromisoformat(f"2026-{text}T10:0{number}").replace(tzinfo=OFFICE),
            on=day(text),
            special_kind=SpecialKind.OTHER,
        )
        for number, code, text in ((7, ItemState.SPECIAL_STARTED, first), (8, ItemState.SPECIAL_ENDED, last))
    ]
    looked = make_schedule(
        running(a_running_case()).items,
        {"A": as_known(a_running_case(*steps))},
        a_frame(today=day("03-05")),
        CN,
    )
    assert tried.after == looked


def test_a_pause_of_an_item_not_filed_yet_stops_its_handling() -> None:
    items = (an_item("A", handling=5), an_item("B", "A", handling=5), the_start("B"))
    halt = Halt("A", Pause(day("03-03"), day("03-10")))
    done = simulate(a_plan(*items), Changes(halts=[halt]))
    assert done.after.of("A").earliest_finish_on == day("03-16")
    assert done.after.of("A").slack_to_start == 0
    assert [m.working_days for m in done.moved] == [5, 5, 5]
    refused = {"A": facts(filed_on=MONDAY, anchor_on=MONDAY, done_on=day("03-02"))}
    again = simulate(a_plan(*items, facts=refused), Changes(halts=[halt]))
    assert again.after.of("A").earliest_finish_on == day("03-16")


def test_a_delay_of_a_running_item_moves_what_waits_for_it() -> None:
    done = simulate(running(a_running_case()), Changes(delays=[Delay("A", lasting(3))]))
    assert done.before.of("A").earliest_finish_on == day("03-16")
    assert done.after.of("A").earliest_finish_on == day("03-19")
    assert [(b.kind, b.item, b.due_on, b.is_new) for b in done.broken] == [
        (LimitKind.PROMISED, "A", day("03-16"), True)
    ]


def test_limits_that_break_are_told_from_those_broken_before() -> None:
    given = Estimate(lasting(12), EstimateBasis.GIVEN)
    items = (
        an_item("A", handling=given, promised=limit(10), statutory=limit(14), department="D1"),
        an_item("B", "A", handling=5, promised=limit(5, TimeBearer.OWNER), bearer=TimeBearer.OWNER),
        the_start("B"),
    )
    frame = a_frame(planned_start_on=day("03-25"))
    done = simulate(a_plan(*items, frame=frame), Changes(delays=[Delay("A", lasting(5))]))
    assert {(b.kind, b.item, b.is_new) for b in done.broken} == {
        (LimitKind.PROMISED, "A", False),
        (LimitKind.STATUTORY, "A", True),
        (LimitKind.PLANNED_START, None, True),
    }
    assert done.affected == {
        TimeBearer.DEPARTMENT: {"D1": ("A",), None: ("S3-16",)},
        TimeBearer.OWNER: {None: ("B",)},
    }


def test_another_calendar_counts_running_clocks_anew() -> None:
    off = {day("03-09"): Words("测试假日", "a holiday for tests")}
    other = replace(CN, version=2, days_off={**CN.days_off, **off})
    assert other.why(day("03-09")).kind is DayKind.HOLIDAY
    done = simulate(running(a_running_case()), Changes(calendar=other))
    assert done.after.of("A").earliest_finish_on == day("03-17")
    assert done.after.of("B").earliest_finish_on == done.before.of("B").earliest_finish_on + timedelta(1)  # type: ignore[operator]
    assert done.after.calendar_version == 2


def test_a_paused_case_breaks_no_limit_and_nothing_tried_moves_nothing() -> None:
    pause = Step(
        number=7, code=ItemState.SPECIAL_STARTED, on=day("03-04"), special_kind=SpecialKind.OTHER,
        at=datetime(2026, 3, 4, 10, tzinfo=OFFICE),
    )  # fmt: skip
    plan = running(a_running_case(pause), frame=a_frame(today=day("06-01")))
    done = simulate(plan, Changes())
    assert (done.moved, done.broken, done.before) == ((), (), done.after)


def test_what_cannot_be_tried_is_named_at_once() -> None:
    items = (an_item("A"), an_item("B"), the_start("A"))
    plan = a_plan(*items, facts={"A": passed(MONDAY, MONDAY)})
    halt = Halt("S3-16", Pause(MONDAY, MONDAY))
    changes = Changes(
        delays=[Delay("A", lasting(1)), Delay("X", lasting(1, Unit.CALENDAR_DAY))], halts=[halt]
    )
    with pytest.raises(ChangesCannotBeTried) as refused:
        simulate(plan, changes)
    assert [(f.pointer, f.code) for f in refused.value.faults] == [
        ("/delays/0/item", "done"),
        ("/delays/1/item", "not_in_plan"),
        ("/pauses/0/item", "milestone"),
    ]
