"""Who waits for whom: directly, through a join, before the start of works, by work package, and no more."""

from dataclasses import replace

from app.domain.blocking import waiting_for
from app.domain.planned import MilestoneRole, Need, NeedKind, PlannedItem, Waiver
from app.domain.prerequisites import Passing, Reached
from tests.domain.test_prerequisites import DAY, item, milestone


def waits(*plan: PlannedItem, unfiled: str, passed: str = "", start: bool = False) -> dict[str, list[str]]:
    passings = {code: (Passing(DAY, None),) for code in passed.split()}
    reached = Reached(passings, {MilestoneRole.START_OF_WORKS: DAY if start else None})
    lines = [(code, None) for code in unfiled.split()]
    return waiting_for({each.code: each for each in plan}, reached, lines, DAY)


def test_an_item_waits_for_what_it_needs_until_that_is_passed() -> None:
    plan = (item("a"), item("b"), item("c", ("a",), ("b",)))
    assert waits(*plan, unfiled="c") == {"a": ["c"], "b": ["c"]}
    assert waits(*plan, unfiled="c", passed="a") == {"b": ["c"]}
    assert waits(*plan, unfiled="c", passed="a b") == {}
    assert waits(*plan, unfiled="") == {}, "what is filed waits no more"
    assert waits(*plan, unfiled="unknown") == {}


def test_of_alternatives_each_may_end_the_waiting() -> None:
    plan = (item("a"), item("b"), item("c", ("a", "b")))
    assert waits(*plan, unfiled="c") == {"a": ["c"], "b": ["c"]}
    assert waits(*plan, unfiled="c", passed="b") == {}


def test_a_join_stands_for_what_it_joins() -> None:
    join = milestone("j", MilestoneRole.JOIN, ("a",), ("b",))
    above = milestone("k", MilestoneRole.JOIN, ("j",))
    plan = (item("a"), item("b"), join, above, item("c", ("k",)))
    assert waits(*plan, unfiled="c", passed="a") == {"b": ["c"]}


def test_joins_that_need_each_other_end() -> None:
    one, two = milestone("j", MilestoneRole.JOIN, ("k",)), milestone("k", MilestoneRole.JOIN, ("j",), ("a",))
    assert waits(one, two, item("a"), item("c", ("j",)), unfiled="c") == {"a": ["c"]}


def test_the_start_of_works_waits_for_more_until_it_is_reached() -> None:
    needs = (Need(NeedKind.BEFORE_START, ("a",)), Need(NeedKind.HARD, ("b",)), Need(NeedKind.SOFT, ("d",)))
    start = replace(milestone("s", MilestoneRole.START_OF_WORKS), needs=needs)
    plan = (item("a"), item("b"), item("d"), start)
    assert waits(*plan, unfiled="") == {"a": ["s"], "b": ["s"]}
    assert waits(*plan, unfiled="", passed="a") == {"b": ["s"]}
    assert waits(*plan, unfiled="", start=True) == {}


def test_what_is_let_go_is_not_waited_for() -> None:
    waiver = Waiver("a", "地方性法规第三条", None)
    plan = (item("a"), item("c", ("a",), waivers=(waiver,)))
    assert waits(*plan, unfiled="c") == {}
