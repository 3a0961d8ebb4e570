"""The cases of a plan: they begin with its approval and follow its versions as long as they are not filed."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.actor import Actor
from app.database import Writer
from app.domain.items import UNFILED, ItemState
from app.domain.planned import PlannedItem, read_items
from app.engagements.service import check_departments, take_part
from app.items.applying import calendar_now, ready_facts, work_left
from app.items.judging import has_time_to_file, latest_of, line_of, reached_in
from app.items.models import ItemCase
from app.items.opening import content_of, insert_case
from app.items.queries import cases_of_project, production_day
from app.plans.models import ServicePlan
from app.projects.queries import Pair


async def open_planned_cases(session: Writer, actor: Actor, pair: Pair, plan: ServicePlan) -> dict[str, Any]:
    """Make the cases of an approved plan and give what the standing should say; its event is the approval's.

    Unfiled cases take the content of the new version, or are dropped with it; filed ones stay as they were
    filed, in the plan or outside it. Refuses a department that cannot take part.
    """
    project, _ = pair
    planned = {item.code: item for item in read_items(plan.items)}
    items = {code: item for code, item in planned.items() if item.has_case()}
    cases = await cases_of_project(session, project.id)
    if not items and not cases:
        return {}
    departments = [item.department for item in items.values() if item.department is not None]
    await check_departments(session, actor, project, departments, "/items/{}/department")
    await take_part(session, actor, project, departments)
    latest = latest_of(cases)
    kept = [case for case in cases if case.id != latest[line_of(case)].id]
    kept += [await _replan(session, case, items.get(case.item_code), plan.number) for case in latest.values()]
    kept += [
        await insert_case(session, actor, project, code, content_of(item), None, plan.number)
        for code, item in items.items()
        if all(code != case.item_code for case in cases)
    ]
    await _say_since_when(session, pair, kept, planned)
    return work_left(actor, pair, kept)


async def _say_since_when(
    session: Writer, pair: Pair, cases: Sequence[ItemCase], plan: Mapping[str, PlannedItem]
) -> None:
    """Say of the cases with a time to file in since when they could be filed, as the new version has it."""
    if not any(has_time_to_file(case) for case in cases):
        return
    reached = reached_in(pair[0], cases, await production_day(session, pair[0].id))
    calendar = await calendar_now(session, pair[0].area_code, guesses=True)
    for case in cases:
        if changed := ready_facts(case, plan, reached, calendar):
            await session.change(case, version=case.version + 1, **changed)


async def _replan(session: Writer, case: ItemCase, item: PlannedItem | None, number: int) -> ItemCase:
    """Bring the last case of an item to a new version of the plan."""
    is_unfiled = ItemState(case.state) in UNFILED
    if item is None:
        facts: dict[str, Any] = {"plan_number": None}
        if is_unfiled and case.plan_number is not None:
            facts["state"] = ItemState.DROPPED.value
    else:
        facts = {"plan_number": number}
        if is_unfiled:
            facts |= {**content_of(item), "state": ItemState.PLANNED.value}
    changed = {name: value for name, value in facts.items() if getattr(case, name) != value}
    return await session.change(case, version=case.version + 1, **changed) if changed else case
