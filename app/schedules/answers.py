"""From a schedule to the answer about it; each date says what set it and links to its sum."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from app.answers import DurationOut, WordsOut
from app.domain.clocks import Light
from app.domain.durations import Duration, Pause
from app.domain.planned import EstimateBasis
from app.domain.plans import state_of
from app.domain.schedule import DateRule, Finding, Schedule, ScheduledItem
from app.errors import Words
from app.items.counting import light_of
from app.plans.queries import version_of
from app.schedules.queries import PlanOnDate
from app.schedules.schemas import DaysOut, ScheduledItemOut, ScheduleFindingOut, ScheduleOut, WhyOut

_LONGEST = 3_660  # what the calculator counts


def said(words: Words, language: str) -> str:
    """Say a label in a language."""
    return words.zh if language == "zh" else words.en


def words_out(words: Words) -> WordsOut:
    """Show a name in both languages."""
    return WordsOut(zh=words.zh, en=words.en)


def schedule_body(found: PlanOnDate, schedule: Schedule, baseline: Schedule, language: str) -> ScheduleOut:
    """Show a schedule beside its baseline."""
    frame, plan = found.frame, found.plan
    lines = {line.item.code: line for line in schedule.items}
    first = {line.item.code: line for line in baseline.items}
    answer = _Answer(found, lines, language)
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
        baseline_calculation=None if start_on is None else answer.between(plan.planned_start_on, start_on),
        critical_path=list(schedule.critical_path),
        assumed=len(assumed),
        findings=[finding_body(finding, language) for finding in schedule.findings],
        is_provisional=schedule.is_provisional,
        calendar_code=found.calendar.code,
        calendar_version=schedule.calendar_version,
        items=[answer.line(line, first[line.item.code]) for line in schedule.items],
    )


def finding_body(finding: Finding, language: str) -> ScheduleFindingOut:
    """Show what is odd about a schedule."""
    label = said(finding.kind.words, language)
    return ScheduleFindingOut(kind=finding.kind, label=label, items=list(finding.items))


def light_on(found: PlanOnDate, code: str) -> Light:
    """Colour an item on the day of its schedule."""
    case = found.cases.get(code)
    return Light.NOT_STARTED if case is None else light_of(case, found.frame.today)


class _Answer:
    def __init__(self, found: PlanOnDate, lines: dict[str, ScheduledItem], language: str) -> None:
        self.found, self.lines, self.language = found, lines, language

    def line(self, line: ScheduledItem, baseline: ScheduledItem) -> ScheduledItemOut:
        """Show one item."""
        item, case = line.item, self.found.cases.get(line.item.code)
        slack_from, slack_to = line.earliest_filing_on, line.latest_filing_on
        if line.latest_filing_on is None:
            slack_from, slack_to = line.earliest_finish_on, line.latest_finish_on
        return ScheduledItemOut(
            item_code=item.code,
            name=words_out(item.name),
            kind=item.kind,
            milestone=item.milestone,
            approval_stage=item.approval_stage,
            department_code=item.department,
            bearer=item.bearer,
            progress=line.progress,
            progress_label=said(line.progress.words, self.language),
            light=light_on(self.found, item.code),
            item_case_id=None if case is None else case.id,
            preparation=_duration(item.preparation.duration),
            handling=None if item.handling is None else _duration(item.handling.duration),
            earliest=_days(line.earliest_start_on, line.earliest_filing_on, line.earliest_finish_on),
            latest=_days(line.latest_start_on, line.latest_filing_on, line.latest_finish_on),
            proposed=_days(None, line.proposed_filing_on, line.proposed_finish_on),
            baseline=_days(
                baseline.earliest_start_on, baseline.earliest_filing_on, baseline.earliest_finish_on
            ),
            filing_why=self._filing_why(line),
            finish_why=self._finish_why(line),
            slack_to_start=line.slack_to_start,
            slack_to_completion=line.slack_to_completion,
            slack_calculation=None if slack_from is None else self.between(slack_from, slack_to),
            is_critical=line.is_critical,
            blocked_by=[list(any_of) for any_of in line.blocked_by],
            is_estimated=line.is_estimated,
            is_assumed=line.is_assumed,
            is_provisional=line.is_provisional,
        )

    def _filing_why(self, line: ScheduledItem) -> WhyOut:
        prepared = line.item.preparation
        if line.filing_rule is DateRule.PREPARATION and line.earliest_start_on is not None:
            sum_of = self._sum(line.earliest_start_on, prepared.duration, rolls=True)
            return self._why(
                line.filing_rule,
                line.filing_item,
                line.earliest_start_on,
                prepared.duration,
                prepared.basis,
                sum_of,
            )
        return self._why(line.filing_rule, line.filing_item, sum_of=self._sum_of(line, line.filing_item))

    def _finish_why(self, line: ScheduledItem) -> WhyOut:
        """Explain the last day of an item: by its clock once it is filed, else by a sum of its handling."""
        item, filing_on, rule = line.item, line.earliest_filing_on, line.finish_rule
        basis = None if item.handling is None else item.handling.basis
        if rule is DateRule.WORKS and line.finish_item is not None:
            begun_on = self.lines[line.finish_item].earliest_finish_on
            works = item.handling.duration if item.handling else self.found.frame.works()
            sum_of = None if begun_on is None or works is None else self._sum(begun_on, works)
            return self._why(rule, line.finish_item, begun_on, works, basis, sum_of)
        if item.milestone is None and filing_on is not None:
            handling = None if item.handling is None else item.handling.duration
            return self._why(rule, None, filing_on, handling, basis, self._sum_of(line, None))
        return self._why(rule, line.finish_item, sum_of=self._sum_of(line, line.finish_item))

    def _sum_of(self, line: ScheduledItem, other: str | None) -> str | None:
        """Name where the day of an item is summed up; a day that another item set is that item's sum."""
        if other is not None:
            before = self.lines[other]
            return self._sum_of(before, before.finish_item if before.item.milestone is not None else None)
        case = self.found.cases.get(line.item.code)
        if case is not None and case.filed_on is not None:
            return f"/v1/item-cases/{case.id}/clock"
        if line.item.milestone is not None or line.earliest_filing_on is None or line.item.handling is None:
            return None
        facts = self.found.facts.get(line.item.code)
        pauses = facts.pauses if facts is not None else ()
        return self._sum(line.earliest_filing_on, line.item.handling.duration, pauses)

    def _why(
        self,
        rule: DateRule,
        item_code: str | None,
        from_on: date | None = None,
        duration: Duration | None = None,
        basis: EstimateBasis | None = None,
        sum_of: str | None = None,
    ) -> WhyOut:
        return WhyOut(
            rule=rule,
            label=said(rule.words, self.language),
            item_code=item_code,
            from_on=from_on,
            duration=None if duration is None else _duration(duration),
            basis=basis,
            calculation=sum_of,
        )

    def _sum(
        self, from_on: date, duration: Duration, pauses: Iterable[Pause] = (), *, rolls: bool = False
    ) -> str | None:
        if duration.value > _LONGEST:
            return None
        asked = [("from", from_on.isoformat()), ("value", str(duration.value)), ("unit", duration.unit.value)]
        asked += [("pause", f"{p.starts_on}/{p.ends_on or ''}".rstrip("/")) for p in pauses]
        return self._calculations(asked + ([("rolls", "true")] if rolls else []))

    def between(self, from_on: date, to_on: date | None) -> str | None:
        """Link to the working days between two days; None when they are in no such order."""
        if to_on is None or to_on < from_on:
            return None
        return self._calculations([("from", from_on.isoformat()), ("to", to_on.isoformat())])

    def _calculations(self, asked: list[tuple[str, str]]) -> str:
        return f"/v1/calendars/{self.found.project.area_code}/calculations?{urlencode(asked)}"


def _duration(duration: Duration) -> DurationOut:
    return DurationOut(value=duration.value, unit=duration.unit)


def _days(start_on: date | None, filing_on: date | None, finish_on: date | None) -> DaysOut:
    return DaysOut(start_on=start_on, filing_on=filing_on, finish_on=finish_on)
