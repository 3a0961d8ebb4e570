"""Supervision for tests: items that ran out, notices about them, and the calls of those concerned."""

from typing import Any

import httpx

from tests.builders import World
from tests.items import Items, items_of

NOTICES = "/v1/supervision-notices"
SUPERVISOR, JUDGE, DEPARTMENT = ("supervisor", 1), ("supervisor", 2), ("department", 1)


class Supervised:
    """One project with an item that the department is handling and let run out."""

    def __init__(self, items: Items, case_id: str) -> None:
        self.items, self.world, self.case_id = items, items.world, case_id

    async def ask_to_issue(
        self, who: tuple[str, int] = SUPERVISOR, *, role_headers: dict[str, str] | None = None, **facts: Any
    ) -> httpx.Response:
        body = {"item_case_id": self.case_id, "text": "请说明逾期原因", **facts}
        return await self.world.post(NOTICES, body, *who, **(role_headers or {}))

    async def issue(self, **facts: Any) -> "Notice":
        made = await self.ask_to_issue(**facts)
        assert made.status_code == 201, made.text
        return Notice(self.world, made.json()["id"])

    async def refused(self, **facts: Any) -> tuple[int, str, list[str]]:
        """Give why no notice is possible."""
        response = await self.ask_to_issue(**facts)
        problem = response.json()
        assert response.status_code >= 400, response.text
        return response.status_code, problem["code"], [each["code"] for each in problem["errors"]]


class Notice:
    """One notice, and the calls of those who handle it."""

    def __init__(self, world: World, notice_id: str) -> None:
        self.world, self.id = world, notice_id
        self.path = f"{NOTICES}/{notice_id}"

    async def read(self, role: str = "supervisor") -> dict[str, Any]:
        found = await self.world.get(self.path, role)
        assert found.status_code == 200, found.text
        return dict(found.json())

    async def ask(self, action: str, who: tuple[str, int], **facts: Any) -> httpx.Response:
        state = facts.pop("from_state", None) or (await self.read())["state"]
        headers = facts.pop("headers", {})
        body = {"action": action, "from_state": state, **facts}
        return await self.world.post(f"{self.path}/actions", body, *who, **headers)

    async def do(self, action: str, who: tuple[str, int], **facts: Any) -> dict[str, Any]:
        done = await self.ask(action, who, **facts)
        assert done.status_code == 201, f"{action}: {done.text}"
        return dict(done.json()["notice"])

    async def refused(self, action: str, who: tuple[str, int], **facts: Any) -> tuple[int, str]:
        response = await self.ask(action, who, **facts)
        assert response.status_code >= 400, response.text
        return response.status_code, response.json()["code"]

    async def to(self, state: str) -> dict[str, Any]:
        """Take it on along the main road: department-1 replies, supervisor-2 judges and closes."""
        road: list[tuple[str, str, tuple[str, int], dict[str, Any]]] = [
            ("issued", "", SUPERVISOR, {}),
            ("replied", "reply", DEPARTMENT, {"text": "已安排专人办理"}),
            ("judged", "judge", JUDGE, {"effect": "effective", "text": "已见成效"}),
            ("closed", "close", JUDGE, {}),
        ]
        names = [step[0] for step in road]
        now = (await self.read())["state"]
        for _, action, who, facts in road[names.index(now) + 1 : names.index(state) + 1]:
            await self.do(action, who, **facts)
        return await self.read()


async def supervised(world: World, days: int = 50, **facts: Any) -> Supervised:
    """Take a project into service, have an item accepted, and let ``days`` go by."""
    items = await items_of(world)
    case_id = await items.open(**facts)
    await items.handle(case_id)
    world.clock.advance(days=days)
    return Supervised(items, case_id)


async def candidates(world: World, query: str = "") -> list[dict[str, Any]]:
    found = await world.get(f"{NOTICES}/candidates{query}", "supervisor")
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


async def withdrawals(world: World) -> list[dict[str, Any]]:
    """Give the facts of the events that took a notice back."""
    found = await world.client.get("/v1/events?limit=1000", headers=world.headers("auditor"))
    events = found.json()["items"]
    return [e["data"]["facts"] for e in events if e["type"].endswith("supervision_notice.withdrawn")]
