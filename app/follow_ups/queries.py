"""Finding samples and follow-ups, through the caller's scope; and the projects a sample is drawn from."""

from datetime import date
from typing import Any

from sqlalchemy import String, column, table, union_all
from sqlmodel import col, select

from app.actor import Actor, within
from app.coordination.models import Issue
from app.database import Reader, Writer
from app.engagements.models import AgentAssignment
from app.errors import NotFound, Words
from app.events.models import ChainHead
from app.follow_ups.models import FollowUp, FollowUpSample
from app.projects.models import Project, ProjectStanding
from app.query import Selection, one_of, query

_absence = table("absence", column("person_key", String()), column("substitute_key", String()))
"""The table of absences as separation of duty needs it; the room itself stands higher up."""


class FollowUpNotFound(NotFound):
    """No follow-up has this id, or the caller may not see it."""

    title = Words("找不到该回访", "Follow-up not found")
    detail = Words("没有该回访，或您无权查看。", "There is no such follow-up, or you may not see it.")


class SampleNotFound(NotFound):
    """No sample has this id, or the caller may not see it."""

    title = Words("找不到该抽样", "Sample not found")
    detail = Words("没有该抽样，或您无权查看。", "There is no such sample, or you may not see it.")


@query
def completed_projects(areas: Any, from_on: date, to_on: date, limit: int) -> Selection[str]:
    """List the projects of some areas whose service was completed in a period."""
    return (
        select(Project.id)
        .join(ProjectStanding, col(ProjectStanding.project_id) == Project.id)
        .where(
            *within(Project, areas, None, None),
            col(ProjectStanding.completed_on) >= from_on,
            col(ProjectStanding.completed_on) <= to_on,
        )
        .order_by(col(Project.id))
        .limit(limit)
    )


@query
def ledger_stands_at() -> Selection[Any]:
    """Tell where the ledger ends now, without holding anybody up."""
    return select(ChainHead.sequence, ChainHead.hash)


@query
def lock_drawn(ids: list[str]) -> Selection[Any]:
    """Lock the projects drawn, in one order, and give the scope that their follow-ups carry."""
    return (
        select(Project.id, Project.area_code, Project.owner_uscc)
        .where(one_of(col(Project.id), ids))
        .order_by(col(Project.id))
        .with_for_update()
    )


@query
def servants_of(project_id: str) -> Selection[str]:
    """Name everybody who was ever assigned to a project, or ever stood in for one who was."""
    served = AgentAssignment.project_id == project_id
    stood_in = select(_absence.c.substitute_key).join(
        AgentAssignment, col(AgentAssignment.person_key) == _absence.c.person_key
    )
    found: Selection[str] = union_all(
        select(AgentAssignment.person_key).where(served),
        stood_in.where(served, _absence.c.substitute_key.is_not(None)),
    )
    return found


@query
def issue_of(issue_id: str, project_id: str) -> Selection[str]:
    """Find an issue of a project that was found in scope."""
    return select(Issue.id).where(Issue.id == issue_id, Issue.project_id == project_id)


@query
def _follow_up(
    follow_up_id: str, areas: Any, department: str | None, owner: str | None
) -> Selection[FollowUp]:
    return select(FollowUp).where(FollowUp.id == follow_up_id, *within(FollowUp, areas, department, owner))


@query
def follow_ups_page(
    limit: int, areas: Any, department: str | None, owner: str | None, states: Any,
    project_id: str | None, sample_id: str | None, last: str | None,
) -> Selection[FollowUp]:  # fmt: skip
    """List the follow-ups in scope that match every filter, the newest first, after the last one seen."""
    statement = select(FollowUp).where(*within(FollowUp, areas, department, owner))
    if states is not None:
        statement = statement.where(one_of(col(FollowUp.state), states))
    if project_id is not None:
        statement = statement.where(FollowUp.project_id == project_id)
    if sample_id is not None:
        statement = statement.where(FollowUp.sample_id == sample_id)
    if last is not None:
        statement = statement.where(col(FollowUp.id) < last)
    return statement.order_by(col(FollowUp.id).desc()).limit(limit)


@query
def _sample(sample_id: str, areas: Any) -> Selection[FollowUpSample]:
    return select(FollowUpSample).where(
        FollowUpSample.id == sample_id, one_of(col(FollowUpSample.area_code), areas)
    )


@query
def samples_page(limit: int, areas: Any, last: str | None) -> Selection[FollowUpSample]:
    """List the samples of some areas, the newest first, after the last one seen."""
    statement = select(FollowUpSample).where(one_of(col(FollowUpSample.area_code), areas))
    if last is not None:
        statement = statement.where(col(FollowUpSample.id) < last)
    return statement.order_by(col(FollowUpSample.id).desc()).limit(limit)


async def get_follow_up(session: Reader | Writer, actor: Actor, follow_up_id: str) -> FollowUp:
    """Find a follow-up, or refuse ``FollowUpNotFound``."""
    found = await session.first(_follow_up(follow_up_id, *actor.scope))
    if found is None:
        raise FollowUpNotFound
    return found


async def get_sample(session: Reader, actor: Actor, sample_id: str) -> FollowUpSample:
    """Find a sample of the caller's areas, or refuse ``SampleNotFound``."""
    found = await session.first(_sample(sample_id, list(actor.areas)))
    if found is None:
        raise SampleNotFound
    return found
