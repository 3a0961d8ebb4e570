"""Taking a step on a case: the row of it, what follows by itself, the case, its siblings, the standing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from app.actor import Actor
from app.calendars.queries import calendar_of, get_calendar
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.calendar import WorkCalendar
from app.domain.item_actions import ItemStanding
from app.domain.items import ItemAct, ItemState
from app.domain.planned import MilestoneRole, PlannedItem
from app.domain.prerequisites import Reached
from app.domain.vocabulary import EntryMode
from app.events.service import record
from app.items.counting import Counted, columns, columns_unfiled, count
from app.items.judging import (
    gate_now,
    items_left,
    reached_in,
    ready_on,
    standing_of,
    supplements_left,
    unmet_of,
    with_gate,
)
from app.items.models import ItemCase, ItemStep
from app.items.queries import cases_of_project, find_case, planned_items, production_day, steps_of
from app.projects.models import Project, ProjectStanding
from app.projects.queries import Pair, lock_project, stamp_of
from app.projects.service import change_standing
from app.projects.standing import work_facts

READY_CHANGED = "item.ready_changed"


@dataclass(frozen=True, slots=True)
class Open:
    """A case with everything its rules look at; of a write, under the lock of its project."""

    case: ItemCase
    rows: list[ItemStep]
    counted: Counted
    pair: Pair
    plan: Mapping[str, PlannedItem]
    cases: list[ItemCase]
    reached: Reached
    calendar: WorkCalendar

    def standing(self, today: date) -> ItemStanding:
        """Build what the rule about acts is asked with."""
        unmet = unmet_of(self.case, self.plan, self.reached, today)
        return standing_of(self.case, self.counted, self.pair[0], unmet, today, self.calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """A step as it comes in; ``told`` are its public facts, free texts among them by id."""

    code: ItemState | ItemAct
    occurred_at: datetime
    mode: str
    event_id: str
    told: dict[str, Any]
    source_system: str | None = None
    external_id: str | None = None
    source_sequence: int | None = None
    reason_id: str | None = None
    evidence: Sequence[str] = ()
    is_derived: bool = False


async def calendar_now(session: Reader, area_code: str, *, guesses: bool) -> WorkCalendar:
    """Give the calendar to count an act with.

    ``guesses``: a report is never refused because a year has no notice yet.
    """
    calendar = await calendar_of(session, area_code)
    return await get_calendar(session, calendar.version) if guesses else calendar


async def open_case_of(
    session: Reader, found: tuple[ItemCase, ProjectStanding, Project], calendar: WorkCalendar
) -> Open:
    """Read what belongs to a case that was found, counted with a calendar."""
    case, row, project = found
    rows = await steps_of(session, case.id)
    plan = await planned_items(session, case.project_id)
    cases = await cases_of_project(session, case.project_id)
    has_production = any(item.milestone is MilestoneRole.PRODUCTION for item in plan.values())
    produced_on = await production_day(session, case.project_id) if has_production else None
    return Open(
        case=case,
        rows=rows,
        counted=count(case, rows, calendar),
        pair=(project, row),
        plan=plan,
        cases=cases,
        reached=reached_in(project, cases, produced_on),
        calendar=calendar,
    )


async def lock_case(session: Writer, actor: Actor, case_id: str, *, guesses: bool = False) -> Open:
    """Find a case, lock its project and read it as it is then. Refuses ``ItemCaseNotFound``."""
    case, _, _ = await find_case(session, actor, case_id)
    project, row = await lock_project(session, actor, case.project_id)
    case, _, _ = await find_case(session, actor, case_id)
    calendar = await calendar_now(session, case.area_code, guesses=guesses)
    return await open_case_of(session, (case, row, project), calendar)


async def apply_step(session: Writer, actor: Actor, known: Open, new: NewStep) -> tuple[Open, ItemStep]:
    """Add a step to a locked case and change all that follows from it; the caller records the event."""
    step = await insert_step(session, actor, known.case, known.case.steps + 1, new)
    rows = [*known.rows, step]
    counted = count(known.case, rows, known.calendar)
    rows, number = await _follow(session, actor, known.case, rows, counted, new.event_id)
    facts = columns(known.case, counted, known.calendar)
    before, earlier = known.case, known.reached
    case = await _change(session, before, steps=number, version=before.version + 1, **facts)
    cases = [case if other.id == case.id else other for other in known.cases]
    now = reached_in(known.pair[0], cases, None)
    reached = replace(known.reached, passings=now.passings, packages=now.packages)
    known = replace(known, case=case, rows=rows, counted=counted, cases=cases, reached=reached)
    is_anew = case.filed_on != before.filed_on
    known = await _compare_gates(session, actor, known, earlier, is_filed_anew=is_anew)
    known = await _compare_days(session, actor, known, new)
    return replace(known, pair=await settle_work(session, actor, known.pair, known.cases)), step


async def settle_work(session: Writer, actor: Actor, pair: Pair, cases: Sequence[ItemCase]) -> Pair:
    """Bring the counts of open items and owed papers of a locked project up to date, if they have changed."""
    facts = work_left(actor, pair, cases)
    if all(getattr(pair[1], name) == value for name, value in facts.items()):
        return pair
    return await change_standing(session, pair, **facts)


def work_left(actor: Actor, pair: Pair, cases: Sequence[ItemCase]) -> dict[str, Any]:
    """Give what the standing of a project should say of its items."""
    project, row = pair
    left, owed = items_left(cases), supplements_left(cases)
    return work_facts(project, row, actor.today, items_left=left, supplements_open=owed)


async def insert_step(session: Writer, actor: Actor, case: ItemCase, number: int, new: NewStep) -> ItemStep:
    """Write the row of a step."""
    return await session.insert(
        ItemStep,
        id=new_id(actor.at),
        project_id=case.project_id,
        area_code=case.area_code,
        owner_uscc=case.owner_uscc,
        item_case_id=case.id,
        event_id=new.event_id,
        number=number,
        code=new.code.value,
        is_derived=new.is_derived,
        occurred_at=new.occurred_at,
        recorded_at=actor.at,
        source_sequence=new.source_sequence,
        source_system=new.source_system,
        external_id=new.external_id,
        client_id=actor.client_id,
        person=None if new.is_derived else actor.person,
        entry_mode=new.mode,
        facts=new.told,
        findings=[],
        reason_id=new.reason_id,
        evidence=list(new.evidence),
    )


async def _follow(
    session: Writer, actor: Actor, case: ItemCase, rows: list[ItemStep], counted: Counted, event_id: str
) -> tuple[list[ItemStep], int]:
    """Write the ends of special procedures that nobody told; take back those that somebody has told since.

    The findings of every step are brought up to date; gives the rows and the last number.
    """
    ended = {(p.ended_at, p.kind.value): p for p in counted.facts.pauses if p.is_automatic and p.ended_at}
    kept, number = [], rows[-1].number
    for row in rows:
        key = (row.occurred_at, row.facts.get("special_kind", ""))
        if not row.is_derived or row.code != ItemState.SPECIAL_ENDED or ended.pop(key, None) is not None:
            kept.append(row)
        else:
            await session.remove(row)
    for at, kind in list(ended):
        number += 1
        new = NewStep(
            code=ItemState.SPECIAL_ENDED,
            occurred_at=at,
            mode=rows[-1].entry_mode,
            event_id=event_id,
            is_derived=True,
            told={"special_kind": kind},
        )
        kept.append(await insert_step(session, actor, case, number, new))
    found = {number: [f.value for f in many] for number, many in counted.facts.step_findings}
    return [await _change(session, row, findings=found.get(row.number, [])) for row in kept], number


async def say_gate(session: Writer, actor: Actor, known: Open, case: ItemCase, *, is_so: bool) -> ItemCase:
    """Say of a case that it bypassed a gate, or unsay it; news of another department's case is its own event.

    That event is recorded first, so that what this act has changed so far stays for the event of the act.
    """
    ordered = with_gate(case.findings, is_so=is_so)
    if ordered == case.findings:
        return case
    return await _tell(session, actor, known, case, "item.findings_changed", {"findings": ordered})


async def _tell(
    session: Writer,
    actor: Actor,
    known: Open,
    case: ItemCase,
    kind: str,
    changed: dict[str, Any],
    new: NewStep | None = None,
) -> ItemCase:
    """Change a case by what this act on another tells of it; another department's has an event of its own.

    With ``new``, the step that tells it, it has been so since that step.
    """
    if case.department_code == known.case.department_code:
        return await session.change(case, version=case.version + (case.id != known.case.id), **changed)
    own = session.changes, session.commitments
    session.changes, session.commitments = [], {}
    case = await session.change(case, version=case.version + 1, **changed)
    stamp, facts = stamp_of(known.pair[0], case.department_code), news_of(case, kind)
    at, mode = (None, EntryMode.ONLINE) if new is None else (new.occurred_at, new.mode)
    await record(session, actor, kind, stamp, occurred_at=at, mode=mode, facts=facts)
    session.changes, session.commitments = own
    return case


def news_of(case: ItemCase, kind: str) -> dict[str, Any]:
    """Give the facts of an event that tells of a case what another act has brought about."""
    named = {"item_case_id": case.id, "item_code": case.item_code}
    if kind == READY_CHANGED:
        return named | {"ready_on": None if case.ready_on is None else case.ready_on.isoformat()}
    return named | {"findings": case.findings}


def ready_facts(
    case: ItemCase, plan: Mapping[str, PlannedItem], reached: Reached, calendar: WorkCalendar
) -> dict[str, Any]:
    """Give what changes of a case when its prerequisites pass, or do no more; nothing if that is known."""
    since = ready_on(case, plan, reached)
    return {} if since == case.ready_on else columns_unfiled(case, since, calendar)


async def _compare_days(session: Writer, actor: Actor, known: Open, new: NewStep) -> Open:
    """Follow the news of others where a time to file in counts from the day its prerequisites had passed.

    Nobody's act is refused because somebody else's last day lies in a year without a notice.
    """
    cases, calendar = [], await get_calendar(session, known.calendar.version)
    for case in known.cases:
        changed = ready_facts(case, known.plan, known.reached, calendar)
        if changed:
            case = await _tell(session, actor, known, case, READY_CHANGED, changed, new)  # noqa: PLW2901 - as now
        cases.append(case)
    return replace(known, cases=cases, case=next(c for c in cases if c.id == known.case.id))


async def _compare_gates(
    session: Writer, actor: Actor, known: Open, earlier: Reached, *, is_filed_anew: bool
) -> Open:
    """Say of a case just filed whether its prerequisites had passed then, and follow the news of others.

    What passed, or was revoked, may become known after what waited for it was filed; ``earlier`` is what was
    known before this step. What a later plan asks for is no news about a filing.
    """
    cases = []
    for case in known.cases:
        is_so = gate_now(case, known.plan, known.reached, earlier)
        if is_filed_anew and case.id == known.case.id and case.filed_on is not None:
            is_so = bool(unmet_of(case, known.plan, known.reached, case.filed_on))
        cases.append(case if is_so is None else await say_gate(session, actor, known, case, is_so=is_so))
    return replace(known, cases=cases, case=next(c for c in cases if c.id == known.case.id))


async def _change(session: Writer, row: Any, **facts: Any) -> Any:
    """Change what differs; nothing is written when nothing does."""
    changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
    return await session.change(row, **changed) if changed else row
