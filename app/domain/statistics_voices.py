"""Figures about evaluations, by months that are over.

Evaluations that are not named are counted month by month in circles of areas: each circle has five of them
at least, or none, and a figure has a circle whole or not at all. The circles depend on nothing that is asked,
so no two figures differ by fewer than five of them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.domain.anonymity import Path, merge
from app.domain.evaluations import BAD_LEVELS, CodeSystem, level_to_number
from app.domain.statistics_facts import EvaluationFact, Facts
from app.domain.statistics_terms import (
    DEFAULT,
    LEAST,
    Definition,
    FigureGap,
    FigureUnit,
    Told,
    parts_of,
    rounded,
    share,
)
from app.domain.vocabulary import Level
from app.errors import Words

SETTLED_AFTER: Final = timedelta(days=1)
"""After a month is over, what was given on its last day is passed on; then its figures stand."""
LEVELS: Final = Words("按满意度等级", "by level")
VOICES: Final = frozenset({"projects", "evaluations"})
RULE_51: Final = Words(
    f"国办发〔2019〕51号（评价等级与差评含义）；算法为{DEFAULT.zh}",
    "State Council Office 2019 No. 51 for the levels; the formula is a default, not from the standard",
)
HEARD: Final = Words(
    "期内已结束整月的有效首评（实名评价被认定无效的除外，默认评价不计）；非实名的不足 5 件时只计入更大区域",
    "first evaluations of whole months that are over (named ones ruled invalid and defaults left out); fewer "
    "than five that are not named count in the larger area only",
)


def circles_of(
    counts: Mapping[tuple[str, str], int], parents: Mapping[str, str | None]
) -> dict[tuple[str, str], frozenset[str]]:
    """Put areas together month by month until each circle has five; counts are by area and month.

    What is in no circle, because there are not five in all, is in no figure.
    """
    lines = {area: _line(area, parents) for area, _ in counts}
    depth = max((len(line) for line in lines.values()), default=0)
    found: dict[tuple[str, str], frozenset[str]] = {}
    for month in sorted({month for _, month in counts}):
        cells = {
            lines[area] + (area,) * (depth - len(lines[area])): number
            for (area, when), number in counts.items()
            if when == month
        }
        for group in merge(cells):
            circle = frozenset(path[-1] for path in group.members)
            found |= {(area, month): circle for area in circle}
    return found


def _line(area: str, parents: Mapping[str, str | None]) -> Path:
    line, here = [area], parents.get(area)
    while here is not None:
        line.append(here)
        here = parents.get(here)
    return tuple(reversed(line))


def _is_over(month: str, facts: Facts) -> bool:
    """Tell whether a month lies in the period as a whole, and its figures stand."""
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return facts.from_on <= first and last <= facts.to_on and facts.as_of > last + SETTLED_AFTER


def _heard(facts: Facts) -> list[EvaluationFact]:
    return [
        each
        for each in facts.evaluations
        if _is_over(each.month, facts)
        and (each.is_named if facts.is_narrowed else each.circle is None or each.circle <= facts.areas)
    ]


def _none_yet(facts: Facts) -> FigureGap:
    """Say why there are no evaluations: their month still runs, or nobody has given any."""
    first, last = (12 * day.year + day.month - 1 for day in (facts.from_on, facts.to_on))
    months = [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1)]
    is_over = any(_is_over(month, facts) for month in months)
    return FigureGap.NOTHING_TO_COUNT if is_over else FigureGap.MONTH_OPEN


def _of_levels(tell: Callable[[Sequence[EvaluationFact]], Told]) -> Callable[[Facts], Told]:
    def compute(facts: Facts) -> Told:
        heard = _heard(facts)
        if len(heard) < LEAST:
            gap = FigureGap.TOO_FEW if heard else _none_yet(facts)
            return Told(None, len(heard), gap=gap)
        return tell(heard)

    return compute


def _index(heard: Sequence[EvaluationFact]) -> Told:
    points = sum(level_to_number(Level(each.level), CodeSystem.NATIONAL_2019) for each in heard)
    value = rounded(Decimal(100 * points) / Decimal(5 * len(heard)), 2)
    return Told(value, len(heard), None, parts_of(heard, lambda each: each.level))


def _share_of(is_so: Callable[[Level], bool]) -> Callable[[Sequence[EvaluationFact]], Told]:
    def tell(heard: Sequence[EvaluationFact]) -> Told:
        number = sum(is_so(Level(each.level)) for each in heard)
        return share(number, len(heard), parts_of(heard, lambda each: each.level), interval=True)

    return tell


def _active_rate(facts: Facts) -> Told:
    heard = _heard(facts)
    silent = [
        each
        for each in facts.silences
        if _is_over(f"{each.counted_on.year:04d}-{each.counted_on.month:02d}", facts)
    ]
    n = len(heard) + len(silent)
    if n < LEAST:
        return Told(None, n, gap=FigureGap.TOO_FEW if n else _none_yet(facts))
    return share(len(heard), n, interval=True)


def _voices(
    code: str, name: Words, formula: Words, unit: FigureUnit, compute: Callable[[Facts], Told]
) -> Definition:
    return Definition(
        code=code,
        name=name,
        formula=formula,
        unit=unit,
        denominator=HEARD,
        basis=RULE_51,
        parts=LEVELS,
        needs=VOICES,
        compute=compute,
    )


VOICE_FIGURES: Final = (
    _voices(
        "evaluation_index",
        Words("满意度指数", "index of satisfaction"),
        Words("Σx÷(5n)×100，x 按非常满意 5 分至非常不满意 1 分", "Σx / (5n) × 100, x from 5 (best) to 1"),
        FigureUnit.POINT,
        _of_levels(_index),
    ),
    _voices(
        "evaluation_good_rate",
        Words("好评率", "share of good evaluations"),
        Words("基本满意及以上的件数÷n，附 95% 威尔逊区间", "basically satisfied or better / n; Wilson 95 %"),
        FigureUnit.PERCENT,
        _of_levels(_share_of(lambda level: level not in BAD_LEVELS)),
    ),
    _voices(
        "evaluation_bad_rate",
        Words("差评率", "share of bad evaluations"),
        Words("不满意和非常不满意的件数÷n，附 95% 威尔逊区间", "dissatisfied or worse / n; Wilson 95 %"),
        FigureUnit.PERCENT,
        _of_levels(_share_of(lambda level: level in BAD_LEVELS)),
    ),
    Definition(
        code="evaluation_active_rate",
        name=Words("主动评价率", "share of active evaluations"),
        formula=Words(
            "主动评价÷（主动评价＋默认评价）；未启用默认评价的区域没有默认评价",
            "active / (active + default); an area that has not switched defaults on has none",
        ),
        unit=FigureUnit.PERCENT,
        denominator=Words(
            "期内整月的主动评价与默认评价之和", "active and default evaluations of whole months"
        ),
        needs=VOICES | {"silences"},
        compute=_active_rate,
    ),
)
