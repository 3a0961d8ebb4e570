"""What is wrong with a catalogue document: in form, and in sense once the form is right."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.domain.catalogue import Certainty, lay_over
from app.domain.durations import Duration, DurationOutOfRange, Unit
from app.domain.materials import MaterialSupplier
from app.domain.plan_selection import circle_in
from app.domain.planned import ItemKind, LimitAnchor, MilestoneRole, NeedKind, PausePolicy, TimeBearer
from app.domain.predicates import a_condition
from app.domain.renewals import can_add, longer, read_renewal
from app.domain.shapes import (
    BASIS_LENGTH,
    LABEL_LENGTH,
    MANY,
    Check,
    a_code,
    a_count,
    a_record,
    in_words,
    nullable,
    one_of,
    repeated,
    rows,
    several,
    truth,
)
from app.domain.vocabulary import ProcessClass
from app.errors import Fault, Invalid, Words

MANY_NEEDS: Final = 50
APPROVAL_STAGES: Final = range(5)
ITEM_CODE: Final = re.compile(r"[A-Z][A-Z0-9]{0,7}(-[A-Z0-9]{1,8}){1,3}")
HOLDER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")

OUT_OF_RANGE = Words("时长 {value} 超出范围（0 至 {most}）。", "{value} is out of range (0 to {most}).")
NOT_A_STAGE = Words("审批阶段应为 0 至 4。", "An approval stage is 0 to 4.")
DOES_NOT_ADD = Words("与有效期的单位不能相加。", "This does not add up with the unit of the validity.")
NO_SUCH_ITEM = Words("目录中没有事项 {item}。", "There is no item {item}.")
NO_SUCH_MATERIAL = Words("目录中没有材料 {material}。", "There is no material {material}.")
INCOMPLETE = Words("新增的 {code} 缺少 {key}。", "{code} is new here, so it needs {key}.")
ROLE_AND_KIND = Words(
    "种类为节点的事项须注明 milestone，其他事项不得注明。", "Milestones, and they alone, say which."
)
TWO_OF_ONE_ROLE = Words("已有事项担当节点 {role}。", "Another item is {role} already.")
LIMIT_OR_NOT = Words(
    "事项 {item} 须有 limits，或者以 no_limit 说明为何没有，二者择一。",
    "The item {item} has limits, or says in no_limit why it has none.",
)
NOT_ITSELF = Words("事项 {item} 不能以自身为前置。", "The item {item} cannot wait for itself.")
CIRCLE = Words("前置关系成环：{items}。", "The prerequisites go in a circle: {items}.")


class CatalogueHasFaults(Invalid):
    """The document of a catalogue has faults and cannot be used; every one is named."""

    title = Words("事项目录有误", "The catalogue has faults")
    detail = Words("事项目录有 {count} 处错误，详见 errors。", "The catalogue has {count} faults.")


def _a_duration(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """Make a check for an object that is a duration and says more besides."""
    form = a_record({"value": a_count, "unit": one_of(list(Unit), "unit"), **required}, optional)

    def check(value: Any, pointer: str) -> Iterator[Fault]:
        faults = list(form(value, pointer))
        yield from faults
        if not faults:
            try:
                Duration(value["value"], Unit(value["unit"]))
            except DurationOutOfRange as no:
                yield Fault(pointer + "/value", "out_of_range", OUT_OF_RANGE, no.facts)

    return check


def _approval_stage(value: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(value, bool) or value not in APPROVAL_STAGES:
        yield Fault(pointer, "not_a_stage", NOT_A_STAGE)


_LABEL: Final = in_words(LABEL_LENGTH)
_BASIS: Final = in_words(BASIS_LENGTH)
_ITEM_CODE: Final = a_code(ITEM_CODE)
_CERTAINTY: Final = one_of(list(Certainty), "certainty")
_BEARER: Final = nullable(one_of(list(TimeBearer), "bearer"))
_DURATION: Final = nullable(_a_duration({}, {}))
_LIMIT: Final = _a_duration(
    {"anchor": one_of(list(LimitAnchor), "anchor"), "basis": _BASIS, "certainty": _CERTAINTY},
    {"extension": nullable(a_count), "bearer": _BEARER, "when": a_condition},
)
_VALIDITY: Final = _a_duration(
    {"basis": _BASIS, "is_undone_by_start": truth},
    {"renewal": nullable(_a_duration({"times": a_count}, {}))},
)


def _a_validity(value: Any, pointer: str) -> Iterator[Fault]:
    """Check how long a decision is valid, and that all its renewals can be added to that."""
    faults = list(_VALIDITY(value, pointer))
    yield from faults
    if faults or value.get("renewal") is None:
        return
    renewal, duration = read_renewal(value["renewal"]), Duration(value["value"], Unit(value["unit"]))
    if renewal is None or not can_add(duration, renewal):
        yield Fault(pointer + "/renewal/unit", "unit_does_not_add", DOES_NOT_ADD)
        return
    try:
        longer(duration, renewal.at_most.value * renewal.times, renewal.at_most.unit)
    except DurationOutOfRange as no:
        yield Fault(pointer + "/renewal/value", "out_of_range", OUT_OF_RANGE, no.facts)


_NEED: Final = a_record(
    {"kind": one_of(list(NeedKind), "need_kind"), "any_of": several(_ITEM_CODE, least=1)},
    {"when": a_condition},
)
_ITEM_NEEDED: Final = {
    "name": _LABEL,
    "approval_stage": _approval_stage,
    "kind": one_of(list(ItemKind), "item_kind"),
    "classes": several(one_of(list(ProcessClass), "process_class")),
}
_ITEM_MORE: Final = {
    "milestone": nullable(one_of(list(MilestoneRole), "milestone_role")),
    "holder": nullable(a_code(HOLDER)),
    "bearer": _BEARER,
    "applies_when": a_condition,
    "needs": nullable(rows(_NEED, most=MANY_NEEDS)),
    "limits": nullable(rows(_LIMIT, most=MANY_NEEDS)),
    "no_limit": nullable(_LABEL),
    "excluded": nullable(
        rows(a_record({"name": _LABEL, "certainty": _CERTAINTY}, {"at_most": _DURATION}), most=MANY_NEEDS)
    ),
    "promised": nullable(rows(_LIMIT, most=MANY_NEEDS)),
    "pause_policy": nullable(one_of(list(PausePolicy), "pause_policy")),
    "validity": nullable(_a_validity),
    "preparation": _DURATION,
    "handling": _DURATION,
    "materials": nullable(several(a_code())),
}
_MATERIAL_NEEDED: Final = {
    "name": _LABEL,
    "supplier": one_of(list(MaterialSupplier), "supplier"),
    "basis": _BASIS,
}
_ITEM: Final = a_record({"code": _ITEM_CODE}, {**_ITEM_NEEDED, **_ITEM_MORE})
_MATERIAL: Final = a_record(
    {"code": a_code()},
    {
        **_MATERIAL_NEEDED,
        "result_of": nullable(several(_ITEM_CODE)),
        "may_be_supplemented": nullable(truth),
    },
)
CATALOGUE: Final = a_record(
    {"name": _LABEL},
    {
        "items": nullable(rows(_ITEM, most=2 * MANY)),
        "materials": nullable(rows(_MATERIAL, most=2 * MANY)),
        "removed": nullable(several(_ITEM_CODE)),
    },
)
"""Finds what is wrong with the form of a catalogue document."""

NOTHING_BELOW: Final[Mapping[str, Any]] = {"items": [], "materials": []}


def find_faults(document: Any, below: Mapping[str, Any] = NOTHING_BELOW) -> list[Fault]:
    """Find everything that is wrong with a document laid over another; never raises.

    Sense is looked for in the whole that results; what the document does not say itself is told at its root.
    """
    faults = list(CATALOGUE(document, ""))
    if faults:
        return faults
    faults += _repeated(document)
    for number, code in enumerate(document.get("removed") or ()):
        if code not in {row["code"] for row in below["items"]}:
            faults.append(Fault(f"/removed/{number}", "no_such_item", NO_SUCH_ITEM, {"item": code}))
    places = {
        (part, row["code"]): f"/{part}/{number}"
        for part in ("items", "materials")
        for number, row in enumerate(document.get(part) or ())
    }
    whole = lay_over(below, document)
    faults += _incomplete(whole, places)
    return faults or list(_sense(whole, places))


def check_catalogue(document: Any, below: Mapping[str, Any] = NOTHING_BELOW, pointer: str = "") -> None:
    """Refuse a document with faults (``CatalogueHasFaults``), naming them all."""
    faults = [Fault(pointer + f.pointer, f.code, f.words, f.facts) for f in find_faults(document, below)]
    if faults:
        raise CatalogueHasFaults(faults=faults, count=len(faults))


def _repeated(document: Mapping[str, Any]) -> Iterator[Fault]:
    for part in ("items", "materials"):
        codes = [(row["code"], f"/{part}/{n}/code") for n, row in enumerate(document.get(part) or ())]
        yield from repeated(codes, "repeated")


def _incomplete(whole: Mapping[str, Any], places: Mapping[tuple[str, str], str]) -> Iterator[Fault]:
    for part, needed in (("items", _ITEM_NEEDED), ("materials", _MATERIAL_NEEDED)):
        for row in whole[part]:
            for key in needed:
                if key not in row:
                    place = places.get((part, row["code"]), "")
                    yield Fault(place, "missing_key", INCOMPLETE, {"code": row["code"], "key": key})


def _sense(whole: Mapping[str, Any], places: Mapping[tuple[str, str], str]) -> Iterator[Fault]:
    items = {row["code"]: row for row in whole["items"]}
    materials = {row["code"] for row in whole["materials"]}
    roles: set[str] = {MilestoneRole.JOIN}
    for code, row in items.items():
        place, role = places.get(("items", code), ""), row.get("milestone")
        if role in roles and role != MilestoneRole.JOIN:
            yield Fault(place, "two_of_one_role", TWO_OF_ONE_ROLE, {"role": role})
        roles |= {role} - {None}
        yield from _own_sense(row, place)
        for wanted in sorted(_needed(row) - items.keys()):
            yield Fault(place, "no_such_item", NO_SUCH_ITEM, {"item": wanted})
        for wanted in sorted(set(row.get("materials") or ()) - materials):
            yield Fault(place, "no_such_material", NO_SUCH_MATERIAL, {"material": wanted})
    for row in whole["materials"]:
        place = places.get(("materials", row["code"]), "")
        for code in sorted(set(row.get("result_of") or ()) - items.keys()):
            yield Fault(place + "/result_of", "no_such_item", NO_SUCH_ITEM, {"item": code})
    if circle := circle_in({code: _needed(row, "soft") - {code} for code, row in items.items()}):
        yield Fault("", "circle", CIRCLE, {"items": circle})


def _own_sense(row: Mapping[str, Any], place: str) -> Iterator[Fault]:
    named, is_milestone = {"item": row["code"]}, row.get("milestone") is not None
    if (row["kind"] == ItemKind.MILESTONE) != is_milestone:
        yield Fault(place, "role_and_kind", ROLE_AND_KIND, named)
    if not is_milestone and bool(row.get("limits")) == ("no_limit" in row):
        yield Fault(place, "limit_or_not", LIMIT_OR_NOT, named)
    if row["code"] in _needed(row):
        yield Fault(place, "not_itself", NOT_ITSELF, named)


def _needed(row: Mapping[str, Any], but: str | None = None) -> set[str]:
    return {code for need in row.get("needs") or () if need["kind"] != but for code in need["any_of"]}
