"""Checkpoints: heads signed on request, to be kept outside and given to the verification later."""

from app.actor import Actor
from app.clock import new_id
from app.database import Reader, Writer
from app.errors import NotFound, Words
from app.events.heads import sign_head
from app.events.models import Checkpoint
from app.events.queries import chain_head, checkpoints, find_checkpoint
from app.events.schemas import CheckpointOut
from app.events.service import Stamp, record
from app.pages import PageIn, cursor_of, cut, read_id
from app.signing import Signer
from app.table import rfc3339


class CheckpointNotFound(NotFound):
    """No checkpoint has this id."""

    title = Words("找不到该检查点", "Checkpoint not found")
    detail = Words("没有该检查点。", "There is no such checkpoint.")


async def sign_checkpoint(session: Writer, actor: Actor, signer: Signer) -> Checkpoint:
    """Sign the present end of the ledger; the signing itself is the next event."""
    head = await session.one(chain_head())
    signed = sign_head(signer, head.ledger_id, head.sequence, head.hash, head.recorded_at)
    checkpoint = await session.insert(
        Checkpoint,
        id=new_id(actor.at),
        ledger_id=head.ledger_id,
        sequence=head.sequence,
        hash=head.hash,
        recorded_at=head.recorded_at,
        algorithm=signed.algorithm,
        signature=signed.signature,
        key_id=signed.key_id,
        public_key=signer.public_key_pem,
        signed_at=actor.at,
    )
    await record(session, actor, "checkpoint.signed", Stamp(None, actor.areas[0], None))
    return checkpoint


async def get_checkpoint(session: Reader, checkpoint_id: str) -> Checkpoint:
    """Find a checkpoint, or refuse ``CheckpointNotFound``."""
    found = await session.first(find_checkpoint(checkpoint_id))
    if found is None:
        raise CheckpointNotFound
    return found


async def list_checkpoints(session: Reader, asked: PageIn) -> tuple[list[Checkpoint], str | None]:
    """List a page of the checkpoints, the oldest first."""
    after = read_id(asked.cursor)
    rows, has_more = cut(await session.all(checkpoints(after, asked.limit + 1)), asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None


def checkpoint_body(checkpoint: Checkpoint) -> CheckpointOut:
    """Show a checkpoint; this JSON is what to keep."""
    return CheckpointOut(
        id=checkpoint.id,
        ledger_id=checkpoint.ledger_id,
        sequence=checkpoint.sequence,
        hash=checkpoint.hash,
        recorded_at=rfc3339(checkpoint.recorded_at),
        algorithm=checkpoint.algorithm,
        signature=checkpoint.signature,
        key_id=checkpoint.key_id,
        public_key=checkpoint.public_key,
        signed_at=checkpoint.signed_at,
    )
