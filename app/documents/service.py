"""Taking files in, and keeping the papers of a project's service file: one event for each act."""

import asyncio
from pathlib import Path
from typing import Any, NamedTuple

from app.actor import Actor
from app.areas.queries import AreaNotFound
from app.clock import new_id
from app.database import Reader, Writer
from app.documents.models import ProjectDocument
from app.documents.queries import Paper, get_document, papers_of
from app.documents.schemas import DocumentIn, FileIn, FileReferenceIn
from app.domain.archiving import (
    COMPLETE_GUARD,
    OneOf,
    ending_of,
    is_archived,
    leads_to_the_archive,
    missing_papers,
)
from app.domain.moves import Move, Procedure
from app.domain.standing import Role, ServiceMode
from app.errors import Conflict, Fault, Invalid, Words
from app.events.service import Stamp, record
from app.files.models import File
from app.files.queries import lock_file
from app.files.store import Stored, is_whole, path_of
from app.private import service as private
from app.procedures.queries import get_procedure
from app.projects.models import Project
from app.projects.queries import lock_project, stamp_of
from app.projects.service import change_standing


class FileIsElsewhere(Conflict):
    """The file is only referenced here; another system keeps its bytes."""

    title = Words("文件保存在其他系统", "The file is kept elsewhere")
    detail = Words(
        "该文件由系统 {source_system} 保存，编号 {external_id}。",
        "The system {source_system} keeps it, as {external_id}.",
    )


class FileIsDamaged(Conflict):
    """The bytes on the disk are gone or no longer have the digest they were taken in with."""

    title = Words("文件已损坏", "The file is damaged")
    detail = Words(
        "文件《{name}》缺失或与登记的摘要不符；重新上传同一文件即可修复。",
        "{name} is gone or does not match its digest; uploading the same file again repairs it.",
    )


class DocumentsDamaged(Conflict):
    """Before archiving every document is read again; some are gone or no longer have their digest."""

    title = Words("归档文件已损坏", "Documents are damaged")
    detail = Words(
        "归档前复核摘要，以下文件缺失或不符：{names}。",
        "Read again before archiving, these are gone or do not match their digests: {names}.",
    )


class FileOfAnotherProject(Conflict):
    """The file belongs to another project."""

    title = Words("文件属于其他项目", "The file is another project's")
    detail = Words("该文件已归入其他项目。", "The file belongs to another project.")


class DocumentAlreadyThere(Conflict):
    """The service file holds this file as a paper of this kind already."""

    title = Words("该文件已在册", "Already there")
    detail = Words("该文件已作为同类文件在册。", "The file is there already as a paper of this kind.")


class DocumentIsWithdrawn(Conflict):
    """The document was withdrawn before."""

    title = Words("该文件已撤回", "Already withdrawn")
    detail = Words("该文件已于此前撤回。", "The document was withdrawn before.")


class ArchiveIsClosed(Conflict):
    """The file is archived: its papers change only after the service is reopened."""

    title = Words("档案已封存", "The archive is closed")
    detail = Words(
        "项目已归档；重新启动服务后方可增减文件。",
        "The project is archived; papers change only after the service is reopened.",
    )


class DepartmentFilesNeedAProject(Invalid):
    """A department sees projects it takes part in; a file of no project would be lost to it."""

    title = Words("部门上传的文件须指明项目", "A department's file needs its project")
    detail = Words("部门提交文件时须给出 project_id。", "Departments name the project_id of a file.")


async def whose(session: Writer, actor: Actor, project_id: str | None, area_code: str | None) -> Stamp:
    """Say whose a new file is: its project's, else the area's (the caller's own by default) and owner's.

    Locks the project. Refuses ``ProjectNotFound``, ``AreaNotFound``, ``DepartmentFilesNeedAProject``.
    """
    if project_id is not None:
        project, _ = await lock_project(session, actor, project_id)
        return stamp_of(project)
    if actor.role == Role.DEPARTMENT:
        raise DepartmentFilesNeedAProject
    if area_code is not None and not actor.has_area(area_code):
        raise AreaNotFound(code=area_code)
    return Stamp(None, area_code or actor.areas[0], actor.owner_uscc)


async def reference_file(session: Writer, actor: Actor, given: FileReferenceIn) -> File:
    """Enter a document that another system keeps."""
    stamp = await whose(session, actor, given.project_id, given.area_code)
    facts = given.model_dump(exclude={"project_id", "area_code"})
    return await enter(session, actor, stamp, kind="referenced", declared_type=None, **facts)


async def enter(session: Writer, actor: Actor, stamp: Stamp, **facts: Any) -> File:
    """Enter a file and record it."""
    file = await session.insert(
        File,
        id=new_id(actor.at),
        project_id=stamp.project_id,
        area_code=stamp.area_code,
        owner_uscc=stamp.owner_uscc,
        created_at=actor.at,
        **facts,
    )
    await record(session, actor, f"file.{file.kind}", stamp)
    return file


async def upload_file(
    session: Writer, actor: Actor, given: FileIn, declared: str | None, stored: Stored
) -> File:
    """Enter a file whose bytes are kept already."""
    stamp = await whose(session, actor, given.project_id, given.area_code)
    return await enter(
        session,
        actor,
        stamp,
        kind="uploaded",
        name=given.name,
        media_type=stored.media_type,
        declared_type=declared,
        size=stored.size,
        sha256=stored.sha256,
        sm3=stored.sm3,
        source_system=None,
        external_id=None,
        url=None,
    )


async def bytes_of(session: Reader, file: File) -> Path:
    """Read the bytes again and say where they lie. Refuses ``FileIsElsewhere`` and ``FileIsDamaged``."""
    if file.kind != "uploaded" or file.sha256 is None:
        raise FileIsElsewhere(source_system=file.source_system, external_id=file.external_id, url=file.url)
    if not await asyncio.to_thread(is_whole, session.files, file.sha256):
        raise FileIsDamaged(id=file.id, name=file.name)
    return path_of(session.files, file.sha256)


class Changed(NamedTuple):
    """A paper just added or withdrawn, and what the archive still needs."""

    paper: Paper
    missing: tuple[OneOf, ...]


async def add_document(session: Writer, actor: Actor, project_id: str, given: DocumentIn) -> Changed:
    """Put a file into the project's service file. A file of no project becomes this project's.

    Refuses ``FileNotFound``, ``FileOfAnotherProject``, ``DocumentAlreadyThere``, ``ArchiveIsClosed``.
    """
    pair = await lock_project(session, actor, project_id)
    project = pair[0]
    procedure = await _open_file(session, project)
    file = await lock_file(session, actor, given.file_id)
    papers = await papers_of(session, actor, project_id)
    if file.project_id not in {None, project_id}:
        raise FileOfAnotherProject
    if any(f.id == file.id and d.kind == given.kind for d, f in papers):
        raise DocumentAlreadyThere
    if file.project_id is None:
        file = await session.change(
            file,
            project_id=project_id,
            area_code=project.area_code,
            owner_uscc=project.owner_uscc,
            version=file.version + 1,
        )
    document = await session.insert(
        ProjectDocument,
        id=new_id(actor.at),
        project_id=project_id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        kind=str(given.kind),
        file_id=file.id,
        added_at=actor.at,
        withdrawn_at=None,
        reason_id=None,
    )
    papers.append((document, file))
    missing = _missing(procedure, project, papers, is_completed=pair[1].completed_on is not None)
    await change_standing(session, pair, documents_missing=len(missing))
    await record(session, actor, "document.added", stamp_of(project))
    return Changed((document, file), missing)


async def withdraw_document(
    session: Writer, actor: Actor, project_id: str, document_id: str, reason: str
) -> Changed:
    """Take a paper out of the service file; it stays readable, with the reason.

    Refuses ``DocumentNotFound``, ``DocumentIsWithdrawn``, ``ArchiveIsClosed``.
    """
    pair = await lock_project(session, actor, project_id)
    procedure = await _open_file(session, pair[0])
    document, file = await get_document(session, actor, project_id, document_id)
    if document.withdrawn_at is not None:
        raise DocumentIsWithdrawn
    papers = [p for p in await papers_of(session, actor, project_id) if p[0].id != document_id]
    reason_id = await private.keep(session, actor, "reason", reason, project_id)
    document = await session.change(
        document, withdrawn_at=actor.at, reason_id=reason_id, version=document.version + 1
    )
    missing = _missing(procedure, pair[0], papers, is_completed=pair[1].completed_on is not None)
    await change_standing(session, pair, documents_missing=len(missing))
    await record(session, actor, "document.withdrawn", stamp_of(pair[0]), reason_id=reason_id)
    return Changed((document, file), missing)


async def count_missing(
    session: Reader, actor: Actor, procedure: Procedure, project: Project, *, is_completed: bool
) -> int | None:
    """Count what the archive of a project misses; None while its stage does not lead there.

    Asked by whoever moves a project, with its facts as they will be; one statement, at an ending only.
    """
    if not leads_to_the_archive(procedure, project.stage):
        return None
    papers = await papers_of(session, actor, project.id)
    return len(_missing(procedure, project, papers, is_completed=is_completed))


async def check_documents(session: Reader, actor: Actor, project_id: str, move: Move) -> None:
    """Before a move that asks for complete documents, read the bytes of every paper again.

    Papers kept elsewhere cannot be read. Refuses ``DocumentsDamaged``, naming each. It reads the disk while
    the project is locked: nobody can add or withdraw a paper between this look and the archive.
    """
    if COMPLETE_GUARD not in move.guards:
        return
    damaged = [
        (document, file)
        for document, file in await papers_of(session, actor, project_id)
        if file.kind == "uploaded" and not await asyncio.to_thread(is_whole, session.files, str(file.sha256))
    ]
    if damaged:
        faults = [
            Fault("", "document_damaged", FileIsDamaged.detail, {"name": file.name, "document_id": d.id})
            for d, file in damaged
        ]
        names = [file.name for _, file in damaged]
        raise DocumentsDamaged(faults=faults, names=names, documents=[d.id for d, _ in damaged])


async def _open_file(session: Reader, project: Project) -> Procedure:
    procedure = await get_procedure(session, project.procedure_id)
    if is_archived(procedure, project.stage):
        raise ArchiveIsClosed(stage=project.stage, version=project.version)
    return procedure


def _missing(
    procedure: Procedure, project: Project, papers: list[Paper], *, is_completed: bool
) -> tuple[OneOf, ...]:
    ending = ending_of(procedure, project.stage, is_completed=is_completed)
    mode = None if project.service_mode is None else ServiceMode(project.service_mode)
    return missing_papers(ending, mode, {document.kind for document, _ in papers})
