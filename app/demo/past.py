"""What departments decided before the demo begins: items of invented projects, for the forecast."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from app.actor import Actor
from app.calendars.queries import calendar_of
from app.catalogue.queries import catalogue_of, holders_in
from app.clock import OFFICE
from app.database import Writer
from app.demo.founding import read_packaged
from app.digests import sha256
from app.documents.schemas import FileReferenceIn
from app.documents.service import reference_file
from app.domain.calendar import WorkCalendar
from app.domain.durations import Duration, Unit
from app.domain.frame import Frame
from app.domain.network import NEVER, Network
from app.domain.plan_content import select_items
from app.domain.planned import Estimate, EstimateBasis, PlannedItem
from app.domain.standing import Role
from app.items.importing import Logged, bring_in
from app.projects.schemas import ProjectIn
from app.projects.service import register_project
from app.stages.schemas import StageTransitionIn
from app.stages.service import take_step

SEED = 20_251_231
FIRST, LAST = timedelta(days=540), timedelta(days=180)  # before today: when these projects began
UNLIMITED = 12  # working days that an item without a limit takes here
SOURCE = "county-archive"
FACTS: dict[str, Any] = {
    "process_class": "industrial",
    "approval_mode": "record_filing",
    "land_mode": "grant",
    "construction_nature": "new",
    "fund_nature": "private",
}


class Done(NamedTuple):
    """An item, and the days on which it was filed and passed."""

    item: PlannedItem
    filed_on: date
    passed_on: date


async def enter_past(session: Writer, actor: Actor, packaged: Mapping[str, Any]) -> None:
    """Enter the items of the past as another system's log, each project as a lead that was closed since."""
    actor = replace(actor, role=Role.OFFICER)
    past, dice = packaged["past"], random.Random(SEED)  # noqa: S311 - a demonstration, no secret
    number, count = 0, sum(area["projects"] for area in past["areas"])
    file_id = await _log_of(session, actor)
    attributes = _attributes()
    for area in past["areas"]:
        code = area["area_code"]
        calendar = await calendar_of(session, code)
        catalogue = (await catalogue_of(session, code, actor.today)).catalogue
        holders = await holders_in(session, code, actor.today)
        for place in range(area["projects"]):
            number += 1
            begun = actor.today - FIRST + (FIRST - LAST) * number // count
            facts = FACTS | attributes | {"over_energy_threshold": place % 3 != 0}
            items = select_items(catalogue, facts, holders).items()
            name = f"{area['name']}{past['products'][place % len(past['products'])]}生产项目（既往办件）"
            done = _happened(items, calendar, begun, actor.today, area["pace"], dice)
            await _enter(session, actor, (name, code), file_id, done)


def _attributes() -> dict[str, Any]:
    """Give what the record of a plain factory says, as of the first one with a plan in the demo."""
    projects = read_packaged("demo", "projects.json")["projects"]
    found: dict[str, Any] = next(p["attributes"] for p in projects if p["key"] == "demo-08")
    return found | {"starts_on_land": False}


async def _log_of(session: Writer, actor: Actor) -> str:
    given = FileReferenceIn(
        area_code=actor.areas[0],
        name="既往办件清单.csv",
        media_type="text/csv",
        sha256=sha256(SOURCE.encode()),
        source_system=SOURCE,
        external_id="log-1",
    )
    return (await reference_file(session, actor, given)).id


def _happened(
    items: tuple[PlannedItem, ...],
    calendar: WorkCalendar,
    begun: date,
    today: date,
    pace: float,
    dice: random.Random,
) -> list[Done]:
    """Let a project happen: its items one after another as the schedule has them, with chance durations."""
    prepared = [replace(i, preparation=_estimate(dice.randint(1, 8))) if i.has_case() else i for i in items]
    took = {i.code: Duration(_took(i, pace, dice), Unit.WORKING_DAY) for i in items if i.has_case()}
    network = Network(prepared, {}, Frame(begun, begun, begun, begun + timedelta(days=400)), calendar)
    run = network.run(took)
    found = [
        Done(item, date.fromordinal(run.filing[n]), date.fromordinal(run.finish[n]))
        for n, item in enumerate(network.items)
        if item.has_case() and run.finish[n] < min(today.toordinal(), NEVER)
    ]
    return sorted(found, key=lambda done: (done.passed_on, done.filed_on, done.item.code))


def _took(item: PlannedItem, pace: float, dice: random.Random) -> int:
    usual = UNLIMITED if item.handling is None else item.handling.duration.value
    return round((usual + 1) * pace * dice.lognormvariate(-0.2, 0.5))


def _estimate(days: int) -> Estimate:
    return Estimate(Duration(days, Unit.WORKING_DAY), EstimateBasis.GIVEN)


async def _enter(
    session: Writer, actor: Actor, named: tuple[str, str], file_id: str, done: list[Done]
) -> None:
    name, code = named
    given = ProjectIn(
        contains_state_secrets=False,
        name=name,
        area_code=code,
        process_class=FACTS["process_class"],
        occurred_at=_at(done[0].filed_on, 9),
        evidence=[file_id],
    )
    pair, procedure, _ = await register_project(session, actor, given, imported={"source_system": SOURCE})
    for each in done:
        logged = Logged(
            item=replace(each.item, validity=None),  # else permits of works long begun would seem to lapse
            received_at=_at(each.filed_on, 9),
            passed_at=_at(each.passed_on, 16),
            source_system=SOURCE,
            external_id=f"{name}/{each.item.code}",
            facts={"source_system": SOURCE},
            evidence=[file_id],
        )
        pair = await bring_in(session, actor, pair, logged)
    reason = "项目已由审批系统办结，仅归集既往办件"
    await take_step(
        session, actor, pair, procedure, StageTransitionIn(from_stage="lead", move="drop", reason=reason)
    )


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), OFFICE)
