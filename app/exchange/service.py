"""Imports and exports as records: asked for over HTTP, done by the worker under a lease."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.actor import Actor
from app.areas.queries import areas_below
from app.clients.queries import find_client
from app.clock import Clock, new_id
from app.config import Settings
from app.database import Database, Reader, Writer
from app.documents.service import bytes_of
from app.domain.standing import Role
from app.errors import Forbidden, Refusal, Words
from app.events.queries import chain_head
from app.events.service import Stamp, record
from app.exchange.exporting import FORMATS, steps
from app.exchange.importing import PASSING, Tally, import_log
from app.exchange.models import ExportJob, ImportJob, ImportReportRow
from app.exchange.planning import check_mapping, cut_into, procedure_of
from app.exchange.queries import (
    DONE,
    FAILED,
    PENDING,
    RUNNING,
    claimable_job,
    exports_page,
    forget_report,
    held_job,
    imports_page,
    report_page,
)
from app.exchange.reading import BadRow
from app.exchange.schemas import ExportIn, ImportIn, JobsIn, MappingIn
from app.files.queries import get_file
from app.pages import cursor_of, cut, read_cursor, read_id

LEASE = timedelta(seconds=60)  # renewed with every batch
BATCH = 100  # events in a transaction of the worker: it shares the process with people who wait
MOST_REPORTED = 10_000  # rows of a report that are kept; the count is complete
CHUNK = 500  # report rows in a transaction


class ClientIsGone(Forbidden):
    """The client that asked for the import has been closed before it was done."""

    title = Words("调用方已停用", "The client is closed")
    detail = Words(
        "提出导入的调用方已停用，导入终止。", "The client that asked was closed; the import ended."
    )


class LeaseIsLost(Exception):  # noqa: N818 - control flow: another worker goes on with the import
    """The worker was too slow; another has taken the import over."""


async def request_import(session: Writer, actor: Actor, given: ImportIn) -> ImportJob:
    """Ask for an import of an uploaded file; the worker does it.

    Refuses state secrets, foreign areas, unknown files and files kept elsewhere, a procedure not in force.
    """
    mapping = given.mapping
    check_mapping(actor, mapping)
    file = await get_file(session, actor, given.file_id)
    await bytes_of(session, file)
    await procedure_of(session, actor, mapping)
    job = await session.insert(
        ImportJob,
        id=new_id(actor.at),
        area_code=mapping.area_code,
        owner_uscc=None,
        client_id=actor.client_id,
        operator_id=actor.operator_id,
        person_key=actor.person_key,
        kind=given.kind,
        file_id=file.id,
        file_sha256=str(file.sha256),
        mapping=mapping.model_dump(),
        state=PENDING,
        reason=None,
        lease_token=None,
        lease_until=None,
        requested_at=actor.at,
        finished_at=None,
    )
    facts = {"file_sha256": job.file_sha256, "import_id": job.id, "source_system": mapping.source_system}
    stamp = Stamp(None, mapping.area_code, None)
    await record(session, actor, "import.requested", stamp, facts=facts, evidence=[file.id])
    return job


async def request_export(session: Writer, actor: Actor, given: ExportIn) -> ExportJob:
    """Ask for an export of what the ledger holds now; its content is written when it is fetched."""
    head = await session.one(chain_head())
    job = await session.insert(
        ExportJob,
        id=new_id(actor.at),
        area_code=actor.areas[0],
        owner_uscc=None,
        kind=given.kind,
        format=given.format,
        source_system=given.source_system,
        through_sequence=head.sequence,
        requested_at=actor.at,
    )
    facts = {"export_id": job.id, "format": job.format, "source_system": job.source_system}
    await record(session, actor, "export.requested", Stamp(None, job.area_code, None), facts=facts)
    return job


async def content_of(reader: Reader, actor: Actor, job: ExportJob) -> AsyncIterator[str]:
    """Write the content of an export, piece by piece: the areas it was asked in, and the reader's own."""
    below = await areas_below(reader, job.area_code)
    scope = actor.scope._replace(areas=tuple(a for a in below if actor.has_area(a)))
    write, _ = FORMATS[job.format]
    async for piece in write(steps(reader, scope, job.through_sequence, job.source_system)):
        yield piece


async def list_imports(session: Reader, actor: Actor, asked: JobsIn) -> tuple[list[ImportJob], str | None]:
    """List a page of the imports in the caller's areas."""
    last = read_id(asked.cursor)
    return _page(await session.all(imports_page(asked.limit + 1, last, *actor.scope)), asked.limit)


async def list_exports(session: Reader, actor: Actor, asked: JobsIn) -> tuple[list[ExportJob], str | None]:
    """List a page of the exports in the caller's areas."""
    last = read_id(asked.cursor)
    return _page(await session.all(exports_page(asked.limit + 1, last, *actor.scope)), asked.limit)


def _page(found: list[Any], limit: int) -> tuple[list[Any], str | None]:
    rows, has_more = cut(found, limit)
    return rows, cursor_of(rows[-1].id) if has_more else None


async def list_report(
    session: Reader, job: ImportJob, asked: JobsIn
) -> tuple[list[ImportReportRow], str | None]:
    """List a page of the rows of an import that were not imported, by line."""
    last = read_cursor(asked.cursor, int) or (0,)
    rows, has_more = cut(await session.all(report_page(asked.limit + 1, last[0] or 0, job.id)), asked.limit)
    return rows, cursor_of(rows[-1].place) if has_more else None


async def run_next_import(database: Database, _settings: Settings, clock: Clock) -> bool:
    """Take the oldest import that waits, or whose worker died, and do it; tell whether there was one."""
    job = await _claim(database, clock())
    if job is None:
        return False
    try:
        tally, bad = await _do(database, clock, job)
        await _finish(database, clock(), job, tally, bad)
    except LeaseIsLost:
        return True
    except PASSING as trouble:
        if not isinstance(trouble, Refusal) or trouble.retry_after is not None:
            raise  # the lease runs out, and the import is begun again
        await _fail(database, clock(), job, trouble)
    except Refusal as refusal:
        await _fail(database, clock(), job, refusal)
    return True


async def _claim(database: Database, now: datetime) -> ImportJob | None:
    async with database.write() as session:
        job = await session.first(claimable_job(now))
        if job is None:
            return None
        return await session.change(
            job, state=RUNNING, lease_token=new_id(now), lease_until=now + LEASE, version=job.version + 1
        )


async def _do(database: Database, clock: Clock, job: ImportJob) -> tuple[Tally, list[BadRow]]:
    reader = database.reader
    client = await reader.first(find_client(job.client_id))
    if client is None or not client.is_active:
        raise ClientIsGone
    actor = Actor(
        at=clock(),
        client_id=client.id,
        role=Role.ADMIN,
        areas=await areas_below(reader, client.area_code),
        operator_id=job.operator_id,
        person_key=job.person_key,
    )
    file = await get_file(reader, actor, job.file_id)
    raw = (await bytes_of(reader, file)).read_bytes()

    async def keep(session: Writer | None, tally: Tally) -> None:
        if session is not None:
            await _hold(session, job, clock(), **_counts(tally))

    mapping = MappingIn.model_validate(job.mapping)
    before = Tally(imported=job.rows_imported, registered=job.projects_registered)
    return await import_log(
        database, clock, actor, file, mapping, raw, keep, batch=BATCH, before=replace(before)
    )


def _counts(tally: Tally) -> dict[str, int]:
    return {
        "rows": tally.rows,
        "rows_imported": tally.imported,
        "rows_present": tally.present,
        "rows_reported": tally.reported,
        "projects_registered": tally.registered,
    }


async def _hold(session: Writer, job: ImportJob, now: datetime, **facts: Any) -> None:
    """Write something about an import and renew its lease; refuse when another worker has it."""
    held = await session.first(held_job(job.id, str(job.lease_token)))
    if held is None:
        raise LeaseIsLost
    await session.change(held, lease_until=now + LEASE, version=held.version + 1, **facts)


async def _finish(
    database: Database, now: datetime, job: ImportJob, tally: Tally, bad: Sequence[BadRow]
) -> None:
    """Write the report, and last that the import is done."""
    async with database.write() as session:
        await session.run(forget_report(job.id))
        await _hold(session, job, now)
    kept = list(enumerate(bad[:MOST_REPORTED], 1))
    for some in cut_into(kept, CHUNK):
        async with database.write() as session:
            for place, row in some:
                await session.insert(
                    ImportReportRow,
                    id=new_id(now),
                    job_id=job.id,
                    place=place,
                    line=row.line,
                    column=None if row.column is None else row.column[:200],
                    code=row.code,
                    facts=dict(row.facts),
                )
            await _hold(session, job, now)
    async with database.write() as session:
        await _hold(session, job, now, state=DONE, finished_at=now, **_counts(tally))


async def _fail(database: Database, now: datetime, job: ImportJob, refusal: Refusal) -> None:
    """Say why an import cannot be done; what was imported before stays."""
    said = [refusal.detail, *(fault.words for fault in refusal.faults)]
    facts = [refusal.facts, *(fault.facts for fault in refusal.faults)]
    reason = {
        lang: " ".join(words.told(lang, told) for words, told in zip(said, facts, strict=True))
        for lang in ("zh", "en")
    }
    async with database.write() as session:
        await _hold(session, job, now, state=FAILED, finished_at=now, reason=reason)
