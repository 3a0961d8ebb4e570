"""PostgreSQL through asyncpg: a small pool whose connections prepare each text once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any, Self

import asyncpg
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import make_url

from app.config import Settings
from app.query import SHAPES
from app.troubles import Clash, DatabaseAway, DatabaseNotMigrated, DiskIsFull, DurabilityIsOff, LockNotGiven

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InternalClientError,  # the connection died between two of its states
    ConnectionError,
)
AWAY = (
    *LOST,
    OSError,  # and with it TimeoutError
    asyncpg.OperatorInterventionError,  # statement timeout, shutdown
    asyncpg.InsufficientResourcesError,  # too many connections
    asyncpg.TransactionRollbackError,  # deadlock
    asyncpg.InvalidCachedStatementError,  # migrated under our feet, inside a transaction
    asyncpg.InterfaceError,
    asyncpg.InvalidAuthorizationSpecificationError,  # wrong user or password
    asyncpg.InvalidCatalogNameError,  # no such database
)


DIALECT: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # one: statements compile once


class _Telling:
    """Says in the house's words what the driver says in its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        if error is None or not isinstance(error, Exception):
            return
        if isinstance(error, asyncpg.IntegrityConstraintViolationError):
            raise Clash(error.constraint_name or "") from error
        if isinstance(error, asyncpg.LockNotAvailableError):
            raise LockNotGiven from error
        if isinstance(error, (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError)):
            raise DatabaseNotMigrated from error
        if isinstance(error, asyncpg.DiskFullError):
            raise DiskIsFull from error
        if isinstance(error, AWAY):
            raise DatabaseAway from error


telling = _Telling()


class Postgres:
    """A LIFO pool of connections that are never reset.

    asyncpg's own pool costs 20 microseconds a visit, and a round trip to undo what we never do.
    """

    def __init__(self, settings: Settings) -> None:
        self.dialect = DIALECT
        self._dsn = settings.database_url
        self._unsafe = settings.durability == "unsafe_for_tests"
        self._connections = settings.connections
        self._idle: list[Any] = []
        self._room = asyncio.Semaphore(self._connections)

    async def open(self, *, serves: bool = False) -> None:  # noqa: ARG002 - any number of servers may
        """Connect once, to fail at the start rather than at the first request; refuse lost durability."""
        with telling:
            connection = await self._take()
        try:
            weak = [
                f"{name}={value}"
                for name in ("fsync", "synchronous_commit", "full_page_writes")
                if (value := await connection.fetchval(f"SHOW {name}")) in ("off", "local")
            ]
        finally:
            self._give_back(connection, sound=True)
        name = make_url(self._dsn).database or ""
        if weak and not (self._unsafe and name.startswith("mps_test")):
            await self.close()
            raise DurabilityIsOff(settings=weak)

    async def close(self) -> None:
        """Disconnect, when the connections in use have come back."""
        for _ in range(self._connections):
            await self._room.acquire()
        for connection in self._idle:
            with suppress(Exception):
                await connection.close(timeout=1)
        self._idle.clear()

    async def fetch(self, sql: str, values: list[Any]) -> Sequence[Any]:
        """Ask outside any transaction."""
        rows: Sequence[Any] = await self._twice(self._fetch, sql, values)
        return rows

    async def _twice(self, act: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
        """Try again, on new connections, if the old had died: a restart takes them all."""
        with telling:
            try:
                return await act(*arguments)
            except LOST:
                while self._idle:
                    self._idle.pop().terminate()
                return await act(*arguments)

    async def _fetch(self, sql: str, values: list[Any]) -> Sequence[Any]:
        connection, sound = await self._take(), False
        try:
            rows: Sequence[Any] = await connection.fetch(sql, *values)
            sound = True
        except asyncpg.PostgresError as error:
            sound = not isinstance(error, LOST)
            raise
        finally:  # cancelled half-way, or dying: what would it answer next?
            self._give_back(connection, sound=sound)
        return rows

    async def _begin(self) -> Any:
        connection = await self._take()
        try:
            await connection.execute("BEGIN")
        except BaseException:
            self._give_back(connection, sound=False)
            raise
        return connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["Transaction"]:
        """Open a transaction; the exit commits it."""
        connection, sound = await self._twice(self._begin), False
        try:
            yield Transaction(connection)
            with telling:
                await connection.execute("COMMIT")
            sound = True
        except Exception:
            with suppress(Exception):
                await connection.execute("ROLLBACK", timeout=1)
                sound = True
            raise
        finally:
            self._give_back(connection, sound=sound)

    async def _take(self) -> Any:
        if self._room.locked():
            await asyncio.wait_for(self._room.acquire(), 5)
        else:
            await self._room.acquire()
        try:
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
            connection = await asyncpg.connect(
                self._dsn,
                timeout=5,
                statement_cache_size=SHAPES,
                max_cached_statement_lifetime=0,
                server_settings={
                    "statement_timeout": "15s",
                    "lock_timeout": "2s",
                    "idle_in_transaction_session_timeout": "15s",
                    "jit": "off",
                    "application_name": "mps",
                },
            )
            await connection.set_type_codec(
                "uuid", schema="pg_catalog", encoder=str, decoder=str, format="text"
            )
        except BaseException:
            self._room.release()
            raise
        return connection

    def _give_back(self, connection: Any, *, sound: bool) -> None:
        if sound and not connection.is_closed():
            self._idle.append(connection)
        else:
            connection.terminate()  # the server rolls back
        self._room.release()


class Transaction:
    """A PostgreSQL connection inside a transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch(self, sql: str, values: list[Any]) -> Sequence[Any]:
        """Fetch rows."""
        with telling:
            rows: Sequence[Any] = await self._connection.fetch(sql, *values)
        return rows

    async def run(self, sql: str, many: list[list[Any]]) -> int:
        """Execute, and count the rows touched."""
        with telling:
            if len(many) == 1:
                status = await self._connection.execute(sql, *many[0])
                number = status.rpartition(" ")[2]
                return int(number) if number.isdigit() else 0
            await self._connection.executemany(sql, many)
        return len(many)
