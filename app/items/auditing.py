"""The auditor of clocks: what is stored of every item case and project deadline follows from the facts.

So does what one case tells of another: a bypassed gate, and since when an item could be filed.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from app.calendars.queries import calendar_of_clock
from app.database import Database, Reader
from app.domain.items import UNFILED, ItemFinding
from app.domain.planned import PlannedItem, read_items
from app.domain.prerequisites import Reached
from app.items.counting import columns, count
from app.items.judging import reached_in, ready_on, unmet_of
from app.items.models import ItemCase
from app.items.queries import cases_of_project, production_day, steps_of_cases
from app.plans.models import ServicePlan
from app.procedures.queries import get_procedure
from app.projects.models import Project, ProjectStanding
from app.projects.service import clock_facts
from app.projects.standing import standing_of
from app.query import Selection, query

PAGE = 200


@query
def _cases(after: str, limit: int) -> Selection[ItemCase]:
    return select(ItemCase).where(col(ItemCase.id) > after).order_by(col(ItemCase.id)).limit(limit)


@query
def _projects(after: str, limit: int) -> Selection[tuple[Project, ProjectStanding]]:
    return (
        select(Project, ProjectStanding)
        .join(ProjectStanding, col(ProjectStanding.project_id) == Project.id)
        .where(col(Project.id) > after)
        .order_by(col(Project.id))
        .limit(limit)
    )


@query
def _plans(project_id: str) -> Selection[ServicePlan]:
    return (
        select(ServicePlan)
        .where(ServicePlan.project_id == project_id, col(ServicePlan.approved_at).is_not(None))
        .order_by(col(ServicePlan.number))
    )


BEFORE_ALL = "00000000-0000-0000-0000-000000000000"


async def audit_clocks(database: Database) -> list[str]:
    """Count every clock anew, with the calendar that it names, and name what differs from what is stored."""
    found = [finding async for finding in _of_cases(database.reader)]
    return found + [finding async for finding in _of_projects(database.reader)]


async def _of_cases(reader: Reader) -> AsyncIterator[str]:
    after = BEFORE_ALL
    while page := await reader.all(_cases(after, PAGE)):
        after = page[-1].id
        steps: dict[str, list[Any]] = {}
        for step in await reader.all(steps_of_cases([case.id for case in page])):
            steps.setdefault(step.item_case_id, []).append(step)
        for case in page:
            calendar = await calendar_of_clock(reader, case.calendar_version, case.area_code)
            counted = count(case, steps.get(case.id, []), calendar)
            for name, value in columns(case, counted, calendar).items():
                if getattr(case, name) != value:
                    yield f"item_case {case.id}: {name} is {getattr(case, name)}, and should be {value}"
            if (case.state in UNFILED) is not (case.filed_on is None):
                yield f"item_case {case.id}: {case.state}, and filed on {case.filed_on}"


async def _of_projects(reader: Reader) -> AsyncIterator[str]:
    after = BEFORE_ALL
    while page := await reader.all(_projects(after, PAGE)):
        after = page[-1][0].id
        for project, row in page:
            procedure = await get_procedure(reader, project.procedure_id)
            calendar = await calendar_of_clock(reader, project.calendar_version, project.area_code)
            clock = clock_facts(procedure, standing_of(project, row), calendar)
            for name, value in clock.items():
                if getattr(project, name) != value:
                    yield f"project {project.id}: {name} is {getattr(project, name)}, and should be {value}"
            async for finding in _between_cases(reader, project):
                yield finding


async def _between_cases(reader: Reader, project: Project) -> AsyncIterator[str]:
    plans = await reader.all(_plans(project.id))
    if not plans or not plans[-1].items:
        return
    plan = {item.code: item for item in read_items(plans[-1].items)}
    cases = await cases_of_project(reader, project.id)
    reached = reached_in(project, cases, await production_day(reader, project.id))
    for case in cases:
        since = ready_on(case, plan, reached)
        if since != case.ready_on:
            yield f"item_case {case.id}: ready_on is {case.ready_on}, and should be {since}"
    if len(plans) == 1 and not any(case.work_package_id for case in cases):  # else it depends on the order
        steps = await reader.all(steps_of_cases([case.id for case in cases]))
        known = {
            step.item_case_id
            for step in steps
            if step.recorded_at < (plans[0].approved_at or step.recorded_at)
        }
        for finding in _gates([case for case in cases if case.id not in known], plan, reached):
            yield finding


def _gates(cases: Sequence[ItemCase], plan: Mapping[str, PlannedItem], reached: Reached) -> Iterator[str]:
    for case in cases:
        is_so = case.filed_on is not None and bool(unmet_of(case, plan, reached, case.filed_on))
        if is_so is not (ItemFinding.GATE_BYPASSED in case.findings):
            yield f"item_case {case.id}: that it bypassed a gate should be {is_so}"
