"""Opening a bad review with the evaluation that it is about."""

from typing import Protocol

from app.actor import Actor
from app.bad_reviews.models import BadReview
from app.bad_reviews.queries import department_of_case, find_earlier
from app.clock import new_id, random_id
from app.database import Writer
from app.domain.bad_review_terms import BadReviewState
from app.domain.evaluations import is_bad
from app.domain.vocabulary import EvaluationMode, EvaluationRound, Level


class Evaluated(Protocol):
    """What an evaluation tells of itself, as its row does; what its mode must not tell is None."""

    id: str
    mode: str
    round: str
    area_code: str
    owner_uscc: str | None
    project_id: str | None
    event_id: str | None
    item_case_id: str | None
    subject: str
    handler: str | None
    level: str
    month: str
    text_id: str | None
    source_id: str | None
    receipt_digest: str | None


async def open_bad_review(session: Writer, actor: Actor, given: Evaluated) -> BadReview | None:
    """Open a bad review when an evaluation is dissatisfied or worse; in its transaction, before its event.

    A follow-on opens none where the first evaluation has one. Records nothing itself.
    """
    if not is_bad(Level(given.level)):
        return None
    if given.round == EvaluationRound.FOLLOW_ON:
        earlier = await session.first(find_earlier(given.event_id, given.receipt_digest))
        if earlier is not None:
            return None
    is_named = given.mode == EvaluationMode.NAMED
    department = None
    if given.item_case_id is not None:
        department = await session.first(department_of_case(given.item_case_id))
    return await session.insert(
        BadReview,
        id=new_id(actor.at) if is_named else random_id(),
        evaluation_id=given.id,
        mode=given.mode,
        area_code=given.area_code,
        owner_uscc=given.owner_uscc,
        project_id=given.project_id,
        event_id=given.event_id,
        item_case_id=given.item_case_id,
        department_code=department,
        subject=given.subject,
        level=given.level,
        month=given.month,
        text_id=given.text_id,
        source_id=given.source_id,
        receipt_digest=given.receipt_digest,
        reviewed=given.handler,
        opened_on=actor.today,
        state=BadReviewState.RECEIVED.value,
        grade=None,
        finding=None,
        ground=None,
        root_cause=None,
        handler=None,
        verifier=None,
        appellant=None,
        call_back_level=None,
        prechecked_on=None,
        assigned_on=None,
        contacted_on=None,
        appealed_on=None,
        ruled_on=None,
        replied_on=None,
        replied_in_time=None,
        followed_up_on=None,
        closed_on=None,
    )
