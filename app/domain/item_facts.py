"""What follows from the steps of an item case, in whatever order they became known: a pure fold.

Steps stand in the order of (moment of occurrence, sequence of the source, our number). What follows without
being said (an open special procedure ends with the decision, silence accepts) is derived here, not entered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from app.domain.calendar import WorkCalendar
from app.domain.clocks import due
from app.domain.durations import Duration, Unit
from app.domain.item_steps import Extension, NamedPause, Step
from app.domain.items import (
    CLOSING,
    DECIDING,
    PASSING,
    UNDECIDED,
    ItemAct,
    ItemFinding,
    ItemState,
    SpecialKind,
    may_follow,
)
from app.domain.readiness import Told, demanded_late
from app.domain.renewals import Granted

S = ItemState
F = ItemFinding
SILENCE: Final = Duration(5, Unit.WORKING_DAY)
"""Who says nothing for so long after the day of receipt has accepted (行政许可法 §32)."""

_ACCEPTING = UNDECIDED | PASSING | {S.NOT_PASSED}
_ENDS_PAUSES = CLOSING | {S.HANDLING}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What is known of a case. ``silence_ends_on`` is set while nobody has answered, or has too late.

    ``receipt_on`` is the day complete papers came in, ``accepted_on`` the day of an acceptance that was said,
    ``decided_on`` the day the department's time ended, ``done_on`` that of the present closing state (a
    revocation too); ``passed_on`` stays known after a revocation. ``ready_on`` is told by other cases: since
    then everything it waits for has passed.
    """

    state: ItemState = S.PLANNED
    state_at: datetime | None = None
    filed_on: date | None = None
    receipt_on: date | None = None
    accepted_on: date | None = None
    silence_ends_on: date | None = None
    decided_on: date | None = None
    passed_on: date | None = None
    done_on: date | None = None
    pauses: tuple[NamedPause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    renewals: tuple[Granted, ...] = ()
    document_number: str | None = None
    document_on: date | None = None
    supplement_due_on: date | None = None
    supplement_closed_on: date | None = None
    ready_on: date | None = None
    findings: tuple[ItemFinding, ...] = ()
    step_findings: tuple[tuple[int, tuple[ItemFinding, ...]], ...] = ()
    """Findings by number of the step that shows them."""

    @property
    def is_passed(self) -> bool:
        """Tell whether the item was granted and still is."""
        return self.state in PASSING

    @property
    def is_paused(self) -> bool:
        """Tell whether a special procedure is going on."""
        return any(pause.ends_on is None for pause in self.pauses)

    @property
    def owes_supplement(self) -> bool:
        """Tell whether it passed with papers still owed."""
        return self.state is S.CONDITIONALLY_PASSED and self.supplement_closed_on is None

    def is_deemed_accepted(self, today: date) -> bool:
        """Tell whether silence has accepted it by ``today``."""
        return self.silence_ends_on is not None and today > self.silence_ends_on


class _Fold:
    """The facts while the steps are gone through in their order."""

    def __init__(self, calendar: WorkCalendar, *, is_filing: bool) -> None:
        self.calendar, self.is_filing = calendar, is_filing
        self.state = S.PLANNED
        self.state_at: datetime | None = None
        self.filed_on: date | None = None
        self.receipt_on: date | None = None
        self.accepted_on: date | None = None
        self.silence_ends_on: date | None = None
        self.decided_on: date | None = None
        self.done_on: date | None = None
        self.passed_on: date | None = None
        self.pauses: list[NamedPause] = []
        self.extensions: list[Extension] = []
        self.renewals: list[Granted] = []
        self.document: tuple[str | None, date | None] = (None, None)
        self.supplement_due_on: date | None = None
        self.supplement_closed_on: date | None = None
        self.first_notice: frozenset[str] | None = None
        self.told: Told | None = None
        self.found: list[tuple[int, tuple[ItemFinding, ...]]] = []

    def take(self, step: Step) -> None:
        findings = [F.LATE_REPORT] if step.is_report and step.is_late else []
        if isinstance(step.code, ItemState):
            findings += self._enter(step, step.code)
        elif step.code is ItemAct.EXTENDED:
            self.extensions.append(Extension(step.extension, step.on))
        elif step.code is ItemAct.VALIDITY_RENEWED:
            findings += self._renew(step)
        elif step.code is ItemAct.SUPPLEMENT_CLOSED:
            self.supplement_closed_on = step.on
        elif step.code is ItemAct.READINESS_CHECKED:
            self.told = step.told
        if findings:
            self.found.append((step.number, tuple(findings)))

    def _renew(self, step: Step) -> list[ItemFinding]:
        """Keep a renewal of what is granted then; whether it counts is the question of its validity."""
        if self.state not in PASSING:
            return [F.RENEWAL_NOT_COUNTED]
        self.renewals.append(Granted(step.renewal, step.on, step.is_after_start))
        return []

    def _enter(self, step: Step, state: ItemState) -> list[ItemFinding]:
        findings = []
        if state is S.RECEIVED and self.state in CLOSING:
            self._begin_anew()
        is_deemed = self.silence_ends_on is not None and step.on > self.silence_ends_on
        if state in DECIDING and self.state in DECIDING:
            findings.append(F.DECIDED_AGAIN)
        elif state not in may_follow(self.state, is_deemed=is_deemed) or (
            step.is_report and state is S.PASSED and self._is_unaccepted(is_deemed=is_deemed)
        ):
            findings.append(F.STATE_SKIPPED)
        if state is S.CORRECTION_STARTED and (is_deemed or self.accepted_on is not None):
            findings.append(F.LATE_CORRECTION_NOTICE)
        if state in DECIDING and any(p.ends_on is None for p in self.pauses):
            findings.append(F.DECIDED_WHILE_PAUSED)
        if state is S.CORRECTION_STARTED and self._demands_late(step):
            findings.append(F.ONE_TIME_NOTICE_BREACHED)
        self._receive_and_accept(step, state, is_deemed=is_deemed)
        self._pause(step, state)
        self._decide(step, state)
        self.state, self.state_at = state, step.at
        return findings

    def _is_unaccepted(self, *, is_deemed: bool) -> bool:
        """Tell whether it was only received, which is enough for a filing to pass."""
        return self.state is S.RECEIVED and not is_deemed and not self.is_filing

    def _begin_anew(self) -> None:
        """Forget what belonged to papers that were closed: those received now have a time of their own."""
        self.receipt_on = self.accepted_on = self.silence_ends_on = self.first_notice = None
        self.extensions = []

    def _receive_and_accept(self, step: Step, state: ItemState, *, is_deemed: bool) -> None:
        """Keep the day of receipt and how long silence may last; corrected papers are received anew."""
        self.filed_on = self.filed_on or step.on
        if self.accepted_on is not None or is_deemed:
            if state in _ACCEPTING and self.accepted_on is None:
                self.accepted_on = step.on
            return
        if state is S.CORRECTION_ENDED or (state is S.RECEIVED and self.receipt_on is None):
            self.receipt_on = step.on
            self.silence_ends_on = due(self.calendar, step.on, SILENCE).due_on
        elif state is S.CORRECTION_STARTED:
            self.receipt_on = self.silence_ends_on = None
        elif state in _ACCEPTING:
            self.accepted_on, self.silence_ends_on = step.on, None
            self.receipt_on = self.receipt_on or step.on
        elif state in CLOSING:
            self.silence_ends_on = None

    def _demands_late(self, step: Step) -> bool:
        """Compare a correction notice that names materials with what was told before it."""
        is_late = bool(demanded_late(step.demanded, self.first_notice, self.told))
        if self.first_notice is None and step.demanded:
            self.first_notice = step.demanded
        return is_late

    def _pause(self, step: Step, state: ItemState) -> None:
        kind = step.special_kind or SpecialKind.OTHER
        if state is S.SPECIAL_STARTED:
            if not any(p.ends_on is None and p.kind is kind for p in self.pauses):
                self.pauses.append(NamedPause(kind, step.on, None, step.expected, step.is_late, False, None))
        elif state is S.SPECIAL_ENDED:
            self._end_pauses(step, step.special_kind, is_automatic=False)
        elif state in _ENDS_PAUSES:
            self._end_pauses(step, None, is_automatic=True)

    def _end_pauses(self, step: Step, kind: SpecialKind | None, *, is_automatic: bool) -> None:
        """End the open pauses of a kind; of every kind when none is said."""
        self.pauses = [
            NamedPause(
                p.kind, p.starts_on, step.on, p.expected, p.is_late or step.is_late, is_automatic, step.at
            )
            if p.ends_on is None and kind in (None, p.kind)
            else p
            for p in self.pauses
        ]

    def _decide(self, step: Step, state: ItemState) -> None:
        if state not in CLOSING:  # taken up again: what was granted is not granted any more
            self.decided_on = self.done_on = self.passed_on = None
            self.renewals = []
            return
        is_again = state in DECIDING and self.state in DECIDING
        is_same = is_again and (state in PASSING) is (self.state in PASSING)
        self.done_on = self.done_on if is_same else step.on
        self.renewals = self.renewals if is_same else []
        if self.decided_on is None or not (is_again or state is S.REVOKED):
            self.decided_on = step.on  # of decisions told more than once the first one's day
        if state in PASSING:
            self.passed_on = self.passed_on if is_same else step.on
            self.supplement_due_on = step.supplement_due_on
        elif state is not S.REVOKED:
            self.passed_on = None
        if step.document_number is not None:
            self.document = step.document_number, step.document_on

    def facts(self) -> CaseFacts:
        findings = {finding for _, many in self.found for finding in many}
        return CaseFacts(
            state=self.state,
            state_at=self.state_at,
            filed_on=self.filed_on,
            receipt_on=self.receipt_on,
            accepted_on=self.accepted_on,
            silence_ends_on=self.silence_ends_on,
            decided_on=self.decided_on,
            passed_on=self.passed_on,
            done_on=self.done_on,
            pauses=tuple(self.pauses),
            extensions=tuple(self.extensions),
            renewals=tuple(self.renewals),
            document_number=self.document[0],
            document_on=self.document[1],
            supplement_due_on=self.supplement_due_on,
            supplement_closed_on=self.supplement_closed_on,
            findings=tuple([finding for finding in ItemFinding if finding in findings]),
            step_findings=tuple(self.found),
        )


def in_order(steps: Iterable[Step]) -> list[Step]:
    """Put steps in the order in which they happened."""
    return sorted(steps, key=lambda step: step.place)


def facts_of(steps: Iterable[Step], calendar: WorkCalendar, *, is_filing: bool = False) -> CaseFacts:
    """Fold steps, in whatever order they are given, to what is known of the case.

    Only a filing may pass without having been accepted.
    """
    fold = _Fold(calendar, is_filing=is_filing)
    for step in in_order(steps):
        fold.take(step)
    return fold.facts()
