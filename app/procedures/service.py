"""Drafting, checking and publishing service procedures; a published version is never changed."""

from datetime import date
from typing import Any

from app.actor import Actor, check_named
from app.answers import check_version
from app.areas.queries import AreaNotFound
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.procedure_documents import ProcedureHasFaults, find_faults
from app.domain.separation import check_approver
from app.errors import Conflict, Fault, Invalid, Words
from app.events.service import Stamp, record
from app.pages import cursor_of, cut, read_id
from app.procedures.models import ProcedureVersion
from app.procedures.queries import (
    DRAFT,
    PUBLISHED,
    ProcedureNotFound,
    last_number,
    lock_draft,
    sight,
    versions_page,
)
from app.procedures.schemas import ProcedureIn, ProceduresIn
from app.troubles import clashing

ANOTHER_CODE = Words("文档中的代码应为 {code}。", "The code of the document has to be {code}.")


class ProcedureIsPublished(Conflict):
    """A published version stays as it is; what should change is drafted as the next version."""

    title = Words("流程已发布", "The procedure is published")
    detail = Words(
        "第 {number} 版已发布，不能再修改；请起草新版本。",
        "Version {number} is published and stays as it is; draft the next one.",
    )


class EffectiveInThePast(Invalid):
    """A procedure takes effect today or later, so that what applied on a past day stays true."""

    title = Words("生效日期早于今天", "Effective in the past")
    detail = Words("生效日期不得早于今天（{today}）。", "It can take effect today ({today}) or later.")


class NumberJustTaken(Conflict):
    """Another draft of the same procedure was stored at this moment; the same request will succeed."""

    retry_after = 1
    title = Words("版本号刚被占用", "The number was just taken")
    detail = Words(
        "同一流程的另一份草案刚刚保存，请重试。", "Another draft was stored at this moment; try again."
    )


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
    check_publication(version, actor)
    if effective_from < actor.today:
        raise EffectiveInThePast(today=actor.today)
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


def check_draft(version: ProcedureVersion) -> None:
    """Refuse to touch a published version."""
    if version.state == PUBLISHED:
        raise ProcedureIsPublished(number=version.number)


def check_publication(version: ProcedureVersion, actor: Actor) -> None:
    """Refuse to publish twice, or what one has drafted oneself."""
    check_draft(version)
    check_approver(version.drafted_by, actor.person)


async def _lock(session: Writer, actor: Actor, procedure_id: str) -> ProcedureVersion:
    version = await session.first(lock_draft(procedure_id, actor.areas))
    if version is None:
        raise ProcedureNotFound(id=procedure_id)
    return version


def _stamp(version: ProcedureVersion) -> Stamp:
    return Stamp(None, version.area_code, None)
