"""Tasks of supervision: notices that wait for the reply of a department or an agent, or for a judgement."""

from typing import Any

from app.calendars.queries import calendar_of
from app.database import Reader
from app.domain.standing import Role
from app.domain.supervision_terms import NoticeState
from app.domain.tasks import Looked, Place, TaskKind
from app.tasks.queries import notices_in
from app.tasks.schemas import TaskOut
from app.tasks.sources import LOOK, Ask, looked


async def _notices(session: Reader, ask: Ask, kind: TaskKind, state: NoticeState) -> Looked:
    """Find notices in a state: those to the department, or to the agency about a project that is his."""
    whose = ask.whose
    is_agencys = whose.role is Role.AGENT
    found = notices_in(LOOK, *ask.scope, state.value, *whose.filters, *ask.start(), is_agencys=is_agencys)
    rows = await session.all(found)
    calendars = {row.area_code: await calendar_of(session, row.area_code) for row, _, _ in rows}

    def tasks_of(row: Any) -> list[TaskOut]:
        notice, project, standing = row
        turn = whose.turn(standing.primary_agent, standing.backup_agent)
        concerned = {notice.replier}
        if notice.department_code is None:
            concerned |= {standing.primary_agent, standing.backup_agent}
        if not turn.is_his or (kind is TaskKind.NOTICE_JUDGEMENT and whose.person in concerned):
            return []
        tell = ask.tell.about(project, turn.on_behalf_of)
        return [tell.notice(kind, notice, calendars[notice.area_code])]

    return looked(rows, lambda row: Place(row[0].replied_on or row[0].asked_on, row[0].id, ""), tasks_of)


async def _to_reply(session: Reader, ask: Ask) -> Looked:
    return await _notices(session, ask, TaskKind.NOTICE_REPLY, NoticeState.ISSUED)


async def _to_judge(session: Reader, ask: Ask) -> Looked:
    return await _notices(session, ask, TaskKind.NOTICE_JUDGEMENT, NoticeState.REPLIED)


URGED: tuple[tuple[frozenset[Role], frozenset[TaskKind], Any], ...] = (
    (frozenset({Role.DEPARTMENT, Role.AGENT}), frozenset({TaskKind.NOTICE_REPLY}), _to_reply),
    (frozenset({Role.SUPERVISOR}), frozenset({TaskKind.NOTICE_JUDGEMENT}), _to_judge),
)
"""Who is shown what, and where it comes from."""
