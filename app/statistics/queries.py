"""Reading the rows that figures are computed from: narrow, always through the caller's scope."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_
from sqlmodel import col, select

from app.actor import within
from app.bad_reviews.models import BadReview
from app.complaints.models import Complaint
from app.corrections.models import Correction
from app.domain.bad_review_terms import BadReviewAct
from app.domain.items import ItemState
from app.domain.vocabulary import EvaluationMode, EvaluationRound
from app.engagements.models import AgentAssignment, ProjectDepartment
from app.evaluations.models import Evaluation
from app.events.models import Event
from app.handling.models import HandlingStep
from app.items.models import ItemCase, ItemStep
from app.items.queries import mine
from app.plans.models import ServicePlan
from app.projects.models import Project, ProjectStanding
from app.query import Selection, query
from app.stages.models import StageTransition

PAUSING = (ItemState.SPECIAL_STARTED.value, ItemState.CORRECTION_STARTED.value)
FILING = (ItemState.RECEIVED.value, ItemState.CORRECTION_ENDED.value)


@query
def projects(areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read every project in scope that stands for itself, with its agent."""
    return (
        select(
            Project.id,
            Project.area_code,
            Project.process_class,
            Project.actual_start_on,
            Project.registered_at,
            ProjectStanding.primary_agent,
        )
        .join(ProjectStanding, col(ProjectStanding.project_id) == Project.id)
        .where(col(Project.duplicate_of).is_(None), *within(Project, areas, department, owner))
    )


@query
def baselines(areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read the first frozen baselines."""
    return select(ServicePlan.project_id, ServicePlan.planned_start_on).where(
        col(ServicePlan.is_first_baseline), *within(ServicePlan, areas, department, owner)
    )


@query
def taking_part(areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read which departments take part in which project."""
    return select(ProjectDepartment.project_id, ProjectDepartment.department_code).where(
        *within(ProjectDepartment, areas, department, owner)
    )


@query
def transitions(until: datetime, areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read every step of the projects in scope by the end of the period: a stay may begin before it."""
    return select(
        StageTransition.project_id,
        StageTransition.number,
        StageTransition.to_stage,
        StageTransition.occurred_at,
    ).where(col(StageTransition.occurred_at) < until, *within(StageTransition, areas, department, owner))


@query
def cases(since: date, areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read the cases that were filed and not closed before a day."""
    columns: list[Any] = [
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
    ]
    return select(*columns).where(
        col(ItemCase.filed_on).is_not(None),
        or_(col(ItemCase.done_on).is_(None), col(ItemCase.done_on) >= since),
        *mine(areas, department, owner),
    )


@query
def pausing_steps(since: date, areas: Any, department: str | None, owner: str | None) -> Selection[ItemStep]:
    """Read every step of the cases closed since a day that had a special procedure or a correction."""
    other = ItemStep.__table__.alias("other")
    paused = exists(
        select(1).where(other.c.item_case_id == ItemCase.id, or_(*[other.c.code == c for c in PAUSING]))
    )
    return (
        select(ItemStep)
        .join(ItemCase, col(ItemCase.id) == ItemStep.item_case_id)
        .where(col(ItemCase.done_on) >= since, paused, *mine(areas, department, owner))
    )


@query
def entered_transitions(
    since: datetime, until: datetime, areas: Any, department: str | None, owner: str | None
) -> Selection[Any]:
    """Read how and when steps of projects were recorded in a span of time."""
    return (
        select(
            StageTransition.project_id,
            StageTransition.entry_mode,
            StageTransition.occurred_at,
            Event.recorded_at,
        )
        .join(Event, col(Event.id) == StageTransition.event_id)
        .where(
            col(Event.recorded_at) >= since,
            col(Event.recorded_at) < until,
            *within(StageTransition, areas, department, owner),
        )
    )


@query
def entered_item_steps(
    since: datetime, until: datetime, areas: Any, department: str | None, owner: str | None
) -> Selection[Any]:
    """Read how and when steps of items were recorded in a span of time."""
    return (
        select(
            ItemStep.project_id,
            ItemCase.department_code,
            ItemStep.entry_mode,
            ItemStep.occurred_at,
            ItemStep.recorded_at,
        )
        .join(ItemCase, col(ItemCase.id) == ItemStep.item_case_id)
        .where(
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
        select(
            ItemStep.project_id,
            ItemStep.item_case_id,
            ItemCase.department_code,
            ItemStep.id,
            ItemStep.occurred_at,
            ItemStep.facts,
        )
        .join(ItemCase, col(ItemCase.id) == ItemStep.item_case_id)
        .where(
            or_(*[ItemStep.code == code for code in FILING]),
            col(ItemStep.occurred_at) < until,
            *mine(areas, department, owner),
        )
    )


@query
def evaluations(
    from_month: str, to_month: str, areas: Any, department: str | None, owner: str | None
) -> Selection[Any]:
    """Read the first evaluations of some months, with the department of the item one is about."""
    return (
        select(
            Evaluation.id,
            Evaluation.area_code,
            Evaluation.project_id,
            Evaluation.month,
            Evaluation.level,
            Evaluation.mode,
            Evaluation.handler,
            ItemCase.department_code,
        )
        .join(ItemCase, col(ItemCase.id) == Evaluation.item_case_id, isouter=True)
        .where(
            Evaluation.round == EvaluationRound.FIRST.value,
            col(Evaluation.month) >= from_month,
            col(Evaluation.month) <= to_month,
            *within(Evaluation, areas, department, owner),
        )
    )


@query
def unnamed_by_month(from_month: str, to_month: str) -> Selection[Any]:
    """Count the evaluations that are not named, by area and month, wherever they belong to.

    Outside every scope on purpose: which areas are counted together must not depend on who asks. Only that
    leaves this statement, never a number.
    """
    return (
        select(Evaluation.area_code, Evaluation.month, func.count().label("number"))
        .where(
            Evaluation.round == EvaluationRound.FIRST.value,
            Evaluation.mode != EvaluationMode.NAMED.value,
            col(Evaluation.month) >= from_month,
            col(Evaluation.month) <= to_month,
        )
        .group_by(col(Evaluation.area_code), col(Evaluation.month))
    )


def _about(kind: Any, areas: Any, department: Any, owner: Any) -> list[Any]:
    """Limit what is said about an office to the scope: a department sees what is about itself."""
    clauses: list[Any] = within(kind, areas, None, owner)
    return clauses if department is None else [*clauses, kind.department_code == department]


@query
def bad_reviews(areas: Any, department: str | None, owner: str | None) -> Selection[BadReview]:
    """Read the bad reviews in scope."""
    return select(BadReview).where(*_about(BadReview, areas, department, owner))


@query
def rulings(areas: Any) -> Selection[Any]:
    """Read who ruled which bad review invalid, in some areas."""
    return select(HandlingStep.case_id, HandlingStep.person).where(
        HandlingStep.case_kind == "bad_review",
        HandlingStep.action == BadReviewAct.RULE_INVALID.value,
        *within(HandlingStep, areas, None, None),
    )


@query
def complaints(from_on: date, to_on: date, areas: Any, department: str | None) -> Selection[Complaint]:
    """Read the complaints lodged on some days; nobody who sees figures is an owner."""
    return select(Complaint).where(
        and_(col(Complaint.lodged_on) >= from_on, col(Complaint.lodged_on) <= to_on),
        *_about(Complaint, areas, department, None),
    )


@query
def assignments(areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read who serves which project now."""
    return select(AgentAssignment.project_id, AgentAssignment.person_key, AgentAssignment.role).where(
        col(AgentAssignment.ended_at).is_(None), *within(AgentAssignment, areas, department, owner)
    )
