"""What a browser is shown of the service itself."""

import pytest

from tests.builders import World


async def test_whoever_is_lost_is_told_where_the_contract_is(world: World) -> None:
    assert "/docs" in (await world.client.get("/")).json()["detail"]


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "办理“…”的条件尚不具备"), ("en", "The conditions of “…” are not met")]
)
async def test_a_refusal_is_explained_to_people_without_names_of_facts(
    world: World, language: str, told: str
) -> None:
    headers = {"Accept": "text/html", "Accept-Language": language}
    answer = await world.client.get("/problems/GuardsNotMet", headers=headers)
    assert told in answer.text
    assert f'<html lang="{language}">' in answer.text
    assert "{" not in answer.text
