"""Drafting and publishing versions of a catalogue; a published one is never changed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from app.actor import Actor, check_named
from app.answers import check_version
from app.areas.queries import AreaNotFound, areas_above, lock_areas
from app.catalogue.models import CatalogueVersion
from app.catalogue.queries import (
    CatalogueNotFound,
    Published,
    documents_of,
    laid_together,
    last_number,
    layers,
    lock_draft,
    published_versions,
    sight,
    versions_page,
)
from app.catalogue.schemas import VersionIn, VersionsIn
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.catalogue_shape import CatalogueHasFaults, check_catalogue, find_faults
from app.domain.publication import (
    DRAFT,
    PUBLISHED,
    NumberJustTaken,
    check_draft,
    check_effective,
    check_publisher,
)
from app.errors import Fault, Words
from app.events.service import Stamp, record
from app.pages import cursor_of, cut, read_id
from app.troubles import clashing

BELOW = Words("区域 {area} 的目录将因此有误：{why}", "The catalogue of area {area} would have a fault: {why}")


async def list_versions(
    session: Reader, actor: Actor, asked: VersionsIn
) -> tuple[list[CatalogueVersion], str | None]:
    """List a page of the versions a caller may see: published ones, and to administrators their drafts."""
    last = read_id(asked.cursor)
    seen = await sight(session, actor)
    found = await session.all(versions_page(asked.limit + 1, *seen, asked.area, asked.state, last))
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None


async def draft_version(session: Writer, actor: Actor, given: VersionIn) -> CatalogueVersion:
    """Store the draft of an area's next version. Refuses the unnamed, a foreign area, faults."""
    check_named(actor)
    if not actor.has_area(given.area_code):
        raise AreaNotFound(code=given.area_code)
    await _check_document(session, actor, given.area_code, given.document)
    number = (await session.one(last_number(given.area_code)) or 0) + 1
    with clashing(uq_catalogue_version_area_code=NumberJustTaken()):
        version = await session.insert(
            CatalogueVersion,
            id=new_id(actor.at),
            area_code=given.area_code,
            number=number,
            document=given.document,
            state=DRAFT,
            effective_from=None,
            drafted_by=actor.person,
            created_at=actor.at,
            published_at=None,
        )
    await record(session, actor, "catalogue.drafted", _stamp(version))
    return version


async def change_version(
    session: Writer, actor: Actor, version_id: str, document: Any, expected: int | None
) -> CatalogueVersion:
    """Replace the document of a draft; whoever does it becomes its drafter. Refuses the unnamed."""
    check_named(actor)
    version = await _lock(session, actor, version_id)
    check_version(expected, version.version)
    check_draft(version)
    await _check_document(session, actor, version.area_code, document)
    version = await session.change(
        version, document=document, drafted_by=actor.person, version=version.version + 1
    )
    await record(session, actor, "catalogue.draft_changed", _stamp(version))
    return version


async def publish_version(
    session: Writer, actor: Actor, version_id: str, effective_from: date
) -> CatalogueVersion:
    """Publish a draft from a day on, for good; it has to fit under every catalogue that lies over it.

    Refuses the unnamed, its drafter, a day in the past, faults here or in an area below. Plans keep the
    items they were made from.
    """
    check_named(actor)
    areas = await session.all(lock_areas())  # two publications at once would not see each other
    version = await _lock(session, actor, version_id)
    check_publisher(version, actor.person)
    check_effective(effective_from, actor.today)
    version = await session.change(
        version,
        state=PUBLISHED,
        effective_from=effective_from,
        published_at=actor.at,
        version=version.version + 1,
    )
    await _check_from_then_on(session, {a.code: a.parent_code for a in areas}, version)
    await record(session, actor, "catalogue.published", _stamp(version))
    return version


async def _check_document(session: Reader, actor: Actor, area_code: str, document: Any) -> None:
    """Refuse a document with faults when laid over what is in force above its area today."""
    above = (await areas_above(session, area_code))[1:]
    ids = [v.id for v in layers(above, await session.all(published_versions()), actor.today)]
    documents = {row.id: row.document for row in await session.all(documents_of(ids))}
    check_catalogue(document, laid_together([documents[i] for i in ids]), "/document")


async def _check_from_then_on(
    session: Reader, parents: dict[str, str | None], version: CatalogueVersion
) -> None:
    """Look at every catalogue the version will be part of, on every day one of them changes."""
    published: list[Published] = await session.all(published_versions())
    documents = {r.id: r.document for r in await session.all(documents_of([v.id for v in published]))}
    since = version.effective_from
    days = sorted({v.effective_from for v in published if since is None or v.effective_from >= since})
    faults = dict[tuple[str, str], Fault]()
    for area in parents:
        above = _above(area, parents)
        for on in days if version.area_code in above else ():
            stack = layers(above, published, on)
            if stack and stack[-1].area_code == area:
                for fault in _faults_of(area, version.area_code, [documents[v.id] for v in stack]):
                    faults.setdefault((fault.pointer, fault.words.en), fault)
    if faults:
        raise CatalogueHasFaults(faults=faults.values(), count=len(faults))


def _above(area: str, parents: dict[str, str | None]) -> list[str]:
    """Name an area and all it lies in."""
    found = list[str]()
    here: str | None = area
    while here is not None:
        found.append(here)
        here = parents[here]
    return found


def _faults_of(area: str, own: str, documents: list[Any]) -> Iterator[Fault]:
    for fault in find_faults(documents[-1], laid_together(documents[:-1])):
        if area == own:
            yield Fault("/document" + fault.pointer, fault.code, fault.words, fault.facts)
        else:
            why = Words(fault.words.told("zh", fault.facts), fault.words.told("en", fault.facts))
            told = {"area": area, "why": why}
            words = Words(BELOW.told("zh", told), BELOW.told("en", told))
            yield Fault("/document", fault.code, words)


async def _lock(session: Writer, actor: Actor, version_id: str) -> CatalogueVersion:
    version = await session.first(lock_draft(version_id, actor.areas))
    if version is None:
        raise CatalogueNotFound(id=version_id)
    return version


def _stamp(version: CatalogueVersion) -> Stamp:
    return Stamp(None, version.area_code, None)
