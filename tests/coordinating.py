"""Issues, consultations and conclusions for tests, and the calls of those who handle them."""

from typing import Any

import httpx

from tests.builders import DEPARTMENT, World

ISSUES, CONSULTATIONS, CONCLUSIONS = "/v1/issues", "/v1/consultations", "/v1/conclusions"


class Coordinated:
    """One issue or conclusion, and the calls of those who handle it."""

    def __init__(self, world: World, kind: str, key: str, project_id: str) -> None:
        self.world, self.kind, self.id, self.project_id = world, kind, key, project_id
        self.path = f"/v1/{kind}s/{key}"

    async def read(self, role: str = "officer", number: int = 1, **headers: str) -> dict[str, Any]:
        found = await self.world.client.get(self.path, headers=self.world.headers(role, number, **headers))
        assert found.status_code == 200, found.text
        return dict(found.json())

    async def ask(self, action: str, who: tuple[str, int], **facts: Any) -> httpx.Response:
        state = facts.pop("from_state", None) or (await self.read())["state"]
        headers = facts.pop("headers", {})
        body = {"action": action, "from_state": state, **facts}
        return await self.world.post(f"{self.path}/actions", body, who[0], who[1], **headers)

    async def do(self, action: str, who: tuple[str, int], **facts: Any) -> dict[str, Any]:
        done = await self.ask(action, who, **facts)
        assert done.status_code == 201, f"{action}: {done.text}"
        return dict(done.json()[self.kind])

    async def refused(self, action: str, who: tuple[str, int], **facts: Any) -> tuple[int, str, list[str]]:
        response = await self.ask(action, who, **facts)
        assert response.status_code >= 400, response.text
        problem = response.json()
        faults = [f"{e['pointer']}{e['code']}" for e in problem["errors"]]
        return response.status_code, problem["code"], faults


def an_issue_body(**facts: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {"title": "红线冲突", "text": "宗地红线与规划支路重叠"}
    if "responsible_id" not in facts:
        usual["department_code"] = DEPARTMENT
    return usual | facts


async def an_issue(
    world: World, project_id: str | None = None, who: tuple[str, int] = ("officer", 1), **facts: Any
) -> Coordinated:
    """Raise an issue of a project, by default of a fresh one on the department."""
    project_id = project_id or (await world.project())["id"]
    world.clock.advance(minutes=1)  # so that lists have an order
    made = await world.post(f"/v1/projects/{project_id}/issues", an_issue_body(**facts), *who)
    assert made.status_code == 201, made.text
    return Coordinated(world, "issue", made.json()["id"], project_id)


def a_consultation_body(**facts: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "title": "红线专题会商",
        "level": "accepting_department",
        "held_on": "2026-03-02",
        "departments": [DEPARTMENT],
    }
    return usual | facts


async def a_consultation(world: World, project_id: str | None = None, **facts: Any) -> dict[str, Any]:
    """Convene a consultation about a project."""
    project_id = project_id or (await world.project())["id"]
    world.clock.advance(minutes=1)  # so that lists have an order
    body = a_consultation_body(**facts)
    made = await world.post(f"/v1/projects/{project_id}/consultations", body, "coordinator")
    assert made.status_code == 201, made.text
    return dict(made.json())


async def minuted(world: World, consultation: dict[str, Any], *conclusions: dict[str, Any]) -> httpx.Response:
    """Put the minutes on record, with what was concluded."""
    body = {
        "action": "minute",
        "from_state": "convened",
        "held_on": world.today(),
        "text": "与会各方同意规划支路东移",
        "conclusions": list(conclusions),
    }
    return await world.post(f"{CONSULTATIONS}/{consultation['id']}/actions", body, "coordinator")


async def a_conclusion(world: World, project_id: str | None = None, **facts: Any) -> Coordinated:
    """A conclusion of a fresh consultation, by default put on the department for two working days."""
    usual: dict[str, Any] = {"text": "两日内出具红线图", "days": 2}
    if "responsible_id" not in facts:
        usual["department_code"] = DEPARTMENT
    done = await minuted(world, await a_consultation(world, project_id), usual | facts)
    assert done.status_code == 201, done.text
    (made,) = done.json()["consultation"]["conclusions"]
    return Coordinated(world, "conclusion", made["id"], made["project_id"])
