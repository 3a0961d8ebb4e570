"""The sum of both clocks of a case, printed day by day."""

from collections.abc import Sequence
from datetime import date

from app.answers import DurationOut
from app.domain.calendar import WorkCalendar
from app.domain.item_clocks import ItemClock
from app.domain.item_facts import CaseFacts
from app.domain.item_steps import NamedPause
from app.domain.items import ItemState
from app.domain.planned import LimitAnchor
from app.errors import Words
from app.items.answers import findings_body, limit_body
from app.items.counting import findings_of
from app.items.history import Seen
from app.items.outputs import ItemClockOut, ItemCountedDayOut, ItemLimitOut, ItemPauseOut

BY_SILENCE = Words("逾期未告知，收到之日视为受理", "the day of receipt: accepted by silence")


def clock_body(seen: Seen, language: str) -> ItemClockOut:
    """Explain both clocks of a case."""
    known, today = seen.known, seen.today
    case, facts, clocks = known.case, known.counted.facts, known.counted.clocks
    return ItemClockOut(
        item_case_id=case.id,
        project_id=case.project_id,
        item_code=case.item_code,
        name=case.name,
        state=case.state,
        state_label=ItemState(case.state).words.said(language),
        today=today,
        light=clocks.light(today),
        is_deemed_accepted=facts.is_deemed_accepted(today),
        silence_ends_on=facts.silence_ends_on,
        decided_on=facts.decided_on,
        calendar_code=known.calendar.code,
        calendar_version=known.calendar.version,
        pauses=[_pause_body(pause, language) for pause in facts.pauses],
        findings=findings_body(findings_of(case, known.counted), language),
        statutory=_limit_body(clocks.statutory, facts, known.calendar, today, language),
        promised=_limit_body(clocks.promised, facts, known.calendar, today, language),
    )


def _pause_body(pause: NamedPause, language: str) -> ItemPauseOut:
    expected = pause.expected
    return ItemPauseOut(
        kind=pause.kind,
        label=pause.kind.words.said(language),
        starts_on=pause.starts_on,
        ends_on=pause.ends_on,
        expected=None if expected is None else DurationOut(value=expected.value, unit=expected.unit),
        is_late=pause.is_late,
        is_automatic=pause.is_automatic,
    )


def _limit_body(
    clock: ItemClock | None, facts: CaseFacts, calendar: WorkCalendar, today: date, language: str
) -> ItemLimitOut | None:
    if clock is None:
        return None
    is_silent = clock.limit.anchor is LimitAnchor.ACCEPTANCE and facts.silence_ends_on is not None
    anchor = BY_SILENCE if is_silent else clock.limit.anchor.words
    is_paused = clock.due.is_paused
    return ItemLimitOut(
        **limit_body(clock.limit, language),
        anchor_label=anchor.said(language),
        anchor_on=clock.anchor_on,
        began_on=clock.began_on,
        counts_from=clock.counts_from,
        extended_by=clock.extension,
        budget=clock.budget,
        consumed=clock.consumed(calendar, today),
        remaining=clock.remaining(calendar, today),
        due_on=None if is_paused else clock.due.due_on,
        warn_on=None if is_paused else clock.due.warn_on,
        light=clock.light(today),
        is_running=clock.decided_on is None and not is_paused,
        is_rolled=clock.due.is_rolled,
        is_provisional=clock.due.is_provisional,
        rule=clock.due.rule,
        days=_days(clock, () if clock.limit.is_for_filing else facts.pauses, calendar, today, language),
    )


def _days(
    clock: ItemClock, pauses: Sequence[NamedPause], calendar: WorkCalendar, today: date, language: str
) -> list[ItemCountedDayOut]:
    """Print the lines; a paused day says which special procedure keeps it from counting."""
    lines = []
    for line in clock.days(calendar, today):
        causes = [p.kind.words for p in pauses if p.pause.covers(line.day)] if not line.counts else []
        why = line.why.said(language)
        cause = ("、" if language == "zh" else ", ").join([words.said(language) for words in causes])
        if cause:
            why = f"{why}（{cause}）" if language == "zh" else f"{why} ({cause})"
        lines.append(
            ItemCountedDayOut(
                day=line.day,
                kind=line.kind,
                counts=line.counts,
                why=why,
                pause=cause or None,
                consumed=line.consumed,
            )
        )
    return lines
