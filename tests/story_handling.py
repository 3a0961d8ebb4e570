"""The chapter about what follows on dissatisfaction: a bad review put right, a complaint upheld."""

from typing import Any


async def tell_handling(story: Any) -> None:
    """Tell of a bad review and of a complaint."""
    await _bad_review(story)
    await _complaint(story)


async def _bad_review(story: Any) -> None:
    ask = story.ask
    occurrence = (await ask("officer", "GET", f"/v1/evaluations/{story.ids['evaluation_id']}"))["occurrence"]
    body = {
        "project_id": story.ids["project_id"],
        "mode": "named",
        "occurrence": occurrence,
        "round": "follow_on",
        "level": "dissatisfied",
        "text": "后续等候时间过长",
        "channel": "pc",
    }
    await ask("portal", "POST", "/v1/evaluations", body)
    found = await ask("supervisor", "GET", f"/v1/bad-reviews?project={story.ids['project_id']}&limit=1")
    review = found["items"][0]["id"]
    story.ids["bad_review_id"] = review
    path = f"/v1/bad-reviews/{review}"
    await ask("supervisor", "GET", path)
    operators = await ask("admin", "GET", "/v1/operators?role=officer&limit=200")
    handler = next(o["id"] for o in operators["items"] if o["operator_code"] == "officer-2")
    paper = await story.paper("整改情况说明")
    for who, number, state, act in (
        ("supervisor", 1, "received", {"action": "precheck", "grade": "simple"}),
        ("supervisor", 1, "prechecked", {"action": "assign", "handler_id": handler}),
        ("officer", 2, "assigned", {"action": "contact", "channel": "phone"}),
        ("supervisor", 2, "assigned", {"action": "verify", "finding": "substantiated", "text": "属实"}),
        (
            "officer",
            2,
            "verified",
            {"action": "rectify", "root_cause": "delay", "text": "增开窗口", "evidence": [paper]},
        ),
        ("officer", 2, "rectified", {"action": "reply", "text": "已增开窗口", "channel": "phone"}),
        ("portal", 1, "replied", {"action": "confirm"}),
        (
            "officer",
            3,
            "replied",
            {"action": "follow_up", "channel": "phone", "is_reached": True, "level": "satisfied"},
        ),
    ):
        await ask(who, "POST", f"{path}/actions", {"from_state": state, **act}, number)
    await ask("officer", "GET", f"{path}/steps?limit=2")
    await _by_receipt(story)


async def _by_receipt(story: Any) -> None:
    """The confidential rater of the chapter before looks where his review stands."""
    receipt = {"receipt_code": story.ids["receipt_code"]}
    await story.ask("officer", "POST", "/v1/bad-reviews/receipts", receipt)
    client = story.world.client
    assert (await client.get("/evaluate/review")).status_code == 200
    seen = await client.post(
        "/evaluate/review", data={"receipt": story.ids["receipt_code"], "action": "look"}
    )
    assert seen.status_code == 200, seen.text


async def _complaint(story: Any) -> None:
    """A complaint upheld, after the department gave it back."""
    ask = story.ask
    body = {
        "area_code": story.area,
        "channel": "portal",
        "ground": "incomplete_notice",
        "title": "未一次性告知",
        "content": "窗口人员未一次性告知需要补正的全部材料",
        "complainant": {"name": "李示例", "phone": "13900000001"},
        "project_id": story.ids["project_id"],
    }
    lodged = await ask("portal", "POST", "/v1/complaints", body)
    story.ids["complaint_id"] = lodged["complaint"]["id"]
    path = f"/v1/complaints/{story.ids['complaint_id']}"
    await ask("supervisor", "GET", "/v1/complaints?limit=1")
    await ask("supervisor", "GET", path)
    receipt = {"receipt_code": lodged["receipt_code"]}
    paper = await story.paper("投诉调查报告")
    for who, number, state, act in (
        ("officer", 1, "lodged", {"action": "accept", "handling_class": "forwarded", "grade": "ordinary"}),
        ("officer", 1, "accepted", {"action": "forward", "department_code": f"{story.area}-zrzy"}),
        ("officer", 2, "forwarded", {"action": "investigate"}),
        ("officer", 2, "investigating", {"action": "report", "text": "经查属实", "evidence": [paper]}),
        ("supervisor", 1, "investigated", {"action": "decide", "decision": "upheld", "text": "责令整改"}),
        ("officer", 1, "decided", {"action": "feed_back", "text": "情况属实，已责令整改"}),
    ):
        await ask(who, "POST", f"{path}/actions", {"from_state": state, **act}, number)
    await ask("officer", "POST", "/v1/complaints/receipts", receipt)
    await ask("officer", "GET", f"{path}/steps?limit=2")
    await ask("supervisor", "GET", "/v1/complaints/exchange?limit=1")


async def tell_follow_ups(story: Any) -> None:
    """Follow up a completed service: a sample is drawn, and the owner asked by somebody else."""
    ask = story.ask
    today = story.world.today()
    body = {"area_code": story.area, "completed_from": "2026-01-01", "completed_to": today, "size": 1}
    sample = await ask("coordinator", "POST", "/v1/follow-up-samples", body)
    story.ids["sample_id"] = sample["id"]
    await ask("coordinator", "GET", "/v1/follow-up-samples?limit=1")
    await ask("coordinator", "GET", f"/v1/follow-up-samples/{sample['id']}")
    made = await ask("officer", "POST", "/v1/follow-ups", {"project_id": story.ids["project_id"]})
    story.ids["follow_up_id"] = made["id"]
    path = f"/v1/follow-ups/{made['id']}"
    await ask("officer", "GET", f"/v1/follow-ups?project={story.ids['project_id']}&limit=1")
    await ask("officer", "GET", path)
    for who, number, state, act in (
        ("officer", 2, "open", {"action": "ask", "channel": "phone", "outcome": "no_answer"}),
        (
            "officer",
            2,
            "open",
            {
                "action": "ask",
                "channel": "phone",
                "outcome": "reached",
                "level": "dissatisfied",
                "text": "进度反馈不够及时",
            },
        ),
        (
            "coordinator",
            2,
            "to_settle",
            {"action": "settle", "measure": "put_right", "text": "已约定每周反馈一次"},
        ),
    ):
        await ask(who, "POST", f"{path}/actions", {"from_state": state, **act}, number)
    await ask("officer", "GET", f"{path}/steps?limit=2")
