"""Finding events and the ledger's head."""

from typing import Any

from sqlmodel import col, select

from app.events.models import ChainHead, Event
from app.query import Selection, query


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
