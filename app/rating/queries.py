"""Finding an invitation by its token, and what waits to be passed on. No answer shows either."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app.domain.invitations import InvitationState
from app.evaluations.models import Evaluation, EvaluationInvitation, EvaluationWaiting
from app.projects.models import Project
from app.query import Selection, one_of, query


@query
def by_digest(digest: str) -> Selection[tuple[EvaluationInvitation, str]]:
    """Find an invitation by the digest of its token, with the name of its project: the token is the right."""
    return (
        select(EvaluationInvitation, Project.name)
        .join(Project, col(Project.id) == EvaluationInvitation.project_id)
        .where(EvaluationInvitation.digest == digest)
    )


@query
def spend(invitation_id: str, today: date, at: datetime) -> Selection[Any]:
    """Use an invitation up, if it is open: of many who try at once, one row is touched by one of them."""
    return (
        update(EvaluationInvitation)
        .where(
            col(EvaluationInvitation.id) == invitation_id,
            col(EvaluationInvitation.state) == InvitationState.OPEN.value,
            col(EvaluationInvitation.spent_on).is_(None),
            col(EvaluationInvitation.expires_at) > at,
        )
        .values(spent_on=today)
    )


@query
def waiting_before(today: date) -> Selection[EvaluationWaiting]:
    """Read what was given before today and waits."""
    return select(EvaluationWaiting).where(col(EvaluationWaiting.given_on) < today)


@query
def lock_waiting(ids: list[str]) -> Selection[EvaluationWaiting]:
    """Lock what waits, by id; what another worker has passed on is not among it."""
    return select(EvaluationWaiting).where(one_of(col(EvaluationWaiting.id), ids)).with_for_update()


@query
def passed_on_under(digests: list[str]) -> Selection[Evaluation]:
    """Find the evaluations with some receipts that were passed on."""
    return select(Evaluation).where(one_of(col(Evaluation.receipt_digest), digests))


@query
def spent_before(today: date) -> Selection[EvaluationInvitation]:
    """Read the invitations that were used before today, of which nobody was told."""
    return select(EvaluationInvitation).where(
        col(EvaluationInvitation.spent_on) < today,
        EvaluationInvitation.state == InvitationState.OPEN.value,
    )
