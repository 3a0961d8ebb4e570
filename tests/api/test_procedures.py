"""/v1/procedures: drafted, checked, published in versions; inherited by the areas below."""

import copy
from typing import Any

import jsonschema

from tests.builders import CITY, OWNER, QIDONG, RUGAO, World
from tests.domain.procedure_builders import the_standard_document

LABEL = {"zh": "甲", "en": "A"}
BASIS = {"zh": "默认值，非标准规定", "en": "default, not from the standard"}
PATH = "/v1/procedures"


def a_document(code: str = "short") -> dict[str, Any]:
    """open → closed, by an officer."""
    return {
        "code": code,
        "name": {"zh": "简易流程", "en": "A short procedure"},
        "initial": "open",
        "stages": [
            {"code": "open", "label": LABEL},
            {"code": "closed", "label": LABEL, "is_terminal": True},
        ],
        "moves": [
            {
                "code": "close",
                "label": LABEL,
                "from": ["open"],
                "to": "closed",
                "by": ["officer"],
                "basis": BASIS,
                "guards": ["owner_known"],
                "effects": ["completes"],
                "inputs": [{"code": "file_number", "label": LABEL, "type": "code", "required": True}],
            }
        ],
    }


def a_draft(code: str = "short", area_code: str = CITY, **facts: Any) -> dict[str, Any]:
    return {"code": code, "area_code": area_code, "document": a_document(code) | facts}


async def drafted(world: World, *args: Any, **facts: Any) -> dict[str, Any]:
    world.clock.advance(seconds=1)
    response = await world.post(PATH, a_draft(*args, **facts), "admin")
    assert response.status_code == 201, response.text
    return dict(response.json())


async def published(world: World, *args: Any, on: str = "2026-03-02", **facts: Any) -> dict[str, Any]:
    draft = await drafted(world, *args, **facts)
    response = await world.post(f"{PATH}/{draft['id']}/publication", {"effective_from": on}, "admin", 2)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def change(world: World, draft: dict[str, Any], document: Any, match: str | None = "now") -> Any:
    headers = world.headers("admin")
    if match is not None:
        headers["If-Match"] = f'"{draft["version"]}"' if match == "now" else match
    path = f"{PATH}/{draft['id']}"
    return await world.client.put(path, json={"document": document}, headers=headers)


async def test_a_draft_is_numbered_and_shown_with_what_its_moves_ask(world: World) -> None:
    draft = await drafted(world)
    assert (draft["number"], draft["state"], draft["effective_from"], draft["version"]) == (
        1,
        "draft",
        None,
        1,
    )
    (move,) = draft["moves"]
    assert (move["move"], move["from_stage"], move["to_stage"]) == ("close", "open", "closed")
    jsonschema.Draft202012Validator(move["input_schema"]).validate({"file_number": "A-1"})
    assert draft["guards"] == [
        {"code": "owner_known", "zh": "项目单位已登记。", "en": "The owner of the project is registered."}
    ]
    assert [effect["code"] for effect in draft["effects"]] == ["completes"]
    assert (await drafted(world))["number"] == 2
    read = await world.get(f"{PATH}/{draft['id']}", "admin")
    assert read.json() == draft
    events = [a["action"] for a in draft["allowed_actions"] if a["enabled"]]
    assert events == ["change"]


async def test_a_check_names_every_fault_and_writes_nothing(world: World) -> None:
    document = a_document()
    document["initial"], document["moves"][0]["by"] = "nowhere", ["king"]
    checked = await world.post(f"{PATH}/validation", {"document": document}, "admin")
    assert checked.status_code == 200
    found = {(f["code"], f["pointer"]) for f in checked.json()["faults"]}
    assert found == {("unknown_stage", "/document/initial"), ("unknown_role", "/document/moves/0/by/0")}
    assert checked.json()["is_valid"] is False
    refused = await world.post(PATH, {"code": "short", "area_code": CITY, "document": document}, "admin")
    assert (refused.status_code, refused.json()["code"]) == (422, "ProcedureHasFaults")
    assert {(f["code"], f["pointer"]) for f in refused.json()["errors"]} == found
    assert (await world.get(f"{PATH}?code=short", "admin")).json()["items"] == []


async def test_a_sound_document_passes_the_check(world: World) -> None:
    body = {"document": the_standard_document()}
    assert (await world.post(f"{PATH}/validation", body, "admin")).json() == {"is_valid": True, "faults": []}


async def test_what_is_no_document_at_all_is_a_fault_not_a_crash(world: World) -> None:
    for document in (None, 5, "x", [], {}):
        checked = await world.post(f"{PATH}/validation", {"document": document}, "admin")
        assert checked.status_code == 200
        assert checked.json()["is_valid"] is False
    assert (await world.post(f"{PATH}/validation", {}, "admin")).status_code == 422


async def test_the_document_bears_the_code_of_its_procedure(world: World) -> None:
    body = a_draft() | {"code": "another"}
    refused = await world.post(PATH, body, "admin")
    assert refused.status_code == 422
    assert [(f["code"], f["pointer"]) for f in refused.json()["errors"]] == [
        ("another_code", "/document/code")
    ]


async def test_a_draft_for_an_area_outside_is_refused(world: World) -> None:
    refused = await world.post(PATH, a_draft("short", "320100"), "admin")
    assert (refused.status_code, refused.json()["code"]) == (404, "AreaNotFound")


async def test_only_administrators_draft(world: World) -> None:
    refused = await world.post(PATH, a_draft(), "coordinator")
    assert (refused.status_code, refused.json()["code"]) == (403, "RoleMayNot")


async def test_a_draft_is_changed_and_its_version_counted(world: World) -> None:
    draft = await drafted(world)
    document = a_document() | {"name": {"zh": "乙", "en": "B"}}
    changed = await change(world, draft, document)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["version"], changed.json()["name"]["en"]) == (2, "B")
    assert (await change(world, draft, document)).status_code == 412
    assert (await change(world, draft, document, None)).status_code == 428
    faulty = await change(world, draft, {"code": "short"}, '"2"')
    assert (faulty.status_code, faulty.json()["code"]) == (422, "ProcedureHasFaults")


async def test_the_drafter_does_not_publish_and_a_published_version_stays(world: World) -> None:
    draft = await drafted(world)
    path = f"{PATH}/{draft['id']}/publication"
    own = await world.post(path, {"effective_from": "2026-03-02"}, "admin")
    assert (own.status_code, own.json()["code"]) == (409, "ApproverIsAuthor")
    past = await world.post(path, {"effective_from": "2026-03-01"}, "admin", 2)
    assert (past.status_code, past.json()["code"]) == (422, "EffectiveInThePast")
    done = await world.post(path, {"effective_from": "2026-03-02"}, "admin", 2)
    assert (done.status_code, done.json()["state"]) == (201, "published")
    assert not any(a["enabled"] for a in done.json()["allowed_actions"])
    again = await world.post(path, {"effective_from": "2026-03-02"}, "admin", 2)
    assert (again.status_code, again.json()["code"]) == (409, "VersionIsPublished")
    changed = await change(world, done.json(), a_document())
    assert (changed.status_code, changed.json()["code"]) == (409, "VersionIsPublished")


async def test_whoever_changed_a_draft_does_not_publish_it(world: World) -> None:
    draft = await drafted(world)
    changed = await world.client.put(
        f"{PATH}/{draft['id']}",
        json={"document": a_document()},
        headers=world.headers("admin", 2) | {"If-Match": '"1"'},
    )
    assert changed.status_code == 200
    path = f"{PATH}/{draft['id']}/publication"
    assert (await world.post(path, {"effective_from": "2026-03-02"}, "admin", 2)).status_code == 409
    assert (await world.post(path, {"effective_from": "2026-03-02"}, "admin", 1)).status_code == 201


async def test_an_area_goes_by_its_own_procedure_and_else_by_the_one_above(world: World) -> None:
    before = (await world.get(f"{PATH}/in-force?area={QIDONG}")).json()
    assert (before["code"], before["area_code"]) == ("standard", CITY)
    own = copy.deepcopy(the_standard_document())
    own["name"]["en"] = "Our own"
    draft = (
        await world.post(PATH, {"code": "standard", "area_code": QIDONG, "document": own}, "admin")
    ).json()
    await world.post(f"{PATH}/{draft['id']}/publication", {"effective_from": "2026-03-05"}, "admin", 2)
    assert (await world.get(f"{PATH}/in-force?area={QIDONG}")).json()["id"] == before["id"]
    later = (await world.get(f"{PATH}/in-force?area={QIDONG}&on=2026-03-05")).json()
    assert (later["id"], later["name"]["en"]) == (draft["id"], "Our own")
    rugao = (await world.get(f"{PATH}/in-force?area={RUGAO}&on=2026-03-05", "admin")).json()
    assert rugao["id"] == before["id"]
    old = await world.project()
    world.clock.advance(days=4)
    new = await world.project()
    assert (old["procedure_id"], new["procedure_id"]) == (before["id"], draft["id"])
    now = await world.get(f"/v1/projects/{old['id']}")
    assert now.json().get("procedure_id") == before["id"], now.text


async def test_no_procedure_in_force_is_said_so(world: World) -> None:
    early = await world.get(f"{PATH}/in-force?area={QIDONG}&on=2019-12-31")
    assert (early.status_code, early.json()["code"]) == (404, "NoProcedureInForce")
    unknown = await world.get(f"{PATH}/in-force?area={QIDONG}&code=unknown")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "NoProcedureInForce")
    foreign = await world.get(f"{PATH}/in-force?area={RUGAO}")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "AreaNotFound")


async def test_drafts_are_for_administrators_and_published_versions_for_the_areas_below(world: World) -> None:
    draft = await drafted(world)
    assert (await world.get(f"{PATH}/{draft['id']}")).status_code == 404
    assert (await world.get(f"{PATH}?state=draft")).json()["items"] == []
    ours = await published(world, "ours", QIDONG)
    for path in (f"{PATH}/{ours['id']}", f"{PATH}/in-force?area={QIDONG}&code=ours"):
        assert (await world.get(path)).status_code == 200
        read = await world.get(path)
        assert read.json()["allowed_actions"] == []
    foreign = await world.get(f"{PATH}/{ours['id']}", headers=world.headers("officer", key="rugao"))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "ProcedureNotFound")


async def test_the_list_is_filtered_and_paged(world: World) -> None:
    numbers = [(await drafted(world))["number"] for _ in range(3)]
    await published(world, "ours", QIDONG)
    assert numbers == [1, 2, 3]
    first = (await world.get(f"{PATH}?code=short&limit=2", "admin")).json()
    assert [p["number"] for p in first["items"]] == [1, 2]
    rest = (await world.get(f"{PATH}?code=short&limit=2&cursor={first['next_cursor']}", "admin")).json()
    assert ([p["number"] for p in rest["items"]], rest["next_cursor"]) == ([3], None)
    drafts = (await world.get(f"{PATH}?state=draft", "admin")).json()["items"]
    assert [p["number"] for p in drafts] == [1, 2, 3]
    area = (await world.get(f"{PATH}?area={QIDONG}", "admin")).json()["items"]
    assert [p["code"] for p in area] == ["ours"]
    for cursor in ("x", "WyJ4Il0"):
        refused = await world.get(f"{PATH}?cursor={cursor}", "admin")
        assert (refused.status_code, refused.json()["code"]) == (422, "CursorInvalid")


async def test_a_foreign_draft_cannot_be_changed(world: World) -> None:
    absent = {"id": "00000000-0000-7000-8000-00000000dead", "version": 1}
    assert (await change(world, absent, a_document())).status_code == 404


async def test_the_moves_inputs_are_checked_by_the_compiled_schema(world: World) -> None:
    found = (await world.get(f"{PATH}/in-force?area={QIDONG}")).json()
    project = await world.project(owner_uscc=OWNER)
    by_move = {m["move"]: m["input_schema"] for m in found["moves"] if m["from_stage"] == "lead"}
    inputs = {"service_mode": "agency", "scope_stages": ["1"], "consent": True, "more": 1}
    assert not jsonschema.Draft202012Validator(by_move["apply"]).is_valid(inputs)
    refused = await world.move(project, "apply", inputs=inputs)
    assert (refused.status_code, refused.json()["code"]) == (422, "MissingOrWrongInputs")
