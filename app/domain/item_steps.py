"""What happens to an item case, as the rules read it: steps, pauses and extensions."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.durations import Duration, Pause
from app.domain.items import ItemAct, ItemState, SpecialKind
from app.domain.readiness import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One action or report, with what it tells; ``on`` is the office's day of ``at``."""

    number: int
    code: ItemState | ItemAct
    at: datetime
    on: date
    source_sequence: int | None = None
    is_report: bool = False
    is_late: bool = False
    """Became known more than a day after it happened."""
    special_kind: SpecialKind | None = None
    expected: Duration | None = None
    extension: int = 0
    renewal: int = 0
    is_after_start: bool = False
    """Renews what the start of works had used up, as was known when it was told."""
    document_number: str | None = None
    document_on: date | None = None
    supplement_due_on: date | None = None
    demanded: frozenset[str] = frozenset()
    """Materials that a correction notice asks for."""
    told: Told | None = None
    """What a readiness check has found."""

    @property
    def place(self) -> tuple[datetime, int, int]:
        """Where it stands among the steps of its case."""
        return self.at, -1 if self.source_sequence is None else self.source_sequence, self.number


@dataclass(frozen=True, slots=True)
class NamedPause:
    """Days that do not count, and why; ``is_automatic`` when no step ended it but what came after."""

    kind: SpecialKind
    starts_on: date
    ends_on: date | None
    expected: Duration | None
    is_late: bool
    is_automatic: bool
    ended_at: datetime | None

    @property
    def pause(self) -> Pause:
        """Give the days alone."""
        return Pause(self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension as it was granted, in the unit of the limit; whether it counts is the clock's question."""

    value: int
    on: date
