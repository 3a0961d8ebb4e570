"""A milestone that becomes known, or is put right: what that tells of the cases that wait for it."""

from dataclasses import replace
from datetime import date
from typing import Any

from app.actor import Actor
from app.database import Writer
from app.domain.items import ItemFinding
from app.domain.planned import MilestoneRole
from app.domain.vocabulary import MilestoneKind
from app.events.service import record
from app.items.applying import READY_CHANGED, calendar_now, news_of, ready_facts
from app.items.judging import gate_now, reached_in, with_gate
from app.items.models import ItemCase
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
    """Say of the cases of a locked project that they bypassed a gate, or did not, and since when they wait.

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
    calendar = await calendar_now(session, project.area_code, guesses=True)
    for case in cases:
        if changed := ready_facts(case, plan, reached, calendar):
            case = await _tell(session, actor, project, case, READY_CHANGED, changed)  # noqa: PLW2901 - as now
        is_so = gate_now(case, plan, reached, earlier)
        if is_so is not None and is_so is not (ItemFinding.GATE_BYPASSED in case.findings):
            findings = with_gate(case.findings, is_so=is_so)
            await _tell(session, actor, project, case, "item.findings_changed", {"findings": findings})


async def _tell(
    session: Writer, actor: Actor, project: Project, case: ItemCase, kind: str, changed: dict[str, Any]
) -> ItemCase:
    case = await session.change(case, version=case.version + 1, **changed)
    await record(session, actor, kind, stamp_of(project, case.department_code), facts=news_of(case, kind))
    return case
