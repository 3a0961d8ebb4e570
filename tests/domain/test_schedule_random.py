"""Schedules of random plans: held against networkx, against a walk day by day, and against what must be."""

import os
import random
from datetime import date, timedelta
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.clocks import due
from app.domain.day_table import day_table
from app.domain.durations import Duration, Unit
from app.domain.planned import Estimate, EstimateBasis, PlannedItem
from app.domain.schedule import Network, Schedule, make_schedule
from tests.domain.plan_builders import (
    BEFORE_START,
    CN,
    MONDAY,
    a_frame,
    a_milestone,
    an_item,
    facts,
    lasting,
    need,
    the_start,
)

GRAPHS = 2_000 if os.environ.get("CAMPAIGN") == "full" else 100
START = "S3-16"


def a_random_plan(
    seed: int, most: int = 200, *, units: tuple[Unit, ...] = (Unit.WORKING_DAY,)
) -> list[PlannedItem]:
    """Make a plan of up to ``most`` items with alternatives, joins and reviews before the start."""
    dice = random.Random(seed)
    items: list[PlannedItem] = []
    for number in range(dice.randint(2, most - 1)):
        codes = [item.code for item in items]
        needs = [
            need(*dice.sample(codes, min(dice.choice([1, 1, 1, 2, 3]), len(codes))))
            for _ in range(dice.choice([0, 1, 1, 2, 3]))
            if codes
        ]
        code = f"I{number}"
        if dice.random() < 0.1 and needs:
            items.append(a_milestone(code, *needs))
            continue
        handling = Estimate(lasting(dice.randint(0, 30), dice.choice(units)), EstimateBasis.PROMISED)
        preparation = Estimate(lasting(dice.choice([0, 0, 3, 8]), dice.choice(units)), EstimateBasis.GIVEN)
        items.append(an_item(code, *needs, handling=handling, preparation=preparation))
    codes = [item.code for item in items]
    gates = [need(*dice.sample(codes, min(2, len(codes)))), need(dice.choice(codes), kind=BEFORE_START)]
    items.append(the_start(*gates))
    dice.shuffle(items)
    return items


def solved(items: list[PlannedItem]) -> tuple[dict[str, int], dict[str, int], dict[str, int], str]:
    """Solve a plan of working days by longest paths: days by item, slack to the end and to the start.

    Alternatives are settled first: whatever is known soonest is settled soonest, as in Dijkstra's way.
    """
    settled: dict[str, int] = {}
    taken: dict[str, list[str]] = {}
    lengths = {
        i.code: i.preparation.duration.value + (i.handling.duration.value if i.handling else 0) for i in items
    }
    while len(settled) < len(items):
        ready = {}
        for item in items:
            if item.code in settled:
                continue
            firsts = []
            for each in item.needs:
                known = [c for c in each.any_of if c in settled]
                firsts.append(min([settled[c] for c in known], default=None))
            if None not in firsts:
                ready[item.code] = max(firsts, default=0) + lengths[item.code]
        code = min(ready, key=lambda c: (ready[c], c))
        settled[code] = ready[code]
    for item in items:  # of equals the first named
        taken[item.code] = [min(n.any_of, key=settled.__getitem__) for n in item.needs]
    graph = nx.DiGraph()
    graph.add_nodes_from(["begin", "end"])
    for code, before in taken.items():
        graph.add_edge("begin", code, weight=-lengths[code])
        graph.add_edge(code, "end", weight=0)
        for other in before:
            graph.add_edge(other, code, weight=-lengths[code])
    early = {c: -d for c, d in nx.single_source_bellman_ford_path_length(graph, "begin").items()}
    back = graph.reverse()
    to_end = {c: -d for c, d in nx.single_source_bellman_ford_path_length(back, "end").items()}
    to_start = {c: -d for c, d in nx.single_source_bellman_ford_path_length(back, START).items()}
    slack = {c: early["end"] - early[c] - to_end[c] for c in settled}
    of_start = {c: early[START] - early[c] - to_start[c] for c in settled if c in to_start}
    return early, slack, of_start, START


def working_days(first: date, last: date) -> int:
    """Count one day at a time."""
    days = (first + timedelta(n + 1) for n in range((last - first).days))
    return sum(CN.is_working_day(day) for day in days)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_random_plans_come_out_as_networkx_solves_them(part: int) -> None:
    for seed in range(part, GRAPHS, 4):
        items = a_random_plan(seed)
        early, slack, of_start, _ = solved(items)
        schedule = make_schedule(items, {}, a_frame(), CN)
        for line in schedule.items:
            code = line.item.code
            assert line.earliest_finish_on is not None
            assert working_days(MONDAY, line.earliest_finish_on) == early[code], (seed, code)
            assert line.slack_to_completion == slack[code], (seed, code)
            assert line.slack_to_start == of_start.get(code), (seed, code)


def later(items: list[PlannedItem], code: str, days: int) -> list[PlannedItem]:
    """Give the plan with one item handled some working days longer."""
    return [
        an_item(i.code, *i.needs, preparation=i.preparation, handling=i.handling.duration.value + days)
        if i.code == code and i.handling is not None
        else i
        for i in items
    ]


@given(st.integers(0, 10_000), st.integers(1, 40))
def test_what_slack_allows_moves_no_end_and_what_is_critical_moves_it(seed: int, days: int) -> None:
    items = a_random_plan(seed, 30)
    schedule = make_schedule(items, {}, a_frame(), CN)
    dice = random.Random(seed)
    line = schedule.of(dice.choice([i.code for i in items if i.milestone is None]))
    slack = line.slack_to_completion
    assert slack is not None
    within = make_schedule(later(items, line.item.code, slack), {}, a_frame(), CN)
    assert within.completion_on == schedule.completion_on
    if line.slack_to_start is not None:
        unmoved = make_schedule(later(items, line.item.code, line.slack_to_start), {}, a_frame(), CN)
        assert unmoved.start_on == schedule.start_on
    if not any(len(n.any_of) > 1 for i in items for n in i.needs):
        beyond = make_schedule(later(items, line.item.code, slack + days), {}, a_frame(), CN)
        assert beyond.completion_on is not None
        assert schedule.completion_on is not None
        assert working_days(schedule.completion_on, beyond.completion_on) == days


@given(st.integers(0, 100_000), st.integers(0, 400))
def test_whatever_the_units_slack_is_never_negative_and_the_critical_path_unbroken(
    seed: int, begin: int
) -> None:
    items = a_random_plan(seed, 40, units=tuple(Unit)[:3])
    frame = a_frame(MONDAY + timedelta(begin))
    schedule = make_schedule(items, {}, frame, CN)
    check_sense(schedule)
    path = [schedule.of(code) for code in schedule.critical_path]
    assert path[-1].item.code == START
    for before, after in pairwise(path):
        assert after.earliest_start_on == before.earliest_finish_on
    assert path[0].earliest_start_on == frame.begin_on


def check_sense(schedule: Schedule) -> None:
    ends = {line.item.code: line.earliest_finish_on for line in schedule.items}
    for line in schedule.items:
        early = (line.earliest_start_on, line.earliest_filing_on, line.earliest_finish_on)
        late = (line.latest_start_on, line.latest_filing_on, line.latest_finish_on)
        for first, last in zip(early, late, strict=True):
            assert first is not None
            assert last is not None
            assert first <= last
        assert early == tuple(sorted(early))
        assert (line.slack_to_completion or 0) >= 0
        assert (line.slack_to_start or 0) >= 0
        assert line.earliest_filing_on <= line.proposed_filing_on <= line.latest_filing_on
        for each in line.item.needs:
            if each.kind.value == "hard":
                assert line.earliest_start_on >= min(ends[c] for c in each.any_of)
        if line.item.milestone is None:
            assert CN.is_working_day(line.earliest_filing_on)


def is_on(happened_on: date | None, today: date) -> bool:
    return happened_on is not None and happened_on <= today


@given(st.integers(0, 100_000), st.integers(0, 60))
def test_carrying_out_a_plan_to_the_day_changes_no_day_of_it(seed: int, after: int) -> None:
    items = a_random_plan(seed, 25)
    plan = make_schedule(items, {}, a_frame(), CN)
    today = MONDAY + timedelta(after)
    known = {
        line.item.code: facts(
            filed_on=line.earliest_filing_on,
            anchor_on=line.earliest_filing_on,
            done_on=line.earliest_finish_on if is_on(line.earliest_finish_on, today) else None,
            is_passed=is_on(line.earliest_finish_on, today),
        )
        for line in plan.items
        if line.item.milestone is None and is_on(line.earliest_filing_on, today)
    }
    start_on = plan.start_on if is_on(plan.start_on, today) else None
    now = make_schedule(items, known, a_frame(today=today, actual_start_on=start_on), CN)
    for line in now.items:
        before = plan.of(line.item.code)
        assert line.earliest_finish_on == before.earliest_finish_on
        assert line.is_estimated is not is_on(before.earliest_finish_on, today)


@given(
    st.dates(date(2004, 1, 1), date(2080, 12, 31)),
    st.integers(0, 700),
    st.sampled_from(Unit),
)
def test_lists_count_as_clocks_do_and_the_way_back_is_the_last_that_arrives(
    start: date, value: int, unit: Unit
) -> None:
    duration = Duration(value % 40 if unit in {Unit.CALENDAR_MONTH, Unit.CALENDAR_YEAR} else value, unit)
    table = day_table(CN)
    end = table.after(start.toordinal(), duration)
    clock = due(CN, start, duration)
    if not (
        unit is Unit.WORKING_DAY and value == 0
    ):  # such a limit rolls past days off; filings do beforehand
        assert clock.due_on == date.fromordinal(end)
    last = table.before(end, duration)
    assert table.after(last, duration) <= end < table.after(last + 1, duration)
    assert last >= start.toordinal()
    assert table.rolled(end) == CN.next_working_day(date.fromordinal(end)).toordinal()
    assert table.rolled_back(table.rolled(end)) == table.rolled(end)
    assert table.count(end) - table.count(start.toordinal()) == CN.count_through(end) - CN.count_through(
        start.toordinal()
    )


def test_a_network_runs_again_with_other_durations_as_a_plan_with_them_would() -> None:
    items = a_random_plan(7, 60)
    network = Network(items, {}, a_frame(), CN)
    dice = random.Random(7)
    for _ in range(20):
        other = dice.choice([i for i in items if i.milestone is None])
        drawn = network.start_of_works(network.run({other.code: lasting(50)}))
        changed = [
            i if i is not other else an_item(i.code, *i.needs, preparation=i.preparation, handling=50)
            for i in items
        ]
        assert drawn == make_schedule(changed, {}, a_frame(), CN).start_on
