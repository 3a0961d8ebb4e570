"""The two clocks of an item case, statutory and promised: how long, from when, until when, and the sum of it.

Both stop on the same days. An extension adds to the budget, once, within the bound of the limit's own, and
only while the limit has not run out. With the policy ``reset`` an ended pause lets the clock start anew; a
pause within one day costs nothing and starts nothing anew. Default, not from the standard.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.calendar import WorkCalendar
from app.domain.clocks import CountedDay, Due, Light, counted, due, light, remaining
from app.domain.durations import Duration, Pause, budget_of, consumed, day_consuming, merge_pauses
from app.domain.item_facts import CaseFacts
from app.domain.item_steps import Extension
from app.domain.planned import ItemLimit, LimitAnchor, PausePolicy, TimeBearer

_WORST_FIRST = (
    Light.RED,
    Light.DONE_LATE,
    Light.YELLOW,
    Light.PAUSED,
    Light.GREEN,
    Light.DONE_IN_TIME,
    Light.NOT_STARTED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemClock:
    """One clock of a case. ``began_on`` is where it starts anew after a pause that resets it.

    ``counts_from`` is the first day on which it is known to run: with silence that may yet accept, the day
    after that silence ends; before, the clock has not started. ``extension`` is what counts of those granted.
    ``decided_on`` ends it: the day of the decision, or of the filing where it is a time to file in.
    """

    limit: ItemLimit
    anchor_on: date
    began_on: date
    counts_from: date
    extension: int
    duration: Duration
    due: Due
    pauses: tuple[Pause, ...]
    decided_on: date | None

    @property
    def rolls(self) -> bool:
        """Tell whether a last day off moves on: only where the time is a party's (民法典 §203 by analogy)."""
        return _rolls(self.limit)

    @property
    def is_filed(self) -> bool:
        """Tell whether it was a time to file in, and is over."""
        return self.limit.is_for_filing and self.decided_on is not None

    @property
    def budget(self) -> int:
        """Give the days of the budget, extension included: working, else calendar days."""
        return budget_of(self.began_on, self.duration)[0]

    def light(self, today: date) -> Light:
        """Tell its colour on a day; what is decided on a day paused in time was decided in time."""
        if self.decided_on is None and today < self.counts_from:
            return Light.NOT_STARTED
        return light(self.due, today, is_running=not self.due.is_paused, done_on=self.decided_on)

    def consumed(self, calendar: WorkCalendar, today: date) -> int:
        """Count the days consumed up to ``today``, or up to the decision."""
        through = min(today, self.decided_on or today)
        return consumed(calendar, self.began_on, self.duration.unit, self.pauses, through=through)

    def remaining(self, calendar: WorkCalendar, today: date) -> int:
        """Count the days left after ``today``, or after the decision; negative: days of delay."""
        through = min(today, self.decided_on or today)
        return remaining(calendar, self.began_on, self.duration, self.pauses, today=through)

    def days(self, calendar: WorkCalendar, today: date) -> tuple[CountedDay, ...]:
        """Print the sum day by day."""
        return counted(
            calendar,
            self.began_on,
            self.duration,
            self.pauses,
            rolls=self.rolls,
            until=max(today, self.began_on),
        )


def clock_of(
    facts: CaseFacts, limit: ItemLimit | None, policy: PausePolicy, calendar: WorkCalendar
) -> ItemClock | None:
    """Count one limit of a case, None when there is no limit or it has not begun to count."""
    anchor = None if limit is None else anchor_of(facts, limit)
    if limit is None or anchor is None:
        return None
    if limit.is_for_filing:
        return _for_filing(facts, limit, anchor, calendar)
    pauses = merge_pauses([named.pause for named in facts.pauses])
    extension = _extension(facts.extensions, limit, anchor, pauses, policy, calendar)
    duration = Duration(limit.duration.value + extension, limit.duration.unit)
    began_on, found = _counted(limit, duration, anchor, pauses, policy, calendar)
    counts_from = anchor
    if limit.anchor is LimitAnchor.ACCEPTANCE and facts.silence_ends_on is not None:
        counts_from = facts.silence_ends_on + timedelta(days=1)
    return ItemClock(
        limit=limit,
        anchor_on=anchor,
        began_on=began_on,
        counts_from=counts_from,
        extension=extension,
        duration=duration,
        due=found,
        pauses=pauses,
        decided_on=facts.decided_on,
    )


@dataclass(frozen=True, slots=True)
class CaseClocks:
    """Both clocks of a case as far as they have begun, and whether it has any limit at all."""

    statutory: ItemClock | None
    promised: ItemClock | None
    has_limit: bool
    is_extension_ignored: bool
    is_decided: bool

    @property
    def all(self) -> tuple[ItemClock, ...]:
        """Give the clocks that there are."""
        return tuple([clock for clock in (self.statutory, self.promised) if clock is not None])

    @property
    def counting(self) -> tuple[ItemClock, ...]:
        """Give the clocks that colour the case: a time to file in does no more once it is filed."""
        return tuple([clock for clock in self.all if not clock.is_filed])

    @property
    def handling(self) -> ItemClock | None:
        """Give the clock by which a decision is expected: the promised one, else the statutory one."""
        found = [c for c in (self.promised, self.statutory) if c is not None and not c.limit.is_for_filing]
        return next(iter(found), None)

    def light(self, today: date) -> Light:
        """Tell the colour of the case: the worst of its clocks."""
        shown = self.counting or (self.all if self.is_decided else ())
        return worst([clock.light(today) for clock in shown], has_limit=self.has_limit)


def worst(lights: Sequence[Light], *, has_limit: bool) -> Light:
    """Choose the colour of a case from those of its clocks."""
    if not has_limit:
        return Light.NO_LIMIT
    return min(lights, key=_WORST_FIRST.index, default=Light.NOT_STARTED)


def clocks_of(
    facts: CaseFacts,
    statutory: ItemLimit | None,
    promised: ItemLimit | None,
    policy: PausePolicy,
    calendar: WorkCalendar,
) -> CaseClocks:
    """Count both limits of a case."""
    first = clock_of(facts, statutory, policy, calendar)
    second = clock_of(facts, promised, policy, calendar)
    granted = facts.extensions
    counted_most = max([clock.extension for clock in (first, second) if clock is not None], default=0)
    is_ignored = len(granted) > 1 or (bool(granted) and counted_most < granted[0].value)
    has_limit, is_decided = statutory is not None or promised is not None, facts.decided_on is not None
    return CaseClocks(first, second, has_limit, is_ignored, is_decided)


def bearer_now(usual: TimeBearer, limits: Iterable[ItemLimit | None], *, is_filed: bool) -> TimeBearer:
    """Tell whose time a case is: of a time to file in until it is filed, then the department's if any is."""
    there = [limit for limit in limits if limit is not None]
    now = [limit for limit in there if limit.is_for_filing is not is_filed]
    bearers = [limit.bearer for limit in (now if now or is_filed else there)]
    return TimeBearer.DEPARTMENT if TimeBearer.DEPARTMENT in bearers else next(iter(bearers), usual)


def anchor_of(facts: CaseFacts, limit: ItemLimit) -> date | None:
    """Find the day a limit is counted from: receipt, acceptance (said, or by silence), or being ready."""
    if limit.is_for_filing:
        return facts.ready_on
    if limit.anchor is LimitAnchor.RECEIPT:
        return facts.receipt_on
    return facts.receipt_on if facts.silence_ends_on is not None else facts.accepted_on


def counts_extension(
    facts: CaseFacts, limit: ItemLimit, policy: PausePolicy, on: date, calendar: WorkCalendar
) -> bool:
    """Tell whether a limit that was never extended could still be on a day: its last day is not past."""
    anchor = anchor_of(facts, limit)
    if anchor is None or limit.extension == 0 or limit.is_for_filing:
        return False
    pauses = merge_pauses([named.pause for named in facts.pauses])
    _, found = _counted(limit, limit.duration, anchor, pauses, policy, calendar)
    return found.due_on is None or on <= found.due_on


def _for_filing(facts: CaseFacts, limit: ItemLimit, anchor: date, calendar: WorkCalendar) -> ItemClock:
    """Count a time to file in: nothing stops it but the filing."""
    return ItemClock(
        limit=limit,
        anchor_on=anchor,
        began_on=anchor,
        counts_from=anchor,
        extension=0,
        duration=limit.duration,
        due=due(calendar, anchor, limit.duration, rolls=_rolls(limit)),
        pauses=(),
        decided_on=facts.filed_on,
    )


def _extension(
    granted: Sequence[Extension],
    limit: ItemLimit,
    anchor: date,
    pauses: tuple[Pause, ...],
    policy: PausePolicy,
    calendar: WorkCalendar,
) -> int:
    """Give what counts of the first extension granted: nothing if it came after the last day."""
    if not granted or limit.extension == 0:
        return 0
    first = granted[0]
    _, found = _counted(limit, limit.duration, anchor, pauses, policy, calendar)
    if found.due_on is not None and first.on > found.due_on:
        return 0
    return min(first.value, limit.extension)


def _counted(
    limit: ItemLimit,
    duration: Duration,
    anchor: date,
    pauses: tuple[Pause, ...],
    policy: PausePolicy,
    calendar: WorkCalendar,
) -> tuple[date, Due]:
    """Find where the clock starts for good, and its end."""
    found = due(calendar, anchor, duration, pauses, rolls=_rolls(limit))
    if policy is PausePolicy.RESUME:
        return anchor, found
    for pause in pauses:
        if pause.ends_on is None or pause.ends_on <= anchor or pause.ends_on == pause.starts_on:
            continue
        budget, _ = budget_of(anchor, duration)
        used_up = day_consuming(calendar, anchor, duration.unit, (), budget=budget)
        if used_up is not None and used_up <= pause.starts_on:
            break
        anchor = pause.ends_on
    return anchor, due(calendar, anchor, duration, pauses, rolls=_rolls(limit))


def _rolls(limit: ItemLimit) -> bool:
    return limit.bearer is not TimeBearer.DEPARTMENT
