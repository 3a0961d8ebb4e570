"""Finding corrections through the scope of their project, and the rows they put right."""

from typing import Any

from sqlmodel import select

from app.actor import Actor
from app.corrections.models import Correction
from app.database import Reader
from app.errors import NotFound, Words
from app.particulars.models import WorkPackage
from app.progress.models import Milestone
from app.projects.queries import find_part
from app.query import Selection, query

PARTS: dict[str, Any] = {"milestone": Milestone, "work_package": WorkPackage}


class CorrectionNotFound(NotFound):
    """The project has no correction with this id."""

    title = Words("找不到该更正", "Correction not found")
    detail = Words("该项目没有这条更正记录。", "The project has no such correction.")


@query
def part(row_id: str, project_id: str, *, table: str) -> Selection[Any]:
    """Find a row of a locked project that a correction may change."""
    kind = PARTS[table]
    found: Selection[Any] = select(kind).where(kind.id == row_id, kind.project_id == project_id)
    return found


async def get_correction(session: Reader, actor: Actor, project_id: str, correction_id: str) -> Correction:
    """Find a correction of a project in scope, or refuse ``CorrectionNotFound``."""
    found = await find_part(session, actor, project_id, Correction, correction_id)
    if found is None:
        raise CorrectionNotFound
    return found
