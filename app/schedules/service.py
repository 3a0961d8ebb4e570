"""Computing the schedule of a plan that was read."""

from dataclasses import replace

from app.domain.planned import ItemFacts
from app.domain.schedule import Schedule, check_published, make_schedule
from app.schedules.queries import PlanOnDate


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
