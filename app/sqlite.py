"""SQLite: reads where we stand, one writer, commits shared by those who wait together."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import IO, Any, Self

from sqlalchemy import Dialect
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from app.clock import ticks
from app.config import Settings
from app.query import SHAPES
from app.troubles import Clash, DatabaseAway, DatabaseNotMigrated, DiskIsFull, FileIsServed

try:
    import fcntl
except ImportError:  # a platform without flock: nothing keeps a second server away there
    fcntl = None  # type: ignore[assignment]

try:  # a wheel that carries a SQLite without the WAL-reset bug; the system's own may have it
    import pysqlite3.dbapi2 as sqlite3
except ImportError:  # a platform without the wheel
    import sqlite3

FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))  # releases in which the WAL-reset bug is mended


def is_sound(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite may use WAL with several connections (sqlite.org, WAL-reset bug)."""
    return version >= FIXED[0] or any(version[:2] == f[:2] and version >= f for f in FIXED[1:])


DIALECT: Dialect = SQLiteDialect_pysqlite()  # one, so that statements are compiled once


class _Telling:
    """Says in the house's words what the driver says in its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        if isinstance(error, sqlite3.IntegrityError):
            raise Clash(_constraint(str(error))) from error
        if isinstance(error, sqlite3.OperationalError):
            if str(error).startswith(("no such table", "no such column")):
                raise DatabaseNotMigrated from error
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise DiskIsFull from error
            if (error.sqlite_errorcode & 0xFF) in (
                sqlite3.SQLITE_BUSY,
                sqlite3.SQLITE_LOCKED,
                sqlite3.SQLITE_IOERR,
                sqlite3.SQLITE_CANTOPEN,
            ):
                raise DatabaseAway from error


def _constraint(message: str) -> str:
    """Find the constraint's name: SQLite names the columns, our naming convention does the rest."""
    kind, _, what = message.partition(" constraint failed: ")
    if kind == "UNIQUE" and "." in what:
        table, _, column = what.split(",")[0].strip().partition(".")
        return f"uq_{table}_{column}"
    return what


telling = _Telling()


class Sqlite:
    """One connection to write with, one to read with, and some in threads for long reads.

    In safe mode (a SQLite with the WAL-reset bug, or by setting) there is one connection, a rollback
    journal, and readers take their turn with the writers.
    """

    PATIENCE = 0.002  # seconds a read may hold up the event loop before it moves to a thread
    THREADS = 4

    def __init__(self, settings: Settings) -> None:
        self.dialect = DIALECT
        self.path = settings.database_url.removeprefix("sqlite:///")
        self.is_safe_mode = settings.sqlite_safe_mode or not is_sound(sqlite3.sqlite_version_info)
        unsafe = settings.durability == "unsafe_for_tests" and Path(self.path).name.startswith("mps_test")
        self._synchronous = "OFF" if unsafe else "FULL"
        self._turn = asyncio.Lock()
        self._group: asyncio.Future[None] | None = None
        self._until = 0.0

    async def open(self, *, serves: bool = False) -> None:
        """Open the connections. A server keeps other servers away; commands may read and write beside it."""
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        self._held = self.hold() if serves else None
        self._threads = ThreadPoolExecutor(self.THREADS + 1)
        self._spare: LifoQueue[Any] = LifoQueue()
        self._writer = self._connect(0)
        self._reader = self._writer
        if not self.is_safe_mode:
            self._reader = self._connect(0)
            self._reader.set_progress_handler(lambda: ticks() > self._until, 1000)
            for _ in range(self.THREADS):
                self._spare.put(self._connect(5000))

    async def close(self) -> None:
        """Close them, after the last commit."""
        await self._turn.acquire()
        if self._writer.in_transaction:
            self._turn.release()
            await asyncio.sleep(0)
            await self._turn.acquire()
        self._threads.shutdown()
        for connection in {id(c): c for c in (self._writer, self._reader, *self._spare.queue)}.values():
            connection.close()
        if self._held is not None:
            self._held.close()

    def hold(self) -> IO[str]:
        """Hold the lock of the one server, until the file given back is closed. Refuses ``FileIsServed``."""
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        lock = Path(f"{self.path}.lock").open("a")  # noqa: SIM115 - held as long as we serve
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                raise FileIsServed(self.path) from None
        return lock

    def _connect(self, milliseconds: int) -> Any:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, cached_statements=SHAPES
        )
        mode = "DELETE" if self.is_safe_mode else "WAL"
        for pragma in (
            f"journal_mode={mode}",
            f"synchronous={self._synchronous}",
            "foreign_keys=ON",
            "secure_delete=ON",  # an erased value leaves no bytes behind in free pages
            "journal_size_limit=67108864",
            f"busy_timeout={milliseconds}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    async def fetch(self, sql: str, values: list[Any]) -> Sequence[Any]:
        """Read in the event loop, which costs least; what proves long begins anew in a thread."""
        if self.is_safe_mode:
            return await self._fetch_in_turn(sql, values)
        self._until = ticks() + self.PATIENCE
        with telling:
            try:
                rows: Sequence[Any] = self._reader.execute(sql, values).fetchall()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise
            else:
                return rows
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._fetch_long, sql, values)

    def _fetch_long(self, sql: str, values: list[Any]) -> Sequence[Any]:
        connection = self._spare.get()
        try:
            rows: Sequence[Any] = connection.execute(sql, values).fetchall()
        finally:
            self._spare.put(connection)
        return rows

    async def _fetch_in_turn(self, sql: str, values: list[Any]) -> Sequence[Any]:
        while True:
            async with self._turn:
                if not self._writer.in_transaction:
                    with telling:
                        rows: Sequence[Any] = self._writer.execute(sql, values).fetchall()
                    return rows
            await asyncio.sleep(0)  # the group's commit is queueing for its turn

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["Transaction"]:
        """Take the writer's turn inside a savepoint; end when the group's commit is on disk.

        A group is whoever was already queueing when it began. Each member is all or nothing by its
        savepoint, and none is answered before the fsync that covers it.
        """
        writer = self._writer
        async with self._turn:
            with telling:
                group = self._group if writer.in_transaction else None
                group = group or await self._begin()
                writer.execute("SAVEPOINT act")
            try:
                yield Transaction(writer)
            except BaseException:
                if writer.in_transaction:  # a full disk, say, has rolled everything back already
                    writer.execute("ROLLBACK TO act")
                raise
            finally:
                if writer.in_transaction:
                    writer.execute("RELEASE act")
        with telling:
            await asyncio.shield(group)

    async def _begin(self) -> asyncio.Future[None]:
        """Begin as a writer at once: a reader that turns writer later may find it is too late."""
        for pause in (0.001, 0.004, 0.016, *[0.05] * 100):
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            await asyncio.sleep(pause)  # another process writes; SQLite itself would block us all
        else:
            raise DatabaseAway
        if self._group and not self._group.done():
            self._group.set_exception(DiskIsFull())  # SQLite has rolled it back by itself
        self._group = asyncio.get_running_loop().create_future()
        self._group.add_done_callback(lambda group: group.exception())
        self._committing = asyncio.create_task(self._commit(self._group))
        return self._group

    async def _commit(self, group: asyncio.Future[None]) -> None:
        """Queue like everybody else, and so behind the group; a task no request can cancel."""
        async with self._turn:
            if group.done():
                return
            self._group = None
            if not self._writer.in_transaction:
                group.set_exception(DiskIsFull())
                return
            try:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._threads, self._writer.execute, "COMMIT")
            except sqlite3.Error as error:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                group.set_exception(error)
            else:
                group.set_result(None)


class Transaction:
    """The writing connection, during one transaction's turn."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch(self, sql: str, values: list[Any]) -> Sequence[Any]:
        """Fetch rows."""
        with telling:
            rows: Sequence[Any] = self._connection.execute(sql, values).fetchall()
        return rows

    async def run(self, sql: str, many: list[list[Any]]) -> int:
        """Execute, and count the rows touched."""
        with telling:
            if len(many) == 1:
                return int(self._connection.execute(sql, many[0]).rowcount)
            return int(self._connection.executemany(sql, many).rowcount)
