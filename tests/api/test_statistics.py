"""/v1/statistics: figures, what they mean, who may ask, and what they must not tell."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from app.clock import office_date
from app.database import Database
from app.domain.statistics import DEFINITIONS
from tests.api.test_corrections import Case
from tests.api.test_follow_ups import a_follow_up
from tests.api.test_follow_ups import told as ask_owner
from tests.api.test_readiness import PERMIT, hand_in
from tests.api.test_statistics_year import differs, feed, figures, told
from tests.builders import CITY, QIDONG, RUGAO, World, a_project_body
from tests.by_pandas import Panda
from tests.evaluating import accepted, invited, night
from tests.handling import a_bad_review, complained
from tests.items import items_of
from tests.test_statements import Counting, asked, counting

__all__ = ["counting"]  # a fixture

SPRING = ("2026-03-01", "2026-05-31")
PATH = f"/v1/statistics/figures?from={SPRING[0]}&to={SPRING[1]}"


async def compare(world: World) -> dict[str, Any]:
    """Hold everything against pandas and against a fold; give the figures."""
    answer = await told(world, SPRING)
    panda = Panda(await feed(world), *SPRING, office_date(world.clock()).isoformat())
    assert differs(figures(answer), panda.figures()) == []
    moment = world.clock().isoformat().replace("+00:00", "Z")
    assert {**await told(world, SPRING, f"&known_at={moment}"), "known_at": None} == answer
    return figures(answer)


async def test_every_figure_says_what_it_means(world: World) -> None:
    path = "/v1/statistics/definitions?limit=200"
    listed = (await world.get(path, "auditor")).json()["items"]
    assert [each["code"] for each in listed] == list(DEFINITIONS)
    first = (await world.get("/v1/statistics/definitions?limit=3", "auditor")).json()
    rest = (await world.get(f"{path}&cursor={first['next_cursor']}", "auditor")).json()
    assert ([*first["items"], *rest["items"]], rest["next_cursor"]) == (listed, None)
    for wrong in ("null", '["nothing"]', "[null,1]"):
        cursor = base64.urlsafe_b64encode(wrong.encode()).decode().rstrip("=")
        refused = await world.get(f"{path}&cursor={cursor}", "auditor")
        assert (refused.status_code, refused.json()["code"]) == (422, "CursorInvalid")
    for figure in figures(await told(world, SPRING)).values():
        definition = (await world.get(figure["defined_by"], "portal")).json()
        assert definition in listed
        assert definition["formula_version"] == figure["formula_version"]
        assert figure["name"] == definition["name"]["zh"]
    unknown = await world.get("/v1/statistics/definitions/guesses")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "FigureNotFound")


async def test_a_figure_of_nothing_has_no_value_and_says_why(world: World) -> None:
    found = figures(await told(world, SPRING))
    lead = found["start_lead_days_mean"]
    assert (lead["value"], lead["n"], lead["gap"]) == (None, 0, "nothing_to_count")
    assert lead["gap_label"] == "统计期内没有可统计的对象"
    assert "未设对照组" in lead["caveat"]
    english = await told(world, SPRING, **{"Accept-Language": "en"})
    assert "Without a comparator" in figures(english)["start_lead_days_mean"]["caveat"]
    assert found["starts"]["value"] == "0"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("from=2026-03-01&to=2026-02-28", 422, "PeriodEndsBeforeItBegins"),
        ("from=2020-01-01&to=2026-01-01", 422, "PeriodTooLong"),
        ("from=2026-01-01&to=2026-02-01&figure=starts&figure=guesses", 422, "FigureUnknown"),
        ("from=2026-01-01&to=2026-02-01&group_by=owner", 422, "FieldsInvalid"),
        ("from=2026-01-01", 422, "FieldsInvalid"),
        ("from=2026-01-01&to=2026-02-01&area=999999", 404, "AreaNotFound"),
        ("from=2026-01-01&to=2026-02-01&area=320682", 404, "AreaNotFound"),
        ("from=2026-01-01&to=2026-02-01&department=320681-nobody", 404, "DepartmentNotFound"),
        ("from=2026-01-01&to=2026-02-01&department=320682-zrzy", 404, "DepartmentNotFound"),
    ],
)
async def test_what_cannot_be_told_is_refused(world: World, query: str, status: int, code: str) -> None:
    refused = await world.get(f"/v1/statistics/figures?{query}")
    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_owners_are_told_no_figures(world: World) -> None:
    assert (await world.get(PATH, "portal")).json()["code"] == "RoleMayNot"


async def test_only_the_figures_asked_for_are_told_in_their_order(world: World) -> None:
    found = await told(world, SPRING, "&figure=starts&figure=complaints&figure=starts")
    assert list(figures(found)) == ["starts", "complaints"]
    assert found["as_of"] == world.today()


async def test_a_county_is_told_its_own_only_and_the_city_all(world: World) -> None:
    await world.project()
    there = await world.post("/v1/projects", a_project_body(area_code=RUGAO), key="rugao")
    assert there.status_code == 201
    numbers = {}
    for key in ("qidong", "rugao", "city"):
        numbers[key] = figures(await told(world, SPRING, key=key))["projects_registered"]["n"]
    assert numbers == {"qidong": 1, "rugao": 1, "city": 2}
    above = await told(world, SPRING, f"&area={CITY}", key="qidong")  # known by name only
    assert figures(above)["projects_registered"]["n"] == 1
    by_area = (await told(world, SPRING, "&group_by=area&figure=projects_registered"))["groups"]
    assert [(group["key"], group["figures"][0]["n"]) for group in by_area] == [(QIDONG, 1), (RUGAO, 1)]


async def test_the_number_of_statements_does_not_grow_with_what_is_counted(
    world: World, counting: Counting
) -> None:
    seen = []
    for _ in range(2):
        items = await items_of(world)
        await items.handle(await items.open())
        with asked(counting) as statements:
            await told(world, SPRING, "&group_by=agent")
        seen.append(len(statements))
    assert seen[0] == seen[1] <= 22
    with asked(counting) as statements:
        await told(world, SPRING, "&figure=starts")
    assert len(statements) <= 5


async def test_starts_corrections_and_reused_materials_are_what_pandas_computes(world: World) -> None:
    walker = world.walker(await world.project(), scope=("3",))
    await walker.walk("in_service")
    await walker.milestone("start", world.today())
    early = world.walker(await world.project(), "assistance", ("3",))
    await early.walk("assigned")
    await early.milestone("start", world.today())  # before there was any plan
    case = Case(world, await world.project())
    world.clock.advance(minutes=10)
    step = await case.step("apply")
    for days, decide in ((1, "approval"), (2, "rejection")):
        right = (world.clock() - timedelta(seconds=days)).isoformat()
        made = await case.proposed(step["event_id"], occurred_at=right)
        body = None if decide == "approval" else {"reason": "原记录无误"}
        done = await world.post(f"{case.path}/{made['id']}/{decide}", body, "coordinator")
        assert done.status_code == 201, done.text
    items = await items_of(world)
    await hand_in(items, "business_licence")
    for code in (PERMIT, "S1-08", "S1-11"):
        world.clock.advance(minutes=1)
        await items.file(await items.open(code))
    found = await compare(world)
    assert (found["start_lead_days_mean"]["value"], found["start_lead_days_mean"]["n"]) == ("183.0", 1)
    assert found["starts_without_baseline"]["value"] == "1"
    assert (found["corrections"]["value"], found["corrections"]["n"]) == ("1", 2)
    assert (found["materials_reused"]["value"], found["materials_reused"]["n"]) == ("2", 3)


async def test_complaints_and_follow_ups_are_what_pandas_computes(world: World) -> None:
    first = await complained(world)
    await first.to("fed_back")
    await first.do("rate", ("portal", 1), level="satisfied")
    second = await complained(world, channel="hotline", ground="attitude", content="态度恶劣，推诿塞责。")
    await second.do("accept", ("officer", 1), handling_class="on_site", grade="on_the_spot")
    world.clock.advance(days=3)  # the second one is past its limit, and nobody has answered
    follow_up = await a_follow_up(world)
    assert (await ask_owner(world, follow_up, ("officer", 2))).status_code == 201
    found = await compare(world)
    assert (found["complaint_on_time_rate"]["value"], found["complaint_on_time_rate"]["n"]) == ("50.00", 2)
    assert found["hotline_direct_answer_rate"]["value"] == "50.00"
    assert found["complaint_upheld_rate"]["n"] == found["complaint_satisfaction_rate"]["n"] == 1
    assert found["hotline_follow_ups"]["value"] == "1"
    assert found["hotline_satisfaction_rate"]["value"] == "100.00"


@pytest.mark.parametrize(
    "asked", ["agent=person:agent-1", "process_class=industrial", "group_by=agent", "group_by=process_class"]
)
async def test_complaints_are_not_told_by_what_they_do_not_carry(world: World, asked: str) -> None:
    """None would be no answer but a wrong one: nobody has looked whom they are about."""
    await world.walk(await world.project(), "in_service")
    await complained(world)
    day = world.today()
    query = f"from={day}&to={day}&figure=complaints&figure=workload_projects&{asked}"
    for known_at in ("", f"&known_at={day}T23:00:00Z"):
        found = await world.get(f"/v1/statistics/figures?{query}{known_at}", "supervisor")
        groups = {group["key"]: group["figures"] for group in found.json()["groups"]}
        of_none = groups.pop(None) if "group_by" in asked else None
        assert [(told[0]["value"], told[0]["gap"]) for told in groups.values()] == [
            (None, "not_by_this")
        ] * len(groups)
        assert groups
        assert of_none is None or of_none[0]["value"] == "1"


async def test_the_load_of_agents_is_told_by_agent(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    await items.handle(case_id)
    world.clock.advance(days=30)
    query = "&group_by=agent&figure=workload_projects&figure=workload_open_items"
    groups = await told(world, SPRING, query)
    loads = {g["key"]: [(f["value"], f["parts"]) for f in g["figures"]] for g in groups["groups"]}
    red = [{"code": "red", "value": "1", "n": 1}]
    assert loads["person:agent-1"] == [("1", [{"code": "primary", "value": "1", "n": 1}]), ("1", red)]
    assert loads["person:agent-2"] == [("1", [{"code": "backup", "value": "1", "n": 1}]), ("0", [])]


async def test_a_bad_review_counts_as_late_only_once_its_limit_has_passed(world: World) -> None:
    review, _ = await a_bad_review(world)
    await review.to("assigned")
    assert (await compare(world))["bad_review_on_time_rate"]["gap"] == "nothing_to_count"
    world.clock.advance(days=4)
    assert (await compare(world))["bad_review_on_time_rate"]["value"] == "0.00"
    await review.to("followed_up")
    found = await compare(world)
    assert found["bad_review_on_time_rate"]["value"] == "0.00"
    assert found["bad_review_call_back_rate"]["value"] == "100.00"
    by_cause = {part["code"]: part["n"] for part in found["bad_review_root_causes"]["parts"]}
    assert by_cause == {"delay": 1}


async def test_what_nobody_takes_up_is_late_once_it_should_have_been(world: World) -> None:
    """Else an office that never assigns and never accepts would be the only one with 100 per cent."""

    async def rates() -> list[tuple[str | None, int]]:
        codes = ("bad_review_on_time_rate", "complaint_on_time_rate", "hotline_on_time_rate")
        found = figures(await told(world, SPRING, "".join(f"&figure={code}" for code in codes)))
        return [(found[code]["value"], found[code]["n"]) for code in codes]

    review, _ = await a_bad_review(world)
    await complained(world)
    assert await rates() == [(None, 0)] * 3
    world.clock.advance(days=2)
    assert await rates() == [("0.00", 1)] * 3
    await review.to("prechecked")
    assert (await rates())[0] == (None, 0)
    world.clock.advance(days=5)
    assert (await rates())[0] == ("0.00", 1)
    await review.to("replied")
    assert (await rates())[0] == ("100.00", 1)


async def test_silence_counts_where_an_area_has_decided_so(world: World) -> None:
    path = f"/v1/evaluation-settings/{QIDONG}"
    put = await world.client.put(
        path, json={"default_after_days": 5}, headers=world.headers("admin") | {"If-Match": '"0"'}
    )
    assert put.status_code == 200, put.text
    for _ in range(4):
        await accepted(world)
    for level in ("satisfied", "satisfied"):
        await (await invited(world, await accepted(world))).rate("named", level=level)
    world.clock.advance(days=31)
    answer = await told(world, SPRING)
    found = figures(answer)["evaluation_active_rate"]
    assert (found["value"], found["numerator"], found["n"]) == ("33.33", 2, 6)
    moment = world.clock().isoformat().replace("+00:00", "Z")
    assert {**await told(world, SPRING, f"&known_at={moment}"), "known_at": None} == answer


async def rate_all(world: World, database: Database, areas: dict[str, int]) -> None:
    for area, number in areas.items():
        for _ in range(number):
            rater = await invited(world, await accepted(world, area_code=area))
            await rater.rate("anonymous", level="satisfied")
    await night(world, database)


async def test_anonymous_evaluations_count_after_their_month_and_never_fewer_than_five(
    world: World, database: Database
) -> None:
    await rate_all(world, database, {QIDONG: 5, RUGAO: 4})
    path = "&figure=evaluation_index"
    assert figures(await told(world, SPRING, path))["evaluation_index"]["gap"] == "month_open"
    world.clock.advance(days=31)
    await night(world, database)
    told_of = {}
    for query in (path, f"{path}&area={QIDONG}", f"{path}&area={RUGAO}"):
        figure = figures(await told(world, SPRING, query))["evaluation_index"]
        told_of[query[-6:]] = (figure["n"], figure["value"])
    # The four wait on: they are too few to be passed on, and nobody learns of them.
    assert told_of == {"_index": (5, "80.00"), QIDONG: (5, "80.00"), RUGAO: (0, None)}
    by_agent = await told(world, SPRING, f"{path}&group_by=agent")
    assert all(f["n"] == 0 for group in by_agent["groups"] for f in group["figures"])


async def test_confidential_evaluations_of_two_counties_count_in_the_city_only(
    world: World, database: Database
) -> None:
    for area, number in ((QIDONG, 6), (RUGAO, 2)):
        for _ in range(number):
            rater = await invited(world, await accepted(world, area_code=area))
            await rater.rate("confidential", level="satisfied")
    await night(world, database)
    world.clock.advance(days=31)
    path = "&figure=evaluation_index"
    assert figures(await told(world, SPRING, path))["evaluation_index"]["n"] == 8
    for area in (QIDONG, RUGAO):
        figure = figures(await told(world, SPRING, f"{path}&area={area}"))["evaluation_index"]
        assert (figure["n"], figure["gap"]) == (0, "nothing_to_count")
    assert figures(await told(world, SPRING, path, key="qidong"))["evaluation_index"]["n"] == 0
