"""Finding the steps of a case; whoever may see the case may see its steps."""

from typing import Any

from sqlmodel import col, select

from app.clients.models import Operator
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


@query
def staff_of(department: str) -> Selection[str]:
    """Name the persons of a department: none of them judges what is about it, whatever his role."""
    return select(Operator.person_key).where(Operator.department_code == department)
