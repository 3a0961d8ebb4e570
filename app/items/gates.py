"""A milestone that becomes known, or is put right, after what waited for it was filed."""

from dataclasses import replace
from datetime import date

from app.actor import Actor
from app.database import Writer
from app.domain.items import ItemFinding
from app.domain.planned import MilestoneRole
from app.domain.vocabulary import MilestoneKind
from app.events.service import record
from app.items.judging import gate_now, reached_in, with_gate
from app.items.queries import cases_of_project, planned_items, production_day
from app.projects.models import Project
from app.projects.queries import stamp_of

ROLES = {
    MilestoneKind.START: MilestoneRole.START_OF_WORKS,
    MilestoneKind.COMPLETION: MilestoneRole.COMPLETION_OF_WORKS,
    MilestoneKind.PRODUCTION: MilestoneRole.PRODUCTION,
}
"""The milestones that an item can wait for."""


async def follow_milestone(
    session: Writer, actor: Actor, project: Project, kind: str, was: date | None
) -> None:
    """Unsay, or say, of the cases of a locked project that they bypassed a gate: a milestone has moved.

    ``was`` is the day known before. What changed the milestone is recorded by then: each case that this is
    news of has an event of its own, as with the news of another's passing.
    """
    role = ROLES.get(MilestoneKind(kind))
    if role is None:
        return
    plan = await planned_items(session, project.id)
    cases = await cases_of_project(session, project.id)
    reached = reached_in(project, cases, await production_day(session, project.id))
    earlier = replace(reached, milestones={**reached.milestones, role: was})
    for case in cases:
        is_so = gate_now(case, plan, reached, earlier)
        if is_so is None or is_so is (ItemFinding.GATE_BYPASSED in case.findings):
            continue
        findings = with_gate(case.findings, is_so=is_so)
        changed = await session.change(case, findings=findings, version=case.version + 1)
        facts = {"item_case_id": changed.id, "item_code": changed.item_code, "findings": findings}
        stamp = stamp_of(project, changed.department_code)
        await record(session, actor, "item.findings_changed", stamp, facts=facts)
