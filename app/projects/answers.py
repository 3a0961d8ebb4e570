"""From the rows of a project to the answer about it."""

from datetime import date
from functools import lru_cache

from app.actor import Actor
from app.answers import DurationOut, reason
from app.calendars.queries import calendar_of_clock
from app.database import Reader
from app.domain.calendar import WorkCalendar
from app.domain.clocks import Light
from app.domain.moves import Procedure
from app.domain.procedures import StageDeadline, allowed_moves, stage_deadline
from app.domain.standing import Asker, Standing
from app.private.queries import TextOut
from app.projects.models import Project, ProjectStanding
from app.projects.schemas import (
    AllowedActionOut,
    DeadlineOut,
    ProjectOut,
    ProjectSummaryOut,
    WarningOut,
)
from app.projects.standing import asker_of, standing_of
from app.wire import wan_yuan


def light_of(project: Project, today: date) -> str:
    """Colour the agency's clock of the present stage; derived, never stored."""
    if project.due_move is None:
        return Light.NO_LIMIT
    if not project.is_running or project.due_on is None:
        return Light.PAUSED
    if today > project.due_on:
        return Light.RED
    return Light.YELLOW if project.warn_on is not None and today >= project.warn_on else Light.GREEN


def project_summary(project: Project, today: date) -> ProjectSummaryOut:
    """Show a project as lists do."""
    return ProjectSummaryOut(
        id=project.id,
        version=project.version,
        name=project.name,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        owner_name=project.owner_name,
        project_code=project.project_code,
        stage=project.stage,
        service_mode=project.service_mode,
        process_class=project.process_class,
        investment_wan_yuan=wan_yuan(project.investment_fen),
        planned_start_on=project.planned_start_on,
        actual_start_on=project.actual_start_on,
        due_on=project.due_on,
        light=light_of(project, today),
        explained_by=f"/v1/projects/{project.id}/clock",
        registered_at=project.registered_at,
    )


async def clock_calendar(session: Reader, project: Project) -> WorkCalendar:
    """Give the calendar that a project's clock was counted with; no statement when warm."""
    return await calendar_of_clock(session, project.calendar_version, project.area_code)


def project_body(
    project: Project,
    row: ProjectStanding,
    procedure: Procedure,
    calendar: WorkCalendar,
    actor: Actor,
    content: TextOut | None,
    warnings: list[WarningOut] | None = None,
) -> ProjectOut:
    """Show a project record, with what this caller could do next and why not.

    ``calendar`` is the one its clock was counted with (``clock_calendar``).
    """
    stage, standing = procedure.label_of_stage(project.stage), standing_of(project, row)
    return ProjectOut(
        id=project.id,
        version=project.version,
        name=project.name,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        owner_name=project.owner_name,
        project_code=project.project_code,
        procedure_id=project.procedure_id,
        stage=project.stage,
        stage_label=stage.said(actor.language),
        stage_entered_at=row.stage_entered_at,
        service_mode=project.service_mode,
        scope_stages=project.scope_stages,
        process_class=project.process_class,
        approval_mode=project.approval_mode,
        construction_nature=project.construction_nature,
        land_mode=project.land_mode,
        fund_nature=project.fund_nature,
        industry_code=project.industry_code,
        investment_wan_yuan=wan_yuan(project.investment_fen),
        location=project.location,
        content=content,
        planned_start_on=project.planned_start_on,
        planned_completion_on=project.planned_completion_on,
        actual_start_on=project.actual_start_on,
        actual_completion_on=project.actual_completion_on,
        attributes=project.attributes,
        lead_source=project.lead_source,
        file_number=project.file_number,
        archive_volume=project.archive_volume,
        duplicate_of=project.duplicate_of,
        registered_at=project.registered_at,
        deadline=deadline_body(project, standing, procedure, calendar, actor),
        allowed_actions=allowed_actions(procedure, standing, calendar, actor),
        warnings=warnings or [],
    )


def deadline_body(
    project: Project, standing: Standing, procedure: Procedure, calendar: WorkCalendar, actor: Actor
) -> DeadlineOut | None:
    """Show the agency's deadline in the present stage, with the limit it comes from."""
    found = None if project.due_move is None else _deadline(procedure, standing, calendar)
    if found is None:
        return None
    limit = found.limit
    return DeadlineOut(
        due_on=project.due_on,
        warn_on=project.warn_on,
        action=found.move.code,
        limit=DurationOut(value=limit.duration.value, unit=limit.duration.unit),
        basis=limit.basis.said(actor.language),
        light=light_of(project, actor.today),
        is_running=project.is_running,
        is_provisional=found.due.is_provisional,
        calendar_version=project.calendar_version or 0,
        explained_by=f"/v1/projects/{project.id}/clock",
    )


@lru_cache(maxsize=2_000)
def _deadline(procedure: Procedure, standing: Standing, calendar: WorkCalendar) -> StageDeadline | None:
    return stage_deadline(procedure, standing, calendar)


def allowed_actions(
    procedure: Procedure, standing: Standing, calendar: WorkCalendar, actor: Actor
) -> list[AllowedActionOut]:
    """Run the deciding rules dry for this caller."""
    return _allowed(procedure, standing, calendar, asker_of(actor), actor.today, actor.language)


@lru_cache(maxsize=2_000)
def _allowed(
    procedure: Procedure, standing: Standing, calendar: WorkCalendar, asker: Asker, today: date, language: str
) -> list[AllowedActionOut]:
    return [
        AllowedActionOut(
            action=move.move_code,
            label=procedure.label_of_move(move.move_code).said(language),
            to_stage=move.to_stage,
            enabled=move.enabled,
            reasons=[reason(fault, language) for fault in move.reasons],
        )
        for move in allowed_moves(procedure, standing, asker, today, calendar)
    ]
