"""Assigning agents and liaisons, handing over, and which departments take part."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.actor import Actor
from app.areas.models import Department
from app.areas.queries import areas_above
from app.clients.models import Operator
from app.clock import new_id, office_date
from app.database import Writer
from app.domain.separation import check_agents
from app.domain.standing import Role
from app.domain.vocabulary import AgentRole
from app.engagements.models import AgentAssignment, ProjectDepartment
from app.engagements.queries import departments_by_code, get_assignment, operator_by_id
from app.engagements.schemas import AgentIn, AssignmentEndIn, HandOverIn
from app.errors import Conflict, Fault, Invalid, Words
from app.events.service import record
from app.files.queries import check_evidence
from app.private import service as private
from app.projects.models import Project
from app.projects.queries import Pair, every_part, stamp_of
from app.projects.service import change_standing, lock_open_project

STANDING = {AgentRole.PRIMARY: "primary_agent", AgentRole.BACKUP: "backup_agent"}
NO_SUCH = Words(
    "没有在项目所在区域有效的此项登记", "is not registered, valid today and of the project's area"
)


class OperatorNotSuitable(Invalid):
    """Whoever serves a project is a valid operator in the right role, of an area that covers the project's.

    Agents and local assistants need the role agent, a liaison the role department, in that department.
    """

    title = Words("不能指派该人员", "The operator cannot be assigned")
    detail = Words(
        "该人员未登记、已失效、不具备相应角色，或者不在项目所在区域任职。",
        "The operator is unknown, no longer valid, lacks the role, or is not of the project's area.",
    )


class DepartmentNotSuitable(Invalid):
    """A department that takes part is registered, valid today, of the project's area or one above it."""

    title = Words("部门不存在或者不在该区域", "The department cannot take part")
    detail = Words(
        "有 {count} 个部门不存在、已失效或者不在项目所在区域，详见 errors。",
        "{count} departments are unknown, no longer valid or not of the project's area; see errors.",
    )


class LiaisonsHaveADepartment(Invalid):
    """A liaison is named with a department, anybody else without."""

    title = Words("联络员须注明部门", "Liaisons have a department")
    detail = Words(
        "指派部门联络员须给出 department_code，其他分工不得给出。",
        "Give department_code for a liaison, and for nobody else.",
    )


class AgentAlreadyAssigned(Conflict):
    """A project has one primary and one backup agent; another one comes by a hand-over."""

    title = Words("该角色已有代办员", "The role is taken")
    detail = Words(
        "本项目已有该角色的代办员，请办理交接。", "The project has an agent in this role: hand over instead."
    )


class AssignmentHasEnded(Conflict):
    """The assignment has ended; it cannot be handed over or ended again."""

    title = Words("该指派已结束", "The assignment has ended")
    detail = Words("该指派已于 {ended_on} 结束。", "The assignment ended on {ended_on}.")


async def assign_agent(session: Writer, actor: Actor, project_id: str, given: AgentIn) -> AgentAssignment:
    """Assign somebody to a project. A liaison's department takes part from now on.

    Refuses unsuitable operators and departments, a role that is taken, one person as A and B.
    """
    project, row = await lock_open_project(session, actor, project_id)
    if (given.role is AgentRole.LIAISON) != (given.department_code is not None):
        raise LiaisonsHaveADepartment
    operator = await _suitable(session, actor, project, given, "/operator_id")
    check_agents(given.role, operator.person_key, row.primary_agent, row.backup_agent)
    column = STANDING.get(given.role)
    if column is not None and getattr(row, column) is not None:
        raise AgentAlreadyAssigned
    if given.department_code is not None:
        await check_departments(session, actor, project, [given.department_code], "/department_code")
        await take_part(session, actor, project, [given.department_code])
    assignment = await _begin(session, actor, project, operator, given.role, given.department_code)
    if column is not None:
        await change_standing(session, (project, row), **{column: operator.person_key})
    await record(session, actor, "agent.assigned", stamp_of(project), facts=_facts(assignment))
    return assignment


async def hand_over(
    session: Writer, actor: Actor, project_id: str, assignment_id: str, given: HandOverIn
) -> AgentAssignment:
    """End an assignment and begin another in its role at the same moment; return the new one.

    Refuses an ended assignment, unsuitable operators, one person as A and B.
    """
    project, row = await lock_open_project(session, actor, project_id)
    old = await _running(session, actor, project_id, assignment_id)
    wanted = AgentIn(
        role=AgentRole(old.role), operator_id=given.to_operator_id, department_code=old.department_code
    )
    operator = await _suitable(session, actor, project, wanted, "/to_operator_id")
    if operator.id == old.operator_id:
        raise AgentAlreadyAssigned
    check_agents(old.role, operator.person_key, row.primary_agent, row.backup_agent)
    await check_evidence(session, actor, given.evidence)
    new, old = await give_assignment(
        session, actor, (project, row), old, operator, given.reason, given.open_tasks
    )
    await record(
        session,
        actor,
        "agent.handed_over",
        stamp_of(project),
        facts={**_facts(new), "from_assignment_id": old.id, "from_operator_id": old.operator_id},
        evidence=given.evidence,
        reason_id=old.end_reason_id,
    )
    return new


async def give_assignment(
    session: Writer,
    actor: Actor,
    pair: Pair,
    old: AgentAssignment,
    operator: Operator,
    reason: str,
    open_tasks: str | None,
) -> tuple[AgentAssignment, AgentAssignment]:
    """End an assignment to a locked project and begin another in its role; the caller records the event."""
    project, row = pair
    reason_id = await private.keep(session, actor, "reason", reason, project.id)
    tasks_id = await private.keep(session, actor, "open_tasks", open_tasks, project.id)
    new = await _begin(session, actor, project, operator, old.role, old.department_code)
    old = await session.change(
        old,
        ended_at=actor.at,
        end_reason_id=reason_id,
        open_tasks_id=tasks_id,
        handed_over_to=new.id,
        version=old.version + 1,
    )
    if (column := STANDING.get(AgentRole(old.role))) is not None:
        await change_standing(session, (project, row), **{column: operator.person_key})
    return new, old


async def end_assignment(
    session: Writer, actor: Actor, project_id: str, assignment_id: str, given: AssignmentEndIn
) -> AgentAssignment:
    """End an assignment with nobody in its place. A liaison's department still sees the project."""
    project, row = await lock_open_project(session, actor, project_id)
    old = await _running(session, actor, project_id, assignment_id)
    await check_evidence(session, actor, given.evidence)
    reason_id = await private.keep(session, actor, "reason", given.reason, project_id)
    old = await session.change(old, ended_at=actor.at, end_reason_id=reason_id, version=old.version + 1)
    if (column := STANDING.get(AgentRole(old.role))) is not None:
        await change_standing(session, (project, row), **{column: None})
    await record(
        session,
        actor,
        "agent.assignment_ended",
        stamp_of(project),
        facts=_facts(old),
        evidence=given.evidence,
        reason_id=reason_id,
    )
    return old


async def check_departments(
    session: Writer, actor: Actor, project: Project, codes: Sequence[str], pointer: str
) -> None:
    """Refuse ``DepartmentNotSuitable``, naming every department that cannot take part.

    ``pointer`` is where a code stands in the body, with ``{}`` for its place in a list.
    """
    above = await areas_above(session, project.area_code)
    known = {d.code: d for d in await session.all(departments_by_code(list(codes)))}
    faults = [
        Fault(pointer.format(place), "unknown_department", NO_SUCH)
        for place, code in enumerate(codes)
        if not _is_valid(known.get(code), above, actor)
    ]
    if faults:
        raise DepartmentNotSuitable(faults=faults, count=len(faults))


async def take_part(session: Writer, actor: Actor, project: Project, codes: Iterable[str]) -> None:
    """Let departments take part in a locked project from now on, and see it."""
    present = {d.department_code for d in await every_part(session, actor, project.id, ProjectDepartment)}
    for code in dict.fromkeys(codes):
        if code not in present:
            await session.insert(
                ProjectDepartment,
                id=new_id(actor.at),
                project_id=project.id,
                department_code=code,
                area_code=project.area_code,
                owner_uscc=project.owner_uscc,
            )


def _is_valid(found: Department | Operator | None, above: tuple[str, ...], actor: Actor) -> bool:
    if found is None or found.area_code not in above:
        return False
    return found.valid_from <= actor.today <= (found.valid_to or actor.today)


async def _suitable(
    session: Writer, actor: Actor, project: Project, wanted: AgentIn, pointer: str
) -> Operator:
    operator = await session.first(operator_by_id(wanted.operator_id))
    above = await areas_above(session, project.area_code)
    if operator is None or not may_serve(operator, above, actor, wanted.role, wanted.department_code):
        raise OperatorNotSuitable(faults=[Fault(pointer, "unsuitable_operator", NO_SUCH)])
    return operator


def may_serve(
    operator: Operator, above: tuple[str, ...], actor: Actor, role: str, department: str | None
) -> bool:
    """Tell whether somebody may serve in a role in an area; ``above`` is that area and those above it."""
    if not _is_valid(operator, above, actor):
        return False
    if role == AgentRole.LIAISON:
        return Role.DEPARTMENT in operator.roles and operator.department_code == department
    return Role.AGENT in operator.roles


async def _running(session: Writer, actor: Actor, project_id: str, assignment_id: str) -> AgentAssignment:
    found = await get_assignment(session, actor, project_id, assignment_id)
    if found.ended_at is not None:
        raise AssignmentHasEnded(ended_on=office_date(found.ended_at))
    return found


async def _begin(
    session: Writer, actor: Actor, project: Project, operator: Operator, role: str, department: str | None
) -> AgentAssignment:
    return await session.insert(
        AgentAssignment,
        id=new_id(actor.at),
        project_id=project.id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        role=role,
        operator_id=operator.id,
        person_key=operator.person_key,
        department_code=department,
        began_at=actor.at,
        ended_at=None,
        end_reason_id=None,
        open_tasks_id=None,
        handed_over_to=None,
    )


def _facts(assignment: AgentAssignment) -> dict[str, Any]:
    return {
        "assignment_id": assignment.id, "role": assignment.role, "operator_id": assignment.operator_id
    }  # fmt: skip
