"""The chapter about today's work: readiness, materials reused, what expires, tasks, absences."""

from typing import Any

from tests.items import details


async def tell_duties(story: Any) -> None:
    """Ask every operation about readiness, alarms, tasks and absences once; nothing is filed."""
    ask, path = story.ask, story.project
    body = {"item_code": "S2-03", "details": details(department_code=f"{story.area}-zrzy")}
    case = await ask("agent", "POST", f"{path}/item-cases", body)
    checks = f"/v1/item-cases/{case['id']}/readiness-checks"
    check = await ask("agent", "POST", checks, {})
    story.ids["check_id"] = check["id"]
    await ask("officer", "GET", f"{checks}?limit=1")
    await ask("officer", "GET", f"{checks}/{check['id']}")
    await ask("officer", "GET", f"{path}/material-uses")
    await ask("officer", "GET", "/v1/validity-alarms?state=near&state=lapsed&limit=1")
    await ask("agent", "GET", "/v1/tasks?limit=1")
    absence = {
        "operator_id": await story.world.operator("agent-1"),
        "begins_on": "2026-05-06",
        "through": "2026-05-08",
        "substitute_id": await story.world.operator("agent-3"),
    }
    made = await ask("coordinator", "POST", "/v1/absences", absence)
    story.ids["absence_id"] = made["id"]
    await ask("officer", "GET", "/v1/absences?on=2026-05-07&limit=1")
    await ask("coordinator", "POST", f"/v1/absences/{made['id']}/end", {})
