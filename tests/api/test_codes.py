"""/v1/codes: the data dictionary."""

import pytest

from app.codes.queries import LISTS
from tests.api.registers import get
from tests.builders import World


async def test_every_choice_has_its_names_and_its_national_numbers(world: World) -> None:
    listed = (await world.get("/v1/codes?limit=200")).json()["items"]
    assert [each["code"] for each in listed] == sorted(LISTS)
    assert all(value["name_zh"] and value["name_en"] for each in listed for value in each["values"])
    assert all(each["may_grow"] for each in listed)
    classes = next(each for each in listed if each["code"] == "process_class")
    industrial = next(value for value in classes["values"] if value["code"] == "industrial")
    assert industrial == {
        "code": "industrial",
        "name_zh": "工业类",
        "name_en": "industrial",
        "numbers": {"splclx": "6"},
    }


async def test_the_dictionary_is_read_page_by_page(world: World) -> None:
    found: list[str] = []
    link: str | None = "/v1/codes?limit=20"
    while link is not None:
        answer = await world.get(link)
        found += [each["code"] for each in answer.json()["items"]]
        link = answer.links["next"]["url"] if "next" in answer.links else None
    assert found == sorted(LISTS)


@pytest.mark.parametrize("code", ["lead_source", "eia_category", "soil_plan_kind", "area_kind", "event_type"])
async def test_a_list_is_read_by_its_name(world: World, code: str) -> None:
    read = (await world.get(f"/v1/codes/{code}", "portal")).json()
    assert [value["code"] for value in read["values"]] == [e.code for e in LISTS[code].entries]


async def test_what_is_no_list_is_not_found(world: World) -> None:
    refused = await world.get("/v1/codes/colours")
    assert (refused.status_code, refused.json()["code"]) == (404, "CodeListNotFound")


@pytest.mark.parametrize("path", ["/v1/codes", "/v1/codes/light"])
async def test_a_list_that_is_known_is_not_sent_again(world: World, path: str) -> None:
    first = await world.get(path)
    headers = world.headers("officer") | {"If-None-Match": first.headers["etag"]}
    again = await get(world, path, headers)
    assert (again.status_code, again.content) == (304, b"")
