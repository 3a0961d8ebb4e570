"""python -m app import event-log · python -m app export event-log: as programs, killed at any moment."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.config import Settings
from app.database import Database
from app.events.verifying import verify
from app.exchange import commands, importing
from app.exchange.commands import export_event_log, import_event_log
from tests.conftest import StillClock, settings_for
from tests.event_logs import generated, mapping, the_log, told, written

ROOT = Path(__file__).parent.parent


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(database_url, data_dir=str(tmp_path / "data"))


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path]:
    """Write the log and its mapping to the disk."""
    log, described = tmp_path / "receipts.csv", tmp_path / "mapping.json"
    log.write_bytes(the_log())
    described.write_text(json.dumps(mapping()))
    return log, described


async def exported(settings: Settings, out: Path, form: str = "csv") -> bytes:
    assert await export_event_log(settings, form, out) == 0
    return await asyncio.to_thread(out.read_bytes)


async def ledger(settings: Settings) -> int:
    async with Database(settings).opened() as database:
        verdict = await verify(database)
    assert verdict.broken is None
    return verdict.checked


async def test_one_command_takes_a_log_in_and_another_gives_it_back(
    settings: Settings, given: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = told(given[0].read_bytes())
    before = await ledger(settings)
    assert await import_event_log(settings, *given) == 0
    said = capsys.readouterr().err
    assert f"{len(rows)} imported" in said
    assert "events/s" in said
    assert told(await exported(settings, tmp_path / "out.csv")) == rows
    after = await ledger(settings)
    # the file, the client, a draft and its publication; a registration per case; a step per event
    assert after - before == 4 + len({row[0] for row in rows}) + len(rows)
    assert await import_event_log(settings, *given) == 0
    assert f"nothing to add: all {len(rows)}" in capsys.readouterr().err
    assert await ledger(settings) == after


async def test_the_procedure_is_proposed_without_touching_the_database(
    given: tuple[Path, Path], tmp_path: Path
) -> None:
    nowhere = Settings(database_url=f"sqlite:///{tmp_path}/nowhere.db")
    assert await import_event_log(nowhere, *given, tmp_path / "proposed.json") == 0
    assert json.loads((tmp_path / "proposed.json").read_text())["derived_from_log"] is True
    assert not (tmp_path / "nowhere.db").exists()


async def test_bad_rows_are_told_and_listed_and_the_good_ones_kept(
    settings: Settings, given: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header, *rows = generated()
    spoiled = [row[:7] for row in rows if row[1] in {f"case-{n}" for n in range(1, 10)}]
    sound = [row for row in rows if row[1] not in {row[1] for row in spoiled}]
    given[0].write_bytes(written([header, *spoiled, *sound]))
    report = tmp_path / "report.ndjson"
    assert await import_event_log(settings, *given, None, report) == 1
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert [line["line"] for line in lines] == list(range(2, 2 + len(spoiled)))
    assert {(line["column"], line["code"]) for line in lines} == {("time:timestamp", "wrong_number_of_cells")}
    assert all(line["reason_en"] == "has 7 cells instead of 8" for line in lines)
    said = capsys.readouterr().err
    assert f"{len(spoiled)} not imported" in said
    assert f"+{len(spoiled) - commands.SHOWN}" in said
    assert told(await exported(settings, tmp_path / "out.csv")) == told(written([header, *sound]))


@pytest.mark.parametrize(
    ("facts", "told_so"),
    [
        ({"contains_state_secrets": True}, "state secrets"),
        ({"columns": {"case": "Fall"}}, "no column Fall"),
        ({"area_code": "999999"}, "999999"),
        ({"encoding": "morse"}, "encoding"),
    ],
)
async def test_what_cannot_be_done_is_said_in_both_languages(
    settings: Settings,
    given: tuple[Path, Path],
    facts: dict[str, Any],
    told_so: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given[1].write_text(json.dumps(mapping(**facts)))
    before = await ledger(settings)
    assert await import_event_log(settings, *given) == 2
    said = capsys.readouterr().err
    assert told_so in said
    assert " · " in said
    assert await ledger(settings) == before


async def test_a_missing_file_is_said(
    settings: Settings, given: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    given[0].unlink()
    assert await import_event_log(settings, *given) == 2
    assert "receipts.csv" in capsys.readouterr().err


async def test_an_export_goes_to_standard_output_when_no_file_is_named(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await export_event_log(settings) == 0
    assert capsys.readouterr().out.startswith("case:concept:name,concept:name,time:timestamp,org:resource")


async def test_an_importer_overtaken_by_another_looks_again_and_finishes(
    settings: Settings, given: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, *rows = generated()
    whole = written([header, *rows])
    part = written([header, *(row for row in rows if row[1] in {"case-1", "case-16"})])
    wanted, clock, plan = commands.read_mapping(given[1].read_bytes()), StillClock(), importing.plan_import
    async with Database(settings).opened() as database:
        await commands.publish_derived(
            database, await commands.whoever(database, clock), wanted, whole, clock
        )

        async def overtaken(*asked: Any) -> Any:
            found = await plan(*asked)
            monkeypatch.setattr(importing, "plan_import", plan)
            await commands.bring_in(database, clock, wanted, part, "part.csv")
            return found

        monkeypatch.setattr(importing, "plan_import", overtaken)
        tally, bad = await commands.bring_in(database, clock, wanted, whole, "whole.csv")
    assert (bad, tally.waiting, tally.present) == ([], 0, len(told(part)))
    assert told(await exported(settings, tmp_path / "out.csv")) == told(whole)


async def test_a_slow_database_gets_shorter_transactions_and_the_same_projects(
    settings: Settings, given: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = written(generated())
    given[0].write_bytes(raw)
    monkeypatch.setattr(importing, "LONGEST", 0)
    transactions, whole = [], importing._Run._write

    async def counted(run: Any, parts: Any) -> Any:
        left = await whole(run, parts)
        transactions.append(len(parts) - len(left))
        return left

    monkeypatch.setattr(importing._Run, "_write", counted)
    assert await import_event_log(settings, *given) == 0
    assert transactions == [1] * len({row[0] for row in told(raw)})
    assert told(await exported(settings, tmp_path / "out.csv")) == told(raw)


def test_an_import_killed_at_any_moment_is_finished_by_the_next(
    settings: Settings, given: tuple[Path, Path], tmp_path: Path
) -> None:
    environ = os.environ | {
        "MPS_DATABASE_URL": settings.database_url,
        "MPS_DATA_DIR": settings.data_dir,
        "MPS_DURABILITY": "unsafe_for_tests",
        "PYTHONPATH": str(ROOT),
    }
    slowly = (
        "import asyncio, sys; from pathlib import Path; from app.config import load_settings;"
        "from app.exchange import commands, importing; importing.import_log.__kwdefaults__['batch'] = 9;"
        "log, mapping = map(Path, sys.argv[1:]);"
        "sys.exit(asyncio.run(commands.import_event_log(load_settings(), log, mapping)))"
    )
    dice, killed, code = random.Random(20261122), 0, -1
    while code != 0:
        with subprocess.Popen(
            [sys.executable, "-c", slowly, *map(str, given)], cwd=ROOT, env=environ, stderr=subprocess.PIPE
        ) as run:
            assert run.stderr is not None
            if killed < 6:
                run.stderr.read(1)  # it has begun to tell how far it is
                time.sleep(dice.random() * 0.05)
                run.send_signal(signal.SIGKILL)
            said = run.communicate(timeout=300)[1].decode()
        code = run.returncode
        killed += code == -signal.SIGKILL
        assert code in {0, -signal.SIGKILL}, said
    assert killed >= 3
    raw = given[0].read_bytes()
    assert told(asyncio.run(exported(settings, tmp_path / "out.csv"))) == told(raw)
    assert asyncio.run(ledger(settings)) > 0
