"""How cases begin: with the approval of a plan, outside the plan, or anew after an earlier round."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.actor import Actor
from app.clock import new_id
from app.database import Writer
from app.domain.durations import Duration
from app.domain.item_clocks import bearer_now
from app.domain.items import ItemState
from app.domain.planned import (
    ItemLimit,
    LimitAnchor,
    PlannedItem,
    TimeBearer,
    write_limit,
    write_validity,
)
from app.domain.separation import check_agent
from app.domain.standing import Role
from app.engagements.service import check_departments, take_part
from app.errors import Conflict, Fault, Forbidden, Invalid, Words
from app.events.service import record
from app.items.applying import calendar_now, ready_facts, settle_work
from app.items.judging import has_time_to_file, in_the_way, latest_of, line_of, reached_in
from app.items.models import ItemCase
from app.items.queries import cases_of_project, planned_items, production_day
from app.items.schemas import ItemCaseIn, ItemDetailsIn, LimitIn
from app.particulars.models import WorkPackage
from app.private import service as private
from app.projects.models import Project
from app.projects.queries import find_part, lock_project, stamp_of
from app.projects.standing import standing_of


class ItemCaseOpenAlready(Conflict):
    """The project has a case of this item that is under way or has granted it."""

    title = Words("该事项已有办件", "The item has a case")
    detail = Words(
        "事项 {item_code} 已有办件 {item_case_id}，状态为“{state_label}”。",
        "Item {item_code} has the case {item_case_id}, which is “{state_label}”.",
    )


class ItemDetailsMissing(Invalid):
    """An item that neither the plan nor an earlier case of the project describes needs its details."""

    title = Words("缺少事项内容", "The details of the item are missing")
    detail = Words(
        "方案和已有办件中都没有事项 {item_code}，请填写 details。",
        "Neither the plan nor an earlier case has item {item_code}: give its details.",
    )


class DepartmentIsNotYours(Forbidden):
    """A department opens cases of its own items only."""

    title = Words("只能登记本部门事项", "Not your department's item")
    detail = Words("审批部门只能登记本部门办理的事项。", "A department opens cases of its own items only.")


class WorkPackageUnknown(Invalid):
    """A case can only be opened for a work package of its own project."""

    title = Words("找不到该单项工程", "The work package is not known")
    detail = Words("该项目没有此单项工程。", "The project has no such work package.")


NEEDED = Words("请填写事项内容", "give the details of the item")


async def open_case(session: Writer, actor: Actor, project_id: str, given: ItemCaseIn) -> ItemCase:
    """Open a case: outside the plan, the next round of what was not granted, or for one work package.

    The new case follows the last one; the first package takes what was planned for the whole. Refuses an item
    that is under way or granted, one that nobody has described, a work package of another project, a
    department that does not suit or is not the caller's, an agent who is not assigned.
    """
    project, row = await lock_project(session, actor, project_id)
    check_agent(actor.role, actor.person, standing_of(project, row))
    await _check_package(session, actor, project_id, given.work_package_id)
    cases = await cases_of_project(session, project_id)
    lines = [case for case in latest_of(cases).values() if case.item_code == given.item_code]
    known = next(iter(sorted(lines, key=lambda case: case.work_package_id != given.work_package_id)), None)
    is_departments = actor.role == Role.DEPARTMENT
    if is_departments and known is not None and known.department_code != actor.department_code:
        raise DepartmentIsNotYours  # and nothing is told of the case that there is
    if (other := in_the_way(lines, given.work_package_id)) is not None:
        label = ItemState(other.state).words
        raise ItemCaseOpenAlready(
            item_code=other.item_code, item_case_id=other.id, state=other.state, state_label=label
        )
    plan = await planned_items(session, project_id)
    content = await _content(session, actor, project, given, plan.get(given.item_code), known)
    if is_departments and content["department_code"] != actor.department_code:
        raise DepartmentIsNotYours
    reason_id = await private.keep(session, actor, "reason", given.reason, project_id)
    planned = next(
        (case for case in lines if case.state == ItemState.PLANNED and not case.work_package_id), None
    )
    if planned is not None:  # the first package takes the case that was planned for the whole
        facts = {**content, "work_package_id": given.work_package_id, "version": planned.version + 1}
        case = await session.change(planned, **facts)
        cases = [other for other in cases if other.id != case.id]
    else:
        last = (
            known
            if known is not None and line_of(known) == (given.item_code, given.work_package_id)
            else None
        )
        whence = (last, None if known is None else known.plan_number)
        case = await insert_case(
            session, actor, project, given.item_code, content, *whence, given.work_package_id
        )
    if case.department_code is not None:
        await take_part(session, actor, project, [case.department_code])
    case = await _say_since_when(session, project, case, [*cases, case], plan)
    await settle_work(session, actor, (project, row), [*cases, case])
    facts = {
        "item_case_id": case.id,
        "item_code": case.item_code,
        "work_package_id": case.work_package_id,
        "follows_id": case.follows_id,
    }
    await record(
        session,
        actor,
        "item.opened",
        stamp_of(project, case.department_code),
        facts=facts,
        reason_id=reason_id,
    )
    return case


async def _say_since_when(
    session: Writer,
    project: Project,
    case: ItemCase,
    cases: Sequence[ItemCase],
    plan: Mapping[str, PlannedItem],
) -> ItemCase:
    """Say of a case with a time to file in since when it can be filed."""
    if not has_time_to_file(case):
        return case
    reached = reached_in(project, cases, await production_day(session, project.id))
    calendar = await calendar_now(session, project.area_code, guesses=True)
    changed = ready_facts(case, plan, reached, calendar)
    return await session.change(case, **changed) if changed else case


async def _check_package(session: Writer, actor: Actor, project_id: str, package_id: str | None) -> None:
    if (
        package_id is not None
        and await find_part(session, actor, project_id, WorkPackage, package_id) is None
    ):
        fault = Fault("/work_package_id", "unknown_work_package", WorkPackageUnknown.detail)
        raise WorkPackageUnknown(faults=[fault])


async def _content(
    session: Writer,
    actor: Actor,
    project: Project,
    given: ItemCaseIn,
    item: PlannedItem | None,
    last: ItemCase | None,
) -> dict[str, Any]:
    """Give what the case is about: as told, else as the last case had it, else as the plan has it."""
    if given.details is not None:
        codes = [] if given.details.department_code is None else [given.details.department_code]
        await check_departments(session, actor, project, codes, "/details/department_code")
        return _told(given.details)
    if last is not None:
        return {name: getattr(last, name) for name in CONTENT}
    if item is not None and item.has_case():
        return content_of(item)
    raise ItemDetailsMissing(item_code=given.item_code, faults=[Fault("/details", "missing", NEEDED)])


CONTENT = (
    "department_code",
    "name",
    "kind",
    "approval_stage",
    "bearer",
    "statutory_limit",
    "promised_limit",
    "pause_policy",
    "validity",
    "is_undone_by_start",
)


def content_of(item: PlannedItem) -> dict[str, Any]:
    """Give the columns of a case that say what the item is."""
    return {
        "department_code": item.department,
        "name": {"zh": item.name.zh, "en": item.name.en},
        "kind": item.kind.value,
        "approval_stage": item.approval_stage,
        "bearer": bearer_now(item.bearer, (item.statutory, item.promised), is_filed=False).value,
        "statutory_limit": write_limit(item.statutory),
        "promised_limit": write_limit(item.promised),
        "pause_policy": item.pause_policy.value,
        "validity": write_validity(item.validity),
        "is_undone_by_start": item.validity is not None and item.validity.is_undone_by_start,
    }


def _told(details: ItemDetailsIn) -> dict[str, Any]:
    statutory, promised = _limit(details.statutory_limit), _limit(details.promised_limit)
    return {
        "department_code": details.department_code,
        "name": details.name.model_dump(),
        "kind": details.kind.value,
        "approval_stage": int(details.approval_stage),
        "bearer": bearer_now(details.bearer, (statutory, promised), is_filed=False).value,
        "statutory_limit": write_limit(statutory),
        "promised_limit": write_limit(promised),
        "pause_policy": details.pause_policy.value,
        "validity": None,
        "is_undone_by_start": False,
    }


def _limit(given: LimitIn | None) -> ItemLimit | None:
    if given is None:
        return None
    return ItemLimit(
        Duration(given.duration.value, given.duration.unit),
        given.extension,
        LimitAnchor(given.anchor),
        TimeBearer(given.bearer),
        Words(given.basis.zh, given.basis.en),
    )


async def insert_case(
    session: Writer,
    actor: Actor,
    project: Project,
    item_code: str,
    content: dict[str, Any],
    last: ItemCase | None,
    plan_number: int | None,
    work_package_id: str | None = None,
) -> ItemCase:
    """Enter a case that nothing has happened to, the round after ``last``."""
    nothing: dict[str, Any] = dict.fromkeys(
        (
            "state_at", "ready_on", "filed_on", "receipt_on", "accepted_on", "silence_ends_on",
            "silence_announced", "anchor_on", "done_on", "passed_on", "statutory_from", "statutory_due_on",
            "statutory_warn_on",
            "promised_from", "promised_due_on", "promised_warn_on", "due_on", "done_light",
            "calendar_version", "document_number", "document_on", "valid_through", "valid_for",
            "supplement_due_on", "supplement_closed_on",
        )
    )  # fmt: skip
    return await session.insert(
        ItemCase,
        id=new_id(actor.at),
        project_id=project.id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        item_code=item_code,
        work_package_id=work_package_id,
        plan_number=plan_number,
        round=1 if last is None else last.round + 1,
        follows_id=None if last is None else last.id,
        opened_at=actor.at,
        state=ItemState.PLANNED.value,
        is_passed=False,
        is_running=False,
        is_paused=False,
        is_provisional=False,
        findings=[],
        **content,
        **nothing,
    )
