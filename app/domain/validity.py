"""What expires if nobody acts: decisions that lapse unless works start, papers owed after a conditional pass.

The dates come from the catalogue and from the cases; the rungs at which an alarm is announced are a default,
not from the standard.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.coded import Coded

NEAR_DAYS: Final = 30
"""So many calendar days before its last day an alarm is near (default, not from the standard)."""


class AlarmKind(Coded):
    """What expires."""

    VALIDITY = "validity", "批准文件有效期", "validity of a decision"
    SUPPLEMENT = "supplement", "容缺材料补齐期限", "papers owed"


class AlarmState(Coded):
    """How near the last day is; all but the first are announced, once each."""

    AHEAD = "ahead", "尚未临近", "not near yet"
    NEAR = "near", "临近到期", "near"
    LAST_DAY = "last_day", "到期当日", "on its last day"
    LAPSED = "lapsed", "已经过期", "lapsed"


class Undoing(Coded):
    """What makes an alarm untrue after it was announced."""

    WORKS_STARTED = "works_started", "已在有效期内开工", "works started in time"
    SUPPLEMENT_CLOSED = "supplement_closed", "容缺材料已补齐", "the papers owed were handed in"
    RENEWED = "renewed", "已重新取得批准", "granted anew"
    NOT_IN_FORCE = "not_in_force", "批准已不再有效", "the decision is no longer in force"
    VALIDITY_RENEWED = "validity_renewed", "有效期已延期", "the validity was renewed"
    REDATED = "redated", "到期日已更正", "the last day was put right"


RUNGS: Final = (AlarmState.NEAR, AlarmState.LAST_DAY, AlarmState.LAPSED)
"""What is announced, in the order in which it comes true."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of an alarm, and the day it came true."""

    state: AlarmState
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is known of a decision that may expire, and of works that use it up.

    ``is_renewed``: a later round of the same item was granted; ``is_prolonged``: the validity was renewed.
    ``is_undone_by_start``: works that started in time end its validity's question for good.
    """

    is_passed: bool
    is_renewed: bool
    valid_through: date | None
    is_prolonged: bool
    is_undone_by_start: bool
    started_on: date | None
    owes_supplement: bool
    supplement_due_on: date | None


def undone_by(kind: AlarmKind, decision: Decision) -> Undoing | None:
    """Tell what keeps a decision from expiring, or a paper from being owed; None: the alarm stands.

    Works that start after the last day undo nothing: the decision has lapsed before.
    """
    if kind is AlarmKind.SUPPLEMENT:
        if decision.supplement_due_on is None or not decision.is_passed:
            return Undoing.NOT_IN_FORCE
        return None if decision.owes_supplement else Undoing.SUPPLEMENT_CLOSED
    last = decision.valid_through
    if last is None or not decision.is_passed:
        return Undoing.NOT_IN_FORCE
    if decision.is_renewed:
        return Undoing.RENEWED
    is_used = decision.is_undone_by_start and decision.started_on is not None and decision.started_on <= last
    return Undoing.WORKS_STARTED if is_used else None


def withdrawn_by(kind: AlarmKind, decision: Decision, was: date) -> Undoing:
    """Tell why an alarm for the day ``was`` is untrue: undone, or what expires has another last day."""
    why, last = undone_by(kind, decision), decision.valid_through
    if why is not None:
        return why
    is_later = kind is AlarmKind.VALIDITY and last is not None and last > was
    return Undoing.VALIDITY_RENEWED if is_later and decision.is_prolonged else Undoing.REDATED


def expires_on(kind: AlarmKind, decision: Decision) -> date | None:
    """Give the last day of what stands to expire; None when nothing does, or a later fact has undone it."""
    if undone_by(kind, decision) is not None:
        return None
    return decision.supplement_due_on if kind is AlarmKind.SUPPLEMENT else decision.valid_through


def state_on(last: date, today: date) -> AlarmState:
    """Tell how near a last day is; on the last day itself nothing has lapsed yet."""
    if today > last:
        return AlarmState.LAPSED
    if today == last:
        return AlarmState.LAST_DAY
    return AlarmState.NEAR if today >= last - timedelta(days=NEAR_DAYS) else AlarmState.AHEAD


def rungs_by(last: date, since: date, today: date) -> tuple[Rung, ...]:
    """List what has come true by ``today``, with its day; nothing is near before it exists (``since``)."""
    near = max(last - timedelta(days=NEAR_DAYS), since)
    days = [Rung(AlarmState.LAST_DAY, last), Rung(AlarmState.LAPSED, last + timedelta(days=1))]
    if near < last:
        days.insert(0, Rung(AlarmState.NEAR, near))
    return tuple([rung for rung in days if rung.on <= today])
