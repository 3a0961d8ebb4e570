"""/v1/calendars: what is in force, its versions, drafts from the yearly notice, the calculator."""

from datetime import date, timedelta
from typing import Any

import chinese_calendar
import httpx
import pytest

from app.calendars.queries import CalendarNotFound, calendar_of, get_calendar, in_force
from app.database import Database
from app.pages import cursor_of
from tests.api.registers import a_client, a_key
from tests.builders import QIDONG, RUGAO, World

PATH = "/v1/calendars"
CN = f"{PATH}/cn"
YEAR = {"year": 2027, "notice": "国办发明电〔2026〕示例号", "url": None}
CSV = "date,kind,festival\n2027-01-01,holiday,元旦\n2027-02-06,holiday,春节\n2027-02-14,makeup,春节\n"


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def pointers(response: httpx.Response) -> set[tuple[str, str]]:
    return {(error["pointer"], error["code"]) for error in response.json()["errors"]}


async def draft(world: World, code: str = "cn", number: int = 1, **body: Any) -> httpx.Response:
    return await world.post(f"{PATH}/{code}/versions", body, "admin", number)


async def county_admin(world: World, area: str) -> dict[str, str]:
    """Give the headers of an administrator of one county."""
    client = await a_client(world, roles=["admin"], area_code=area)
    secret = (await a_key(world, client))["secret"]
    return world.headers("admin", 3) | {"Authorization": f"Bearer {secret}"}


async def calculate(world: World, code: str = "cn", **query: Any) -> httpx.Response:
    named = {name.rstrip("_"): value for name, value in query.items()}
    return await world.get(f"{PATH}/{code}/calculations", params=named)


async def test_the_installation_begins_with_the_national_calendar(world: World) -> None:
    calendars = (await world.get(PATH)).json()["items"]
    assert [(each["code"], each["number"], each["valid_through"]) for each in calendars] == [
        ("cn", 1, "2026-12-31")
    ]
    version = (await world.get(f"{CN}/versions/1")).json()
    assert (version["state"], version["drafted_by"], version["allowed_actions"]) == ("active", "system", [])
    years = {year["year"]: year for year in version["years"]}
    assert list(years) == list(range(2004, 2027))
    assert (years[2006]["notice"], years[2006]["remark"]) == ("国办发明电〔2005〕35号", None)
    assert (years[2026]["notice"], years[2026]["remark"]) == (None, "发文字号未核实")
    assert all(year["url"].startswith("https://") for year in years.values())


async def test_an_area_without_a_calendar_of_its_own_goes_by_the_one_above(world: World) -> None:
    for code in ("cn", QIDONG):
        assert (await world.get(f"{PATH}/{code}")).json()["code"] == "cn"
        assert (await calculate(world, code, from_="2026-09-30", value=1)).json()["due_on"] == "2026-10-08"
    for code in (RUGAO, "999999"):
        unknown = await world.get(f"{PATH}/{code}")
        assert refusal(unknown) == (404, "CalendarNotFound")
        assert refusal(await calculate(world, code, from_="2026-09-30", value=1)) == (404, "CalendarNotFound")
    assert refusal(await world.get(f"{PATH}/{QIDONG}/versions")) == (404, "CalendarNotFound")


async def test_a_draft_is_shown_to_administrators_of_its_area_only(world: World) -> None:
    made = await draft(world, years=[YEAR], csv=CSV)
    assert made.status_code == 201, made.text
    body, path = made.json(), made.headers["location"]
    assert (body["number"], body["base_number"], body["state"], body["valid_through"]) == (
        2, 1, "draft", "2027-12-31"
    )  # fmt: skip
    assert [day for day in body["days"] if day["date"].startswith("2027")] == [
        {"date": "2027-01-01", "kind": "holiday", "festival": "元旦", "festival_en": "New Year's Day"},
        {"date": "2027-02-06", "kind": "holiday", "festival": "春节", "festival_en": "Spring Festival"},
        {"date": "2027-02-14", "kind": "makeup", "festival": "春节", "festival_en": "Spring Festival"},
    ]
    assert (await world.get(path, "admin")).json()["years"][-1] == {**YEAR, "remark": None}
    assert refusal(await world.get(path)) == (404, "CalendarNotFound")
    for role, numbers in (("officer", [1]), ("admin", [1, 2])):
        listed = (await world.get(f"{CN}/versions", role)).json()["items"]
        assert [each["number"] for each in listed] == numbers
    assert (await world.get(PATH)).json()["items"][0]["number"] == 1
    first = await world.get(f"{CN}/versions?limit=1", "admin")
    second = await world.get(f"{CN}/versions?cursor={first.json()['next_cursor']}", "admin")
    assert [each["number"] for each in second.json()["items"]] == [2]


async def test_the_drafter_learns_why_he_may_not_activate(world: World) -> None:
    path = (await draft(world, years=[YEAR], csv=CSV)).headers["location"]
    for number, enabled, reasons in ((1, False, ["ApproverIsAuthor"]), (2, True, [])):
        answer = await world.client.get(path, headers=world.headers("admin", number))
        (action,) = answer.json()["allowed_actions"]
        assert (action["action"], action["enabled"]) == ("activate", enabled)
        assert [reason["code"] for reason in action["reasons"]] == reasons


async def test_every_bad_line_of_a_csv_is_named_at_once(world: World) -> None:
    bad = "date,kind,festival\n2027-02-30,holiday,春节\n2027-02-08,feast,春节\n2027-02-09,holiday\n"
    refused = await draft(world, years=[YEAR], csv=bad)
    assert refusal(refused) == (422, "FieldsInvalid")
    assert pointers(refused) == {("/csv/2/date", "invalid"), ("/csv/3/kind", "enum"), ("/csv/4", "cells")}
    refused = await draft(
        world, years=[YEAR], csv=CSV + "2027-03-03,makeup,春节\n2027-02-06,holiday,无名节\n"
    )
    assert refusal(refused) == (422, "NoticeHasFaults")
    assert pointers(refused) == {
        ("/csv/5/kind", "worked_anyway"),
        ("/csv/6/date", "day_twice"),
        ("/csv/6/festival", "festival_unknown"),
    }
    assert pointers(await draft(world, years=[YEAR], csv="day;kind\n")) == {("/csv/1", "columns")}
    assert pointers(await draft(world, years=[YEAR], csv="")) == {("/csv/1", "columns")}
    assert [each["number"] for each in (await world.get(f"{CN}/versions", "admin")).json()["items"]] == [1]


async def test_a_notice_is_given_in_one_form_only(world: World) -> None:
    day = {"date": "2027-02-08", "kind": "holiday", "festival": "春节"}
    assert pointers(await draft(world, years=[YEAR], days=[day], csv=CSV)) == {("/csv", "either")}
    assert pointers(await draft(world)) == {("/days", "nothing_said")}
    unnamed = await world.client.post(
        f"{CN}/versions",
        json={"years": [YEAR], "csv": CSV},
        headers={k: v for k, v in world.headers("admin").items() if k != "Operator-Id"},
    )
    assert refusal(unnamed) == (400, "OperatorMissing")


async def test_a_county_drafts_its_own_exceptions_and_never_the_national_calendar(world: World) -> None:
    headers = await county_admin(world, QIDONG)
    day = {"date": "2026-09-10", "kind": "holiday", "festival": "江海节", "festival_en": "River Festival"}
    for code, status in (("cn", 404), (RUGAO, 404), ("nowhere", 404), (QIDONG, 201)):
        made = await world.client.post(f"{PATH}/{code}/versions", json={"days": [day]}, headers=headers)
        assert made.status_code == status, made.text
    body = made.json()
    assert (body["code"], body["area_code"], body["base_number"], body["years"]) == (QIDONG, QIDONG, None, [])
    assert body["name"]["zh"] == "启东市工作日历"
    assert [day["date"] for day in body["days"]] == ["2026-09-10"]
    assert (await world.get(f"{PATH}/{QIDONG}")).json()["code"] == "cn", "a draft applies nowhere"
    announced = await world.client.post(
        f"{PATH}/{QIDONG}/versions", json={"years": [YEAR], "days": [day]}, headers=headers
    )
    assert pointers(announced) == {("/years/0", "year_of_an_area")}


async def test_the_calculator_agrees_with_an_independent_count(world: World) -> None:
    start = date(2026, 1, 28)
    for value in (1, 5, 20, 60):
        answer = (await calculate(world, from_=start.isoformat(), value=value)).json()
        day, left = start, value
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)
        assert (answer["due_on"], answer["consumed"]) == (day.isoformat(), value)
        between = (await calculate(world, from_=start.isoformat(), to=day.isoformat())).json()
        assert (between["value"], between["days"]) == (value, answer["days"])
    weekend = (await calculate(world, from_="2026-09-30", to="2026-10-05")).json()
    assert (weekend["value"], len(weekend["days"])) == (0, 6)


async def test_the_calculator_says_why_each_day_counts_or_not(world: World) -> None:
    answer = await world.client.get(
        f"{CN}/calculations?from=2026-02-12&value=3&pause=2026-02-13/2026-02-14",
        headers=world.headers("officer") | {"Accept-Language": "en"},
    )
    lines = {line["day"]: (line["counts"], line["why"]) for line in answer.json()["days"]}
    assert lines["2026-02-12"] == (False, "not counted: the start day")
    assert lines["2026-02-13"][0]
    assert lines["2026-02-14"] == (False, "not counted: paused")
    assert lines["2026-02-17"] == (False, "not counted: holiday (Spring Festival)")
    assert answer.json()["due_on"] == "2026-02-25"
    open_pause = (await calculate(world, from_="2026-03-02", value=3, pause="2026-03-03/")).json()
    assert (open_pause["due_on"], open_pause["consumed"]) == (None, 1)
    rolled = (await calculate(world, from_="2026-01-31", value=1, unit="calendar_month", rolls="true")).json()
    assert (rolled["due_on"], rolled["is_rolled"]) == ("2026-02-28", False)
    rolled = (await calculate(world, from_="2026-02-05", value=10, unit="calendar_day", rolls="true")).json()
    assert (rolled["due_on"], rolled["is_rolled"]) == ("2026-02-24", True)


@pytest.mark.parametrize(
    ("query", "code", "where"),
    [
        ({}, "FieldsInvalid", "/query/value"),
        ({"value": 3, "to": "2026-03-09"}, "FieldsInvalid", "/query/value"),
        ({"to": "2026-03-01"}, "FieldsInvalid", "/query/to"),
        ({"to": "2026-03-09", "unit": "calendar_month"}, "FieldsInvalid", "/query/unit"),
        ({"value": 3, "pause": "2026-03-09"}, "FieldsInvalid", "/query/pause/0"),
        ({"value": 3, "pause": "2026-02-30/"}, "FieldsInvalid", "/query/pause/0"),
        ({"value": 3, "pause": "2026-03-09/2026-03-08"}, "FieldsInvalid", "/query/pause/0"),
        ({"value": "three"}, "FieldsInvalid", "/query/value"),
        ({"value": 101, "unit": "calendar_year"}, "DurationOutOfRange", None),
        ({"value": 11, "unit": "calendar_year"}, "CalculationTooLong", None),
        ({"to": "2040-01-01"}, "CalculationTooLong", None),
    ],
)
async def test_the_calculator_refuses_what_cannot_be_counted(
    world: World, query: dict[str, Any], code: str, where: str | None
) -> None:
    refused = await calculate(world, from_="2026-03-02", **query)
    assert refusal(refused) == (422, code), refused.text
    assert where is None or [pointer for pointer, _ in pointers(refused)] == [where]


async def test_an_installation_that_does_not_guess_names_the_year(world: World, database: Database) -> None:
    provisional = (await calculate(world, from_="2026-12-30", value=8)).json()
    assert (provisional["is_provisional"], provisional["days"][-1]["day"][:4]) == (True, "2027")
    database.reader.settings = database.settings.model_copy(update={"provisional_years": "refuse"})
    for query in ({"value": 8}, {"to": "2027-01-04"}):
        refused = await calculate(world, from_="2026-12-30", **query)
        assert refusal(refused) == (409, "YearNotPublished")
        assert refused.json()["facts"] == {"year": 2027}
    assert (await calculate(world, from_="2026-12-01", value=8)).status_code == 200


async def test_an_installation_that_does_not_guess_sets_no_deadline_in_a_year_without_a_notice(
    world: World, database: Database
) -> None:
    database.settings = database.settings.model_copy(update={"provisional_years": "refuse"})
    project = await world.project()
    inputs = {"service_mode": "agency", "scope_stages": ["1"], "consent": True}
    world.clock.advance(days=304)  # the last of December: one working day ends in the next year
    refused = await world.move(project, "apply", inputs=inputs)
    assert refusal(refused) == (409, "YearNotPublished")
    assert (await world.get(f"/v1/projects/{project['id']}")).json()["stage"] == "lead"
    world.clock.advance(days=-10)
    assert (await world.move(project, "apply", inputs=inputs)).status_code == 201


async def test_an_area_just_registered_goes_by_the_calendar_above_at_once(
    world: World, database: Database
) -> None:
    assert set((await in_force(database.reader)).numbers.values()) == {1}
    body = {
        "code": f"{QIDONG}-port", "kind": "functional_area", "name_zh": "港区", "name_en": "Port",
        "parent_code": QIDONG, "valid_from": "2026-01-01",
    }  # fmt: skip
    assert (await world.post("/v1/areas", body, "admin")).status_code == 201
    assert (await calendar_of(database.reader, body["code"])).version == 1


async def test_the_draft_of_an_area_is_counted_with_over_the_calendar_above(
    world: World, database: Database
) -> None:
    day = {"date": "2026-09-10", "kind": "holiday", "festival": "元旦"}
    number = (await draft(world, QIDONG, days=[day])).json()["number"]
    calendar = await get_calendar(database.reader, number)
    assert [calendar.is_working_day(date(2026, 9, d)) for d in (9, 10, 20)] == [True, False, True]
    with pytest.raises(CalendarNotFound):
        await get_calendar(database.reader, 99)


async def test_calendars_are_listed_page_by_page(world: World) -> None:
    first = (await world.get(f"{PATH}?limit=1")).json()
    assert ([each["code"] for each in first["items"]], first["next_cursor"]) == (["cn"], None)
    after = (await world.get(f"{PATH}?cursor={cursor_of('ca')}")).json()
    assert [each["code"] for each in after["items"]] == ["cn"]
    assert (await world.get(f"{PATH}?cursor={cursor_of('cn')}")).json()["items"] == []
