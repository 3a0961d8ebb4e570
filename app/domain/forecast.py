"""When works are likely to start, by how long the same items took before.

Each open item that the start waits for gets the durations of the narrowest group with enough decided ones.
They are drawn again and again, and pushed through the schedule of the plan. All thresholds are defaults, not
from the standard. What the forecast does not know: how long owners take before they file beyond what the plan
says, and what delays several items of one project together.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Final, NamedTuple

from app.domain.calendar import WorkCalendar
from app.domain.coded import Coded
from app.domain.durations import Duration, Unit
from app.domain.frame import Frame
from app.domain.network import Network
from app.domain.planned import ItemFacts, ItemKind, MilestoneRole, NeedKind, PlannedItem
from app.domain.survival import Curve, Lasted, curve_of
from app.errors import Conflict, Words

ENOUGH: Final = 10  # decided cases that make a group; default, not from the standard
NEWEST: Final = 60  # decided cases of a group, the last filed ones; default, not from the standard
LEAST_SHARE: Final = 0.5  # of the items waited for that need a group; default, not from the standard
RUNS: Final = 2_000
LIKELY, SAFE = 0.5, 0.8  # P50 and P80
_DAYS: Final = Unit.WORKING_DAY


class HistoryGroup(Coded):
    """Whose durations stand for an item's, from the narrowest to the widest."""

    ITEM_DEPARTMENT = "item_department", "同一事项、同一部门", "the same item at the same department"
    ITEM_AREA = "item_area", "同一事项、同一区域", "the same item in the same area"
    ITEM = "item", "同一事项", "the same item anywhere"
    KIND_DEPARTMENT = "kind_department", "同类事项、同一部门", "items of its kind at the same department"
    KIND = "kind", "同类事项", "items of its kind anywhere"


class TooLittleHistory(Conflict):
    """Too few of the items that the start of works waits for were ever handled often enough before."""

    title = Words("历史数据不足，无法预测", "Too little history for a forecast")
    detail = Words(
        "开工前尚有 {needed} 个未办结事项，其中仅 {known} 个有足够的历史数据；缺少的事项：{items}。",
        "Of the {needed} open items before the start of works only {known} have enough history. Without it: "
        "{items}.",
    )


class StartNotForeseeable(Conflict):
    """In most of the runs the plan never reaches the start of works: a gate is missing or was refused."""

    title = Words("按现有方案无法开工", "The plan does not lead to the start of works")
    detail = Words(
        "按现有方案与办理结果，多数推演到不了开工，请先调整方案。",
        "With the plan and its outcomes as they are, most runs never reach the start; change the plan first.",
    )


class WorksHaveStarted(Conflict):
    """Works have started; there is nothing left to forecast."""

    title = Words("项目已经开工", "Works have started")
    detail = Words("项目已于 {started_on} 开工，无需预测。", "Works started on {started_on}.")


class Observed(NamedTuple):
    """How long a case of an item took from its filing to its decision, or has taken until now."""

    item: str
    kind: ItemKind
    department: str | None
    area: str
    lasted: Lasted


@dataclass(frozen=True, slots=True)
class Basis:
    """What the duration of one open item rests on; without a group, on the plan's own estimate."""

    item: str
    group: HistoryGroup | None
    decided: int
    running: int
    elapsed: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The day by which works have started in half of the runs, and in four fifths of them."""

    p50_on: date
    p80_on: date
    runs: int
    items: tuple[Basis, ...]

    @property
    def estimated_share(self) -> float:
        """Give the share of the open items that rest on the plan's estimates."""
        return sum(each.group is None for each in self.items) / len(self.items) if self.items else 0.0


def working_days(calendar: WorkCalendar, first: date, last: date) -> int:
    """Count the working days after ``first`` up to and with ``last``; none when it is earlier."""
    return max(0, calendar.working_days_through(last) - calendar.working_days_through(first))


def observe(
    calendar: WorkCalendar, filed_on: date, ended_on: date | None, *, is_passed: bool, today: date
) -> Lasted:
    """Tell how long a case lasted, as known on ``today``; pauses included, because the owner waits for them.

    One that ended without being passed says only that it had not been passed until then.
    """
    if ended_on is None or ended_on > today:
        return Lasted(working_days(calendar, filed_on, today), is_over=False)
    return Lasted(working_days(calendar, filed_on, ended_on), is_over=is_passed)


class History:
    """What was observed, by group, the last filed first; a group's curve is estimated when it is asked for.

    Of a group count the last filed cases up to the sixtieth decided one: offices change, and so do durations.
    """

    def __init__(self, observed: Iterable[Observed]) -> None:
        self._lasted: dict[tuple[str | None, ...], list[Lasted]] = {}
        self._decided: Counter[tuple[str | None, ...]] = Counter()
        self._curves: dict[tuple[str | None, ...], Curve] = {}
        for item, kind, department, area, lasted in observed:
            for key in _keys(item, kind, department, area):
                if self._decided[key] < NEWEST:
                    self._decided[key] += lasted.is_over
                    self._lasted.setdefault(key, []).append(lasted)

    def of(self, item: PlannedItem, area: str) -> tuple[HistoryGroup, Curve] | None:
        """Find the narrowest group of an item with enough decided cases."""
        for key in _keys(item.code, item.kind, item.department, area):
            if self._decided[key] >= ENOUGH:
                if key not in self._curves:
                    self._curves[key] = curve_of(self._lasted[key])
                return HistoryGroup(str(key[0])), self._curves[key]
        return None


def waited_for(items: Sequence[PlannedItem], facts: Mapping[str, ItemFacts]) -> tuple[PlannedItem, ...]:
    """Name the open items that the start of works waits for, alternatives included, in the plan's order."""
    before = _before_start(items, facts)
    return tuple([i for i in items if i.code in before and i.has_case() and not _is_passed(i.code, facts)])


def _before_start(items: Sequence[PlannedItem], facts: Mapping[str, ItemFacts]) -> set[str]:
    """Find what leads to the start of works; behind what is passed nothing matters any more."""
    by_code = {item.code: item for item in items}
    found: set[str] = set()
    left = [item.code for item in items if item.milestone is MilestoneRole.START_OF_WORKS]
    left += [c for item in items for n in item.needs if n.kind is NeedKind.BEFORE_START for c in n.any_of]
    while left:
        code = left.pop()
        if code in by_code and code not in found:
            found.add(code)
            needs = () if _is_passed(code, facts) else by_code[code].needs
            left += [c for n in needs if n.kind is NeedKind.HARD for c in n.any_of]
    return found


def _is_passed(code: str, facts: Mapping[str, ItemFacts]) -> bool:
    return code in facts and facts[code].is_passed


def forecast(
    items: Sequence[PlannedItem],
    facts: Mapping[str, ItemFacts],
    frame: Frame,
    calendar: WorkCalendar,
    area: str,
    history: History,
    dice: Callable[[], float],
    runs: int = RUNS,
) -> Forecast:
    """Forecast the start of works under a plan; items without a history take what the plan estimates.

    ``dice`` gives chances from 0 to below 1; the same ones give the same forecast. Refuses
    ``WorksHaveStarted``, ``TooLittleHistory`` and ``StartNotForeseeable``.
    """
    if frame.actual_start_on is not None:
        raise WorksHaveStarted(started_on=frame.actual_start_on)
    waited = waited_for(items, facts)
    found = {item.code: pair for item in waited if (pair := history.of(item, area)) is not None}
    if len(found) < LEAST_SHARE * len(waited):
        missing = [item.code for item in waited if item.code not in found]
        raise TooLittleHistory(needed=len(waited), known=len(found), items=missing)
    since = {code: filed for code, each in facts.items() if (filed := _filed_on(each)) and code in found}
    counted = dict(facts)
    counted.update({code: _from_filing(facts[code], day) for code, day in since.items()})
    before = _before_start(items, facts)
    gating = [i for i in items if i.code in before or any(n.kind is NeedKind.BEFORE_START for n in i.needs)]
    network = Network(gating, counted, frame, calendar)  # what comes after the start costs nothing
    elapsed = {code: working_days(calendar, day, frame.today) for code, day in since.items()}
    drawn = [(code, curve, elapsed.get(code)) for code, (_, curve) in found.items()]
    starts = list[date]()
    for _ in range(runs):
        durations = {code: Duration(curve.draw(dice(), after), _DAYS) for code, curve, after in drawn}
        if (start := network.start_of_works(network.run(durations))) is not None:
            starts.append(start)
    if len(starts) < ceil(SAFE * runs):
        raise StartNotForeseeable
    starts.sort()
    bases = tuple([_basis(item.code, found.get(item.code), elapsed.get(item.code)) for item in waited])
    return Forecast(starts[ceil(LIKELY * runs) - 1], starts[ceil(SAFE * runs) - 1], runs, bases)


def _filed_on(facts: ItemFacts) -> date | None:
    """Give the day from which an item runs; None when it is done or was never filed."""
    return None if facts.done_on is not None else facts.filed_on or facts.anchor_on


def _from_filing(facts: ItemFacts, filed_on: date) -> ItemFacts:
    """Count an item from its filing, pauses included, as the observed ones were counted."""
    return replace(facts, anchor_on=filed_on, due_on=None, is_paused=False, pauses=())


def _basis(code: str, pair: tuple[HistoryGroup, Curve] | None, elapsed: int | None) -> Basis:
    if pair is None:
        return Basis(code, None, 0, 0, elapsed)
    group, curve = pair
    return Basis(code, group, curve.over, curve.running, elapsed)


def _keys(item: str, kind: ItemKind, department: str | None, area: str) -> tuple[tuple[str | None, ...], ...]:
    """Give the groups an item belongs to, from the narrowest; without a department there are fewer."""
    groups = HistoryGroup
    all_ = (
        (groups.ITEM_DEPARTMENT, item, department),
        (groups.ITEM_AREA, item, area),
        (groups.ITEM, item),
        (groups.KIND_DEPARTMENT, kind, department),
        (groups.KIND, kind),
    )
    return tuple(key for key in all_ if None not in key)
