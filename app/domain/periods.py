"""Periods a move has to wait for or must keep: from which fact they are counted and when they end."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from app.domain.calendar import WorkCalendar
from app.domain.clocks import due
from app.domain.moves import Anchor, Bearer, Limit, LimitKind, Move
from app.domain.standing import Asker, Standing
from app.errors import Words

Answer = Mapping[str, Any] | None
"""None when a condition is met, otherwise the facts that show why it is not."""

NOT_STARTED = Words("尚未起算", "not started yet")
ANCHOR_WORDS: Final[Mapping[Anchor, Words]] = MappingProxyType(
    {
        Anchor.STAGE_ENTERED: Words("进入本环节", "entering the stage"),
        Anchor.REMINDED: Words("催告", "the reminder"),
        Anchor.LAPSE_NOTIFIED: Words("终止预告", "the notice of lapse"),
        Anchor.CLIENT_HEARD: Words("听取项目单位意见", "hearing the owner"),
        Anchor.WORK_FINISHED: Words("服务事项全部办完", "the end of the work"),
        Anchor.COMPLETED: Words("办结", "completion"),
    }
)


def anchor_day(standing: Standing, anchor: Anchor) -> date | None:
    """Find the day a limit is counted from, None while the fact has not happened.

    A reminder or a notice given before the project came to its present stage does not count: it was
    about something else. Default, not from the standard.
    """
    match anchor:
        case Anchor.STAGE_ENTERED:
            return standing.stage_entered_on
        case Anchor.REMINDED:
            return _since_entered(standing, standing.reminded_on)
        case Anchor.LAPSE_NOTIFIED:
            return _since_entered(standing, standing.lapse_notified_on)
        case Anchor.CLIENT_HEARD:
            return standing.client_heard_on
        case Anchor.WORK_FINISHED:
            return standing.work_finished_on
        case Anchor.COMPLETED:
            return standing.completed_on


def _since_entered(standing: Standing, day: date | None) -> date | None:
    return day if day is not None and day >= standing.stage_entered_on else None


def _ends_on(standing: Standing, limit: Limit, calendar: WorkCalendar) -> date | None:
    """Find the last day of a span; a pause of the agency's clock does not lengthen it.

    A calendar span that is the owner's time rolls past days off (Civil Code art. 203, by analogy).
    """
    anchor = anchor_day(standing, limit.anchor)
    if anchor is None:
        return None
    return due(calendar, anchor, limit.duration, rolls=limit.bearer is Bearer.OWNER).due_on


def _spans(
    standing: Standing, move: Move, kind: LimitKind, calendar: WorkCalendar
) -> list[tuple[Anchor, date | None]]:
    limits = move.limits_that_apply(kind, standing.departments)
    return [(limit.anchor, _ends_on(standing, limit, calendar)) for limit in limits]


def _told(anchor: Anchor, ends_on: date | None) -> Mapping[str, Any]:
    return {"anchor": ANCHOR_WORDS[anchor], "ends_on": NOT_STARTED if ends_on is None else ends_on}


def period_has_passed(
    standing: Standing, _asker: Asker, move: Move, today: date, calendar: WorkCalendar
) -> Answer:
    """Ask whether every period the move has to wait for is over; its last day still belongs to it."""
    for anchor, ends_on in _spans(standing, move, LimitKind.NOT_BEFORE, calendar):
        if ends_on is None or today <= ends_on:
            return _told(anchor, ends_on)
    return None


def within_period(
    standing: Standing, _asker: Asker, move: Move, today: date, calendar: WorkCalendar
) -> Answer:
    """Ask whether every period the move must keep is still running; its last day still belongs to it."""
    for anchor, ends_on in _spans(standing, move, LimitKind.NOT_AFTER, calendar):
        if ends_on is None or today > ends_on:
            return _told(anchor, ends_on)
    return None
