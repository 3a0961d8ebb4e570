"""Finding events, the ledger's head, and its checkpoints."""

from datetime import datetime
from typing import Any

from sqlalchemy import not_, or_, type_coerce
from sqlalchemy.types import NullType
from sqlmodel import col, func, select

from app.actor import within
from app.events.models import ChainHead, Checkpoint, Event
from app.query import Selection, one_of, query


def _last(project_id: str, column: Any) -> Any:
    return (
        select(column)
        .where(Event.project_id == project_id)
        .order_by(col(Event.project_sequence).desc())
        .limit(1)
        .scalar_subquery()
    )


@query
def lock_head(project_id: str | None) -> Selection[Any]:
    """Lock the ledger's end; with a project, also say where its share ends.

    The project is locked before, so that its last event cannot change while we wait here.
    """
    head = (ChainHead.ledger_id, ChainHead.sequence, ChainHead.hash, ChainHead.recorded_at)
    if project_id is None:
        return select(*head).with_for_update()
    last = (_last(project_id, Event.project_sequence), _last(project_id, Event.hash))
    return select(*head, *last).with_for_update(of=ChainHead)


@query
def project_head(project_id: str) -> Selection[Any]:
    """Say where a project's share of the ledger ends."""
    return (
        select(Event.project_sequence, Event.hash)
        .where(Event.project_id == project_id)
        .order_by(col(Event.project_sequence).desc())
        .limit(1)
    )


@query
def chain_head() -> Selection[ChainHead]:
    """Read the ledger's end."""
    return select(ChainHead)


@query
def ledger_end() -> Selection[Any]:
    """Read the ledger's end and the greatest sequence there is, in one look."""
    last = select(func.max(Event.sequence)).scalar_subquery()
    return select(
        ChainHead.ledger_id, ChainHead.sequence, ChainHead.hash, ChainHead.recorded_at, last.label("last")
    ).order_by(ChainHead.id)


def _as_they_stand() -> Any:
    """Select whole events; SQLite's moments as the texts they are, so that a forged one can be read too."""
    columns = Event.__table__.columns
    moments = {"occurred_at", "recorded_at"}
    return select(*[type_coerce(c, NullType()).label(c.name) if c.name in moments else c for c in columns])


@query
def entries_after(sequence: int, upto: int, limit: int) -> Selection[Any]:
    """Read events in order; the whole ledger, whoever they are about: for those who verify it."""
    place = col(Event.sequence)
    return _as_they_stand().where(place > sequence, place <= upto).order_by(place).limit(limit)


@query
def events_after(sequence: int, limit: int) -> Selection[Event]:
    """Read events in order; the whole ledger, whoever they are about: for the auditor."""
    return select(Event).where(col(Event.sequence) > sequence).order_by(col(Event.sequence)).limit(limit)


@query
def entry_at(sequence: int) -> Selection[Any]:
    """Find an event by its place."""
    return _as_they_stand().where(Event.sequence == sequence)


@query
def place_of_hash(digest: str) -> Selection[int | None]:
    """Tell where an event with this hash stands first; reads the whole ledger."""
    return select(func.min(Event.sequence)).where(Event.hash == digest)


ITEM_TYPES = ("item.", "validity_alarm.", "issue.", "conclusion.", "consultation.", "bad_review.")
"""Beginnings of the types of events about one item, issue or review: its department's, and no other's."""


def _of_items(department: Any) -> list[Any]:
    """Limit a department to its own items' events; those about no item go by its projects."""
    if department is None:
        return []
    about_items = or_(*[col(Event.type).startswith(beginning) for beginning in ITEM_TYPES])
    return [or_(Event.department_code == department, not_(about_items))]


@query
def feed(
    after: int, upto: int, limit: int, types: Any, project_id: str | None,
    areas: Any, department: str | None, owner: str | None, *, but_for: tuple[str, ...],
) -> Selection[Event]:  # fmt: skip
    """Read the events in scope between two places, in order; ``but_for`` are beginnings of types to omit."""
    statement = select(Event).where(
        col(Event.sequence) > after,
        col(Event.sequence) <= upto,
        *within(Event, areas, department, owner),
        *_of_items(department),
        *[~col(Event.type).startswith(beginning) for beginning in but_for],
    )
    if types is not None:
        statement = statement.where(one_of(col(Event.type), types))
    if project_id is not None:
        statement = statement.where(Event.project_id == project_id)
    return statement.order_by(col(Event.sequence)).limit(limit)


@query
def events_of_project(project_id: str, known_at: datetime | None) -> Selection[Event]:
    """Read everything recorded about a project (by then). Whoever may see the project may see all of it."""
    statement = select(Event).where(Event.project_id == project_id)
    if known_at is not None:
        statement = statement.where(col(Event.recorded_at) <= known_at)
    return statement.order_by(col(Event.project_sequence))


@query
def corrections_of_project(project_id: str, kind: str, known_at: datetime | None) -> Selection[Event]:
    """Read the corrections recorded about a project (by then)."""
    statement = select(Event).where(Event.project_id == project_id, Event.type == kind)
    if known_at is not None:
        statement = statement.where(col(Event.recorded_at) <= known_at)
    return statement.order_by(col(Event.project_sequence))


@query
def timeline(
    project_id: str, department: str | None, after: int, limit: int,
    known_at: datetime | None, valid_at: datetime | None, earlier: Any, later: Any,
) -> Selection[Event]:  # fmt: skip
    """Read a page of a project's events, as known and valid then; a department none of others' items.

    ``earlier`` and ``later`` are events whose moment a correction moved before, or behind, ``valid_at``.
    """
    place = col(Event.project_sequence) > after
    statement = select(Event).where(Event.project_id == project_id, place, *_of_items(department))
    if known_at is not None:
        statement = statement.where(col(Event.recorded_at) <= known_at)
    if valid_at is not None:
        was_so = (col(Event.occurred_at) <= valid_at) & ~one_of(col(Event.id), later)
        statement = statement.where(was_so | one_of(col(Event.id), earlier))
    return statement.order_by(col(Event.project_sequence)).limit(limit)


@query
def checkpoints(after: str | None, limit: int) -> Selection[Checkpoint]:
    """Read checkpoints, the oldest first."""
    statement = select(Checkpoint)
    if after is not None:
        statement = statement.where(col(Checkpoint.id) > after)
    return statement.order_by(col(Checkpoint.id)).limit(limit)


@query
def find_checkpoint(checkpoint_id: str) -> Selection[Checkpoint]:
    """Find a checkpoint by id."""
    return select(Checkpoint).where(Checkpoint.id == checkpoint_id)
