"""Evaluations for tests: accepted projects, invitations to evaluate them, the page, and the night between."""

import re
from typing import Any

import httpx

from app.database import Database
from app.rating.passing_on import pass_on_evaluations
from tests.builders import OWNER, QIDONG, RUGAO, World, a_project_body

PATH = "/v1/evaluation-invitations"


class Rater:
    """Whoever holds the link of one invitation."""

    def __init__(self, world: World, given: dict[str, Any]) -> None:
        self.world, self.given = world, given
        self.page: str = given["link"].removeprefix("http://test")
        self.id: str = given["invitation"]["id"]
        self.project: str = given["invitation"]["project_id"]
        self.occurrence: str = given["invitation"]["occurrence"]

    async def open(self, query: str = "", **headers: str) -> httpx.Response:
        return await self.world.client.get(self.page + query, headers=headers)

    async def send(self, mode: str = "anonymous", **form: str) -> httpx.Response:
        usual = {"mode": mode, "level": "satisfied"}
        if mode == "named":
            usual |= {"name": "李示例", "phone": "0513-83120000"}
        return await self.world.client.post(self.page, data=usual | form)

    async def rate(self, mode: str = "anonymous", **form: str) -> str:
        """Evaluate; give the receipt code."""
        thanked = await self.send(mode, **form)
        assert thanked.status_code == 200, thanked.text
        return receipt_in(thanked.text)

    async def invitation(self, role: str = "officer", **headers: str) -> dict[str, Any]:
        found = await self.world.client.get(f"{PATH}/{self.id}", headers=self.world.headers(role, **headers))
        assert found.status_code == 200, found.text
        return dict(found.json())


def receipt_in(text: str) -> str:
    found = re.search(r'class="code"[^>]*>([^<]+)<', text)
    assert found is not None
    return found[1]


async def accepted(world: World, **facts: Any) -> tuple[str, str]:
    """A project whose application was accepted, and the event of that."""
    key = "rugao" if facts.get("area_code") == RUGAO else None
    made = await world.post("/v1/projects", a_project_body(**{"owner_uscc": OWNER, **facts}), key=key)
    assert made.status_code == 201, made.text
    project = made.json()
    path = f"/v1/projects/{project['id']}/stage-transitions"
    inputs = {"service_mode": "agency", "scope_stages": ["1"], "consent": True}
    body: dict[str, Any] = {"move": "apply", "from_stage": "lead", "inputs": inputs}
    assert (await world.post(path, body, key=key)).status_code == 201
    done = await world.post(path, {"move": "accept", "from_stage": "applied"}, key=key)
    assert done.status_code == 201, done.text
    return str(project["id"]), str(done.json()["event_id"])


def asking(occurrence: tuple[str, str], **facts: Any) -> dict[str, Any]:
    return {"project_id": occurrence[0], "occurrence": occurrence[1], "channel": "hall_tablet", **facts}


async def invited(world: World, occurrence: tuple[str, str] | None = None, **facts: Any) -> Rater:
    """Invite the owner of a project to evaluate; of a fresh one unless told which."""
    about = occurrence or await accepted(world)
    given = await world.post(PATH, asking(about, **facts), "officer", key="city")
    assert given.status_code == 201, given.text
    return Rater(world, given.json())


async def night(world: World, database: Database, days: int = 1) -> bool:
    """Let the night pass, and the worker look once."""
    world.clock.advance(days=days)
    return await pass_on_evaluations(database, database.settings, world.clock)


async def evaluations(world: World, role: str = "officer", query: str = "", **headers: str) -> list[Any]:
    path = f"/v1/evaluations?limit=200{query}"
    found = await world.client.get(path, headers=world.headers(role, **headers))
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


__all__ = ["PATH", "QIDONG", "Rater", "accepted", "asking", "evaluations", "invited", "night", "receipt_in"]
