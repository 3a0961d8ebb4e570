"""Reading private values by id."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import String, column, table
from sqlalchemy import select as sql_select
from sqlmodel import col, select
from typing_extensions import TypedDict

from app.actor import within
from app.database import Reader
from app.private.models import Private
from app.query import Selection, one_of, query
from app.table import Id


class _Project:
    """The project table as scoping needs it; the room itself stands higher up."""

    __tablename__ = "project"
    _table = table(
        "project", column("id", Id()), column("area_code", String()), column("owner_uscc", String())
    )
    id, area_code, owner_uscc = _table.c.id, _table.c.area_code, _table.c.owner_uscc


class TextOut(TypedDict):
    """A private text; ``text`` is null when it was erased, is masked for this role, or only its id told."""

    id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    text: str | None
    is_erased: bool


@query
def _private(ids: list[str]) -> Selection[Private]:
    return select(Private).where(one_of(col(Private.id), ids))


@query
def private_place(private_id: str) -> Selection[Any]:
    """Tell which project a private value belongs to, and where it was kept; the project is locked first."""
    return select(Private.project_id, Private.kept_in).where(Private.id == private_id)


@query
def lock_private(private_id: str) -> Selection[Private]:
    """Lock a private value against another erasure; rows that refer to it are not held up."""
    return select(Private).where(Private.id == private_id).with_for_update(key_share=True)


@query
def lock_scope(project_id: str, areas: Any, department: str | None, owner: str | None) -> Selection[Any]:
    """Lock a project in scope and give what its events are stamped with; its room stands higher up."""
    return (
        sql_select(_Project.area_code, _Project.owner_uscc)
        .where(_Project.id == project_id, *within(_Project, areas, department, owner))
        .with_for_update()
    )


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
