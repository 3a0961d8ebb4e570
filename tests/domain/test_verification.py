"""Every tampering is found and named; nothing else is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.digests import DIGESTS
from app.domain.verification import (
    Broken,
    Entry,
    Evidence,
    Judge,
    KnownHead,
    contradicting,
    first_foreign,
)
from tests.tampering import Tampering, a_ledger, chained, head_of, large, rehashed, small

LENGTH = 60


def verdict(entries: Sequence[Entry], head: KnownHead, kept: Sequence[KnownHead] = ()) -> Broken | None:
    """Judge a ledger that lies in memory, as ``events.verifying`` judges one in a database."""
    if (broken := first_foreign(head.ledger_id, kept) or contradicting(kept)) is not None:
        return broken
    ordered = sorted(entries, key=lambda e: e.sequence)
    judge = Judge(head, DIGESTS, kept)
    for entry in ordered:
        if not judge.is_chained(entry):
            return judge.name(
                entry,
                Evidence(
                    next((e for e in ordered if e.sequence == entry.sequence + 1), None),
                    next((e.sequence for e in ordered if e.hash == entry.previous_hash), None),
                    next((e.sequence for e in ordered if e.hash == entry.hash), None),
                ),
            )
        if (broken := judge.check_place(entry)) is not None:
            return broken
    return judge.finish(is_whole=True)


def missed(tamperings: Sequence[Tampering]) -> list[str]:
    found = [(t, verdict(t.entries, t.head, t.kept)) for t in tamperings]
    return [f"{t.name}: {v}, not {t.expected}" for t, v in found if v != t.expected]


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_an_untouched_ledger_is_sound_with_and_without_its_heads(algorithm: str) -> None:
    entries = a_ledger(LENGTH, lambda _: algorithm)
    heads = [head_of(entries[:n]) for n in range(1, LENGTH + 1)]
    assert verdict(entries, head_of(entries)) is None
    assert verdict(entries, head_of(entries), heads) is None
    assert verdict(rehashed(entries), head_of(entries), heads) is None


def test_a_ledger_that_changes_its_algorithm_midway_is_sound() -> None:
    entries = a_ledger(20, lambda n: "sha256" if n < 10 else "sm3")
    assert verdict(entries, head_of(entries)) is None
    assert missed(list(small(entries))) == []


def test_every_small_tampering_is_found_and_rightly_named() -> None:
    tamperings = list(small(a_ledger(LENGTH)))
    assert len(tamperings) > 1200
    assert missed(tamperings) == []


def test_every_large_tampering_is_found_and_rightly_named() -> None:
    tamperings = list(large(a_ledger(LENGTH)))
    assert len(tamperings) > 400
    assert missed(tamperings) == []
    kinds = Counter(t.expected.kind for t in tamperings if t.expected)
    assert len(kinds) == 7


def test_an_end_cut_off_together_with_the_head_is_seen_by_outside_heads_only() -> None:
    entries = a_ledger(LENGTH)
    assert verdict(entries[:40], head_of(entries[:40])) is None
    assert verdict(entries[:40], head_of(entries[:40]), [head_of(entries)]) is not None


def test_a_body_that_is_no_object_is_an_alteration() -> None:
    for body in ("nonsense", "[]", "{}"):
        entries = a_ledger(3)
        entries[2] = chained(replace(entries[2], body=body))
        found = verdict(entries, head_of(entries))
        assert (found and found.sequence, found and found.kind) == (3, "altered")


def test_an_unknown_algorithm_is_an_alteration() -> None:
    entries = a_ledger(3)
    entries[1] = replace(entries[1], algorithm="md5")
    found = verdict(entries, head_of(entries))
    assert (found and found.sequence, found and found.kind) == (2, "altered")


def test_a_part_is_judged_from_the_event_before_it() -> None:
    entries = a_ledger(LENGTH)
    judge = Judge(head_of(entries), DIGESTS, (), entries[29])
    for entry in entries[30:40]:
        assert judge.is_chained(entry)
        assert judge.check_place(entry) is None
    assert judge.finish(is_whole=False) is None
