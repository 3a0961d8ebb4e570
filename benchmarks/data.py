"""The databases that are measured: many projects, written in bulk, and a procedure one can walk to and fro."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.areas.queries import all_areas
from app.config import Settings
from app.database import Database
from app.demo.founding import APP, found, make_client, make_operator, system_actor
from app.domain.procedure_documents import find_faults
from app.private.models import Private
from app.procedures.models import ProcedureVersion
from app.projects.models import Project, ProjectStanding
from app.projects.schemas import AttributesIn
from app.query import Query, inserting

CITY, AREA, STAGE, OTHER_STAGE = "320600", "320681", "in_service", "planned"
SECRET, OPERATOR = "mps_benchmark-client", "officer-1"
HEADERS = {"Authorization": f"Bearer {SECRET}", "Operator-Role": "officer", "Operator-Id": OPERATOR}
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CELLS = 10  # areas, and stages; a hundredth of all projects answers to the two filters
SAMPLE = 70  # a project whose answer is recorded: in_service, so of usual length
MOVERS = 2048  # projects that are moved to and fro, besides the others
PGBENCH_MOVERS = 512  # and those that pgbench moves
STAGES = [
    "lead",
    "applied",
    "accepted",
    "entrusted",
    "filed",
    "assigned",
    "planned",
    STAGE,
    "completed",
    "archived",
]
BATCH = 5000


def nth_id(number: int) -> str:
    """The id of the nth project: in the order of registration, as real ones are."""
    return f"019c0000-0000-7000-8000-{number:012x}"


def bench_procedure() -> dict[str, Any]:
    """The standard procedure, with a move to and one fro between two of its stages."""
    document = json.loads(APP.joinpath("procedures", "standard.json").read_text(encoding="utf-8"))
    pattern = next(m for m in document["moves"] if m["code"] == "drop")
    for code, start, end in (("forth", OTHER_STAGE, STAGE), ("back", STAGE, OTHER_STAGE)):
        move = pattern | {"code": code, "from": [start], "to": end, "reason_required": False}
        move["label"] = {"zh": f"往返{code}", "en": f"To and fro: {code}"}
        document["moves"].append(move)
    if faults := find_faults(document):
        raise ValueError(faults)
    return document


async def furnish(settings: Settings, projects: int, *, has_texts: bool = True) -> None:
    """Fill a migrated database."""
    async with Database(settings).opened() as database:
        await found(database, START)
        async with database.write() as session:
            actor = system_actor(START, CITY)
            await make_client(
                session,
                actor,
                name="benchmark",
                roles=["officer"],
                area_code=CITY,
                realm="bench",
                secret=SECRET,
            )
            await make_operator(
                session, actor, realm="bench", code=OPERATOR, name="测试", roles=["officer"], area_code=CITY
            )
        procedure = "019c0002-0000-7000-8000-000000000000"
        await _insert(
            database,
            ProcedureVersion,
            [
                dict(
                    id=procedure, code="bench", number=1, area_code=CITY, document=bench_procedure(),
                    state="published", effective_from=date(2020, 1, 1), drafted_by="bench",
                    created_at=START, published_at=START,
                )
            ],
        )  # fmt: skip
        areas = sorted(a.code for a in await database.reader.all(all_areas()) if a.code != CITY)[:CELLS]
        if AREA not in areas:
            areas[0] = AREA
        total = projects + MOVERS + PGBENCH_MOVERS
        for first in range(0, total, BATCH):
            numbers = range(first, min(first + BATCH, total))
            if has_texts:
                await _insert(database, Private, [_text(n) for n in numbers])
            await _insert(
                database, Project, [_project(n, projects, procedure, areas, has_texts) for n in numbers]
            )
            await _insert(database, ProjectStanding, [_standing(n) for n in numbers])
        await database.driver.fetch("ANALYZE", [])


async def _insert(database: Database, kind: Any, rows: list[dict[str, Any]]) -> None:
    write, names = inserting(kind)
    fields = kind.model_fields.items()
    defaults = {n: f.get_default(call_default_factory=True) for n, f in fields if not f.is_required()}
    missing = dict.fromkeys(names)
    whole = [[(missing | defaults | row)[n] for n in names] for row in rows]
    # One text for all rows: with every placeholder present, whatever a row leaves out.
    plan = Query[Any](write, [0] * len(names)).plan(database.driver.dialect)
    async with database.driver.transaction() as transaction:
        await transaction.run(plan.sql, [plan.bind(cells) for cells in whole])


def _text_id(number: int) -> str:
    return f"019c0001-0000-7000-8000-{number:012x}"


def _text(number: int) -> dict[str, Any]:
    value = f"新建厂房及配套设施约{number % 90 + 10}万平方米,购置生产设备{number % 900}台(套),建成后形成年产能力。"
    return dict(
        id=_text_id(number), kind="project_content", kept_in=CITY, salt="0" * 32, value=value, kept_at=START
    )


def _project(number: int, projects: int, procedure: str, areas: list[str], has_texts: bool) -> dict[str, Any]:
    is_mover = number >= projects
    return dict(
        id=nth_id(number),
        area_code=areas[number % CELLS],
        owner_uscc="91320681MA0000001F",
        owner_name="启东示例新材料有限公司",
        name=f"年产{number}万吨高性能复合新材料生产基地项目",
        procedure_id=procedure,
        stage=OTHER_STAGE if is_mover else STAGES[number // CELLS % CELLS],
        service_mode="agency",
        scope_stages=["1", "2", "3"],
        process_class="industrial",
        approval_mode="record_filing",
        construction_nature="new",
        land_mode="grant",
        fund_nature="private",
        industry_code="C26",
        investment_fen=1_000_000 * (number % 100_000 + 5000),
        location="启东市经济开发区纬二路以南",
        content_id=_text_id(number) if has_texts else None,
        planned_start_on=date(2026, 6, 1) + timedelta(days=number % 300),
        planned_completion_on=date(2028, 6, 1),
        attributes=AttributesIn(eia_category="report").model_dump(),
        lead_source="signing_list",
        file_number=f"NT-{number}",
        registered_at=START,
    )


def _standing(number: int) -> dict[str, Any]:
    return dict(
        project_id=nth_id(number),
        last_step_at=START,
        stage_entered_at=START,
        pauses=[],
        has_signed_agreement=True,
        primary_agent="bench:agent-1",
        backup_agent="bench:agent-2",
        confirmations=[],
        items_left={},
    )
