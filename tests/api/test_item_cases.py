"""/v1/item-cases: the two doors, what a case shows, who may do what."""

import httpx
import pytest

from tests.builders import World
from tests.items import Items, items_of


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def test_a_case_goes_from_filing_to_the_permit(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    assert (await items.read(case_id))["light"] == "not_started"
    await items.handle(case_id)
    done = await items.act(case_id, "passed")
    case = done["item_case"]
    assert (case["state"], case["state_number"], case["light"]) == ("passed", "11", "done_in_time")
    assert case["document_number"] == done["document_number"]
