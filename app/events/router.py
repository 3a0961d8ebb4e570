"""HTTP: the ledger as change feed, its checkpoints and its verification."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import page, shown
from app.database import ReadSession
from app.domain.standing import Role
from app.domain.verification import BREAK_WORDS
from app.events import checkpoints
from app.events.checkpoints import CheckpointNotFound, checkpoint_body
from app.events.feed import CursorAheadOfLedger, CursorOfAnotherLedger, read_feed
from app.events.queries import chain_head
from app.events.schemas import (
    BrokenOut,
    CheckpointOut,
    FeedIn,
    FeedOut,
    VerificationIn,
    VerificationOut,
)
from app.events.verifying import verify
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.problems import refuses
from app.route import router as new_router
from app.signing import signer_for
from app.wire import Uuid

router = new_router("/v1/events", "events")
Keeper = Annotated[Actor, acting_as(Role.AUDITOR, Role.ADMIN)]
Reviewer = Annotated[Actor, acting_as(Role.AUDITOR, Role.SUPERVISOR, Role.ADMIN)]
AT_ONCE = 10_000  # events verified in one request; the command line has no such bound


@router.get("", response_model=FeedOut, responses=refuses(CursorOfAnotherLedger, CursorAheadOfLedger))
async def list_events(
    actor: Anyone, asked: Annotated[FeedIn, Query()], session: ReadSession, request: Request
) -> Response:
    """读取变更流 · Read the change feed.

    按提交顺序返回权限范围内的事件（CloudEvents 1.0），不遗漏、可续读：以 next_after 作为下次的 after；
    到达 head 后稍后再读。请同时带上 ledger_id，以便发现账本已从备份恢复。
    Events in scope, in commit order, complete and resumable: pass ``next_after`` as the next ``after``; at
    the head, ask again later. Send ``ledger_id`` too: a ledger restored from a backup answers 410.
    """
    signer = signer_for(request.app.state.settings)
    return shown(request, await read_feed(session, signer, actor, asked))


@router.get("/verification", response_model=VerificationOut, responses=refuses())
async def verify_events(
    actor: Reviewer, asked: Annotated[VerificationIn, Query()], session: ReadSession, request: Request
) -> Response:
    """核验账本 · Verify the ledger, or a part of it.

    每次至多核验 10,000 个事件；更长的账本请分段（from、to）或使用命令行 verify。首个损坏之处指明序号与原因。
    At most 10,000 events at once: verify longer ledgers part by part (``from``, ``to``), or with the command
    ``verify``. The first broken place is named by its sequence and reason.
    """
    head = await session.one(chain_head())
    upto = asked.upto if asked.upto is not None else head.sequence
    upto = min(upto, asked.first + AT_ONCE - 1)
    verdict = await verify(
        request.app.state.database,
        signer=signer_for(request.app.state.settings),
        first=asked.first,
        upto=None if upto >= head.sequence else upto,
    )
    broken = None
    if verdict.broken is not None:
        words = BREAK_WORDS[verdict.broken.kind]
        broken = BrokenOut(
            sequence=verdict.broken.sequence,
            kind=verdict.broken.kind,
            detail=words.told(actor.language, {}),
        )
    body = VerificationOut(
        ledger_id=verdict.ledger_id,
        first_sequence=verdict.first,
        last_sequence=verdict.last,
        head_sequence=head.sequence,
        checked=verdict.checked,
        heads_checked=verdict.heads,
        is_sound=broken is None,
        broken=broken,
    )
    return shown(request, body)


@router.post("/checkpoints", status_code=201, response_model=CheckpointOut, responses=refuses())
async def sign_checkpoint(actor: Keeper, session: WriteSession, request: Request) -> Response:
    """签署检查点 · Sign a checkpoint.

    对账本当前末尾签名（Ed25519）。请将返回的 JSON 保存在系统之外，核验时以 --heads 提供。
    Signs the ledger's present end. Keep this JSON outside, and give it to ``verify --heads`` later.
    """
    signer = signer_for(request.app.state.settings)
    checkpoint = await checkpoints.sign_checkpoint(session, actor, signer)
    return await answered(
        session, checkpoint_body(checkpoint), location=f"/v1/events/checkpoints/{checkpoint.id}"
    )


@router.get("/checkpoints", response_model=PageOut[CheckpointOut], responses=refuses(CursorInvalid))
async def list_checkpoints(
    actor: Reviewer,  # noqa: ARG001 - nothing is answered to a stranger
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询检查点 · List the checkpoints, the oldest first."""
    rows, cursor = await checkpoints.list_checkpoints(session, asked)
    return page(request, [checkpoint_body(row) for row in rows], cursor)


@router.get(
    "/checkpoints/{checkpoint_id}", response_model=CheckpointOut, responses=refuses(CheckpointNotFound)
)
async def get_checkpoint(
    actor: Reviewer,  # noqa: ARG001 - as above
    checkpoint_id: Uuid,
    session: ReadSession,
    request: Request,
) -> Response:
    """读取检查点 · Read a checkpoint."""
    return shown(request, checkpoint_body(await checkpoints.get_checkpoint(session, checkpoint_id)))
