"""From the rows of a case to its facts, clocks and stored columns; every writer of a case counts here.

Whoever changes a calendar counts anew with ``columns``: the same rows and calendar give the same columns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.clock import office_date
from app.domain.calendar import WorkCalendar
from app.domain.clocks import Light
from app.domain.item_clocks import CaseClocks, ItemClock, anchor_of, bearer_now, clocks_of, worst
from app.domain.item_facts import CaseFacts, facts_of
from app.domain.item_steps import Step
from app.domain.items import UNFILED, ItemFinding, ItemState, SpecialKind, read_code
from app.domain.planned import (
    ItemFacts,
    ItemKind,
    ItemLimit,
    PausePolicy,
    TimeBearer,
    read_duration,
    read_limit,
    read_validity,
    write_duration,
)
from app.domain.readiness import Told
from app.domain.renewals import Prolonged, prolonged
from app.domain.vocabulary import EntryMode
from app.events.service import BACK_ENTRY
from app.items.models import ItemCase, ItemStep


@dataclass(frozen=True, slots=True)
class Counted:
    """What follows from the steps of a case, and its clocks."""

    facts: CaseFacts
    clocks: CaseClocks
    prolonged: Prolonged | None

    @property
    def is_renewal_ignored(self) -> bool:
        """Tell whether a renewal of its validity does not count, or not in full."""
        return bool(self.facts.renewals) if self.prolonged is None else self.prolonged.is_ignored


def limits_of(case: ItemCase) -> tuple[ItemLimit | None, ItemLimit | None]:
    """Read the statutory and the promised limit."""
    return read_limit(case.statutory_limit), read_limit(case.promised_limit)


def step_of(row: ItemStep) -> Step:
    """Read a step for the rules."""
    told = row.facts
    kind, expected = told.get("special_kind"), told.get("expected")
    began_on = _day(told.get("works_began_on"))
    return Step(
        number=row.number,
        code=read_code(row.code),
        at=row.occurred_at,
        on=office_date(row.occurred_at),
        source_sequence=row.source_sequence,
        is_report=row.entry_mode == EntryMode.REPORTED,
        is_late=row.recorded_at - row.occurred_at > BACK_ENTRY,
        special_kind=None if kind is None else SpecialKind(kind),
        expected=None if expected is None else read_duration(expected),
        extension=told.get("extension") or 0,
        document_number=told.get("document_number"),
        document_on=_day(told.get("document_on")),
        renewal=told.get("validity_renewal") or 0,
        is_after_start=began_on is not None and began_on <= office_date(row.occurred_at),
        supplement_due_on=_day(told.get("supplement_due_on")),
        demanded=frozenset(told.get("materials") or ()),
        told=_checked(told.get("check")),
    )


def count(case: ItemCase, rows: Iterable[ItemStep], calendar: WorkCalendar) -> Counted:
    """Derive facts and clocks; rows that follow by themselves are left out, they follow again."""
    told = [step_of(row) for row in rows if not row.is_derived]
    facts = facts_of(told, calendar, is_filing=case.kind == ItemKind.FILING)
    facts = replace(facts, ready_on=case.ready_on)
    clocks = clocks_of(facts, *limits_of(case), PausePolicy(case.pause_policy), calendar)
    return Counted(facts, clocks, _prolonged(case, facts, calendar))


def columns(case: ItemCase, counted: Counted, calendar: WorkCalendar) -> dict[str, Any]:
    """Give every column of a case that follows from its steps, limits and calendar, and from ``ready_on``."""
    facts, clocks, valid = counted.facts, counted.clocks, counted.prolonged
    is_filed, counting = facts.filed_on is not None, clocks.counting
    state = ItemState(case.state) if facts.state in UNFILED else facts.state
    return {
        "bearer": bearer_now(TimeBearer(case.bearer), limits_of(case), is_filed=is_filed).value,
        "state": state.value,
        "state_at": facts.state_at,
        "filed_on": facts.filed_on,
        "receipt_on": facts.receipt_on,
        "accepted_on": facts.accepted_on,
        "silence_ends_on": facts.silence_ends_on,
        "anchor_on": _anchor(case, facts),
        "done_on": facts.done_on,
        "passed_on": facts.passed_on,
        "is_passed": facts.is_passed,
        **_clock_columns("statutory", clocks.statutory),
        **_clock_columns("promised", clocks.promised),
        "due_on": min([day for clock in counting if (day := _due(clock)) is not None], default=None),
        "done_light": None if facts.decided_on is None else clocks.light(facts.decided_on).value,
        "is_running": bool(counting) and facts.decided_on is None and not facts.is_paused,
        "is_paused": facts.is_paused,
        "is_provisional": any(clock.due.is_provisional for clock in counting),
        "calendar_version": calendar.version if is_filed or clocks.all else None,
        "document_number": facts.document_number,
        "document_on": facts.document_on,
        "valid_through": None if valid is None else valid.valid_through,
        "valid_for": None if valid is None else write_duration(valid.duration),
        "is_undone_by_start": bool(case.validity and case.validity["is_undone_by_start"]),
        "supplement_due_on": facts.supplement_due_on,
        "supplement_closed_on": facts.supplement_closed_on,
        "findings": findings_of(case, counted),
    }


def columns_unfiled(case: ItemCase, ready_on: date | None, calendar: WorkCalendar) -> dict[str, Any]:
    """Give what changes of a case with the day since which it could be filed.

    Of a filed one only that day, since its time to file in is over.
    """
    if case.filed_on is not None:
        return {"ready_on": ready_on}
    ready = case._replace(ready_on=ready_on)  # type: ignore[attr-defined]  # rows are tuples
    facts = columns(ready, count(ready, (), calendar), calendar)
    return {"ready_on": ready_on, **{name: facts[name] for name in _OF_CLOCKS}}


_OF_CLOCKS = (
    "bearer", "statutory_from", "statutory_due_on", "statutory_warn_on", "promised_from", "promised_due_on",
    "promised_warn_on", "due_on", "is_running", "is_provisional", "calendar_version",
)  # fmt: skip


def findings_of(case: ItemCase, counted: Counted) -> list[str]:
    """Name what is odd about a case; a bypassed gate is found by comparing cases and stays as it is here."""
    found = set(counted.facts.findings)
    if counted.clocks.is_extension_ignored:
        found.add(ItemFinding.EXTENSION_NOT_COUNTED)
    if counted.is_renewal_ignored:
        found.add(ItemFinding.RENEWAL_NOT_COUNTED)
    if ItemFinding.GATE_BYPASSED in case.findings:
        found.add(ItemFinding.GATE_BYPASSED)
    return [finding.value for finding in ItemFinding if finding in found]


def light_of(case: ItemCase, today: date) -> Light:
    """Colour a case from its stored columns; the list filters by the same rule in SQL."""
    has_limit = case.statutory_limit is not None or case.promised_limit is not None
    if case.done_light is not None:
        return Light(case.done_light)
    clocks = (
        (case.statutory_from, case.statutory_due_on, case.statutory_warn_on),
        (case.promised_from, case.promised_due_on, case.promised_warn_on),
    )
    return worst([_colour(*clock, today) for clock in clocks if clock[0] is not None], has_limit=has_limit)


def is_deemed(case: ItemCase, today: date) -> bool:
    """Tell whether silence has accepted a case by ``today``, be it announced or not."""
    return case.silence_ends_on is not None and today > case.silence_ends_on


def item_facts(case: ItemCase, today: date) -> ItemFacts:
    """Give what a schedule may know of a case today."""
    is_silent = case.silence_ends_on is not None and case.done_on is None and not is_deemed(case, today)
    due_on = case.statutory_due_on if case.promised_limit is None else case.promised_due_on
    return ItemFacts(
        filed_on=case.filed_on,
        anchor_on=None if is_silent else case.anchor_on,
        due_on=None if is_silent else due_on,
        is_paused=case.is_paused,
        done_on=case.done_on,
        is_passed=case.is_passed,
    )


def _colour(counts_from: date | None, due_on: date | None, warn_on: date | None, today: date) -> Light:
    if counts_from is None or today < counts_from:
        return Light.NOT_STARTED
    if due_on is None:
        return Light.PAUSED
    if today > due_on:
        return Light.RED
    return Light.YELLOW if warn_on is not None and today >= warn_on else Light.GREEN


def _due(clock: ItemClock) -> date | None:
    return None if clock.due.is_paused else clock.due.due_on


def _clock_columns(name: str, clock: ItemClock | None) -> dict[str, Any]:
    if clock is None or clock.is_filed:
        return {f"{name}_from": None, f"{name}_due_on": None, f"{name}_warn_on": None}
    return {
        f"{name}_from": clock.counts_from,
        f"{name}_due_on": _due(clock),
        f"{name}_warn_on": None if clock.due.is_paused else clock.due.warn_on,
    }


def _anchor(case: ItemCase, facts: CaseFacts) -> date | None:
    for limit in reversed(limits_of(case)):
        if limit is not None and not limit.is_for_filing:
            return anchor_of(facts, limit)
    return facts.receipt_on if facts.silence_ends_on is not None else facts.accepted_on


def _prolonged(case: ItemCase, facts: CaseFacts, calendar: WorkCalendar) -> Prolonged | None:
    """Count how long a decision that stands is valid, renewals included, from the day on the document."""
    validity = read_validity(case.validity)
    if validity is None or not facts.is_passed or facts.passed_on is None:
        return None
    since = facts.document_on or facts.passed_on
    return prolonged(calendar, since, validity.duration, validity.renewal, facts.renewals)


def _checked(check: Mapping[str, Any] | None) -> Told | None:
    """Read what a readiness check has told."""
    return None if check is None else Told(frozenset(check["missing"]), frozenset(check["there"]))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
