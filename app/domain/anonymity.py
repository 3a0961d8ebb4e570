"""Keeping the anonymous anonymous: nobody is shown in a group of fewer than five.

Two rules for two moments. ``pass_on`` says which evaluations that wait may be shown, and how coarsely: each
together with at least four others of which it cannot be told apart by area, subject and month. ``merge``
says which cells of a table may be shown, so that neither a cell nor what is left of a total is under five.
Five is a default, not from the standard (domain: cells with n < 5 are suppressed).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

CROWD: Final = 5
MERGED: Final = "merged"
"""The subject of an evaluation that is shown without saying what it was about."""

Path: TypeAlias = tuple[str, ...]
"""A cell by its place, the widest part first: city, county, department."""


@dataclass(frozen=True, slots=True)
class Held:
    """An anonymous first evaluation that waits: what it may say of itself, and the day it was given."""

    id: str
    area_code: str
    subject: str
    given_on: date


@dataclass(frozen=True, slots=True)
class Passed:
    """An evaluation that may be shown now, and as what: it shares all three with at least four others."""

    id: str
    area_code: str
    subject: str
    month: str


@dataclass(frozen=True, slots=True)
class Group:
    """Cells shown as one, with the number of things in them; never the number of one of them."""

    members: tuple[Path, ...]
    count: int

    @property
    def is_merged(self) -> bool:
        """Tell whether it stands for several cells."""
        return len(self.members) > 1


def month_of(day: date) -> str:
    """Name the month of a day."""
    return f"{day.year:04d}-{day.month:02d}"


def is_closed(month: str, today: date) -> bool:
    """Tell whether a month is over: figures exist for such months only."""
    return month < month_of(today)


def pass_on(held: Iterable[Held], parents: Mapping[str, str | None], today: date) -> list[Passed]:
    """Choose what may be shown today, of what was given before today; the rest waits on.

    First by area and subject. When its month is over, what is left goes without its subject, and then from
    area to area above, until there are five. A cell's month is its latest, so that no earlier one changes.
    """
    fine: dict[tuple[str, str], list[Held]] = {}
    for one in held:
        if one.given_on < today:
            fine.setdefault((one.area_code, one.subject), []).append(one)
    passed: list[Passed] = []
    left: dict[str, list[Held]] = {}
    for (area, subject), many in fine.items():
        if len(many) >= CROWD:
            passed += _shown(many, area, subject)
        else:
            over = [one for one in many if is_closed(month_of(one.given_on), today)]
            left.setdefault(area, []).extend(over)
    while left:
        area = max(left, key=lambda code: (_depth(code, parents), code))
        many = left.pop(area)
        above = parents.get(area)
        if len(many) >= CROWD:
            passed += _shown(many, area, MERGED)
        elif many and above is not None:
            left.setdefault(above, []).extend(many)
    return passed


def _shown(many: Sequence[Held], area_code: str, subject: str) -> list[Passed]:
    month = month_of(max(one.given_on for one in many))
    return [Passed(one.id, area_code, subject, month) for one in many]


def _depth(area: str, parents: Mapping[str, str | None]) -> int:
    depth, here = 0, parents.get(area)
    while here is not None:
        depth, here = depth + 1, parents.get(here)
    return depth


def merge(counts: Mapping[Path, int]) -> list[Group]:
    """Merge small cells into the next larger group, so that every group shown has five or none.

    All paths are of one length. Cells under one parent that are under five become one group; is that group
    itself under five, it takes in the smallest other one, so that the parent's total minus what is shown
    gives nobody away. What is still under five goes up to the parents' neighbours. Nothing is shown of a
    table that has fewer than five in all. The groups part the cells: their counts add up to the total.
    """
    if not counts:
        return []
    shown, left = _merged(sorted(counts.items()), depth=len(next(iter(counts))) - 1)
    if left is not None and shown:
        shown, left = _taken_in(shown, left)
    return sorted(shown, key=lambda group: group.members)


def _merged(cells: Sequence[tuple[Path, int]], depth: int) -> tuple[list[Group], Group | None]:
    """Merge within each parent, deepest first; give the groups to show and what is too small to be one."""
    groups = [Group((path,), count) for path, count in cells]
    shown: list[Group] = []
    small = groups
    for length in range(depth, -1, -1):
        by_parent: dict[Path, tuple[list[Group], list[Group]]] = {}
        for group in shown:
            by_parent.setdefault(group.members[0][:length], ([], []))[0].append(group)
        for group in small:
            by_parent.setdefault(group.members[0][:length], ([], []))[1].append(group)
        shown, small = [], []
        for big, few in by_parent.values():
            done, left = _within(big, few)
            shown += done
            small += [left] if left is not None else []
    return shown, small[0] if small else None


def _within(big: list[Group], few: list[Group]) -> tuple[list[Group], Group | None]:
    """Merge the small groups of one parent; give what may be shown, and what has to go further up."""
    enough = [*big, *[group for group in few if group.count >= CROWD]]
    small = [group for group in few if group.count < CROWD]
    if not any(group.count for group in small):  # nobody is in them: there is nobody to hide
        return [*enough, *small], None
    joined = _join(small)
    if joined.count >= CROWD:
        return [*enough, joined], None
    return _taken_in(enough, joined) if enough else ([], joined)


def _taken_in(enough: list[Group], small: Group) -> tuple[list[Group], Group | None]:
    """Let the smallest group that has five take in one that has not."""
    filled = [group for group in enough if group.count >= CROWD]
    if not filled:
        return [group for group in enough if group.count], _join([*enough, small])
    taking = min(filled, key=lambda group: (group.count, group.members))
    return [*[group for group in enough if group is not taking], _join([taking, small])], None


def _join(groups: Sequence[Group]) -> Group:
    members = sorted(path for group in groups for path in group.members)
    return Group(tuple(members), sum(group.count for group in groups))
