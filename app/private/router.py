"""HTTP: erasing private values."""

from typing import Annotated

from fastapi import Response

from app.actor import Actor, acting_as
from app.domain.standing import Role
from app.idempotency import WriteSession, answered
from app.private import service
from app.private.queries import by_id
from app.private.schemas import ErasureIn, ErasureOut
from app.private.service import AlreadyErased, PrivateNotFound
from app.problems import refuses
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/private", "private")
Eraser = Annotated[Actor, acting_as(Role.ADMIN)]


@router.post(
    "/{private_id}/erasure",
    status_code=201,
    response_model=ErasureOut,
    responses=refuses(PrivateNotFound, AlreadyErased),
)
async def erase_private(actor: Eraser, private_id: Uuid, given: ErasureIn, session: WriteSession) -> Response:
    """删除个人信息或自由文本 · Erase a private value.

    值与盐永久删除，不可恢复；账本保留删除这一事实，校验链与统计不受影响。
    Value and salt are gone for good; the ledger keeps that it happened, and still verifies.
    """
    gone, event, reason_id = await service.erase_private(session, actor, private_id, given.reason)
    body = ErasureOut(
        id=gone.id,
        kind=gone.kind,
        project_id=gone.project_id,
        erased_at=actor.at,
        reason=by_id(reason_id),
        event_id=event.id,
        sequence=event.sequence,
    )
    return await answered(session, body, project_id=gone.project_id)
