"""The rows that figures are computed from, as the tables hold them now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from app.actor import Scope
from app.clock import OFFICE
from app.database import Reader
from app.domain.statistics_items import SOON
from app.statistics import queries
from app.statistics.asking import Ask

Rows = Sequence[Any]
_BEFORE = timedelta(days=SOON + 1)  # a round that was given up may be followed so long afterwards


@dataclass(slots=True)
class Source:
    """The rows of every kind that was asked for; the tables and a fold of the ledger fill it alike."""

    projects: Rows = ()
    baselines: Rows = ()
    taking_part: Rows = ()
    transitions: Rows = ()
    cases: Rows = ()
    pausing_steps: Rows = ()
    entered_transitions: Rows = ()
    entered_item_steps: Rows = ()
    corrections: Rows = ()
    filings: Rows = ()
    evaluations: Rows = ()
    unnamed: dict[tuple[str, str], int] = field(default_factory=dict)
    bad_reviews: Rows = ()
    rulings: Rows = ()
    complaints: Rows = ()
    assignments: Rows = ()


def opens(day: date) -> datetime:
    """Give the first moment of an office day."""
    return datetime.combine(day, time(), OFFICE)


def months_of(ask: Ask) -> tuple[str, str]:
    """Name the first and the last month of the period."""
    return f"{ask.from_on:%Y-%m}", f"{ask.to_on:%Y-%m}"


def reaching_back(ask: Ask) -> date:
    """Say since when closed cases matter to the period."""
    return ask.from_on - _BEFORE


async def read_now(session: Reader, scope: Scope, needs: frozenset[str], ask: Ask) -> Source:
    """Read what is needed from the tables. The number of statements depends on the figures asked for only."""
    since, until = opens(ask.from_on), opens(ask.to_on + timedelta(days=1))
    months, days = months_of(ask), (ask.from_on, ask.to_on)
    wanted: tuple[tuple[str, set[str], Any], ...] = (
        ("projects", {"projects"}, queries.projects(*scope)),
        ("baselines", {"projects"}, queries.baselines(*scope)),
        ("taking_part", {"projects"}, queries.taking_part(*scope)),
        ("transitions", {"visits"}, queries.transitions(until, *scope)),
        ("cases", {"cases"}, queries.cases(reaching_back(ask), *scope)),
        ("pausing_steps", {"pauses"}, queries.pausing_steps(ask.from_on, *scope)),
        ("entered_transitions", {"entries"}, queries.entered_transitions(since, until, *scope)),
        ("entered_item_steps", {"entries"}, queries.entered_item_steps(since, until, *scope)),
        ("corrections", {"corrections"}, queries.corrections(*scope)),
        ("filings", {"reuses"}, queries.filings(until, *scope)),
        ("evaluations", {"evaluations"}, queries.evaluations(months[0], months[1], *scope)),
        ("bad_reviews", {"evaluations", "bad_reviews"}, queries.bad_reviews(*scope)),
        ("rulings", {"bad_reviews"}, queries.rulings(scope.areas)),
        ("complaints", {"complaints"}, queries.complaints(*days, scope.areas, scope.department)),
        ("assignments", {"loads"}, queries.assignments(*scope)),
    )
    found = Source()
    for name, serves, question in wanted:
        if serves & needs:
            setattr(found, name, await session.all(question))
    if "evaluations" in needs:
        rows = await session.all(queries.unnamed_by_month(*months))
        found.unnamed = {(row.area_code, row.month): row.number for row in rows}
    return found
