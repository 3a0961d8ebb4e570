"""What if: changes tried on a copy of a plan, by the functions that the commands use; nothing is written.

Items are changed by ``adjust``, as a new version of the plan would be; clocks are counted by ``clocks_of``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from app.domain.calendar import WorkCalendar
from app.domain.clocks import due
from app.domain.coded import Coded
from app.domain.durations import Duration, Pause
from app.domain.frame import Frame
from app.domain.item_clocks import clocks_of
from app.domain.item_facts import CaseFacts
from app.domain.item_steps import NamedPause
from app.domain.items import SpecialKind
from app.domain.network import Network
from app.domain.plan_content import Adjustment, adjust
from app.domain.planned import ItemFacts, ItemLimit, PlannedItem, TimeBearer
from app.domain.schedule import Schedule, ScheduledItem, schedule_of
from app.errors import Fault, Invalid, Words

_NO_ITEM = Words("方案中没有该事项。", "The plan has no such item.")
_DONE = Words("该事项已经办结。", "The item is done already.")
_MILESTONE = Words("节点没有办理用时。", "A milestone takes no time of its own.")


class ChangesCannotBeTried(Invalid):
    """A delay or a pause is tried on an item that is not in the plan, is done, or is a milestone."""

    title = Words("无法推演", "The changes cannot be tried")
    detail = Words("有 {count} 处无法推演，详见 errors。", "{count} changes cannot be tried; see errors.")


class LimitKind(Coded):
    """Which promise a date breaks."""

    STATUTORY = "statutory", "法定时限", "statutory limit"
    PROMISED = "promised", "承诺时限", "promised limit"
    PLANNED_START = "planned_start", "计划开工基准", "baseline of the start of works"
    PLANNED_COMPLETION = "planned_completion", "计划竣工日期", "planned completion of works"


@dataclass(frozen=True, slots=True)
class Counting:
    """A case that is under way, with its limits as they were frozen."""

    facts: CaseFacts
    statutory: ItemLimit | None
    promised: ItemLimit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A plan with what has become of it, present or changed; ``counting`` by item code."""

    items: Sequence[PlannedItem]
    facts: Mapping[str, ItemFacts]
    counting: Mapping[str, Counting]
    frame: Frame
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Halt:
    """A pause tried on an item: days after ``starts_on`` up to ``ends_on`` do not count."""

    item: str
    pause: Pause


@dataclass(frozen=True, slots=True)
class Delay:
    """An item passed later than expected."""

    item: str
    by: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is tried, all at once. ``known`` holds the items of the catalogue that may be added."""

    adjustments: Sequence[Adjustment] = ()
    delays: Sequence[Delay] = ()
    halts: Sequence[Halt] = ()
    calendar: WorkCalendar | None = None
    known: Mapping[str, PlannedItem] | None = None


class Moved(NamedTuple):
    """An item whose days differ; a day is None where the item is not in the plan or has no road."""

    before: ScheduledItem | None
    after: ScheduledItem | None
    working_days: int | None


class Broken(NamedTuple):
    """A limit that an expected day lies behind; ``is_new``: only because of what is tried."""

    kind: LimitKind
    item: str | None
    due_on: date
    expected_on: date
    is_new: bool


class Simulation(NamedTuple):
    """Both schedules and what lies between them; ``affected``: items by who bears them and by department."""

    before: Schedule
    after: Schedule
    moved: tuple[Moved, ...]
    broken: tuple[Broken, ...]
    affected: Mapping[TimeBearer, Mapping[str | None, tuple[str, ...]]]
    tried: Tried
    """The plan as it was changed."""


def simulate(plan: Tried, changes: Changes) -> Simulation:
    """Try changes and tell what moves, which limits break and whom it concerns.

    Refuses ``AdjustmentsInvalid``, ``ChangesCannotBeTried`` and circles.
    """
    before = schedule_of(_network(plan))
    items = adjust(plan.items, changes.adjustments, changes.known)
    _check(items, plan, changes)
    tried = _changed(replace(plan, items=items), changes)
    after = schedule_of(_network(tried, changes.delays))
    old, new = dict(_broken(plan, before)), dict(_broken(tried, after))
    broken = [Broken(*key, *days, key not in old) for key, days in new.items()]
    moved = tuple(_moved(before, after, tried.calendar))
    return Simulation(before, after, moved, tuple(broken), _affected(moved, broken, after), tried)


def _network(plan: Tried, delays: Iterable[Delay] = ()) -> Network:
    late = {delay.item: delay.by for delay in delays}
    return Network(plan.items, plan.facts, plan.frame, plan.calendar, late)


def _check(items: Iterable[PlannedItem], plan: Tried, changes: Changes) -> None:
    by_code = {item.code: item for item in items}
    faults = []
    tried = {"delays": [d.item for d in changes.delays], "pauses": [h.item for h in changes.halts]}
    for name, codes in tried.items():
        for number, code in enumerate(codes):
            item, facts = by_code.get(code), plan.facts.get(code)
            why = None
            if item is None:
                why = ("not_in_plan", _NO_ITEM)
            elif item.milestone is not None:
                why = ("milestone", _MILESTONE)
            elif facts is not None and facts.is_passed:
                why = ("done", _DONE)
            if why is not None:
                faults.append(Fault(f"/{name}/{number}/item", *why))
    if faults:
        raise ChangesCannotBeTried(faults=faults, count=len(faults))


def _changed(plan: Tried, changes: Changes) -> Tried:
    """Make pauses and another calendar felt by the clocks of the cases, and by the items not filed yet."""
    calendar = changes.calendar or plan.calendar
    halts: dict[str, list[Pause]] = {}
    for halt in changes.halts:
        halts.setdefault(halt.item, []).append(halt.pause)
    facts, counting = dict(plan.facts), dict(plan.counting)
    for item in plan.items:
        pauses, known = halts.get(item.code, []), facts.get(item.code)
        if item.code in counting and known is not None:
            case = counting[item.code]
            named = [
                NamedPause(SpecialKind.OTHER, p.starts_on, p.ends_on, None, False, False, None)
                for p in pauses
            ]
            case = replace(case, facts=replace(case.facts, pauses=(*case.facts.pauses, *named)))
            counting[item.code], facts[item.code] = case, _recounted(item, known, case, calendar)
        elif pauses:
            blank = known or ItemFacts(
                filed_on=None, anchor_on=None, due_on=None, is_paused=False, done_on=None, is_passed=False
            )
            facts[item.code] = replace(blank, filed_on=None, anchor_on=None, pauses=tuple(pauses))
    return replace(plan, facts=facts, counting=counting, calendar=calendar)


def _recounted(item: PlannedItem, facts: ItemFacts, case: Counting, calendar: WorkCalendar) -> ItemFacts:
    clocks = clocks_of(case.facts, case.statutory, case.promised, item.pause_policy, calendar)
    clock = clocks.handling
    is_known = clock is not None and facts.anchor_on is not None and not clock.due.is_paused
    return replace(
        facts,
        due_on=clock.due.due_on if clock is not None and is_known else None,
        is_paused=case.facts.is_paused,
        pauses=tuple([named.pause for named in case.facts.pauses]),
    )


def _moved(before: Schedule, after: Schedule, calendar: WorkCalendar) -> Iterator[Moved]:
    old = {line.item.code: line for line in before.items}
    new = {line.item.code: line for line in after.items}
    for code in sorted(old.keys() | new.keys()):
        one, two = old.get(code), new.get(code)
        if one is not None and two is not None and _days(one) == _days(two):
            continue
        count = calendar.working_days_through
        ends = [
            line.earliest_finish_on for line in (one, two) if line is not None and line.earliest_finish_on
        ]
        yield Moved(one, two, count(ends[1]) - count(ends[0]) if len(ends) == 2 else None)  # noqa: PLR2004 - both


def _days(line: ScheduledItem) -> tuple[date | None, date | None]:
    return line.earliest_filing_on, line.earliest_finish_on


BrokenBy = tuple[tuple[LimitKind, str | None], tuple[date, date]]


def _broken(plan: Tried, schedule: Schedule) -> Iterator[BrokenBy]:
    """Name the limits that expected days lie behind: of open items, and of the plan as a whole."""
    for line in schedule.items:
        if line.is_estimated and line.earliest_finish_on is not None:
            for kind, due_on in limit_days(plan, line):
                if due_on is not None and line.earliest_finish_on > due_on:
                    yield (kind, line.item.code), (due_on, line.earliest_finish_on)
    frame = plan.frame
    ends = [
        (LimitKind.PLANNED_START, frame.planned_start_on, schedule.start_on),
        (LimitKind.PLANNED_COMPLETION, frame.planned_completion_on, schedule.works_end_on),
    ]
    for kind, planned_on, expected_on in ends:
        if planned_on is not None and expected_on is not None and expected_on > planned_on:
            yield (kind, None), (planned_on, expected_on)


def limit_days(plan: Tried, line: ScheduledItem) -> Iterator[tuple[LimitKind, date | None]]:
    """Give the last days by which an item is decided: by its clocks once under way, else from its filing."""
    item, case, filing_on = line.item, plan.counting.get(line.item.code), line.earliest_filing_on
    if case is not None:
        clocks = clocks_of(case.facts, case.statutory, case.promised, item.pause_policy, plan.calendar)
        for kind, clock in ((LimitKind.STATUTORY, clocks.statutory), (LimitKind.PROMISED, clocks.promised)):
            if clock is not None and not clock.limit.is_for_filing and not clock.due.is_paused:
                yield kind, clock.due.due_on
        return
    facts = plan.facts.get(item.code)
    pauses = facts.pauses if facts is not None and facts.filed_on is None else ()
    for kind, limit in ((LimitKind.STATUTORY, item.statutory), (LimitKind.PROMISED, item.promised)):
        if limit is not None and not limit.is_for_filing and filing_on is not None:
            rolls = limit.bearer is not TimeBearer.DEPARTMENT
            yield kind, due(plan.calendar, filing_on, limit.duration, pauses, rolls=rolls).due_on


def _affected(
    moved: Iterable[Moved], broken: Iterable[Broken], after: Schedule
) -> Mapping[TimeBearer, Mapping[str | None, tuple[str, ...]]]:
    """Gather the items that move or break a limit by who bears them and by department."""
    concerned = {line.item.code: line.item for one in moved if (line := one.after or one.before) is not None}
    concerned |= {each.item: after.of(each.item).item for each in broken if each.item and each.is_new}
    found: dict[TimeBearer, dict[str | None, list[str]]] = {}
    for code in sorted(concerned):
        item = concerned[code]
        found.setdefault(item.bearer, {}).setdefault(item.department, []).append(code)
    return {who: {at: tuple(codes) for at, codes in parts.items()} for who, parts in found.items()}
