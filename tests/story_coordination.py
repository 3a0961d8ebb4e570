"""The part of the story in which an issue climbs the ladder, a consultation concludes, and all is closed."""

from typing import Any


async def tell_coordination(story: Any) -> None:
    """Raise an issue, take it up a level, consult about it, and follow the conclusion to its end."""
    ask, area = story.ask, story.area
    path = f"{story.project}/issues"
    body = {
        "title": "用地红线与规划道路冲突",
        "text": "宗地东侧与规划支路重叠约12米，红线无法核定",
        "department_code": f"{area}-zrzy",
        "days": 5,
    }
    made = await ask("agent", "POST", path, body)
    story.ids["issue_id"] = made["id"]
    here = f"/v1/issues/{made['id']}"
    await ask("officer", "GET", f"{path}?limit=1")
    await ask("officer", "GET", f"/v1/issues?department={area}-zrzy&limit=1")
    await ask("officer", "GET", here)
    act = {"action": "escalate", "from_state": "open", "level": "lead_department", "text": "涉及规划调整"}
    await ask("coordinator", "POST", f"{here}/actions", act)
    await ask("officer", "GET", f"{here}/steps?limit=1")
    await _consult(story)
    for who, state, act in (
        ("agent", "open", {"action": "resolve", "text": "规划支路已东移，红线已核定"}),
        ("coordinator", "resolved", {"action": "close"}),
    ):
        await ask(who, "POST", f"{here}/actions", {"from_state": state, **act})


async def _consult(story: Any) -> None:
    ask, area = story.ask, story.area
    body = {
        "title": "用地红线专题会商",
        "level": "lead_department",
        "held_on": story.world.today(),
        "departments": [f"{area}-zrzy"],
        "participants": ["临港产业园管委会 陈示例"],
        "issues": [story.ids["issue_id"]],
    }
    made = await ask("coordinator", "POST", f"{story.project}/consultations", body)
    story.ids["consultation_id"] = made["id"]
    here = f"/v1/consultations/{made['id']}"
    await ask("officer", "GET", f"/v1/consultations?project={story.ids['project_id']}&limit=1")
    conclusion = {
        "text": "规划支路东移12米，两日内出具红线图",
        "department_code": f"{area}-zrzy",
        "days": 2,
        "issue_id": story.ids["issue_id"],
    }
    body = {
        "action": "minute",
        "from_state": "convened",
        "held_on": story.world.today(),
        "text": "与会各方同意规划支路东移",
        "file_id": await story.paper("会商纪要"),
        "conclusions": [conclusion],
    }
    done = await ask("coordinator", "POST", f"{here}/actions", body)
    await ask("officer", "GET", here)
    (made,) = done["consultation"]["conclusions"]
    story.ids["conclusion_id"] = made["id"]
    path = f"/v1/conclusions/{made['id']}"
    await ask("officer", "GET", f"/v1/conclusions?department={area}-zrzy&limit=1")
    await ask("officer", "GET", path)
    for who, state, act in (
        ("agent", "open", {"action": "resolve", "text": "红线图已出具"}),
        ("coordinator", "resolved", {"action": "close"}),
    ):
        await ask(who, "POST", f"{path}/actions", {"from_state": state, **act})
    await ask("officer", "GET", f"{path}/steps?limit=1")
