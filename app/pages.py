"""Lists: limit and opaque keyset cursor, the same on every endpoint."""

import base64
import json
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from typing_extensions import TypedDict

from app.errors import Invalid, Words
from app.wire import is_uuid

T = TypeVar("T")
MOST = 2**31  # places and numbers within a project stay below it


class CursorInvalid(Invalid):
    """The cursor was not given out by this list, or for another sort order."""

    title = Words("游标无效", "Invalid cursor")
    detail = Words(
        "cursor 无效或属于另一种排序。", "The cursor is not of this list or belongs to another order."
    )


def whole(value: Any) -> Any:
    """Read a number of a query: digits only; the rest is for pydantic to refuse."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("integer")
    return value


class PageIn(BaseModel):
    """What every list can be asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, BeforeValidator(whole)] = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=500)


class PageOut(TypedDict, Generic[T]):
    """A page of a list. ``total`` is null unless it was asked for by ``include=total``."""

    items: list[T]
    next_cursor: str | None
    total: int | None


def cursor_of(*last: Any) -> str:
    """Write the values of the last row's order as an opaque cursor."""
    return base64.urlsafe_b64encode(json.dumps(last, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """Read a cursor back; each value has to be of its kind (None is allowed). Refuses ``CursorInvalid``."""
    if cursor is None:
        return None
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except ValueError:
        raise CursorInvalid from None
    if not isinstance(values, list) or len(values) != len(kinds):
        raise CursorInvalid
    if any(v is not None and type(v) is not kind for v, kind in zip(values, kinds, strict=True)):
        raise CursorInvalid
    if any(isinstance(v, int) and not 0 <= v < MOST for v in values):
        raise CursorInvalid
    if any(isinstance(v, str) and ("\x00" in v or not v.isprintable()) for v in values):
        raise CursorInvalid
    return tuple(values)


def read_id(cursor: str | None) -> str | None:
    """Read the id that the page before ended with. Refuses ``CursorInvalid``."""
    last: str | None
    (last,) = read_cursor(cursor, str) or (None,)
    if last is not None and not is_uuid(last):
        raise CursorInvalid
    return last


def cut(rows: list[Any], limit: int) -> tuple[list[Any], bool]:
    """Cut the one row too many that tells whether there is a next page."""
    return rows[:limit], len(rows) > limit
