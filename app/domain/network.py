"""The network of a plan's items: compiled once, run as often as durations are tried.

Days are ordinals here. An alternative (``any_of``) is reached with the earliest of its items. Preparation
begins when the prerequisites are passed, since their results are among its papers (default, not from the
standard); a filing falls on a working day, because it is an act before an office.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.calendar import WorkCalendar
from app.domain.day_table import day_table
from app.domain.durations import (
    DueDayUnreachable,
    Duration,
    Pause,
    Unit,
    budget_of,
    day_consuming,
)
from app.domain.frame import Frame
from app.domain.plan_order import order_of
from app.domain.planned import EstimateBasis, ItemFacts, MilestoneRole, NeedKind, PlannedItem

NEVER: Final = date.max.toordinal() + 1
"""Later than any day: the item has no road, because one of its needs has no alternative in the plan."""

_NOTHING: Final = Duration(0, Unit.WORKING_DAY)
_OF_LIMITS: Final = {EstimateBasis.PROMISED, EstimateBasis.STATUTORY}
Gates = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Days of one run, by place in the network: preparation begins, filing, finish (``NEVER`` for none)."""

    ready: list[int]
    filing: list[int]
    finish: list[int]


class Network:
    """The items of a plan in an order in which each follows what it waits for. Refuses circles."""

    def __init__(
        self,
        items: Sequence[PlannedItem],
        facts: Mapping[str, ItemFacts],
        frame: Frame,
        calendar: WorkCalendar,
        late: Mapping[str, Duration] | None = None,
    ) -> None:
        by_code = {item.code: item for item in items}
        self.items = tuple([by_code[code] for code in order_of(items)])
        self.place = {item.code: n for n, item in enumerate(self.items)}
        self.facts, self.frame, self.calendar = facts, frame, calendar
        self.days = day_table(calendar)
        self.first_day, self.today = frame.begin_on.toordinal(), frame.today.toordinal()
        self.first_filing = self.days.rolled(self.today)
        starts = [n for n, i in enumerate(self.items) if i.milestone is MilestoneRole.START_OF_WORKS]
        self.start: int | None = starts[0] if starts else None
        self.gates = [self._gates(n) for n in range(len(self.items))]
        self.soft = [self._places(item, NeedKind.SOFT) for item in self.items]
        self.fixed: list[int | None] = []
        for n, item in enumerate(self.items):
            self.fixed.append(self._joined(n) if item.milestone is MilestoneRole.JOIN else self._fixed(item))
        self.filed = [self._filed(item) for item in self.items]
        self.preparation = [item.preparation.duration for item in self.items]
        self.handling = [self.expected_handling(item) for item in self.items]
        self.late = [(late or {}).get(item.code) for item in self.items]
        self.halts = [self._halts(item) for item in self.items]

    def _places(self, item: PlannedItem, kind: NeedKind) -> Gates:
        needs = [need.any_of for need in item.needs if need.kind is kind]
        return tuple([tuple([self.place[c] for c in any_of if c in self.place]) for any_of in needs])

    def _gates(self, n: int) -> Gates:
        """Give what an item waits for; the start of works also waits for every before-start need."""
        hard = self._places(self.items[n], NeedKind.HARD)
        if n != self.start:
            return hard
        groups = hard + sum([self._places(i, NeedKind.BEFORE_START) for i in self.items], start=())
        return tuple([group for group in groups if not any(self._is_open_in_part(j) for j in group)])

    def _is_open_in_part(self, n: int) -> bool:
        """Tell whether works may begin on a first package, though the item is not passed for all of them."""
        facts = self.facts.get(self.items[n].code)
        first = None if facts is None or facts.is_passed else facts.first_passed_on
        return first is not None and first <= (self.frame.actual_start_on or self.frame.today)

    def _fixed(self, item: PlannedItem) -> int | None:
        """Give the day an item was passed or a milestone reached, if it was."""
        facts = self.facts.get(item.code)
        done_on = facts.done_on if facts and facts.is_passed else self.frame.reached_on(item.milestone)
        return None if done_on is None else done_on.toordinal()

    def _joined(self, n: int) -> int | None:
        """Give the day a join was reached: every need of it passed, by whichever alternative came first."""
        firsts = [[day for j in group if (day := self.fixed[j]) is not None] for group in self.gates[n]]
        if not firsts or not all(firsts):
            return None
        return max([min(days) for days in firsts])

    def _filed(self, item: PlannedItem) -> ItemFacts | None:
        """Give the facts of an item that is on its way: filed, and not done."""
        facts = self.facts.get(item.code)
        is_on_its_way = facts and facts.done_on is None and (facts.filed_on or facts.anchor_on)
        return facts if is_on_its_way else None

    def _halts(self, item: PlannedItem) -> tuple[Pause, ...]:
        """Give the pauses that are tried on an item which is not filed yet."""
        facts = self.facts.get(item.code)
        return facts.pauses if facts is not None and facts.filed_on is None else ()

    def expected_handling(self, item: PlannedItem) -> Duration:
        """Give how long an item is expected to take; nothing for joins and where it is unknown."""
        if item.handling is not None:
            return item.handling.duration
        is_works = item.milestone is MilestoneRole.COMPLETION_OF_WORKS
        return (self.frame.works() if is_works else None) or _NOTHING

    def run(self, handling: Mapping[str, Duration] | None = None) -> Run:
        """Find the earliest days of all items, some of them with another handling than planned."""
        other = {self.place[code]: duration for code, duration in (handling or {}).items()}
        size = len(self.items)
        run = Run([self.first_day] * size, [NEVER] * size, [NEVER] * size)
        finish = run.finish
        for n in range(size):
            if (day := self.fixed[n]) is not None:
                run.ready[n] = run.filing[n] = finish[n] = day
                self._note_filing(run, n)
            elif (facts := self.filed[n]) is not None:
                finish[n] = self.delayed(n, self.expected_finish(n, facts, other.get(n)))
                self._note_filing(run, n)
            else:
                self.place_item(run, n, other.get(n, self.handling[n]))
        if any(day > NEVER for day in finish):
            raise DueDayUnreachable
        return run

    def _note_filing(self, run: Run, n: int) -> None:
        facts = self.facts.get(self.items[n].code)
        filed_on = facts and (facts.filed_on or facts.anchor_on)
        if filed_on:
            run.ready[n] = run.filing[n] = filed_on.toordinal()

    def place_item(self, run: Run, n: int, handling: Duration) -> None:
        """Put an item that is not on its way behind what it waits for, on its earliest days."""
        finish = run.finish
        ready = self.earliest_ready(n)
        for group in self.gates[n]:
            day = finish[group[0]] if len(group) == 1 else min([finish[j] for j in group], default=NEVER)
            if day > ready:  # noqa: PLR1730 - max() takes thrice as long, and this runs a million times
                ready = day
        if ready >= NEVER:
            run.ready[n] = NEVER
            return
        run.ready[n] = ready
        if self.items[n].milestone is not None:
            is_works = self.items[n].milestone is MilestoneRole.COMPLETION_OF_WORKS
            run.filing[n] = finish[self.start] if is_works and self.start is not None else ready
            finish[n] = self._reached(run, n, ready, handling)
            return
        run.filing[n] = max(self.prepared(run, n), self.first_filing)
        finish[n] = self.handled(n, run.filing[n], handling)

    def prepared(self, run: Run, n: int) -> int:
        """Give the working day on which the papers of an item are ready to be filed."""
        return self.days.rolled(self.days.after(run.ready[n], self.preparation[n]))

    def file_item(self, run: Run, n: int, filing: int) -> None:
        """File an item on another day than its earliest."""
        run.filing[n] = filing
        run.finish[n] = self.handled(n, filing, self.handling[n])

    def handled(self, n: int, filing: int, handling: Duration) -> int:
        """Give the day an item filed on a day is passed, with the pauses and the delay tried on it."""
        end = self.days.after(filing, handling)
        if self.halts[n]:
            anchor = date.fromordinal(filing)
            budget, _ = budget_of(anchor, handling)
            found = day_consuming(self.calendar, anchor, handling.unit, self.halts[n], budget=budget)
            end = end if found is None else found.toordinal()
        return self.delayed(n, end)

    def delayed(self, n: int, day: int) -> int:
        """Add the delay that is tried on an item."""
        late = self.late[n]
        return day if late is None else self.days.after(day, late)

    def last_filing(self, n: int, day: int) -> int:
        """Give the last working day on which an item can be filed and still be passed by a day."""
        late = self.late[n]
        found = self.days.before(day if late is None else self.days.before(day, late), self.handling[n])
        while self.halts[n] and self.handled(n, found, self.handling[n]) > day:
            found -= 1
        return self.days.rolled_back(found)

    def earliest_ready(self, n: int) -> int:
        """Give the day before which an item cannot be prepared: the beginning, or its last refusal."""
        facts = self.facts.get(self.items[n].code)
        if facts is None or facts.done_on is None:
            return self.first_day
        return max(self.first_day, facts.done_on.toordinal())

    def _reached(self, run: Run, n: int, ready: int, handling: Duration) -> int:
        """Give the day a milestone is reached: the works last from their start, whatever else they need."""
        role = self.items[n].milestone
        if role is MilestoneRole.JOIN:
            return ready
        if role is MilestoneRole.COMPLETION_OF_WORKS:
            ready = max(ready, self.works_end(run, n, handling))
        return max(ready, self.today)

    def works_end(self, run: Run, n: int, handling: Duration | None = None) -> int:
        """Give the day on which the works have lasted as planned, counted from their start."""
        begun = run.ready[n] if self.start is None else run.finish[self.start]
        return self.days.after(begun, handling or self.handling[n])

    def expected_finish(self, n: int, facts: ItemFacts, other: Duration | None = None) -> int:
        """Give the day an item on its way is expected to be passed, today at the earliest.

        It is the last day of its clock where its estimate is that limit; an open pause is taken to end today.
        """
        if other is None and facts.due_on is not None and self.uses_clock(n, facts):
            return max(facts.due_on.toordinal(), self.today)
        anchor = facts.anchor_on or max(self.frame.today, facts.filed_on or self.frame.today)
        duration = self.handling[n] if other is None else other
        pauses = [self._closed(pause) for pause in facts.pauses]
        if facts.is_paused and not any(pause.ends_on is None for pause in facts.pauses):
            pauses.append(Pause(min(anchor, self.frame.today), self.frame.today))
        budget, _ = budget_of(anchor, duration)
        end = day_consuming(self.calendar, anchor, duration.unit, pauses, budget=budget)
        return max(end.toordinal() if end else self.today, self.today)

    def uses_clock(self, n: int, facts: ItemFacts) -> bool:
        """Say whether the item's clock tells its expected finish: its estimate is that limit."""
        estimate = self.items[n].handling
        return facts.due_on is not None and estimate is not None and estimate.basis in _OF_LIMITS

    def _closed(self, pause: Pause) -> Pause:
        return Pause(pause.starts_on, pause.ends_on or max(pause.starts_on, self.frame.today))

    def start_of_works(self, run: Run) -> date | None:
        """Give the day of the start of works in a run; None without such an item, or without a road to it."""
        day = NEVER if self.start is None else run.finish[self.start]
        return date.fromordinal(day) if day < NEVER else None

    def end(self, run: Run) -> int | None:
        """Give the day on which the last item of the plan is passed; items without a road do not count."""
        return max([day for day in run.finish if day < NEVER], default=None)

    def roads(self, run: Run) -> Gates:
        """Give for each item which of its alternatives count: the earliest, the first named of equals."""
        finish = run.finish
        return tuple(
            [
                tuple([g[0] if len(g) == 1 else min(g, key=finish.__getitem__) for g in groups if g])
                for groups in self.gates
            ]
        )

    def latest(self, roads: Gates, goals: Mapping[int, int]) -> Run:
        """Find the latest days that keep the goals (day by place); ``NEVER`` where no goal depends on it.

        Along the roads taken in a run: slack is what may be lost without another road.
        """
        size = len(self.items)
        late = Run([NEVER] * size, [NEVER] * size, [goals.get(n, NEVER) for n in range(size)])
        for n in reversed(range(size)):
            day = late.finish[n]
            if day >= NEVER or self.fixed[n] is not None or self.filed[n] is not None:
                continue
            if self.items[n].milestone is not None:
                late.filing[n] = late.ready[n] = day
            else:
                late.filing[n] = self.last_filing(n, day)
                late.ready[n] = self.days.before(late.filing[n], self.preparation[n])
            self._hand_back(roads[n], late, n)
        return late

    def _hand_back(self, road: tuple[int, ...], late: Run, n: int) -> None:
        finish, is_works = late.finish, self.items[n].milestone is MilestoneRole.COMPLETION_OF_WORKS
        for j in road:
            day = late.ready[n]
            if is_works and j == self.start:
                day = self.days.before(day, self.handling[n])
            finish[j] = min(finish[j], day)
