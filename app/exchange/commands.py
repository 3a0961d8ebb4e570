"""The command line of event logs: propose a procedure, import, export."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.actor import SYSTEM, Actor, system_actor
from app.areas.queries import all_areas, areas_below
from app.clients.models import Client
from app.clients.queries import find_client
from app.clock import Clock, read_clock, ticks
from app.config import Settings
from app.database import Database, Writer
from app.digests import sha256, sm3
from app.documents.schemas import FileReferenceIn
from app.documents.service import reference_file
from app.domain.procedure_documents import ProcedureHasFaults, find_faults
from app.domain.standing import Role
from app.errors import Invalid, Refusal, Words
from app.events.queries import chain_head
from app.events.service import SKEW, Stamp, record
from app.exchange.answers import row_body
from app.exchange.deriving import derive_procedure
from app.exchange.exporting import FORMATS, steps
from app.exchange.importing import Tally, import_log
from app.exchange.planning import NoProcedureForTheLog, check_mapping, procedure_of
from app.exchange.queries import file_by_digest
from app.exchange.reading import BadRow, read_log
from app.exchange.schemas import MappingIn
from app.files.models import File
from app.procedures.schemas import ProcedureIn
from app.procedures.service import draft_procedure, publish_procedure
from app.wire import read_json

SHOWN = 20  # bad rows told on the terminal; the report has them all


class MappingInvalid(Invalid):
    """The mapping file does not say what a mapping has to say."""

    title = Words("映射文件有误", "The mapping is wrong")
    detail = Words("映射文件有误：{why}", "The mapping is wrong: {why}")


async def import_event_log(
    settings: Settings,
    file: Path,
    mapping: Path,
    propose: Path | None = None,
    report: Path | None = None,
    clock: Clock = read_clock,
) -> int:
    """Import a log, or with ``propose`` only write the procedure derived from it. 0 when every row is in.

    A procedure that is not there yet is derived, drafted and published first. 1 when rows were reported, 2
    when nothing could be done.
    """
    try:
        wanted = read_mapping(await asyncio.to_thread(mapping.read_bytes))
        raw = await asyncio.to_thread(file.read_bytes)
        if propose is not None:
            text = json.dumps(propose_procedure(raw, wanted, clock), ensure_ascii=False, indent=2)
            await asyncio.to_thread(propose.write_text, text + "\n", "utf-8")
            return 0
        async with Database(settings).opened() as database:
            tally, bad = await bring_in(database, clock, wanted, raw, file.name)
    except (Refusal, OSError) as trouble:
        _say(trouble.in_both_languages() if isinstance(trouble, Refusal) else str(trouble))
        return 2
    lines = [_line(row) for row in bad]
    if report is not None:
        await asyncio.to_thread(report.write_text, "".join(line + "\n" for line in lines), "utf-8")
    for line in lines[:SHOWN]:
        _say(line)
    if len(lines) > SHOWN:
        _say(f"… +{len(lines) - SHOWN}")
    _say(summary(tally))
    return 1 if bad else 0


async def bring_in(
    database: Database, clock: Clock, mapping: MappingIn, raw: bytes, name: str
) -> tuple[Tally, list[BadRow]]:
    """Import a log for the installation itself: its file, its procedure, then what is not there yet."""
    actor = await whoever(database, clock)
    check_mapping(actor, mapping)
    try:
        await procedure_of(database.reader, actor, mapping)
    except NoProcedureForTheLog:
        await publish_derived(database, actor, mapping, raw, clock)
    async with database.write() as session:
        await _register_client(session, actor)
        file = await _file_of(session, actor, mapping, raw, name)
    began = ticks()

    async def keep(session: Writer | None, tally: Tally) -> None:
        if session is None:
            done, seconds = tally.imported + tally.registered, max(ticks() - began, 1e-9)
            _say(
                f"{tally.imported}/{tally.imported + tally.waiting} · {done / seconds:.0f} events/s", end="\r"
            )

    found = await import_log(database, clock, actor, file, mapping, raw, keep)
    _say("")
    return found


async def whoever(database: Database, clock: Clock) -> Actor:
    """Give the actor of the command line: the installation itself, over the whole tree of areas."""
    root = next(area.code for area in await database.reader.all(all_areas()) if area.parent_code is None)
    return system_actor(clock(), *await areas_below(database.reader, root))


def read_mapping(raw: bytes) -> MappingIn:
    """Read a mapping file. Refuses what is not strict JSON, or says something else (``MappingInvalid``)."""
    try:
        return MappingIn.model_validate(read_json(raw))
    except ValidationError as error:
        told = [f"{'/'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise MappingInvalid(why="; ".join(told)) from None


def propose_procedure(raw: bytes, mapping: MappingIn, clock: Clock = read_clock) -> dict[str, Any]:
    """Derive a procedure that can be published as it is. Refuses one with faults, naming them."""
    document = derive_procedure(read_log(raw, mapping, clock() + SKEW), mapping, sha256(raw))
    if faults := find_faults(document):
        raise ProcedureHasFaults(faults=faults)
    return document


async def publish_derived(
    database: Database, actor: Actor, mapping: MappingIn, raw: bytes, clock: Clock
) -> None:
    """Draft the procedure as the log says, and publish it as whoever runs the command decides."""
    document = propose_procedure(raw, mapping, clock)
    given = ProcedureIn(code=mapping.procedure.code, area_code=mapping.area_code, document=document)
    derivation = Actor(
        at=actor.at, client_id=SYSTEM, role=Role.ADMIN, areas=actor.areas, person_key="event-log"
    )
    async with database.write() as session:
        version = await draft_procedure(session, derivation, given)
        await publish_procedure(session, actor, version.id, actor.today)


async def export_event_log(
    settings: Settings, form: str = "csv", out: Path | None = None, source_system: str | None = None
) -> int:
    """Write every stage transition as an event log, page by page, to a file or to standard output."""
    write, _ = FORMATS[form]
    async with Database(settings).opened() as database:
        reader = database.reader
        head = await reader.one(chain_head())
        scope = (await whoever(database, read_clock)).scope
        target = out.open("w", encoding="utf-8", newline="") if out else sys.stdout
        try:
            async for piece in write(steps(reader, scope, head.sequence, source_system)):
                await asyncio.to_thread(target.write, piece)
        finally:
            if out:
                target.close()
    return 0


async def _register_client(session: Writer, actor: Actor) -> None:
    """Enter the command line as a client without a key, once: external ids belong to a client."""
    if await session.first(find_client(SYSTEM)) is not None:
        return
    await session.insert(
        Client,
        id=SYSTEM,
        name="命令行 · command line",
        roles=[Role.ADMIN],
        area_code=actor.areas[0],
        department_code=None,
        realm="system",
        created_at=actor.at,
    )
    await record(session, actor, "client.registered", Stamp(None, actor.areas[0], None))


async def _file_of(session: Writer, actor: Actor, mapping: MappingIn, raw: bytes, name: str) -> File:
    """Find the file by its digest, or enter it as a reference: the evidence of every transition."""
    digest = sha256(raw)
    found = await session.first(file_by_digest(digest, *actor.scope))
    if found is not None:
        return found
    given = FileReferenceIn(
        area_code=mapping.area_code,
        name=name[:200],
        media_type="text/csv",
        size=len(raw),
        sha256=digest,
        sm3=sm3(raw),
        source_system=mapping.source_system,
        external_id=name[:128],
    )
    return await reference_file(session, actor, given)


def summary(tally: Tally) -> str:
    """Say what an import did, in both languages."""
    if tally.imported == tally.reported == 0:
        return (
            f"没有新内容：{tally.present} 行均已导入 · nothing to add: all {tally.present} are there already"
        )
    return (
        f"共 {tally.rows} 行：新导入 {tally.imported}（新项目 {tally.registered}），"
        f"此前已有 {tally.present}，未导入 {tally.reported} · {tally.rows} rows: {tally.imported} imported "
        f"({tally.registered} new projects), {tally.present} there before, {tally.reported} not imported"
    )


def _line(bad: BadRow) -> str:
    """Write one line of the report: JSON, with the reason in both languages."""
    zh, en = (row_body(bad.line, bad.column, bad.code, bad.facts, lang) for lang in ("zh", "en"))
    return json.dumps(zh | {"reason_en": en["reason"]}, ensure_ascii=False)


def _say(text: str, end: str = "\n") -> None:
    sys.stderr.write(text + end)
    sys.stderr.flush()
