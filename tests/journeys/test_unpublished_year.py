"""A year without a published calendar is computed and provisional; its notice moves what it touches."""

from datetime import UTC, datetime
from typing import Any

from app.activations.mending import EVENT, mend_clocks
from app.calendars.queries import InForce
from app.database import Database
from tests.builders import QIDONG, World, a_swing

EIGHT_DAYS = {
    "value": 8, "unit": "working_day", "when": None, "kind": "deadline", "anchor": "stage_entered",
    "bearer": "agency", "basis": {"zh": "测试", "en": "for tests"},
}  # fmt: skip
HOLIDAYS = [f"2027-02-{day:02d}" for day in range(5, 12)]
NOTICE: dict[str, Any] = {
    "years": [{"year": 2027, "notice": "国办发明电〔2026〕示例号", "url": None}],
    "days": [
        {"date": "2026-12-26", "kind": "makeup", "festival": "元旦"},
        {"date": "2027-01-01", "kind": "holiday", "festival": "元旦"},
        {"date": "2027-01-31", "kind": "makeup", "festival": "春节"},
        *[{"date": day, "kind": "holiday", "festival": "春节"} for day in HOLIDAYS],
        {"date": "2027-02-14", "kind": "makeup", "festival": "春节"},
    ],
}
CN = "/v1/calendars/cn"


async def swinging(world: World) -> None:
    """Give Qidong a procedure whose second stage is to be left within eight working days."""
    swing = a_swing()
    swing["moves"][1]["limits"] = [EIGHT_DAYS]
    body = {"code": "standard", "area_code": QIDONG, "document": swing}
    draft = (await world.post("/v1/procedures", body, "admin")).json()
    path = f"/v1/procedures/{draft['id']}/publication"
    published = await world.post(path, {"effective_from": world.today()}, "admin", 2)
    assert published.status_code == 201, published.text


async def begun(world: World, day: str) -> str:
    """Let eight working days begin on a day; give the project's path."""
    world.clock.now = datetime.fromisoformat(f"{day}T02:00:00+00:00").astimezone(UTC)
    project = await world.project()
    assert (await world.move(project, "go")).status_code == 201
    return f"/v1/projects/{project['id']}"


async def deadline(world: World, path: str) -> tuple[str, bool, int]:
    found = (await world.get(path)).json()["deadline"]
    return found["due_on"], found["is_provisional"], found["calendar_version"]


async def counted(world: World, **query: str) -> dict[str, Any]:
    answer = await world.get(f"{CN}/calculations", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_eight_days_across_the_spring_festival_count_the_sundays_made_up_for(world: World) -> None:
    sum_2025 = await counted(world, **{"from": "2025-01-22", "value": "8"})
    assert (sum_2025["due_on"], sum_2025["is_provisional"]) == ("2025-02-08", False)
    lines = {line["day"]: line for line in sum_2025["days"]}
    assert (lines["2025-01-26"]["kind"], lines["2025-01-26"]["counts"]) == ("makeup", True)  # a Sunday
    assert (lines["2025-02-01"]["kind"], lines["2025-02-01"]["counts"]) == ("holiday", False)
    assert [line["consumed"] for line in sum_2025["days"]][-1] == 8


async def test_a_notice_moves_the_deadlines_it_touches_and_only_them(world: World) -> None:
    await swinging(world)
    before = await begun(world, "2026-12-10")  # a Thursday: over before anything changes
    december = await begun(world, "2026-12-21")
    spring = await begun(world, "2027-01-29")
    stands = {path: await deadline(world, path) for path in (before, december, spring)}
    assert stands == {
        before: ("2026-12-22", False, 1),
        december: ("2026-12-31", False, 1),
        spring: ("2027-02-16", True, 1),
    }

    drafted = await world.post(f"{CN}/versions", NOTICE, "admin")
    assert drafted.status_code == 201, drafted.text
    number = drafted.json()["number"]
    impact = (await world.get(f"{CN}/versions/{number}/impact", "admin")).json()
    assert impact["announced_years"] == [2027]
    assert {day["day"] for day in impact["changed_days"] if day["is_worked_now"]} >= {
        "2026-12-26", "2027-01-31", "2027-02-14"
    }  # fmt: skip
    moved = {move["explained_by"].removesuffix("/clock"): move for move in impact["moved"]}
    assert moved.keys() == {december, spring}
    assert (moved[december]["from_due_on"], moved[december]["to_due_on"]) == ("2026-12-31", "2026-12-30")
    assert moved[december]["days"] == ["2026-12-26"]
    assert (moved[spring]["from_due_on"], moved[spring]["to_due_on"]) == ("2027-02-16", "2027-02-15")
    assert moved[spring]["days"] == ["2027-01-31", "2027-02-11", "2027-02-14"]
    assert {path: await deadline(world, path) for path in stands} == stands, "a draft moves nothing"

    activation = {"impact_digest": impact["impact_digest"]}
    done = await world.post(f"{CN}/versions/{number}/activation", activation, "admin", 2)
    assert (done.status_code, done.json()["moved"]) == (201, 2), done.text
    assert {path: await deadline(world, path) for path in stands} == {
        before: ("2026-12-22", False, number),
        december: ("2026-12-30", False, number),
        spring: ("2027-02-15", False, number),
    }
    clock = (await world.get(f"{spring}/clock")).json()
    assert clock["calendar_version"] == number
    assert [line["day"] for line in clock["limits"][0]["days"] if line["kind"] == "makeup"] == [
        "2027-01-31", "2027-02-14"
    ]  # fmt: skip
    events = (await world.get("/v1/events?type=calendar.activated", "auditor")).json()["items"]
    assert len(events) == 2  # the founding, and this one


async def test_what_was_known_before_a_notice_stays_readable(world: World) -> None:
    await swinging(world)
    path = await begun(world, "2027-01-29")
    seen_at = world.clock().isoformat().replace("+00:00", "Z")
    world.clock.advance(hours=1)
    drafted = (await world.post(f"{CN}/versions", NOTICE, "admin")).json()
    version = f"{CN}/versions/{drafted['number']}"
    digest = (await world.get(f"{version}/impact", "admin")).json()["impact_digest"]
    done = await world.post(f"{version}/activation", {"impact_digest": digest}, "admin", 2)
    assert done.status_code == 201, done.text
    for parameter in ("known_at", "valid_at"):
        then = (await world.get(f"{path}?{parameter}={seen_at}")).json()["deadline"]
        assert (then["due_on"], then["is_provisional"], then["calendar_version"]) == ("2027-02-16", True, 1)
        sums = (await world.get(f"{path}/clock?{parameter}={seen_at}")).json()
        assert (sums["calendar_version"], sums["limits"][0]["due_on"]) == (1, "2027-02-16")
    now = world.clock().isoformat().replace("+00:00", "Z")
    today = (await world.get(f"{path}?known_at={now}&valid_at={now}")).json()["deadline"]
    assert (today["due_on"], today["calendar_version"]) == ("2027-02-15", drafted["number"])


async def test_a_clock_counted_while_a_version_came_into_force_is_mended(
    world: World, database: Database
) -> None:
    """The racing process remembers the calendar of a second ago, and writes after the activation."""
    await swinging(world)
    await begun(world, "2027-01-29")
    remembered = database.reader.memory[InForce]
    drafted = (await world.post(f"{CN}/versions", NOTICE, "admin")).json()
    version = f"{CN}/versions/{drafted['number']}"
    digest = (await world.get(f"{version}/impact", "admin")).json()["impact_digest"]
    await world.post(f"{version}/activation", {"impact_digest": digest}, "admin", 2)
    database.reader.memory[InForce] = remembered._replace(until=float("inf"))
    late = await begun(world, "2027-01-29")
    assert await deadline(world, late) == ("2027-02-16", True, 1)

    del database.reader.memory[InForce]
    assert await mend_clocks(database, database.settings, world.clock)
    assert await deadline(world, late) == ("2027-02-15", False, drafted["number"])
    timeline = (await world.get(f"{late}/timeline")).json()["items"]
    assert timeline[-1]["type"] == "project.clock_recounted"
    del database.reader.memory[EVENT]  # when it will look again
    assert not await mend_clocks(database, database.settings, world.clock), "once is enough"
