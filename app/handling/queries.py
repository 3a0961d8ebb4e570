"""Finding the steps of a case; whoever may see the case may see its steps."""

from typing import Any

from sqlmodel import col, select

from app.handling.models import HandlingStep
from app.query import Selection, query


@query
def steps_of_case(case_id: str) -> Selection[HandlingStep]:
    """Read every step of a case that was found in scope, in order."""
    return select(HandlingStep).where(HandlingStep.case_id == case_id).order_by(col(HandlingStep.number))


@query
def steps_page(case_id: str, limit: int, last: int | None) -> Selection[Any]:
    """List the steps of a case that was found in scope, in order, after the last one seen."""
    statement = select(HandlingStep).where(HandlingStep.case_id == case_id)
    if last is not None:
        statement = statement.where(col(HandlingStep.number) > last)
    return statement.order_by(col(HandlingStep.number)).limit(limit)
