"""The answer to a what-if: what moves, which limits break, whom it concerns."""

from app.domain.planned import TimeBearer
from app.domain.schedule import Schedule, ScheduledItem
from app.domain.simulation import Broken, LimitKind, Moved, Simulation
from app.domain.standing import Party
from app.schedules.answers import finding_body, words_out
from app.schedules.explaining import Explainer
from app.schedules.queries import PlanOnDate
from app.schedules.schemas import (
    AgentConcernedOut,
    BrokenLimitOut,
    ConcernedOut,
    DepartmentConcernedOut,
    EndsOut,
    MovedItemOut,
    SimulationOut,
    TriedDaysOut,
)


def simulation_body(found: PlanOnDate, done: Simulation, language: str) -> SimulationOut:
    """Show what would move, break and concern whom."""
    area, calendar = found.project.area_code, done.tried.calendar
    now = Explainer(area, found.state, done.before.items, found.readable, language)
    is_known = calendar == found.calendar
    then = Explainer(area, done.tried, done.after.items, None, language, is_known=is_known)
    return SimulationOut(
        project_id=found.project.id,
        plan_number=found.plan.number,
        today=found.frame.today,
        is_written=False,
        calendar_code=calendar.code,
        calendar_version=calendar.version,
        before=_ends(done.before),
        after=_ends(done.after),
        moved=[_moved_body(moved, now, then) for moved in done.moved],
        broken_limits=[_broken_body(broken, found, then) for broken in done.broken],
        concerned=_concerned(found, done),
        findings=[finding_body(finding, language) for finding in done.after.findings],
    )


def _ends(schedule: Schedule) -> EndsOut:
    return EndsOut(
        start_on=schedule.start_on,
        works_end_on=schedule.works_end_on,
        completion_on=schedule.completion_on,
        days_behind_baseline=schedule.days_behind_baseline,
        critical_path=list(schedule.critical_path),
    )


def _moved_body(moved: Moved, now: Explainer, then: Explainer) -> MovedItemOut:
    line = moved.after or moved.before
    assert line is not None
    return MovedItemOut(
        item_code=line.item.code,
        name=words_out(line.item.name),
        department_code=line.item.department,
        before=None if moved.before is None else _days(moved.before, now),
        after=None if moved.after is None else _days(moved.after, then),
        working_days=moved.working_days,
    )


def _days(line: ScheduledItem, explain: Explainer) -> TriedDaysOut:
    return TriedDaysOut(
        filing_on=line.earliest_filing_on,
        finish_on=line.earliest_finish_on,
        filing_why=explain.filing_why(line),
        finish_why=explain.finish_why(line),
    )


def _broken_body(broken: Broken, found: PlanOnDate, then: Explainer) -> BrokenLimitOut:
    return BrokenLimitOut(
        kind=broken.kind,
        label=broken.kind.words.said(then.language),
        item_code=broken.item,
        due_on=broken.due_on,
        expected_on=broken.expected_on,
        is_new=broken.is_new,
        explained_by=_limit_sum(broken, found, then),
    )


def _limit_sum(broken: Broken, found: PlanOnDate, then: Explainer) -> str | None:
    """Name where the last day is summed up: the plan that says it, the case's clock, or from its filing."""
    if broken.item is None:
        return f"/v1/projects/{found.project.id}/plans/{found.plan.number}"
    if broken.item in then.state.counting:
        case_id = found.readable.get(broken.item)
        return None if case_id is None else f"/v1/item-cases/{case_id}/clock"
    line = then.lines[broken.item]
    limit = line.item.statutory if broken.kind is LimitKind.STATUTORY else line.item.promised
    return None if limit is None else then.limit_sum(line, limit)


def _concerned(found: PlanOnDate, done: Simulation) -> ConcernedOut:
    """Name the departments and the owner by their items; the project's agents whenever anything moves."""
    affected, standing = done.affected, found.standing
    by_department = affected.get(TimeBearer.DEPARTMENT, {})
    agents = (
        (Party.PRIMARY_AGENT, standing.primary_agent),
        (Party.BACKUP_AGENT, standing.backup_agent),
    )
    is_any = bool(done.moved) or any(broken.is_new for broken in done.broken)
    return ConcernedOut(
        departments=[
            DepartmentConcernedOut(department_code=code, items=list(items))
            for code, items in sorted(by_department.items(), key=lambda pair: pair[0] or "")
            if code is not None
        ],
        unassigned=list(by_department.get(None, ())),
        owner=_all_of(done, TimeBearer.OWNER),
        intermediaries=_all_of(done, TimeBearer.INTERMEDIARY),
        agents=[AgentConcernedOut(role=r, person=person) for r, person in agents if is_any and person],
    )


def _all_of(done: Simulation, bearer: TimeBearer) -> list[str]:
    return sorted(code for items in done.affected.get(bearer, {}).values() for code in items)
