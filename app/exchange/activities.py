"""The activities of an event log as approval items: what is to be imported of them, and whose they were."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.actor import Actor
from app.areas.schemas import DepartmentIn
from app.areas.service import register_department
from app.clock import office_date
from app.database import Database, Reader
from app.digests import sha256
from app.domain.durations import Duration, Unit
from app.domain.planned import (
    Estimate,
    EstimateBasis,
    ItemLimit,
    LimitAnchor,
    PausePolicy,
    PlannedItem,
    TimeBearer,
)
from app.errors import Words
from app.events.service import SKEW
from app.exchange.deriving import stage_codes
from app.exchange.planning import MANY, Activity, Case, Plan, check_mapping, cut_into, procedure_of
from app.exchange.queries import departments_named, known_cases, reported_steps
from app.exchange.reading import BadRow, LogRow, read_log
from app.exchange.schemas import ItemCasesIn, MappingIn
from app.items.importing import Logged
from app.procedures.queries import get_procedure

LONGEST_ID, LONGEST_CODE = 128, 32
PROMISED = Words("日志所载计划办结时间", "the planned end that the log tells")
STATUTORY = Words("日志所载法定期限", "the deadline that the log tells")
NOTHING = Duration(0, Unit.WORKING_DAY)


async def plan_items(reader: Reader, actor: Actor, mapping: MappingIn, raw: bytes) -> Plan:
    """Read a log and say which of its activities are to become item cases.

    A repeated activity is a further round of its item. A row of a group that is no department is reported,
    unless the mapping has such departments registered. Refuses state secrets, foreign areas, files that are
    no log, and, since a case may need a new project, a procedure that is not in force.
    """
    check_mapping(actor, mapping)
    log = read_log(raw, mapping, actor.at + SKEW)
    version = await procedure_of(reader, actor, mapping)
    procedure = await get_procedure(reader, version.id)
    plan = Plan(mapping, log, [], 0)
    await _find_departments(reader, plan)
    projects = await _projects(reader, actor, mapping.source_system, list(log.cases))
    there = await _there(reader, mapping.source_system, list(projects.values()))
    codes = stage_codes(sorted({row.activity for rows in log.cases.values() for row in rows}))
    for name, rows in log.cases.items():
        left, rounds = list[Activity](), Counter[str]()
        for row in rows:
            code = codes[row.activity]
            rounds[code] += 1
            activity = Activity(row, code, _external_id(name, code, rounds[code]))
            at = there.get(activity.external_id)
            if at is not None and at != row.at:
                log.bad.append(BadRow(row.line, None, "differs"))
            elif at is not None:
                plan.present += 1
            elif (group := _group(plan, row)) and not (group in plan.departments or group in plan.missing):
                column = mapping.columns.group
                log.bad.append(BadRow(row.line, column, "unknown_department", {"group": group}))
            else:
                left.append(activity)
        if left:
            plan.cases.append(Case(name, left, 0, projects.get(name), procedure, version.id))
    return plan


async def register_missing(database: Database, actor: Actor, plan: Plan) -> None:
    """Register the groups that are no departments yet, each as an act of its own."""
    area = plan.mapping.area_code
    begun = office_date(min((row.at for rows in plan.log.cases.values() for row in rows), default=actor.at))
    for group, plain in stage_codes(plan.missing).items():
        code = f"{area}-{plain}"
        given = DepartmentIn(
            code=code if len(code) <= LONGEST_CODE else f"{area}-{sha256(group.encode())[:12]}",
            area_code=area,
            name_zh=group[:100],
            name_en=group[:100],
            valid_from=begun,
        )
        async with database.write() as session:
            plan.departments[group] = (await register_department(session, actor, given)).code


def logged(plan: Plan, activity: Activity, facts: Mapping[str, Any], file_id: str) -> Logged:
    """Say of an event what the item was, by when it had to be done, and when it was."""
    row, wanted = activity.row, _wanted(plan)
    received_at = row.at if row.received is None else min(row.received, row.at)
    group = _group(plan, row)
    item = PlannedItem(
        code=activity.item_code,
        name=Words(row.activity, row.activity),
        kind=wanted.kind,
        milestone=None,
        approval_stage=int(wanted.approval_stage),
        department=None if group is None else plan.departments[group],
        bearer=TimeBearer.DEPARTMENT,
        needs=(),
        preparation=Estimate(NOTHING, EstimateBasis.ASSUMED),
        handling=None,
        statutory=_limit(received_at, row.deadline, STATUTORY),
        promised=_limit(received_at, row.planned_end, PROMISED),
        pause_policy=PausePolicy.RESUME,
        validity=None,
        materials=(),
        waivers=(),
    )
    return Logged(
        item=item,
        received_at=received_at,
        passed_at=row.at,
        source_system=plan.mapping.source_system,
        external_id=activity.external_id,
        facts=facts,
        evidence=[file_id],
    )


def _limit(received_at: datetime, ends_at: datetime | None, basis: Words) -> ItemLimit | None:
    """Give a limit in calendar days from the receipt; none where the log tells no end, or one before it."""
    days = -1 if ends_at is None else (office_date(ends_at) - office_date(received_at)).days
    if days < 0:
        return None
    duration = Duration(days, Unit.CALENDAR_DAY)
    return ItemLimit(duration, 0, LimitAnchor.RECEIPT, TimeBearer.DEPARTMENT, basis)


def _wanted(plan: Plan) -> ItemCasesIn:
    return plan.mapping.item_cases or ItemCasesIn()


def _group(plan: Plan, row: LogRow) -> str | None:
    """Name the group that did it; none where the log names none."""
    return None if row.group in _wanted(plan).without_department else row.group


async def _find_departments(reader: Reader, plan: Plan) -> None:
    """Find the departments that the log's groups name: those of the mapping's area, by code or name."""
    groups = {group for rows in plan.log.cases.values() for row in rows if (group := _group(plan, row))}
    for some in cut_into(sorted(groups), MANY):
        for department in await reader.all(departments_named(plan.mapping.area_code, list(some))):
            for name in groups & {department.code, department.name_zh, department.name_en}:
                plan.departments.setdefault(name, department.code)
    if _wanted(plan).register_departments:
        plan.missing = sorted(groups - plan.departments.keys())


async def _projects(reader: Reader, actor: Actor, source_system: str, names: list[str]) -> dict[str, str]:
    """Find the projects of cases imported before, as transitions or as items, whoever imported them."""
    found: dict[str, str] = {}
    for some in cut_into(names, MANY):
        for name, project_id, _ in await reader.all(known_cases(source_system, list(some), *actor.scope)):
            found.setdefault(name, project_id)
    return found


async def _there(reader: Reader, source_system: str, project_ids: list[str]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for some in cut_into(project_ids, MANY):
        found |= dict(await reader.all(reported_steps(source_system, list(some))))
    return found


def _external_id(case: str, code: str, number: int) -> str:
    """Name an activity so that the next import knows it again, whatever line it stands on then."""
    plain = f"{case}/{code}/{number}"
    return plain if len(plain) <= LONGEST_ID else sha256(plain.encode())
