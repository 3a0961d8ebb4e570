"""From a schedule to the answer about it; each date says what set it and links to its sum."""

from datetime import date

from app.answers import WordsOut
from app.domain.clocks import Light
from app.domain.items import ItemState
from app.domain.planned import EstimateBasis, PlannedItem
from app.domain.plans import state_of
from app.domain.schedule import Finding, Schedule, ScheduledItem
from app.errors import Words
from app.items.counting import light_of
from app.items.models import ItemCase
from app.plans.queries import version_of
from app.schedules.explaining import Explainer, duration_out
from app.schedules.queries import PlanOnDate
from app.schedules.schemas import DaysOut, PackageOut, ScheduledItemOut, ScheduleFindingOut, ScheduleOut


def words_out(words: Words) -> WordsOut:
    """Show a name in both languages."""
    return WordsOut(zh=words.zh, en=words.en)


def schedule_body(found: PlanOnDate, schedule: Schedule, baseline: Schedule, language: str) -> ScheduleOut:
    """Show a schedule beside its baseline; a case that the caller may not read is not named."""
    frame, plan = found.frame, found.plan
    first = {line.item.code: line for line in baseline.items}
    known = (found.readable, language)
    explain = Explainer(found.project.area_code, found.state, schedule.items, *known, version=found.version)
    assumed = [i for i in found.items if i.has_case() and i.preparation.basis is EstimateBasis.ASSUMED]
    start_on = schedule.start_on
    return ScheduleOut(
        project_id=found.project.id,
        plan_number=plan.number,
        plan_state=state_of(version_of(plan, found.latest)),
        today=frame.today,
        begin_on=frame.begin_on,
        planned_start_on=plan.planned_start_on,
        planned_completion_on=plan.planned_completion_on,
        start_on=start_on,
        works_end_on=schedule.works_end_on,
        completion_on=schedule.completion_on,
        days_behind_baseline=schedule.days_behind_baseline,
        baseline_explained_by=None if start_on is None else explain.between(plan.planned_start_on, start_on),
        critical_path=list(schedule.critical_path),
        assumed=len(assumed),
        findings=[finding_body(finding, language) for finding in schedule.findings],
        is_provisional=schedule.is_provisional,
        calendar_code=found.calendar.code,
        calendar_version=schedule.calendar_version,
        items=[_line(found, explain, line, first[line.item.code]) for line in schedule.items],
    )


def finding_body(finding: Finding, language: str) -> ScheduleFindingOut:
    """Show what is odd about a schedule."""
    label = finding.kind.words.said(language)
    return ScheduleFindingOut(kind=finding.kind, label=label, items=list(finding.items))


def light_on(found: PlanOnDate, item: PlannedItem) -> Light:
    """Colour an item on the day of its schedule; milestones are reached, and have no limit to keep."""
    case = found.cases.get(item.code)
    if case is None:
        return Light.NOT_STARTED if item.has_case() else Light.NO_LIMIT
    return light_of(case, found.frame.today)


def _line(
    found: PlanOnDate, explain: Explainer, line: ScheduledItem, baseline: ScheduledItem
) -> ScheduledItemOut:
    item = line.item
    slack_from, slack_to = line.earliest_filing_on, line.latest_filing_on
    if line.latest_filing_on is None or item.milestone is not None:
        slack_from, slack_to = line.earliest_finish_on, line.latest_finish_on
    return ScheduledItemOut(
        item_code=item.code,
        name=words_out(item.name),
        kind=item.kind,
        milestone=item.milestone,
        approval_stage=str(item.approval_stage),
        department_code=item.department,
        bearer=item.bearer,
        progress=line.progress,
        progress_label=line.progress.words.said(explain.language),
        light=light_on(found, item),
        item_case_id=found.readable.get(item.code),
        packages=[_package(each, found, explain) for each in found.packages.get(item.code, ())],
        preparation=duration_out(item.preparation.duration),
        handling=None if item.handling is None else duration_out(item.handling.duration),
        earliest=_days(line.earliest_start_on, line.earliest_filing_on, line.earliest_finish_on),
        latest=_days(line.latest_start_on, line.latest_filing_on, line.latest_finish_on),
        proposed=_days(None, line.proposed_filing_on, line.proposed_finish_on),
        baseline=_days(baseline.earliest_start_on, baseline.earliest_filing_on, baseline.earliest_finish_on),
        filing_why=explain.filing_why(line),
        finish_why=explain.finish_why(line),
        slack_to_start=line.slack_to_start,
        slack_to_completion=line.slack_to_completion,
        slack_explained_by=None if slack_from is None else explain.between(slack_from, slack_to),
        is_critical=line.is_critical,
        blocked_by=[list(any_of) for any_of in line.blocked_by],
        is_estimated=line.is_estimated,
        is_assumed=line.is_assumed,
        is_provisional=line.is_provisional,
    )


def _package(case: ItemCase, found: PlanOnDate, explain: Explainer) -> PackageOut:
    is_readable = found.may_read(case)
    return PackageOut(
        work_package_id=case.work_package_id,
        item_case_id=case.id if is_readable else None,
        state=case.state,
        state_label=ItemState(case.state).words.said(explain.language),
        light=light_of(case, found.frame.today),
        filed_on=case.filed_on,
        due_on=case.due_on,
        done_on=case.done_on,
        explained_by=f"/v1/item-cases/{case.id}/clock" if is_readable else None,
    )


def _days(start_on: date | None, filing_on: date | None, finish_on: date | None) -> DaysOut:
    return DaysOut(start_on=start_on, filing_on=filing_on, finish_on=finish_on)
