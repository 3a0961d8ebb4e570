"""Taking up an issue of a project: what is wrong, on which level, who answers for it until when."""

from app.actor import Actor, check_named
from app.clock import new_id
from app.coordination.models import Issue
from app.coordination.responsible import Wanted, find_responsible
from app.coordination.schemas import IssueIn
from app.coordination.service import KnownIssue, agree_on
from app.database import Writer
from app.domain.coordination import check_first_level, time_for
from app.domain.coordination_terms import DutyState
from app.events.service import record
from app.items.queries import ItemCaseNotFound, find_case
from app.private import service as private
from app.projects.queries import stamp_of
from app.projects.service import lock_open_project


async def raise_issue(session: Writer, actor: Actor, project_id: str, given: IssueIn) -> KnownIssue:
    """Take up an issue of a project. Whoever shall answer for it takes part in the project from now on.

    Refuses a service that has ended, a level above the first without a reason, a case that is not the
    project's, ``ResponsibleNotSuitable``.
    """
    check_named(actor)
    project, standing = await lock_open_project(session, actor, project_id)
    check_first_level(given.level, has_reason=given.reason is not None)
    if given.item_case_id is not None:
        case, _, _ = await find_case(session, actor, given.item_case_id)
        if case.project_id != project_id:
            raise ItemCaseNotFound
    wanted = Wanted(given.responsible_id, given.department_code)
    (responsible,) = await find_responsible(session, actor, project, [wanted])
    time = time_for(given.level, given.days)
    row = await session.insert(
        Issue,
        id=new_id(actor.at),
        project_id=project_id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        item_case_id=given.item_case_id,
        title_id=await private.keep(session, actor, "issue_title", given.title, project_id) or "",
        text_id=await private.keep(session, actor, "issue_text", given.text, project_id) or "",
        reason_id=await private.keep(session, actor, "reason", given.reason, project_id),
        level=given.level,
        raised_by=actor.person,
        raised_department=actor.scope.department,
        raised_on=actor.today,
        responsible=responsible.person,
        department_code=responsible.department_code,
        state=DutyState.OPEN.value,
        **await agree_on(session, project.area_code, actor.today, time),
        resolver=None,
        resolved_on=None,
        closed_on=None,
    )
    await record(
        session,
        actor,
        "issue.raised",
        stamp_of(project, row.department_code),
        facts={"issue_id": row.id, "level": row.level},
        reason_id=row.reason_id,
    )
    return KnownIssue(row, standing, 0)
