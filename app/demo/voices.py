"""What owners said of the services in the demo and what came of it; an issue, a complaint, a notice."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.demo.walking import Ask

LEVELS = ("very_satisfied", "satisfied", "very_satisfied", "dissatisfied", "basically_satisfied", "satisfied")
SAID = {
    "very_satisfied": "代办员主动上门，一次讲清，非常及时",
    "dissatisfied": "同一份材料前后要了两次，等候时间偏长",
}
DISSATISFIED = "dissatisfied"
PUT_RIGHT: Sequence[tuple[str, int, str, dict[str, Any]]] = (
    ("supervisor", 1, "received", {"action": "precheck", "grade": "simple"}),
    ("supervisor", 1, "prechecked", {"action": "assign"}),
    ("officer", 2, "assigned", {"action": "contact", "channel": "phone"}),
    ("supervisor", 2, "assigned", {"action": "verify", "finding": "substantiated", "text": "情况属实"}),
    (
        "officer",
        2,
        "verified",
        {"action": "rectify", "root_cause": "delay", "text": "材料改由窗口一次核收，复用已交材料"},
    ),
    ("officer", 2, "rectified", {"action": "reply", "text": "已整改，今后材料只交一次", "channel": "phone"}),
    ("owner", 1, "replied", {"action": "confirm"}),
    (
        "officer",
        3,
        "replied",
        {"action": "follow_up", "channel": "phone", "is_reached": True, "level": "satisfied"},
    ),
)
BEGUN = 3  # steps of a bad review that is still in hand


class Voices:
    """Lets the owners of the demo speak. ``handler`` is the id of the operator who handles bad reviews."""

    def __init__(self, ask: Ask, handler: str) -> None:
        self.ask, self.handler = ask, handler
        self.spoken = 0

    async def evaluate(self, project_id: str, paper: str, steps: int) -> None:
        """Let the owner evaluate each service he has had; take a bad review as many steps on."""
        owner = (await self.ask("officer", "GET", f"/v1/projects/{project_id}"))["owner_uscc"]
        path = f"/v1/evaluation-occurrences?project={project_id}&invited=false&limit=200"
        for occurrence in reversed((await self.ask("officer", "GET", path))["items"]):
            level = LEVELS[self.spoken % len(LEVELS)]
            self.spoken += 1
            body = {
                "project_id": project_id,
                "occurrence": occurrence["occurrence"],
                "mode": "named",
                "level": level,
                "text": SAID.get(level),
                "channel": "pc",
            }
            await self.ask("portal", "POST", "/v1/evaluations", body, owner=owner)
            if level == DISSATISFIED:
                await self._handle(project_id, owner, paper, steps)

    async def _handle(self, project_id: str, owner: str, paper: str, steps: int) -> None:
        found = await self.ask("supervisor", "GET", f"/v1/bad-reviews?project={project_id}&limit=200")
        review = next(each for each in found["items"] if each["state"] == "received")
        path = f"/v1/bad-reviews/{review['id']}/actions"
        more: Mapping[str, Any] = {"assign": {"handler_id": self.handler}, "rectify": {"evidence": [paper]}}
        for who, number, state, act in PUT_RIGHT[:steps]:
            body = {"from_state": state, **act, **more.get(act["action"], {})}
            if who == "owner":
                await self.ask("portal", "POST", path, body, owner=owner)
            else:
                await self.ask(who, "POST", path, body, number)

    async def complain(self, area: str) -> None:
        """Lodge a complaint about no project in particular; it is accepted, and waits."""
        body = {
            "area_code": area,
            "channel": "phone",
            "ground": "incomplete_notice",
            "title": "来电反映未一次性告知",
            "content": "办事人反映窗口未一次性告知需要补正的全部材料",
            "complainant": {"name": "李示例", "phone": "13900000001"},
        }
        made = (await self.ask("officer", "POST", "/v1/complaints", body))["complaint"]
        accepted = {
            "action": "accept",
            "from_state": "lodged",
            "handling_class": "on_site",
            "grade": "ordinary",
        }
        await self.ask("officer", "POST", f"/v1/complaints/{made['id']}/actions", accepted)

    async def raise_issue(self, project_id: str, area: str) -> None:
        """Raise an issue with the department of natural resources, and take it up one level."""
        body = {
            "title": "用地红线与规划支路重叠",
            "text": "宗地东侧与规划支路重叠约12米，红线无法核定",
            "department_code": f"{area}-zrzy",
            "days": 5,
        }
        made = await self.ask("agent", "POST", f"/v1/projects/{project_id}/issues", body)
        act = {
            "action": "escalate",
            "from_state": "open",
            "level": "lead_department",
            "text": "涉及规划调整，需牵头部门协调",
        }
        await self.ask("coordinator", "POST", f"/v1/issues/{made['id']}/actions", act)

    async def urge(self) -> None:
        """Urge the department that is first on the list of what is red; nobody, when nothing is."""
        found = await self.ask("supervisor", "GET", "/v1/supervision-notices/candidates?limit=200")
        case = next((each["item_case_id"] for each in found["items"] if each["item_case_id"]), None)
        if case:
            body = {"item_case_id": case, "text": "请说明逾期原因并尽快办结"}
            await self.ask("supervisor", "POST", "/v1/supervision-notices", body)
