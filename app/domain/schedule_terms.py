"""What a schedule says: the words for its dates, their reasons and its oddities, and its lines."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.domain.coded import Coded
from app.domain.planned import PlannedItem


class ItemProgress(Coded):
    """How far an item of a plan has come."""

    BLOCKED = "blocked", "等待前置事项", "waiting for others"
    READY = "ready", "可以申报", "may be filed"
    FILED = "filed", "已申报", "filed"
    RUNNING = "running", "办理中", "being handled"
    PAUSED = "paused", "暂停计时", "paused"
    DONE = "done", "已完成", "done"


class DateRule(Coded):
    """What sets a date of the schedule."""

    FACT = "fact", "已经发生", "it happened"
    BEGIN = "begin", "自方案起算日", "the plan begins"
    PREREQUISITE = "prerequisite", "前置事项完成", "a prerequisite is passed"
    REFUSED = "refused", "上次办理未通过", "it was not passed before"
    TODAY = "today", "不早于今日", "not before today"
    PREPARATION = "preparation", "准备用时", "its preparation"
    HANDLING = "handling", "办理用时", "its handling"
    CLOCK = "clock", "事项时钟的到期日", "the last day of its clock"
    LATE = "late", "设定的延误", "the delay that is tried"
    WORKS = "works", "施工用时", "the works last"
    NO_ROAD = "no_road", "前置事项无法满足", "a prerequisite cannot be met"


class ScheduleFinding(Coded):
    """What is odd about a schedule; nothing of it stops anybody."""

    START_GATE_BYPASSED = "start_gate_bypassed", "开工时前置事项未通过", "works began before it was passed"
    UNKNOWN_DURATION = "unknown_duration", "办理用时未知，暂按零计", "its handling is unknown, counted as 0"
    NO_ROAD = "no_road", "前置事项无法满足", "a prerequisite cannot be met"


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity, and the items it is about."""

    kind: ScheduleFinding
    items: tuple[str, ...]


class ScheduledItem(NamedTuple):
    """One item on its days. All are None where it has no road; the latest ones where they are facts already.

    start: preparation may begin (its prerequisites are passed); filing; finish: passed or reached. Slack in
    working days: what the item alone may lose, measured at its next day that is no fact, None where that end
    does not depend on it. ``proposed``: also after the items it is advised to follow, as far as slack allows.
    ``*_rule`` says what set the earliest day and ``*_item`` which other item. ``blocked_by``: the open needs,
    each with its alternatives. ``is_assumed``: a duration counted as nothing is behind these days.
    """

    item: PlannedItem
    progress: ItemProgress
    earliest_start_on: date | None
    earliest_filing_on: date | None
    earliest_finish_on: date | None
    latest_start_on: date | None
    latest_filing_on: date | None
    latest_finish_on: date | None
    proposed_filing_on: date | None
    proposed_finish_on: date | None
    slack_to_start: int | None
    slack_to_completion: int | None
    is_critical: bool
    blocked_by: tuple[tuple[str, ...], ...]
    filing_rule: DateRule
    filing_item: str | None
    finish_rule: DateRule
    finish_item: str | None
    is_estimated: bool
    is_assumed: bool
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """All items in an order in which each follows its prerequisites, and what the plan as a whole comes to.

    ``start_on``, ``works_end_on``, ``completion_on``: start and completion of the works, and the last day of
    the plan, be they expected or actual.
    ``days_behind_baseline``: working days from the planned to the expected start, negative when earlier.
    ``critical_path``: one unbroken chain of items that sets the start of works, or the completion after it.
    """

    items: tuple[ScheduledItem, ...]
    start_on: date | None
    works_end_on: date | None
    completion_on: date | None
    days_behind_baseline: int | None
    critical_path: tuple[str, ...]
    findings: tuple[Finding, ...]
    is_provisional: bool
    calendar_version: int

    def of(self, code: str) -> ScheduledItem:
        """Give the line of an item."""
        return next(line for line in self.items if line.item.code == code)
