"""Finding the catalogue in force. A published version never changes, so it is read once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from sqlalchemy import or_
from sqlalchemy import select as sql_select
from sqlmodel import and_, col, func, select

from app.actor import Actor
from app.areas.models import Department
from app.areas.queries import areas_above, visible_areas
from app.catalogue.models import CatalogueVersion
from app.database import Reader
from app.domain.catalogue import Catalogue, lay_over, read_catalogue
from app.domain.publication import PUBLISHED
from app.domain.standing import Role
from app.errors import NotFound, Words
from app.query import Selection, one_of, query


class CatalogueNotFound(NotFound):
    """No catalogue version has this id, or it belongs to an area that is not the caller's or above it."""

    title = Words("找不到该目录版本", "Catalogue version not found")
    detail = Words("没有编号为 {id} 的目录版本。", "There is no catalogue version {id}.")


class NoCatalogueInForce(NotFound):
    """Neither the area nor any area above it has a published catalogue in force on the day."""

    title = Words("没有生效的事项目录", "No catalogue in force")
    detail = Words("区域 {area} 及其上级没有生效的事项目录。", "Area {area} has no catalogue in force.")


class ItemNotInCatalogue(NotFound):
    """The catalogue in force has no item of this code."""

    title = Words("目录中没有该事项", "The item is not in the catalogue")
    detail = Words("生效的目录中没有事项 {code}。", "The catalogue in force has no item {code}.")


class Published(Protocol):
    """A published version without its document."""

    id: str
    area_code: str
    number: int
    effective_from: date


class InForce(NamedTuple):
    """The catalogue in force in an area, and the ids of the versions it is laid together from, root first."""

    catalogue: Catalogue
    document: dict[str, Any]
    versions: tuple[str, ...]


@query
def published_versions() -> Selection[Any]:
    """Name every published version, without its document."""
    return sql_select(
        col(CatalogueVersion.id),
        col(CatalogueVersion.area_code),
        col(CatalogueVersion.number),
        col(CatalogueVersion.effective_from),
    ).where(CatalogueVersion.state == PUBLISHED)


@query
def documents_of(ids: list[str]) -> Selection[Any]:
    """Read the documents of some versions."""
    return select(CatalogueVersion.id, CatalogueVersion.document).where(one_of(col(CatalogueVersion.id), ids))


def _seen(published_in: Any, drafts_in: Any) -> Any:
    area = col(CatalogueVersion.area_code)
    is_published = and_(col(CatalogueVersion.state) == PUBLISHED, one_of(area, published_in))
    return or_(is_published, one_of(area, drafts_in))


@query
def _version(version_id: str, published_in: list[str], drafts_in: Any) -> Selection[CatalogueVersion]:
    return select(CatalogueVersion).where(CatalogueVersion.id == version_id, _seen(published_in, drafts_in))


@query
def lock_draft(version_id: str, areas: Any) -> Selection[CatalogueVersion]:
    """Find a version of these areas and keep other writers away from it."""
    return (
        select(CatalogueVersion)
        .where(CatalogueVersion.id == version_id, one_of(col(CatalogueVersion.area_code), areas))
        .with_for_update()
    )


@query
def last_number(area_code: str) -> Selection[int | None]:
    """Tell the greatest number of an area's versions."""
    return select(func.max(CatalogueVersion.number)).where(CatalogueVersion.area_code == area_code)


@query
def versions_page(
    limit: int, published_in: list[str], drafts_in: Any, areas: Any, state: str | None, last: str | None
) -> Selection[CatalogueVersion]:
    """List versions in the order they were drafted, after the last one seen."""
    statement = select(CatalogueVersion).where(_seen(published_in, drafts_in))
    if areas is not None:
        statement = statement.where(one_of(col(CatalogueVersion.area_code), areas))
    if state is not None:
        statement = statement.where(CatalogueVersion.state == state)
    if last is not None:
        statement = statement.where(col(CatalogueVersion.id) > last)
    return statement.order_by(col(CatalogueVersion.id)).limit(limit)


@query
def _valid_departments(areas: list[str], day: date) -> Selection[Department]:
    return select(Department).where(
        one_of(col(Department.area_code), areas),
        col(Department.valid_from) <= day,
        or_(col(Department.valid_to).is_(None), col(Department.valid_to) >= day),
    )


async def sight(session: Reader, actor: Actor) -> tuple[list[str], list[str]]:
    """Name the areas whose published versions a caller may see, and those whose drafts he may see."""
    return list(await visible_areas(session, actor)), list(actor.areas) if actor.role == Role.ADMIN else []


async def get_version(session: Reader, actor: Actor, version_id: str) -> CatalogueVersion:
    """Find a version the caller may see, or refuse ``CatalogueNotFound``."""
    found = await session.first(_version(version_id, *await sight(session, actor)))
    if found is None:
        raise CatalogueNotFound(id=version_id)
    return found


def layers(above: Sequence[str], published: Iterable[Published], on: date) -> list[Published]:
    """Name the versions in force on a day, the root's first; ``above``: the area, then those it lies in."""
    found = list[Published]()
    for area in reversed(above):
        valid = [v for v in published if v.area_code == area and v.effective_from <= on]
        if valid:
            found.append(max(valid, key=lambda v: (v.effective_from, v.number)))
    return found


def laid_together(documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Lay an area's documents over each other, the root's first."""
    whole: dict[str, Any] = {"items": [], "materials": []}
    for document in documents:
        whole = lay_over(whole, document)
    return whole


async def catalogue_of(session: Reader, area_code: str, on: date) -> InForce:
    """Give the catalogue in force in an area on a day, or refuse ``NoCatalogueInForce``.

    Two statements, and one more the first time a version is met.
    """
    above = await areas_above(session, area_code)
    ids = tuple([v.id for v in layers(above, await session.all(published_versions()), on)])
    if not ids:
        raise NoCatalogueInForce(area=area_code)
    return await catalogue_laid(session, ids)


async def catalogue_laid(session: Reader, ids: tuple[str, ...]) -> InForce:
    """Give the catalogue that published versions make, laid over each other in this order."""
    known: InForce | None = session.memory.get((InForce, ids))
    if known is None:
        documents = {row.id: row.document for row in await session.all(documents_of(list(ids)))}
        whole = laid_together([documents[i] for i in ids])
        known = InForce(read_catalogue(whole), whole, ids)
        session.memory[InForce, ids] = known
    return known


async def holders_in(session: Reader, area_code: str, on: date) -> dict[str, str]:
    """Give the department of each kind in an area on a day: its own, else that of the nearest area above.

    Departments are named ``<area>-<kind>``; each is also known by its whole code.
    """
    above = await areas_above(session, area_code)
    rows = await session.all(_valid_departments(list(above), on))
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda d: (-above.index(d.area_code), d.code)):
        found[row.code] = row.code
        if row.code.startswith(f"{row.area_code}-"):
            found[row.code.removeprefix(f"{row.area_code}-")] = row.code
    return found
