"""The schedule of a plan: when each item can begin, must begin and is expected to end, and what sets that.

Critical path over the plan's items, with the days that really happened in place of planned ones. Slack is
counted in working days against two ends: the start of works, and the completion of the whole plan.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from app.domain.calendar import WorkCalendar, YearNotPublished
from app.domain.frame import Frame
from app.domain.network import NEVER, Network, Run
from app.domain.plan_order import PlanGoesInACircle, check_no_circle
from app.domain.planned import ItemFacts, MilestoneRole, PlannedItem
from app.domain.schedule_lines import make_lines
from app.domain.schedule_terms import (
    DateRule,
    Finding,
    ItemProgress,
    Schedule,
    ScheduledItem,
    ScheduleFinding,
)

__all__ = [
    "DateRule",
    "Finding",
    "Frame",
    "ItemProgress",
    "Network",
    "PlanGoesInACircle",
    "Schedule",
    "ScheduleFinding",
    "ScheduledItem",
    "check_no_circle",
    "check_published",
    "make_schedule",
    "schedule_of",
]


def make_schedule(
    items: Sequence[PlannedItem], facts: Mapping[str, ItemFacts], frame: Frame, calendar: WorkCalendar
) -> Schedule:
    """Compute the schedule of a plan's items; ``facts`` by item code. Refuses circles, by name.

    A duration nobody knows counts as nothing, and is a finding.
    """
    return schedule_of(Network(items, facts, frame, calendar))


def check_published(schedule: Schedule, calendar: WorkCalendar, begin_on: date) -> None:
    """Refuse ``YearNotPublished`` where the installation does not guess and a date of the schedule would."""
    if not (calendar.refuses_provisional and schedule.is_provisional):
        return
    year = calendar.first_unpublished(begin_on, schedule.completion_on or begin_on)
    raise YearNotPublished(year=year)


def schedule_of(network: Network) -> Schedule:
    """Compute the schedule of a compiled network."""
    run = network.run()
    end = network.end(run)
    ends = {n: end for n, day in enumerate(run.finish) if end is not None and day < NEVER}
    start = network.start
    has_start = start is not None and run.finish[start] < NEVER and network.fixed[start] is None
    roads = network.roads(run)
    to_start = network.latest(roads, {start: run.finish[start]} if has_start and start is not None else {})
    lines = make_lines(network, (run, to_start, network.latest(roads, ends)), roads)
    start_on = network.start_of_works(run)
    planned_on = network.frame.planned_start_on
    behind = None if start_on is None or planned_on is None else _worked(network, planned_on, start_on)
    goal = start if has_start else max(ends, key=lambda n: run.finish[n], default=None)
    return Schedule(
        items=lines,
        start_on=start_on,
        works_end_on=_works_end(network, run),
        completion_on=None if end is None else date.fromordinal(end),
        days_behind_baseline=behind,
        critical_path=_chain(lines, network.place, goal),
        findings=_findings(network, run),
        is_provisional=any(line.is_provisional for line in lines),
        calendar_version=network.calendar.version,
    )


def _works_end(network: Network, run: Run) -> date | None:
    roles = [item.milestone for item in network.items]
    if MilestoneRole.COMPLETION_OF_WORKS not in roles:
        return None
    day = run.finish[roles.index(MilestoneRole.COMPLETION_OF_WORKS)]
    return date.fromordinal(day) if day < NEVER else None


def _worked(network: Network, first: date, last: date) -> int:
    count = network.calendar.working_days_through
    return count(last) - count(first)


def _chain(lines: Sequence[ScheduledItem], place: Mapping[str, int], goal: int | None) -> tuple[str, ...]:
    """Go back from an end along the items that set each day, until a day that no other item sets."""
    found: list[str] = []
    while goal is not None:
        line = lines[goal]
        found.append(line.item.code)
        before = line.filing_item if line.item.milestone is None else line.finish_item
        goal = None if before is None else place[before]
    return tuple(reversed(found))


def _findings(network: Network, run: Run) -> tuple[Finding, ...]:
    found = []
    start_on = network.frame.actual_start_on
    if start_on is not None and network.start is not None:
        for group in network.gates[network.start]:
            days = [network.fixed[j] for j in group]
            if not any(day is not None and day <= start_on.toordinal() for day in days):
                codes = tuple([network.items[j].code for j in group])
                found.append(Finding(ScheduleFinding.START_GATE_BYPASSED, codes))
    for n, item in enumerate(network.items):
        if item.has_case() and item.handling is None and network.fixed[n] is None:
            found.append(Finding(ScheduleFinding.UNKNOWN_DURATION, (item.code,)))
        if run.finish[n] >= NEVER:
            found.append(Finding(ScheduleFinding.NO_ROAD, (item.code,)))
    return tuple(found)
