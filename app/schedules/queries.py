"""Reading what a schedule is computed from: a version of the plan, the cases of its items, the milestones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.actor import Actor
from app.calendars.queries import calendar_known_at, calendar_of
from app.catalogue.queries import catalogue_of, holders_in
from app.clock import office_date
from app.database import Reader
from app.domain.calendar import WorkCalendar
from app.domain.frame import Frame
from app.domain.plan_content import select_items
from app.domain.planned import ItemFacts, PlannedItem, read_items
from app.domain.simulation import Counting, Tried
from app.domain.vocabulary import MilestoneKind
from app.errors import Conflict, Words
from app.items.counting import Counted, columns, count, item_facts, limits_of
from app.items.judging import by_item, furthest_behind, latest_of
from app.items.models import ItemCase, ItemStep
from app.items.queries import cases_of_project, production_day, steps_of_cases
from app.plans.content import facts_of
from app.plans.models import ServicePlan
from app.plans.queries import PlanNotFound, every_plan, the_plan
from app.progress.models import Milestone
from app.projects.history import AsOf, pair_of, parts_of, rows_as_of
from app.projects.models import Project, ProjectStanding
from app.projects.queries import get_project


class PlanHasNoItems(Conflict):
    """The version of the plan is a document only: it holds no items that could be scheduled."""

    title = Words("方案没有事项", "The plan has no items")
    detail = Words(
        "第 {number} 版方案未列事项，无法排期；请按目录编制含事项的方案。",
        "Version {number} of the plan lists no items to be scheduled; draft one with items of the catalogue.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOnDate:
    """A version of a project's plan with what has become of its items, as of the day ``frame.today``."""

    project: Project
    standing: ProjectStanding
    plan: ServicePlan
    latest: int
    cases: Mapping[str, ItemCase]
    """By item code, each item's last round; of work packages the one that is furthest behind."""
    packages: Mapping[str, Sequence[ItemCase]]
    """By item code, the last rounds of an item that is filed by work packages."""
    version: int | None
    """Which version of the calendar counted, where it is not the one in force."""
    reader: str | None
    """The department that reads it: cases of others are not named to it."""
    state: Tried

    def may_read(self, case: ItemCase) -> bool:
        """Tell whether whoever asked could read a case."""
        return self.reader is None or case.department_code == self.reader

    @property
    def readable(self) -> Mapping[str, str]:
        """Give the ids of the cases that whoever asked could read, by item code."""
        return {code: case.id for code, case in self.cases.items() if self.may_read(case)}

    @property
    def items(self) -> Sequence[PlannedItem]:
        """Give the items of the plan."""
        return self.state.items

    @property
    def facts(self) -> Mapping[str, ItemFacts]:
        """Give what has become of them, by code."""
        return self.state.facts

    @property
    def frame(self) -> Frame:
        """Give what surrounds them."""
        return self.state.frame

    @property
    def calendar(self) -> WorkCalendar:
        """Give the calendar in force."""
        return self.state.calendar


async def read_plan(
    session: Reader, actor: Actor, project_id: str, number: int | None, then: AsOf
) -> PlanOnDate:
    """Read a version of a plan with its cases: by number, else the approved one, else the latest draft.

    Five statements, or three for the past. Refuses ``ProjectNotFound``, ``PlanNotFound``, ``PlanHasNoItems``.
    """
    if then.is_past:
        rows = await rows_as_of(session, actor, project_id, then)
        project, standing = pair_of(rows, project_id)
        plans = sorted(parts_of(rows, project_id, ServicePlan), key=lambda plan: plan.number)
        cases = sorted(parts_of(rows, project_id, ItemCase), key=lambda case: case.round)
        steps = sorted(parts_of(rows, project_id, ItemStep), key=lambda step: step.number)
        produced = [m for m in parts_of(rows, project_id, Milestone) if m.kind == MilestoneKind.PRODUCTION]
        produced_on = next((m.reached_on for m in produced if m.confirmed_at is not None), None)
        today = actor.today if then.valid_at is None else office_date(then.valid_at)
    else:
        project, standing = await get_project(session, actor, project_id)
        plans = await every_plan(session, actor, project_id)
        cases = await cases_of_project(session, project_id)
        steps = await steps_of_cases_under_way(session, cases)
        produced_on = await production_day(session, project_id)
        today = actor.today
    plan = chosen(plans, number)
    if not plan.items:
        raise PlanHasNoItems(number=plan.number)
    present = await calendar_of(session, project.area_code)
    calendar = await calendar_known_at(session, project.area_code, then.known_at)
    lasts = list(latest_of(cases).values())
    counted = _counted(lasts, steps, calendar)
    if then.is_past:
        lasts = [case._replace(**columns(case, counted[case.id], calendar)) for case in lasts]
    packages = by_item(lasts)
    last = {code: furthest_behind(each) for code, each in packages.items()}
    return PlanOnDate(
        project=project,
        standing=standing,
        plan=plan,
        latest=len(plans),
        cases=last,
        packages={c: each for c, each in packages.items() if any(x.work_package_id for x in each)},
        version=None if calendar.version == present.version else calendar.version,
        reader=actor.scope.department,
        state=Tried(
            items=read_items(plan.items),
            facts={
                code: replace(
                    _facts(case, counted[case.id], today), first_passed_on=first_passed(packages[code])
                )
                for code, case in last.items()
            },
            counting={
                code: Counting(counted[case.id].facts, *limits_of(case))
                for code, case in last.items()
                if is_under_way(case)
            },
            frame=frame_of(project, plan, produced_on, today),
            calendar=calendar,
        ),
    )


async def known_items(session: Reader, project: Project, today: date) -> Mapping[str, PlannedItem]:
    """Give every item of the project's catalogue as a new version of the plan would take it in."""
    found = await catalogue_of(session, project.area_code, today)
    holders = await holders_in(session, project.area_code, today)
    return select_items(found.catalogue, facts_of(project), holders).known()


def chosen(plans: Sequence[ServicePlan], number: int | None) -> ServicePlan:
    """Choose a version by number, else the approved one in force, else the latest draft."""
    if number is not None:
        return the_plan(plans, number)
    if not plans:
        raise PlanNotFound(number=1)
    return next((plan for plan in reversed(plans) if plan.approved_at is not None), plans[-1])


def frame_of(project: Project, plan: ServicePlan, produced_on: date | None, today: date) -> Frame:
    """Give what surrounds the items of a plan; it begins on the day it was drafted."""
    return Frame(
        begin_on=min(office_date(plan.drafted_at), today),
        today=today,
        planned_start_on=plan.planned_start_on,
        planned_completion_on=plan.planned_completion_on,
        actual_start_on=project.actual_start_on,
        actual_completion_on=project.actual_completion_on,
        production_on=produced_on,
    )


def is_under_way(case: ItemCase) -> bool:
    """Tell whether a case is filed and not done."""
    return case.filed_on is not None and case.done_on is None


async def steps_of_cases_under_way(session: Reader, cases: Iterable[ItemCase]) -> list[ItemStep]:
    """Read the steps of the cases that are filed and not done: their pauses. One statement at most."""
    ids = [case.id for case in cases if is_under_way(case)]
    return await session.all(steps_of_cases(ids)) if ids else []


def first_passed(cases: Sequence[ItemCase]) -> date | None:
    """Give the day the first work package was passed; None when none is, or nothing else is open."""
    days = [case.done_on for case in cases if case.is_passed and case.done_on is not None]
    return min(days) if days and len(days) < len(cases) else None


def _counted(
    cases: Iterable[ItemCase], steps: Iterable[ItemStep], calendar: WorkCalendar
) -> dict[str, Counted]:
    by_case: dict[str, list[ItemStep]] = {}
    for step in steps:
        by_case.setdefault(step.item_case_id, []).append(step)
    return {case.id: count(case, by_case.get(case.id, ()), calendar) for case in cases}


def _facts(case: ItemCase, counted: Counted, today: date) -> ItemFacts:
    found = item_facts(case, today)
    if not is_under_way(case):
        return found
    return replace(found, pauses=tuple([named.pause for named in counted.facts.pauses]))
