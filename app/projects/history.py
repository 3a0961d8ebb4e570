"""A project as it was: known then, valid then, or both; read from the ledger, never from a copy."""

from datetime import datetime

from app.actor import Actor
from app.database import Reader
from app.domain.fold import as_of, fold
from app.errors import NotFound, Words
from app.events.queries import events_of_project
from app.events.rows import happening_of, row_of
from app.projects.models import Project, ProjectStanding
from app.projects.queries import Pair, get_project
from app.table import rfc3339


class ProjectNotKnownThen(NotFound):
    """The project exists, but at the moment asked for nothing about it was recorded, or was the case."""

    title = Words("当时尚无该项目", "The project was not known then")
    detail = Words(
        "在所查询的时点(known_at、valid_at)尚无该项目的记录。",
        "At the moment asked for (known_at, valid_at) there was no record of this project yet.",
    )


async def project_as_of(
    session: Reader, actor: Actor, project_id: str, known_at: datetime | None, valid_at: datetime | None
) -> Pair:
    """Find a project and its standing as they were; whoever may see the project today may see its past.

    ``known_at`` asks what the ledger had recorded by then; ``valid_at`` what was the case then, corrections
    included; they combine. Refuses ``ProjectNotFound``, ``ProjectNotKnownThen``.
    """
    present = await get_project(session, actor, project_id)
    if known_at is None and valid_at is None:
        return present
    events = await session.all(events_of_project(project_id, known_at))
    chosen = as_of(
        [happening_of(event) for event in events],
        known_at=None if known_at is None else rfc3339(known_at),
        valid_at=None if valid_at is None else rfc3339(valid_at),
    )
    rows = fold(chosen)
    project, standing = rows.get(("project", project_id)), rows.get(("project_standing", project_id))
    if project is None or standing is None:
        raise ProjectNotKnownThen(project_id=project_id)
    return row_of(Project, project), row_of(ProjectStanding, standing)
