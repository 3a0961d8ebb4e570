"""Finding invitations, always through the caller's scope, and what areas have decided."""

from datetime import datetime
from typing import Any

from sqlmodel import col, select

from app.actor import Actor, within
from app.database import Reader, Writer
from app.domain.invitations import InvitationState
from app.errors import NotFound, Words
from app.evaluations.models import EvaluationInvitation, EvaluationSetting
from app.query import Selection, query

S = InvitationState


class InvitationNotFound(NotFound):
    """No invitation has this id, or the caller may not see it."""

    title = Words("找不到该评价邀请", "Invitation not found")
    detail = Words("没有该评价邀请，或您无权查看。", "There is no such invitation, or you may not see it.")


@query
def _invitation(
    invitation_id: str, areas: Any, department: str | None, owner: str | None
) -> Selection[EvaluationInvitation]:
    return select(EvaluationInvitation).where(
        EvaluationInvitation.id == invitation_id, *within(EvaluationInvitation, areas, department, owner)
    )


@query
def lock_invitation(invitation_id: str) -> Selection[EvaluationInvitation]:
    """Lock an invitation that was found in scope; its project is locked before."""
    return select(EvaluationInvitation).where(EvaluationInvitation.id == invitation_id).with_for_update()


@query
def invitations_page(
    limit: int, areas: Any, department: str | None, owner: str | None, project_id: str | None,
    event_id: str | None, last: str | None, at: datetime, *, state: InvitationState | None,
) -> Selection[EvaluationInvitation]:  # fmt: skip
    """List invitations in scope that match every filter, the newest first, after the last one seen."""
    statement = select(EvaluationInvitation).where(*within(EvaluationInvitation, areas, department, owner))
    if project_id is not None:
        statement = statement.where(EvaluationInvitation.project_id == project_id)
    if event_id is not None:
        statement = statement.where(EvaluationInvitation.event_id == event_id)
    if state in {S.OPEN, S.EXPIRED}:
        statement = statement.where(EvaluationInvitation.state == S.OPEN.value)
        expires_at = col(EvaluationInvitation.expires_at)
        statement = statement.where(expires_at > at if state is S.OPEN else expires_at <= at)
    elif state is not None:
        statement = statement.where(EvaluationInvitation.state == state.value)
    if last is not None:
        statement = statement.where(col(EvaluationInvitation.id) < last)
    return statement.order_by(col(EvaluationInvitation.id).desc()).limit(limit)


@query
def find_setting(area_code: str) -> Selection[EvaluationSetting]:
    """Find what an area has decided."""
    return select(EvaluationSetting).where(EvaluationSetting.area_code == area_code)


@query
def lock_setting(area_code: str) -> Selection[EvaluationSetting]:
    """Find what an area has decided and keep other writers away from it."""
    return select(EvaluationSetting).where(EvaluationSetting.area_code == area_code).with_for_update()


@query
def all_settings() -> Selection[EvaluationSetting]:
    """List what areas have decided; there are a few hundred at most."""
    return select(EvaluationSetting)


async def get_invitation(session: Reader | Writer, actor: Actor, invitation_id: str) -> EvaluationInvitation:
    """Find an invitation, or refuse ``InvitationNotFound``."""
    found = await session.first(_invitation(invitation_id, *actor.scope))
    if found is None:
        raise InvitationNotFound
    return found
