"""Importing an event log in batches: each is one transaction, and what it did needs no second telling."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.actor import Actor
from app.clock import Clock, ticks
from app.database import Database, Writer
from app.domain.procedures import (
    GuardsNotMet,
    MissingOrWrongInputs,
    MoveNotFromHere,
    RoleMayNotMove,
    StageHasChanged,
)
from app.errors import Conflict, Refusal, Unavailable
from app.exchange.activities import logged, plan_items, register_missing
from app.exchange.planning import Activity, Case, Plan, Step, plan_import
from app.exchange.queries import lock_projects
from app.exchange.reading import BadRow
from app.exchange.schemas import MappingIn
from app.files.models import File
from app.items.importing import bring_in
from app.projects.queries import Pair
from app.projects.schemas import ExternalIdIn, ProjectIn
from app.projects.service import register_project
from app.stages.schemas import StageTransitionIn
from app.stages.service import OccurredBeforeTheLastStep, take_step
from app.troubles import Clash

BATCH = 500  # events in a transaction at most
LONGEST = 0.5  # seconds of a transaction, or as long as one case takes: others who write wait for it
BY_THE_RULES = (
    StageHasChanged,
    MoveNotFromHere,
    RoleMayNotMove,
    MissingOrWrongInputs,
    GuardsNotMet,
    OccurredBeforeTheLastStep,
)
PASSING = (Conflict, Clash, Unavailable)  # another writer was in the way: look again what is there
ATTEMPTS = 5


@dataclass
class Tally:
    """How far an import has come, in rows; the registrations in projects."""

    rows: int = 0
    present: int = 0
    reported: int = 0
    imported: int = 0
    registered: int = 0

    @property
    def waiting(self) -> int:
        """Count the rows still to be done."""
        return self.rows - self.present - self.reported - self.imported


Keep = Callable[[Writer | None, Tally], Awaitable[None]]
"""Told of each batch: inside its transaction, or with None after it."""


class _Part(NamedTuple):
    """Some steps of a case, as many as the batch has room for."""

    case: Case
    end: int


class _RefusedByTheRules(Exception):  # noqa: N818 - control flow: the batch rolls back and goes on without the case
    def __init__(self, case: Case, line: int, refusal: Refusal) -> None:
        super().__init__(line)
        self.case, self.line, self.refusal = case, line, refusal


async def import_log(
    database: Database, clock: Clock, actor: Actor, file: File, mapping: MappingIn, raw: bytes,
    keep: Keep, *, batch: int = BATCH, before: Tally | None = None,
) -> tuple[Tally, list[BadRow]]:  # fmt: skip
    """Import what is not there yet; give the count and what is wrong with the rest, by line.

    Events become stage transitions, or item cases where the mapping says so.

    May be killed at any moment and begun again: what is there is found by the id of the case and by its
    steps. ``before`` is what an earlier run of the same import has done. When another writer was in the way,
    it looks again, up to five times.
    """
    tally = before or Tally()
    for attempt in range(1, ATTEMPTS + 1):
        now = replace(actor, at=clock())
        if mapping.item_cases is None:
            plan = await plan_import(database.reader, now, mapping, raw)
        else:
            plan = await plan_items(database.reader, now, mapping, raw)
            await register_missing(database, now, plan)
        tally.rows, tally.reported = plan.log.rows, plan.reported
        tally.present = plan.present - tally.imported
        run = _Run(database, clock, actor, file, plan, keep, tally)
        try:
            await run.all(batch)
        except PASSING:
            if attempt == ATTEMPTS:
                raise
            await asyncio.sleep(0.1 * attempt)
        else:
            return tally, sorted(plan.log.bad, key=lambda bad: bad.line)
    raise AssertionError  # the last attempt returns or raises


@dataclass
class _Run:
    database: Database
    clock: Clock
    actor: Actor
    file: File
    plan: Plan
    keep: Keep
    tally: Tally

    async def all(self, size: int) -> None:
        """Write batch after batch; a case that the rules refuse is left out and reported."""
        for parts in _batches(self.plan.cases, size):
            left = parts
            while left := [part for part in left if not part.case.is_left_out]:
                try:
                    left = await self._write(left)
                except _RefusedByTheRules as refused:
                    self._leave_out(refused)

    async def _write(self, parts: list[_Part]) -> list[_Part]:
        """Write one batch, or nothing of it; give back what there was no time for."""
        done, ended = replace(self.tally), ticks() + LONGEST
        ids: dict[str, str] = {}
        written: list[_Part] = []
        async with self.database.write() as session:
            actor = replace(self.actor, at=self.clock())
            known = [p.case.project_id for p in parts if p.case.project_id is not None]
            locked = await session.all(lock_projects(known, *actor.scope)) if known else []
            pairs: dict[str, Pair] = {pair[0].id: pair for pair in locked}
            for part in parts:
                case = part.case
                if case.project_id is None:
                    pair = await self._register(session, actor, case)
                    ids[case.name] = pair[0].id
                    done.registered += 1
                else:
                    pair = pairs[case.project_id]
                    if isinstance(case.steps[case.done], Step) and pair[1].steps != case.done:
                        raise Conflict  # somebody moved it since we looked
                for place in range(case.done, part.end):
                    pair = await self._take(session, actor, case, place, pair)
                    done.imported += 1
                    await asyncio.sleep(0)  # SQLite works in the event loop; others want their turn
                written.append(part)
                if ticks() > ended:
                    break
            await self.keep(session, done)
        self.tally.imported, self.tally.registered = done.imported, done.registered
        for case, end in written:
            case.project_id, case.done = case.project_id or ids[case.name], end
        await self.keep(None, self.tally)
        return parts[len(written) :]

    async def _register(self, session: Writer, actor: Actor, case: Case) -> Pair:
        """Register the project of a case at the moment of its first event."""
        mapping, first = self.plan.mapping, case.steps[0].row
        given = ProjectIn(
            contains_state_secrets=False,
            name=mapping.project_name_prefix + case.name,
            area_code=mapping.area_code,
            external_ids=[ExternalIdIn(source_system=mapping.source_system, external_id=case.name)],
            occurred_at=first.at,
            evidence=[self.file.id],
        )
        facts = {"file_sha256": self.file.sha256, "line": first.line}
        return (await register_project(session, actor, given, case.procedure_id, facts)).pair

    async def _take(self, session: Writer, actor: Actor, case: Case, place: int, pair: Pair) -> Pair:
        """Enter one event of the log; ours names the line, and the codes of who did it there."""
        step = case.steps[place]
        row = step.row
        facts = {
            "file_sha256": self.file.sha256,
            "group": row.group,
            "instance": row.instance,
            "line": row.line,
            "resource": row.resource,
        }
        if isinstance(step, Activity):
            given = logged(self.plan, step, facts, self.file.id)
            return await bring_in(session, actor, pair, given)
        here = pair[0].stage
        move = next(m for m in case.procedure.moves_from(here) if m.to_stage == step.stage)
        wanted = StageTransitionIn(
            from_stage=here, move=move.code, occurred_at=row.at, evidence=[self.file.id]
        )
        try:
            moved = await take_step(session, actor, pair, case.procedure, wanted, facts)
        except BY_THE_RULES as refusal:
            raise _RefusedByTheRules(case, row.line, refusal) from refusal
        return moved.project, moved.standing

    def _leave_out(self, refused: _RefusedByTheRules) -> None:
        """Report what is left of a case; what earlier batches wrote of it stays."""
        words = refused.refusal.title
        facts = {"refusal": {"zh": words.zh, "en": words.en}}
        rest = [step.row.line for step in refused.case.steps[refused.case.done :]]
        refused.case.is_left_out = True
        self.plan.log.bad.append(BadRow(refused.line, None, "refused", facts))
        self.plan.log.bad += [
            BadRow(line, None, "held_back", {"line": refused.line}) for line in rest if line != refused.line
        ]
        self.tally.reported += len(rest)


def _batches(cases: list[Case], size: int) -> Iterator[list[_Part]]:
    """Fill batches of at most ``size`` events, a registration being one; a long case goes on in the next."""
    parts: list[_Part] = []
    room = size
    for case in cases:
        at = case.done
        room -= case.project_id is None
        while at < len(case.steps):
            if room <= 0:
                yield parts
                parts, room = [], size - (case.project_id is None)
            end = min(len(case.steps), at + room)
            room -= end - at
            parts.append(_Part(case, end))
            at = end
    if parts:
        yield parts
