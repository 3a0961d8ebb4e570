"""Finding what was imported, what is to be, and what can be exported; always through a scope."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_
from sqlmodel import col, select

from app.actor import Actor, within
from app.areas.models import Department
from app.database import Reader
from app.errors import NotFound, Words
from app.events.models import Event
from app.exchange.models import ExportJob, ImportJob, ImportReportRow
from app.files.models import File
from app.items.models import ItemStep
from app.projects.models import ExternalId, Project, ProjectStanding
from app.query import Selection, one_of, query
from app.stages.models import StageTransition

PENDING, RUNNING, DONE, FAILED = "pending", "running", "done", "failed"


class ImportNotFound(NotFound):
    """No import has this id, or it is not in the caller's areas."""

    title = Words("找不到该导入任务", "Import not found")
    detail = Words("没有该导入任务，或您无权查看。", "There is no such import, or you may not see it.")


class ExportNotFound(NotFound):
    """No export has this id, or it is not in the caller's areas."""

    title = Words("找不到该导出任务", "Export not found")
    detail = Words("没有该导出任务，或您无权查看。", "There is no such export, or you may not see it.")


@query
def file_by_digest(sha256: str, areas: Any, department: str | None, owner: str | None) -> Selection[File]:
    """Find a file of no project by its digest, the first entered first."""
    return (
        select(File)
        .where(
            File.sha256 == sha256,
            col(File.project_id).is_(None),
            *within(File, areas, department, owner),
        )
        .order_by(col(File.id))
        .limit(1)
    )


@query
def known_cases(
    source_system: str, ids: list[str], areas: Any, department: str | None, owner: str | None
) -> Selection[tuple[str, str, str]]:
    """List the projects that have these ids in another system, with their procedures."""
    return (
        select(ExternalId.external_id, ExternalId.project_id, Project.procedure_id)
        .join(Project, col(Project.id) == ExternalId.project_id)
        .where(
            ExternalId.source_system == source_system,
            one_of(col(ExternalId.external_id), ids),
            *within(ExternalId, areas, department, owner),
        )
        .order_by(col(ExternalId.project_id))
    )


@query
def steps_of(
    project_ids: list[str], areas: Any, department: str | None, owner: str | None
) -> Selection[tuple[str, str, datetime]]:
    """List the steps of projects, each project's in its order."""
    return (
        select(StageTransition.project_id, StageTransition.to_stage, StageTransition.occurred_at)
        .where(
            one_of(col(StageTransition.project_id), project_ids),
            *within(StageTransition, areas, department, owner),
        )
        .order_by(col(StageTransition.project_id), col(StageTransition.number))
    )


@query
def reported_steps(source_system: str, project_ids: list[str]) -> Selection[tuple[str, datetime]]:
    """List what a source has reported of the items of projects found in scope before, by its own ids."""
    return select(ItemStep.external_id, ItemStep.occurred_at).where(
        one_of(col(ItemStep.project_id), project_ids),
        ItemStep.source_system == source_system,
        col(ItemStep.external_id).is_not(None),
    )


@query
def departments_named(area_code: str, names: list[str]) -> Selection[Department]:
    """Find the departments of an area that have one of these codes or names."""
    named = [one_of(col(c), names) for c in (Department.code, Department.name_zh, Department.name_en)]
    return (
        select(Department)
        .where(Department.area_code == area_code, or_(*named))
        .order_by(col(Department.code))
    )


@query
def lock_projects(
    project_ids: list[str], areas: Any, department: str | None, owner: str | None
) -> Selection[tuple[Project, ProjectStanding]]:
    """Lock projects and their standings, in the order of their ids, before the ledger's head is locked."""
    return (
        select(Project, ProjectStanding)
        .join(ProjectStanding, col(ProjectStanding.project_id) == Project.id)
        .where(one_of(col(Project.id), project_ids), *within(Project, areas, department, owner))
        .order_by(col(Project.id))
        .with_for_update(of=[Project, ProjectStanding])
    )


@query
def list_steps(
    limit: int,
    last_project: str | None,
    last_number: int | None,
    through: int,
    source_system: str | None,
    areas: Any,
    department: str | None,
    owner: str | None,
) -> Selection[Any]:
    """List a page of steps by project and number, with the event of each and the project's outside id."""
    outside = select(func.min(ExternalId.external_id)).where(ExternalId.project_id == Project.id)
    statement = (
        select(
            StageTransition.project_id,
            StageTransition.number,
            StageTransition.to_stage,
            StageTransition.occurred_at,
            StageTransition.procedure_id,
            Event.body,
            (outside if source_system is None else outside.where(ExternalId.source_system == source_system))
            .scalar_subquery()
            .label("case"),
        )
        .join(Project, col(Project.id) == StageTransition.project_id)
        .join(Event, col(Event.id) == StageTransition.event_id)
        .where(col(Event.sequence) <= through, *within(StageTransition, areas, department, owner))
    )
    if source_system is not None:
        named = select(1).where(
            ExternalId.project_id == Project.id, ExternalId.source_system == source_system
        )
        statement = statement.where(named.exists())
    if last_project is not None:
        statement = statement.where(
            col(StageTransition.project_id) >= last_project,  # what the index follows
            or_(
                col(StageTransition.project_id) > last_project,
                col(StageTransition.number) > last_number,
            ),
        )
    return statement.order_by(col(StageTransition.project_id), col(StageTransition.number)).limit(limit)


@query
def claimable_job(now: datetime) -> Selection[ImportJob]:
    """Find the oldest import that waits, or whose worker has let its lease run out, and lock it."""
    return (
        select(ImportJob)
        .where(
            or_(
                ImportJob.state == PENDING,
                (col(ImportJob.state) == RUNNING) & (col(ImportJob.lease_until) < now),
            )
        )
        .order_by(col(ImportJob.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )


@query
def held_job(job_id: str, token: str) -> Selection[ImportJob]:
    """Lock the import whose lease has this token."""
    return select(ImportJob).where(ImportJob.id == job_id, ImportJob.lease_token == token).with_for_update()


@query
def forget_report(job_id: str) -> Selection[Any]:
    """Delete the report of an import that begins anew."""
    return delete(ImportReportRow).where(col(ImportReportRow.job_id) == job_id)


@query
def _import(job_id: str, areas: Any, department: str | None, owner: str | None) -> Selection[ImportJob]:
    return select(ImportJob).where(ImportJob.id == job_id, *within(ImportJob, areas, department, owner))


@query
def _export(job_id: str, areas: Any, department: str | None, owner: str | None) -> Selection[ExportJob]:
    return select(ExportJob).where(ExportJob.id == job_id, *within(ExportJob, areas, department, owner))


@query
def imports_page(
    limit: int, last_id: str | None, areas: Any, department: str | None, owner: str | None
) -> Selection[ImportJob]:
    """List a page of imports, the newest first."""
    statement = select(ImportJob).where(*within(ImportJob, areas, department, owner))
    if last_id is not None:
        statement = statement.where(col(ImportJob.id) < last_id)
    return statement.order_by(col(ImportJob.id).desc()).limit(limit)


@query
def exports_page(
    limit: int, last_id: str | None, areas: Any, department: str | None, owner: str | None
) -> Selection[ExportJob]:
    """List a page of exports, the newest first."""
    statement = select(ExportJob).where(*within(ExportJob, areas, department, owner))
    if last_id is not None:
        statement = statement.where(col(ExportJob.id) < last_id)
    return statement.order_by(col(ExportJob.id).desc()).limit(limit)


@query
def report_page(limit: int, last_place: int, job_id: str) -> Selection[ImportReportRow]:
    """List a page of the report of an import, found in scope before."""
    return (
        select(ImportReportRow)
        .where(ImportReportRow.job_id == job_id, col(ImportReportRow.place) > last_place)
        .order_by(col(ImportReportRow.place))
        .limit(limit)
    )


async def get_import(session: Reader, actor: Actor, job_id: str) -> ImportJob:
    """Find an import, or refuse ``ImportNotFound``."""
    found = await session.first(_import(job_id, *actor.scope))
    if found is None:
        raise ImportNotFound
    return found


async def get_export(session: Reader, actor: Actor, job_id: str) -> ExportJob:
    """Find an export, or refuse ``ExportNotFound``."""
    found = await session.first(_export(job_id, *actor.scope))
    if found is None:
        raise ExportNotFound
    return found
