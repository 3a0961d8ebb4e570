"""Today's work of somebody: whose it is, and one page of it."""

from datetime import date

from app.actor import Actor, Scope
from app.clients.queries import OperatorNotFound
from app.database import Reader
from app.domain.standing import Role
from app.domain.tasks import Place, merge
from app.engagements.queries import operator_by_id
from app.errors import Forbidden, Words
from app.pages import CursorInvalid, cursor_of, read_cursor
from app.tasks.answers import Teller
from app.tasks.owed import OWED
from app.tasks.queries import absent_on
from app.tasks.schemas import TaskOut, TasksIn
from app.tasks.sources import SOURCES, Ask, Whose
from app.tasks.urged import URGED
from app.wire import is_uuid

LEADERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR})


class TasksAreNotYours(Forbidden):
    """Whoever asks for the work of others is a coordinator or a supervisor."""

    title = Words("无权查看他人任务", "Not your tasks")
    detail = Words(
        "他人、其他角色或者其他部门的任务只供协调员和督办员查看。",
        "Other people's, roles' or departments' tasks are for coordinators and supervisors.",
    )


async def list_tasks(session: Reader, actor: Actor, asked: TasksIn) -> tuple[list[TaskOut], str | None]:
    """List a page of what has to be done, the most urgent first: what is overdue, then by day.

    Nothing is shown that the caller could not read; the number of statements is fixed. Refuses
    ``TasksAreNotYours``, ``OperatorNotFound``.
    """
    whose, scope = await _whose(session, actor, asked)
    after = _place(asked.cursor)
    ask = Ask(scope, whose, actor.today, after, Teller(actor.today, actor.language))
    looks = [
        await source(session, ask)
        for roles, kinds, source in (*SOURCES, *OWED, *URGED)
        if whose.role in roles and (asked.kind is None or not kinds.isdisjoint(asked.kind))
    ]
    found, end = merge(looks, after, asked.limit)
    tasks: list[TaskOut] = [task for _, task in found if asked.kind is None or task["kind"] in asked.kind]
    return tasks, None if end is None else cursor_of(end.on.isoformat(), end.row_id, end.what)


async def _whose(session: Reader, actor: Actor, asked: TasksIn) -> tuple[Whose, Scope]:
    """Find out whose work is asked for, and how much of it the caller may see."""
    own = Role(actor.role)
    role, person, department = own, actor.person, actor.scope.department
    if asked.operator is not None:
        operator = await session.first(operator_by_id(asked.operator))
        if operator is None:
            raise OperatorNotFound
        person = operator.person_key
        role = own if own in operator.roles or person == actor.person else Role(operator.roles[0])
        department = operator.department_code if role is Role.DEPARTMENT else department
    if asked.department is not None:
        role, department = Role.DEPARTMENT, asked.department
    role = asked.role or role
    mine = (own, actor.person, actor.scope.department)
    if own not in LEADERS and (role, person, department) != mine:
        raise TasksAreNotYours
    is_everybodys = asked.operator is None and (asked.role is not None or asked.department is not None)
    absent = {row.person_key: row.substitute_key for row in await session.all(absent_on(actor.today))}
    scope = actor.scope if department is None else actor.scope._replace(department=department)
    return Whose(role, None if is_everybodys else person, absent), scope


def _place(cursor: str | None) -> Place | None:
    """Read where the page before ended. Refuses ``CursorInvalid``."""
    last = read_cursor(cursor, str, str, str)
    if last is None:
        return None
    day, row_id, what = last
    try:
        on = date.fromisoformat(day or "")
    except ValueError:
        raise CursorInvalid from None
    if row_id is None or what is None or not is_uuid(row_id):
        raise CursorInvalid
    return Place(on, row_id, what)
