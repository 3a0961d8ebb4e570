"""What set a date of a schedule, with the link to its sum."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.answers import DurationOut
from app.calendars.queries import days_between_path, sum_path
from app.domain.durations import Duration, Pause
from app.domain.planned import EstimateBasis, ItemLimit, TimeBearer
from app.domain.schedule import DateRule, ScheduledItem
from app.domain.simulation import Tried
from app.schedules.schemas import WhyOut

_LONGEST = 3_660  # what the calculator counts


class Explainer:
    """Explains the days of one schedule. ``clocks``: the ids of cases by item, whose clocks print their sum.

    Of what is only tried no clock tells (``clocks`` None). Days are summed up by the calculator, with the
    calendar in force or the ``version`` named; those of one only tried (``is_known`` False) have no link.
    """

    def __init__(
        self,
        area_code: str,
        state: Tried,
        lines: Iterable[ScheduledItem],
        clocks: Mapping[str, str] | None,
        language: str,
        *,
        version: int | None = None,
        is_known: bool = True,
    ) -> None:
        self.version, self.is_known = version, is_known
        self.area_code, self.state, self.language = area_code, state, language
        self.prints_clocks, self.clocks = clocks is not None, clocks or {}
        self.lines = {line.item.code: line for line in lines}

    def filing_why(self, line: ScheduledItem) -> WhyOut:
        """Explain the day of filing."""
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

    def finish_why(self, line: ScheduledItem) -> WhyOut:
        """Explain the last day of an item: by its clock once it is filed, else by a sum of its handling."""
        item, filing_on, rule = line.item, line.earliest_filing_on, line.finish_rule
        basis = None if item.handling is None else item.handling.basis
        if rule is DateRule.WORKS and line.finish_item is not None:
            begun_on = self.lines[line.finish_item].earliest_finish_on
            works = item.handling.duration if item.handling else self.state.frame.works()
            sum_of = None if begun_on is None or works is None else self._sum(begun_on, works)
            return self._why(rule, line.finish_item, begun_on, works, basis, sum_of)
        if rule is DateRule.LATE and filing_on is not None:
            return self._why(rule, None, filing_on, sum_of=self.between(filing_on, line.earliest_finish_on))
        if item.milestone is None and filing_on is not None:
            handling = None if item.handling is None else item.handling.duration
            return self._why(rule, None, filing_on, handling, basis, self._sum_of(line, None))
        return self._why(rule, line.finish_item, sum_of=self._sum_of(line, line.finish_item))

    def _sum_of(self, line: ScheduledItem, other: str | None) -> str | None:
        """Name where the day of an item is summed up; a day that another item set is that item's sum."""
        if other is not None:
            return self.finish_why(self.lines[other])["explained_by"]
        facts = self.state.facts.get(line.item.code)
        if facts is not None and facts.filed_on is not None and self.prints_clocks:
            case_id = self.clocks.get(line.item.code)
            return None if case_id is None else f"/v1/item-cases/{case_id}/clock"
        if line.item.milestone is not None or line.earliest_filing_on is None or line.item.handling is None:
            return None
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
            label=rule.words.said(self.language),
            item_code=item_code,
            from_on=from_on,
            duration=None if duration is None else duration_out(duration),
            basis=basis,
            explained_by=sum_of,
        )

    def _sum(
        self, from_on: date, duration: Duration, pauses: Iterable[Pause] = (), *, rolls: bool = False
    ) -> str | None:
        if duration.value > _LONGEST or not self.is_known:
            return None
        return sum_path(self.area_code, from_on, duration, pauses, rolls=rolls, version=self.version)

    def limit_sum(self, line: ScheduledItem, limit: ItemLimit) -> str | None:
        """Link to the sum of a limit that an item not filed yet would have from its filing."""
        facts = self.state.facts.get(line.item.code)
        pauses = facts.pauses if facts is not None and facts.filed_on is None else ()
        if line.earliest_filing_on is None:
            return None
        rolls = limit.bearer is not TimeBearer.DEPARTMENT
        return self._sum(line.earliest_filing_on, limit.duration, pauses, rolls=rolls)

    def between(self, from_on: date, to_on: date | None) -> str | None:
        """Link to the working days between two days; None when they are in no such order."""
        if to_on is None or to_on < from_on or not self.is_known:
            return None
        return days_between_path(self.area_code, from_on, to_on, self.version)


def duration_out(duration: Duration) -> DurationOut:
    """Show a span of time."""
    return DurationOut(value=duration.value, unit=duration.unit)
