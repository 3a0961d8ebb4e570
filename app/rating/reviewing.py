"""Hearing the rater of a bad review on the page, by his receipt; who he is stands nowhere."""

from datetime import datetime

from app.actor import Actor
from app.bad_reviews.answers import receipt_body
from app.bad_reviews.schemas import ReceiptIn, ReceiptOut
from app.bad_reviews.service import hear_rater
from app.database import Writer
from app.domain.standing import Role
from app.rating.schemas import ReviewIn


async def hear(session: Writer, given: ReviewIn, at: datetime, language: str) -> ReceiptOut:
    """Show how a bad review stands, after what its rater has said, if he has.

    Refuses ``ReceiptMalformed``, ``ReceiptHasNoBadReview``, and what the rule refuses.
    """
    told = {} if given.action == "look" else {"action": given.action, "text": given.text}
    asked = ReceiptIn.model_validate({"receipt_code": given.receipt, **told})
    heard = await hear_rater(session, asked, at, language)
    reader = Actor(at=at, client_id="", role=Role.RATER, areas=(), language=language)
    return receipt_body(heard, reader)
