"""State is a fold of the ledger: what the rows of any table were, from the events that changed them.

Moments are texts as the ledger writes them (RFC 3339 in UTC with six digits), so they compare as they stand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

CORRECTION: Final = "correction.approved"  # facts: corrects, occurred_at (or null), set (changes put right)

Key = tuple[str, str]  # table, id of the row
Rows = dict[Key, dict[str, Any]]
Change = Mapping[str, Any]  # table, id, and set: new values by column, or None when the row was removed


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as a fold sees it."""

    sequence: int
    id: str
    type: str
    occurred_at: str
    recorded_at: str
    changes: Sequence[Change]
    facts: Mapping[str, Any]
    commitments: Mapping[str, str]  # to private values, by their ids


def fold(happenings: Iterable[Happening], rows: Rows | None = None) -> Rows:
    """Apply the changes of events, in the order given, to the rows so far; the rows so far are changed."""
    rows = {} if rows is None else rows
    for happening in happenings:
        for change in happening.changes:
            key = (change["table"], change["id"])
            if change["set"] is None:
                rows.pop(key, None)
            else:
                rows.setdefault(key, {}).update(change["set"])
    return rows


def known(happenings: Iterable[Happening], known_at: str | None) -> list[Happening]:
    """Keep what had been recorded by then; everything when no moment is named."""
    return [h for h in happenings if known_at is None or h.recorded_at <= known_at]


def put_right(happenings: Sequence[Happening]) -> list[Happening]:
    """Give corrected events their right facts; the corrections stay where they are. Later ones win."""
    right = {h.id: h for h in happenings}
    for correction in happenings:
        wrong = right.get(correction.facts.get("corrects", "")) if correction.type == CORRECTION else None
        if wrong is not None:
            right[wrong.id] = replace(
                wrong,
                occurred_at=correction.facts.get("occurred_at") or wrong.occurred_at,
                changes=_merged(wrong.changes, correction.facts.get("set") or ()),
            )
    return [right[h.id] for h in happenings]


def _merged(changes: Sequence[Change], right: Sequence[Change]) -> list[Change]:
    """Lay the right values over the recorded ones, row by row."""
    merged: dict[Key, dict[str, Any]] = {(c["table"], c["id"]): dict(c) for c in changes}
    for change in right:
        key = (change["table"], change["id"])
        before = merged.get(key, {}).get("set")
        values = change["set"] if change["set"] is None else {**(before or {}), **change["set"]}
        merged[key] = {"table": key[0], "id": key[1], "set": values}
    return list(merged.values())


def as_of(
    happenings: Sequence[Happening], *, known_at: str | None = None, valid_at: str | None = None
) -> list[Happening]:
    """Choose and order the events that answer for a moment; ``happenings`` come in the ledger's order.

    ``known_at`` alone gives the ledger as it stood then, wrong entries included. ``valid_at`` gives what was
    the case then, by the right moments of occurrence, using everything known (by ``known_at``).
    """
    heard = known(happenings, known_at)
    if valid_at is None:
        return heard
    placed = sorted(_placed(put_right(heard)), key=lambda pair: (pair[0], pair[1].sequence))
    return [h for place, h in placed if place <= valid_at]


def _placed(happenings: Sequence[Happening]) -> Iterable[tuple[str, Happening]]:
    """Place events in time by their occurrence, but none before the row it changes began to exist.

    A removal stands after everything recorded before it about the row; so does a row that begins anew.
    """
    births: dict[Key, str] = {}
    latest: dict[Key, str] = {}
    for happening in happenings:
        place = happening.occurred_at
        for change in happening.changes:
            key = (change["table"], change["id"])
            place = max(place, (latest if change["set"] is None else births).get(key, ""))
        for change in happening.changes:
            key = (change["table"], change["id"])
            if change["set"] is None:
                births[key] = place
            births.setdefault(key, place)
            latest[key] = max(latest.get(key, ""), place)
        yield place, happening
