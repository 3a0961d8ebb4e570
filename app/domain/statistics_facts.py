"""The facts figures are computed from. The tables and a fold of the ledger give the same."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from app.domain.statistics_terms import FigureGrouping


class Place(NamedTuple):
    """What a fact can be told by. A project has several departments, an item one."""

    area: str
    departments: tuple[str, ...] = ()
    agent: str | None = None
    process_class: str | None = None

    def keys(self, by: FigureGrouping) -> tuple[str | None, ...]:
        """Name the groups it belongs to."""
        if by is FigureGrouping.DEPARTMENT:
            return self.departments or (None,)
        return (getattr(self, by.value),)


class ProjectFact(NamedTuple):
    """A project, its first baseline, frozen on ``frozen_on``, and its start; registered on ``entered_on``."""

    place: Place
    entered_on: date
    baseline_on: date | None
    started_on: date | None
    frozen_on: date | None = None


class VisitFact(NamedTuple):
    """A stay in a stage that has ended, in working days of the project's area."""

    place: Place
    stage: str
    left_on: date
    days: int


class CaseFact(NamedTuple):
    """An item case. ``decided_on`` is None for what was given up by the applicant; ``closed_on`` is not.

    ``days`` are the working days from filing to decision. Clocks that have not begun have no due day.
    """

    place: Place
    approval_stage: int
    is_departments: bool
    filed_on: date | None
    decided_on: date | None
    closed_on: date | None
    days: int | None
    statutory_due_on: date | None
    promised_due_on: date | None
    findings: tuple[str, ...]
    days_since_withdrawal: int | None
    """Of a new round after one that was given up: calendar days in between."""


class PauseFact(NamedTuple):
    """The working days of a decided case, and how many of them did not count, by why."""

    place: Place
    decided_on: date
    elapsed: int
    special: int
    correction: int
    either: int


class EntryFact(NamedTuple):
    """Steps of a project or item that were entered, reported or imported; one, if entered afterwards.

    Of several together ``recorded_on`` is some day of the period they were counted for. ``lag`` is the time
    from what happened until it was recorded, of one that was entered afterwards.
    """

    place: Place
    mode: str
    recorded_on: date
    number: int = 1
    lag: timedelta | None = None


class CorrectionFact(NamedTuple):
    """A correction that was proposed; ``decided_on`` is None while it is open."""

    place: Place
    proposed_on: date
    decided_on: date | None
    state: str


class ReuseFact(NamedTuple):
    """A filing, with the number of its materials that an earlier filing of the project had used."""

    place: Place
    filed_on: date
    reused: int
    used: int


class EvaluationFact(NamedTuple):
    """A first evaluation; only a named one tells more than its area."""

    place: Place
    month: str
    level: str
    circle: frozenset[str] | None
    """Of one that is not named: the areas whose figures must have it together, or none of them."""

    @property
    def is_named(self) -> bool:
        """Tell whether its rater has given his name."""
        return self.circle is None


class SilenceFact(NamedTuple):
    """An occurrence nobody has evaluated, in an area that counts silence as an evaluation by default."""

    place: Place
    counted_on: date


class BadReviewFact(NamedTuple):
    """A bad review. ``is_in_time`` is None while its time to reply still runs or has not begun."""

    place: Place
    opened_on: date
    is_named: bool
    is_valid: bool
    is_replied: bool
    is_put_right: bool
    is_called_back: bool
    is_in_time: bool | None
    root_cause: str | None
    ruled_by: str | None
    """Who ruled that it does not count."""
    state: str


class ComplaintFact(NamedTuple):
    """A complaint. ``is_in_time`` is None while its time still runs."""

    place: Place
    lodged_on: date
    channel: str
    ground: str
    is_accepted: bool
    is_on_the_spot: bool
    decision: str | None
    level: str | None
    is_in_time: bool | None
    is_duplicate: bool


class FollowUpFact(NamedTuple):
    """A follow-up that was settled: whether the owner was reached, and how satisfied he was."""

    place: Place
    settled_on: date
    is_reached: bool
    level: str | None


class LoadFact(NamedTuple):
    """A project under way that an agent serves, with the open items of it."""

    project: str
    place: Place
    role: str
    open_items: int
    red_items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything figures are computed from, and the period they are computed for; both days count.

    ``as_of`` is the day on which it was known; what had not happened by then is open.
    """

    from_on: date
    to_on: date
    as_of: date
    areas: frozenset[str]
    """What is asked about; a group by area is of one area."""
    is_narrowed: bool = False
    """Told of a department, an agent or a class only: then evaluations that are not named stay out."""
    tells_complaints: bool = True
    """Not by agent or class: a complaint carries neither, and none would be no answer but a wrong one."""
    projects: tuple[ProjectFact, ...] = ()
    visits: tuple[VisitFact, ...] = ()
    cases: tuple[CaseFact, ...] = ()
    pauses: tuple[PauseFact, ...] = ()
    entries: tuple[EntryFact, ...] = ()
    corrections: tuple[CorrectionFact, ...] = ()
    reuses: tuple[ReuseFact, ...] = ()
    evaluations: tuple[EvaluationFact, ...] = ()
    silences: tuple[SilenceFact, ...] = ()
    bad_reviews: tuple[BadReviewFact, ...] = ()
    complaints: tuple[ComplaintFact, ...] = ()
    follow_ups: tuple[FollowUpFact, ...] = ()
    loads: tuple[LoadFact, ...] = ()

    def has(self, day: date | None) -> bool:
        """Tell whether a day lies in the period."""
        return day is not None and self.from_on <= day <= self.to_on

    @property
    def through(self) -> date:
        """The last day of the period that is known of."""
        return min(self.to_on, self.as_of)


KINDS = tuple(field.name for field in fields(Facts) if field.default == ())


def where(facts: Facts, keeps: Callable[[Place], bool]) -> Facts:
    """Keep the facts of some places."""
    kept: dict[str, Any] = {
        kind: tuple([each for each in getattr(facts, kind) if keeps(each.place)])
        for kind in KINDS
        if getattr(facts, kind)
    }
    return replace(facts, is_narrowed=True, **kept)


def grouped(facts: Facts, by: FigureGrouping) -> dict[str | None, Facts]:
    """Divide the facts into groups, in the order of their keys; what has no key comes last."""
    found: dict[str | None, dict[str, list[Any]]] = {}
    for kind in KINDS:
        for each in getattr(facts, kind):
            for key in each.place.keys(by):
                found.setdefault(key, {}).setdefault(kind, []).append(each)
    empty: dict[str, Any] = dict.fromkeys(KINDS, ())
    is_by_area = by is FigureGrouping.AREA
    by_place = by in {FigureGrouping.AREA, FigureGrouping.DEPARTMENT}
    return {
        key: replace(
            facts,
            areas=frozenset({key or ""}) if is_by_area else facts.areas,
            is_narrowed=facts.is_narrowed or not is_by_area,
            tells_complaints=facts.tells_complaints and (by_place or key is None),
            **(empty | {kind: tuple(many) for kind, many in found[key].items()}),
        )
        for key in sorted(found, key=lambda key: (key is None, key or ""))
    }


def only(things: Iterable[Any], facts: Facts, day: str) -> list[Any]:
    """Keep what happened in the period, by the day of that name."""
    return [thing for thing in things if facts.has(getattr(thing, day))]
