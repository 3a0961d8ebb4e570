"""Computing the schedule of a plan that was read, and trying changes on a copy of it."""

from dataclasses import replace

from app.actor import Actor
from app.calendars.queries import get_calendar, get_version
from app.database import Reader
from app.domain.durations import Pause
from app.domain.plan_content import Adjustment, AdjustmentAction
from app.domain.planned import ItemFacts
from app.domain.schedule import Schedule, check_published, make_schedule
from app.domain.simulation import Changes, Delay, Halt, Simulation, simulate
from app.projects.history import AsOf
from app.schedules.answers import light_on
from app.schedules.chart import Chart, draw
from app.schedules.queries import PlanOnDate, known_items, read_plan
from app.schedules.schemas import SimulationIn, TriedAdjustmentIn


def schedule_of_plan(found: PlanOnDate) -> Schedule:
    """Compute the schedule as of the day the plan was read for. Refuses ``YearNotPublished``."""
    state = found.state
    schedule = make_schedule(state.items, state.facts, state.frame, state.calendar)
    check_published(schedule, state.calendar, state.frame.begin_on)
    return schedule


def baseline_of_plan(found: PlanOnDate) -> Schedule:
    """Compute the schedule as it was promised: on the day the plan begins, before anything happened."""
    state, nothing = found.state, dict[str, ItemFacts]()
    frame = replace(
        state.frame,
        today=state.frame.begin_on,
        actual_start_on=None,
        actual_completion_on=None,
        production_on=None,
    )
    return make_schedule(state.items, nothing, frame, state.calendar)


async def try_changes(
    session: Reader, actor: Actor, project_id: str, given: SimulationIn
) -> tuple[PlanOnDate, Simulation]:
    """Try changes on a copy of a plan, by the functions that the commands use; nothing is written.

    Refuses what the commands would refuse, and ``ChangesCannotBeTried``.
    """
    found = await read_plan(session, actor, project_id, given.plan, AsOf())
    calendar, known = None, None
    if given.calendar is not None:
        version = await get_version(session, actor, given.calendar.code, given.calendar.version)
        calendar = await get_calendar(session, version.number)
    if any(each.action is AdjustmentAction.ADD for each in given.adjustments):
        known = await known_items(session, found.project, actor.today)
    changes = Changes(
        adjustments=[_adjustment(each) for each in given.adjustments],
        delays=[Delay(each.item, each.by.read()) for each in given.delays],
        halts=[Halt(each.item, Pause(each.starts_on, each.ends_on)) for each in given.pauses],
        calendar=calendar,
        known=known,
    )
    return found, simulate(found.state, changes)


def _adjustment(given: TriedAdjustmentIn) -> Adjustment:
    return Adjustment(
        item=given.item,
        action=given.action,
        handling=None if given.handling is None else given.handling.read(),
        preparation=None if given.preparation is None else given.preparation.read(),
        parallel_to=tuple(given.parallel_to),
        after=tuple(given.after),
    )


def draw_plan(found: PlanOnDate, language: str) -> bytes:
    """Draw the schedule of a plan as SVG."""
    schedule = schedule_of_plan(found)
    return draw(
        Chart(
            name=found.project.name,
            plan_number=found.plan.number,
            schedule=schedule,
            baseline=baseline_of_plan(found),
            facts=found.facts,
            lights={line.item.code: light_on(found, line.item) for line in schedule.items},
            frame=found.frame,
            calendar_code=found.calendar.code,
            language=language,
        )
    )
