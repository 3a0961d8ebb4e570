"""The database: two kinds of session on two kinds of driver, and the list of what a session changed.

One request is one transaction, and its commit is nobody's business but the driver's.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple, ParamSpec, Protocol, Self, TypeVar, cast

from fastapi import Depends, Request
from sqlalchemy import Dialect

from app.config import Settings
from app.postgres import Postgres
from app.query import Query, changing, inserting, removing, row_class
from app.sqlite import Sqlite
from app.table import Table, rfc3339

T = TypeVar("T")
P = ParamSpec("P")


class Transaction(Protocol):
    """What a write session needs of a driver."""

    async def fetch(self, sql: str, values: list[Any]) -> Sequence[Any]: ...
    async def run(self, sql: str, many: list[list[Any]]) -> int: ...


class Driver(Protocol):
    """A database one can ask, and open transactions on."""

    dialect: Dialect

    async def open(self, *, serves: bool = False) -> None: ...
    async def close(self) -> None: ...
    async def fetch(self, sql: str, values: list[Any]) -> Sequence[Any]: ...
    def transaction(self) -> AbstractAsyncContextManager[Transaction]: ...


class Change(NamedTuple):
    """What happened to one row: its new values, as the ledger writes them; None when it was removed."""

    table: str
    id: str
    set: dict[str, Any] | None


class Reader:
    """Asks, and changes nothing. Each question sees what is committed when it is asked."""

    def __init__(self, driver: Driver, settings: Settings, memory: dict[Any, Any]) -> None:
        self._driver = driver
        self.settings = settings
        self.files = Path(settings.data_dir) / "files"  # of uploaded bytes, which the database only names
        self.memory = memory  # what this process remembers of this database; a room keeps what is its own
        self.statements = 0

    async def all(self, query: Query[T]) -> list[T]:
        """Fetch every row."""
        plan = query.plan(self._driver.dialect)
        return [*map(plan.row, await self._fetch(plan.sql, plan.bind(query.values)))]

    async def first(self, query: Query[T]) -> T | None:
        """Fetch the first row, or None."""
        plan = query.plan(self._driver.dialect)
        rows = await self._fetch(plan.sql, plan.bind(query.values))
        return cast("T", plan.row(rows[0])) if rows else None

    async def one(self, query: Query[T]) -> T:
        """Fetch the only row."""
        (row,) = await self.all(query)
        return row

    async def _fetch(self, sql: str, values: list[Any]) -> Sequence[Any]:
        self.statements += 1
        return await self._driver.fetch(sql, values)


class Writer(Reader):
    """One transaction. It begins with the first statement, and all of it happens, or none.

    Every change of a recorded table waits in ``changes`` until ``events.service.record`` writes it into
    the ledger; a session that ends with changes nobody recorded is a mistake and rolls back.
    """

    def __init__(
        self, driver: Driver, settings: Settings, memory: dict[Any, Any], stack: AsyncExitStack
    ) -> None:
        super().__init__(driver, settings, memory)
        self.algorithm = settings.hash_algorithm  # of the ledger's chain
        self._stack = stack
        self._transaction: Transaction | None = None
        self.on_begin: Callable[[], Awaitable[None]] | None = None  # the transaction's first act: claim a key
        self.claim: tuple[Any, ...] | None = None  # the key claimed
        self.changes: list[Change] = []
        self.commitments: dict[str, str] = {}
        self.head: Any = None  # the ledger's end, once locked
        self.project_heads: dict[str, tuple[int, str]] = {}

    async def run(self, query: Query[Any]) -> int:
        """Change something that the ledger does not hold; tell how many rows it touched."""
        plan = query.plan(self._driver.dialect)
        return await self._run(plan.sql, [plan.bind(query.values)])

    async def insert(self, kind: Callable[P, T], /, *_: P.args, **facts: P.kwargs) -> T:
        """Insert one row: every column named, or left to the class's plain default."""
        table = cast("type[Table]", kind)
        whole = _defaults(table) | facts
        write, names = inserting(table)
        cells = [whole.pop(name) for name in names]
        if whole:
            raise TypeError(f"{table.__name__} has no {', '.join(whole)}")
        plan = Query[Any](write, cells).plan(self._driver.dialect)
        await self._run(plan.sql, [plan.bind(cells)])
        row = row_class(table)._make(cells)
        if table.recorded:
            self._note(table, getattr(row, removing(table)[1]), row._asdict())
        return cast("T", row)

    async def change(self, thing: T, /, **facts: Any) -> T:
        """Set columns of one row; return the row as it is now."""
        table = _table_of(thing)
        write, key = changing(table, tuple(facts))
        if await self.run(Query(write, (getattr(thing, key), *facts.values()))) != 1:
            raise LookupError(f"{table.__name__} is gone.")
        if table.recorded:
            self._note(table, getattr(thing, key), facts)
        return cast("T", cast("Any", thing)._replace(**facts))

    async def remove(self, thing: Any) -> None:
        """Delete one row."""
        table = _table_of(thing)
        write, key = removing(table)
        if await self.run(Query(write, (getattr(thing, key),))) != 1:
            raise LookupError(f"{table.__name__} is gone.")
        if table.recorded:
            self.changes.append(Change(_name(table), getattr(thing, key), None))

    def _note(self, table: type[Table], key: str, facts: dict[str, Any]) -> None:
        told = {n: as_recorded(v) for n, v in facts.items() if n not in table.unrecorded}
        self.changes.append(Change(_name(table), key, told))

    async def _fetch(self, sql: str, values: list[Any]) -> Sequence[Any]:
        transaction = self._transaction or await self._begin()
        self.statements += 1
        return await transaction.fetch(sql, values)

    async def _run(self, sql: str, many: list[list[Any]]) -> int:
        transaction = self._transaction or await self._begin()
        self.statements += 1
        return await transaction.run(sql, many)

    async def _begin(self) -> Transaction:
        self._transaction = await self._stack.enter_async_context(self._driver.transaction())
        if self.on_begin is not None:
            await self.on_begin()
        return self._transaction

    def check_recorded(self) -> None:
        """Refuse to end while a change of a recorded table is not in the ledger."""
        if self.changes or self.commitments:
            names = sorted({c.table for c in self.changes}) or ["private"]
            raise AssertionError(f"changed without an event: {', '.join(names)}")


def as_recorded(value: Any) -> Any:
    """Give a column's value the form it has in the ledger's JSON."""
    if isinstance(value, datetime):
        return rfc3339(value)
    return value.isoformat() if isinstance(value, date) else value


TABLES: dict[str, type[Table]] = {}


def _table_of(row: Any) -> type[Table]:
    if not TABLES:
        TABLES.update({kind.__name__: kind for kind in Table.__subclasses__()})
    return TABLES[type(row).__name__]


def _name(table: type[Table]) -> str:
    return str(table.__tablename__)


_known_defaults: dict[type[Table], dict[str, Any]] = {}


def _defaults(table: type[Table]) -> dict[str, Any]:
    if (known := _known_defaults.get(table)) is None:
        fields = table.model_fields.items()
        known = {n: f.default for n, f in fields if not f.is_required() and not f.default_factory}
        _known_defaults[table] = known
    return known.copy()


class Database:
    """PostgreSQL or SQLite, as the URL says."""

    def __init__(self, settings: Settings) -> None:
        kind = Sqlite if settings.database_url.startswith("sqlite") else Postgres
        self.driver: Driver = kind(settings)
        self.settings = settings
        self.reader = Reader(self.driver, settings, {})
        self.files = self.reader.files

    @asynccontextmanager
    async def opened(self, *, serves: bool = False) -> AsyncIterator[Self]:
        """Connect, and disconnect at the end; ``serves`` for the one server that an SQLite file has."""
        await self.driver.open(serves=serves)
        try:
            yield self
        finally:
            await self.driver.close()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Writer]:
        """Open a session that commits at the end, or rolls back if anything is raised."""
        async with AsyncExitStack() as stack:
            session = Writer(self.driver, self.settings, self.reader.memory, stack)
            yield session
            session.check_recorded()


async def _read(request: Request) -> Reader:
    reader: Reader = request.app.state.database.reader
    return reader


ReadSession = Annotated[Reader, Depends(_read)]
