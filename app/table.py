"""What all tables share: named constraints, and the few column types that differ between databases."""

from datetime import UTC, datetime
from typing import Any, ClassVar

import orjson
from sqlalchemy import JSON, DateTime, Dialect, MetaData, String
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel


class Table(SQLModel):
    """The base of every table. Names are given to constraints so that migrations can drop them.

    ``recorded`` says that every change of a row stands in the ledger, except its ``unrecorded`` columns.
    """

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    recorded: ClassVar[bool] = True
    unrecorded: ClassVar[frozenset[str]] = frozenset()


class Id(TypeDecorator[str]):
    """A UUID: canonical lower-case text on our side, ``uuid`` in PostgreSQL, text in SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=False))
        return dialect.type_descriptor(String(36))


class Moment(TypeDecorator[datetime]):
    """A moment in UTC to the microsecond: ``timestamptz`` in PostgreSQL, RFC 3339 text in SQLite.

    SQLite would otherwise drop the offset and hand back the wall clock.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive moment; write it in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its timezone")
        return value if dialect.name == "postgresql" else rfc3339(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read it back as a moment in UTC."""
        if value is None or dialect.name == "postgresql":
            return value
        return datetime.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """A JSON value; no query looks inside it."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type; we write and parse the text ourselves."""
        return dialect.type_descriptor(_JsonText() if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Write the text."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Parse the text."""
        return orjson.loads(value) if isinstance(value, str) else value


class _JsonText(postgresql.JSONB):
    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        return None

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        return None


def rfc3339(moment: datetime) -> str:
    """Write a moment in UTC with six digits and ``Z``, as the ledger and SQLite hold it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
