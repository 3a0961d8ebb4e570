"""From the rows of files and documents to the answers about them."""

from app.actor import Actor
from app.documents.queries import Paper
from app.documents.schemas import DocumentChangedOut, DocumentOut, FileOut
from app.documents.service import Changed
from app.domain.vocabulary import DocumentKind
from app.files.models import File
from app.private.models import Private
from app.private.queries import by_id, shown_text


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


def document_body(paper: Paper, actor: Actor, texts: dict[str, Private] | None = None) -> DocumentOut:
    """Show a paper of the service file; without ``texts`` its private reason is named by id only."""
    document, file = paper
    words = DocumentKind(document.kind).words
    return DocumentOut(
        id=document.id,
        version=document.version,
        project_id=document.project_id,
        kind=document.kind,
        kind_label=words.said(actor.language),
        file=file_body(file),
        added_at=document.added_at,
        withdrawn_at=document.withdrawn_at,
        reason=by_id(document.reason_id) if texts is None else shown_text(document.reason_id, texts),
    )


def changed_body(changed: Changed, actor: Actor) -> DocumentChangedOut:
    """Show a paper just added or withdrawn, and what is still missing."""
    missing = [[str(kind) for kind in group] for group in changed.missing]
    return DocumentChangedOut(**document_body(changed.paper, actor), still_missing=missing)
