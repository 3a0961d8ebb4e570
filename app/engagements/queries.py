"""Finding agreements, assignments and the departments that take part."""

from sqlmodel import col, select

from app.actor import Actor
from app.areas.models import Department
from app.clients.models import Operator
from app.database import Reader
from app.engagements.models import AgentAssignment, Agreement
from app.errors import NotFound, Words
from app.projects.queries import find_part
from app.query import Selection, one_of, query


class AgreementNotFound(NotFound):
    """The project has no agreement of this id."""

    title = Words("找不到该协议", "Agreement not found")
    detail = Words("该项目没有这份协议。", "The project has no such agreement.")


class AssignmentNotFound(NotFound):
    """The project has nobody assigned under this id."""

    title = Words("找不到该指派记录", "Assignment not found")
    detail = Words("该项目没有这条指派记录。", "The project has no such assignment.")


@query
def operator_by_id(operator_id: str) -> Selection[Operator]:
    """Find a registered person by id."""
    return select(Operator).where(Operator.id == operator_id)


@query
def departments_by_code(codes: list[str]) -> Selection[Department]:
    """Find departments by their codes."""
    return select(Department).where(one_of(col(Department.code), codes))


async def get_agreement(session: Reader, actor: Actor, project_id: str, agreement_id: str) -> Agreement:
    """Find an agreement of a project, or refuse ``AgreementNotFound``."""
    found = await find_part(session, actor, project_id, Agreement, agreement_id)
    if found is None:
        raise AgreementNotFound
    return found


async def get_assignment(
    session: Reader, actor: Actor, project_id: str, assignment_id: str
) -> AgentAssignment:
    """Find an assignment of a project, or refuse ``AssignmentNotFound``."""
    found = await find_part(session, actor, project_id, AgentAssignment, assignment_id)
    if found is None:
        raise AssignmentNotFound
    return found
