"""Which calendar would apply where, were a draft in force: areas' exceptions lie over the national one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from app.calendars.models import CalendarVersion
from app.calendars.queries import NATIONAL, built_from, governing
from app.domain.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Successor:
    """A version that comes into force: the draft, or an area's exceptions laid anew over what changed below.

    ``row`` is the draft itself, or the version whose exceptions go on.
    """

    row: CalendarVersion
    number: int
    parent_number: int | None
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Composition:
    """The versions that come into force together, the lowest first, and where each applies."""

    successors: tuple[Successor, ...]
    areas: Mapping[str, WorkCalendar]
    """Every area whose calendar changes, with its new one."""


def compose(
    active: Iterable[CalendarVersion],
    built: Mapping[str, WorkCalendar],
    draft: CalendarVersion,
    parents: Mapping[str, str | None],
    next_number: int,
) -> Composition:
    """Say what the activation of a draft brings into force. ``built`` are the calendars in force, by code.

    Exceptions keep their days when the calendar below them changes, as a version of their own.
    """
    rows = {row.code: row for row in active} | {draft.code: draft}
    calendars = dict(built)
    found: list[Successor] = []
    numbers = count(next_number)
    for code in _from_above(rows, parents):
        row = rows[code]
        below = None if code == NATIONAL else calendars[_code_below(code, rows, parents)]
        if row is not draft and (below is None or below.version == row.parent_number):
            continue
        number = draft.number if row is draft else next(numbers)
        calendars[code] = built_from(row.document, code, number, below)
        found.append(Successor(row, number, None if below is None else below.version, calendars[code]))
    renewed = {successor.row.code for successor in found}
    applied = {area: governing(area, rows, parents) for area in parents}
    areas = {area: calendars[code] for area, code in applied.items() if code in renewed}
    return Composition(tuple(found), areas)


def _from_above(rows: Mapping[str, CalendarVersion], parents: Mapping[str, str | None]) -> Iterator[str]:
    """Give the codes so that each comes after the one it is laid over."""

    def depth(code: str) -> int:
        return 0 if code == NATIONAL else 1 + depth(_code_below(code, rows, parents))

    yield from sorted(rows, key=lambda code: (depth(code), code))


def _code_below(code: str, rows: Mapping[str, CalendarVersion], parents: Mapping[str, str | None]) -> str:
    above = parents.get(code)
    return NATIONAL if above is None else governing(above, rows, parents)
