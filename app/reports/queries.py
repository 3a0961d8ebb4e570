"""Reading what a report lists: the ledger at its place, areas as they were called then, late entries."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, func, select

from app.actor import within
from app.domain.fold import CORRECTION
from app.domain.vocabulary import EntryMode
from app.events.models import Event
from app.query import Selection, one_of, query

_BACK_ENTERED = f'%"entry_mode":"{EntryMode.BACK_ENTERED.value}"%'
_NAMING = ('%"table":"project"%', '%"table":"item_case"%')


@query
def last_until(moment: datetime) -> Selection[int | None]:
    """Read the last place of the ledger recorded by a moment."""
    return select(func.max(Event.sequence)).where(col(Event.recorded_at) <= moment)


@query
def recorded_at(sequence: int) -> Selection[datetime]:
    """Read when an event was recorded."""
    return select(Event.recorded_at).where(Event.sequence == sequence)


@query
def areas_until(sequence: int) -> Selection[Event]:
    """Read the events that made and changed areas, until a place in the ledger."""
    is_about_areas = or_(col(Event.type) == "installation.furnished", col(Event.type).startswith("area."))
    return select(Event).where(is_about_areas, Event.sequence <= sequence).order_by(col(Event.sequence))


def _late(
    after: int, upto: int, before: datetime, areas: Any, department: str | None, owner: str | None
) -> Any:
    entered_back = col(Event.body).like(_BACK_ENTERED)
    return (
        col(Event.sequence) > after,
        col(Event.sequence) <= upto,
        col(Event.project_id).is_not(None),
        or_(col(Event.occurred_at) < before, entered_back, col(Event.type) == CORRECTION),
        *within(Event, areas, department, owner),
    )


@query
def late_entries(
    after: int, upto: int, before: datetime, limit: int,
    areas: Any, department: str | None, owner: str | None,
) -> Selection[Event]:  # fmt: skip
    """Read what was recorded between two places and happened before a moment, or was entered back."""
    clauses = _late(after, upto, before, areas, department, owner)
    return select(Event).where(*clauses).order_by(col(Event.sequence)).limit(limit)


@query
def late_total(
    after: int, upto: int, before: datetime, areas: Any, department: str | None, owner: str | None
) -> Selection[int]:
    """Count them."""
    return (
        select(func.count()).select_from(Event).where(*_late(after, upto, before, areas, department, owner))
    )


@query
def naming_events(
    upto: int, project_ids: Any, areas: Any, department: str | None, owner: str | None
) -> Selection[Event]:
    """Read the events that named some projects and their items, until a place in the ledger."""
    names = or_(*[col(Event.body).like(table) for table in _NAMING])
    return (
        select(Event)
        .where(
            one_of(col(Event.project_id), project_ids),
            Event.sequence <= upto,
            names,
            *within(Event, areas, department, owner),
        )
        .order_by(col(Event.sequence))
    )
