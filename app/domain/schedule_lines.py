"""The lines of a schedule: from the days of a run to dates, each with what set it."""

from collections.abc import Iterable
from datetime import date

from app.domain.network import NEVER, Gates, Network, Run
from app.domain.planned import EstimateBasis, ItemFacts, MilestoneRole
from app.domain.schedule_terms import DateRule, ItemProgress, ScheduledItem

Reason = tuple[DateRule, str | None]
_NO_ROAD: Reason = (DateRule.NO_ROAD, None)


def make_lines(network: Network, runs: tuple[Run, Run, Run], roads: Gates) -> tuple[ScheduledItem, ...]:
    """Give the lines of a run in the order of the network, from its earliest days and its latest.

    ``runs``: the run, then the latest days that keep the start of works and the completion of the plan.
    """
    lines = _Lines(network, runs, roads)
    return tuple([lines.line(n) for n in range(len(network.items))])


class _Lines:
    def __init__(self, network: Network, runs: tuple[Run, Run, Run], roads: Gates) -> None:
        self.network, self.roads = network, roads
        run, to_start, to_end = self.run, self.to_start, self.to_end = runs
        proposed = _propose(network, run, to_start, to_end)
        self.early = [_dates(days) for days in (run.ready, run.filing, run.finish)]
        self.late = [
            _dates(map(min, one, other))
            for one, other in (
                (to_start.ready, to_end.ready),
                (to_start.filing, to_end.filing),
                (to_start.finish, to_end.finish),
            )
        ]
        self.proposed = [_dates(days) for days in (proposed.filing, proposed.finish)]
        known = [day for day in run.finish if day < NEVER]
        first, last = min([network.first_day, *known]), max([network.first_day, *known])
        self.may_be_provisional = network.calendar.is_span_provisional(
            date.fromordinal(first), date.fromordinal(last)
        )
        self.assumed: list[bool] = []
        self.provisional: list[bool] = []

    def line(self, n: int) -> ScheduledItem:
        """Give the line of one item; those before it have theirs."""
        network, run = self.network, self.run
        is_fixed, facts = network.fixed[n] is not None, network.filed[n]
        is_open = not is_fixed and run.finish[n] < NEVER
        may_move = is_open and facts is None
        blocked_by = () if is_fixed or facts else self._blocked_by(n)
        filing, finish = self._reasons(n)
        self._note_quality(n)
        slack_to_start, slack_to_end = self._slack(n, self.to_start), self._slack(n, self.to_end)
        early, late = self.early, self.late
        return ScheduledItem(
            item=network.items[n],
            progress=_progress(facts, is_done=is_fixed, is_blocked=bool(blocked_by)),
            earliest_start_on=early[0][n],
            earliest_filing_on=early[1][n],
            earliest_finish_on=early[2][n],
            latest_start_on=late[0][n] if may_move else None,
            latest_filing_on=late[1][n] if may_move else None,
            latest_finish_on=late[2][n] if is_open else None,
            proposed_filing_on=self.proposed[0][n],
            proposed_finish_on=self.proposed[1][n],
            slack_to_start=slack_to_start,
            slack_to_completion=slack_to_end,
            is_critical=0 in {slack_to_start, slack_to_end},
            blocked_by=blocked_by,
            filing_rule=filing[0],
            filing_item=filing[1],
            finish_rule=finish[0],
            finish_item=finish[1],
            is_estimated=not is_fixed,
            is_assumed=self.assumed[n],
            is_provisional=self.provisional[n],
        )

    def _blocked_by(self, n: int) -> tuple[tuple[str, ...], ...]:
        """Give the needs of an item that are open now, each with its alternatives."""
        fixed, items = self.network.fixed, self.network.items
        open_needs = [g for g in self.network.gates[n] if all(fixed[j] is None for j in g)]
        return tuple([tuple([items[j].code for j in group]) for group in open_needs])

    def _slack(self, n: int, late: Run) -> int | None:
        """Count the working days an item may lose: at its filing, or at its finish once it is filed."""
        network, run = self.network, self.run
        if network.fixed[n] is not None or run.finish[n] >= NEVER or late.finish[n] >= NEVER:
            return None
        count = network.days.count
        if network.filed[n] is not None or network.items[n].milestone is not None:
            return count(late.finish[n]) - count(run.finish[n])
        return count(late.filing[n]) - count(run.filing[n])

    def _reasons(self, n: int) -> tuple[Reason, Reason]:
        """Say what set the day of filing and the day of finish."""
        network, run = self.network, self.run
        facts = network.filed[n]
        if network.fixed[n] is not None:
            return (DateRule.FACT, None), (DateRule.FACT, None)
        if facts is not None:
            return (DateRule.FACT, None), (self._expected(n, facts), None)
        if run.finish[n] >= NEVER:
            return _NO_ROAD, _NO_ROAD
        ready = self._ready(n)
        if network.items[n].milestone is not None:
            reached = self._reached(n, ready)
            return reached, reached
        rule = DateRule.HANDLING if network.late[n] is None else DateRule.LATE
        return self._filing(n, ready), (rule, None)

    def _ready(self, n: int) -> Reason:
        """Say what set the day on which preparation begins."""
        network, run = self.network, self.run
        last = max(self.roads[n], key=run.finish.__getitem__, default=None)
        if last is not None and run.finish[last] == run.ready[n]:
            return DateRule.PREREQUISITE, network.items[last].code
        is_begin = run.ready[n] == network.first_day
        return (DateRule.BEGIN if is_begin else DateRule.REFUSED), None

    def _filing(self, n: int, ready: Reason) -> Reason:
        prepared = self.network.prepared(self.run, n)
        if prepared < self.run.filing[n]:
            return DateRule.TODAY, None
        return (DateRule.PREPARATION, ready[1]) if self.network.preparation[n].value else ready

    def _reached(self, n: int, ready: Reason) -> Reason:
        """Say what set the day of a milestone."""
        network, run = self.network, self.run
        if run.finish[n] == run.ready[n]:
            return ready
        is_works = network.items[n].milestone is MilestoneRole.COMPLETION_OF_WORKS
        if is_works and network.works_end(run, n) == run.finish[n]:
            return DateRule.WORKS, None if network.start is None else network.items[network.start].code
        return DateRule.TODAY, None

    def _expected(self, n: int, facts: ItemFacts) -> DateRule:
        """Say what set the expected finish of an item on its way."""
        if self.network.late[n] is not None:
            return DateRule.LATE
        if facts.due_on is not None and self.network.uses_clock(n, facts):
            return DateRule.CLOCK if facts.due_on.toordinal() == self.run.finish[n] else DateRule.TODAY
        return DateRule.TODAY if self.run.finish[n] == self.network.today else DateRule.HANDLING

    def _note_quality(self, n: int) -> None:
        """Note whether an assumption, or a year without its notice, is behind the days of an item."""
        network, run, item = self.network, self.run, self.network.items[n]
        is_filed = network.filed[n] is not None
        if network.fixed[n] is not None or run.finish[n] >= NEVER:
            self.assumed.append(False)
            self.provisional.append(False)
            return
        behind = () if is_filed else self.roads[n]
        is_unknown = item.handling is None and item.has_case()
        is_assumed = not is_filed and item.has_case() and item.preparation.basis is EstimateBasis.ASSUMED
        self.assumed.append(is_unknown or is_assumed or any(self.assumed[j] for j in behind))
        self.provisional.append(self.may_be_provisional and self._is_provisional(n, behind))

    def _is_provisional(self, n: int, behind: tuple[int, ...]) -> bool:
        """Say whether a day of the item was counted in a year without its notice; works count all days."""
        if any(self.provisional[j] for j in behind):
            return True
        first, last = self.early[1][n], self.early[2][n]
        is_works = self.network.items[n].milestone is MilestoneRole.COMPLETION_OF_WORKS
        if is_works or first is None or last is None:
            return False
        return self.network.calendar.is_span_provisional(min(first, last), last)


def _propose(network: Network, run: Run, to_start: Run, to_end: Run) -> Run:
    """Place items also after those they are advised to follow, as far as that moves neither end."""
    proposed = Run(list(run.ready), list(run.filing), list(run.finish))
    for n in range(len(network.items)):
        if network.fixed[n] is not None or network.filed[n] is not None or run.finish[n] >= NEVER:
            continue
        network.place_item(proposed, n, network.handling[n])
        advised = [min([proposed.finish[j] for j in group if j < n], default=0) for group in network.soft[n]]
        after = max([day for day in advised if day < NEVER], default=0)
        if network.items[n].milestone is None and after > proposed.filing[n]:
            latest = min(to_start.filing[n], to_end.filing[n])
            network.file_item(proposed, n, max(proposed.filing[n], min(latest, network.days.rolled(after))))
    return proposed


def _progress(facts: ItemFacts | None, *, is_done: bool, is_blocked: bool) -> ItemProgress:
    if is_done:
        return ItemProgress.DONE
    if facts is None:
        return ItemProgress.BLOCKED if is_blocked else ItemProgress.READY
    if facts.is_paused:
        return ItemProgress.PAUSED
    return ItemProgress.FILED if facts.anchor_on is None else ItemProgress.RUNNING


def _dates(days: Iterable[int]) -> list[date | None]:
    return [date.fromordinal(day) if day < NEVER else None for day in days]
