"""An event log brought in as approval items: cases, limits, lights, durations by department."""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pytest

from app.clock import OFFICE
from app.config import Settings
from app.database import Database
from app.events.auditing import audit
from app.exchange import commands, importing
from app.exchange.commands import import_event_log
from tests.builders import QIDONG, World
from tests.conftest import StillClock, settings_for
from tests.event_logs import mapping, written
from tests.item_logs import Told, generated_items, item_mapping, the_item_log, told_items

MONTH_ENDS = [date(2011, month + 1, 1) - timedelta(days=1) for month in range(1, 12)] + [date(2011, 12, 31)]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(database_url, data_dir=str(tmp_path / "data"))


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path]:
    log, described = tmp_path / "items.csv", tmp_path / "mapping.json"
    log.write_bytes(the_item_log())
    described.write_text(json.dumps(item_mapping()))
    return log, described


async def bring_in(database: Database, clock: StillClock, given: tuple[Path, Path]) -> Any:
    wanted = commands.read_mapping(given[1].read_bytes())
    return await commands.bring_in(database, clock, wanted, given[0].read_bytes(), given[0].name)


async def every_page(world: World, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        body = (await world.get(f"{path}limit=200{cursor}")).json()
        items += body["items"]
        if body["next_cursor"] is None:
            return items
        cursor = f"&cursor={body['next_cursor']}"


async def test_every_activity_becomes_an_item_that_was_received_and_passed(
    database: Database, world: World, clock: StillClock, given: tuple[Path, Path]
) -> None:
    told = told_items(given[0].read_bytes())
    tally, bad = await bring_in(database, clock, given)
    assert (tally.imported, tally.waiting, bad) == (len(told), 0, [])
    assert tally.registered == len({each.case for each in told})
    cases = await every_page(world, "/v1/item-cases?")
    wanted = Counter((f"{t.activity}", t.received_on.isoformat(), t.done_on.isoformat()) for t in told)
    assert Counter((c["name"]["en"], c["filed_on"], c["done_on"]) for c in cases) == wanted
    assert {c["state"] for c in cases} == {"passed"}
    rounds = Counter((t.case, t.activity) for t in told)
    assert Counter(c["round"] for c in cases) == Counter(
        n for many in rounds.values() for n in range(1, many + 1)
    )
    departments = {d["name_zh"] for d in await every_page(world, f"/v1/departments?area={QIDONG}&")}
    assert departments >= {t.group for t in told if t.group}


async def test_its_steps_are_imported_and_rest_on_the_file(
    database: Database, world: World, clock: StillClock, given: tuple[Path, Path]
) -> None:
    await bring_in(database, clock, given)
    case = (await every_page(world, "/v1/item-cases?"))[0]
    steps = (await world.get(f"/v1/item-cases/{case['id']}/steps")).json()["items"]
    assert [(s["code"], s["entry_mode"], s["source_system"]) for s in steps] == [
        ("received", "imported", "permits"),
        ("passed", "imported", "permits"),
    ]
    (evidence,) = {e for s in steps for e in s["evidence"]}
    file = (await world.get(f"/v1/files/{evidence}")).json()
    assert file["name"] == "items.csv"
    timeline = (await world.get(f"/v1/projects/{case['project_id']}/timeline?limit=200")).json()["items"]
    reported = next(entry for entry in timeline if entry["type"] == "item.reported")
    assert reported["entry_mode"] == "imported"
    assert reported["facts"].keys() >= {"line", "group", "resource", "instance", "file_sha256"}


async def test_a_second_import_adds_nothing(
    database: Database, clock: StillClock, given: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    await bring_in(database, clock, given)
    rows = len(told_items(given[0].read_bytes()))
    tally, bad = await bring_in(database, clock, given)
    assert (tally.present, tally.imported, bad) == (rows, 0, [])
    assert f"nothing to add: all {rows}" in commands.summary(tally)


async def test_the_projects_are_those_of_the_first_import(
    database: Database, clock: StillClock, given: tuple[Path, Path]
) -> None:
    raw = given[0].read_bytes()
    transitions = commands.read_mapping(json.dumps(mapping()).encode())
    first, _ = await commands.bring_in(database, clock, transitions, raw, "items.csv")
    second, bad = await bring_in(database, clock, given)
    assert (first.registered, second.registered, second.imported, bad) == (
        len({t.case for t in told_items(raw)}),
        0,
        first.imported,
        [],
    )


async def test_an_import_cut_short_goes_on_where_it_stopped(
    database: Database, clock: StillClock, given: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, written_, whole = len(told_items(given[0].read_bytes())), 0, importing._Run._write
    monkeypatch.setattr(importing.import_log, "__kwdefaults__", {"batch": 5, "before": None})

    async def cut(run: Any, parts: Any) -> Any:
        nonlocal written_
        written_ += 1
        if written_ == 4:
            raise KeyboardInterrupt
        return await whole(run, parts)

    monkeypatch.setattr(importing._Run, "_write", cut)
    with pytest.raises(KeyboardInterrupt):
        await bring_in(database, clock, given)
    tally, bad = await bring_in(database, clock, given)
    assert tally.present > 0
    assert (tally.present + tally.imported, bad) == (rows, [])
    assert await audit(database) == []


async def test_the_lights_at_every_month_end_are_those_that_counting_gives(
    database: Database, world: World, clock: StillClock, given: tuple[Path, Path]
) -> None:
    await bring_in(database, clock, given)
    told: dict[tuple[str, str, str], list[Told]] = defaultdict(list)
    for each in told_items(given[0].read_bytes()):
        told[each.activity, each.received_on.isoformat(), each.done_on.isoformat()].append(each)
    cases = (await every_page(world, "/v1/item-cases?"))[:120]
    seen: Counter[str | None] = Counter()
    for case in cases:
        found = told[case["name"]["en"], case["filed_on"], case["done_on"]]
        for day in MONTH_ENDS:
            evening = datetime.combine(day, time(23, 59), OFFICE).astimezone(UTC).isoformat()
            answer = await world.get(f"/v1/item-cases/{case['id']}", params={"valid_at": evening})
            light = answer.json()["light"] if answer.status_code == httpx.codes.OK else None
            assert light in {each.light_on(day) for each in found}, (case["id"], day)
            seen[light] += 1
    assert seen[None] > 0
    assert seen["done_in_time"] > 0
    assert seen["done_late"] > 0


async def test_durations_by_department_are_those_another_program_finds(
    database: Database, world: World, clock: StillClock, given: tuple[Path, Path]
) -> None:
    await bring_in(database, clock, given)
    wanted, found = defaultdict(list), defaultdict(list)
    for each in told_items(given[0].read_bytes()):
        wanted[each.group].append((each.done_on - each.received_on).days)
    names = {d["code"]: d["name_zh"] for d in await every_page(world, f"/v1/departments?area={QIDONG}&")}
    for case in await every_page(world, "/v1/item-cases?"):
        days = (date.fromisoformat(case["done_on"]) - date.fromisoformat(case["filed_on"])).days
        found[names.get(case["department_code"])].append(days)
    assert {group: (len(d), sum(d), median(d), max(d)) for group, d in found.items()} == {
        group: (len(d), sum(d), median(d), max(d)) for group, d in wanted.items()
    }


async def test_without_leave_to_register_an_unknown_department_is_reported_row_by_row(
    database: Database, world: World, clock: StillClock, given: tuple[Path, Path]
) -> None:
    body = {"code": f"{QIDONG}-g0", "area_code": QIDONG, "name_zh": "Group 0", "name_en": "Group 0"}
    assert (
        await world.post("/v1/departments", body | {"valid_from": "2010-01-01"}, "admin")
    ).status_code == 201
    given[0].write_bytes(written(generated_items()))
    given[1].write_text(json.dumps(item_mapping(item_cases={"register_departments": False})))
    told = told_items(given[0].read_bytes())
    tally, bad = await bring_in(database, clock, given)
    strangers = [t for t in told if t.group not in {None, "Group 0"}]
    assert {row.code for row in bad} == {"unknown_department"}
    assert {row.column for row in bad} == {"org:group"}
    assert (len(bad), tally.imported) == (len(strangers), len(told) - len(strangers))
    given[1].write_text(json.dumps(item_mapping()))
    again, bad = await bring_in(database, clock, given)
    assert (again.imported, bad) == (len(strangers), [])


async def test_an_activity_that_now_ends_at_another_time_is_reported_as_different(
    database: Database, clock: StillClock, given: tuple[Path, Path]
) -> None:
    rows = generated_items()
    given[0].write_bytes(written(rows))
    await bring_in(database, clock, given)
    changed = [
        [*row[:7], "2011-12-30 09:00:00+01:00", *row[8:]]
        if row[1] == "case-1" and row[3] == rows[1][3]
        else row
        for row in rows
    ]
    given[0].write_bytes(written(changed))
    tally, bad = await bring_in(database, clock, given)
    assert ([row.code for row in bad], tally.imported) == (["differs"], 0)


async def test_one_command_is_enough(
    settings: Settings, given: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await import_event_log(settings, *given) == 0
    assert f"{len(told_items(given[0].read_bytes()))} imported" in capsys.readouterr().err
