"""The chapter about the board: a supervisor signs in with a key, looks, and signs out."""

from typing import Any

from tests.builders import SECRETS


async def tell_board(story: Any) -> None:
    """Sign in, see the projects, what is overdue and how it was counted, and sign out; no time passes."""
    client = story.world.client
    assert (await client.get("/board")).status_code == 200
    signed_in = await client.post("/board/sign-in", data={"key": SECRETS[story.key]})
    assert signed_in.status_code == 303, signed_in.text
    shown = await client.get(f"/board?area={story.area}")
    assert shown.status_code == 200, shown.text
    headers = story.world.headers("supervisor", key=story.key)
    case = (await client.get("/v1/item-cases?limit=1", headers=headers)).json()["items"][0]
    for path in (f"item-cases/{case['id']}", f"projects/{story.ids['project_id']}"):
        counted = await client.get(f"/board/{path}")
        assert counted.status_code == 200, counted.text
    assert (await client.post("/board/sign-out")).status_code == 303
