"""Finding procedures. A published version never changes, so it is read and built once."""

from datetime import date
from typing import Any

from sqlmodel import and_, col, func, or_, select

from app.actor import Actor
from app.areas.queries import all_areas, visible_areas
from app.database import Reader
from app.domain.moves import Procedure
from app.domain.procedure_documents import read_procedure
from app.domain.publication import PUBLISHED
from app.domain.standing import Role
from app.errors import NotFound, Words
from app.procedures.models import ProcedureVersion
from app.query import Selection, one_of, query

STANDARD = "standard"


class ProcedureNotFound(NotFound):
    """No procedure has this id, or it belongs to an area that is not the caller's or above it."""

    title = Words("找不到该服务流程", "Procedure not found")
    detail = Words("没有编号为 {id} 的服务流程。", "There is no procedure {id}.")


@query
def find_procedure(procedure_id: str) -> Selection[ProcedureVersion]:
    """Find a version by id."""
    return select(ProcedureVersion).where(ProcedureVersion.id == procedure_id)


def _seen(published_in: Any, drafts_in: Any) -> Any:
    return or_(
        and_(
            col(ProcedureVersion.state) == PUBLISHED,
            one_of(col(ProcedureVersion.area_code), published_in),
        ),
        one_of(col(ProcedureVersion.area_code), drafts_in),
    )


@query
def _version(procedure_id: str, published_in: list[str], drafts_in: Any) -> Selection[ProcedureVersion]:
    return select(ProcedureVersion).where(ProcedureVersion.id == procedure_id, _seen(published_in, drafts_in))


@query
def lock_draft(procedure_id: str, areas: Any) -> Selection[ProcedureVersion]:
    """Find a version of these areas and keep other writers away from it."""
    return (
        select(ProcedureVersion)
        .where(ProcedureVersion.id == procedure_id, one_of(col(ProcedureVersion.area_code), areas))
        .with_for_update()
    )


@query
def last_number(area_code: str, code: str) -> Selection[int | None]:
    """Tell the greatest number of a procedure in an area."""
    return select(func.max(ProcedureVersion.number)).where(
        ProcedureVersion.area_code == area_code, ProcedureVersion.code == code
    )


@query
def versions_page(
    limit: int, published_in: list[str], drafts_in: Any, areas: Any, code: str | None, state: str | None,
    last: str | None,
) -> Selection[ProcedureVersion]:  # fmt: skip
    """List versions in the order they were drafted, after the last one seen."""
    statement = select(ProcedureVersion).where(_seen(published_in, drafts_in))
    if areas is not None:
        statement = statement.where(one_of(col(ProcedureVersion.area_code), areas))
    if code is not None:
        statement = statement.where(ProcedureVersion.code == code)
    if state is not None:
        statement = statement.where(ProcedureVersion.state == state)
    if last is not None:
        statement = statement.where(col(ProcedureVersion.id) > last)
    return statement.order_by(col(ProcedureVersion.id)).limit(limit)


async def sight(session: Reader, actor: Actor) -> tuple[list[str], list[str]]:
    """Name the areas whose published procedures a caller may see, and those whose drafts he may see."""
    return list(await visible_areas(session, actor)), list(actor.areas) if actor.role == Role.ADMIN else []


async def get_version(session: Reader, actor: Actor, procedure_id: str) -> ProcedureVersion:
    """Find a version the caller may see, or refuse ``ProcedureNotFound``."""
    found = await session.first(_version(procedure_id, *await sight(session, actor)))
    if found is None:
        raise ProcedureNotFound(id=procedure_id)
    return found


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
def _in_force(codes: list[str], code: str, today: date) -> Selection[ProcedureVersion]:
    return (
        select(ProcedureVersion)
        .where(
            one_of(col(ProcedureVersion.area_code), codes),
            ProcedureVersion.code == code,
            ProcedureVersion.state == PUBLISHED,
            col(ProcedureVersion.effective_from) <= today,
        )
        .order_by(col(ProcedureVersion.effective_from).desc(), col(ProcedureVersion.number).desc())
    )


async def procedure_in_force(
    session: Reader, area_code: str, today: date, code: str = STANDARD
) -> ProcedureVersion:
    """Find the procedure a new project goes by: its area's own, else the nearest above's."""
    parents = {a.code: a.parent_code for a in await session.all(all_areas())}
    chain: list[str] = []
    here: str | None = area_code
    while here is not None:
        chain.append(here)
        here = parents.get(here)
    found = await session.all(_in_force(chain, code, today))
    if not found:
        raise NoProcedureInForce(area=area_code)
    return min(found, key=lambda v: chain.index(v.area_code))
