"""From figures and their definitions to the answers about them."""

from decimal import Decimal

from app.answers import WordsOut
from app.domain.statistics import DEFINITIONS, Definition, Figure
from app.errors import Words
from app.statistics.asking import Answer, Ask
from app.statistics.schemas import (
    FigureDefinitionOut,
    FigureGroupOut,
    FigureOut,
    FigurePartOut,
    FiguresOut,
    IntervalOut,
)


def figures_body(ask: Ask, answer: Answer, language: str) -> FiguresOut:
    """Show figures group by group."""
    return FiguresOut(
        from_on=ask.from_on,
        to_on=ask.to_on,
        known_at=None if isinstance(ask.known_at, int) else ask.known_at,
        as_of=answer.as_of,
        sequence=answer.sequence,
        group_by=ask.group_by,
        groups=[
            FigureGroupOut(key=group.key, figures=[figure_body(each, language) for each in group.figures])
            for group in answer.groups
        ],
    )


def figure_body(figure: Figure, language: str) -> FigureOut:
    """Show one figure; numbers are decimal texts, as exact as they were computed."""
    definition = DEFINITIONS[figure.code]
    return FigureOut(
        code=figure.code,
        name=definition.name.told(language, {}),
        unit=definition.unit.value,
        value=_number(figure.value),
        gap=None if figure.gap is None else figure.gap.value,
        gap_label=None if figure.gap is None else figure.gap.words.told(language, {}),
        n=figure.n,
        numerator=figure.numerator,
        interval=None
        if figure.interval is None
        else IntervalOut(low=str(figure.interval[0]), high=str(figure.interval[1])),
        parts=[FigurePartOut(code=p.code, value=_number(p.value), n=p.n) for p in figure.parts],
        caveat=None if definition.caveat is None else definition.caveat.told(language, {}),
        formula_version=figure.formula_version,
        defined_by=f"/v1/statistics/definitions/{figure.code}",
    )


def definition_body(definition: Definition) -> FigureDefinitionOut:
    """Show what a figure means, in both languages."""
    return FigureDefinitionOut(
        code=definition.code,
        name=_words(definition.name),
        formula=_words(definition.formula),
        unit=definition.unit.value,
        unit_label=_words(definition.unit.words),
        denominator=None if definition.denominator is None else _words(definition.denominator),
        parts=None if definition.parts is None else _words(definition.parts),
        caveat=None if definition.caveat is None else _words(definition.caveat),
        basis=_words(definition.basis),
        formula_version=definition.formula_version,
    )


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _words(words: Words) -> WordsOut:
    return WordsOut(zh=words.zh, en=words.en)
