"""What is really in the database after a fault."""

from typing import Any

from sqlmodel import select

from app.database import Database
from app.query import Selection, query
from app.stages.models import StageTransition


@query
def _event_ids() -> Selection[Any]:
    return select(StageTransition.event_id)


async def steps_by_event(database: Database) -> set[str]:
    return set(await database.reader.all(_event_ids()))
