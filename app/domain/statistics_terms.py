"""What a figure is: its definition, its value as an exact decimal, and why there may be none."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from typing import TYPE_CHECKING, Final, TypeVar

from app.domain.coded import Coded
from app.errors import Words

if TYPE_CHECKING:
    from app.domain.statistics_facts import Facts

T = TypeVar("T")
DEFAULT: Final = Words("默认口径，非出自标准", "default, not from the standard")
Z: Final = 1.959964  # of the normal distribution, for an interval of 95 %
LEAST: Final = 5
"""Fewer evaluations than these are never a figure of their own."""


class FigureUnit(Coded):
    """What a figure is measured in."""

    COUNT = "count", "件（个）", "number"
    PERCENT = "percent", "%", "per cent"
    CALENDAR_DAY = "calendar_day", "日历日", "calendar days"
    WORKING_DAY = "working_day", "工作日", "working days"
    POINT = "point", "分", "points out of 100"


class FigureGap(Coded):
    """Why a figure has no value. It is never shown as 0 or 100 instead."""

    NOTHING_TO_COUNT = "nothing_to_count", "统计期内没有可统计的对象", "nothing to count in the period"
    TOO_FEW = "too_few", "不足 5 件，并入上一级，不单独显示", "fewer than five: part of a larger group"
    MONTH_OPEN = "month_open", "当月尚未结束，次月起统计", "the month is not over yet"
    NOT_BY_THIS = "not_by_this", "为保护当事人，不按此条件统计", "not told by this, to protect people"
    NOT_KEPT = "not_kept", "本期未登记", "nothing of it is kept here"


class FigureGrouping(Coded):
    """What figures can be told by."""

    AREA = "area", "按区域", "by area"
    DEPARTMENT = "department", "按部门", "by department"
    AGENT = "agent", "按代办员", "by agent"
    PROCESS_CLASS = "process_class", "按项目流程类型", "by class of procedure"


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a figure, by a code; ``value`` is in the unit of the parts, a number unless said."""

    code: str
    value: Decimal | None
    n: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a formula gives: a value or why there is none, what it rests on, and its parts.

    ``n`` is the denominator, ``numerator`` what was counted of it; a mean or percentile has n alone.
    """

    value: Decimal | None
    n: int
    numerator: int | None = None
    parts: tuple[Part, ...] = ()
    gap: FigureGap | None = None
    interval: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it was computed, by its definition."""

    code: str
    value: Decimal | None
    n: int
    numerator: int | None
    parts: tuple[Part, ...]
    gap: FigureGap | None
    interval: tuple[Decimal, Decimal] | None
    formula_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A figure's name, formula and source, and the function that is the formula.

    ``needs`` names the facts it is computed from; ``parts`` says what its parts are.
    """

    code: str
    name: Words
    formula: Words
    unit: FigureUnit
    denominator: Words | None
    basis: Words = DEFAULT
    formula_version: int = 1
    parts: Words | None = None
    caveat: Words | None = None
    needs: frozenset[str]
    compute: "Callable[[Facts], Told]"


def counted(number: int, parts: Iterable[Part] = ()) -> Told:
    """Tell a number of things; none is 0 and means that there are none."""
    return Told(Decimal(number), number, number, tuple(parts))


def share(numerator: int, n: int, parts: Iterable[Part] = (), *, interval: bool = False) -> Told:
    """Tell a share in per cent with two places; of nothing there is no share."""
    if n == 0:
        return Told(None, 0, numerator, tuple(parts), FigureGap.NOTHING_TO_COUNT)
    found = wilson(numerator, n) if interval else None
    return Told(percent(numerator, n), n, numerator, tuple(parts), None, found)


def percent(numerator: int, n: int) -> Decimal:
    """Give a share in per cent, rounded half up to two places."""
    return rounded(Decimal(100 * numerator) / Decimal(n), 2)


def rounded(value: Decimal, places: int) -> Decimal:
    """Round half up, as on paper."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def mean(values: Sequence[int]) -> Told:
    """Tell a mean with one place."""
    if not values:
        return Told(None, 0, gap=FigureGap.NOTHING_TO_COUNT)
    return Told(rounded(Decimal(sum(values)) / len(values), 1), len(values))


def median(values: Sequence[Decimal | int]) -> Told:
    """Tell the middle value, or the mean of the two middle ones, with one place."""
    if not values:
        return Told(None, 0, gap=FigureGap.NOTHING_TO_COUNT)
    ordered = [Decimal(value) for value in sorted(values)]
    middle = len(ordered) // 2
    found = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return Told(rounded(found, 1), len(ordered))


def rank(values: Sequence[int], per_cent: int) -> Decimal | None:
    """Give the smallest value that so many per cent of the values do not exceed (nearest rank)."""
    if not values:
        return None
    place = -(-len(values) * per_cent // 100)
    return Decimal(sorted(values)[max(place, 1) - 1])


def percentile(values: Sequence[int], per_cent: int, parts: Iterable[Part] = ()) -> Told:
    """Tell a percentile by nearest rank."""
    found = rank(values, per_cent)
    gap = FigureGap.NOTHING_TO_COUNT if found is None else None
    return Told(found, len(values), None, tuple(parts), gap)


def wilson(numerator: int, n: int) -> tuple[Decimal, Decimal]:
    """Give the 95 % interval of a share in per cent (Wilson 1927); it never leaves 0 to 100."""
    p, square = numerator / n, Z * Z
    middle = (p + square / (2 * n)) / (1 + square / n)
    half = Z / (1 + square / n) * sqrt(p * (1 - p) / n + square / (4 * n * n))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return rounded(Decimal(repr(100 * low)), 2), rounded(Decimal(repr(100 * high)), 2)


def parts_of(things: Iterable[T], code: Callable[[T], str | None]) -> tuple[Part, ...]:
    """Count things by a code, in the order of codes."""
    numbers: dict[str, int] = {}
    for thing in things:
        if (key := code(thing)) is not None:
            numbers[key] = numbers.get(key, 0) + 1
    return tuple(Part(key, Decimal(numbers[key]), numbers[key]) for key in sorted(numbers))
