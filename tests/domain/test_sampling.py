"""Samples: the same again for the same seed, by a rule that a shell can repeat; sizes by the formula."""

from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sampling import draw, population_digest, sample_size

IDS = st.lists(st.text("abcdef0123456789-", min_size=1, max_size=12), max_size=40)


@given(IDS, st.text("0123456789abcdef", min_size=1), st.integers(0, 50))
def test_a_sample_is_the_first_ones_by_the_digest_of_seed_and_id(
    ids: list[str], seed: str, size: int
) -> None:
    drawn = draw(ids, seed, size)
    digests = {each: sha256(f"{seed}:{each}".encode()).hexdigest() for each in ids}
    assert list(drawn) == sorted(digests, key=lambda each: digests[each])[:size]
    assert draw(reversed(ids), seed, size) == drawn
    assert population_digest(ids) == population_digest(reversed(ids * 2))


def test_another_seed_draws_another_sample() -> None:
    ids = [str(number) for number in range(100)]
    assert len({draw(ids, seed, 10) for seed in ("a", "b", "c")}) == 3


@pytest.mark.parametrize(
    ("number", "confidence", "margin", "expected"),
    [
        (0, 95, 5, 0), (1, 95, 5, 1), (100, 95, 5, 80), (1000, 95, 5, 278), (10_000, 95, 5, 370),
        (100, 90, 10, 41), (100, 99, 1, 100),
    ],
)  # fmt: skip
def test_the_size_follows_the_formula(number: int, confidence: int, margin: int, expected: int) -> None:
    assert sample_size(number, confidence, margin) == expected


@given(st.integers(1, 100_000), st.sampled_from([90, 95, 99]), st.integers(1, 50))
def test_the_size_is_the_formula_rounded_up_and_never_more_than_there_are(
    number: int, confidence: int, margin: int
) -> None:
    z = {90: Fraction("1.6448536"), 95: Fraction("1.9599640"), 99: Fraction("2.5758293")}[confidence]
    k = z * z / 4
    exact = number * k / (Fraction(margin, 100) ** 2 * (number - 1) + k)
    assert exact <= sample_size(number, confidence, margin) < exact + 1
    assert 1 <= sample_size(number, confidence, margin) <= number
