"""What the steps taken mean for the present visit to a stage: its beginning, its suspension, its pauses."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.domain.clocks import Pause
from app.domain.moves import Effect


@dataclass(frozen=True, slots=True)
class Taken:
    """One step as it was taken; ``on`` is the office's day of ``at``."""

    from_stage: str
    to_stage: str
    at: datetime
    on: date
    effects: frozenset[Effect]
    was_paused: bool
    """Whether the stage left stops the agency's clock."""
    is_paused: bool
    """Whether the stage entered stops it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What follows from the steps of a project alone; a pure fold, so that a correction can repeat it."""

    last_step_at: datetime
    stage_entered_at: datetime
    steps: int = 0
    before_suspension: str | None = None
    resumes_visit_of: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    correction_notices: int = 0
    completed_on: date | None = None


def after(visit: Visit, step: Taken) -> Visit:
    """Take one step further.

    Entering a stage begins a new visit without pauses; resuming continues the visit that was suspended,
    with the suspension as its pause. Moving from one stage that stops the clock to another goes on pausing.
    """
    pauses, before, resumes = visit.pauses, visit.before_suspension, visit.resumes_visit_of
    entered = step.at
    if step.is_paused:
        if before is None:
            before, resumes = step.from_stage, visit.stage_entered_at
            pauses = (*pauses, Pause(step.on))
    elif step.was_paused and step.to_stage == before and resumes is not None:
        entered, before, resumes = resumes, None, None
        pauses = (*pauses[:-1], Pause(pauses[-1].starts_on, step.on))
    else:
        pauses, before, resumes = (), None, None
    completed_on = visit.completed_on
    if Effect.REOPENS in step.effects:
        completed_on = None
    elif Effect.COMPLETES in step.effects:
        completed_on = step.on
    return replace(
        visit,
        last_step_at=step.at,
        stage_entered_at=entered,
        steps=visit.steps + 1,
        before_suspension=before,
        resumes_visit_of=resumes,
        pauses=pauses,
        correction_notices=visit.correction_notices + (Effect.COUNTS_CORRECTION in step.effects),
        completed_on=completed_on,
    )


def after_all(registered_at: datetime, steps: Iterable[Taken]) -> Visit:
    """Repeat every step from the registration on."""
    visit = Visit(registered_at, registered_at)
    for step in steps:
        visit = after(visit, step)
    return visit
