"""Finding absences, and the rows that tasks come from: each source once a page, in the order of the list.

``person`` narrows to the projects whose work is an agent's today (``domain.tasks.whose_turn``): those he is
primary agent of, those he backs while the primary agent is one of ``unattended``, and those whose primary
agent is one of ``replaced``, for whom he stands in.
"""

from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from app.actor import within
from app.alarms.queries import standing
from app.corrections.models import Correction
from app.domain.clocks import Light
from app.domain.items import ItemAct, ItemState
from app.domain.planned import TimeBearer
from app.domain.publication import PUBLISHED
from app.domain.readiness import FILEABLE
from app.domain.tasks import NEVER
from app.errors import NotFound, Words
from app.items.listing import shines
from app.items.models import ItemCase, ItemStep
from app.items.queries import mine
from app.plans.models import ServicePlan
from app.procedures.models import ProcedureVersion
from app.progress.models import Milestone
from app.projects.models import Project, ProjectStanding
from app.query import Selection, one_of, query
from app.supervision.models import SupervisionNotice
from app.supervision.queries import seen_notices
from app.tasks.models import Absence


class AbsenceNotFound(NotFound):
    """No absence has this id, or it is not of the caller's areas."""

    title = Words("找不到该离岗记录", "Absence not found")
    detail = Words("没有该离岗记录，或您无权查看。", "There is no such absence, or you may not see it.")


@query
def absences_page(
    limit: int, areas: Any, person: str | None, on: date | None, last: str | None
) -> Selection[Absence]:
    """List absences of some areas in the order they were recorded, or those of one day."""
    statement = select(Absence).where(one_of(col(Absence.area_code), areas))
    if person is not None:
        statement = statement.where(Absence.person_key == person)
    if on is not None:
        statement = statement.where(*_is_on(on))
    if last is not None:
        statement = statement.where(col(Absence.id) > last)
    return statement.order_by(col(Absence.id)).limit(limit)


def _is_on(day: Any) -> list[Any]:
    return [
        col(Absence.begins_on) <= day,
        col(Absence.through) >= day,
        or_(col(Absence.ended_on).is_(None), col(Absence.ended_on) > day),
    ]


@query
def absent_on(day: date) -> Selection[Absence]:
    """Read who is absent on a day, wherever; the last recorded comes last."""
    return select(Absence).where(*_is_on(day)).order_by(col(Absence.id))


@query
def lock_absence(absence_id: str, areas: Any) -> Selection[Absence]:
    """Find an absence of these areas and keep other writers away from it."""
    return (
        select(Absence)
        .where(Absence.id == absence_id, one_of(col(Absence.area_code), areas))
        .with_for_update()
    )


@query
def published_ids() -> Selection[str]:
    """Name every published procedure version."""
    return select(ProcedureVersion.id).where(ProcedureVersion.state == PUBLISHED)


@query
def last_plans(project_ids: list[str]) -> Selection[Any]:
    """Tell the number of the last plan of some projects."""
    return (
        select(ServicePlan.project_id, func.max(ServicePlan.number).label("number"))
        .where(one_of(col(ServicePlan.project_id), project_ids))
        .group_by(col(ServicePlan.project_id))
    )


def _his(person: Any, replaced: Any, unattended: Any) -> list[Any]:
    """Narrow to an agent's projects; without a person nothing is narrowed."""
    if person is None:
        return []
    primary, backup = col(ProjectStanding.primary_agent), col(ProjectStanding.backup_agent)
    is_unattended = or_(primary.is_(None), one_of(primary, unattended))
    return [or_(primary == person, and_(backup == person, is_unattended), one_of(primary, replaced))]


def _from(place: tuple[Any, Any], on: Any, on_id: Any) -> list[Any]:
    """Begin with the row that the page before ended in: it may have more to do."""
    if on_id is None:
        return []
    day, key = place
    return [or_(day > on, and_(day == on, key >= on_id))]


@query
def projects_with_work(
    limit: int, areas: Any, department: str | None, owner: str | None, stages: list[str],
    person: str | None, replaced: Any, unattended: Any, on: date | None, on_id: str | None,
) -> Selection[tuple[Project, ProjectStanding]]:  # fmt: skip
    """Find projects in stages from which there is something to do, or with a plan on its way."""
    place = (func.coalesce(Project.due_on, NEVER), col(Project.id))
    has_plan = and_(col(ProjectStanding.plan_author).is_not(None), col(ProjectStanding.plan_number).is_(None))
    return (
        select(Project, ProjectStanding)
        .join(ProjectStanding, col(ProjectStanding.project_id) == Project.id)
        .where(
            *within(Project, areas, department, owner),
            *_his(person, replaced, unattended),
            *_from(place, on, on_id),
            or_(one_of(col(Project.stage), stages), has_plan),
        )
        .order_by(*place)
        .limit(limit)
    )


@query
def milestones_waiting(
    limit: int, areas: Any, department: str | None, owner: str | None, person: str, on_id: str | None
) -> Selection[tuple[Milestone, Project]]:
    """Find milestones that somebody else has reported and nobody has confirmed."""
    statement = (
        select(Milestone, Project)
        .join(Project, col(Project.id) == Milestone.project_id)
        .where(
            *within(Project, areas, department, owner),
            col(Milestone.confirmed_at).is_(None),
            Milestone.reported_by != person,
        )
    )
    if on_id is not None:
        statement = statement.where(col(Milestone.id) >= on_id)
    return statement.order_by(col(Milestone.id)).limit(limit)


@query
def corrections_waiting(
    limit: int, areas: Any, department: str | None, owner: str | None, person: str, on_id: str | None
) -> Selection[tuple[Correction, Project]]:
    """Find corrections that somebody else has proposed and nobody has decided."""
    statement = (
        select(Correction, Project)
        .join(Project, col(Project.id) == Correction.project_id)
        .where(
            *within(Project, areas, department, owner),
            col(Correction.decided_at).is_(None),
            Correction.proposed_by != person,
        )
    )
    if on_id is not None:
        statement = statement.where(col(Correction.id) >= on_id)
    return statement.order_by(col(Correction.id)).limit(limit)


@query
def urgent_cases(
    limit: int, areas: Any, department: str | None, owner: str | None, today: date,
    waiting: list[str], person: str | None, replaced: Any, unattended: Any,
    on: date | None, on_id: str | None,
) -> Selection[tuple[ItemCase, Project, ProjectStanding]]:  # fmt: skip
    """Find cases that are red or yellow, or wait for whom the list is; a department's own time only."""
    place = (func.coalesce(ItemCase.due_on, NEVER), col(ItemCase.id))
    shining = or_(shines(Light.RED, today), shines(Light.YELLOW, today))
    if department is not None:
        shining = and_(shining, ItemCase.bearer == TimeBearer.DEPARTMENT.value)
    return (
        select(ItemCase, Project, ProjectStanding)
        .join(Project, col(Project.id) == ItemCase.project_id)
        .join(ProjectStanding, col(ProjectStanding.project_id) == ItemCase.project_id)
        .where(
            *mine(areas, department, owner),
            *_his(person, replaced, unattended),
            *_from(place, on, on_id),
            or_(shining, one_of(col(ItemCase.state), waiting)),
        )
        .order_by(*place)
        .limit(limit)
    )


@query
def near_alarms(
    limit: int, areas: Any, department: str | None, owner: str | None, near_until: date,
    person: str | None, replaced: Any, unattended: Any, on: date | None, on_id: str | None,
) -> Selection[Any]:  # fmt: skip
    """Find what expires soon or has lapsed, with the agents of its project."""
    found = standing(*mine(areas, department, owner)).c
    place = (found.expires_on, found.item_case_id)
    agents = (col(ProjectStanding.primary_agent), col(ProjectStanding.backup_agent))
    return (
        select(*found, *agents)
        .join(ProjectStanding, col(ProjectStanding.project_id) == found.project_id)
        .where(found.expires_on <= near_until, *_his(person, replaced, unattended), *_from(place, on, on_id))
        .order_by(*place, found.kind)
        .limit(limit)
    )


@query
def last_checks(
    limit: int, areas: Any, department: str | None, owner: str | None,
    person: str | None, replaced: Any, unattended: Any, on_id: str | None,
) -> Selection[tuple[ItemCase, Project, ProjectStanding, ItemStep]]:  # fmt: skip
    """Find cases that may be filed, with the last check of each."""
    later: Any = ItemStep.__table__.alias("later")
    code = ItemAct.READINESS_CHECKED.value
    last = (
        select(func.max(later.c.number))
        .where(later.c.item_case_id == ItemCase.id, later.c.code == code)
        .scalar_subquery()
    )
    statement: Any = (
        select(ItemCase, Project, ProjectStanding, ItemStep)
        .join(Project, col(Project.id) == ItemCase.project_id)
        .join(ProjectStanding, col(ProjectStanding.project_id) == ItemCase.project_id)
        .join(ItemStep, and_(col(ItemStep.item_case_id) == ItemCase.id, col(ItemStep.number) == last))
        .where(
            *mine(areas, department, owner),
            *_his(person, replaced, unattended),
            or_(*[ItemCase.state == state.value for state in sorted(FILEABLE)]),
        )
    )
    if on_id is not None:
        statement = statement.where(col(ItemCase.id) >= on_id)
    return statement.order_by(col(ItemCase.id)).limit(limit)


@query
def notices_in(
    limit: int, areas: Any, department: str | None, owner: str | None, state: str,
    person: str | None, replaced: Any, unattended: Any, on: date | None, on_id: str | None,
    *, is_agencys: bool,
) -> Selection[tuple[SupervisionNotice, Project, ProjectStanding]]:  # fmt: skip
    """Find notices in a state, by the day since which they wait; ``is_agencys``: those to the agency only."""
    since = func.coalesce(SupervisionNotice.replied_on, SupervisionNotice.asked_on)
    place = (since, col(SupervisionNotice.id))
    addressed = [col(SupervisionNotice.department_code).is_(None)] if is_agencys else []
    return (
        select(SupervisionNotice, Project, ProjectStanding)
        .join(Project, col(Project.id) == SupervisionNotice.project_id)
        .join(ProjectStanding, col(ProjectStanding.project_id) == SupervisionNotice.project_id)
        .where(
            *seen_notices(areas, department, owner),
            SupervisionNotice.state == state,
            *addressed,
            *_his(person, replaced, unattended),
            *_from(place, on, on_id),
        )
        .order_by(*place)
        .limit(limit)
    )


WAITING_FOR_DEPARTMENT = (ItemState.RECEIVED, ItemState.CORRECTION_ENDED)
WAITING_FOR_OWNER = (ItemState.CORRECTION_STARTED,)
