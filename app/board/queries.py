"""What the board counts and lists, each in one statement over the caller's scope; lights by today."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, not_, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from app.actor import within
from app.areas.models import Department
from app.board.models import BoardSession
from app.domain.clocks import Light
from app.items.listing import shines
from app.items.models import ItemCase
from app.plans.models import ServicePlan
from app.projects.models import Project
from app.query import Selection, one_of, query

RANKS = {Light.RED: 4, Light.YELLOW: 3, Light.PAUSED: 2, Light.GREEN: 1}
"""How lights compare when one of several is shown; what has no clock that runs is 0."""


@query
def session_by_digest(digest: str) -> Selection[BoardSession]:
    """Find who is signed in by the digest of his cookie."""
    return select(BoardSession).where(BoardSession.digest == digest)


@query
def end_session(digest: str) -> Selection[Any]:
    """Sign one browser out."""
    return delete(BoardSession).where(col(BoardSession.digest) == digest)


@query
def end_sessions_before(at: datetime) -> Selection[Any]:
    """Clear away those that are over."""
    return delete(BoardSession).where(col(BoardSession.expires_at) <= at)


def _runs() -> list[ColumnElement[bool]]:
    """Limit cases to those that are undecided and have a clock that has begun."""
    begun = or_(col(ItemCase.statutory_from).is_not(None), col(ItemCase.promised_from).is_not(None))
    return [*_under_way(), begun]


def _under_way() -> list[ColumnElement[bool]]:
    """Limit cases to those filed and undecided, of which there is an index."""
    return [col(ItemCase.done_light).is_(None), col(ItemCase.filed_on).is_not(None)]


def _case_rank(today: Any) -> Any:
    return case(*[(shines(light, today), rank) for light, rank in RANKS.items()], else_=0)


def _stage_rank(today: Any) -> Any:
    """Write ``projects.answers.light_of`` as a rank."""
    due, warn = col(Project.due_on), col(Project.warn_on)
    return case(
        (col(Project.due_move).is_(None), 0),
        (or_(not_(col(Project.is_running)), due.is_(None)), 2),
        (due < today, 4),
        (and_(warn.is_not(None), warn <= today), 3),
        else_=1,
    )


@query
def projects_by_light(areas: Any, department: str | None, owner: str | None, today: date) -> Selection[Any]:
    """Count projects by area, stage and light: the worse of their stage's clock and their items' clocks."""
    worst = (
        select(ItemCase.project_id, func.max(_case_rank(today)).label("worst_case"))
        .where(*_runs(), *within(ItemCase, areas, department, owner))
        .group_by(col(ItemCase.project_id))
        .subquery()
    )
    of_items = func.coalesce(worst.c.worst_case, 0)
    of_stage = _stage_rank(today)
    rank = case((of_items > of_stage, of_items), else_=of_stage)
    statement: Any = (
        select(
            Project.area_code,
            Project.procedure_id,
            Project.stage,
            rank.label("rank"),
            (of_stage == RANKS[Light.RED]).label("is_stage_red"),
            func.count().label("number"),
        )
        .outerjoin(worst, worst.c.project_id == Project.id)
        .where(col(Project.duplicate_of).is_(None), *within(Project, areas, department, owner))
    )
    return statement.group_by("area_code", "procedure_id", "stage", "rank", "is_stage_red")


@query
def cases_by_light(areas: Any, department: str | None, owner: str | None, today: date) -> Selection[Any]:
    """Count items whose clock runs, by department, whose time it is, and light; and their projects."""
    statement: Any = select(
        ItemCase.department_code,
        ItemCase.bearer,
        _case_rank(today).label("rank"),
        func.count().label("number"),
        func.count(col(ItemCase.project_id).distinct()).label("projects"),
    ).where(*_runs(), *within(ItemCase, areas, department, owner))
    return statement.group_by("department_code", "bearer", "rank")


@query
def red_cases(
    limit: int, areas: Any, department: str | None, owner: str | None, today: date
) -> Selection[tuple[ItemCase, Project]]:
    """List overdue items, the longest overdue first."""
    return (
        select(ItemCase, Project)
        .join(Project, col(Project.id) == ItemCase.project_id)
        .where(*_runs(), shines(Light.RED, today), *within(ItemCase, areas, department, owner))
        .order_by(col(ItemCase.due_on), col(ItemCase.id))
        .limit(limit)
    )


@query
def red_projects(
    limit: int, areas: Any, department: str | None, owner: str | None, today: date
) -> Selection[Project]:
    """List projects whose stage is overdue, the longest overdue first."""
    return (
        select(Project)
        .where(
            col(Project.due_on) < today,
            _stage_rank(today) == RANKS[Light.RED],
            col(Project.duplicate_of).is_(None),
            *within(Project, areas, department, owner),
        )
        .order_by(col(Project.due_on), col(Project.id))
        .limit(limit)
    )


@query
def pressing_cases(
    limit: int, areas: Any, department: str | None, owner: str | None, today: date
) -> Selection[tuple[ItemCase, Project]]:
    """List filed items that are undecided, those due first: whatever waits may wait for them."""
    return (
        select(ItemCase, Project)
        .join(Project, col(Project.id) == ItemCase.project_id)
        .where(
            *_under_way(),
            col(ItemCase.filed_on) <= today,
            *within(ItemCase, areas, department, owner),
        )
        .order_by(col(ItemCase.due_on).is_(None), col(ItemCase.due_on), col(ItemCase.id))
        .limit(limit)
    )


@query
def plans_in_force(project_ids: list[str]) -> Selection[Any]:
    """Read the items of the last approved plan of some projects."""
    later = aliased(ServicePlan)
    is_last = not_(
        exists().where(
            later.project_id == ServicePlan.project_id,
            col(later.approved_at).is_not(None),
            later.number > ServicePlan.number,
        )
    )
    return select(ServicePlan.project_id, ServicePlan.items).where(
        one_of(col(ServicePlan.project_id), project_ids), col(ServicePlan.approved_at).is_not(None), is_last
    )


@query
def cases_of_projects(project_ids: list[str]) -> Selection[ItemCase]:
    """Read every case of some projects in scope."""
    return select(ItemCase).where(one_of(col(ItemCase.project_id), project_ids))


@query
def departments_named(codes: list[str]) -> Selection[Department]:
    """Read the names of departments."""
    return select(Department).where(one_of(col(Department.code), codes))
