"""The chapter about item cases: opened outside the plan, filed, reported by the department, passed, read."""

from typing import Any

from tests.builders import QIDONG
from tests.items import details
from tests.story_duties import tell_readiness


async def tell_items(story: Any) -> None:
    """Ask every operation about item cases once; nothing stays open."""
    ask, path = story.ask, f"{story.project}/item-cases"
    department = f"{story.area}-zrzy"
    body = {"item_code": "S2-03", "details": details(department_code=department), "reason": "方案外事项"}
    body["work_package_id"] = story.ids["package_id"]
    case = await ask("agent", "POST", path, body)
    story.ids["item_case_id"] = case["id"]
    here = f"/v1/item-cases/{case['id']}"
    await tell_readiness(story, here)
    await ask("agent", "POST", f"{here}/actions", {"action": "received", "from_state": "planned"})
    if story.area == QIDONG:  # where the department's own system is
        report = {
            "code": "accepted",
            "occurred_at": story.world.clock().isoformat(),
            "source_system": "gongai",
            "external_id": "SL-2026-0001",
            "source_sequence": 1,
            "handler": "李示例",
        }
        await ask("department", "POST", f"{here}/reports", report)
    else:
        accepted = {"action": "accepted", "from_state": "received"}
        accepted |= {"evidence": [await story.paper("受理通知书")]}
        await ask("officer", "POST", f"{here}/actions", accepted)
    await ask("officer", "GET", f"{here}/clock")
    passed = {
        "action": "passed",
        "from_state": "accepted",
        "document_number": "建字第320681202600001号",
        "document_on": "2026-03-02",
        "evidence": [await story.paper("建设工程规划许可证")],
    }
    await ask("officer", "POST", f"{here}/actions", passed)
    await ask("officer", "GET", here)
    await ask("officer", "GET", f"{here}/steps")
    await ask("officer", "GET", path)
    await ask("officer", "GET", "/v1/item-cases?light=done_in_time&sort=due_on&limit=1")
