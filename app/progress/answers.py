"""From the rows of materials, milestones and service records to the answers about them."""

from collections.abc import Mapping
from typing import Any

from app.private.models import Private
from app.private.queries import TextOut, by_id, shown_text
from app.progress.models import Material, Milestone, ServiceRecord
from app.progress.schemas import MaterialOut, MilestoneOut, ServiceRecordOut

Texts = Mapping[str, Private] | None


def material_body(material: Material, texts: Texts = None) -> MaterialOut:
    """Show a material; without ``texts`` its reason is named by id only."""
    return MaterialOut(
        id=material.id,
        project_id=material.project_id,
        version=material.version,
        name=material.name,
        code=material.code,
        is_required=material.is_required,
        legal_basis=material.legal_basis,
        supplied_by=material.supplied_by,
        state=material.state,
        file_id=material.file_id,
        reason=_text(material.reason_id, texts),
    )


def milestone_body(milestone: Milestone) -> MilestoneOut:
    """Show a milestone."""
    return MilestoneOut(
        id=milestone.id,
        project_id=milestone.project_id,
        version=milestone.version,
        kind=milestone.kind,
        reached_on=milestone.reached_on,
        evidence=milestone.evidence,
        reported_by=milestone.reported_by,
        reported_at=milestone.reported_at,
        confirmed_by=milestone.confirmed_by,
        confirmed_at=milestone.confirmed_at,
    )


def record_texts(row: ServiceRecord) -> list[str | None]:
    """Name the private texts of a service record."""
    return [row.summary_id, row.conclusion_id, row.reason_id, *row.participants]


def record_body(row: ServiceRecord, texts: Texts = None) -> ServiceRecordOut:
    """Show a service record; without ``texts`` private values are named by id only."""
    return ServiceRecordOut(
        id=row.id,
        project_id=row.project_id,
        kind=row.kind,
        stage=row.stage,
        occurred_at=row.occurred_at,
        entry_mode=row.entry_mode,
        summary=_text(row.summary_id, texts),
        participants=[text for i in row.participants if (text := _text(i, texts)) is not None],
        conclusion=_text(row.conclusion_id, texts),
        reason=_text(row.reason_id, texts),
        evidence=row.evidence,
    )


def _text(text_id: str | None, texts: Any) -> TextOut | None:
    return by_id(text_id) if texts is None else shown_text(text_id, texts)
