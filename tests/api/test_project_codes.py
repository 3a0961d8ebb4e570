"""/v1/projects/{id}/codes, and the code given at registration."""

import pytest

from tests.builders import OTHER_OWNER, RUGAO, World, a_project_body

CURRENT = "2405-320681-89-01-100018"
SECOND = "2405-320600-04-01-200025"
WRONG_DIGIT = "2405-320681-89-01-100019"


def codes_of(project: dict[str, object]) -> str:
    return f"/v1/projects/{project['id']}/codes"


@pytest.mark.parametrize(
    ("given", "stored", "generation", "warnings"),
    [
        (CURRENT, CURRENT, "current", []),
        ("24053206818901100018", CURRENT, "current", []),
        ("２４０５－３２０６８１－８９－０１－１０００１８", CURRENT, "current", []),
        (" 2405-320681-89-01-100018 ", CURRENT, "current", []),
        ("2409-320656-89-02-557559", "2409-320656-89-02-557559", "current", []),
        ("2016-320681-89-01-100018", "2016-320681-89-01-100018", "legacy", []),
        ("2008-320681-89-01-100018", "2008-320681-89-01-100018", "ambiguous", ["ProjectCodeAmbiguous"]),
        (WRONG_DIGIT, WRONG_DIGIT, "current", ["ProjectCodeDoubtful"]),
    ],
)
async def test_a_code_of_either_generation_is_stored_canonically_and_doubts_only_warn(
    world: World, given: str, stored: str, generation: str, warnings: list[str]
) -> None:
    project = await world.project(project_code=given)
    assert project["project_code"] == stored
    assert [w["code"] for w in project["warnings"]] == warnings
    (entry,) = (await world.get(codes_of(project))).json()["items"]
    assert (entry["project_code"], entry["generation"]) == (stored, generation)
    assert [w["code"] for w in entry["warnings"]] == warnings
    assert (entry["valid_from"], entry["valid_to"], entry["replaced_by"]) == (world.today(), None, None)


async def test_a_lead_needs_no_code_and_gets_it_later(world: World) -> None:
    project = await world.project()
    assert project["project_code"] is None
    assert (await world.get(codes_of(project))).json()["items"] == []
    given = await world.post(codes_of(project), {"project_code": CURRENT}, "portal")
    assert given.status_code == 201, given.text
    now = (await world.get(f"/v1/projects/{project['id']}")).json()
    assert (now["project_code"], now["version"]) == (CURRENT, project["version"] + 1)


async def test_a_new_code_ends_the_one_before_and_both_stay(world: World) -> None:
    project = await world.project(project_code=CURRENT)
    world.clock.advance(days=10)
    body = {"project_code": SECOND, "reason": "重新备案", "valid_from": world.today(-2)}
    assert (await world.post(codes_of(project), body)).status_code == 201
    first, second = (await world.get(codes_of(project))).json()["items"]
    assert (first["project_code"], first["valid_to"]) == (CURRENT, world.today(-3))
    assert first["replaced_by"] == second["id"]
    assert (second["valid_from"], second["valid_to"]) == (world.today(-2), None)
    assert second["reason"]["text"] == "重新备案"


async def test_a_code_replaced_on_the_day_it_was_given_was_valid_that_day(world: World) -> None:
    project = await world.project(project_code=CURRENT)
    world.clock.advance(minutes=5)
    await world.post(codes_of(project), {"project_code": SECOND, "reason": "录入错误"})
    first, _ = (await world.get(codes_of(project))).json()["items"]
    assert first["valid_from"] == first["valid_to"] == world.today()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"project_code": CURRENT, "reason": "x"}, 409, "ProjectCodeUnchanged"),
        ({"project_code": SECOND}, 422, "ReplacementNeedsReason"),
        (
            {"project_code": SECOND, "reason": "x", "valid_from": "2026-03-03"},
            422,
            "ProjectCodeDayImpossible",
        ),
        (
            {"project_code": SECOND, "reason": "x", "valid_from": "2026-03-01"},
            422,
            "ProjectCodeDayImpossible",
        ),
        ({"project_code": "2413-320681-89-01-100018"}, 422, "FieldsInvalid"),
        ({"project_code": "x" * 41}, 422, "FieldsInvalid"),
        ({"project_code": None}, 422, "FieldsInvalid"),
    ],
)
async def test_an_impossible_code_is_refused_and_the_present_one_stays(
    world: World, body: dict[str, str], status: int, code: str
) -> None:
    project = await world.project(project_code=CURRENT)
    refused = await world.post(codes_of(project), body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    (entry,) = (await world.get(codes_of(project))).json()["items"]
    assert (entry["project_code"], entry["valid_to"]) == (CURRENT, None)


async def test_a_first_code_cannot_begin_tomorrow(world: World) -> None:
    project = await world.project()
    refused = await world.post(codes_of(project), {"project_code": CURRENT, "valid_from": world.today(1)})
    assert refused.json()["code"] == "ProjectCodeDayImpossible"
    assert refused.json()["errors"][0]["pointer"] == "/valid_from"


async def test_a_change_decided_from_a_stale_version_is_refused(world: World) -> None:
    project = await world.project()
    refused = await world.post(codes_of(project), {"project_code": CURRENT}, **{"If-Match": '"7"'})
    assert refused.status_code == 412


async def test_a_visible_duplicate_is_accepted_and_named(world: World) -> None:
    first = await world.project(project_code=CURRENT)
    world.clock.advance(minutes=5)
    second = await world.project(project_code="24053206818901100018")
    (warning,) = second["warnings"]
    assert (warning["code"], warning["project_id"]) == ("DuplicateProjectCode", first["id"])
    assert first["id"] in warning["detail"]
    third = await world.project()
    told = (await world.post(codes_of(third), {"project_code": CURRENT})).json()["warnings"]
    assert [w["project_id"] for w in told] == [first["id"], second["id"]]


async def test_a_duplicate_of_another_county_is_shown_to_the_city_only(world: World) -> None:
    elsewhere = await world.post(
        "/v1/projects", a_project_body(area_code=RUGAO, project_code=CURRENT), key="rugao"
    )
    here = await world.project(project_code=CURRENT)
    assert here["warnings"] == []
    (seen_here,) = (await world.get(codes_of(here))).json()["items"]
    assert seen_here["warnings"] == []
    city = world.headers("officer", key="city")
    (seen_above,) = (await world.get(codes_of(here), headers=city)).json()["items"]
    assert [w["project_id"] for w in seen_above["warnings"]] == [elsewhere.json()["id"]]


async def test_a_portal_learns_nothing_of_another_owner_with_its_code(world: World) -> None:
    await world.project(project_code=CURRENT, owner_uscc=OTHER_OWNER)
    mine = await world.post("/v1/projects", a_project_body(project_code=CURRENT), "portal")
    assert mine.json()["warnings"] == []


async def test_a_former_code_makes_no_duplicate(world: World) -> None:
    first = await world.project(project_code=CURRENT)
    await world.post(codes_of(first), {"project_code": SECOND, "reason": "变更"})
    assert (await world.project(project_code=CURRENT))["warnings"] == []


async def test_codes_of_a_foreign_project_are_as_absent_as_none(world: World) -> None:
    project = await world.project(project_code=CURRENT)
    rugao = world.headers("officer", key="rugao")
    read = await world.get(codes_of(project), headers=rugao)
    written = await world.post(codes_of(project), {"project_code": SECOND}, key="rugao")
    assert (read.status_code, written.status_code) == (404, 404)
    assert read.json()["code"] == written.json()["code"] == "ProjectNotFound"
