"""Whether an item can be filed: everything that is missing at once, who brings it, and whether it can wait.

Also what a project's papers are used for, and when a demand comes after the one notice of everything.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.domain.coded import Coded
from app.domain.items import ItemState
from app.domain.materials import SETTLED, MaterialSupplier
from app.domain.planned import ItemKind
from app.domain.vocabulary import MaterialState
from app.errors import Words


class GapKind(Coded):
    """What kind of thing is missing."""

    MATERIAL = "material", "材料", "material"
    PREREQUISITE = "prerequisite", "前置事项", "prerequisite"
    PRECONDITION = "precondition", "前提条件", "precondition"


class Precondition(Coded):
    """What has to be so before an item can be filed at all."""

    OWNER = "owner_missing", "尚未登记项目单位", "the owner is not known"
    PROJECT_CODE = "project_code_missing", "尚未取得项目代码", "there is no project code"
    ATTRIBUTE = "attribute_unknown", "项目情况尚未填明", "a fact of the project is unknown"
    DROPPED = "item_dropped", "事项已不再办理", "the item was dropped from the plan"
    FILED = "item_filed_already", "事项已经申报", "the item was filed already"


CODELESS: Final = frozenset(
    {ItemKind.SERVICE, ItemKind.PRE_REVIEW, ItemKind.INTERMEDIARY, ItemKind.SELF, ItemKind.UTILITY}
)
"""Kinds done before, or without, a project code; every other kind is an approval: no code, no acceptance."""
FILEABLE: Final = frozenset({ItemState.PLANNED, ItemState.CORRECTION_STARTED})

BASES: Final[Mapping[Precondition, Words]] = MappingProxyType(
    {
        Precondition.OWNER: Words(
            "《行政许可法》第二十九条：由申请人提出申请",
            "Administrative Licence Law, art. 29: the applicant applies",
        ),
        Precondition.PROJECT_CODE: Words(
            "《政府投资条例》第十条；企业投资项目参照办理（默认值，非标准内容）",
            "Government Investment Regulation, art. 10; enterprise projects alike (default, not from the"
            " standard)",
        ),
        Precondition.ATTRIBUTE: Words(
            "审批事项目录所列适用条件（默认值，非标准内容）",
            "condition of the item in the catalogue (default, not from the standard)",
        ),
        Precondition.DROPPED: Words("已审定的服务方案", "the approved service plan"),
        Precondition.FILED: Words("办件记录", "the record of the case"),
    }
)
PREREQUISITE_BASIS: Final = Words(
    "已审定的服务方案所列申报前置", "prerequisite before filing, of the approved service plan"
)
UNLISTED_BASIS: Final = Words("已审定的服务方案所列材料", "material of the approved service plan")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A material that an item asks for; ``may_be_supplemented``: it may follow after a conditional pass."""

    code: str
    name: Words
    basis: Words
    supplier: MaterialSupplier | None
    may_be_supplemented: bool
    result_of: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What may be known of an item that is to be filed, and of its project.

    ``held`` gives the state of the project's papers by material code, ``passed`` the items granted, and
    ``unmet`` the prerequisites lacking, each by its codes and names. ``unknown`` names attributes.
    """

    kind: ItemKind
    state: ItemState
    has_owner: bool
    has_project_code: bool
    unknown: Mapping[str, Words]
    unmet: Mapping[str, Words]
    wanted: tuple[Wanted, ...]
    held: Mapping[str, MaterialState]
    passed: Collection[str]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing; ``supplied_by`` None: nobody can bring it."""

    kind: GapKind
    code: str
    name: Words
    basis: Words
    supplied_by: MaterialSupplier | None
    may_be_bridged: bool


@dataclass(frozen=True, slots=True)
class Readiness:
    """Everything that is missing at once, and the codes of the materials that are there."""

    gaps: tuple[Gap, ...]
    there: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing is missing."""
        return not self.gaps

    @property
    def may_be_bridged(self) -> bool:
        """Tell whether all that is missing may follow after a conditional pass."""
        return all(gap.may_be_bridged for gap in self.gaps)


def check_readiness(filing: Filing) -> Readiness:
    """Name everything that keeps an item from being filed, and what is there.

    A paper that is the result of a granted item of the same project is there: it is not asked for again.
    """
    there, gaps = [], [*_preconditions(filing), *_prerequisites(filing)]
    for wanted in filing.wanted:
        state = filing.held.get(wanted.code)
        if state in SETTLED or not set(filing.passed).isdisjoint(wanted.result_of):
            there.append(wanted.code)
            continue
        may_wait = wanted.may_be_supplemented or state is MaterialState.TO_SUPPLEMENT
        gaps.append(Gap(GapKind.MATERIAL, wanted.code, wanted.name, wanted.basis, wanted.supplier, may_wait))
    return Readiness(tuple(gaps), tuple(there))


def _prerequisites(filing: Filing) -> Iterable[Gap]:
    for code, name in filing.unmet.items():
        kind, by = GapKind.PREREQUISITE, MaterialSupplier.DEPARTMENT
        yield Gap(kind, code, name, PREREQUISITE_BASIS, by, may_be_bridged=False)


def _preconditions(filing: Filing) -> Iterable[Gap]:
    if filing.state is ItemState.DROPPED:
        yield _precondition(Precondition.DROPPED, None)
    elif filing.state not in FILEABLE:
        yield _precondition(Precondition.FILED, None)
    if not filing.has_owner:
        yield _precondition(Precondition.OWNER, MaterialSupplier.OWNER)
    if not filing.has_project_code and filing.kind not in CODELESS:
        yield _precondition(Precondition.PROJECT_CODE, MaterialSupplier.OWNER)
    for name, words in filing.unknown.items():
        found = Precondition.ATTRIBUTE
        said = Words(f"{found.words.zh}：{words.zh}", f"{found.words.en}: {words.en}")
        by = MaterialSupplier.AGENCY
        yield Gap(GapKind.PRECONDITION, f"{found.value}:{name}", said, BASES[found], by, may_be_bridged=False)


def _precondition(found: Precondition, by: MaterialSupplier | None) -> Gap:
    return Gap(GapKind.PRECONDITION, found.value, found.words, BASES[found], by, may_be_bridged=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What a readiness check has told: the materials it found missing, and those it found there."""

    missing: frozenset[str]
    there: frozenset[str]


def demanded_late(
    demanded: Iterable[str], first_notice: Collection[str] | None, told: Told | None
) -> tuple[str, ...]:
    """Name the materials of a correction notice that come after the one notice of everything.

    The first notice may ask for anything the latest check listed, there or missing, since a paper handed in
    may be faulty; any later one only for what the first notice, or the check as missing, has named
    (行政许可法 §32). Where nothing was told before, nothing is late. Default, not from the standard.
    """
    if first_notice is not None:
        known = {*first_notice, *(told.missing if told else ())}
    elif told is not None:
        known = {*told.missing, *told.there}
    else:
        return ()
    return tuple(dict.fromkeys(code for code in demanded if code not in known))


@dataclass(frozen=True, slots=True)
class Usage:
    """The items that need a material, and the filings that have used it."""

    code: str
    needed_by: tuple[str, ...]
    used_by: tuple[str, ...]


def usage_of(needs: Mapping[str, Sequence[str]], filings: Iterable[tuple[str, Sequence[str]]]) -> list[Usage]:
    """Tell of every material which items need it and which filings have used it, by code.

    ``needs`` gives the materials by item code, ``filings`` an item code with the materials it was filed with.
    """
    needed: dict[str, list[str]] = {}
    used: dict[str, list[str]] = {}
    for item in sorted(needs):
        for code in dict.fromkeys(needs[item]):
            needed.setdefault(code, []).append(item)
    for item, codes in filings:
        for code in dict.fromkeys(codes):
            used.setdefault(code, []).append(item)
    every = sorted({*needed, *used})
    return [Usage(code, tuple(needed.get(code, ())), tuple(used.get(code, ()))) for code in every]


def submissions_saved(usages: Iterable[Usage]) -> int:
    """Count the submissions that handing in once has saved: uses less the distinct materials used."""
    return sum(max(len(usage.used_by) - 1, 0) for usage in usages)
