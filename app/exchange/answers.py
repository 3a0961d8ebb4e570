"""From the rows of imports and exports to the answers about them."""

from collections.abc import Mapping
from typing import Any

from app.errors import Words
from app.exchange.models import ExportJob, ImportJob
from app.exchange.reading import REASONS
from app.exchange.schemas import ExportOut, ImportOut, RowReportOut


def import_body(job: ImportJob, language: str) -> ImportOut:
    """Show an import."""
    done = job.rows_imported + job.rows_present + job.rows_reported
    return ImportOut(
        id=job.id,
        version=job.version,
        kind=job.kind,
        state=job.state,
        file_id=job.file_id,
        file_sha256=job.file_sha256,
        area_code=job.area_code,
        source_system=job.mapping["source_system"],
        procedure_code=job.mapping["procedure"]["code"],
        rows=job.rows,
        rows_imported=job.rows_imported,
        rows_present=job.rows_present,
        rows_reported=job.rows_reported,
        rows_waiting=job.rows - done,
        projects_registered=job.projects_registered,
        reason=None if job.reason is None else job.reason[language],
        requested_at=job.requested_at,
        finished_at=job.finished_at,
    )


def row_body(
    line: int, column: str | None, code: str, facts: Mapping[str, Any], language: str
) -> RowReportOut:
    """Say why a row was not imported."""
    told = {k: Words(**v) if isinstance(v, dict) else v for k, v in facts.items()}
    return RowReportOut(line=line, column=column, code=code, reason=REASONS[code].told(language, told))


def export_body(job: ExportJob) -> ExportOut:
    """Show an export."""
    return ExportOut(
        id=job.id,
        version=job.version,
        kind=job.kind,
        format=job.format,
        state="done",
        source_system=job.source_system,
        through_sequence=job.through_sequence,
        content=f"/v1/exports/{job.id}/content",
        requested_at=job.requested_at,
    )
