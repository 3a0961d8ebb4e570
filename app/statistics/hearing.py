"""Reading what people said: evaluations, silence, bad reviews, complaints, follow-ups; through the scope."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_
from sqlmodel import col, select

from app.actor import within
from app.bad_reviews.models import BadReview
from app.complaints.models import Complaint
from app.domain.bad_review_terms import BadReviewAct
from app.domain.invitations import DECIDED, InvitationState
from app.domain.vocabulary import EntryMode, EvaluationMode, EvaluationRound
from app.evaluations.models import Evaluation, EvaluationInvitation
from app.follow_ups.models import FollowUp
from app.handling.models import HandlingStep
from app.items.models import ItemCase, ItemStep
from app.items.queries import mine
from app.query import Selection, query
from app.stages.models import StageTransition
from app.statistics.queries import columns

DECISIONS = tuple(sorted(state.value for state in DECIDED))


@query
def evaluations(
    from_month: str, to_month: str, areas: Any, department: str | None, owner: str | None
) -> Selection[Any]:
    """Read the first evaluations of some months, with the department of the item one is about."""
    return (
        columns(
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
            col(Evaluation.round) == EvaluationRound.FIRST.value,
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
        columns(Evaluation.area_code, Evaluation.month, func.count().label("number"))
        .where(
            col(Evaluation.round) == EvaluationRound.FIRST.value,
            col(Evaluation.mode) != EvaluationMode.NAMED.value,
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
    return columns(HandlingStep.case_id, HandlingStep.person).where(
        col(HandlingStep.case_kind) == "bad_review",
        col(HandlingStep.action) == BadReviewAct.RULE_INVALID.value,
        *within(HandlingStep, areas, None, None),
    )


@query
def complaints(from_on: date, to_on: date, areas: Any, department: str | None) -> Selection[Complaint]:
    """Read the complaints lodged on some days; nobody who sees figures is an owner."""
    return select(Complaint).where(
        and_(col(Complaint.lodged_on) >= from_on, col(Complaint.lodged_on) <= to_on),
        *_about(Complaint, areas, department, None),
    )


def _unanswered(kind: Any) -> Any:
    """Say that an occurrence has no evaluation that names it, and no invitation that was used."""
    used = select(1).where(
        EvaluationInvitation.event_id == kind.event_id,
        EvaluationInvitation.state == InvitationState.USED.value,
    )
    named = select(1).where(Evaluation.project_id == kind.project_id, Evaluation.event_id == kind.event_id)
    return and_(~exists(used), ~exists(named))


@query
def silent_steps(
    since: datetime, until: datetime, areas: Any, department: str | None, owner: str | None
) -> Selection[Any]:
    """Read the steps of projects in a span of time that nobody has evaluated."""
    return columns(
        StageTransition.project_id,
        StageTransition.area_code,
        StageTransition.procedure_id,
        StageTransition.from_stage,
        StageTransition.move,
        StageTransition.occurred_at,
    ).where(
        col(StageTransition.entry_mode) != EntryMode.IMPORTED.value,
        col(StageTransition.occurred_at) >= since,
        col(StageTransition.occurred_at) < until,
        _unanswered(StageTransition),
        *within(StageTransition, areas, department, owner),
    )


@query
def silent_decisions(
    since: datetime, until: datetime, areas: Any, department: str | None, owner: str | None
) -> Selection[Any]:
    """Read the decisions on items in a span of time that nobody has evaluated."""
    return (
        columns(ItemStep.project_id, ItemStep.area_code, ItemCase.department_code, ItemStep.occurred_at)
        .join(ItemCase, col(ItemCase.id) == ItemStep.item_case_id)
        .where(
            or_(*[col(ItemStep.code) == code for code in DECISIONS]),
            col(ItemStep.entry_mode) != EntryMode.IMPORTED.value,
            col(ItemStep.occurred_at) >= since,
            col(ItemStep.occurred_at) < until,
            _unanswered(ItemStep),
            *mine(areas, department, owner),
        )
    )


@query
def follow_ups(areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Read the follow-ups that came to an end."""
    return columns(FollowUp.project_id, FollowUp.asked_on, FollowUp.outcome, FollowUp.level).where(
        col(FollowUp.asked_on).is_not(None), *within(FollowUp, areas, department, owner)
    )
