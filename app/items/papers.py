"""The papers an item asks for, and those of its project that a filing of it uses."""

from datetime import date

from app.actor import Actor
from app.catalogue.queries import NoCatalogueInForce, catalogue_of
from app.database import Reader
from app.domain.catalogue import Catalogue
from app.domain.items import ItemState
from app.domain.planned import PlannedItem
from app.domain.vocabulary import MaterialState
from app.items.models import ItemCase
from app.progress.models import Material
from app.projects.queries import every_part

FILINGS = frozenset({ItemState.RECEIVED, ItemState.CORRECTION_ENDED})


async def catalogue_for(session: Reader, area_code: str, on: date) -> Catalogue | None:
    """Give the catalogue in force in an area; None where there is none."""
    try:
        return (await catalogue_of(session, area_code, on)).catalogue
    except NoCatalogueInForce:
        return None


def asked_for(case: ItemCase, item: PlannedItem | None, catalogue: Catalogue | None) -> tuple[str, ...]:
    """Name the materials an item asks for by code: as its plan says, else as the catalogue does."""
    if item is not None:
        return item.materials
    known = None if catalogue is None else catalogue.items.get(case.item_code)
    return () if known is None else known.materials


async def used_by_filing(
    session: Reader, actor: Actor, case: ItemCase, item: PlannedItem | None
) -> list[str]:
    """Name the materials of the project a filing of an item uses: asked for and there."""
    catalogue = None if item is not None else await catalogue_for(session, case.area_code, actor.today)
    wanted = asked_for(case, item, catalogue)
    if not wanted:
        return []
    materials = await every_part(session, actor, case.project_id, Material)
    return sorted({m.code for m in materials if m.code in wanted and m.state == MaterialState.RECEIVED})
