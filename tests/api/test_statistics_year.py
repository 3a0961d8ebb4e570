"""GET /v1/statistics/figures of a generated year, against pandas over its events, now and as known before."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.clock import office_date
from tests.builders import World
from tests.by_pandas import FIGURES, Panda
from tests.conftest import StillClock
from tests.year import year_end

RARE = {  # not in so small a year; each has a test of its own in test_statistics.py
    "complaint_satisfaction_rate", "complaint_upheld_rate", "corrections", "hotline_direct_answer_rate",
    "materials_reused", "starts_without_baseline",
}  # fmt: skip
YEAR, QUARTER = ("2025-01-01", "2025-12-31"), ("2025-04-01", "2025-06-30")


@pytest.fixture
def database_url(year_url: str) -> str:
    return year_url


@pytest.fixture
def clock() -> StillClock:
    still = StillClock()
    still.now = year_end()
    return still


async def feed(world: World) -> list[dict[str, Any]]:
    """Read the whole ledger as another system would."""
    found: list[dict[str, Any]] = []
    after = 0
    while True:
        page = (await world.get(f"/v1/events?after={after}&limit=1000", "auditor")).json()
        found += page["items"]
        if not page["items"]:
            return found
        after = page["next_after"]


async def told(world: World, period: tuple[str, str], query: str = "", **headers: Any) -> dict[str, Any]:
    path = f"/v1/statistics/figures?from={period[0]}&to={period[1]}{query}"
    found = await world.client.get(path, headers=world.headers("supervisor", **({"key": "city"} | headers)))
    assert found.status_code == 200, found.text
    return dict(found.json())


def figures(answer: dict[str, Any], group: int = 0) -> dict[str, Any]:
    return {figure["code"]: figure for figure in answer["groups"][group]["figures"]}


def differs(told: dict[str, Any], expected: dict[str, float | None]) -> list[str]:
    """Name the figures that pandas gives otherwise; what is told is rounded."""
    found = []
    for code, value in expected.items():
        shown = told[code]["value"]
        places = len(shown.partition(".")[2]) if shown else 0
        near = 0.5001 * 10**-places
        if (shown is None) != (value is None) or (shown and value and abs(float(shown) - value) > near):
            found.append(f"{code}: {shown} (n {told[code]['n']}), by pandas {value}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("period", [YEAR, QUARTER])
async def test_figures_are_what_pandas_computes_from_the_feed(world: World, period: tuple[str, str]) -> None:
    answer = figures(await told(world, period))
    panda = Panda(await feed(world), *period, office_date(world.clock()).isoformat())
    assert differs(answer, panda.figures()) == []
    if period == YEAR:  # else it would be nothing compared with nothing
        empty = {code for code in FIGURES if answer[code]["n"] == 0}
        assert empty <= RARE


@pytest.mark.slow
async def test_known_at_gives_what_pandas_computes_from_the_events_recorded_by_then(world: World) -> None:
    known_at = datetime(2025, 8, 20, 3, tzinfo=UTC)
    before = [e for e in await feed(world) if datetime.fromisoformat(e["recordedtime"]) <= known_at]
    answer = await told(world, YEAR, "&known_at=2025-08-20T11:00:00%2B08:00")
    assert answer["sequence"] == before[-1]["sequence"]
    assert answer["as_of"] == "2025-08-20"
    panda = Panda(before, *YEAR, "2025-08-20")
    assert differs(figures(answer), panda.figures()) == []
    now = figures(await told(world, YEAR))
    assert now["items_decided"]["n"] > figures(answer)["items_decided"]["n"] > 0


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {}),
        ("&group_by=area", {}),
        ("&group_by=department", {}),
        ("&group_by=agent", {}),
        ("&group_by=process_class&area=320681", {}),
        ("&department=320681-zrzy", {}),
        ("", {"key": "qidong"}),
    ],
)
async def test_figures_of_now_equal_those_of_a_fold_of_the_whole_ledger(
    world: World, query: str, headers: dict[str, str]
) -> None:
    moment = world.clock().isoformat().replace("+00:00", "Z")
    now = await told(world, YEAR, query, **headers)
    then = await told(world, YEAR, f"{query}&known_at={moment}", **headers)
    assert then["known_at"] is not None
    assert {**then, "known_at": None} == now
    assert any(figure["n"] for group in now["groups"] for figure in group["figures"])


async def test_a_department_is_told_the_same_by_a_fold(world: World) -> None:
    moment = world.clock().isoformat().replace("+00:00", "Z")
    path = f"/v1/statistics/figures?from={YEAR[0]}&to={YEAR[1]}"
    now = (await world.get(path, "department")).json()
    then = (await world.get(f"{path}&known_at={moment}", "department")).json()
    assert {**then, "known_at": None} == now
    assert figures(now)["items_decided"]["n"] > 0


async def test_numbers_of_areas_add_up_to_the_whole(world: World) -> None:
    whole = figures(await told(world, YEAR))
    groups = (await told(world, YEAR, "&group_by=area"))["groups"]
    for code in ("starts", "items_decided", "bad_reviews", "complaints", "projects_registered"):
        parts = [f["n"] for group in groups for f in group["figures"] if f["code"] == code]
        assert sum(parts) == whole[code]["n"] > 0


async def test_what_a_county_is_told_is_what_the_city_is_told_of_it(world: World) -> None:
    by_city = await told(world, YEAR, "&area=320681")
    by_county = await told(world, YEAR, key="qidong")
    assert by_city["groups"] == by_county["groups"]
