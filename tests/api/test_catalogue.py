"""/v1/catalogue: the items in force, an area's changes, templates, and what an area lacks."""

from typing import Any

import pytest

from tests.builders import CITY, QIDONG, RUGAO, World

PATH = "/v1/catalogue"
NAME = {"zh": "启东市事项目录", "en": "Catalogue of Qidong"}
PROMISE = {
    "value": 1, "unit": "working_day", "anchor": "acceptance", "certainty": "policy",
    "basis": {"zh": "本市承诺", "en": "promised here"},
}  # fmt: skip


def an_overlay(**parts: Any) -> dict[str, Any]:
    return {"name": NAME, "items": [{"code": "S3-09", "promised": [PROMISE]}], **parts}


async def drafted(world: World, area: str = QIDONG, document: Any = None) -> dict[str, Any]:
    world.clock.advance(seconds=1)
    body = {"area_code": area, "document": an_overlay() if document is None else document}
    response = await world.post(f"{PATH}/versions", body, "admin")
    assert response.status_code == 201, response.text
    return dict(response.json())


async def published(
    world: World, area: str = QIDONG, document: Any = None, on: str = "2026-03-02"
) -> dict[str, Any]:
    draft = await drafted(world, area, document)
    response = await publish(world, draft, on)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def publish(world: World, draft: dict[str, Any], on: str = "2026-03-02", person: int = 2) -> Any:
    path = f"{PATH}/versions/{draft['id']}/publication"
    return await world.post(path, {"effective_from": on}, "admin", person)


async def item(world: World, code: str, area: str = QIDONG, **more: Any) -> Any:
    return await world.get(f"{PATH}/items/{code}", "admin", params={"area": area, **more})


async def the_whole(world: World) -> dict[str, Any]:
    versions = (await world.get(f"{PATH}/versions", params={"area": CITY})).json()["items"]
    found = await world.get(f"{PATH}/versions/{versions[0]['id']}")
    return dict(found.json()["document"])


async def test_the_packaged_catalogue_is_in_force_everywhere_from_the_beginning(world: World) -> None:
    first = (await world.get(f"{PATH}/items", params={"area": QIDONG, "limit": 60})).json()
    path = {"area": QIDONG, "limit": 60, "cursor": first["next_cursor"]}
    second = (await world.get(f"{PATH}/items", params=path)).json()
    codes = [i["code"] for i in first["items"] + second["items"]]
    assert (len(codes), codes == sorted(codes), second["next_cursor"]) == (70, True, None)
    found = (await item(world, "S3-09")).json()
    assert (found["department"], found["kind"], found["approval_stage"]) == ("320681-sjj", "permit", "3")
    assert found["limits"][0]["duration"] == {"value": 7, "unit": "calendar_day"}
    assert (found["limits"][0]["anchor"], found["limits"][0]["certainty"]) == ("receipt", "law_read")
    assert found["validity"]["is_undone_by_start"] is True
    assert found["materials"][2]["result_of"] == ["S1-19", "S1-20"]
    third = (await world.get(f"{PATH}/items?area={QIDONG}&approval_stage=3")).json()["items"]
    assert {i["approval_stage"] for i in third} == {"3"}


async def test_an_area_changes_what_it_promises_and_the_areas_beside_it_do_not(world: World) -> None:
    version = await published(world, on="2026-03-10")
    assert (version["number"], version["state"]) == (1, "published")
    promised = [
        (await item(world, "S3-09", area, on=on)).json()["promised"][0]["duration"]["value"]
        for area, on in ((QIDONG, "2026-03-09"), (QIDONG, "2026-03-10"), (RUGAO, "2026-03-10"))
    ]
    assert promised == [2, 1, 2]


async def test_an_area_names_who_holds_an_item(world: World) -> None:
    assert (await item(world, "S1-07")).json()["department"] is None
    held = [{"code": "S1-07", "holder": "fgw"}, {"code": "S1-02", "holder": "320600-fgw"}]
    await published(world, document=an_overlay(items=held))
    departments = [(await item(world, code)).json()["department"] for code in ("S1-07", "S1-02")]
    assert departments == ["320681-fgw", "320600-fgw"]


async def test_a_functional_area_without_a_department_goes_by_that_of_the_city(world: World) -> None:
    found = (await world.get(f"{PATH}/items/S1-21?area=320600-kfq", "admin")).json()
    other = (await world.get(f"{PATH}/items/S4-06?area=320600-kfq", "admin")).json()
    assert (found["department"], other["department"]) == ("320600-kfq-sjj", "320600-zrzy")


async def test_a_draft_is_published_by_another_person_once_and_for_good(world: World) -> None:
    draft = await drafted(world)
    assert [a["enabled"] for a in draft["allowed_actions"]] == [True, False]
    refused = await publish(world, draft, person=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "ApproverIsAuthor")
    refused = await publish(world, draft, "2026-03-01")
    assert (refused.status_code, refused.json()["code"]) == (422, "EffectiveInThePast")
    assert (await publish(world, draft)).status_code == 201
    again = await publish(world, draft)
    assert (again.status_code, again.json()["code"]) == (409, "VersionIsPublished")
    path = f"{PATH}/versions/{draft['id']}"
    headers = world.headers("admin") | {"If-Match": '"2"'}
    refused = await world.client.put(path, json={"document": an_overlay()}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "VersionIsPublished")


async def test_a_draft_is_changed_by_whoever_knows_its_version(world: World) -> None:
    draft = await drafted(world)
    path = f"{PATH}/versions/{draft['id']}"
    body = {"document": an_overlay(removed=["S0-02"])}
    refused = await world.client.put(path, json=body, headers=world.headers("admin"))
    assert refused.status_code == 428
    headers = world.headers("admin", 2) | {"If-Match": '"1"'}
    changed = (await world.client.put(path, json=body, headers=headers)).json()
    assert (changed["version"], changed["document"]["removed"]) == (2, ["S0-02"])
    refused = await publish(world, draft)
    assert refused.json()["code"] == "ApproverIsAuthor"
    assert (await publish(world, draft, person=1)).status_code == 201
    refused = await item(world, "S0-02")
    assert (refused.status_code, refused.json()["code"]) == (404, "ItemNotInCatalogue")


async def test_all_faults_of_a_document_are_named_at_once(world: World) -> None:
    document = an_overlay(
        items=[{"code": "S3-09", "promised": [{"value": 1}]}, {"code": "S1-01", "kind": "magic"}], removed=[1]
    )
    body = {"area_code": QIDONG, "document": document}
    refused = await world.post(f"{PATH}/versions", body, "admin")
    assert (refused.status_code, refused.json()["code"]) == (422, "CatalogueHasFaults")
    pointers = {e["pointer"] for e in refused.json()["errors"]}
    assert pointers == {"/document/items/0/promised/0", "/document/items/1/kind", "/document/removed/0"}


async def test_a_county_cannot_be_left_with_a_catalogue_that_has_faults(world: World) -> None:
    own = {
        "code": "Q4-01", "name": NAME, "approval_stage": 4, "kind": "service", "classes": ["industrial"],
        "no_limit": NAME, "needs": [{"kind": "hard", "any_of": ["S4-04"]}],
    }  # fmt: skip
    await published(world, document=an_overlay(items=[own]))
    whole = await the_whole(world)
    whole["items"] = [i for i in whole["items"] if i["code"] != "S4-04"]
    draft = await drafted(world, CITY, whole)
    refused = await publish(world, draft)
    assert (refused.status_code, refused.json()["code"]) == (422, "CatalogueHasFaults")
    assert QIDONG in refused.json()["errors"][0]["detail"]
    await published(world, document=an_overlay(items=[{**own, "needs": None}]), on="2026-03-03")
    assert (await publish(world, draft)).status_code == 422
    assert (await publish(world, draft, "2026-03-03")).status_code == 201


async def test_drafts_are_seen_by_administrators_of_their_area_only(world: World) -> None:
    draft = await drafted(world)
    path = f"{PATH}/versions/{draft['id']}"
    assert (await world.get(path, "admin")).status_code == 200
    assert (await world.get(path)).status_code == 404
    seen = (await world.get(f"{PATH}/versions", params={"state": "draft"})).json()["items"]
    assert seen == []
    listed = (await world.get(f"{PATH}/versions?area={QIDONG}&limit=1", "admin")).json()["items"]
    assert [v["id"] for v in listed] == [draft["id"]]
    body = {"area_code": "320999", "document": an_overlay()}
    assert (await world.post(f"{PATH}/versions", body, "admin")).status_code == 404


async def test_a_template_says_what_it_selects_proposes_and_excludes_and_why(world: World) -> None:
    query = {
        "area": QIDONG, "process_class": "industrial", "land_mode": "grant", "approval_mode": "record_filing",
    }  # fmt: skip
    found = (await world.get(f"{PATH}/templates", params=query)).json()
    choice = {i["code"]: i["choice"] for i in found["items"]}
    codes = ("S1-01", "S1-02", "S1-19", "S1-20", "S1-04", "S1-08", "S1-07")
    assert [choice[c] for c in codes] == [
        "selected", "excluded", "selected", "excluded", "excluded", "proposed", "proposed",
    ]  # fmt: skip
    assert found["selected"] + found["proposed"] + found["excluded"] == len(found["items"]) == 70
    eia = next(i for i in found["items"] if i["code"] == "S1-08")
    assert (eia["unknown"], "环评文件类别" in eia["why"]) == (["eia_category"], True)
    assert found["note"] is None


@pytest.mark.parametrize("process_class", ["transport", "water", "energy", "other"])
async def test_classes_outside_the_reform_say_what_has_to_be_configured(
    world: World, process_class: str
) -> None:
    query = {"area": QIDONG, "process_class": process_class}
    found = (await world.get(f"{PATH}/templates", params=query)).json()
    assert "补充该类特有的审批事项" in found["note"]
    assert found["selected"] > 20


async def test_an_area_reads_what_its_catalogue_lacks(world: World) -> None:
    found = (await world.get(f"{PATH}/coverage", params={"area": QIDONG})).json()
    gaps = {(g["kind"], g["item"] or g["process_class"]) for g in found["gaps"]}
    assert {
        ("nobody_holds", "S1-07"),
        ("nobody_holds", "S2-05"),
        ("no_verified_limit", "S4-06"),
        ("no_verified_limit", "S1-04"),
        ("no_handling_duration", "S1-19"),
        ("no_handling_duration", "S4-12"),
        ("promise_not_set", "S3-09"),
        ("common_core_only", "energy"),
    } <= gaps
    assert not {("nobody_holds", "S4-12"), ("nobody_holds", "S3-09"), ("no_verified_limit", "S3-09")} & gaps
    await published(world)
    after = (await world.get(f"{PATH}/coverage", params={"area": QIDONG})).json()
    assert after["items_without_gap"] == found["items_without_gap"] + 1
    assert ("promise_not_set", "S3-09") not in {(g["kind"], g["item"]) for g in after["gaps"]}


@pytest.mark.parametrize("path", ["items", "items/S3-09", "coverage"])
async def test_a_foreign_area_is_not_found(world: World, path: str) -> None:
    refused = await world.get(f"{PATH}/{path}", params={"area": RUGAO})
    assert (refused.status_code, refused.json()["code"]) == (404, "AreaNotFound")


async def test_nothing_was_in_force_before_the_first_version(world: World) -> None:
    refused = await item(world, "S3-09", on="2019-12-31")
    assert (refused.status_code, refused.json()["code"]) == (404, "NoCatalogueInForce")
