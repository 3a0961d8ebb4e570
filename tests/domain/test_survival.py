"""How long things take when some still run: a second way of counting, and draws that keep to the curve."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.survival import Curve, Lasted, curve_of

observations = st.lists(st.builds(Lasted, st.integers(0, 60), st.booleans()), min_size=1, max_size=40).filter(
    lambda lasted: any(each.is_over for each in lasted)
)


def over(*days: int) -> list[Lasted]:
    return [Lasted(each, is_over=True) for each in days]


def running(*days: int) -> list[Lasted]:
    return [Lasted(each, is_over=False) for each in days]


def redistributed(lasted: list[Lasted]) -> dict[int, Fraction]:
    """The oracle: each one that runs hands its weight to those that lasted longer (Efron 1967)."""
    last, half = max(each.days for each in lasted), Fraction(1, 2)
    line = sorted([(each.days, not each.is_over, Fraction(1)) for each in lasted] + [(last, True, half)])
    weights = [weight / (len(lasted) + half) for *_, weight in line]
    ended: dict[int, Fraction] = {}
    for place, (days, still_runs, _) in enumerate(line):
        later = sum(weights[place + 1 :])
        if not still_runs:
            ended[days] = ended.get(days, Fraction(0)) + weights[place]
        elif later:
            grown = 1 + weights[place] / later
            weights[place + 1 :] = [weight * grown for weight in weights[place + 1 :]]
    return ended


@given(observations)
def test_the_curve_is_the_one_found_by_handing_on_the_weight_of_what_still_runs(lasted: list[Lasted]) -> None:
    curve, ended = curve_of(lasted), redistributed(lasted)
    left = Fraction(1)
    for days in range(max(each.days for each in lasted)):
        left -= ended.get(days, Fraction(0))
        assert curve.longer_than(days) == pytest.approx(float(left))


@given(observations, st.integers(0, 100))
def test_what_still_runs_never_makes_the_others_look_quicker(lasted: list[Lasted], days: int) -> None:
    longest = max(each.days for each in lasted)
    more = curve_of([*lasted, Lasted(longest, is_over=False)])
    assert more.longer_than(days) >= curve_of(lasted).longer_than(days) - 1e-12


@given(observations)
def test_a_longer_time_is_never_likelier_and_never_impossible(lasted: list[Lasted]) -> None:
    shares = [curve_of(lasted).longer_than(days) for days in range(0, 150, 3)]
    assert all(a >= b - 1e-12 and b > 0 for a, b in pairwise(shares))


def test_the_next_may_take_longer_than_all_seen() -> None:
    curve = curve_of(over(*range(1, 10)))
    assert curve.longer_than(9) == pytest.approx(0.5 / 9.5)
    assert curve.longer_than(8) == pytest.approx(1.5 / 9.5)
    assert curve.longer_than(18) == pytest.approx((0.5 / 9.5) ** 2)  # the tail falls as fast as the whole


def drawn(curve: Curve, after: int | None = None) -> list[int]:
    return [curve.draw((n + 0.5) / 10_000, after) for n in range(10_000)]


@given(observations)
def test_draws_keep_to_the_curve(lasted: list[Lasted]) -> None:
    curve = curve_of(lasted)
    found = [curve.draw((n + 0.5) / 200) for n in range(200)]
    for days in (0, 5, 20, 60, 90):
        assert sum(each > days for each in found) / 200 == pytest.approx(curve.longer_than(days), abs=0.006)


@given(observations, st.integers(0, 90), st.integers(1, 40))
def test_what_has_run_for_a_while_is_compared_with_those_that_ran_as_long(
    lasted: list[Lasted], after: int, more: int
) -> None:
    curve = curve_of(lasted)
    found = [curve.draw((n + 0.5) / 200, after) for n in range(200)]
    assert min(found) > after
    wanted = curve.longer_than(after + more) / curve.longer_than(after)
    assert sum(each > after + more for each in found) / 200 == pytest.approx(wanted, abs=0.006)


def test_a_case_that_runs_far_beyond_all_others_is_still_expected_to_end() -> None:
    curve = curve_of(over(*[1] * 10))
    assert set(drawn(curve, 5000)) <= set(range(5001, 5010))


def test_the_sample_is_told() -> None:
    curve = curve_of(over(3, 4, 5) + running(1, 9))
    assert (curve.over, curve.running, curve.end) == (3, 2, 9)
