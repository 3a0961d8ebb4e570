"""Finding bad reviews: by area and owner, and a department those about itself."""

from typing import Any

from sqlmodel import col, select

from app.actor import Actor, within
from app.bad_reviews.models import BadReview
from app.database import Reader, Writer
from app.errors import NotFound, Words
from app.items.models import ItemCase
from app.query import Selection, one_of, query


class BadReviewNotFound(NotFound):
    """No bad review has this id, or the caller may not see it."""

    title = Words("找不到该差评", "Bad review not found")
    detail = Words("没有该差评，或您无权查看。", "There is no such bad review, or you may not see it.")


@query
def department_of_case(item_case_id: str) -> Selection[str | None]:
    """Name the department that handled an item which was evaluated: the office reviewed."""
    return select(ItemCase.department_code).where(ItemCase.id == item_case_id)


def _seen(areas: Any, department: str | None, owner: str | None) -> list[Any]:
    """Limit to the scope. A department sees what is about itself: others of the project do not."""
    clauses: list[Any] = within(BadReview, areas, None, owner)
    return clauses if department is None else [*clauses, BadReview.department_code == department]


@query
def _bad_review(
    review_id: str, areas: Any, department: str | None, owner: str | None
) -> Selection[BadReview]:
    return select(BadReview).where(BadReview.id == review_id, *_seen(areas, department, owner))


@query
def _locked(review_id: str, areas: Any, department: str | None, owner: str | None) -> Selection[BadReview]:
    return (
        select(BadReview).where(BadReview.id == review_id, *_seen(areas, department, owner)).with_for_update()
    )


@query
def find_by_receipt(digest: str) -> Selection[BadReview]:
    """Find the bad review a receipt belongs to: the code is the rater's whole right."""
    return select(BadReview).where(BadReview.receipt_digest == digest)


@query
def lock_by_receipt(digest: str) -> Selection[BadReview]:
    """Find it and keep other writers away from it; lock its project before."""
    return select(BadReview).where(BadReview.receipt_digest == digest).with_for_update()


@query
def find_earlier(event_id: str | None, digest: str | None) -> Selection[str]:
    """Find the bad review of an occurrence or of a receipt: a follow-on opens no second one."""
    if event_id is not None:
        return select(BadReview.id).where(BadReview.event_id == event_id)
    return select(BadReview.id).where(BadReview.receipt_digest == digest)


@query
def bad_reviews_page(
    limit: int, areas: Any, department: str | None, owner: str | None,
    states: Any, project_id: str | None, handler: str | None, last: str | None,
) -> Selection[BadReview]:  # fmt: skip
    """List the bad reviews in scope that match every filter, after the last one seen."""
    statement = select(BadReview).where(*_seen(areas, department, owner))
    if states is not None:
        statement = statement.where(one_of(col(BadReview.state), states))
    if project_id is not None:
        statement = statement.where(BadReview.project_id == project_id)
    if handler is not None:
        statement = statement.where(BadReview.handler == handler)
    if last is not None:
        statement = statement.where(col(BadReview.id) < last)
    return statement.order_by(col(BadReview.id).desc()).limit(limit)


async def get_bad_review(session: Reader, actor: Actor, review_id: str) -> BadReview:
    """Find a bad review, or refuse ``BadReviewNotFound``."""
    found = await session.first(_bad_review(review_id, *actor.scope))
    if found is None:
        raise BadReviewNotFound
    return found


async def lock_bad_review(session: Writer, actor: Actor, review_id: str) -> BadReview:
    """Find a bad review and keep other writers away from it; lock its project before."""
    found = await session.first(_locked(review_id, *actor.scope))
    if found is None:
        raise BadReviewNotFound
    return found
