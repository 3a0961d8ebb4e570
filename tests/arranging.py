"""Puts a project straight into a state, by rows and one event as any act does: for tests of what follows."""

from datetime import datetime
from typing import Any

from app.actor import Actor
from app.database import Database
from app.domain.standing import Role
from app.events.service import record
from app.projects.queries import lock_project, stamp_of
from app.projects.service import change_standing
from tests.builders import CITY, QIDONG, RUGAO

SYSTEM = "00000000-0000-7000-8000-000000000000"


async def arrange(
    database: Database, at: datetime, project_id: str, project: dict[str, Any], **standing: Any
) -> None:
    """Set columns of a project and of its standing; the deadline follows from them."""
    actor = Actor(at, SYSTEM, Role.ADMIN, (CITY, QIDONG, RUGAO), person_key="system")
    async with database.write() as session:
        found, row = await lock_project(session, actor, project_id)
        if project:
            found = await session.change(found, **project)
        await change_standing(session, (found, row), **(standing or {"confirmations": []}))
        await record(session, actor, "project.arranged", stamp_of(found))
