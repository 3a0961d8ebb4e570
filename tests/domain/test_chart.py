"""The chart: well-formed whatever it is given, every meaning marked twice, long empty spans shortened."""

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from app.domain.clocks import Light
from app.domain.durations import Pause, Unit
from app.domain.planned import Estimate, EstimateBasis, ItemFacts, MilestoneRole, PlannedItem
from app.domain.schedule import make_schedule
from app.errors import Words
from app.schedules.chart import Chart, draw
from app.schedules.marks import cut, length
from app.schedules.scale import Scale
from tests.domain.plan_builders import (
    CN,
    MONDAY,
    a_frame,
    a_milestone,
    an_item,
    day,
    facts,
    lasting,
    need,
    passed,
    the_start,
)
from tests.domain.test_schedule_random import a_random_plan

HOSTILE = "</text><script>alert(1)</script>&\"'<!--\u200b]]>"
SVG = "{http://www.w3.org/2000/svg}"


def drawn(items: list[PlannedItem], known: dict[str, ItemFacts] | None = None, **facts: Any) -> ET.Element:
    frame = a_frame(today=day("03-20"), planned_start_on=day("04-20"))
    usual: dict[str, Any] = {
        "name": "某项目",
        "plan_number": 1,
        "schedule": make_schedule(items, known or {}, frame, CN),
        "baseline": make_schedule(items, {}, a_frame(), CN),
        "facts": known or {},
        "lights": {i.code: list(Light)[n % len(Light)] for n, i in enumerate(items)},
        "frame": frame,
        "calendar_code": "cn",
        "language": "zh",
    }
    return ET.fromstring(draw(Chart(**usual | facts)))  # noqa: S314 - our own drawing


def texts(picture: ET.Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_stay_texts(language: str) -> None:
    items = [an_item("A", name=Words(HOSTILE, HOSTILE)), the_start("A")]
    picture = drawn(items, name=HOSTILE, language=language)
    assert HOSTILE in texts(picture)
    assert not [e for e in picture.iter() if e.tag.rpartition("}")[2] in {"script", "a", "style", "image"}]


@pytest.mark.parametrize("count", [3, 30, 65, 200])
def test_a_plan_of_any_size_has_a_row_for_every_item(count: int) -> None:
    items = a_random_plan(count, count)
    shown = texts(drawn(items))
    assert {item.code for item in items} <= set(shown)


def test_what_is_critical_paused_done_or_without_a_road_is_marked_by_more_than_colour() -> None:
    works = Estimate(lasting(500, Unit.CALENDAR_DAY), EstimateBasis.PLANNED_DATES)
    items = [
        an_item("done"),
        an_item("paused", "done", handling=20),
        an_item("later", "paused", preparation=5),
        an_item("spare"),
        an_item("lost", need()),
        the_start("later"),
        a_milestone("works", "S3-16", role=MilestoneRole.COMPLETION_OF_WORKS, handling=works),
        an_item("after", "works"),
    ]
    halt = Pause(day("03-16"))
    known = {
        "done": passed(MONDAY, day("03-09")),
        "paused": facts(filed_on=day("03-10"), anchor_on=day("03-10"), is_paused=True, pauses=(halt,)),
    }
    picture = drawn(items, known)
    fills = [e.get("fill") for e in picture.iter() if e.tag in {f"{SVG}rect", f"{SVG}polygon"}]
    assert fills.count("url(#critical)") >= 4
    assert fills.count("url(#pause)") == 2
    bold = {t.text for t in picture.iter(f"{SVG}text") if t.get("font-weight") == "bold"}
    assert {"paused", "later", "S3-16"} <= bold
    assert "spare" not in bold
    shown = " ".join(texts(picture))
    for word in (
        "今日 2026-03-20",
        "开工基准 2026-04-20",
        "前置事项无法满足",
        "// 时间轴在双斜线处缩短",
        "* 含尚未公布",
    ):
        assert word in shown


def test_a_plan_without_a_start_says_so() -> None:
    assert any("预计开工 无法推算" in text for text in texts(drawn([an_item("A")])))
    ahead = a_frame(planned_start_on=day("04-20"), actual_start_on=day("03-09"))
    items = [an_item("A"), the_start("A")]
    schedule = make_schedule(items, {}, ahead, CN)
    shown = texts(drawn(items, schedule=schedule, frame=ahead))
    assert "实际开工 2026-03-09" in shown
    assert any(re.search(r"较基准提前 \d+ 个工作日", text) for text in shown)


def test_days_stand_in_their_order_and_long_empty_spans_are_short() -> None:
    days = [MONDAY, day("04-01"), date(2028, 1, 3), date(2028, 2, 1)]
    scale = Scale(days, 100, 900)
    places = [scale.x(MONDAY + timedelta(n)) for n in range(-30, 800)]
    assert all(a <= b for a, b in pairwise(places))
    assert (places[0], scale.x(date(2090, 1, 1))) == (100, 900)
    assert len(scale.breaks) == 1
    assert scale.x(day("04-01")) > 350
    assert not [tick for tick in scale.ticks() for a, b in scale.breaks if a <= tick <= b]
    one = Scale([MONDAY], 0, 600)
    assert one.breaks == []
    assert {tick.weekday() for tick in one.ticks()} == {0}
    for years in (3, 40, 400):
        steady = [date(2026 + n, 1, 1) for n in range(years)]
        long = Scale(steady, 0, 600)
        marks = [long.x(tick) for tick in long.ticks()]
        assert all(b - a > 40 for a, b in pairwise(marks))


def test_texts_are_cut_to_their_room() -> None:
    assert cut("建设工程规划许可证", 20) == "建设工程规划许可证"
    assert cut("建设工程规划许可证", 5) == "建设工程…"
    assert length("ab中") < length("中中中")


def test_the_same_schedule_gives_the_same_bytes() -> None:
    items = a_random_plan(5, 30)
    assert ET.tostring(drawn(items)) == ET.tostring(drawn(items))
