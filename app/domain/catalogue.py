"""The catalogue of approval items: what each needs, whose it is, by which limits, for which projects.

A document is a whole catalogue, or what an area changes of the one above it: items are laid over items of
the same code key by key (null takes a key away), and ``removed`` names those the area does without.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from app.domain.coded import Coded
from app.domain.durations import Duration
from app.domain.materials import MaterialSupplier
from app.domain.planned import (
    ItemKind,
    ItemLimit,
    LimitAnchor,
    MilestoneRole,
    NeedKind,
    PausePolicy,
    TimeBearer,
    Validity,
    read_duration,
)
from app.domain.renewals import read_renewal
from app.domain.vocabulary import ProcessClass
from app.errors import Words

Condition = Mapping[str, Any]

CORE: Final = frozenset(
    {
        ProcessClass.GOV_BUILDING,
        ProcessClass.GOV_LINEAR,
        ProcessClass.SOCIAL_GENERAL,
        ProcessClass.SOCIAL_SMALL,
        ProcessClass.SOCIAL_WITH_SCHEME,
        ProcessClass.INDUSTRIAL,
    }
)
"""The classes the construction reform covers; an item of all six is the common core of the others too."""


class Certainty(Coded):
    """How sure a limit is, and so how far it may be relied on."""

    LAW_READ = "law_read", "法条已核对", "read in the statute"
    RULE_READ = "rule_read", "规章摘录已核对", "read in the rule"
    POLICY = "policy", "政策文件或者地方做法", "policy or local practice"
    DEFAULT = "default", "默认值", "a default"
    UNVERIFIED = "unverified", "未经核实", "unverified"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A prerequisite in the catalogue: one of ``any_of``, unless ``when`` is known not to hold."""

    kind: NeedKind
    any_of: tuple[str, ...]
    when: Condition | None


@dataclass(frozen=True, slots=True)
class CatalogueLimit:
    """A limit with its certainty; of several, the first whose ``when`` is not false applies."""

    limit: ItemLimit
    certainty: Certainty
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Excluded:
    """Time that a limit does not count, at most so long (None: no bound was found)."""

    name: Words
    at_most: Duration | None
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class CatalogueMaterial:
    """A paper that items ask for, entered once per project; ``result_of`` names the items that give it.

    ``may_be_supplemented``: it may follow after a conditional pass (容缺), where the area says so.
    """

    code: str
    name: Words
    supplier: MaterialSupplier
    result_of: tuple[str, ...]
    basis: Words
    may_be_supplemented: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueItem:
    """An approval item as the law and the area have it, before any project.

    ``holder`` is a kind of department, or the code of one. ``no_limit`` says why there is no limit.
    ``preparation`` and ``handling`` are expected durations, where the area has set them.
    """

    code: str
    name: Words
    approval_stage: int
    kind: ItemKind
    milestone: MilestoneRole | None
    classes: frozenset[str]
    holder: str | None
    bearer: TimeBearer
    applies_when: Condition | None
    needs: tuple[Requirement, ...]
    limits: tuple[CatalogueLimit, ...]
    no_limit: Words | None
    excluded: tuple[Excluded, ...]
    promised: tuple[CatalogueLimit, ...]
    pause_policy: PausePolicy
    validity: Validity | None
    preparation: Duration | None
    handling: Duration | None
    materials: tuple[str, ...]

    def is_for(self, process_class: str) -> bool:
        """Say whether projects of a class have this item; the classes outside the reform share its core."""
        return process_class in self.classes or (process_class not in CORE and self.classes >= CORE)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All items in force in one area, in the order of their codes, and the papers they ask for."""

    name: Words
    items: Mapping[str, CatalogueItem]
    materials: Mapping[str, CatalogueMaterial]


def lay_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay an area's changes over the catalogue document of the area above it; both have no faults of form."""
    removed = set(above.get("removed") or ())
    merged: dict[str, Any] = {"name": above["name"]}
    for part in ("materials", "items"):
        rows = {row["code"]: row for row in below[part] if part == "materials" or row["code"] not in removed}
        for row in above.get(part) or ():
            whole = {**rows.get(row["code"], {}), **row}
            rows[row["code"]] = {key: value for key, value in whole.items() if value is not None}
        merged[part] = list(rows.values())
    merged["items"] = [_without_advice(row, removed) for row in merged["items"]]
    return merged


def _without_advice(row: dict[str, Any], removed: Collection[str]) -> dict[str, Any]:
    """Forget advice to do first what the area does without; a gate that is gone has to be dealt with."""
    kept = [
        need
        for need in row.get("needs") or ()
        if need["kind"] != NeedKind.SOFT or not set(need["any_of"]) <= set(removed)
    ]
    return row | {"needs": kept} if "needs" in row else row


def read_catalogue(document: Mapping[str, Any]) -> Catalogue:
    """Read a whole catalogue document, which has no faults (see ``catalogue_shape``)."""
    items = [_read_item(row) for row in sorted(document["items"], key=lambda row: str(row["code"]))]
    materials = [_read_material(row) for row in document["materials"]]
    return Catalogue(
        _words(document["name"]),
        MappingProxyType({item.code: item for item in items}),
        MappingProxyType({material.code: material for material in materials}),
    )


def _words(row: Mapping[str, str]) -> Words:
    return Words(row["zh"], row["en"])


def _read_material(row: Mapping[str, Any]) -> CatalogueMaterial:
    return CatalogueMaterial(
        row["code"],
        _words(row["name"]),
        MaterialSupplier(row["supplier"]),
        tuple(row.get("result_of") or ()),
        _words(row["basis"]),
        bool(row.get("may_be_supplemented")),
    )


def _read_item(row: Mapping[str, Any]) -> CatalogueItem:
    milestone, no_limit, validity = (row.get(key) for key in ("milestone", "no_limit", "validity"))
    preparation, handling = (row.get(key) for key in ("preparation", "handling"))
    return CatalogueItem(
        code=row["code"],
        name=_words(row["name"]),
        approval_stage=row["approval_stage"],
        kind=ItemKind(row["kind"]),
        milestone=None if milestone is None else MilestoneRole(milestone),
        classes=frozenset(row["classes"]),
        holder=row.get("holder"),
        bearer=TimeBearer(row.get("bearer") or TimeBearer.DEPARTMENT),
        applies_when=row.get("applies_when"),
        needs=tuple(_read_need(need) for need in row.get("needs") or ()),
        limits=tuple(_read_limit(limit) for limit in row.get("limits") or ()),
        no_limit=None if no_limit is None else _words(no_limit),
        excluded=tuple(_read_excluded(each) for each in row.get("excluded") or ()),
        promised=tuple(_read_limit(limit) for limit in row.get("promised") or ()),
        pause_policy=PausePolicy(row.get("pause_policy") or PausePolicy.RESUME),
        validity=None if validity is None else _read_validity(validity),
        preparation=None if preparation is None else read_duration(preparation),
        handling=None if handling is None else read_duration(handling),
        materials=tuple(row.get("materials") or ()),
    )


def _read_need(row: Mapping[str, Any]) -> Requirement:
    return Requirement(NeedKind(row["kind"]), tuple(row["any_of"]), row.get("when"))


def _read_limit(row: Mapping[str, Any]) -> CatalogueLimit:
    limit = ItemLimit(
        read_duration(row),
        row.get("extension") or 0,
        LimitAnchor(row["anchor"]),
        TimeBearer(row.get("bearer") or TimeBearer.DEPARTMENT),
        _words(row["basis"]),
    )
    return CatalogueLimit(limit, Certainty(row["certainty"]), row.get("when"))


def _read_excluded(row: Mapping[str, Any]) -> Excluded:
    most = row.get("at_most")
    return Excluded(
        _words(row["name"]), None if most is None else read_duration(most), Certainty(row["certainty"])
    )


def _read_validity(row: Mapping[str, Any]) -> Validity:
    renewal = read_renewal(row.get("renewal"))
    return Validity(read_duration(row), _words(row["basis"]), row["is_undone_by_start"], renewal)
