"""From the catalogue to the answers about it."""

from collections.abc import Mapping
from typing import Any

from app.actor import Actor
from app.answers import ActionOut, DurationOut, WordsOut, tried
from app.catalogue.models import CatalogueVersion
from app.catalogue.queries import InForce
from app.catalogue.schemas import (
    CatalogueItemOut,
    CatalogueLimitOut,
    CatalogueMaterialOut,
    CatalogueNeedOut,
    CatalogueValidityOut,
    CatalogueVersionOut,
    CatalogueVersionSummaryOut,
    CoverageGapOut,
    CoverageOut,
    ExcludedOut,
    PlaceIn,
    RenewalOut,
    TemplateIn,
    TemplateItemOut,
    TemplateOut,
)
from app.domain.catalogue import Catalogue, CatalogueItem, CatalogueLimit, Condition
from app.domain.coverage import core_note, gaps_of
from app.domain.durations import Duration
from app.domain.plan_selection import Choice, select_items
from app.domain.planned import ItemKind
from app.domain.publication import CHANGE, PUBLISH, check_draft, check_publisher
from app.domain.renewals import Renewal
from app.domain.standing import Role
from app.errors import Words


def version_summary(version: CatalogueVersion) -> CatalogueVersionSummaryOut:
    """Show a version as lists do."""
    name = version.document["name"]
    return CatalogueVersionSummaryOut(
        id=version.id,
        version=version.version,
        area_code=version.area_code,
        number=version.number,
        name=WordsOut(zh=name["zh"], en=name["en"]),
        state=version.state,
        effective_from=version.effective_from,
        created_at=version.created_at,
        published_at=version.published_at,
    )


def version_body(version: CatalogueVersion, actor: Actor) -> CatalogueVersionOut:
    """Show a version with its document."""
    return CatalogueVersionOut(
        **version_summary(version), document=version.document, allowed_actions=_actions(version, actor)
    )


def _actions(version: CatalogueVersion, actor: Actor) -> list[ActionOut]:
    """Run the checks of the service dry; nobody but an administrator of the area has any action."""
    if actor.role != Role.ADMIN or not actor.has_area(version.area_code):
        return []
    return [
        tried("change", CHANGE, actor.language, lambda: check_draft(version)),
        tried("publish", PUBLISH, actor.language, lambda: check_publisher(version, actor.person)),
    ]


def words_body(words: Words) -> WordsOut:
    """Show a text in both languages."""
    return WordsOut(zh=words.zh, en=words.en)


def _maybe_words(words: Words | None) -> WordsOut | None:
    return None if words is None else words_body(words)


def _duration(duration: Duration | None) -> DurationOut | None:
    return None if duration is None else DurationOut(value=duration.value, unit=duration.unit)


def _condition(condition: Condition | None) -> dict[str, Any] | None:
    return None if condition is None else dict(condition)


def _limit(each: CatalogueLimit) -> CatalogueLimitOut:
    limit = each.limit
    return CatalogueLimitOut(
        duration=DurationOut(value=limit.duration.value, unit=limit.duration.unit),
        extension=limit.extension,
        anchor=limit.anchor,
        bearer=limit.bearer,
        basis=words_body(limit.basis),
        certainty=each.certainty,
        when=_condition(each.when),
    )


def item_body(item: CatalogueItem, catalogue: Catalogue, departments: Mapping[str, str]) -> CatalogueItemOut:
    """Show an item with the department that holds it and the papers it asks for."""
    validity = item.validity
    return CatalogueItemOut(
        code=item.code,
        name=words_body(item.name),
        approval_stage=str(item.approval_stage),
        kind=item.kind,
        milestone=item.milestone,
        classes=sorted(item.classes),
        holder=item.holder,
        department=None if item.holder is None else departments.get(item.holder),
        bearer=item.bearer,
        applies_when=_condition(item.applies_when),
        needs=[
            CatalogueNeedOut(kind=n.kind, any_of=list(n.any_of), when=_condition(n.when)) for n in item.needs
        ],
        limits=[_limit(each) for each in item.limits],
        no_limit=_maybe_words(item.no_limit),
        excluded=[
            ExcludedOut(name=words_body(e.name), at_most=_duration(e.at_most), certainty=e.certainty)
            for e in item.excluded
        ],
        promised=[_limit(each) for each in item.promised],
        pause_policy=item.pause_policy,
        validity=None
        if validity is None
        else CatalogueValidityOut(
            duration=DurationOut(value=validity.duration.value, unit=validity.duration.unit),
            basis=words_body(validity.basis),
            is_undone_by_start=validity.is_undone_by_start,
            renewal=_renewal(validity.renewal),
        ),
        preparation=_duration(item.preparation),
        handling=_duration(item.handling),
        materials=[_material(catalogue, code) for code in item.materials],
    )


def _renewal(renewal: Renewal | None) -> RenewalOut | None:
    if renewal is None:
        return None
    bound = renewal.at_most
    return RenewalOut(times=renewal.times, at_most=DurationOut(value=bound.value, unit=bound.unit))


def _material(catalogue: Catalogue, code: str) -> CatalogueMaterialOut:
    material = catalogue.materials[code]
    return CatalogueMaterialOut(
        code=code,
        name=words_body(material.name),
        supplier=material.supplier,
        result_of=list(material.result_of),
        may_be_supplemented=material.may_be_supplemented,
        basis=words_body(material.basis),
    )


def template_body(
    found: InForce, asked: TemplateIn, departments: Mapping[str, str], actor: Actor
) -> TemplateOut:
    """Show what a template selects, proposes and excludes, and why."""
    facts = {
        "process_class": asked.process_class,
        "land_mode": asked.land_mode,
        "approval_mode": asked.approval_mode,
    }
    chosen = select_items(found.catalogue, facts, departments).chosen
    note = core_note(found.catalogue, asked.process_class)
    return TemplateOut(
        area_code=asked.area,
        on=asked.on or actor.today,
        process_class=asked.process_class,
        land_mode=asked.land_mode,
        approval_mode=asked.approval_mode,
        catalogue_versions=list(found.versions),
        note=None if note is None else note.told(actor.language, {}),
        selected=sum(each.choice is Choice.SELECTED for each in chosen.values()),
        proposed=sum(each.choice is Choice.PROPOSED for each in chosen.values()),
        excluded=sum(each.choice is Choice.EXCLUDED for each in chosen.values()),
        items=[
            TemplateItemOut(
                code=code,
                name=words_body(each.item.name),
                approval_stage=str(each.item.approval_stage),
                kind=each.item.kind,
                department=each.item.department,
                choice=each.choice,
                why=each.why.told(actor.language, {}),
                unknown=list(each.unknown),
            )
            for code, each in chosen.items()
        ],
    )


def coverage_body(
    found: InForce, asked: PlaceIn, departments: Mapping[str, str], actor: Actor
) -> CoverageOut:
    """Show what an area lacks."""
    gaps = gaps_of(found.catalogue, departments)
    items = [c for c, item in found.catalogue.items.items() if item.kind is not ItemKind.MILESTONE]
    return CoverageOut(
        area_code=asked.area,
        on=asked.on or actor.today,
        catalogue_versions=list(found.versions),
        items=len(items),
        items_without_gap=len(set(items) - {gap.item for gap in gaps}),
        gaps=[
            CoverageGapOut(
                kind=gap.kind,
                item=gap.item,
                process_class=gap.process_class,
                detail=gap.words.told(actor.language, {}),
            )
            for gap in gaps
        ],
    )
