"""Registering a project and keeping its record."""

from typing import Any

from app.actor import Actor
from app.answers import check_version
from app.areas.queries import AreaNotFound
from app.calendars.queries import present_calendar
from app.clock import new_id
from app.database import Writer
from app.domain.identifiers import read_credit_code
from app.domain.moves import Procedure
from app.domain.procedures import stage_deadline
from app.domain.standing import Standing
from app.errors import Forbidden, Invalid, Words
from app.events.service import entry_mode, record
from app.files.queries import check_evidence
from app.private import service as private
from app.procedures.queries import get_procedure, procedure_in_force
from app.projects.models import Project, ProjectStanding
from app.projects.queries import Pair, lock_project, stamp_of
from app.projects.schemas import ProjectIn, ProjectPatch
from app.projects.standing import standing_of
from app.wire import fen


class StateSecretsStayOutside(Invalid):
    """The project holds state secrets: it must not be entered into a networked service (核准备案条例 §4)."""

    title = Words("涉密项目不得录入", "Secret projects stay outside")
    detail = Words(
        "涉密项目依法不得录入本系统;本次请求未被保存或记录。",
        "Projects with state secrets must not be entered; nothing of this request was kept or logged.",
    )


class OwnerIsNotYours(Forbidden):
    """A portal may only register projects of the owner it acts for."""

    title = Words("只能登记所代表单位的项目", "Not the owner acted for")
    detail = Words("门户只能登记其所代表建设单位的项目。", "A portal registers projects of its owner only.")


class OwnerNeedsBoth(Invalid):
    """An owner is named by credit code and name together."""

    title = Words("项目单位信息不完整", "The owner is incomplete")
    detail = Words("统一社会信用代码与名称须同时提供。", "Give credit code and name together.")


async def register_project(session: Writer, actor: Actor, given: ProjectIn) -> tuple[Pair, Procedure]:
    """Enter a lead: the project starts in the initial stage of its area's procedure.

    Refuses state secrets, foreign areas and owners, impossible codes.
    """
    if given.contains_state_secrets:
        raise StateSecretsStayOutside
    if not actor.has_area(given.area_code):
        raise AreaNotFound(code=given.area_code)
    uscc = owner_code(actor, given.owner_uscc, given.owner_name)
    await check_evidence(session, actor, given.evidence)
    mode = entry_mode(actor, given.occurred_at, has_grounds=bool(given.reason and given.evidence))
    happened = given.occurred_at or actor.at
    version = await procedure_in_force(session, given.area_code, actor.today)
    procedure = await get_procedure(session, version.id)
    project_id = new_id(actor.at)
    content = await private.keep(session, actor, "project_content", given.content, project_id)
    reason = await private.keep(session, actor, "reason", given.reason, project_id)
    project = await session.insert(
        Project,
        id=project_id,
        area_code=given.area_code,
        owner_uscc=uscc,
        owner_name=given.owner_name,
        name=given.name,
        project_code=None,
        procedure_id=version.id,
        stage=procedure.initial,
        service_mode=None,
        scope_stages=None,
        process_class=given.process_class,
        approval_mode=given.approval_mode,
        construction_nature=given.construction_nature,
        land_mode=given.land_mode,
        fund_nature=given.fund_nature,
        industry_code=given.industry_code,
        investment_fen=None if given.investment_wan_yuan is None else fen(given.investment_wan_yuan),
        location=given.location,
        content_id=content,
        planned_start_on=given.planned_start_on,
        planned_completion_on=given.planned_completion_on,
        actual_start_on=None,
        actual_completion_on=None,
        attributes=given.attributes.model_dump(),
        lead_source=given.lead_source,
        file_number=None,
        duplicate_of=None,
        due_on=None,
        warn_on=None,
        due_move=None,
        calendar_version=None,
        registered_at=happened,
    )
    row = await session.insert(
        ProjectStanding,
        project_id=project_id,
        last_step_at=happened,
        stage_entered_at=happened,
        before_suspension=None,
        resumes_visit_of=None,
        pauses=[],
        primary_agent=None,
        backup_agent=None,
        plan_number=None,
        plan_author=None,
        plan_approver=None,
        reminded_on=None,
        lapse_notified_on=None,
        client_heard_on=None,
        completed_on=None,
        work_finished_on=None,
        confirmations=[],
    )
    await record(
        session,
        actor,
        "project.registered",
        stamp_of(project),
        occurred_at=given.occurred_at,
        mode=mode,
        evidence=given.evidence,
        reason_id=reason,
    )
    return (project, row), procedure


async def change_project(
    session: Writer, actor: Actor, project_id: str, given: ProjectPatch, expected: int | None
) -> tuple[Pair, Procedure]:
    """Change facts of the record. Refuses a stale version."""
    project, row = await lock_project(session, actor, project_id)
    check_version(expected, project.version, stage=project.stage)
    facts: dict[str, Any] = given.given()
    if "investment_wan_yuan" in facts:
        amount = facts.pop("investment_wan_yuan")
        facts["investment_fen"] = None if amount is None else fen(amount)
    if "content" in facts:
        facts["content_id"] = await private.keep(
            session, actor, "project_content", facts.pop("content"), project_id
        )
    if {"owner_uscc", "owner_name"} & facts.keys():
        name = facts.get("owner_name", project.owner_name)
        facts["owner_uscc"] = owner_code(actor, facts.get("owner_uscc", project.owner_uscc), name)
    if given.attributes is not None:
        facts["attributes"] = given.attributes.model_dump()
    project = await session.change(project, **facts, version=project.version + 1)
    await record(session, actor, "project.record_changed", stamp_of(project))
    return (project, row), await get_procedure(session, project.procedure_id)


def owner_code(actor: Actor, code: str | None, name: str | None) -> str | None:
    """Read the owner's credit code. Refuses half an owner, and for a portal another's."""
    if (code is None) != (name is None):
        raise OwnerNeedsBoth
    uscc = None if code is None else read_credit_code(code)
    if actor.owner_uscc is not None and uscc != actor.owner_uscc:
        raise OwnerIsNotYours
    return uscc


def clock_facts(procedure: Procedure, standing: Standing) -> dict[str, Any]:
    """Compute what is stored of the present stage's deadline; rewritten only when a fact changes."""
    calendar = present_calendar()
    deadline = stage_deadline(procedure, standing, calendar)
    if deadline is None:
        return {
            "due_on": None, "warn_on": None, "due_move": None, "is_running": False, "calendar_version": None
        }  # fmt: skip
    return {
        "due_on": deadline.due.due_on,
        "warn_on": deadline.due.warn_on,
        "due_move": deadline.move.code,
        "is_running": not deadline.due.is_paused,
        "calendar_version": calendar.version,
    }


async def change_standing(session: Writer, pair: Pair, /, **facts: Any) -> Pair:
    """Change what the rules may know of a locked project, and rewrite the deadline that rests on it."""
    project, row = pair
    row = await session.change(row, **facts)
    procedure = await get_procedure(session, project.procedure_id)
    clock = clock_facts(procedure, standing_of(project, row))
    changed = {name: value for name, value in clock.items() if getattr(project, name) != value}
    return (await session.change(project, **changed) if changed else project), row
