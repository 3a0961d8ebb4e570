"""What statistics can be asked, from within: by the endpoint, by reports, by the board."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.statistics_facts import Place
from app.domain.statistics_terms import Figure, FigureGrouping


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Which figures, of what, for which days; both days count.

    ``known_at`` is a moment or a sequence of the ledger; None is now. ``codes`` None asks for every figure.
    ``as_of`` is the day as of which a sequence was known, where it is not that of its event.
    """

    from_on: date
    to_on: date
    area_code: str | None = None
    department_code: str | None = None
    agent: str | None = None
    process_class: str | None = None
    known_at: datetime | int | None = None
    as_of: date | None = None
    codes: tuple[str, ...] | None = None
    group_by: FigureGrouping | None = None

    @property
    def is_narrowed(self) -> bool:
        """Tell whether less than an area is asked about."""
        return not (self.department_code is self.agent is self.process_class is None)

    def keeps(self, place: Place) -> bool:
        """Tell whether a fact of this place is asked about; areas are chosen when rows are read."""
        return (
            (self.department_code is None or self.department_code in place.departments)
            and (self.agent is None or self.agent == place.agent)
            and (self.process_class is None or self.process_class == place.process_class)
        )


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """The figures of one group; ``key`` is None for everything asked, or for what has no key."""

    key: str | None
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Figures, and what was known when they were computed. ``as_of`` is the office's date of it."""

    sequence: int
    as_of: date
    groups: tuple[FigureGroup, ...]
