"""Item cases for tests: opened outside a plan, acted on by the agency, reported by the department."""

from itertools import count
from typing import Any

import httpx

from tests.builders import DEPARTMENT, World

_numbers = count(1)
DAYS_20 = {
    "duration": {"value": 20, "unit": "working_day"},
    "extension": 10,
    "basis": {"zh": "行政许可法第四十二条", "en": "Administrative Licence Law art. 42"},
}
DAYS_7 = {
    "duration": {"value": 7, "unit": "working_day"},
    "basis": {"zh": "承诺时限（测试）", "en": "promised, for tests"},
}


def details(**facts: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "name": {"zh": "建设工程规划许可", "en": "planning permit of the works"},
        "kind": "permit",
        "approval_stage": "2",
        "department_code": DEPARTMENT,
        "statutory_limit": DAYS_20,
        "promised_limit": DAYS_7,
    }
    return usual | facts


class Items:
    """One project in service, and its cases."""

    def __init__(self, world: World, project_id: str) -> None:
        self.world, self.project_id = world, project_id
        self.path = f"/v1/projects/{project_id}/item-cases"

    async def ask_to_open(self, code: str, role: str = "agent", **facts: Any) -> httpx.Response:
        body = {"item_code": code, "details": details(**facts)}
        return await self.world.post(self.path, body, role)

    async def open(self, code: str = "X-01", **facts: Any) -> str:
        opened = await self.ask_to_open(code, **facts)
        assert opened.status_code == 201, opened.text
        return str(opened.json()["id"])

    async def read(self, case_id: str, role: str = "officer", query: str = "") -> dict[str, Any]:
        found = await self.world.get(f"/v1/item-cases/{case_id}{query}", role)
        assert found.status_code == 200, found.text
        return dict(found.json())

    async def clock(self, case_id: str, query: str = "") -> dict[str, Any]:
        found = await self.world.get(f"/v1/item-cases/{case_id}/clock{query}")
        assert found.status_code == 200, found.text
        return dict(found.json())

    async def ask(self, case_id: str, action: str, role: str = "department", **facts: Any) -> httpx.Response:
        """Ask for an act from the present state, telling what it needs."""
        if "from_state" not in facts:
            facts["from_state"] = (await self.read(case_id))["state"]
        number = facts.pop("number", 1)
        body = await self.told(action) | facts | {"action": action}
        return await self.world.post(f"/v1/item-cases/{case_id}/actions", body, role, number)

    async def act(self, case_id: str, action: str, role: str = "department", **facts: Any) -> dict[str, Any]:
        done = await self.ask(case_id, action, role, **facts)
        assert done.status_code == 201, done.text
        return dict(done.json())

    async def told(self, action: str) -> dict[str, Any]:
        today = self.world.today()
        paper = {"document_number": f"许可〔2026〕{next(_numbers)}号", "document_on": today}
        reason = {"reason": "测试理由"}
        needed: dict[str, dict[str, Any]] = {
            "passed": paper,
            "conditionally_passed": {
                **paper, "supplement": "消防设计文件", "supplement_due_on": self.world.today(30)
            },
            "not_passed": paper | reason,
            "special_started": {
                "special_kind": "expert_review",
                "expected": {"value": 10, "unit": "working_day"},
                "told_on": today,
                **reason,
            },
            "extended": {"extension": 10, "told_on": today, **reason},
            "validity_renewed": {"validity_renewal": 3, **reason},
            **dict.fromkeys(
                ("recalled", "withdrawn", "not_accepted", "refused", "correction_started", "revoked"), reason
            ),
        }  # fmt: skip
        if action == "extended":
            needed["extended"]["approver_id"] = await self.world.operator("department-2")
        return needed.get(action, {})

    async def file(self, case_id: str) -> dict[str, Any]:
        return await self.act(case_id, "received", "agent")

    async def accept(self, case_id: str) -> None:
        await self.file(case_id)
        await self.act(case_id, "accepted")

    async def handle(self, case_id: str) -> None:
        await self.accept(case_id)
        await self.act(case_id, "handling")

    async def report(self, case_id: str, code: str, at: str, **facts: Any) -> httpx.Response:
        usual = {
            "code": code,
            "occurred_at": at,
            "source_system": "gongai",
            "external_id": f"E-{next(_numbers)}",
        }
        return await self.world.post(f"/v1/item-cases/{case_id}/reports", usual | facts, "department")

    async def reported(self, case_id: str, code: str, at: str, **facts: Any) -> dict[str, Any]:
        done = await self.report(case_id, code, at, **facts)
        assert done.status_code == 201, done.text
        return dict(done.json())


async def items_of(world: World, scope: tuple[str, ...] = ("1",)) -> Items:
    """Take a fresh project into service."""
    project = await world.walk(await world.project(), "in_service", scope=scope)
    return Items(world, project["id"])
