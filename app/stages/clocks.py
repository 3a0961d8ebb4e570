"""The sum of a stage's deadlines, explained day by day: now, as it was known, or as it was."""

from datetime import date

from app.actor import Actor
from app.answers import DurationOut
from app.calendars.queries import calendar_of_clock
from app.clock import office_date
from app.database import Reader
from app.domain.calendar import WorkCalendar
from app.domain.clocks import consumed, counted, light
from app.domain.durations import budget_of
from app.domain.moves import Procedure
from app.domain.periods import ANCHOR_WORDS
from app.domain.procedures import StageDeadline, deadlines
from app.procedures.queries import get_procedure
from app.projects.history import AsOf, pair_of, rows_as_of
from app.projects.models import Project, ProjectStanding
from app.projects.queries import get_project
from app.projects.standing import standing_of
from app.stages.schemas import AsOfIn, ClockOut, CountedDayOut, LimitOut, PauseOut


async def read_clock(session: Reader, actor: Actor, project_id: str, asked: AsOfIn) -> ClockOut:
    """Explain the deadlines of the stage a project is in, or was in.

    ``known_at`` leaves out what was recorded later; ``valid_at`` takes what was the case then, and its day
    as today. Refuses ``ProjectNotFound``, ``ProjectNotKnownThen``.
    """
    then = AsOf(asked.known_at, asked.valid_at)
    today = actor.today if then.valid_at is None else office_date(then.valid_at)
    if then.is_past:
        project, row = pair_of(await rows_as_of(session, actor, project_id, then), project_id)
    else:
        project, row = await get_project(session, actor, project_id)
    procedure = await get_procedure(session, project.procedure_id)
    calendar = await calendar_of_clock(session, project.calendar_version, project.area_code)
    return _clock_body(project, row, procedure, calendar, today, actor.language)


def _clock_body(
    project: Project,
    row: ProjectStanding,
    procedure: Procedure,
    calendar: WorkCalendar,
    today: date,
    language: str,
) -> ClockOut:
    found = deadlines(procedure, standing_of(project, row), calendar)
    return ClockOut(
        project_id=project.id,
        stage=project.stage,
        stage_label=procedure.label_of_stage(project.stage).said(language),
        stage_entered_at=row.stage_entered_at,
        today=today,
        calendar_code=calendar.code,
        calendar_version=calendar.version,
        limits=[_limit_body(deadline, calendar, today, language) for deadline in found],
    )


def _limit_body(deadline: StageDeadline, calendar: WorkCalendar, today: date, language: str) -> LimitOut:
    limit, due = deadline.limit, deadline.due
    budget, _ = budget_of(deadline.anchor, limit.duration)
    spent = consumed(calendar, deadline.anchor, limit.duration.unit, deadline.pauses, through=today)
    days = counted(
        calendar, deadline.anchor, limit.duration, deadline.pauses, rolls=deadline.rolls, until=today
    )
    return LimitOut(
        action=deadline.move.code,
        label=deadline.move.label.said(language),
        bearer=limit.bearer,
        anchor=ANCHOR_WORDS[limit.anchor].said(language),
        anchor_on=deadline.anchor,
        limit=DurationOut(value=limit.duration.value, unit=limit.duration.unit),
        budget=budget,
        consumed=spent,
        remaining=budget - spent,
        due_on=due.due_on,
        warn_on=due.warn_on,
        light=light(due, today, is_running=not due.is_paused),
        is_running=not due.is_paused,
        is_rolled=due.is_rolled,
        is_provisional=due.is_provisional,
        rule=due.rule,
        basis=limit.basis.said(language),
        pauses=[PauseOut(starts_on=p.starts_on, ends_on=p.ends_on) for p in deadline.pauses],
        days=[
            CountedDayOut(
                day=line.day,
                kind=line.kind,
                counts=line.counts,
                why=line.why.said(language),
                consumed=line.consumed,
            )
            for line in days
        ],
    )
