"""`python -m app`: what cannot be done is said in a sentence, never by a trace of the program."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.__main__ import _parser, main


@pytest.fixture
def environment(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPS_DATABASE_URL", empty_url)
    monkeypatch.setenv("MPS_DURABILITY", "unsafe_for_tests")
    monkeypatch.setenv("MPS_DATA_DIR", str(tmp_path))


@pytest.mark.usefixtures("environment")
def test_a_database_that_is_not_migrated_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("keys list", "keys revoke --id x", "export event-log", "verify", "worker"):
        assert main(command.split()) == 1
        told = capsys.readouterr().err
        assert "请先运行 python -m app migrate。 · " in told, command
        assert "run python -m app migrate first." in told


@pytest.mark.parametrize("command", ["keys list", "migrate", "serve", "worker"])
def test_a_database_that_is_away_is_said(
    monkeypatch: pytest.MonkeyPatch, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MPS_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/mps_test")
    assert main(command.split()) == 1
    told = capsys.readouterr().err
    assert told.startswith("数据库暂不可用 · The database is away: ")
    assert "secret" not in told


def test_a_file_that_cannot_be_written_is_said(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MPS_DATABASE_URL", database_url)
    monkeypatch.setenv("MPS_DURABILITY", "unsafe_for_tests")
    assert main(["export", "event-log", "--out", str(tmp_path / "absent" / "log.csv")]) == 1
    assert "absent/log.csv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("keys create --client x", "--area"),
        ("keys revoke", "--id"),
        ("import event-log log.csv", "--mapping"),
        ("serve --port 65536", "0–65535"),
        ("serve --port -1", "--port"),
    ],
)
def test_what_is_missing_is_named(command: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(command.split())
    assert told in capsys.readouterr().err


def _every(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield parser.prog, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _every(each)


def test_help_explains_every_command_and_every_argument() -> None:
    found = dict(_every(_parser()))
    assert len(found) > 12
    for name, parser in found.items():
        assert " · " in (parser.description or ""), name
        for action in parser._actions:
            if not isinstance(action, (argparse._SubParsersAction, argparse._HelpAction)):
                assert " · " in (action.help or ""), f"{name} {action.dest}"
