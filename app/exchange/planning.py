"""What an event log asks for, held against the procedure and against what is there: nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar

from app.actor import Actor
from app.areas.queries import AreaNotFound
from app.database import Reader
from app.domain.moves import Procedure
from app.errors import Conflict, Words
from app.events.service import SKEW
from app.exchange.queries import known_cases, steps_of
from app.exchange.reading import BadRow, Log, LogRow, read_log
from app.exchange.schemas import MappingIn
from app.procedures.models import ProcedureVersion
from app.procedures.queries import NoProcedureInForce, get_procedure, procedure_in_force
from app.projects.service import StateSecretsStayOutside

T = TypeVar("T")
MANY = 500  # ids asked for in one statement


class NoProcedureForTheLog(Conflict):
    """The procedure that the mapping names is not in force in its area: derive and publish it first."""

    title = Words("日志对应的服务流程尚未发布", "The log's procedure is not in force")
    detail = Words(
        "区域 {area} 没有生效的服务流程 {code}；请先由日志推导流程并发布。",
        "No procedure {code} is in force in {area}; derive it from the log and publish it first.",
    )


class Step(NamedTuple):
    """An event of a case as a move of its procedure."""

    row: LogRow
    stage: str


class Activity(NamedTuple):
    """An event of a case as an approval item that was received, and then passed; ``external_id`` is ours."""

    row: LogRow
    item_code: str
    external_id: str


@dataclass(eq=False)
class Case:
    """A case still to be imported, from its first event or from where it stopped."""

    name: str
    steps: list[Step] | list[Activity]
    done: int
    project_id: str | None
    procedure: Procedure
    procedure_id: str
    is_left_out: bool = False


@dataclass
class Plan:
    """What is to be done about a log. Every row is waiting, present, or reported as bad."""

    mapping: MappingIn
    log: Log
    cases: list[Case]
    present: int
    departments: dict[str, str] = field(default_factory=dict)  # codes by the groups of a log of items
    missing: list[str] = field(default_factory=list)  # groups to be registered as departments

    @property
    def reported(self) -> int:
        """Count the rows reported."""
        return len({bad.line for bad in self.log.bad})


class _Known(NamedTuple):
    project_id: str
    procedure_id: str
    steps: list[tuple[str, datetime]]


async def plan_import(reader: Reader, actor: Actor, mapping: MappingIn, raw: bytes) -> Plan:
    """Read a log and say what is to be imported of it.

    Refuses state secrets, foreign areas, files that are no log, and a procedure not in force.
    """
    check_mapping(actor, mapping)
    log = read_log(raw, mapping, actor.at + SKEW)
    version = await procedure_of(reader, actor, mapping)
    known = await _known(reader, actor, mapping.source_system, list(log.cases))
    plan = Plan(mapping, log, [], 0)
    for name, rows in list(log.cases.items()):
        there = known.get(name)
        procedure_id = there.procedure_id if there else version.id
        procedure = await get_procedure(reader, procedure_id)
        steps, bad = _follow(procedure, rows)
        if bad is None and there is not None:
            bad = _compare(steps, there.steps)
        if bad is not None:
            log.bad.append(bad)
            log.hold_back(name, bad.line)
            continue
        done = min(len(there.steps), len(steps)) if there else 0
        plan.present += done
        if done < len(steps):
            project_id = there.project_id if there else None
            plan.cases.append(Case(name, steps, done, project_id, procedure, procedure_id))
    return plan


def check_mapping(actor: Actor, mapping: MappingIn) -> None:
    """Refuse state secrets and foreign areas, before anything is read or kept."""
    if mapping.contains_state_secrets:
        raise StateSecretsStayOutside
    if not actor.has_area(mapping.area_code):
        raise AreaNotFound(code=mapping.area_code)


async def procedure_of(reader: Reader, actor: Actor, mapping: MappingIn) -> ProcedureVersion:
    """Find the procedure the log goes by: its area's own, else the nearest above's."""
    code = mapping.procedure.code
    try:
        return await procedure_in_force(reader, mapping.area_code, actor.today, code)
    except NoProcedureInForce:
        raise NoProcedureForTheLog(area=mapping.area_code, code=code) from None


def _follow(procedure: Procedure, rows: list[LogRow]) -> tuple[list[Step], BadRow | None]:
    """Find the way of a case through the procedure, or its first event that is not on any."""
    stages = {name: s.code for s in procedure.stages.values() for name in (s.label.en, s.label.zh)}
    here, steps = procedure.initial, list[Step]()
    for row in rows:
        stage = stages.get(row.activity)
        if stage is None:
            return [], BadRow(row.line, None, "unknown_activity")
        if all(move.to_stage != stage for move in procedure.moves_from(here)):
            label = procedure.label_of_stage(here)
            facts = {"stage": {"zh": label.zh, "en": label.en}}
            return [], BadRow(row.line, None, "move_not_in_procedure", facts)
        steps.append(Step(row, stage))
        here = stage
    return steps, None


def _compare(steps: list[Step], there: list[tuple[str, datetime]]) -> BadRow | None:
    """Find the first event that is not what was imported before. More may be there: work went on here."""
    for step, (stage, at) in zip(steps, there, strict=False):
        if (step.stage, step.row.at) != (stage, at):
            return BadRow(step.row.line, None, "differs")
    return None


async def _known(reader: Reader, actor: Actor, source_system: str, names: list[str]) -> dict[str, _Known]:
    """Find the projects of cases imported before, whoever imported them, with the steps they have taken."""
    found: dict[str, _Known] = {}
    for some in cut_into(names, MANY):
        for name, project_id, procedure_id in await reader.all(
            known_cases(source_system, list(some), *actor.scope)
        ):
            found.setdefault(name, _Known(project_id, procedure_id, []))
    by_id = {known.project_id: known for known in found.values()}
    for some in cut_into(list(by_id), MANY):
        for project_id, stage, at in await reader.all(steps_of(list(some), *actor.scope)):
            by_id[project_id].steps.append((stage, at))
    return found


def cut_into(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of a size."""
    return (things[i : i + size] for i in range(0, len(things), size))
