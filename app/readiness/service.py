"""Checking an item before it is filed, and telling what a project's materials are used for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.actor import Actor, check_named
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.catalogue import Catalogue
from app.domain.items import ItemAct, ItemState
from app.domain.planned import ItemKind, PlannedItem
from app.domain.predicates import ATTRIBUTES, missing
from app.domain.prerequisites import unmet_needs
from app.domain.readiness import (
    UNLISTED_BASIS,
    Filing,
    GapKind,
    Readiness,
    Usage,
    Wanted,
    check_readiness,
    submissions_saved,
    usage_of,
)
from app.domain.separation import check_agent
from app.domain.vocabulary import EntryMode, MaterialState
from app.errors import Words
from app.events.service import record
from app.items.applying import NewStep, Open, apply_step, lock_case
from app.items.judging import unmet_of
from app.items.models import ItemCase, ItemStep
from app.items.papers import asked_for, catalogue_for
from app.items.queries import planned_items
from app.progress.models import Material
from app.projects.models import Project
from app.projects.queries import every_part, get_project, stamp_of
from app.projects.standing import standing_of
from app.readiness.queries import filings_of
from app.readiness.schemas import FilingUseOut, MaterialUseOut, MaterialUsesOut

CONDITIONAL = ("process_class", "approval_mode", "land_mode", "construction_nature", "fund_nature")
"""Columns of a project that a condition of the catalogue may ask for; the rest stand in ``attributes``."""


async def check_item(session: Writer, actor: Actor, case_id: str) -> tuple[ItemStep, ItemCase]:
    """Check whether an item can be filed now and keep what was found, as a step of its case.

    What is missing refuses nothing. Refuses the unnamed, and an agent who is not assigned.
    """
    check_named(actor)
    known = await lock_case(session, actor, case_id)
    check_agent(actor.role, actor.person, standing_of(*known.pair))
    found = check_readiness(await _filing(session, actor, known))
    new = NewStep(
        code=ItemAct.READINESS_CHECKED,
        occurred_at=actor.at,
        mode=EntryMode.ONLINE,
        event_id=new_id(actor.at),
        told={"check": _stored(found)},
    )
    known, step = await apply_step(session, actor, known, new)
    facts = {"item_case_id": case_id, "item_code": known.case.item_code, "is_ready": found.is_ready}
    stamp = stamp_of(known.pair[0], known.case.department_code)
    await record(session, actor, "item.readiness_checked", stamp, id=new.event_id, facts=facts)
    return step, known.case


async def material_uses(session: Reader, actor: Actor, project_id: str) -> MaterialUsesOut:
    """Tell of every material of a project which items ask for it and which filings have used it.

    A department sees its own items'. Refuses ``ProjectNotFound``.
    """
    project, _ = await get_project(session, actor, project_id)
    plan = await planned_items(session, project_id)
    catalogue = await catalogue_for(session, project.area_code, actor.today)
    used: dict[str, list[str]] = {}
    items: dict[str, str] = {}
    for case, step in await filings_of(session, actor, project_id):
        items[case.id] = case.item_code
        used.setdefault(case.id, []).extend(step.facts.get("used") or ())
    department = actor.scope.department
    needs = {
        item.code: item.materials
        for item in plan.values()
        if item.has_case() and department in (None, item.department)
    }
    usages = usage_of(needs, used.items())
    held = {m.code: m for m in await every_part(session, actor, project_id, Material) if m.code is not None}
    return MaterialUsesOut(
        project_id=project_id,
        submissions_saved=submissions_saved(usages),
        materials=[_use_body(usage, held.get(usage.code), catalogue, items) for usage in usages],
    )


def _use_body(
    usage: Usage, material: Material | None, catalogue: Catalogue | None, items: Mapping[str, str]
) -> MaterialUseOut:
    name = _name(usage.code, catalogue)
    if material is not None:
        name = Words(material.name, material.name)
    return MaterialUseOut(
        code=usage.code,
        name={"zh": name.zh, "en": name.en},
        material_id=None if material is None else material.id,
        state=None if material is None else material.state,
        needed_by=list(usage.needed_by),
        used_by=[FilingUseOut(item_case_id=case, item_code=items[case]) for case in usage.used_by],
    )


def _name(code: str, catalogue: Catalogue | None) -> Words:
    """Name a material as the catalogue does; one it does not have by its code."""
    known = None if catalogue is None else catalogue.materials.get(code)
    return Words(code, code) if known is None else known.name


async def _filing(session: Reader, actor: Actor, known: Open) -> Filing:
    """Gather what the rule may know of an item that is to be filed."""
    case, (project, _) = known.case, known.pair
    item = known.plan.get(case.item_code)
    catalogue = await catalogue_for(session, project.area_code, actor.today)
    materials = await every_part(session, actor, project.id, Material)
    return Filing(
        kind=ItemKind(case.kind),
        state=ItemState(case.state),
        has_owner=project.owner_uscc is not None,
        has_project_code=project.project_code is not None,
        unknown=_unknown(project, case, catalogue),
        unmet=_unmet(known, item, actor.today),
        wanted=tuple([_wanted(code, catalogue) for code in asked_for(case, item, catalogue)]),
        held={m.code: MaterialState(m.state) for m in materials if m.code is not None},
        passed=frozenset(other.item_code for other in known.cases if other.is_passed),
    )


def _unknown(project: Project, case: ItemCase, catalogue: Catalogue | None) -> dict[str, Words]:
    """Name the attributes that keep it open whether the item applies at all."""
    item = None if catalogue is None else catalogue.items.get(case.item_code)
    if item is None:
        return {}
    facts = {**project.attributes, **{name: getattr(project, name) for name in CONDITIONAL}}
    return {name: ATTRIBUTES[name].words for name in missing(item.applies_when, facts)}


def _unmet(known: Open, item: PlannedItem | None, day: date) -> dict[str, Words]:
    """Name the prerequisites lacking: alternatives by all their codes, each need once."""
    if item is None:
        return {}
    needs = unmet_needs(item, known.plan, known.reached, day)
    names = unmet_of(known.case, known.plan, known.reached, day)
    return {"|".join(need.any_of): name for need, name in zip(needs, names, strict=True)}


def _wanted(code: str, catalogue: Catalogue | None) -> Wanted:
    known = None if catalogue is None else catalogue.materials.get(code)
    if known is None:
        return Wanted(code, Words(code, code), UNLISTED_BASIS, None, may_be_supplemented=False, result_of=())
    may_wait = known.may_be_supplemented
    return Wanted(code, known.name, known.basis, known.supplier, may_wait, known.result_of)


def _stored(found: Readiness) -> dict[str, Any]:
    """Give a check the form it is kept in."""
    return {
        "is_ready": found.is_ready,
        "may_be_bridged": found.may_be_bridged,
        "gaps": [
            {
                "kind": gap.kind.value,
                "code": gap.code,
                "name": {"zh": gap.name.zh, "en": gap.name.en},
                "basis": {"zh": gap.basis.zh, "en": gap.basis.en},
                "supplied_by": None if gap.supplied_by is None else gap.supplied_by.value,
                "may_be_bridged": gap.may_be_bridged,
            }
            for gap in found.gaps
        ],
        "missing": [gap.code for gap in found.gaps if gap.kind is GapKind.MATERIAL],
        "there": list(found.there),
    }
