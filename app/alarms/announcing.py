"""Announcing what has come near, is due or has lapsed: once each, in the order of the days, and taking back.

It decides nothing: each event says what was true from its day on. One transaction and one event per rung.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from app.actor import Actor, system_actor
from app.alarms.models import AlarmAnnouncement
from app.alarms.queries import announced_for, decision_of, untold, untrue
from app.areas.queries import all_areas
from app.clock import OFFICE, Clock, new_id, office_date
from app.config import Settings
from app.database import Database, Writer
from app.domain.validity import NEAR_DAYS, AlarmKind, Decision, Rung, expires_on, rungs_by, withdrawn_by
from app.events.service import record
from app.items.models import ItemCase
from app.items.queries import cases_of_project
from app.projects.models import Project
from app.projects.queries import lock_project, stamp_of


class _Named(NamedTuple):
    """An alarm by what makes it the same alarm."""

    project_id: str
    item_case_id: str
    kind: AlarmKind
    expires_on: date


class _Held(NamedTuple):
    """A case under the lock of its project, what the rule knows of it, and what was announced."""

    project: Project
    case: ItemCase
    decision: Decision
    told: list[AlarmAnnouncement]


async def announce_alarms(database: Database, _settings: Settings, clock: Clock) -> bool:
    """Take back what is no longer so, then announce what has come true. Tells whether there was anything."""
    at = clock()
    today = office_date(at)
    wrong = sorted({_named(row) for row in await database.reader.all(untrue())})
    due = await database.reader.all(untold(today, today + timedelta(days=NEAR_DAYS)))
    if not wrong and not due:
        return False
    actor = system_actor(at, *[area.code for area in await database.reader.all(all_areas())])
    for alarm in wrong:
        async with database.write() as session:
            await _withdraw(session, actor, alarm)
    rungs = [
        (rung.on, _named(row), rung) for row in due for rung in rungs_by(row.expires_on, row.since, today)
    ]
    for _, alarm, rung in sorted(rungs, key=lambda each: each[:2]):
        async with database.write() as session:
            await _announce(session, actor, alarm, rung)
    return True


async def _announce(session: Writer, actor: Actor, alarm: _Named, rung: Rung) -> None:
    """Announce a rung, unless another worker has, or the alarm has gone since it was found."""
    held = await _hold(session, actor, alarm)
    is_told = any(row.rung == rung.state for row in held.told)
    if is_told or expires_on(alarm.kind, held.decision) != alarm.expires_on:
        return
    await session.insert(
        AlarmAnnouncement,
        id=new_id(actor.at),
        project_id=held.project.id,
        area_code=held.project.area_code,
        owner_uscc=held.project.owner_uscc,
        item_case_id=alarm.item_case_id,
        kind=alarm.kind.value,
        expires_on=alarm.expires_on,
        rung=rung.state.value,
        came_on=rung.on,
    )
    await record(
        session,
        actor,
        "validity_alarm.announced",
        stamp_of(held.project, held.case.department_code),
        occurred_at=datetime.combine(rung.on, time(), OFFICE),
        facts={**_facts(alarm, held.case), "rung": rung.state.value},
    )


async def _withdraw(session: Writer, actor: Actor, alarm: _Named) -> None:
    """Take back all that was announced of an alarm, and say what has undone it."""
    held = await _hold(session, actor, alarm)
    if not held.told or expires_on(alarm.kind, held.decision) == alarm.expires_on:
        return
    for row in held.told:
        await session.remove(row)
    why = withdrawn_by(alarm.kind, held.decision, alarm.expires_on)
    facts = {**_facts(alarm, held.case), "rungs": [row.rung for row in held.told], "why": why.value}
    await record(
        session,
        actor,
        "validity_alarm.withdrawn",
        stamp_of(held.project, held.case.department_code),
        facts=facts,
    )


async def _hold(session: Writer, actor: Actor, alarm: _Named) -> _Held:
    """Lock the project and read what is the case then."""
    project, _ = await lock_project(session, actor, alarm.project_id)
    cases = await cases_of_project(session, alarm.project_id)
    case = next(each for each in cases if each.id == alarm.item_case_id)
    told = [row for row in await session.all(announced_for([case.id])) if _named(row) == alarm]
    return _Held(project, case, decision_of(case, cases, project), told)


def _named(row: AlarmAnnouncement) -> _Named:
    return _Named(row.project_id, row.item_case_id, AlarmKind(row.kind), row.expires_on)


def _facts(alarm: _Named, case: ItemCase) -> dict[str, str]:
    return {
        "item_case_id": alarm.item_case_id,
        "item_code": case.item_code,
        "kind": alarm.kind.value,
        "expires_on": alarm.expires_on.isoformat(),
    }
