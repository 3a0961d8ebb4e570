"""What a notice is about, looked at for one day: the clock it names, and what stands against a notice.

The same look decides about issuing (now) and about withdrawing (the moment of issue, by all known since).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from app.calendars.queries import calendar_of_clock
from app.clock import office_date
from app.database import Reader
from app.domain.calendar import WorkCalendar
from app.domain.clocks import Light, consumed, light, merge_pauses
from app.domain.durations import Duration, Pause, budget_of
from app.domain.item_clocks import ItemClock
from app.domain.items import ItemState
from app.domain.planned import TimeBearer
from app.domain.procedures import StageDeadline, stage_deadline
from app.domain.supervision import Looked
from app.domain.supervision_terms import NoticeRule
from app.errors import Words
from app.items.counting import count
from app.items.models import ItemCase, ItemStep
from app.procedures.queries import get_procedure
from app.projects.queries import Pair
from app.projects.standing import standing_of


class Found(NamedTuple):
    """What was found: what the rule may know, the clock in question, and that clock as it stood."""

    looked: Looked
    rule: NoticeRule
    clock: dict[str, Any] | None
    name: Words


async def look_at_case(
    session: Reader, case: ItemCase, steps: Iterable[ItemStep], at: datetime, rule: NoticeRule | None = None
) -> Found:
    """Look at a case as of a moment: the steps that had happened by then, late reports among them.

    Without a ``rule`` the clock is chosen: the statutory one where it is red, else the promised one.
    """
    on = office_date(at)
    calendar = await calendar_of_clock(session, case.calendar_version, case.area_code)
    counted = count(case, [step for step in steps if step.occurred_at <= at], calendar)
    clocks = {NoticeRule.STATUTORY: counted.clocks.statutory, NoticeRule.PROMISED: counted.clocks.promised}
    rule = rule or _chosen(clocks, on)
    clock = clocks[rule]
    is_offices = case.bearer == TimeBearer.DEPARTMENT
    looked = Looked(
        light=Light.NOT_STARTED if clock is None else clock.light(on),
        is_paused=counted.facts.is_paused,
        waits_for_owner=counted.facts.state is ItemState.CORRECTION_STARTED,
        is_offices_time=is_offices and (clock is None or clock.limit.bearer is TimeBearer.DEPARTMENT),
        has_office=case.department_code is not None,
    )
    name = Words(case.name["zh"], case.name["en"])
    return Found(looked, rule, None if clock is None else _of_case(clock, calendar, on), name)


async def look_at_stage(session: Reader, pair: Pair, on: date, stage: str | None = None) -> Found:
    """Look at the agency's clock of the stage a project is in; ``stage`` is the one it should be in."""
    project, standing = pair[0], standing_of(*pair)
    procedure = await get_procedure(session, project.procedure_id)
    calendar = await calendar_of_clock(session, project.calendar_version, project.area_code)
    deadline = stage_deadline(procedure, standing, calendar)
    here = procedure.stages.get(project.stage)
    colour = Light.NO_LIMIT
    if deadline is not None:
        colour = light(deadline.due, on, is_running=not deadline.due.is_paused)
    looked = Looked(
        light=colour,
        is_paused=here is not None and here.pauses_clock,
        has_left=stage is not None and stage != project.stage,
    )
    label = procedure.label_of_stage(project.stage)
    found = None if deadline is None else _of_stage(deadline, calendar, on)
    return Found(looked, NoticeRule.STAGE, found, label)


def _chosen(clocks: dict[NoticeRule, ItemClock | None], on: date) -> NoticeRule:
    """Choose the clock a notice would name."""
    there = [rule for rule, clock in clocks.items() if clock is not None]
    for rule in there:
        clock = clocks[rule]
        if clock is not None and clock.light(on) is Light.RED and clock.limit.bearer is TimeBearer.DEPARTMENT:
            return rule
    return next(iter(there), NoticeRule.STATUTORY)


def _of_case(clock: ItemClock, calendar: WorkCalendar, on: date) -> dict[str, Any]:
    limit = clock.limit
    return {
        "basis": {"zh": limit.basis.zh, "en": limit.basis.en},
        "anchor_on": clock.anchor_on.isoformat(),
        "began_on": clock.began_on.isoformat(),
        "extended_by": clock.extension,
        "budget": clock.budget,
        "consumed": clock.consumed(calendar, on),
        **_days(limit.duration, clock.due.due_on, clock.pauses),
        **_as_of(calendar, clock.light(on), on, is_provisional=clock.due.is_provisional),
    }


def _of_stage(deadline: StageDeadline, calendar: WorkCalendar, on: date) -> dict[str, Any]:
    limit = deadline.limit
    pauses = merge_pauses(deadline.pauses)
    return {
        "basis": {"zh": limit.basis.zh, "en": limit.basis.en},
        "anchor_on": deadline.anchor.isoformat(),
        "began_on": deadline.anchor.isoformat(),
        "extended_by": 0,
        "budget": budget_of(deadline.anchor, limit.duration)[0],
        "consumed": consumed(calendar, deadline.anchor, limit.duration.unit, pauses, through=on),
        **_days(limit.duration, deadline.due.due_on, pauses),
        **_as_of(
            calendar,
            light(deadline.due, on, is_running=not deadline.due.is_paused),
            on,
            is_provisional=deadline.due.is_provisional,
        ),
    }


def _days(duration: Duration, due_on: date | None, pauses: Iterable[Pause]) -> dict[str, Any]:
    return {
        "limit": {"value": duration.value, "unit": duration.unit.value},
        "due_on": None if due_on is None else due_on.isoformat(),
        "pauses": [
            {"starts_on": p.starts_on.isoformat(), "ends_on": p.ends_on and p.ends_on.isoformat()}
            for p in pauses
        ],
    }


def _as_of(calendar: WorkCalendar, colour: Light, on: date, *, is_provisional: bool) -> dict[str, Any]:
    return {
        "as_of": on.isoformat(),
        "light": colour.value,
        "calendar_code": calendar.code,
        "calendar_version": calendar.version,
        "is_provisional": is_provisional,
    }
