"""/v1/evaluation-invitations, -occurrences, -settings: single use, one open, after use none."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from app.database import Database
from app.table import rfc3339
from tests.arranging import arrange
from tests.builders import OTHER_OWNER, QIDONG, RUGAO, World
from tests.evaluating import PATH, accepted, asking, invited, night
from tests.items import items_of

OCCURRENCES = "/v1/evaluation-occurrences"
SETTINGS = "/v1/evaluation-settings"


async def refusal(world: World, body: dict[str, Any], role: str = "officer", **more: Any) -> tuple[int, str]:
    response = await world.post(PATH, body, role, **more)
    return response.status_code, response.json()["code"]


async def occurrences(world: World, query: str = "", role: str = "officer") -> list[dict[str, Any]]:
    found = await world.get(f"{OCCURRENCES}?{query}", role)
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


async def test_the_link_is_shown_once_and_never_again(world: World) -> None:
    about = await accepted(world)
    body, key = asking(about), {"Idempotency-Key": world.key()}
    first = await world.post(PATH, body, **key)
    assert first.status_code == 201
    given = first.json()
    token = given["link"].rpartition("/")[2]
    read = await world.get(first.headers["location"])
    assert read.json()["id"] == given["invitation"]["id"]
    assert given["qr_svg"] == given["link"] + "/qr.svg"
    again = await world.post(PATH, body, **key)
    assert (again.status_code, again.json()["code"]) == (409, "SecretAlreadyShown")
    assert again.json()["facts"]["id"] == given["invitation"]["id"]
    listed = await world.get(f"{PATH}?project={about[0]}")
    assert token not in listed.text
    events = await world.get(f"/v1/events?project={about[0]}", "auditor")
    assert token not in events.text
    assert "digest" not in events.text
    assert "evaluation_invitation.issued" in events.text


async def test_the_invitation_says_what_it_is_about(world: World) -> None:
    about = await accepted(world)
    shown = (await invited(world, about)).given["invitation"]
    assert (shown["kind"], shown["subject"], shown["label"]["zh"]) == ("service_step", "accept", "受理")
    assert (shown["state"], shown["manner"]) == ("open", "each_service")
    assert shown["expires_at"] == "2026-04-01T01:00:00Z"
    assert shown["used_on"] is None
    online = await invited(world, about, channel="sms")
    assert online.given["invitation"]["manner"] == "each_matter"


async def test_another_invitation_voids_the_one_before(world: World) -> None:
    about = await accepted(world)
    first = await invited(world, about)
    world.clock.advance(seconds=1)
    second = await invited(world, about)
    assert (await first.invitation())["state"] == "voided"
    assert (await second.invitation())["state"] == "open"
    assert (await first.send()).status_code == 409
    assert (await second.send()).status_code == 200


@pytest.mark.parametrize("mode", ["named", "confidential", "anonymous"])
async def test_after_use_there_is_no_further_invitation(world: World, database: Database, mode: str) -> None:
    about = await accepted(world)
    rater = await invited(world, about)
    await rater.rate(mode)
    assert await refusal(world, asking(about)) == (409, "OccurrenceEvaluated")
    voided = await world.post(f"{PATH}/{rater.id}/voiding", None)
    assert (voided.status_code, voided.json()["code"]) == (409, "InvitationNotOpen")
    await night(world, database)
    assert await refusal(world, asking(about)) == (409, "OccurrenceEvaluated")
    shown = await rater.invitation()
    assert (shown["state"], shown["used_on"]) == ("used", "2026-03-02")


async def test_what_the_owner_evaluated_through_its_portal_uses_the_invitation_up(world: World) -> None:
    about = await accepted(world)
    rater = await invited(world, about)
    body = {"project_id": about[0], "occurrence": about[1], "mode": "named", "level": "satisfied"}
    given = await world.post("/v1/evaluations", body | {"channel": "pc"}, "portal")
    assert given.status_code == 201, given.text
    assert (await rater.invitation())["state"] == "used"
    assert "已使用" in (await rater.send()).text
    assert await refusal(world, asking(about)) == (409, "OccurrenceEvaluated")


async def test_what_was_evaluated_without_a_name_is_not_evaluated_again_by_portal(
    world: World, database: Database
) -> None:
    about = await accepted(world)
    rater = await invited(world, about)
    await rater.rate("anonymous")
    body = {"project_id": about[0], "occurrence": about[1], "mode": "named", "level": "satisfied"}
    for _ in range(2):
        again = await world.post("/v1/evaluations", body | {"channel": "pc"}, "portal")
        assert (again.status_code, again.json()["code"]) == (409, "EvaluationExists")
        await night(world, database)


async def test_an_open_invitation_is_voided_and_only_that(world: World) -> None:
    about = await accepted(world)
    rater = await invited(world, about)
    path = f"{PATH}/{rater.id}/voiding"
    stale = await world.post(path, None, **{"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "VersionIsStale")
    done = await world.post(path, None, **{"If-Match": '"1"'})
    assert (done.status_code, done.json()["state"], done.json()["version"]) == (200, "voided", 2)
    again = await world.post(path, None)
    assert (again.status_code, again.json()["code"]) == (409, "InvitationNotOpen")
    other = await invited(world, about)
    world.clock.advance(days=31)
    late = await world.post(f"{PATH}/{other.id}/voiding", None)
    assert (late.status_code, late.json()["facts"]["state"]) == (409, "已过期")


async def test_an_invitation_expires_and_may_be_given_again(world: World) -> None:
    about = await accepted(world)
    soon = rfc3339(world.clock() + timedelta(hours=1))
    rater = await invited(world, about, expires_at=soon)
    world.clock.advance(hours=1)
    assert (await rater.invitation())["state"] == "expired"
    assert [o["invitation_state"] for o in await occurrences(world, "invited=false")] == ["expired"]
    assert (await rater.send()).status_code == 409
    assert (await (await invited(world, about)).send()).status_code == 200
    for wrong in (world.clock(), world.clock() + timedelta(days=367)):
        body = asking(await accepted(world), expires_at=rfc3339(wrong))
        response = await world.post(PATH, body)
        assert (response.status_code, response.json()["code"]) == (422, "ExpiryNotPossible")
        assert response.json()["errors"][0]["pointer"] == "/expires_at"


async def test_only_what_may_be_evaluated_is_asked_about(world: World) -> None:
    project, event = await accepted(world)
    other, _ = await accepted(world)
    steps = (await world.get(f"/v1/projects/{project}/stage-transitions")).json()["items"]
    applied = next(step["event_id"] for step in steps if step["move"] == "apply")
    for about in ((project, applied), (other, event), (project, project)):
        assert await refusal(world, asking(about)) == (422, "NotEvaluable")


async def test_invitations_are_for_those_who_may_see_the_project(world: World) -> None:
    about = await accepted(world)
    assert await refusal(world, asking(about), "officer", key="rugao") == (404, "ProjectNotFound")
    assert await refusal(world, asking(about), "portal", owner=OTHER_OWNER) == (404, "ProjectNotFound")
    own = await world.post(PATH, asking(about), "portal")
    assert own.status_code == 201
    path = f"{PATH}/{own.json()['invitation']['id']}"
    for headers in (world.headers("officer", key="rugao"), world.headers("portal", owner=OTHER_OWNER)):
        for method, tail in (("GET", ""), ("POST", "/voiding")):
            found = await world.client.request(method, path + tail, headers=headers)
            assert (found.status_code, found.json()["code"]) == (404, "InvitationNotFound")
        listed = await world.client.get(PATH, headers=headers)
        assert listed.json()["items"] == []
        listed = await world.client.get(OCCURRENCES, headers=headers)
        assert listed.json()["items"] == []


async def test_the_list_is_filtered_by_how_they_stand_and_paged(world: World) -> None:
    ids: dict[str, str] = {}
    for state in ("expired", "voided", "used", "open"):
        about = await accepted(world)
        soon = rfc3339(world.clock() + timedelta(minutes=5))
        rater = await invited(world, about, **({"expires_at": soon} if state == "expired" else {}))
        if state == "voided":
            await world.post(f"{PATH}/{rater.id}/voiding", None)
        if state == "used":
            await rater.rate("named")
        ids[state] = rater.id
        world.clock.advance(minutes=10)
    for state, one in ids.items():
        listed = (await world.get(f"{PATH}?state={state}")).json()["items"]
        assert [(i["id"], i["state"]) for i in listed] == [(one, state)]
    listed = (await world.get(f"{PATH}?occurrence={about[1]}&project={about[0]}")).json()["items"]
    assert [i["id"] for i in listed] == [ids["open"]]
    first = (await world.get(f"{PATH}?limit=3")).json()
    rest = (await world.get(f"{PATH}?limit=3&cursor={first['next_cursor']}")).json()
    assert [i["id"] for i in first["items"] + rest["items"]] == list(reversed(ids.values()))


async def test_every_service_that_may_be_evaluated_is_an_occurrence(world: World) -> None:
    items = await items_of(world)
    case, other = await items.open("X-01"), await items.open("X-02")
    await items.handle(case)
    await items.file(other)
    world.clock.advance(seconds=1)
    done = await items.act(case, "passed")
    world.clock.advance(seconds=1)
    await items.act(other, "refused")
    found = await occurrences(world, f"project={items.project_id}")
    assert [(o["kind"], o["subject"]) for o in found[:2]] == [
        ("item_decided", "X-02"),
        ("item_decided", "X-01"),
    ]
    assert {(o["kind"], o["subject"]) for o in found[2:]} == {
        ("service_step", "start_service"),
        ("service_step", "accept"),
    }
    decided = found[1]
    assert (decided["occurrence"], decided["item_case_id"]) == (done["event_id"], case)
    assert decided["label"]["zh"] == "建设工程规划许可"
    assert [o["is_evaluated"] or o["is_default"] for o in found] == [False] * 4
    rater = await invited(world, (items.project_id, decided["occurrence"]))
    assert rater.given["invitation"]["subject"] == "X-01"
    await rater.rate("named", level="dissatisfied")
    open_ones = await occurrences(world, f"project={items.project_id}&invited=false")
    assert {o["subject"] for o in open_ones} == {"X-02", "start_service", "accept"}
    (asked,) = await occurrences(world, f"project={items.project_id}&invited=true")
    assert (asked["subject"], asked["is_evaluated"], asked["invitation_state"]) == ("X-01", True, "used")
    (evaluation,) = (await world.get("/v1/evaluations")).json()["items"]
    assert (evaluation["item_case_id"], evaluation["handler"]) == (case, "person:department-1")


async def test_a_department_sees_the_decisions_on_its_own_items(world: World) -> None:
    items = await items_of(world)
    for code, department in (("X-01", "320681-zrzy"), ("X-02", "320681-zjj")):
        case = await items.open(code, department_code=department)
        await items.file(case)
        await items.act(case, "refused", "officer" if code == "X-02" else "department", **(
            {"evidence": [await world.file()]} if code == "X-02" else {}
        ))  # fmt: skip
    found = await occurrences(world, f"project={items.project_id}", "department")
    assert "X-02" not in [o["subject"] for o in found]


async def test_occurrences_are_paged_without_gaps(world: World) -> None:
    for _ in range(3):
        await accepted(world)
        world.clock.advance(seconds=1)
    first = (await world.get(f"{OCCURRENCES}?limit=2")).json()
    rest = (await world.get(f"{OCCURRENCES}?limit=2&cursor={first['next_cursor']}")).json()
    every = await occurrences(world)
    assert first["items"] + rest["items"] == every
    assert len(every) == 3
    assert rest["next_cursor"] is None


async def test_default_evaluations_exist_only_where_an_area_switched_them_on(
    world: World, database: Database
) -> None:
    mine, other = await accepted(world), await accepted(world)
    elsewhere = await world.project(area_code=QIDONG)
    await arrange(database, world.clock(), elsewhere["id"], {"area_code": RUGAO})
    await (await invited(world, other)).rate("named")
    world.clock.advance(days=40)

    async def defaults() -> dict[str, bool]:
        return {o["project_id"]: o["is_default"] for o in await occurrences(world)}

    assert await defaults() == {mine[0]: False, other[0]: False}
    admin = world.headers("admin")
    for area, days, counts in (("320600", 30, True), (QIDONG, 41, False), (QIDONG, 40, True)):
        path = f"{SETTINGS}/{area}"
        tag = (await world.client.get(path, headers=admin)).headers["etag"]
        done = await world.client.put(
            path, json={"default_after_days": days}, headers=admin | {"If-Match": tag}
        )
        assert done.status_code == 200, done.text
        assert await defaults() == {mine[0]: counts, other[0]: False}
    assert done.json() == {"area_code": QIDONG, "version": 2, "default_after_days": 40}
    off = {"default_after_days": None}
    await world.client.put(f"{SETTINGS}/{QIDONG}", json=off, headers=admin | {"If-Match": '"2"'})
    assert await defaults() == {mine[0]: False, other[0]: False}
    assert (await occurrences(world, "invited=false"))[0]["project_id"] == mine[0]
    listed = (await world.get("/v1/evaluations")).json()["items"]
    assert len(listed) == 1, "a default evaluation is no evaluation"


async def test_a_setting_is_decided_by_an_administrator_of_the_area_from_what_he_read(world: World) -> None:
    admin, path, body = world.headers("admin"), f"{SETTINGS}/{QIDONG}", {"default_after_days": 10}
    assert (await world.get(path)).json() == {
        "area_code": QIDONG, "version": 0, "default_after_days": None,
    }  # fmt: skip
    put = world.client.put
    assert (await put(path, json=body, headers=admin)).status_code == 428
    assert (await put(path, json=body, headers=admin | {"If-Match": '"1"'})).status_code == 412
    assert (await put(path, json=body, headers=admin | {"If-Match": '"0"'})).json()["version"] == 1
    assert (await put(path, json=body, headers=admin | {"If-Match": '"0"'})).status_code == 412
    for wrong in (0, 367, "10", None):
        got = await put(path, json={"default_after_days": wrong}, headers=admin | {"If-Match": '"1"'})
        assert got.status_code == (200 if wrong is None else 422)
    foreign = await put(f"{SETTINGS}/110000", json=body, headers=admin | {"If-Match": '"0"'})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "AreaNotFound")
    assert (await world.get(f"{SETTINGS}/{RUGAO}")).status_code == 404


async def test_the_qr_code_is_drawn_while_the_invitation_is_open(world: World) -> None:
    rater = await invited(world)
    svg = await world.client.get(f"{rater.page}/qr.svg")
    assert (svg.status_code, svg.headers["content-type"]) == (200, "image/svg+xml")
    root = ET.fromstring(svg.text)  # noqa: S314 - we drew it
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "script" not in svg.text
    png = await world.client.get(f"{rater.page}/qr.png")
    assert (png.headers["content-type"], png.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    width = int.from_bytes(png.content[16:20], "big")
    assert width == int(root.attrib["width"]) >= 8 * (29 + 8)
    for answer in (svg, png):
        assert "no-store" in answer.headers["cache-control"]
    other = await world.client.get(f"{(await invited(world)).page}/qr.png")
    assert other.content != png.content
    await rater.rate("named")
    for tail in ("qr.svg", "qr.png"):
        gone = await world.client.get(f"{rater.page}/{tail}")
        assert (gone.status_code, gone.json()["code"]) == (409, "InvitationNotOpen")
        unknown = await world.client.get(f"/evaluate/nothing/{tail}")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "InvitationUnknown")


async def test_links_name_the_address_that_raters_reach(world: World, app: Any) -> None:
    app.state.settings = app.state.settings.model_copy(update={"public_url": "https://pj.example.cn/db"})
    given = await world.post(PATH, asking(await accepted(world)))
    assert given.json()["link"].startswith("https://pj.example.cn/db/evaluate/")
