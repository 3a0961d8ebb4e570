"""What an area's catalogue lacks before plans from it can be relied on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.catalogue import CORE, Catalogue, CatalogueItem, Certainty
from app.domain.coded import Coded
from app.domain.planned import ItemKind, TimeBearer
from app.domain.vocabulary import ProcessClass
from app.errors import Words

VERIFIED: Final = frozenset({Certainty.LAW_READ, Certainty.RULE_READ, Certainty.DEFAULT})
HELD_BY_LAW: Final = frozenset(
    {
        ItemKind.FILING,
        ItemKind.PERMIT,
        ItemKind.TECHNICAL,
        ItemKind.LAND,
        ItemKind.REGISTRATION,
        ItemKind.ACCEPTANCE,
    }
)


class GapKind(Coded):
    """What is lacking."""

    NOBODY_HOLDS = "nobody_holds", "无承办部门", "no department holds it"
    NO_VERIFIED_LIMIT = "no_verified_limit", "法定时限未核实", "no verified statutory limit"
    NO_HANDLING_DURATION = "no_handling_duration", "办理时长未设定", "no handling duration"
    PROMISE_NOT_SET = "promise_not_set", "承诺时限为示例值", "the promised limit is only an illustration"
    COMMON_CORE_ONLY = "common_core_only", "仅有通用事项", "the common core only"


COMMON_CORE: Final = Words(
    "{name}类项目目前只有各类共有的事项；请在本区域目录中补充该类特有的审批事项及其前置、时限和承办部门。",
    "{name} projects have only the items common to all classes; add the items of this class, with their "
    "prerequisites, limits and departments, to the area's catalogue.",
)
_SENTENCES: Final = {
    GapKind.NOBODY_HOLDS: Words(
        "区域内没有承办该事项的部门；请登记部门，或者在目录中指定 holder。",
        "No department of the area holds the item; register one, or name a holder in the catalogue.",
    ),
    GapKind.NO_VERIFIED_LIMIT: Words(
        "该事项的法定时限未经核实；请核对依据后修改 limits。",
        "Its statutory limit is unverified; check the basis, then change its limits.",
    ),
    GapKind.NO_HANDLING_DURATION: Words(
        "该事项没有可用于排期的时长；请设定 handling 或者承诺时限，否则每份方案都须由代办员填报。",
        "Nothing says how long it takes; set its handling or promised limit, or every plan has to say it.",
    ),
    GapKind.PROMISE_NOT_SET: Words(
        "承诺时限仍为示例值；请按本区域的承诺修改 promised。",
        "The promised limit is still an illustration; set what the area promises.",
    ),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing an area lacks, about an item or a class of projects."""

    kind: GapKind
    item: str | None
    process_class: str | None
    words: Words


def gaps_of(catalogue: Catalogue, departments: Mapping[str, str]) -> list[Gap]:
    """Name everything an area lacks; ``departments`` says which department is of which kind there."""
    items = (item for item in catalogue.items.values() if item.kind is not ItemKind.MILESTONE)
    found = [Gap(kind, i.code, None, _SENTENCES[kind]) for i in items for kind in _lacks(i, departments)]
    for each in ProcessClass:
        note = core_note(catalogue, each)
        if note is not None:
            found.append(Gap(GapKind.COMMON_CORE_ONLY, None, each, note))
    return found


def core_note(catalogue: Catalogue, process_class: ProcessClass) -> Words | None:
    """Say what to configure for a class outside the reform of which the catalogue has no items of its own."""
    if process_class in CORE or any(process_class in item.classes for item in catalogue.items.values()):
        return None
    name = process_class.words
    return Words(COMMON_CORE.zh.format(name=name.zh), COMMON_CORE.en.format(name=name.en.capitalize()))


def _lacks(item: CatalogueItem, departments: Mapping[str, str]) -> Iterator[GapKind]:
    if item.bearer is TimeBearer.DEPARTMENT and (item.holder is None or item.holder not in departments):
        yield GapKind.NOBODY_HOLDS
    if item.kind in HELD_BY_LAW and not any(each.certainty in VERIFIED for each in item.limits):
        yield GapKind.NO_VERIFIED_LIMIT
    if item.handling is None and not item.promised and not item.limits:
        yield GapKind.NO_HANDLING_DURATION
    if item.promised and all(each.certainty is Certainty.DEFAULT for each in item.promised):
        yield GapKind.PROMISE_NOT_SET
