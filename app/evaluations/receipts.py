"""Receipts: a code that whoever evaluated was shown once, and by which he can come back."""

from typing import Any

from sqlmodel import select

from app.clock import random_bits
from app.database import Reader, Writer
from app.digests import sha256
from app.domain.invitations import BITS, read_receipt, receipt_code
from app.domain.vocabulary import EvaluationRound
from app.evaluations.models import Evaluation, EvaluationWaiting
from app.query import Selection, query


@query
def _passed_on(digest: str) -> Selection[Evaluation]:
    return select(Evaluation).where(Evaluation.receipt_digest == digest)


@query
def _waiting(digest: str) -> Selection[EvaluationWaiting]:
    return select(EvaluationWaiting).where(EvaluationWaiting.receipt_digest == digest)


def new_receipt() -> tuple[str, str]:
    """Make a receipt code; give it with its digest, which is all that is kept."""
    code = receipt_code(random_bits(BITS))
    return code, digest_of(code)


def digest_of(code: str) -> str:
    """Digest a receipt code as people write it. Refuses ``ReceiptMalformed``."""
    return sha256(read_receipt(code).encode())


async def evaluations_by_receipt(
    session: Reader | Writer, code: str
) -> tuple[list[Evaluation], list[EvaluationWaiting]]:
    """Find what was evaluated under a receipt: rows passed on, and rows that wait. At most two in all.

    For the rater alone: who holds the code gave the evaluation. Refuses ``ReceiptMalformed``.
    """
    digest = digest_of(code)
    rows: list[Any] = await session.all(_passed_on(digest))
    return rows, await session.all(_waiting(digest))


async def reviewed_by_receipt(session: Reader, code: str) -> Evaluation | None:
    """Find the first evaluation that a receipt belongs to, once it was passed on; for its bad review."""
    rows, _ = await evaluations_by_receipt(session, code)
    return next((row for row in rows if row.round == EvaluationRound.FIRST), None)
