"""Reading the rows that figures are computed from: narrow, always through the caller's scope."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from app.actor import within
from app.corrections.models import Correction
from app.domain.items import ItemState
from app.domain.vocabulary import EntryMode
from app.engagements.models import AgentAssignment, ProjectDepartment
from app.events.models import Event
from app.items.models import ItemCase, ItemStep
from app.items.queries import mine
from app.plans.models import ServicePlan
from app.projects.models import Project, ProjectStanding
from app.query import Selection, query
from app.stages.models import StageTransition

PAUSING = (ItemState.SPECIAL_STARTED.value, ItemState.CORRECTION_STARTED.value)
FILING = (ItemState.RECEIVED.value, ItemState.CORRECTION_ENDED.value)


def columns(*some: Any) -> Select[Any]:
    """Select columns of several tables; rows are named tuples of them."""
    return sql_select(*some)


@query
def projects(areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read every project in scope that stands for itself, with its agent."""
    return (
        columns(
            Project.id,
            Project.area_code,
            Project.process_class,
            Project.actual_start_on,
            Project.registered_at,
            Project.procedure_id,
            Project.stage,
            ProjectStanding.primary_agent,
        )
        .join(ProjectStanding, col(ProjectStanding.project_id) == Project.id)
        .where(col(Project.duplicate_of).is_(None), *within(Project, areas, department, owner))
    )


@query
def baselines(areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read the first frozen baselines."""
    return columns(ServicePlan.project_id, ServicePlan.planned_start_on, ServicePlan.approved_at).where(
        col(ServicePlan.is_first_baseline), *within(ServicePlan, areas, department, owner)
    )


@query
def taking_part(areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read which departments take part in which project."""
    return columns(ProjectDepartment.project_id, ProjectDepartment.department_code).where(
        *within(ProjectDepartment, areas, department, owner)
    )


@query
def transitions(until: datetime, areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read every step of the projects in scope by the end of the period: a stay may begin before it."""
    return columns(
        StageTransition.project_id,
        StageTransition.number,
        StageTransition.to_stage,
        StageTransition.occurred_at,
    ).where(col(StageTransition.occurred_at) < until, *within(StageTransition, areas, department, owner))


@query
def cases(since: date, areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read the cases that were filed and not closed before a day."""
    return columns(
        ItemCase.id,
        ItemCase.project_id,
        ItemCase.department_code,
        ItemCase.approval_stage,
        ItemCase.bearer,
        ItemCase.state,
        ItemCase.follows_id,
        ItemCase.filed_on,
        ItemCase.passed_on,
        ItemCase.done_on,
        ItemCase.statutory_due_on,
        ItemCase.promised_due_on,
        ItemCase.due_on,
        ItemCase.findings,
    ).where(
        col(ItemCase.filed_on).is_not(None),
        or_(col(ItemCase.done_on).is_(None), col(ItemCase.done_on) >= since),
        *mine(areas, department, owner),
    )


@query
def pausing_steps(since: date, areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read every step of the cases closed since a day that had a special procedure or a correction."""
    other = ItemStep.__table__.alias("other")
    paused = exists(
        sql_select(1).where(
            other.c.item_case_id == ItemCase.id, or_(*[other.c.code == code for code in PAUSING])
        )
    )
    return (
        columns(
            ItemStep.item_case_id,
            ItemStep.number,
            ItemStep.code,
            ItemStep.is_derived,
            ItemStep.occurred_at,
            ItemStep.recorded_at,
            ItemStep.source_sequence,
            ItemStep.entry_mode,
            ItemStep.facts,
        )
        .join(ItemCase, col(ItemCase.id) == ItemStep.item_case_id)
        .where(col(ItemCase.done_on) >= since, paused, *mine(areas, department, owner))
    )


@query
def entered_transitions(
    since: datetime, until: datetime, areas: Any, department: str | None, owner: str | None
) -> Selection[Any]:
    """Count the steps of projects recorded in a span of time, by project and mode of entry."""
    return (
        columns(StageTransition.project_id, StageTransition.entry_mode, func.count().label("number"))
        .join(Event, col(Event.id) == StageTransition.event_id)
        .where(
            col(StageTransition.entry_mode) != EntryMode.BACK_ENTERED.value,
            col(Event.recorded_at) >= since,
            col(Event.recorded_at) < until,
            *within(StageTransition, areas, department, owner),
        )
        .group_by(StageTransition.project_id, StageTransition.entry_mode)
    )


@query
def late_transitions(
    since: datetime, until: datetime, areas: Any, department: str | None, owner: str | None
) -> Selection[Any]:
    """Read the steps of projects that were entered afterwards, in a span of time."""
    return (
        columns(
            StageTransition.project_id,
            StageTransition.entry_mode,
            StageTransition.occurred_at,
            Event.recorded_at,
        )
        .join(Event, col(Event.id) == StageTransition.event_id)
        .where(
            col(StageTransition.entry_mode) == EntryMode.BACK_ENTERED.value,
            col(Event.recorded_at) >= since,
            col(Event.recorded_at) < until,
            *within(StageTransition, areas, department, owner),
        )
    )


@query
def entered_item_steps(
    since: datetime, until: datetime, areas: Any, department: str | None, owner: str | None
) -> Selection[Any]:
    """Count the steps of items recorded in a span of time, by project, department and mode of entry."""
    return (
        columns(
            ItemStep.project_id, ItemCase.department_code, ItemStep.entry_mode, func.count().label("number")
        )
        .join(ItemCase, col(ItemCase.id) == ItemStep.item_case_id)
        .where(
            col(ItemStep.entry_mode) != EntryMode.BACK_ENTERED.value,
            ~col(ItemStep.is_derived),
            col(ItemStep.recorded_at) >= since,
            col(ItemStep.recorded_at) < until,
            *mine(areas, department, owner),
        )
        .group_by(ItemStep.project_id, col(ItemCase.department_code), ItemStep.entry_mode)
    )


@query
def late_item_steps(
    since: datetime, until: datetime, areas: Any, department: str | None, owner: str | None
) -> Selection[Any]:
    """Read the steps of items that were entered afterwards, in a span of time."""
    return (
        columns(
            ItemStep.project_id,
            ItemCase.department_code,
            ItemStep.entry_mode,
            ItemStep.occurred_at,
            ItemStep.recorded_at,
        )
        .join(ItemCase, col(ItemCase.id) == ItemStep.item_case_id)
        .where(
            col(ItemStep.entry_mode) == EntryMode.BACK_ENTERED.value,
            ~col(ItemStep.is_derived),
            col(ItemStep.recorded_at) >= since,
            col(ItemStep.recorded_at) < until,
            *mine(areas, department, owner),
        )
    )


@query
def corrections(areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read what was proposed to be put right, and what became of it."""
    return select(
        Correction.project_id, Correction.state, Correction.proposed_at, Correction.decided_at
    ).where(*within(Correction, areas, department, owner))


@query
def filings(until: datetime, areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read the filings by the end of the period, with what each tells of the materials it used."""
    return (
        columns(
            ItemStep.project_id,
            ItemStep.item_case_id,
            ItemCase.department_code,
            ItemStep.id,
            ItemStep.occurred_at,
            ItemStep.facts,
        )
        .join(ItemCase, col(ItemCase.id) == ItemStep.item_case_id)
        .where(
            or_(*[col(ItemStep.code) == code for code in FILING]),
            col(ItemStep.occurred_at) < until,
            *mine(areas, department, owner),
        )
    )


@query
def assignments(areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read who serves which project now."""
    return columns(AgentAssignment.project_id, AgentAssignment.person_key, AgentAssignment.role).where(
        col(AgentAssignment.ended_at).is_(None), *within(AgentAssignment, areas, department, owner)
    )
