"""/v1/projects/{id}/list-memberships, /v1/threshold-policies and /v1/projects/{id}/major-basis."""

from typing import Any

import pytest

from tests.builders import CITY, QIDONG, RUGAO, World

LISTED = {
    "list_level": "provincial",
    "list_name": "江苏省重大项目名单",
    "year": 2026,
    "document": "苏发改〔2026〕1号",
}
FIVE_YI = {
    "area_code": CITY, "minimum_investment_wan_yuan": "50000", "valid_from": "2026-01-01",
    "source": "南通市重大项目认定标准", "basis": "policy",
}  # fmt: skip


async def basis_of(world: World, project: dict[str, Any], on: str | None = None) -> dict[str, Any]:
    params = {} if on is None else {"on": on}
    found = await world.get(f"/v1/projects/{project['id']}/major-basis", params=params)
    assert found.status_code == 200, found.text
    return dict(found.json())


async def test_a_project_dropped_from_next_years_list_stays_in_service(world: World) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/list-memberships"
    membership = (await world.post(path, LISTED | {"valid_to": "2026-12-31"})).json()
    await world.walk(project, "in_service")
    world.clock.advance(days=400)
    now = (await world.get(f"/v1/projects/{project['id']}")).json()
    assert now["stage"] == "in_service"
    assert not (await basis_of(world, project))["is_major"]
    then = await basis_of(world, project, "2026-06-30")
    assert then["is_major"]
    assert [m["id"] for m in then["lists"]] == [membership["id"]]
    assert "2026 年省重大项目" in then["reasons"][0]["detail"]


async def test_a_project_may_stand_on_several_lists_but_on_each_once(world: World) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/list-memberships"
    assert (await world.post(path, LISTED)).json()["valid_from"] == "2026-01-01"
    assert (await world.post(path, LISTED | {"list_level": "municipal"})).status_code == 201
    assert (await world.post(path, LISTED | {"year": 2025})).status_code == 201
    again = await world.post(path, LISTED)
    assert (again.status_code, again.json()["code"]) == (409, "AlreadyListed")
    assert len((await world.get(path)).json()["items"]) == 3


async def test_a_membership_is_ended_once_with_its_reason(world: World) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/list-memberships"
    membership = (await world.post(path, LISTED)).json()
    end = f"{path}/{membership['id']}/end"
    early = await world.post(end, {"valid_to": "2025-12-31"})
    assert (early.status_code, early.json()["code"]) == (422, "EndsBeforeItBegins")
    stale = await world.post(end, {"valid_to": "2026-06-30"}, **{"If-Match": '"9"'})
    assert stale.status_code == 412
    ended = await world.post(end, {"valid_to": "2026-06-30", "reason": "调出名单"})
    assert (ended.status_code, ended.json()["valid_to"], ended.json()["version"]) == (201, "2026-06-30", 2)
    again = await world.post(end, {"valid_to": "2026-06-30"})
    assert (again.status_code, again.json()["code"]) == (409, "MembershipHasEnded")
    (row,) = (await world.get(path)).json()["items"]
    assert row["end_reason"]["text"] == "调出名单"


async def test_lists_are_kept_by_the_agency_in_its_area(world: World) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/list-memberships"
    assert (await world.post(path, LISTED, "portal")).status_code == 403
    assert (await world.post(path, LISTED, key="rugao")).status_code == 404
    membership = (await world.post(path, LISTED)).json()
    other = await world.project()
    wrong = f"/v1/projects/{other['id']}/list-memberships/{membership['id']}/end"
    refused = await world.post(wrong, {"valid_to": "2026-06-30"})
    assert (refused.status_code, refused.json()["code"]) == (404, "MembershipNotFound")
    assert (await world.post(path, LISTED | {"year": 2027, "valid_to": "2026-01-01"})).status_code == 422


@pytest.mark.parametrize(
    ("investment", "reason", "is_major"),
    [
        ("50000", "threshold_reached", True),
        ("49999.999999", "below_threshold", False),
        ("5", "below_threshold", False),
        (None, "investment_unknown", False),
    ],
)
async def test_five_yi_are_fifty_thousand_wan(
    world: World, investment: str | None, reason: str, is_major: bool
) -> None:
    published = await world.post("/v1/threshold-policies", FIVE_YI, "admin")
    assert published.status_code == 201, published.text
    project = await world.project(investment_wan_yuan=investment)
    found = await basis_of(world, project)
    assert (found["is_major"], found["on"]) == (is_major, world.today())
    assert reason in {r["code"] for r in found["reasons"]}
    assert "5 亿元" in str(found["reasons"])
    assert found["threshold"]["id"] == published.json()["id"]


async def test_a_county_inherits_the_threshold_of_the_city_until_it_has_its_own(world: World) -> None:
    await world.post("/v1/threshold-policies", FIVE_YI, "admin")
    project = await world.project(investment_wan_yuan="20000")
    assert not (await basis_of(world, project))["is_major"]
    own = FIVE_YI | {
        "area_code": QIDONG,
        "minimum_investment_wan_yuan": "10000",
        "process_class": "industrial",
    }
    assert (await world.post("/v1/threshold-policies", own, "admin")).status_code == 201
    assert (await basis_of(world, project))["is_major"]
    before = await basis_of(world, project, "2025-12-31")
    assert (before["threshold"], before["reasons"][-1]["code"]) == (None, "no_threshold")


async def test_a_new_threshold_ends_the_open_one_the_day_before(world: World) -> None:
    await world.post("/v1/threshold-policies", FIVE_YI, "admin")
    world.clock.advance(minutes=5)
    ten = FIVE_YI | {
        "minimum_investment_wan_yuan": "100000",
        "valid_from": "2027-01-01",
        "valid_to": "2027-12-31",
    }
    assert (await world.post("/v1/threshold-policies", ten, "admin")).status_code == 201
    first, second = (await world.get("/v1/threshold-policies")).json()["items"]
    assert (first["valid_to"], second["valid_from"]) == ("2026-12-31", "2027-01-01")
    for overlap in (ten | {"valid_from": "2027-06-01"}, ten | {"valid_from": "2026-12-31"}):
        refused = await world.post("/v1/threshold-policies", overlap, "admin")
        assert (refused.status_code, refused.json()["code"]) == (409, "ThresholdsOverlap")
    listed = await world.get("/v1/threshold-policies", params={"on": "2027-03-01", "area": QIDONG})
    assert [p["id"] for p in listed.json()["items"]] == [second["id"]]
    page = (await world.get("/v1/threshold-policies", params={"limit": "1"})).json()
    rest = await world.get("/v1/threshold-policies", params={"cursor": page["next_cursor"]})
    assert [p["id"] for p in rest.json()["items"]] == [second["id"]]


async def test_thresholds_are_published_by_admins_for_their_areas(world: World) -> None:
    assert (await world.post("/v1/threshold-policies", FIVE_YI)).status_code == 403
    for wrong, status in (
        (FIVE_YI | {"area_code": "999999"}, 404),
        (FIVE_YI | {"valid_to": "2025-01-01"}, 422),
        (FIVE_YI | {"minimum_investment_wan_yuan": 50000}, 422),
    ):
        assert (await world.post("/v1/threshold-policies", wrong, "admin")).status_code == status
    elsewhere = FIVE_YI | {"area_code": RUGAO}
    await world.post("/v1/threshold-policies", elsewhere, "admin")
    assert (await world.get("/v1/threshold-policies")).json()["items"] == []
    assert (await world.get("/v1/threshold-policies", params={"area": RUGAO})).status_code == 404
    forged = await world.get("/v1/threshold-policies", params={"cursor": "WyJ4Il0"})
    assert (forged.status_code, forged.json()["code"]) == (422, "CursorInvalid")
