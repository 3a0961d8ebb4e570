"""The auditor: compares the tables with what the ledger says, and the ledger with what it was."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Integer, String, select, text
from sqlalchemy import column as a_column

from app.database import Database, Reader, as_recorded
from app.digests import DIGESTS
from app.domain.chain import commitment
from app.domain.fold import Rows, fold
from app.domain.verification import BREAK_WORDS
from app.events.models import Event
from app.events.queries import events_after
from app.events.rows import happening_of
from app.events.verifying import BEFORE_ALL, PAGE, verify
from app.query import Selection, query
from app.table import Table

ITS_OWN = (
    "project",
    "project_standing",
)  # changed only by events of the project itself: its timeline tells all
OF_MANY = "calendar.activated"  # but for a calendar, which recounts all clocks at once: history reads it too


async def audit(database: Database) -> list[str]:
    """Compare ledger, tables, private values and references; name every finding. Reads everything."""
    verdict = await verify(database)
    if verdict.broken is not None:  # then it cannot say what the tables ought to be
        words = BREAK_WORDS[verdict.broken.kind].en
        return [f"event {verdict.broken.sequence} ({verdict.broken.kind}): {words}"]
    findings: list[str] = []
    rows: Rows = {}
    promised: dict[str, tuple[str, str]] = {}  # private id: algorithm and commitment
    erased: set[str] = set()
    async for event in _events(database.reader):
        body = happening_of(event)
        fold([body], rows)
        findings += _strangers(event, body.changes)
        promised |= {k: (event.algorithm, c) for k, c in body.commitments.items()}
        erased |= set(body.facts.get("erased", ()))  # see private.service.empty
    findings += [f async for f in _compare_tables(database.reader, rows)]
    findings += [f async for f in _compare_private(database.reader, promised, erased)]
    findings += [f async for f in _broken_references(database.reader)]
    return findings


async def _events(reader: Reader) -> Any:
    after = BEFORE_ALL
    while page := await reader.all(events_after(after, PAGE)):
        for event in page:
            yield event
        after = page[-1].sequence


def _strangers(event: Event, changes: Any) -> Iterator[str]:
    for change in () if event.type == OF_MANY else changes:
        if change["table"] in ITS_OWN and change["id"] != event.project_id:
            yield f"event {event.sequence} ({event.type}) changes a project that it does not belong to"


def _recorded() -> dict[str, type[Table]]:
    return {str(kind.__tablename__): kind for kind in Table.__subclasses__() if kind.recorded}


async def _compare_tables(reader: Reader, rows: Rows) -> Any:
    """Compare each recorded table with the fold, in the ledger's form."""
    folded: dict[str, dict[str, Mapping[str, Any]]] = {}
    for (table, key), values in rows.items():
        folded.setdefault(table, {})[key] = values
    kinds = _recorded()
    for name in sorted(folded.keys() - kinds.keys()):
        yield f"the ledger changes {name}, which is no recorded table"
    filled = {name for name, number in await reader.all(_numbers()) if number}
    for name in sorted(filled | (folded.keys() & kinds.keys())):
        kind = kinds[name]
        (primary,) = Table.metadata.tables[name].primary_key
        stands = {
            getattr(row, primary.name): {
                column: as_recorded(value)
                for column, value in row._asdict().items()
                if column not in kind.unrecorded
            }
            for row in await reader.all(_whole(table=name))
        }
        told = folded.get(name, {})
        for row in sorted(stands.keys() ^ told.keys()):
            yield f"{name} {row} stands only in the {'table' if row in stands else 'ledger'}"
        for row in sorted(stands.keys() & told.keys()):
            for column in sorted(stands[row].keys() | told[row].keys()):
                if stands[row].get(column) != told[row].get(column):
                    yield f"{name} {row}: {column} differs from the ledger"


async def _compare_private(reader: Reader, promised: Mapping[str, tuple[str, str]], erased: set[str]) -> Any:
    """Compare the private values with their commitments; what is gone was erased by an act."""
    kept = {row.id: row for row in await reader.all(_whole(table="private"))}
    for key in sorted(kept.keys() ^ promised.keys()):
        yield f"private {key} stands only in the {'store' if key in kept else 'ledger'}"
    for key in sorted(kept.keys() & promised.keys()):
        row, (algorithm, digest) = kept[key], promised[key]
        if (row.erased_at is not None) != (key in erased):
            yield f"private {key}: its erasure and its event disagree"
        elif row.erased_at is not None:
            if row.value is not None or row.salt is not None:
                yield f"private {key}: erased, and still there"
        elif row.value is None or commitment(row.salt, row.value, DIGESTS[algorithm]) != digest:
            yield f"private {key}: not what was committed to"


async def _broken_references(reader: Reader) -> Any:
    """Check every foreign key again, in one statement: databases can be told not to."""
    for name in await reader.all(_orphans()):
        yield f"{name} names a row that is not there"


@query
def _numbers() -> Selection[Any]:
    """Count the rows of every recorded table: most are empty, and need not be read."""
    counts = [f"SELECT '{name}', count(*) FROM {name}" for name in _recorded()]  # noqa: S608 - our own names
    return text(" UNION ALL ".join(counts)).columns(a_column("name", String()), a_column("number", Integer()))


@query
def _whole(*, table: str) -> Selection[Any]:
    return select(Table.metadata.tables[table])


@query
def _orphans() -> Selection[str]:
    """Name the columns that refer to nothing. Written as text: SQLAlchemy takes 100 ms to write it."""
    checks = []
    for table in Table.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            ((child, element),) = zip(constraint.columns, constraint.elements, strict=True)
            name, parent = child.name, element.column.table.name
            found = f"SELECT 1 FROM {parent} p WHERE p.{element.column.name} = c.{name}"  # noqa: S608 - as above
            orphan = f"SELECT 1 FROM {table.name} c WHERE c.{name} IS NOT NULL AND NOT EXISTS ({found})"  # noqa: S608 - as above
            checks.append(f"SELECT '{table.name}.{name}' WHERE EXISTS ({orphan})")
    return text(" UNION ALL ".join(checks)).columns(a_column("name", String()))
