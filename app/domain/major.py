"""What makes a project major on a day: a list it stands on, or a threshold its investment reaches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from app.domain.vocabulary import ListLevel
from app.errors import Fault, Words

_FEN_PER_WAN_YUAN: Final = 1_000_000
_WAN_PER_YI: Final = 10_000


@dataclass(frozen=True, slots=True)
class Span:
    """A time of validity; the last day belongs to it, and without one it is open."""

    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in it."""
        return self.first <= day and (self.last is None or day <= self.last)

    def meets(self, other: "Span") -> bool:
        """Tell whether the two have a day in common."""
        return (other.last is None or self.first <= other.last) and (
            self.last is None or other.first <= self.last
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """A place on an annual list of major projects."""

    id: str
    level: ListLevel
    list_name: str
    year: int
    span: Span


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least investment (分) that makes a project of an area, and of a class or of any, major."""

    id: str
    area_code: str
    process_class: str | None
    minimum: int
    span: Span


@dataclass(frozen=True, slots=True)
class MajorBasis:
    """Why a project is major on a day, or why not; ``reasons`` say it, the decisive ones first."""

    listings: tuple[str, ...]
    """Ids of the list memberships in force."""
    threshold: str | None
    """Id of the threshold that applies, whether reached or not."""
    reaches_threshold: bool | None
    """None while no threshold applies or the investment is unknown."""
    reasons: tuple[Fault, ...]

    @property
    def is_major(self) -> bool:
        """Tell whether a list or the threshold makes it major."""
        return bool(self.listings) or self.reaches_threshold is True


LISTED: Final = Words(
    "列入 {year} 年{level}名单“{list_name}”。", "It stands on the {level} “{list_name}” of {year}."
)
REACHED: Final = Words(
    "总投资 {investment} 达到 {area} 的重大项目标准 {minimum}。",
    "Its investment of {investment} reaches the threshold of {area}, {minimum}.",
)
BELOW: Final = Words(
    "总投资 {investment} 未达到 {area} 的重大项目标准 {minimum}。",
    "Its investment of {investment} is below the threshold of {area}, {minimum}.",
)
UNKNOWN: Final = Words(
    "总投资未登记，无法与 {area} 的重大项目标准 {minimum} 比较。",
    "Its investment is not known, so it cannot be held against the threshold of {area}, {minimum}.",
)
NO_THRESHOLD: Final = Words(
    "当日没有适用的投资额标准。", "No threshold of investment was in force for it on that day."
)
NOT_LISTED: Final = Words(
    "当日不在任何重大项目名单上。", "It stood on no list of major projects on that day."
)


def threshold_in_force(
    thresholds: Iterable[Threshold], areas: Sequence[str], process_class: str | None, day: date
) -> Threshold | None:
    """Find the threshold that applies to a project; ``areas`` are its own and those above it, nearest first.

    The nearest area that has one decides, and within an area the one of the class before the general one
    (default, not from the standard: the thresholds are the bureau's to give).
    """
    valid = [t for t in thresholds if t.area_code in areas and t.span.holds(day)]
    fitting = [t for t in valid if t.process_class in (None, process_class)]
    return min(
        fitting,
        key=lambda t: (areas.index(t.area_code), t.process_class is None, -t.span.first.toordinal()),
        default=None,
    )


def major_basis(
    listings: Iterable[Listing], threshold: Threshold | None, investment: int | None, day: date
) -> MajorBasis:
    """Say which lists and which threshold make a project major on a day. The investment is in 分.

    A project is major if it stands on a list or reaches the threshold; one that left the list is so no more,
    which does not end the service it is in.
    """
    on_lists = [one for one in listings if one.span.holds(day)]
    reasons = [
        Fault("", "listed", LISTED, {"year": one.year, "level": one.level.words, "list_name": one.list_name})
        for one in on_lists
    ]
    if not on_lists:
        reasons.append(Fault("", "not_listed", NOT_LISTED))
    ids = tuple(one.id for one in on_lists)
    if threshold is None:
        return MajorBasis(ids, None, None, (*reasons, Fault("", "no_threshold", NO_THRESHOLD)))
    facts = {"area": threshold.area_code, "minimum": _amount(threshold.minimum)}
    if investment is None:
        unknown = Fault("", "investment_unknown", UNKNOWN, facts)
        return MajorBasis(ids, threshold.id, None, (*reasons, unknown))
    facts["investment"] = _amount(investment)
    reaches = investment >= threshold.minimum
    code, words = ("threshold_reached", REACHED) if reaches else ("below_threshold", BELOW)
    said = Fault("", code, words, facts)
    ordered = (*reasons, said) if on_lists or not reaches else (said, *reasons)
    return MajorBasis(ids, threshold.id, reaches, ordered)


def _amount(fen: int) -> Words:
    """Say an amount in 万元 and in 亿元, which are confused most easily."""
    wan = Decimal(fen) / _FEN_PER_WAN_YUAN
    yi = wan / _WAN_PER_YI
    return Words(f"{_plain(wan)} 万元（即 {_plain(yi)} 亿元）", f"{_plain(wan)} 万元 ({_plain(yi)} 亿元)")


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
