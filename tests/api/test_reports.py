"""/v1/reports: the same name gives the same bytes; what was entered late is listed, with its effect."""

import asyncio
import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from app.actor import system_actor
from app.answers import dump
from app.areas.queries import areas_below
from app.config import Settings
from app.database import Database
from app.domain.report_template import CODES
from app.domain.reports import Report, ReportKind
from app.domain.vocabulary import EntryMode
from app.items.schemas import ItemReportIn
from app.items.service import report_on_case
from app.reports import service
from app.reports.answers import report_body
from app.reports.page import page_of
from app.reports.schemas import ReportIn
from app.reports.workbook import harmless, workbook_of
from tests.builders import CITY, QIDONG, World, a_project_body
from tests.conftest import StillClock
from tests.postgres import database_url as url_of
from tests.year import year_end

ROOT = Path(__file__).parent.parent.parent
FORMATS = ("", "/page.html", "/workbook.xlsx")
MAKE = """
import asyncio, hashlib, sys
import app.main
from app.actor import system_actor
from app.answers import dump
from app.answers import dump
from app.areas.queries import areas_below
from app.config import Settings
from app.database import Database
from app.reports.answers import report_body
from app.reports.page import page_of
from app.reports.service import read_report
from app.reports.workbook import workbook_of
from tests.year import year_end

async def make(url, data_dir, name):
    settings = Settings(database_url=url, data_dir=data_dir, durability="unsafe_for_tests")
    async with Database(settings).opened() as database:
        actor = system_actor(year_end(), *await areas_below(database.reader, "320600"))
        report = await read_report(database.reader, actor, name)
    for content in (dump(report_body(report)), page_of(report).encode(), workbook_of(report)):
        print(hashlib.sha256(content).hexdigest())

asyncio.run(make(*sys.argv[1:]))
"""


@pytest.fixture
def database_url(year_url: str) -> str:
    return year_url


@pytest.fixture
def clock() -> StillClock:
    clock = StillClock()
    clock.now = year_end()
    return clock


async def ask(world: World, path: str, key: str = "qidong", role: str = "supervisor") -> httpx.Response:
    return await world.client.get(path, headers=world.headers(role, key=key))


async def report_of(world: World, query: str = "", key: str = "qidong", kind: str = "monthly") -> Any:
    area = QIDONG if key == "qidong" else CITY
    found = await ask(world, f"/v1/reports/{kind}?area={area}{query}", key)
    assert found.status_code == 200, found.text
    return found.json()


async def written(world: World, database: Database, name: str, key: str = "qidong") -> list[bytes]:
    """Every form of a report, made anew."""
    found = []
    for form in FORMATS:
        database.reader.memory.pop(Report, None)
        response = await ask(world, f"/v1/reports/{name}{form}", key)
        assert response.status_code == 200, response.text
        found.append(response.content)
    return found


async def report_late(database: Database, world: World, days: tuple[str, str]) -> None:
    """A department's system tells in January what it received and passed long before."""
    found = await world.client.get(
        f"/v1/item-cases?area={QIDONG}&state=planned&limit=1", headers=world.headers("officer", key="city")
    )
    assert found.status_code == 200, found.text
    case = found.json()["items"][0]
    async with database.write() as session:
        actor = system_actor(world.clock(), *await areas_below(session, CITY))
        for number, (code, day) in enumerate(zip(("received", "passed"), days, strict=True)):
            facts = {"document_number": "〔2025〕1号", "document_on": day} if code == "passed" else {}
            given = ItemReportIn(
                code=code,  # type: ignore[arg-type]
                occurred_at=datetime.fromisoformat(f"{day}T10:00:00+08:00"),
                source_system="late",
                external_id=f"late-{number}",
                **facts,  # type: ignore[arg-type]
            )
            await report_on_case(session, actor, case["id"], given, EntryMode.REPORTED)


async def enter_back(world: World, name: str) -> None:
    """Register in January a project whose lead came in November."""
    body = a_project_body(
        name=name,
        occurred_at="2025-11-20T10:00:00+08:00",
        reason="线下登记，事后补录",
        evidence=[await world.file()],
    )
    made = await world.post("/v1/projects", body)
    assert made.status_code == 201, made.text


async def test_the_same_name_gives_the_same_bytes_also_after_more_was_entered(
    world: World, database: Database
) -> None:
    report = await report_of(world)
    assert report["period"] == "2025-12"
    assert (report["from_on"], report["to_on"]) == ("2025-12-01", "2025-12-31")
    first = await written(world, database, report["name"])
    await enter_back(world, "后来登记的项目")
    await report_late(database, world, ("2025-12-08", "2025-12-10"))
    headers = world.headers("admin") | {"If-Match": '"1"'}
    renamed = await world.client.patch(f"/v1/areas/{QIDONG}", json={"name_zh": "新启东"}, headers=headers)
    assert renamed.status_code == 200, renamed.text
    world.clock.advance(days=40)
    assert await written(world, database, report["name"]) == first
    later = await report_of(world, "&period=2025-12")
    assert later["name"] != report["name"]
    assert later["area_name"] == "新启东"
    told, now = ({f["code"]: f for f in r["sections"][1]["figures"]} for r in (report, later))
    assert int(now["items_decided"]["value"]) == int(told["items_decided"]["value"]) + 1


async def test_another_process_writes_the_same_bytes(
    world: World, database: Database, database_url: str, tmp_path: Path
) -> None:
    report = await report_of(world, "&period=2025-06")
    expected = [hashlib.sha256(each).hexdigest() for each in await written(world, database, report["name"])]
    for seed in ("1", "2"):
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", MAKE, database_url, str(tmp_path), report["name"]],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == expected


async def test_a_county_and_the_city_read_the_same_bytes_of_the_county(
    world: World, database: Database
) -> None:
    name = (await report_of(world))["name"]
    assert await written(world, database, name, "city") == await written(world, database, name)


async def test_what_was_entered_late_is_listed_with_its_effect_on_earlier_figures(
    world: World, database: Database
) -> None:
    await report_late(database, world, ("2025-11-24", "2025-11-28"))
    await enter_back(world, "补录的项目")
    world.clock.advance(hours=1)
    report = await report_of(world)
    entries = {entry["label"]: entry for entry in report["late_entries"]}
    assert report["late_entries_total"] == len(report["late_entries"])
    registered = next(e for e in report["late_entries"] if e["project_name"] == "补录的项目")
    assert (registered["entry_mode"], registered["occurred_on"]) == ("back_entered", "2025-11-20")
    assert registered["lag_days"] == 53
    assert registered["is_before_period"]
    passed = [e for e in report["late_entries"] if e["item_code"] and e["occurred_on"] == "2025-11-28"]
    assert len(passed) == 1
    assert passed[0]["entry_mode"] == "reported"
    assert passed[0]["project_name"]
    assert "：" in next(label for label, e in entries.items() if e["item_code"])
    changed = {each["now"]["code"]: each for each in report["changes"]}
    now, told = changed["items_decided"]["now"], changed["items_decided"]["told"]
    assert int(now["value"]) == int(told["value"]) + 1


async def test_nothing_entered_since_means_nothing_listed_and_nothing_changed(world: World) -> None:
    world.clock.advance(days=40)
    report = await report_of(world, "&period=2025-12")
    assert (report["late_entries"], report["late_entries_total"]) == ([], 0)
    assert report["changes"] == []


async def test_a_weekly_report_is_of_the_last_week_that_is_over(world: World) -> None:
    report = await report_of(world, kind="weekly")
    assert (report["period"], report["from_on"], report["to_on"]) == ("2026-W02", "2026-01-05", "2026-01-11")
    assert report["previous_known_at"] == "2026-01-05T01:00:00Z"
    english = await report_of(world, "&lang=en&period=2025-W10", kind="weekly")
    assert english["name"].endswith("_en")
    assert english["sections"][0]["title"] == "Start of works"


async def test_areas_are_told_side_by_side_in_the_report_of_the_city(world: World) -> None:
    report = await report_of(world, "&period=2025-06", key="city")
    assert len(report["areas"]) > 1
    whole = {f["code"]: f for section in report["sections"] for f in section["figures"]}
    for code in ("starts", "items_decided", "complaints"):
        parts = [next(f for f in area["figures"] if f["code"] == code) for area in report["areas"]]
        assert sum(int(part["value"]) for part in parts) == int(whole[code]["value"])
    county = await report_of(world, "&period=2025-06")
    assert county["areas"] == []


async def test_who_may_not_see_an_area_gets_no_report_of_it(world: World) -> None:
    name = (await report_of(world))["name"]
    asked = await ask(world, f"/v1/reports/monthly?area={QIDONG}", "rugao")
    assert (asked.status_code, asked.json()["code"]) == (404, "AreaNotFound")
    for form in FORMATS:
        refused = await ask(world, f"/v1/reports/{name}{form}", "rugao")
        assert (refused.status_code, refused.json()["code"]) == (404, "ReportNotFound")
    for role in ("portal", "department"):
        refused = await world.get(f"/v1/reports/{name}", role)
        assert refused.status_code == 403


async def test_what_cannot_be_reported_is_refused(world: World) -> None:
    for query, status, code in (
        ("&period=2025-13", 422, "PeriodMalformed"),
        ("&period=2025-W10", 422, "PeriodMalformed"),
        ("&period=2026-01", 422, "PeriodNotOver"),
        ("&period=2025-11&known_at=2025-11-30T23:00:00%2B08:00", 422, "PeriodNotOver"),
        ("&known_at=2026-02-01T00:00:00Z", 422, "KnownInTheFuture"),
        ("&known_at=2020-02-01T00:00:00Z", 404, "ReportNotFound"),
        ("&known_at=0001-01-01T00:00:00Z", 422, "FieldsInvalid"),
        ("&lang=de", 422, "FieldsInvalid"),
    ):
        refused = await ask(world, f"/v1/reports/monthly?area={QIDONG}{query}")
        assert (refused.status_code, refused.json()["code"]) == (status, code), query


async def test_a_name_that_was_made_up_is_refused(world: World) -> None:
    report = await report_of(world)
    for old, new, code in (
        ("_f1_", "_f99_", "ReportVersionGone"),
        ("_t1_", "_t2_", "ReportVersionGone"),
        (f"-{report['sequence']}_", "-999999999_", "ReportNotFound"),
        ("_20260112T010000Z-", "_20250112T010000Z-", "ReportNotFound"),
        ("_20260112T010000Z-", "_20270112T010000Z-", "ReportNotFound"),
        ("_2025-12_", "_2026-02_", "ReportNotFound"),
        ("_320681_", "_000000_", "ReportNotFound"),
        ("monthly_", "yearly_", "ReportNotFound"),
    ):
        assert old in report["name"]
        for form in FORMATS:
            refused = await ask(world, f"/v1/reports/{report['name'].replace(old, new)}{form}")
            assert (refused.status_code, refused.json()["code"]) == (404, code), new


async def test_the_page_is_complete_in_itself_and_leads_from_each_figure_to_its_definition(
    world: World,
) -> None:
    await enter_back(world, "<b>粗体</b>&项目")
    report = await report_of(world)
    page = await ask(world, report["page"])
    text = page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert page.headers["content-language"] == "zh-CN"
    assert "<script" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "&lt;b&gt;粗体&lt;/b&gt;&amp;项目" in text
    links = set(re.findall(r'href="([^"]*)"', text))
    assert {link for link in links if not link.startswith("#")} == {
        f"/v1/statistics/definitions/{code}" for code in CODES
    }
    assert {link for link in links if link.startswith("#")} == {f"#def-{code}" for code in CODES}
    ids = re.findall(r' id="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert {f"def-{code}" for code in CODES} <= set(ids)
    assert 'lang="zh-CN"' in text
    again = await ask(world, report["page"])
    assert again.headers["etag"] == page.headers["etag"]
    headers = world.headers("supervisor") | {"If-None-Match": page.headers["etag"]}
    assert (await world.client.get(report["page"], headers=headers)).status_code == 304


async def test_the_page_of_the_city_draws_its_counties_side_by_side(world: World) -> None:
    report = await report_of(world, "&period=2025-06&lang=en", key="city")
    text = (await ask(world, report["page"], "city")).text
    assert '<html lang="en">' in text
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawings) == 3
    names = [area["name"] for area in report["areas"]]
    for drawing in drawings[:2]:
        assert all(f">{name}<" in drawing for name in names)
        assert drawing.count("<title>") == 1
    leads = {area["name"]: next(f for f in area["figures"] if f["code"] == "start_lead_days_mean")
             for area in report["areas"]}  # fmt: skip
    for figure in leads.values():
        told = "no data" if figure["value"] is None else f"{figure['value']} (n = {figure['n']})"
        assert f">{told.replace('-', '−')}<" in drawings[0]
    ids = re.findall(r' id="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert text.index("By area") < text.index("Prepared by:") < text.index("Annex: Definitions")


async def test_the_workbook_is_read_by_another_library_and_holds_no_formula(world: World) -> None:
    evil = ['=HYPERLINK("http://example.org","x")', "＝1＋1", "@SUM(A1)", "-2+3", "+86"]
    for name in evil:
        await enter_back(world, name)
    report = await report_of(world)
    sent = await ask(world, report["workbook"])
    assert sent.headers["content-disposition"].startswith('attachment; filename="monthly_320681_2025-12_')
    book = CalamineWorkbook.from_filelike(io.BytesIO(sent.content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert list(sheets)[:3] == ["封面", "开工进展", "事项办理和时限"]
    assert sheets["封面"][0][0] == "启东市重大项目帮办代办服务月报"
    assert sheets["事项办理和时限"][1][:4] == ["指标", "本期", "上期", "增减"]
    figures = {f["code"]: f for section in report["sections"] for f in section["figures"]}
    decided = next(row for row in sheets["事项办理和时限"] if row[0] == "办结事项数")
    assert decided[1] == float(figures["items_decided"]["value"])
    late = sheets["补录、迟报和更正"]
    projects = {row[1] for row in late[3:] if row[1]}
    assert {f"'{name}" for name in evil} <= projects
    with zipfile.ZipFile(io.BytesIO(sent.content)) as parts:
        for name in parts.namelist():
            content = parts.read(name)
            assert b"<f>" not in content
            assert b"<f " not in content
            assert b"<hyperlink" not in content
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t=", "\r=", "\n+", " =", "＝", "＋", "－", "＠", "\u00a0="]
)
def test_no_text_is_taken_for_a_formula(start: str) -> None:
    assert harmless(f"{start}1+1").startswith("'")
    assert not set("\t\r\n") & set(harmless(f"{start}1+1"))


def test_harmless_texts_stay_as_they_are() -> None:
    assert harmless("年产1=1万吨（一期）") == "年产1=1万吨（一期）"
    assert harmless("") == ""


async def test_both_databases_give_the_same_bytes_for_the_same_facts(
    sqlite_year: Path, postgres_year: str, postgres_url: str, tmp_path: Path
) -> None:
    """Two years of one seed, each in its own database, with ids of their own."""
    name, told = None, []
    for url in (f"sqlite:///{sqlite_year}", url_of(postgres_url, postgres_year)):
        settings = Settings(database_url=url, data_dir=str(tmp_path), durability="unsafe_for_tests")
        async with Database(settings).opened() as database:
            name, digests = await _digests(database, name)
            told.append(digests)
    assert told[0] == told[1]


async def _digests(database: Database, name: str | None) -> tuple[str, list[str]]:
    actor = system_actor(year_end(), *await areas_below(database.reader, CITY))
    if name is None:
        asked = ReportIn(area=CITY, period="2025-06", known_at=datetime(2025, 7, 8, 1, tzinfo=UTC))
        name = (await service.name_report(database.reader, actor, ReportKind.MONTHLY, asked)).text
    report = await service.read_report(database.reader, actor, name)
    found = (dump(report_body(report)), page_of(report).encode(), workbook_of(report))
    return name, [hashlib.sha256(each).hexdigest() for each in found]
