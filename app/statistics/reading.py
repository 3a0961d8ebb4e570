"""The rows that figures are computed from, as the tables hold them now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from app.actor import Scope
from app.clock import OFFICE
from app.database import Reader
from app.domain.moves import Effect
from app.domain.statistics_items import SOON
from app.invitations.service import days_by_area
from app.procedures.queries import get_procedure
from app.statistics import hearing, queries
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
    late_transitions: Rows = ()
    late_item_steps: Rows = ()
    corrections: Rows = ()
    filings: Rows = ()
    evaluations: Rows = ()
    unnamed: dict[tuple[str, str], int] = field(default_factory=dict)
    bad_reviews: Rows = ()
    rulings: Rows = ()
    complaints: Rows = ()
    assignments: Rows = ()
    follow_ups: Rows = ()
    silent_steps: Rows = ()
    silent_decisions: Rows = ()
    default_days: dict[str, int] = field(default_factory=dict)
    inviting: frozenset[tuple[str, str, str]] = frozenset()
    """Moves that invite to evaluate: procedure, stage, move."""
    ended_stages: frozenset[tuple[str, str]] = frozenset()
    """Stages in which a service has ended: procedure, stage."""


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
        ("late_transitions", {"entries"}, queries.late_transitions(since, until, *scope)),
        ("late_item_steps", {"entries"}, queries.late_item_steps(since, until, *scope)),
        ("corrections", {"corrections"}, queries.corrections(*scope)),
        ("filings", {"reuses"}, queries.filings(until, *scope)),
        ("evaluations", {"evaluations"}, hearing.evaluations(months[0], months[1], *scope)),
        ("bad_reviews", {"evaluations", "bad_reviews"}, hearing.bad_reviews(*scope)),
        ("rulings", {"bad_reviews"}, hearing.rulings(scope.areas)),
        ("complaints", {"complaints"}, hearing.complaints(*days, scope.areas, scope.department)),
        ("follow_ups", {"follow_ups"}, hearing.follow_ups(*scope)),
        ("assignments", {"loads"}, queries.assignments(*scope)),
    )
    found = Source()
    for name, serves, question in wanted:
        if serves & needs:
            setattr(found, name, await session.all(question))
    if "evaluations" in needs:
        rows = await session.all(hearing.unnamed_by_month(*months))
        found.unnamed = {(row.area_code, row.month): row.number for row in rows}
    if "silences" in needs:
        found.default_days = await days_by_area(session)
        if found.default_days:
            since -= timedelta(days=max(found.default_days.values()))
            found.silent_steps = await session.all(hearing.silent_steps(since, until, *scope))
            found.silent_decisions = await session.all(hearing.silent_decisions(since, until, *scope))
    return found


async def read_procedures(session: Reader, source: Source) -> None:
    """Take in what the procedures say of the rows; a published procedure never changes."""
    source.inviting = await _inviting_moves(session, source.silent_steps)
    used = {row.procedure_id for row in source.projects} if source.assignments else set()
    ended = set()
    for procedure_id in sorted(used):
        stages = (await get_procedure(session, procedure_id)).stages
        ended |= {(procedure_id, code) for code, stage in stages.items() if stage.is_terminal}
    source.ended_stages = frozenset(ended)


async def _inviting_moves(session: Reader, steps: Rows) -> frozenset[tuple[str, str, str]]:
    """Name the moves that open a step to evaluation."""
    found = set()
    for procedure_id in sorted({row.procedure_id for row in steps}):
        procedure = await get_procedure(session, procedure_id)
        found |= {
            (procedure_id, move.from_stage, move.code)
            for move in procedure.moves
            if Effect.INVITES_EVALUATION in move.effects
        }
    return frozenset(found)
