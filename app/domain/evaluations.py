"""Evaluations: a named level, its two number systems, and what an evaluation may say of itself."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.domain.vocabulary import EvaluationDimension, EvaluationMode, Level
from app.errors import Fault, Invalid, Words


class CodeSystem(StrEnum):
    """A system of numbers for levels; one counts 5 as best, the other 1, so it is always named."""

    NATIONAL_2019 = "national_2019"
    GBT39046_2020 = "gbt39046_2020"


BAD_LEVELS: Final = frozenset({Level.DISSATISFIED, Level.VERY_DISSATISFIED})
_BY_NUMBER: Final[Mapping[CodeSystem, Mapping[int, Level]]] = MappingProxyType(
    {system: {int(level.numbers[system]): level for level in Level} for system in CodeSystem}
)
_OFFLINE: Final = frozenset(
    {
        EvaluationDimension.SERVICE_EFFICIENCY,
        EvaluationDimension.SERVICE_STANDARD,
        EvaluationDimension.SERVICE_ATTITUDE,
    }
)


class LevelMalformed(Invalid):
    """A level is not one of the five names; a bare number is refused because its direction is unknown."""

    title = Words("满意度等级有误", "The level of satisfaction is malformed")
    detail = Words(
        "满意度等级须用名称（如 satisfied）；使用数字时须注明编码体系，因两种国家编码方向相反。",
        "A level is told by name, such as satisfied; a number needs its code system, for the two "
        "national systems run in opposite directions.",
    )


class EvaluationSaysTooMuch(Invalid):
    """An anonymous evaluation carries something by which its rater could be found."""

    title = Words("匿名评价含有可识别信息", "The anonymous evaluation says too much")
    detail = Words("匿名评价不得包含：{names}。", "An anonymous evaluation must not carry: {names}.")


class EvaluationIncomplete(Invalid):
    """A named or confidential evaluation does not say which service it rates, or a named one by whom."""

    title = Words("评价信息不完整", "The evaluation is incomplete")
    detail = Words("评价缺少：{names}。", "The evaluation lacks: {names}.")


class DimensionsMixed(Invalid):
    """The dimensions rated belong partly to a service offline and partly to one online."""

    title = Words("评价维度混用", "The dimensions are mixed")
    detail = Words(
        "线下维度和线上维度不能在同一次评价中混用。", "Dimensions of offline and online service do not mix."
    )


def read_level(name: object) -> Level:
    """Read a level by its name; a number, even one in a string, is refused."""
    if not isinstance(name, str):
        raise LevelMalformed
    try:
        return Level(name)
    except ValueError:
        raise LevelMalformed from None


def level_from_number(number: int, code_system: CodeSystem) -> Level:
    """Turn a number of a named code system into a level; refuses a number the system does not have."""
    level = None if isinstance(number, bool) else _BY_NUMBER[code_system].get(number)
    if level is None:
        raise LevelMalformed
    return level


def level_of(value: object) -> Level:
    """Read a level by its name, or by ``{"number": …, "code_system": …}``; a bare number is refused."""
    if not isinstance(value, Mapping):
        return read_level(value)
    number, system = value.get("number"), value.get("code_system")
    if value.keys() != {"number", "code_system"} or not isinstance(number, int):
        raise LevelMalformed
    if not isinstance(system, str) or system not in list(CodeSystem):
        raise LevelMalformed
    return level_from_number(number, CodeSystem(system))


def level_to_number(level: Level, code_system: CodeSystem) -> int:
    """Turn a level into its number in a named code system."""
    return int(level.numbers[code_system])


def is_bad(level: Level) -> bool:
    """Say whether a level makes a bad review: dissatisfied or very dissatisfied, in either system."""
    return level in BAD_LEVELS


_FACT_WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "project": Words("项目", "the project"),
        "item_case": Words("办件", "the item case"),
        "invitation": Words("评价邀请", "the invitation"),
        "operator": Words("经办人员", "the operator"),
        "rater": Words("评价人", "the rater"),
        "time_of_day": Words("具体时间", "the time of day"),
    }
)


def check_evaluation(
    mode: EvaluationMode,
    level: object,
    *,
    dimensions: Mapping[EvaluationDimension, object] = MappingProxyType({}),
    facts: frozenset[str] = frozenset(),
) -> Level:
    """Check the shape of an evaluation and give its level; who may rate what is decided elsewhere.

    ``facts`` names what the record would carry besides: project, item_case, invitation, operator, rater,
    time_of_day. Anonymous carries none of them; the others need the project, a named one also its
    rater (default, not from the standard). Refuses levels that are not named, also in dimensions.
    """
    read = read_level(level)
    for rated in dimensions.values():
        read_level(rated)
    if dimensions and not (_OFFLINE.issuperset(dimensions) or _OFFLINE.isdisjoint(dimensions)):
        raise DimensionsMixed
    if mode is EvaluationMode.ANONYMOUS:
        if facts:
            raise EvaluationSaysTooMuch(faults=_faults("too_much", facts), names=_names(facts))
        return read
    needed = {"project", "rater"} if mode is EvaluationMode.NAMED else {"project"}
    if missing := frozenset(needed) - facts:
        raise EvaluationIncomplete(faults=_faults("missing", missing), names=_names(missing))
    return read


def _names(facts: frozenset[str]) -> list[Words]:
    return [_FACT_WORDS[fact] for fact in _FACT_WORDS if fact in facts]


def _faults(code: str, facts: frozenset[str]) -> list[Fault]:
    return [Fault(f"/{fact}", code, _FACT_WORDS[fact]) for fact in _FACT_WORDS if fact in facts]
