"""Gathering a project record: the project and the rows of the parts asked for, one statement each."""

from collections.abc import Collection
from typing import NamedTuple

from app.actor import Actor
from app.database import Reader
from app.engagements.models import AgentAssignment
from app.majors.models import ListMembership
from app.particulars.models import WorkPackage
from app.people.models import Person
from app.projects.history import AsOf, pair_of, parts_of, rows_as_of
from app.projects.models import ExternalId, Project, ProjectCodeEntry, ProjectStanding
from app.projects.queries import every_part, get_project
from app.table import Table

PARTS: dict[str, type[Table]] = {
    "codes": ProjectCodeEntry,
    "external_ids": ExternalId,
    "list_memberships": ListMembership,
    "work_packages": WorkPackage,
    "people": Person,
    "agents": AgentAssignment,
}


class Gathered(NamedTuple):
    """A project and the rows of the parts that were asked for; None are all others."""

    project: Project
    standing: ProjectStanding
    codes: list[ProjectCodeEntry] | None
    external_ids: list[ExternalId] | None
    list_memberships: list[ListMembership] | None
    work_packages: list[WorkPackage] | None
    people: list[Person] | None
    agents: list[AgentAssignment] | None


async def gather_record(
    session: Reader, actor: Actor, project_id: str, parts: Collection[str], then: AsOf
) -> Gathered:
    """Read a project and the parts asked for, each through the scope; as they were, when a moment is named.

    Refuses ``ProjectNotFound``, ``ProjectNotKnownThen``.
    """
    if then.is_past:
        past = await rows_as_of(session, actor, project_id, then)
        were = {n: parts_of(past, project_id, kind) if n in parts else None for n, kind in PARTS.items()}
        return Gathered(*pair_of(past, project_id), **were)  # type: ignore[arg-type]  # as below
    project, standing = await get_project(session, actor, project_id)
    rows = {
        name: await every_part(session, actor, project_id, kind) if name in parts else None
        for name, kind in PARTS.items()
    }
    return Gathered(project, standing, **rows)  # type: ignore[arg-type]  # each list is of its part's table
