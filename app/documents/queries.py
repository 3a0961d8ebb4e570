"""Finding the papers of a project with their files; always through the caller's scope."""

from collections.abc import Sequence

from app.actor import Actor
from app.database import Reader
from app.documents.models import ProjectDocument
from app.errors import NotFound, Words
from app.files.models import File
from app.files.queries import files_of
from app.projects.queries import every_part, find_part

Paper = tuple[ProjectDocument, File]


class DocumentNotFound(NotFound):
    """The project has no such document, or the caller may not see it."""

    title = Words("找不到该归档文件", "Document not found")
    detail = Words("该项目没有这份文件。", "The project has no such document.")


async def with_files(session: Reader, documents: Sequence[ProjectDocument]) -> list[Paper]:
    """Give papers with their files; one statement, none for no paper."""
    files = await files_of(session, [document.file_id for document in documents])
    return [(document, files[document.file_id]) for document in documents]


async def papers_of(session: Reader, actor: Actor, project_id: str) -> list[Paper]:
    """Give the papers in force of a project, in the order they were added."""
    every = await every_part(session, actor, project_id, ProjectDocument)
    return await with_files(session, [document for document in every if document.withdrawn_at is None])


async def get_document(session: Reader, actor: Actor, project_id: str, document_id: str) -> Paper:
    """Find a paper of a project, or refuse ``DocumentNotFound``."""
    found = await find_part(session, actor, project_id, ProjectDocument, document_id)
    if found is None:
        raise DocumentNotFound
    return (await with_files(session, [found]))[0]
