"""Nobody is shown in a group of fewer than five: by hand, and against attackers who subtract."""

import uuid
from collections import Counter
from datetime import date, timedelta
from itertools import combinations, count

from hypothesis import given
from hypothesis import strategies as st

from app.clock import random_id
from app.domain.anonymity import CROWD, MERGED, Held, Passed, is_closed, merge, month_of, pass_on

PARENTS = {"32": None, "3206": "32", "a": "3206", "b": "3206", "c": "3206"}
MARCH, APRIL = date(2026, 3, 10), date(2026, 4, 1)


def held(number: int, area: str = "a", subject: str = "accept", on: date = MARCH) -> list[Held]:
    return [Held(f"{area}-{subject}-{on}-{n}", area, subject, on) for n in range(number)]


def as_told(passed: list[Passed]) -> Counter[tuple[str, str, str]]:
    return Counter((p.area_code, p.subject, p.month) for p in passed)


def test_four_wait_and_five_are_passed_on_the_next_day() -> None:
    next_day = MARCH + timedelta(days=1)
    assert pass_on(held(4), PARENTS, next_day) == []
    assert pass_on(held(5), PARENTS, MARCH) == []
    assert as_told(pass_on(held(5), PARENTS, next_day)) == {("a", "accept", "2026-03"): 5}


def test_small_ones_wait_for_the_end_of_the_month_and_then_go_without_their_subject() -> None:
    few = held(3) + held(2, subject="complete")
    assert pass_on(few, PARENTS, date(2026, 3, 31)) == []
    assert as_told(pass_on(few, PARENTS, APRIL)) == {("a", MERGED, "2026-03"): 5}


def test_what_is_too_little_for_an_area_goes_to_the_one_above() -> None:
    few = held(3, "a") + held(2, "b", "complete")
    assert as_told(pass_on(few, PARENTS, APRIL)) == {("3206", MERGED, "2026-03"): 5}
    assert pass_on(few[:4], PARENTS, APRIL) == []


def test_an_area_with_enough_does_not_carry_its_neighbours() -> None:
    told = as_told(pass_on(held(5, "a") + held(2, "b"), PARENTS, APRIL))
    assert told == {("a", "accept", "2026-03"): 5}


def test_what_had_to_wait_counts_in_the_month_it_found_company_in() -> None:
    mixed = held(3, on=MARCH) + held(2, on=date(2026, 4, 3))
    assert as_told(pass_on(mixed, PARENTS, date(2026, 4, 4))) == {("a", "accept", "2026-04"): 5}


def test_the_month_of_today_is_not_closed() -> None:
    assert not is_closed("2026-03", date(2026, 3, 31))
    assert is_closed("2026-03", APRIL)
    assert not is_closed("2026-12", date(2026, 12, 31))
    assert month_of(date(2026, 12, 31)) == "2026-12"


WAITING = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["accept", "complete"]), st.integers(0, 80)),
    max_size=60,
)


@given(WAITING)
def test_whatever_is_passed_on_on_whichever_day_shares_all_with_four_others(
    told: list[tuple[str, str, int]],
) -> None:
    """Day after day as the worker does it: every batch holds groups of five, and nothing twice."""
    first, ids = date(2026, 2, 1), count()
    waiting = [Held(str(next(ids)), area, s, first + timedelta(days=d)) for area, s, d in told]
    every: list[str] = []
    for number in range(120):
        today = first + timedelta(days=number)
        batch = pass_on([w for w in waiting if w.given_on <= today], PARENTS, today)
        assert all(n >= CROWD for n in as_told(batch).values())
        assert all(not is_closed(p.month, today - timedelta(days=31)) for p in batch)
        gone = {p.id for p in batch}
        every += sorted(gone)
        waiting = [w for w in waiting if w.id not in gone]
    assert len(every) == len(set(every))
    assert len(waiting) < CROWD or not told


def shown(counts: dict[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    return {tuple("/".join(path) for path in g.members): g.count for g in merge(counts)}


def test_cells_of_five_are_shown_as_they_are() -> None:
    assert shown({("n", "a"): 5, ("n", "b"): 7}) == {("n/a",): 5, ("n/b",): 7}


def test_two_small_cells_become_one_group() -> None:
    assert shown({("n", "a"): 3, ("n", "b"): 2, ("n", "c"): 9}) == {("n/a", "n/b"): 5, ("n/c",): 9}


def test_one_small_cell_is_taken_in_by_the_smallest_other_for_the_total_would_give_it_away() -> None:
    assert shown({("n", "a"): 2, ("n", "b"): 8, ("n", "c"): 6}) == {("n/a", "n/c"): 8, ("n/b",): 8}


def test_a_small_parent_goes_to_its_neighbour() -> None:
    counts = {("x", "a"): 1, ("x", "b"): 2, ("y", "a"): 6, ("y", "b"): 9}
    assert shown(counts) == {("x/a", "x/b", "y/a"): 9, ("y/b",): 9}


def test_fewer_than_five_in_all_are_not_shown() -> None:
    assert shown({("x", "a"): 4, ("y", "a"): 0}) == {}
    assert shown({}) == {}
    assert shown({("x",): 4}) == {}


def test_empty_cells_hide_nobody_and_may_be_shown() -> None:
    assert shown({("n", "a"): 0, ("n", "b"): 5}) == {("n/a",): 0, ("n/b",): 5}


TABLE = st.dictionaries(
    st.tuples(st.sampled_from("xyz"), st.sampled_from("abc"), st.sampled_from("12")),
    st.integers(0, 12),
    max_size=18,
)


@given(TABLE)
def test_no_sum_or_difference_of_what_is_shown_isolates_fewer_than_five(
    table: dict[tuple[str, ...], int],
) -> None:
    """An attacker adds and subtracts groups and the total; every set of cells he gets has none or five."""
    groups = merge(table)
    members = [path for group in groups for path in group.members]
    total = sum(table.values())
    if not groups:
        assert total < CROWD
        return
    assert len(members) == len(set(members))
    assert set(members) == set(table)
    assert sum(g.count for g in groups) == total
    for group in groups:
        assert group.count == sum(table[p] for p in group.members)
        assert group.count == 0 or group.count >= CROWD
        assert group.is_merged == (len(group.members) > 1)
    for size in (1, 2):
        for some in combinations(groups, size):
            rest = total - sum(g.count for g in some)
            assert rest == 0 or rest >= CROWD


def test_a_random_id_is_a_uuid_that_tells_no_moment() -> None:
    ids = {uuid.UUID(random_id()) for _ in range(200)}
    assert len(ids) == 200
    assert {(i.version, i.variant) for i in ids} == {(4, uuid.RFC_4122)}
    assert len({i.time_low >> 24 for i in ids}) > 50
