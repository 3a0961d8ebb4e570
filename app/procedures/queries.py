"""Finding procedures. A published version never changes, so it is read and built once."""

from datetime import date

from sqlmodel import col, select

from app.areas.queries import all_areas
from app.database import Reader
from app.domain.moves import Procedure
from app.domain.procedure_documents import read_procedure
from app.errors import NotFound, Words
from app.procedures.models import ProcedureVersion
from app.query import Selection, one_of, query

DRAFT, PUBLISHED = "draft", "published"
STANDARD = "standard"


class ProcedureNotFound(NotFound):
    """No procedure has this id, or it belongs to an area that is not the caller's or above it."""

    title = Words("找不到该服务流程", "Procedure not found")
    detail = Words("没有编号为 {id} 的服务流程。", "There is no procedure {id}.")


@query
def find_procedure(procedure_id: str) -> Selection[ProcedureVersion]:
    """Find a version by id."""
    return select(ProcedureVersion).where(ProcedureVersion.id == procedure_id)


_built: dict[str, Procedure] = {}


async def get_procedure(session: Reader, procedure_id: str) -> Procedure:
    """Give the procedure a project goes by, built from its published document."""
    if (known := _built.get(procedure_id)) is not None:
        return known
    version = await session.first(find_procedure(procedure_id))
    if version is None:
        raise ProcedureNotFound(id=procedure_id)
    built = read_procedure(version.document)
    if version.state == PUBLISHED:
        _built[procedure_id] = built
    return built


class NoProcedureInForce(NotFound):
    """Neither the area nor any area above it has a published procedure in force."""

    title = Words("没有生效的服务流程", "No procedure in force")
    detail = Words("区域 {area} 及其上级没有生效的服务流程。", "Area {area} has no procedure in force.")


@query
def _in_force(codes: list[str], today: date) -> Selection[ProcedureVersion]:
    return (
        select(ProcedureVersion)
        .where(
            one_of(col(ProcedureVersion.area_code), codes),
            ProcedureVersion.code == STANDARD,
            ProcedureVersion.state == PUBLISHED,
            col(ProcedureVersion.effective_from) <= today,
        )
        .order_by(col(ProcedureVersion.effective_from).desc(), col(ProcedureVersion.number).desc())
    )


async def procedure_in_force(session: Reader, area_code: str, today: date) -> ProcedureVersion:
    """Find the procedure a new project goes by: its area's own, else the nearest above's."""
    parents = {a.code: a.parent_code for a in await session.all(all_areas())}
    chain: list[str] = []
    here: str | None = area_code
    while here is not None:
        chain.append(here)
        here = parents.get(here)
    found = await session.all(_in_force(chain, today))
    if not found:
        raise NoProcedureInForce(area=area_code)
    return min(found, key=lambda v: chain.index(v.area_code))
