"""Drafting, checking and publishing service procedures; a published version is never changed."""

from datetime import date
from typing import Any

from app.actor import Actor, check_named
from app.answers import check_version
from app.areas.queries import AreaNotFound
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.procedure_documents import ProcedureHasFaults, find_faults
from app.domain.publication import (
    DRAFT,
    PUBLISHED,
    NumberJustTaken,
    check_draft,
    check_effective,
    check_publisher,
)
from app.errors import Fault, Words
from app.events.service import Stamp, record
from app.pages import cursor_of, cut, read_id
from app.procedures.models import ProcedureVersion
from app.procedures.queries import (
    ProcedureNotFound,
    last_number,
    lock_draft,
    sight,
    versions_page,
)
from app.procedures.schemas import ProcedureIn, ProceduresIn
from app.troubles import clashing

ANOTHER_CODE = Words("文档中的代码应为 {code}。", "The code of the document has to be {code}.")


def faults_of(document: Any, code: str | None = None) -> list[Fault]:
    """Find every fault of a document, with pointers into the body; ``code`` is the one it must bear."""
    faults = [Fault(f"/document{f.pointer}", f.code, f.words, f.facts) for f in find_faults(document)]
    given = document.get("code") if isinstance(document, dict) else None
    if code is not None and isinstance(given, str) and given != code:
        faults.append(Fault("/document/code", "another_code", ANOTHER_CODE, {"code": code}))
    return faults


def check_document(document: Any, code: str) -> None:
    """Refuse a document with faults (``ProcedureHasFaults``), naming them all."""
    if faults := faults_of(document, code):
        raise ProcedureHasFaults(faults=faults)


async def list_procedures(
    session: Reader, actor: Actor, asked: ProceduresIn
) -> tuple[list[ProcedureVersion], str | None]:
    """List a page of the versions a caller may see: published ones, and to administrators their drafts."""
    last = read_id(asked.cursor)
    seen = await sight(session, actor)
    found = await session.all(
        versions_page(asked.limit + 1, *seen, asked.area, asked.code, asked.state, last)
    )
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None


async def draft_procedure(session: Writer, actor: Actor, given: ProcedureIn) -> ProcedureVersion:
    """Store the draft of the next version. Refuses the unnamed, a foreign area, a document with faults."""
    check_named(actor)
    if not actor.has_area(given.area_code):
        raise AreaNotFound(code=given.area_code)
    check_document(given.document, given.code)
    number = (await session.one(last_number(given.area_code, given.code)) or 0) + 1
    with clashing(uq_procedure_version_area_code=NumberJustTaken()):
        version = await session.insert(
            ProcedureVersion,
            id=new_id(actor.at),
            code=given.code,
            number=number,
            area_code=given.area_code,
            document=given.document,
            state=DRAFT,
            effective_from=None,
            drafted_by=actor.person,
            created_at=actor.at,
            published_at=None,
        )
    await record(session, actor, "procedure.drafted", _stamp(version))
    return version


async def change_procedure(
    session: Writer, actor: Actor, procedure_id: str, document: Any, expected: int | None
) -> ProcedureVersion:
    """Replace the document of a draft; whoever does it becomes its drafter. Refuses the unnamed."""
    check_named(actor)
    version = await _lock(session, actor, procedure_id)
    check_version(expected, version.version)
    check_draft(version)
    check_document(document, version.code)
    version = await session.change(
        version, document=document, drafted_by=actor.person, version=version.version + 1
    )
    await record(session, actor, "procedure.draft_changed", _stamp(version))
    return version


async def publish_procedure(
    session: Writer, actor: Actor, procedure_id: str, effective_from: date
) -> ProcedureVersion:
    """Publish a draft from a day on, for good. Refuses the unnamed, its drafter, and a day in the past."""
    check_named(actor)
    version = await _lock(session, actor, procedure_id)
    check_publisher(version, actor.person)
    check_effective(effective_from, actor.today)
    check_document(version.document, version.code)
    version = await session.change(
        version,
        state=PUBLISHED,
        effective_from=effective_from,
        published_at=actor.at,
        version=version.version + 1,
    )
    await record(session, actor, "procedure.published", _stamp(version))
    return version


async def _lock(session: Writer, actor: Actor, procedure_id: str) -> ProcedureVersion:
    version = await session.first(lock_draft(procedure_id, actor.areas))
    if version is None:
        raise ProcedureNotFound(id=procedure_id)
    return version


def _stamp(version: ProcedureVersion) -> Stamp:
    return Stamp(None, version.area_code, None)
