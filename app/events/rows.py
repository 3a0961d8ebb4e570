"""From the ledger back to rows: what an event changed, and a table's row as a fold of such changes."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Date

from app.domain.fold import Happening
from app.events.models import Event
from app.query import row_class
from app.table import Moment, Table, rfc3339

T = TypeVar("T", bound=Table)


def happening_of(event: Event) -> Happening:
    """Read an event for the fold."""
    body = json.loads(event.body)
    return Happening(
        sequence=event.sequence,
        id=event.id,
        type=event.type,
        occurred_at=body["occurred_at"],
        recorded_at=rfc3339(event.recorded_at),
        changes=body["changes"],
        facts=body["facts"],
        commitments=body["commitments"],
    )


def row_of(kind: type[T], facts: Mapping[str, Any]) -> T:
    """Make a row of a table from folded values; a column the ledger does not know is None."""
    table = kind.__table__  # type: ignore[attr-defined]
    cells = [_read(column.type, facts.get(column.name)) for column in table.columns]
    return cast("T", row_class(kind)._make(cells))


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
