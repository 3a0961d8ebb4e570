"""Reading private values by id."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field
from sqlmodel import col, select
from typing_extensions import TypedDict

from app.database import Reader
from app.private.models import Private
from app.query import Selection, one_of, query


class TextOut(TypedDict):
    """A private text; ``text`` is null when it was erased, is masked for this role, or only its id told."""

    id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    text: str | None
    is_erased: bool


@query
def _private(ids: list[str]) -> Selection[Private]:
    return select(Private).where(one_of(col(Private.id), ids))


async def texts_of(session: Reader, ids: Iterable[str | None]) -> dict[str, Private]:
    """Read private values by id, in one statement; none when there are none."""
    wanted = sorted({i for i in ids if i is not None})
    return {p.id: p for p in await session.all(_private(wanted))} if wanted else {}


def by_id(text_id: str | None) -> TextOut | None:
    """Name a private text by its id only, as answers to writes do: they are kept, the text may go."""
    return None if text_id is None else TextOut(id=text_id, text=None, is_erased=False)


def shown_text(text_id: str | None, texts: dict[str, Private]) -> TextOut | None:
    """Show a private text, or say that it was erased."""
    if text_id is None:
        return None
    found = texts.get(text_id)
    value = found.value if found else None
    return TextOut(id=text_id, text=value, is_erased=value is None)
