"""Tasks of coordination: issues and conclusions of whoever answers for them, and what waits for a check."""

from typing import Any

from app.coordination.models import Conclusion, Issue
from app.coordination.queries import open_duties, resolved_duties
from app.database import Reader
from app.domain.standing import Role
from app.domain.tasks import Looked, Place, TaskKind
from app.tasks.schemas import TaskOut
from app.tasks.sources import LOOK, Ask, looked

OWERS = frozenset({Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.SUPERVISOR, Role.DEPARTMENT})
CHECKERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR})


async def _owed(session: Reader, ask: Ask, kind: TaskKind, table: Any) -> Looked:
    """Find what he has open himself or for whom he stands in; a department's people all that is the office's.

    Of everybody in a role: what the agency has, told to agents.
    """
    whose = ask.whose
    office, people = None, None
    if whose.role is Role.DEPARTMENT:
        office = ask.scope.department
    elif whose.person is not None:
        people = [whose.person, *(who for who, by in whose.absent.items() if by == whose.person)]
    elif whose.role is not Role.AGENT:
        return Looked([], None)
    rows = await session.all(open_duties(LOOK, *ask.scope, office, people, *ask.start(), kind=table))

    def tasks_of(row: Any) -> list[TaskOut]:
        duty, project = row
        named = duty.responsible
        if whose.person is None or named is None or named == whose.person:
            return [ask.tell.about(project).duty(kind, duty)]
        is_stood_in_for = whose.absent.get(named) == whose.person
        return [ask.tell.about(project, named).duty(kind, duty)] if is_stood_in_for else []

    return looked(rows, lambda row: Place(row[0].due_on, row[0].id, ""), tasks_of)


async def _to_check(session: Reader, ask: Ask, kind: TaskKind, table: Any) -> Looked:
    """Find what others have resolved and nobody has closed."""
    person = ask.whose.person or ""
    rows = await session.all(resolved_duties(LOOK, *ask.scope, person, *ask.start(), kind=table))
    return looked(
        rows,
        lambda row: Place(row[0].due_on, row[0].id, ""),
        lambda row: [ask.tell.about(row[1]).duty(kind, row[0])],
    )


async def _issues(session: Reader, ask: Ask) -> Looked:
    return await _owed(session, ask, TaskKind.ISSUE, Issue)


async def _conclusions(session: Reader, ask: Ask) -> Looked:
    return await _owed(session, ask, TaskKind.CONCLUSION, Conclusion)


async def _issues_to_check(session: Reader, ask: Ask) -> Looked:
    return await _to_check(session, ask, TaskKind.ISSUE_CHECK, Issue)


async def _conclusions_to_check(session: Reader, ask: Ask) -> Looked:
    return await _to_check(session, ask, TaskKind.CONCLUSION_CHECK, Conclusion)


OWED: tuple[tuple[frozenset[Role], frozenset[TaskKind], Any], ...] = (
    (OWERS, frozenset({TaskKind.ISSUE}), _issues),
    (OWERS, frozenset({TaskKind.CONCLUSION}), _conclusions),
    (CHECKERS, frozenset({TaskKind.ISSUE_CHECK}), _issues_to_check),
    (CHECKERS, frozenset({TaskKind.CONCLUSION_CHECK}), _conclusions_to_check),
)
"""Who is shown what, and where it comes from."""
