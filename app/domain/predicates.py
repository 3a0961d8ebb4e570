"""Conditions over what is known of a project, as data: true, false, or unknown.

``{"attribute": "eia_category", "is": "report"}``, ``{"all": [...]}``, ``{"any": [...]}``, ``{"not": ...}``
and ``{"agent_decides": {"zh": ..., "en": ...}}``: a question no attribute answers, so always unknown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from app.domain.attributes import EiaCategory, SoilPlanKind
from app.domain.coded import Coded
from app.domain.move_inputs import pointer_to
from app.domain.shapes import A_MAPPING, LABEL_LENGTH, UNKNOWN_VALUE, in_words, shown
from app.domain.vocabulary import ApprovalMode, ConstructionNature, FundNature, LandMode, ProcessClass
from app.errors import Fault, Words

Facts = Mapping[str, Any]
"""What is known of a project: a value per attribute; absent and None both mean unknown."""

DEEPEST: Final = 8
NOT_A_CONDITION = Words(
    "条件的形式不对：应为 attribute/is、all、any、not 或者 agent_decides 之一。",
    "This is no condition: write attribute/is, all, any, not or agent_decides.",
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something a condition may ask for: its name for people, and its values (none: true or false)."""

    words: Words
    values: tuple[Coded, ...] = ()


def _attributes(named: Mapping[str, tuple[str, str, tuple[Coded, ...]]]) -> Mapping[str, Attribute]:
    return MappingProxyType({name: Attribute(Words(zh, en), kind) for name, (zh, en, kind) in named.items()})


ATTRIBUTES: Final = _attributes(
    {
        "process_class": ("项目流程类型", "class of procedure", tuple(ProcessClass)),
        "approval_mode": ("立项类型", "mode of approval", tuple(ApprovalMode)),
        "land_mode": ("土地获取方式", "mode of land acquisition", tuple(LandMode)),
        "construction_nature": ("建设性质", "nature of construction", tuple(ConstructionNature)),
        "fund_nature": ("资金属性", "nature of funds", tuple(FundNature)),
        "eia_category": ("环评文件类别", "category of environmental assessment", tuple(EiaCategory)),
        "soil_plan_kind": ("水土保持方案类别", "kind of soil conservation plan", tuple(SoilPlanKind)),
        "is_special_construction": ("特殊建设工程", "special construction for fire protection", ()),
        "has_basement_shelter": ("须建防空地下室", "civil air-defence basement required", ()),
        "crosses_waterway": ("涉河或者跨临航道", "touches a river or waterway", ()),
        "near_highway": ("涉及公路", "touches a highway", ()),
        "in_heritage_zone": ("涉及文物保护", "in a heritage zone", ()),
        "is_super_high_rise": ("超限高层建筑", "high-rise beyond the code", ()),
        "handles_hazardous_chemicals": ("涉及危险化学品", "handles hazardous chemicals", ()),
        "over_energy_threshold": ("达到节能审查能耗标准", "above the threshold of energy review", ()),
        "takes_water": ("取用地表水或者地下水", "abstracts surface water or groundwater", ()),
        "needs_gas": ("需要用气", "needs gas", ()),
        "discharges_sewage": ("向排水管网排水", "discharges sewage", ()),
        "covered_by_regional_assessment": ("已完成区域评估", "covered by a regional assessment", ()),
        "starts_on_land": ("拿地即开工", "start of works upon land", ()),
        "below_permit_threshold": ("限额以下工程", "below the threshold of the construction permit", ()),
        "merges_supervision": ("质安监督并入施工许可", "supervision merged with the construction permit", ()),
        "lightning_special": ("雷电防护特殊场所", "special site for lightning protection", ()),
    }
)


def holds(condition: Mapping[str, Any] | None, facts: Facts) -> bool | None:
    """Tell whether a condition holds; None is unknown. No condition always holds."""
    if condition is None:
        return True
    if "attribute" in condition:
        value = facts.get(condition["attribute"])
        return None if value is None else bool(value == condition["is"])
    if "not" in condition:
        inner = holds(condition["not"], facts)
        return None if inner is None else not inner
    if "agent_decides" in condition:
        return None
    ends, rest = (False, True) if "all" in condition else (True, False)
    found = [holds(each, facts) for each in condition["all" if "all" in condition else "any"]]
    if ends in found:
        return ends
    return None if None in found else rest


def missing(condition: Mapping[str, Any] | None, facts: Facts) -> tuple[str, ...]:
    """Name the attributes that keep a condition unknown; none when it is known or for the agent to decide."""
    if condition is None or holds(condition, facts) is not None:
        return ()
    if "attribute" in condition:
        return (condition["attribute"],)
    if "not" in condition:
        return missing(condition["not"], facts)
    inner = condition.get("all") or condition.get("any") or ()
    return tuple(dict.fromkeys(name for each in inner for name in missing(each, facts)))


def attributes_of(condition: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Name every attribute a condition asks for."""
    if condition is None or "agent_decides" in condition:
        return ()
    if "attribute" in condition:
        return (condition["attribute"],)
    inner = [condition["not"]] if "not" in condition else condition.get("all") or condition["any"]
    return tuple(dict.fromkeys(name for each in inner for name in attributes_of(each)))


def a_condition(value: Any, pointer: str, depth: int = 0) -> Iterator[Fault]:
    """Find what is wrong with a condition; null is none."""
    if value is None and depth == 0:
        return
    if not isinstance(value, dict) or depth > DEEPEST:
        yield Fault(pointer, "not_a_condition", NOT_A_CONDITION, {"expected": A_MAPPING})
    elif value.keys() == {"attribute", "is"}:
        yield from _compared(value, pointer)
    elif value.keys() == {"not"}:
        yield from a_condition(value["not"], pointer + "/not", depth + 1)
    elif value.keys() == {"agent_decides"}:
        yield from in_words(LABEL_LENGTH)(value["agent_decides"], pointer + "/agent_decides")
    elif (
        value.keys() in ({"all"}, {"any"}) and isinstance(inner := next(iter(value.values())), list) and inner
    ):
        for place, each in enumerate(inner):
            yield from a_condition(each, f"{pointer}/{next(iter(value))}{pointer_to(place)}", depth + 1)
    else:
        yield Fault(pointer, "not_a_condition", NOT_A_CONDITION)


def _compared(value: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    name, wanted = value["attribute"], value["is"]
    known = ATTRIBUTES.get(name) if isinstance(name, str) else None
    if known is None:
        facts = {"value": shown(name), "known": list(ATTRIBUTES)}
        yield Fault(pointer + "/attribute", "unknown_attribute", UNKNOWN_VALUE, facts)
    elif known.values and wanted not in [each.value for each in known.values]:
        facts = {"value": shown(wanted), "known": [each.value for each in known.values]}
        yield Fault(pointer + "/is", "unknown_value", UNKNOWN_VALUE, facts)
    elif not known.values and not isinstance(wanted, bool):
        facts = {"value": shown(wanted), "known": ["true", "false"]}
        yield Fault(pointer + "/is", "unknown_value", UNKNOWN_VALUE, facts)
