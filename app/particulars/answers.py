"""From the rows of particulars to the answers about them; without ``texts`` reasons are named by id only."""

from app.actor import Actor
from app.database import Reader
from app.particulars.models import AreaTransfer, WorkPackage
from app.particulars.schemas import (
    AreaTransferOut,
    DuplicateClosureOut,
    ExternalIdOut,
    ProjectCodeOut,
    WorkPackageOut,
)
from app.particulars.service import Closed
from app.private.models import Private
from app.private.queries import TextOut, by_id, shown_text
from app.projects.answers import allowed_actions, clock_calendar
from app.projects.models import ExternalId, ProjectCodeEntry
from app.projects.schemas import WarningOut
from app.projects.standing import standing_of

Texts = dict[str, Private] | None


def code_body(entry: ProjectCodeEntry, warnings: list[WarningOut], texts: Texts = None) -> ProjectCodeOut:
    """Show a code in its time."""
    return ProjectCodeOut(
        id=entry.id,
        project_id=entry.project_id,
        project_code=entry.code,
        generation=entry.generation,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        reason=_text(entry.reason_id, texts),
        replaced_by=entry.replaced_by,
        warnings=warnings,
    )


def external_id_body(one: ExternalId) -> ExternalIdOut:
    """Show the id of a project in another system."""
    return ExternalIdOut(
        id=one.id,
        project_id=one.project_id,
        client_id=one.client_id,
        source_system=one.source_system,
        external_id=one.external_id,
        added_at=one.added_at,
    )


async def closure_body(session: Reader, closed: Closed, actor: Actor) -> DuplicateClosureOut:
    """Show a record closed as a duplicate."""
    project, row = closed.pair
    calendar = await clock_calendar(session, project)
    return DuplicateClosureOut(
        project_id=project.id,
        survivor_id=project.duplicate_of or "",
        reason=by_id(closed.reason_id),
        closed_at=actor.at,
        project_version=project.version,
        allowed_actions=allowed_actions(closed.procedure, standing_of(project, row), calendar, actor),
    )


def package_body(package: WorkPackage) -> WorkPackageOut:
    """Show a work package."""
    return WorkPackageOut(
        id=package.id,
        project_id=package.project_id,
        version=package.version,
        code=package.code,
        name=package.name,
        kind=package.kind,
        previous_package_id=package.previous_package_id,
        planned_start_on=package.planned_start_on,
        planned_completion_on=package.planned_completion_on,
    )


def transfer_body(transfer: AreaTransfer, texts: Texts = None) -> AreaTransferOut:
    """Show a transfer."""
    return AreaTransferOut(
        id=transfer.id,
        project_id=transfer.project_id,
        from_area=transfer.from_area,
        to_area=transfer.to_area,
        reason=_text(transfer.reason_id, texts),
        evidence=transfer.evidence,
        transferred_at=transfer.transferred_at,
    )


def _text(text_id: str | None, texts: Texts) -> TextOut | None:
    return by_id(text_id) if texts is None else shown_text(text_id, texts)
