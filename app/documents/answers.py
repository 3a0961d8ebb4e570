"""From the rows of files and documents to the answers about them."""

from app.documents.schemas import FileOut
from app.files.models import File


def file_body(file: File) -> FileOut:
    """Show a file."""
    return FileOut(
        id=file.id,
        version=file.version,
        project_id=file.project_id,
        area_code=file.area_code,
        kind=file.kind,
        name=file.name,
        media_type=file.media_type,
        declared_type=file.declared_type,
        size=file.size,
        sha256=file.sha256,
        sm3=file.sm3,
        source_system=file.source_system,
        external_id=file.external_id,
        url=file.url,
        created_at=file.created_at,
    )
