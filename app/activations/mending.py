"""The worker's sweep: a clock counted while a version came into force is counted anew."""

from app.activations.queries import stale_projects
from app.activations.recounting import Comparison, cases_with_steps, recount_project
from app.actor import Actor, system_actor
from app.calendars.queries import get_calendar, in_force
from app.clock import Clock, ticks
from app.config import Settings
from app.database import Database
from app.events.service import record
from app.projects.queries import lock_project, stamp_of

EVENT = "project.clock_recounted"
RECENT = 600  # seconds after an activation in which whoever raced with it has long ended
SOON, SELDOM = 1.0, 300.0  # seconds from sweep to sweep: after an activation, and otherwise
BATCH = 100


async def mend_clocks(database: Database, settings: Settings, clock: Clock) -> bool:  # noqa: ARG001 - as every task
    """Count anew what another version than the one in force has counted; one event a project."""
    reader = database.reader
    if reader.memory.get(EVENT, 0.0) > ticks():
        return False
    known, at = await in_force(reader), clock()
    is_recent = (at - known.latest_at).total_seconds() < RECENT
    reader.memory[EVENT] = ticks() + (SOON if is_recent else SELDOM)
    governed: dict[int, list[str]] = {}
    for area, number in known.numbers.items():
        governed.setdefault(number, []).append(area)
    mended = 0
    for number, areas in governed.items():
        for project_id in await reader.all(stale_projects(areas, number, BATCH)):
            mended += await _mend(database, system_actor(at, *areas), project_id, number)
    return mended > 0


async def _mend(database: Database, actor: Actor, project_id: str, number: int) -> bool:
    async with database.write() as session:
        pair = await lock_project(session, actor, project_id)
        calendar = await get_calendar(session, number)
        cases = await cases_with_steps(session, [project_id])
        found = await recount_project(Comparison(session), pair, cases.get(project_id, ()), calendar)
        for each in found:
            await session.change(each.row, **each.facts)
        if found:
            facts = {"calendar_version": number}
            await record(session, actor, EVENT, stamp_of(pair[0]), facts=facts)
    return bool(found)
