"""Who answers for an issue or a conclusion: one person or one office, valid today, of the project's area."""

from collections.abc import Sequence
from typing import NamedTuple

from app.actor import Actor
from app.areas.models import Department
from app.areas.queries import areas_above
from app.clients.models import Operator
from app.coordination.queries import operators_by_id
from app.database import Writer
from app.domain.standing import Role
from app.engagements.queries import departments_by_code
from app.engagements.service import take_part
from app.errors import Fault, Invalid, Words
from app.handling.service import HANDLERS
from app.projects.models import Project


class ResponsibleNotSuitable(Invalid):
    """Exactly one answers for it: a person or a department, valid today, of the project's area or above."""

    title = Words("责任人或者责任单位有误", "Nobody suitable is responsible")
    detail = Words(
        "须且只须填写责任人、责任单位之一，且在项目所在区域登记有效；详见 errors。",
        "Name one person or one department, valid today and of the project's area; see errors.",
    )


NOBODY = Words("须填写责任人或者责任单位", "name a person or a department")
BOTH = Words("责任人与责任单位只填其一", "name a person or a department, not both")
NO_OPERATOR = Words("没有在项目所在区域有效的此人", "is no valid operator of the project's area")
NO_DEPARTMENT = Words("没有在项目所在区域有效的此部门", "is no valid department of the project's area")


class Wanted(NamedTuple):
    """Who shall answer, as the caller has named it; ``pointer`` is where that stands in the body."""

    responsible_id: str | None
    department_code: str | None
    pointer: str = ""


class Responsible(NamedTuple):
    """A person, an office, or a person of an office; without an office it is the agency's."""

    person: str | None
    department_code: str | None


async def find_responsible(
    session: Writer, actor: Actor, project: Project, wanted: Sequence[Wanted]
) -> list[Responsible]:
    """Find who shall answer, or refuse ``ResponsibleNotSuitable`` with every fault. Their offices take part.

    A fixed number of statements.
    """
    above = await areas_above(session, project.area_code)
    ids = sorted({w.responsible_id for w in wanted if w.responsible_id is not None})
    operators = {row.id: row for row in await session.all(operators_by_id(ids))}
    named = sorted({w.department_code for w in wanted if w.department_code is not None})
    offices = {row.code: row for row in await session.all(departments_by_code(named))}
    found: list[Responsible] = []
    faults: list[Fault] = []
    for responsible_id, code, pointer in wanted:
        if (responsible_id is None) == (code is None):
            said = ("missing", NOBODY) if code is None else ("not_both", BOTH)
            faults.append(Fault(f"{pointer}/responsible_id", *said))
        elif responsible_id is not None:
            operator = operators.get(responsible_id)
            if operator is None or not _serves(operator, above, actor) or not HANDLERS & set(operator.roles):
                faults.append(Fault(f"{pointer}/responsible_id", "unsuitable_operator", NO_OPERATOR))
            else:
                found.append(Responsible(operator.person_key, office_of(operator)))
        elif not _serves(offices.get(code or ""), above, actor):
            faults.append(Fault(f"{pointer}/department_code", "unknown_department", NO_DEPARTMENT))
        else:
            found.append(Responsible(None, code))
    if faults:
        raise ResponsibleNotSuitable(faults=faults)
    await take_part(session, actor, project, [r.department_code for r in found if r.department_code])
    return found


def office_of(operator: Operator) -> str | None:
    """Name the department a person answers for; None: the agency."""
    return operator.department_code if Role.DEPARTMENT in operator.roles else None


def _serves(found: Operator | Department | None, above: Sequence[str], actor: Actor) -> bool:
    if found is None or found.area_code not in above:
        return False
    return found.valid_from <= actor.today <= (found.valid_to or actor.today)
