"""Statements: written once in SQLAlchemy over the tables, compiled once to the database's own text.

    @query
    def _open_plans(project_id: str, state: str | None) -> Selection[Plan]:
        statement = select(Plan).where(Plan.project_id == project_id)
        return statement if state is None else statement.where(Plan.state == state)

    plans = await session.all(_open_plans(project.id, None))

The body runs once per SHAPE, with placeholders for its arguments; afterwards a call only carries
values. Two things make another shape, and may therefore be looked at with ``if``: a positional
argument that is None (a filter nobody asked for), and the arguments after ``*`` (a sort order).
The body must not compute with its arguments: they are placeholders. Rows are named tuples.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache, wraps
from inspect import Parameter, signature
from typing import Any, Generic, NamedTuple, ParamSpec, Protocol, TypeVar, cast

import orjson
from sqlalchemy import Boolean, Date, Dialect, String, TypeDecorator, bindparam, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from app.table import Id, Json, Moment, Table

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
P = ParamSpec("P")

SHAPES = 1000  # a bound against a filter with too many ifs; the whole program needs a few hundred


class Selection(Protocol[T_co]):
    """A SQLAlchemy statement whose rows are T."""

    def compile(self, *, dialect: Dialect) -> Any: ...


class Plan(NamedTuple):
    """A statement as the driver wants it, and the way in and out of it."""

    sql: str
    bind: Callable[[Sequence[Any]], list[Any]]
    row: Callable[[Sequence[Any]], Any]


class Query(Generic[T]):
    """A statement and the values it is asked with."""

    __slots__ = ("fixed", "values", "write")

    def __init__(self, write: Callable[..., Any], values: Sequence[Any], fixed: tuple[Any, ...] = ()) -> None:
        self.write, self.values, self.fixed = write, values, fixed

    def plan(self, dialect: Dialect) -> Plan:
        """Find the compiled statement, or compile it."""
        return _plan(self.write, tuple([v is None for v in self.values]), self.fixed, dialect)


def query(write: Callable[P, Selection[T]]) -> Callable[P, Query[T]]:
    """Turn a function that writes a statement into one that asks it."""
    how = signature(write)
    free = [n for n, p in how.parameters.items() if p.kind is not Parameter.KEYWORD_ONLY]

    @wraps(write)
    def ask(*args: P.args, **kwargs: P.kwargs) -> Query[T]:
        if len(args) == len(how.parameters):  # the usual call, and the quick one
            return Query(write, args)
        given = how.bind(*args, **kwargs)
        given.apply_defaults()
        return Query(write, [given.arguments[n] for n in free], tuple(given.kwargs.items()))

    return ask


class _Values(TypeDecorator[Sequence[Any]]):
    """Any number of values as one parameter, so that the text does not change with their number."""

    impl = String
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(self.item) if dialect.name == "postgresql" else String()

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else orjson.dumps(value).decode()


class one_of(FunctionElement[bool]):  # noqa: N801 - reads as a function, like SQLAlchemy's own
    """``column IN values``, for a placeholder that stands for a list."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, values: Any) -> None:
        super().__init__(column, type_coerce(values, _Values(column.type)))

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Stay as it is: SQLAlchemy would compare it with 1 on SQLite, and no index could follow."""
        return self


@compiles(one_of)
def _one_of(element: Any, compiler: Any, **_kw: Any) -> str:
    column, values = [compiler.process(clause) for clause in element.clauses]
    if compiler.dialect.name == "postgresql":
        return f"{column} = ANY ({values})"
    # Rows are looked up by their ids; everything else filters a page. The plus keeps SQLite from driving
    # the page by the filter's index and sorting all that it finds.
    plus = "" if isinstance(next(iter(element.clauses)).type, Id) else "+"
    return f"{plus}{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - both are placeholders


@lru_cache(maxsize=SHAPES)
def row_class(kind: type[Table]) -> Any:
    """Give the named tuple that rows of a table come as."""
    return namedtuple(kind.__name__, [c.name for c in kind.__table__.columns])  # type: ignore[attr-defined]


@lru_cache(maxsize=SHAPES)
def inserting(kind: type[Table]) -> tuple[Callable[..., Any], tuple[str, ...]]:
    """Write the INSERT of a whole row; name its columns in order."""
    table = kind.__table__  # type: ignore[attr-defined]
    names = tuple(c.name for c in table.columns)
    return lambda *cells: table.insert().values(dict(zip(names, cells, strict=True))), names


@lru_cache(maxsize=SHAPES)
def changing(kind: type[Table], names: tuple[str, ...]) -> tuple[Callable[..., Any], str]:
    """Write the UPDATE of some columns of one row; name the column that is its key."""
    table = kind.__table__  # type: ignore[attr-defined]
    (key,) = table.primary_key

    def write(value: Any, *cells: Any) -> Any:
        return table.update().where(key == value).values(dict(zip(names, cells, strict=True)))

    return write, key.name


@lru_cache(maxsize=SHAPES)
def removing(kind: type[Table]) -> tuple[Callable[..., Any], str]:
    """Write the DELETE of one row; name the column that is its key."""
    table = kind.__table__  # type: ignore[attr-defined]
    (key,) = table.primary_key
    return lambda value: table.delete().where(key == value), key.name


@lru_cache(maxsize=SHAPES)
def _plan(
    write: Callable[..., Any], absent: tuple[bool, ...], fixed: tuple[tuple[str, Any], ...], dialect: Dialect
) -> Plan:
    holes: list[Any] = [None if gone else bindparam(f"_{i}") for i, gone in enumerate(absent)]
    statement = write(*holes, **dict(fixed))
    compiled = statement.compile(dialect=dialect)
    sql = str(compiled)
    if compiled.insert_prefetch or compiled.update_prefetch or "[POSTCOMPILE" in sql:
        raise TypeError(f"Name every column, and use one_of() for lists: {sql}")
    return Plan(sql, _binder(compiled, dialect), _reader(statement, dialect))


def _binder(compiled: Any, dialect: Dialect) -> Callable[[Sequence[Any]], list[Any]]:
    order: list[tuple[int, Any, Any]] = []  # where the value is (or -1), how it is converted, the constant
    for key in compiled.positiontup:
        bound = compiled.binds[key]
        convert = bound.type.dialect_impl(dialect).bind_processor(dialect)
        if bound.required:
            order.append((int(key.removeprefix("_")), convert, None))
        else:
            value = bound.effective_value
            order.append((-1, None, convert(value) if convert else value))

    def bind(values: Sequence[Any]) -> list[Any]:
        return [
            constant
            if i < 0
            else (convert(values[i]) if convert is not None and values[i] is not None else values[i])
            for i, convert, constant in order
        ]

    return bind


def _reader(statement: Any, dialect: Dialect) -> Callable[[Sequence[Any]], Any]:
    columns = list(statement.exported_columns) if statement.is_select or statement.is_dml else []
    converts = [(i, c) for i, column in enumerate(columns) if (c := _from_database(column.type, dialect))]
    described = (
        getattr(statement, "column_descriptions", None)
        or getattr(statement, "returning_column_descriptions", None)
        or ()
    )
    make: Callable[[Sequence[Any]], Any]
    entities = [part["expr"] for part in described]
    if any(isinstance(entity, type) for entity in entities):
        make = _maker(entities)
    elif len(columns) == 1:
        make = _only
    else:
        names: Any = [getattr(c, "name", "_") or "_" for c in columns]
        kind: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        make = kind._make

    def read(row: Sequence[Any]) -> Any:
        cells = list(row)
        for i, convert in converts:
            if cells[i] is not None:
                cells[i] = convert(cells[i])
        return make(cells)

    return read if converts else make


def _maker(entities: Sequence[Any]) -> Callable[[Sequence[Any]], Any]:
    """Make rows of one table, or tuples of a row per table (or value) when there are several."""
    if len(entities) == 1:
        return cast("Callable[[Sequence[Any]], Any]", row_class(entities[0])._make)
    parts, start = [], 0
    for entity in entities:
        made = row_class(entity) if isinstance(entity, type) else None
        end = start + (len(made._fields) if made else 1)
        parts.append((made._make if made else _only, start, end))
        start = end
    return lambda cells: tuple([make(cells[a:b]) for make, a, b in parts])


def _only(cells: Sequence[Any]) -> Any:
    return cells[0]


def _from_database(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Find SQLAlchemy's own conversion of a column, or a quicker one with the same result."""
    if isinstance(kind, Json):
        return orjson.loads
    if dialect.name != "postgresql":
        if isinstance(kind, Moment):
            return datetime.fromisoformat
        if isinstance(kind, Date):
            return date.fromisoformat
    found: Callable[[Any], Any] | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return found
