"""Statistics: every figure with its definition, in one place. Formulas are ours unless they say otherwise."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from app.domain.statistics_bad_reviews import BAD_REVIEW_FIGURES
from app.domain.statistics_complaints import COMPLAINT_FIGURES, WORKLOAD_FIGURES
from app.domain.statistics_facts import Facts
from app.domain.statistics_items import ITEM_FIGURES
from app.domain.statistics_projects import PROJECT_FIGURES
from app.domain.statistics_terms import Definition, Figure
from app.domain.statistics_voices import VOICE_FIGURES

__all__ = ["DEFINITIONS", "Definition", "Figure", "figures_of", "needs_of"]

_FAMILIES: Final = (
    PROJECT_FIGURES,
    ITEM_FIGURES,
    VOICE_FIGURES,
    BAD_REVIEW_FIGURES,
    COMPLAINT_FIGURES,
    WORKLOAD_FIGURES,
)
DEFINITIONS: Final[Mapping[str, Definition]] = MappingProxyType(
    {each.code: each for family in _FAMILIES for each in family}
)


def needs_of(codes: Iterable[str]) -> frozenset[str]:
    """Name the facts that some figures are computed from."""
    return frozenset[str]().union(*[DEFINITIONS[code].needs for code in codes])


def figures_of(facts: Facts, codes: Iterable[str]) -> list[Figure]:
    """Compute figures from facts, in the order they are asked for."""
    found = []
    for code in codes:
        definition = DEFINITIONS[code]
        told = definition.compute(facts)
        found.append(
            Figure(
                code=code,
                value=told.value,
                n=told.n,
                numerator=told.numerator,
                parts=told.parts,
                gap=told.gap,
                interval=told.interval,
                formula_version=definition.formula_version,
            )
        )
    return found
