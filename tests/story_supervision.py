"""The chapter about supervision: an item found overdue, the department urged, its reply judged."""

from datetime import timedelta
from typing import Any

from tests.builders import QIDONG
from tests.items import details


async def tell_supervision(story: Any) -> None:
    """Ask every operation about supervision notices once; the item is passed in the end."""
    ask = story.ask
    case = await _overdue(story)
    await ask("supervisor", "GET", "/v1/supervision-notices/candidates?limit=1")
    body = {"item_case_id": case, "text": "请说明逾期原因并尽快办结"}
    made = await ask("supervisor", "POST", "/v1/supervision-notices", body)
    story.ids["notice_id"] = made["id"]
    path = f"/v1/supervision-notices/{made['id']}"
    await ask("supervisor", "GET", "/v1/supervision-notices?limit=1")
    await ask("supervisor", "GET", path)
    if story.area == QIDONG:  # where the department's own system is
        reply = {"action": "reply", "from_state": "issued", "text": "已安排专人办理，本周办结"}
        await ask("department", "POST", f"{path}/actions", reply)
    passed = {
        "action": "passed",
        "from_state": "accepted",
        "document_number": "建字第320681202600002号",
        "document_on": "2026-03-02",
        "evidence": [await story.paper("规划核实意见")],
    }
    await ask("officer", "POST", f"/v1/item-cases/{case}/actions", passed)
    if story.area == QIDONG:
        judged = {"action": "judge", "from_state": "replied", "effect": "effective", "text": "已办结"}
        await ask("supervisor", "POST", f"{path}/actions", judged)
        await ask("supervisor", "POST", f"{path}/actions", {"action": "close", "from_state": "judged"})
    else:
        withdrawn = {"action": "withdraw", "from_state": "issued", "text": "部门已办结"}
        await ask("supervisor", "POST", f"{path}/actions", withdrawn)
    await ask("officer", "GET", f"{path}/steps?limit=2")


async def tell_workload(story: Any) -> None:
    """Look at who carries how much, and hand everything of the backup agent to another."""
    ask = story.ask
    await ask("supervisor", "GET", "/v1/workload?by=agent&limit=1")
    agents = (await ask("officer", "GET", f"{story.project}/agents"))["items"]
    running = {a["role"]: a for a in agents if a["ended_at"] is None}
    away = next(a for a in agents if a["handed_over_to"] == running["backup"]["id"])
    path = f"/v1/operators/{running['backup']['operator_id']}"
    await ask("coordinator", "GET", f"{path}/open-work?limit=1")
    body = {
        "to_operator_id": away["operator_id"],
        "reason": "岗位调整",
        "open_tasks": "跟进规划核实",
        "only": [running["backup"]["id"]],
    }
    over = await ask("coordinator", "POST", f"{path}/hand-over", body)
    story.ids["assignment_id"] = over["handed_over"][0]["new_id"]


async def _overdue(story: Any) -> str:
    """Open an item, and enter afterwards that it was filed and accepted two months ago."""
    ask, path = story.ask, f"{story.project}/item-cases"
    facts = details(department_code=f"{story.area}-zrzy")
    body = {"item_code": "S2-19", "details": facts, "reason": "方案外事项"}
    case = (await ask("agent", "POST", path, body))["id"]
    since = story.world.clock() - timedelta(days=60)
    for who, action, state, days in (
        ("agent", "received", "planned", 0),
        ("officer", "accepted", "received", 1),
    ):
        act = {
            "action": action,
            "from_state": state,
            "occurred_at": (since + timedelta(days=days)).isoformat(),
            "reason": "线下办理，事后补录",
            "evidence": [await story.paper("受理通知书")],
        }
        await ask(who, "POST", f"/v1/item-cases/{case}/actions", act)
    return str(case)
