"""A project as it was: known then, valid then, or both; read from the ledger, never from a copy."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlmodel import col, select

from app.actor import Actor
from app.calendars.models import CalendarVersion
from app.database import Reader
from app.domain.fold import Happening, Rows, as_of, fold
from app.errors import NotFound, Words
from app.events.models import Event
from app.events.queries import events_of_project
from app.events.rows import happening_of, row_of
from app.projects.models import Project, ProjectStanding
from app.projects.queries import Pair, get_project
from app.query import Selection, query
from app.table import Table, rfc3339

T = TypeVar("T", bound=Table)


class ProjectNotKnownThen(NotFound):
    """The project exists, but at the moment asked for nothing about it was recorded, or was the case."""

    title = Words("当时尚无该项目", "The project was not known then")
    detail = Words(
        "在所查询的时点（known_at、valid_at）尚无该项目的记录。",
        "At the moment asked for (known_at, valid_at) there was no record of this project yet.",
    )


class AsOf(NamedTuple):
    """The moments a reader asks for: what had been recorded by then, what was the case then, or both."""

    known_at: datetime | None = None
    valid_at: datetime | None = None

    @property
    def is_past(self) -> bool:
        """Tell whether any moment is named."""
        return self.known_at is not None or self.valid_at is not None


@query
def _activations(known_at: datetime | None) -> Selection[Event]:
    """Read the events that recounted the clocks of many projects by another calendar; a few a year."""
    statement = select(Event).where(col(Event.id).in_(select(CalendarVersion.event_id)))
    if known_at is not None:
        statement = statement.where(col(Event.recorded_at) <= known_at)
    return statement.order_by(col(Event.sequence))


async def happenings_of(session: Reader, project_id: str, known_at: datetime | None) -> list[Happening]:
    """Gather the project's own events, and what calendars changed in its rows. Two statements."""
    own = [happening_of(event) for event in await session.all(events_of_project(project_id, known_at))]
    keys = {(change["table"], change["id"]) for happening in own for change in happening.changes}
    others = [happening_of(event) for event in await session.all(_activations(known_at))]
    for other in others:
        mine = [change for change in other.changes if (change["table"], change["id"]) in keys]
        if mine:
            own.append(replace(other, changes=mine))
    return sorted(own, key=lambda happening: happening.sequence)


async def rows_as_of(session: Reader, actor: Actor, project_id: str, then: AsOf) -> Rows:
    """Fold everything recorded about a project; whoever may see it today may see its past. Three statements.

    ``known_at`` leaves out what was recorded later; ``valid_at`` what by its right moment happened later,
    corrections included. Refuses ``ProjectNotFound``, ``ProjectNotKnownThen``.
    """
    await get_project(session, actor, project_id)
    happenings = await happenings_of(session, project_id, then.known_at)
    valid_at = None if then.valid_at is None else rfc3339(then.valid_at)
    rows = fold(as_of(happenings, valid_at=valid_at))
    if ("project", project_id) not in rows:
        raise ProjectNotKnownThen(project_id=project_id)
    return rows


def pair_of(rows: Rows, project_id: str) -> Pair:
    """Give the project and its standing of a fold."""
    project, standing = rows["project", project_id], rows["project_standing", project_id]
    return row_of(Project, project), row_of(ProjectStanding, standing)


def parts_of(rows: Rows, project_id: str, kind: type[T]) -> list[T]:
    """Give the rows of a part of the project of a fold, by id."""
    name = str(kind.__tablename__)
    found = sorted((key, facts) for (table, key), facts in rows.items() if table == name)
    return [row_of(kind, facts) for _, facts in found if facts.get("project_id") == project_id]
