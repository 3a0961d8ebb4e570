"""Drafting, confirming and approving a service plan; none of it moves the stage."""

from collections.abc import Awaitable, Callable
from typing import Any

from app.actor import Actor
from app.clock import new_id
from app.database import Writer
from app.domain.plans import check_approval, check_confirmation, check_reason_for_change
from app.domain.separation import check_agent, check_owners_consent
from app.engagements.service import check_departments, take_part
from app.events.service import record
from app.files.queries import check_evidence, check_file
from app.plans.content import NO_CONTENT, check_content, make_content
from app.plans.models import ServicePlan
from app.plans.queries import every_plan, the_plan, version_of
from app.plans.schemas import ApprovalIn, OwnerConfirmationIn, PlanIn
from app.private import service as private
from app.projects.queries import Pair, stamp_of
from app.projects.service import change_standing, check_dates, lock_open_project
from app.projects.standing import standing_of


async def draft_plan(session: Writer, actor: Actor, project_id: str, given: PlanIn) -> ServicePlan:
    """Draft the next version of the plan. It needs the owner's confirmation and an approval of its own.

    Refuses an agent who is not assigned, unknown departments and files, a completion before the start, a
    change without its reason.
    """
    project, row = await lock_open_project(session, actor, project_id)
    check_agent(actor.role, actor.person, standing_of(project, row))
    plans = await every_plan(session, actor, project_id)
    number = len(plans) + 1
    check_reason_for_change(number, has_reason=given.reason is not None)
    check_dates(given.planned_start_on, given.planned_completion_on)
    await check_departments(session, actor, project, given.departments, "/departments/{}")
    await check_file(session, actor, given.document_id, "/document_id")
    content = NO_CONTENT
    if given.content is not None:
        previous = plans[-1] if plans else None
        content = await make_content(session, actor, project, given.content, previous)
    departments = list(dict.fromkeys([*given.departments, *content.departments]))
    reason_id = await private.keep(session, actor, "reason", given.reason, project_id)
    plan = await session.insert(
        ServicePlan,
        id=new_id(actor.at),
        project_id=project_id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        number=number,
        document_id=given.document_id,
        planned_start_on=given.planned_start_on,
        planned_completion_on=given.planned_completion_on,
        departments=departments,
        items=content.items,
        content=content.origin,
        reason_id=reason_id,
        author=actor.person,
        drafted_at=actor.at,
        approved_by=None,
        approved_at=None,
        confirmed_by=None,
        confirmed_at=None,
        confirmation_evidence=[],
    )
    await change_standing(
        session,
        (project, row),
        plan_number=None,
        plan_author=actor.person,
        plan_approver=None,
        plan_confirmed_by_owner=False,
        departments=len(departments),
    )
    await record(
        session,
        actor,
        "plan.drafted",
        stamp_of(project),
        facts={"number": number, "items": len(content.items)},
        evidence=[given.document_id],
        reason_id=reason_id,
    )
    return plan


async def confirm_plan(
    session: Writer, actor: Actor, project_id: str, number: int, given: OwnerConfirmationIn
) -> tuple[ServicePlan, int]:
    """Enter the owner's confirmation of the latest version, before or after its approval.

    Refuses a superseded or confirmed version, and an officer without evidence of the owner's consent.
    """
    project, row = await lock_open_project(session, actor, project_id)
    plans = await every_plan(session, actor, project_id)
    plan = the_plan(plans, number)
    check_confirmation(version_of(plan, len(plans)))
    check_owners_consent(actor.role, has_evidence=bool(given.evidence))
    await check_evidence(session, actor, given.evidence)
    plan = await session.change(
        plan,
        confirmed_by=actor.person,
        confirmed_at=actor.at,
        confirmation_evidence=given.evidence,
        version=plan.version + 1,
    )
    await change_standing(session, (project, row), plan_confirmed_by_owner=True)
    await record(
        session,
        actor,
        "plan.confirmed_by_owner",
        stamp_of(project),
        facts={"number": number},
        evidence=given.evidence,
    )
    return plan, len(plans)


OpenCases = Callable[[Writer, Actor, Pair, ServicePlan], Awaitable[dict[str, Any]]]
"""Makes the item cases of an approved plan, and gives what the standing should say of them."""


async def approve_plan(
    session: Writer, actor: Actor, project_id: str, number: int, given: ApprovalIn, open_cases: OpenCases
) -> tuple[ServicePlan, int]:
    """Approve the latest version: its baseline freezes, its departments take part, its items become cases.

    ``open_cases`` comes from the room of the items, which stands above this one; one act, one event.
    Refuses the author, a superseded or approved version, a department that has ceased since.
    """
    project, row = await lock_open_project(session, actor, project_id)
    plans = await every_plan(session, actor, project_id)
    plan = the_plan(plans, number)
    check_approval(version_of(plan, len(plans)), actor.person)
    await check_content(session, project, plan)
    await check_departments(session, actor, project, plan.departments, "/departments/{}")
    await check_evidence(session, actor, given.evidence)
    await take_part(session, actor, project, plan.departments)
    plan = await session.change(
        plan,
        approved_by=actor.person,
        approved_at=actor.at,
        is_first_baseline=all(p.approved_at is None for p in plans),
        version=plan.version + 1,
    )
    known = await open_cases(session, actor, (project, row), plan)
    await change_standing(session, (project, row), plan_number=number, plan_approver=actor.person, **known)
    await record(
        session,
        actor,
        "plan.approved",
        stamp_of(project),
        facts={"number": number, "is_first_baseline": plan.is_first_baseline},
        evidence=given.evidence,
    )
    return plan, len(plans)
