"""Registering a project and keeping its record."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from app.actor import Actor
from app.answers import check_version
from app.areas.queries import AreaNotFound
from app.calendars.queries import calendar_of_clock
from app.clock import new_id, office_date
from app.database import Writer
from app.domain.calendar import WorkCalendar
from app.domain.identifiers import read_credit_code
from app.domain.moves import Procedure
from app.domain.procedures import stage_deadline
from app.domain.standing import Standing
from app.domain.vocabulary import EntryMode
from app.errors import Conflict, Fault, Forbidden, Invalid, Words
from app.events.service import entry_mode, record
from app.files.queries import check_evidence
from app.private import service as private
from app.problems import FieldsInvalid
from app.procedures.queries import get_procedure, procedure_in_force
from app.projects import identities
from app.projects.models import Project, ProjectStanding
from app.projects.queries import Pair, lock_project, stamp_of
from app.projects.restamping import restamp
from app.projects.schemas import ProjectIn, ProjectPatch, WarningOut
from app.projects.standing import standing_of
from app.wire import fen


class StateSecretsStayOutside(Invalid):
    """The project holds state secrets: it must not be entered into a networked service (核准备案条例 §4)."""

    title = Words("涉密项目不得录入", "Secret projects stay outside")
    detail = Words(
        "涉密项目依法不得录入本系统；本次请求未被保存或记录。",
        "Projects with state secrets must not be entered; nothing of this request was kept or logged.",
    )


class OwnerIsNotYours(Forbidden):
    """A portal may only register projects of the owner it acts for."""

    title = Words("只能登记所代表单位的项目", "Not the owner acted for")
    detail = Words("门户只能登记其所代表项目单位的项目。", "A portal registers projects of its owner only.")


class OwnerNeedsBoth(Invalid):
    """An owner is named by credit code and name together."""

    title = Words("项目单位信息不完整", "The owner is incomplete")
    detail = Words("统一社会信用代码与名称须同时提供。", "Give credit code and name together.")


class ServiceHasEnded(Conflict):
    """The service of this project has ended for good; nothing can be added to its record."""

    title = Words("服务已结束", "The service has ended")
    detail = Words("项目处于“{stage_label}”环节，服务已经结束。", "The project is “{stage_label}”: over.")


class ServiceNotAppliedFor(Conflict):
    """The owner has not asked for the service yet; only pre-service is possible."""

    title = Words("尚未申请服务", "The service is not applied for")
    detail = Words("项目单位尚未提出服务申请。", "The owner has not applied for the service yet.")


async def check_applied_for(session: Writer, project: Project) -> None:
    """Refuse ``ServiceNotAppliedFor`` in the initial stage of the project's procedure."""
    if project.stage == (await get_procedure(session, project.procedure_id)).initial:
        raise ServiceNotAppliedFor


async def lock_open_project(session: Writer, actor: Actor, project_id: str) -> Pair:
    """Lock a project whose service goes on, or may be reopened. Refuses ``ServiceHasEnded``."""
    project, row = await lock_project(session, actor, project_id)
    procedure = await get_procedure(session, project.procedure_id)
    stage = procedure.stages.get(project.stage)
    if stage is not None and stage.is_terminal and not stage.may_end:
        raise ServiceHasEnded(stage=project.stage, stage_label=stage.label)
    return project, row


class CompletionBeforeStart(Invalid):
    """The works cannot be completed before they start."""

    title = Words("计划竣工早于计划开工", "Completion before start")
    detail = Words(
        "计划竣工日期 {completion} 早于计划开工日期 {start}。",
        "The planned completion, {completion}, is before the planned start, {start}.",
    )


KEPT = ("name", "owner_uscc", "owner_name", "attributes")  # facts that are replaced, never emptied
EMPTIED = Words("不能清空", "cannot be emptied")


class Registered(NamedTuple):
    """A project just entered, and what is odd about it."""

    pair: Pair
    procedure: Procedure
    warnings: list[WarningOut]


async def register_project(
    session: Writer,
    actor: Actor,
    given: ProjectIn,
    procedure_id: str | None = None,
    imported: Mapping[str, Any] | None = None,
) -> Registered:
    """Enter a lead: the project starts in the initial stage of its area's procedure, or of the one named.

    ``imported`` tells where another system's record of it stands; then its entry mode is told, not derived.
    Refuses state secrets, foreign areas and owners, external ids given before, a completion before the start.
    """
    if given.contains_state_secrets:
        raise StateSecretsStayOutside
    if not actor.has_area(given.area_code):
        raise AreaNotFound(code=given.area_code)
    uscc = owner_code(actor, given.owner_uscc, given.owner_name)
    check_dates(given.planned_start_on, given.planned_completion_on)
    await check_evidence(session, actor, given.evidence)
    mode: str = EntryMode.IMPORTED
    if imported is None:
        mode = entry_mode(actor, given.occurred_at, has_grounds=bool(given.reason and given.evidence))
    happened = given.occurred_at or actor.at
    if procedure_id is None:
        procedure_id = (await procedure_in_force(session, given.area_code, actor.today)).id
    procedure = await get_procedure(session, procedure_id)
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
        project_code=given.project_code,
        procedure_id=procedure_id,
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
        items_left={},
        confirmations=[],
    )
    entries = []
    if given.project_code is not None:
        day = office_date(happened)
        entries.append(await identities.enter_code(session, actor, project, given.project_code, day))
    await identities.add_external_ids(session, actor, project, given.external_ids)
    warnings = await identities.warnings_about(session, actor, entries)
    await record(
        session,
        actor,
        "project.registered",
        stamp_of(project),
        occurred_at=given.occurred_at,
        mode=mode,
        facts=imported,
        evidence=given.evidence,
        reason_id=reason,
    )
    return Registered((project, row), procedure, [w for said in warnings.values() for w in said])


async def change_project(
    session: Writer, actor: Actor, project_id: str, given: ProjectPatch, expected: int | None
) -> tuple[Pair, Procedure]:
    """Change facts of the record; a new owner is stamped on every row of the project.

    Refuses a stale version, what cannot be emptied, a completion before the start.
    """
    project, row = await lock_project(session, actor, project_id)
    check_version(expected, project.version, stage=project.stage)
    facts: dict[str, Any] = given.given()
    emptied = [
        Fault(f"/{name}", "emptied", EMPTIED) for name in KEPT if name in facts and facts[name] is None
    ]
    if emptied:
        raise FieldsInvalid(faults=emptied, count=len(emptied))
    check_dates(
        facts.get("planned_start_on", project.planned_start_on),
        facts.get("planned_completion_on", project.planned_completion_on),
    )
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
        await restamp(session, project, project.area_code, facts["owner_uscc"])
    if given.attributes is not None:
        facts["attributes"] = project.attributes | given.attributes.model_dump(exclude_unset=True)
    project = await session.change(project, **facts, version=project.version + 1)
    await record(session, actor, "project.record_changed", stamp_of(project))
    return (project, row), await get_procedure(session, project.procedure_id)


def check_dates(start: date | None, completion: date | None) -> None:
    """Refuse a planned completion before the planned start, naming both."""
    if start is None or completion is None or completion >= start:
        return
    days = {"start": start.isoformat(), "completion": completion.isoformat()}
    fields = ("planned_start_on", "planned_completion_on")
    faults = [Fault(f"/{name}", "out_of_order", CompletionBeforeStart.detail, days) for name in fields]
    raise CompletionBeforeStart(faults=faults, **days)


def owner_code(actor: Actor, code: str | None, name: str | None) -> str | None:
    """Read the owner's credit code. Refuses half an owner, and for a portal another's."""
    if (code is None) != (name is None):
        raise OwnerNeedsBoth
    uscc = None if code is None else read_credit_code(code)
    if actor.owner_uscc is not None and uscc != actor.owner_uscc:
        raise OwnerIsNotYours
    return uscc


def clock_facts(procedure: Procedure, standing: Standing, calendar: WorkCalendar) -> dict[str, Any]:
    """Compute what is stored of the present stage's deadline; rewritten only when a fact changes."""
    deadline = stage_deadline(procedure, standing, calendar)
    if deadline is None:
        nothing = dict.fromkeys(("due_on", "warn_on", "due_move", "calendar_version"))
        return {**nothing, "is_running": False}
    return {
        "due_on": deadline.due.due_on,
        "warn_on": deadline.due.warn_on,
        "due_move": deadline.move.code,
        "is_running": not deadline.due.is_paused,
        "calendar_version": calendar.version,
    }


async def change_standing(session: Writer, pair: Pair, /, **facts: Any) -> Pair:
    """Change what the rules may know of a locked project, and rewrite the deadline that rests on it."""
    return await recount(session, (pair[0], await session.change(pair[1], **facts)))


async def recount(session: Writer, pair: Pair) -> Pair:
    """Rewrite the deadline of a locked project by the calendar in force, if it has changed; never refused."""
    project, row = pair
    procedure = await get_procedure(session, project.procedure_id)
    calendar = await calendar_of_clock(session, None, project.area_code)
    clock = clock_facts(procedure, standing_of(project, row), calendar)
    changed = {name: value for name, value in clock.items() if getattr(project, name) != value}
    return (await session.change(project, **changed) if changed else project), row
