"""The scope that every row of a project carries, written anew when the project's area or owner changes."""

from typing import Any

from sqlmodel import select

from app.database import Writer
from app.events.models import Event
from app.projects.models import Project
from app.query import Selection, query
from app.table import Table


def scoped_tables() -> list[type[Table]]:
    """Find every table whose rows carry the scope of a project; of the ledger nothing can be changed."""
    return [
        kind
        for kind in Table.__subclasses__()
        if kind is not Event and {"project_id", "area_code"} <= set(_columns(kind))
    ]


def _columns(kind: type[Table]) -> list[str]:
    return [column.name for column in kind.__table__.columns]  # type: ignore[attr-defined]  # SQLModel sets it


@query
def _rows(project_id: str, *, kind: Any) -> Selection[Any]:
    found: Selection[Any] = select(kind).where(kind.project_id == project_id)
    return found


async def restamp(session: Writer, project: Project, area_code: str, owner_uscc: str | None) -> None:
    """Write area and owner into every row of a locked project, in whichever room; not into the project.

    Tables are found by their columns, so that none that comes later is forgotten. Events keep the stamp
    they were recorded with.
    """
    stamp = {"area_code": area_code, "owner_uscc": owner_uscc}
    for kind in scoped_tables():
        carried = {name: value for name, value in stamp.items() if name in _columns(kind)}
        for row in await session.all(_rows(project.id, kind=kind)):
            changed = {name: value for name, value in carried.items() if getattr(row, name) != value}
            if changed:
                await session.change(row, **changed)
