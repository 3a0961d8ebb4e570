"""Samples that an auditor can draw again: the same population, seed and size always give the same sample.

Ids are ordered by the SHA-256 of ``seed:id``, and the first are taken; a shell can repeat it. The seed is the
SHA-256 of ``head:sample``: the hash that the event of the draw follows in the ledger, and the id that the
program has given the sample in this moment. The caller knows neither beforehand, so he cannot choose.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

ALGORITHM: Final = "sha256(seed:id), ascending"
SEED_FORMULA: Final = "sha256(head_hash:sample_id)"
SIZE_FORMULA: Final = "N*z^2*p*(1-p) / (e^2*(N-1) + z^2*p*(1-p)), p = 0.5, rounded up"
"""For samples of people asked (similar practice; default, not from the standard)."""
SIZE_GIVEN: Final = "min(size, N)"
QUANTILES: Final = {90: (16448536, 10_000_000), 95: (19599640, 10_000_000), 99: (25758293, 10_000_000)}
"""Quantiles of the normal distribution by confidence in per cent, as fractions: no rounding of floats."""


def seed_of(head_hash: str, sample_id: str) -> str:
    """Fix the seed of a draw by what stands in the ledger before it and by the sample's id."""
    return sha256(f"{head_hash}:{sample_id}".encode()).hexdigest()


def draw(population: Iterable[str], seed: str, size: int) -> tuple[str, ...]:
    """Draw a sample without replacement; all, when there are not more than asked for."""
    ordered = sorted(set(population), key=lambda each: (sha256(f"{seed}:{each}".encode()).digest(), each))
    return tuple(ordered[:size])


def population_digest(population: Iterable[str]) -> str:
    """Digest a population: its ids in order, one a line."""
    return sha256("\n".join(sorted(set(population))).encode()).hexdigest()


def sample_size(number: int, confidence: int, margin: int) -> int:
    """Tell how many of ``number`` to ask, for a confidence and a margin of error in per cent; rounded up."""
    if number == 0:
        return 0
    above, below = QUANTILES[confidence]
    # n = N·k / (e²·(N−1) + k) with k = z²/4; both sides times 10000·4·below²
    k = above * above * 10_000
    spread = margin * margin * 4 * below * below * (number - 1)
    return -(-number * k // (spread + k))
