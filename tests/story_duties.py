"""The chapter about today's work: readiness, materials reused, what expires, tasks, absences."""

from typing import Any


async def tell_readiness(story: Any, case: str) -> None:
    """Check an item before it is filed."""
    check = await story.ask("agent", "POST", f"{case}/readiness-checks", {})
    story.ids["check_id"] = check["id"]
    await story.ask("officer", "GET", f"{case}/readiness-checks?limit=1")
    await story.ask("officer", "GET", f"{case}/readiness-checks/{check['id']}")


async def tell_duties(story: Any) -> None:
    """Ask every operation about materials reused, alarms, tasks and absences once."""
    ask, path = story.ask, story.project
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
