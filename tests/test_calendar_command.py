"""`python -m app import calendar`: the yearly notice comes into a closed network as a file."""

import json
from pathlib import Path

import pytest

from app.__main__ import main
from app.calendars.commands import import_calendar
from app.calendars.queries import get_calendar, in_force
from app.config import Settings
from app.database import Database
from app.events.auditing import audit
from tests.builders import QIDONG
from tests.conftest import settings_for

CSV = "date,kind,festival\r\n2027-01-01,holiday,元旦\r\n2027-02-14,makeup,春节\r\n"
NAMED = {"year": 2027, "notice": "国办发明电〔2026〕示例号"}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(database_url, data_dir=str(tmp_path))


async def test_a_notice_in_csv_becomes_a_draft_that_counts_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notice.csv"
    file.write_bytes(b"\xef\xbb\xbf" + CSV.encode())
    assert await import_calendar(settings, file, **NAMED) == 0
    assert "GET /v1/calendars/cn/versions/2/impact" in capsys.readouterr().out
    async with Database(settings).opened() as database:
        assert set((await in_force(database.reader)).numbers.values()) == {1}
        assert 2027 in (await get_calendar(database.reader, 2)).published_years
        assert await audit(database) == []


async def test_a_notice_in_json_is_the_body_of_the_request(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "notice.json"
    day = {"date": "2026-09-10", "kind": "holiday", "festival": "元旦"}
    file.write_text(json.dumps({"days": [day]}))
    assert await import_calendar(settings, file, code=QIDONG) == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "date,kind,festival\n2027-13-01,holiday,元旦\n", "/csv/2/date"),
        ("b.csv", "date,kind,festival\n2027-02-14,makeup,春节\n", "/years/0: 没有列出 2027 年的放假日期"),
        ("c.json", '{"days": 1, "more": 2}', "/more: 未知字段 · is unknown"),
        ("d.json", "{", "The body cannot be read"),
        ("e.csv", "date,kind,festival\n2027-01-01,holiday,\x00\n", "control characters"),
        ("absent.csv", None, "absent.csv"),
    ],
)
async def test_a_bad_notice_is_refused_whole_and_every_fault_told(
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: str | None,
    said: str,
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert await import_calendar(settings, file, **NAMED) == 2
    assert said in capsys.readouterr().err


def test_the_command_line_knows_calendars(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notice.csv"
    file.write_text(CSV, encoding="utf-8")
    monkeypatch.setenv("MPS_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("MPS_DURABILITY", "unsafe_for_tests")
    assert main(["import", "calendar", str(file), "--year", "2027", "--notice", "示例"]) == 0
    assert "cn/versions/2" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["import", "event-log", str(file)])
