"""What people think of the service in a generated year: evaluations, bad reviews put right, complaints."""

import random
from typing import Any

from app.domain.vocabulary import Level
from tests.year import BEGIN, COUNTIES, END, Life, Office, at

CHANNELS = ("pc", "mobile", "hall_tablet", "sms")
MODES, MODE_SHARES = ("named", "confidential", "anonymous"), (0.5, 0.1, 0.4)
LEVELS = (
    Level.VERY_SATISFIED,
    Level.SATISFIED,
    Level.BASICALLY_SATISFIED,
    Level.DISSATISFIED,
    Level.VERY_DISSATISFIED,
)
LEVEL_SHARES = (0.5, 0.32, 0.09, 0.07, 0.02)
CAUSES = ("delay", "incomplete_notice", "too_many_visits", "attitude", "coordination")
DECISIONS = ("upheld", "partly_upheld", "not_upheld")
GROUNDS = ("delay", "incomplete_notice", "attitude", "refusal")
ABOUT = {
    "delay": "办理进度缓慢",
    "incomplete_notice": "材料要求前后不一",
    "attitude": "态度不耐烦",
    "refusal": "退件未说明理由",
}


async def rate(office: Office, area: str, project_id: str, event_id: str, dice: random.Random) -> None:
    """Ask the owner to evaluate an occurrence; most do."""
    body = {"project_id": project_id, "occurrence": event_id, "channel": dice.choice(CHANNELS)}
    invited = await office.ask("officer-1", "POST", "/v1/evaluation-invitations", body)
    if dice.random() < 0.15:
        return
    level = dice.choices(LEVELS, LEVEL_SHARES)[0]
    form = {"mode": dice.choices(MODES, MODE_SHARES)[0], "level": level.value}
    if form["mode"] == "named":
        form |= {"name": "李示例", "phone": "0513-83120000"}
    if level in LEVELS[3:]:
        form["text"] = "等候时间过长"
    sent = await office.http.post(invited["link"].removeprefix("http://year"), data=form)
    if sent.is_error:
        raise RuntimeError(sent.text)


async def reviews(office: Office) -> Life:
    """Handle bad reviews, every working day in the afternoon: each open one may go one step further."""
    dice = office.dice("reviews")
    yield at(BEGIN, 15 * 60)
    while True:
        if office.calendar.is_working_day(office.clock().date()):
            found = await office.ask("supervisor-1", "GET", "/v1/bad-reviews?limit=200")
            opened = [one for one in found["items"] if one["state"] not in {"closed", "invalid"}]
            for one in sorted(opened, key=_likeness):
                if dice.random() < 0.6:
                    await _handle(office, one, dice)
        yield office.after(1, dice)


def _likeness(review: dict[str, Any]) -> tuple[str, ...]:
    """Order bad reviews by what they are like, never by their ids: those are chance."""
    return review["opened_on"], review["area_code"], review["mode"], review["state"]


async def _handle(office: Office, review: dict[str, Any], dice: random.Random) -> None:
    state, area = review["state"], review["area_code"]
    handler = "officer-3"
    facts: dict[str, Any]
    if state == "received":
        who, action, facts = (
            "supervisor-1",
            "precheck",
            {"grade": dice.choice(("simple", "simple", "complex"))},
        )
        if dice.random() < 0.06:
            paper = await office.paper(area, "核查说明")
            action, facts = (
                "rule_invalid",
                {"ground": "mistaken", "text": "评价人确认误评", "evidence": [paper]},
            )
    elif state == "prechecked":
        who, action, facts = "supervisor-1", "assign", {"handler_id": office.operators[handler]}
    elif state == "assigned":
        finding = "substantiated" if dice.random() < 0.7 else "no_legal_basis"
        who, action, facts = "supervisor-2", "verify", {"finding": finding, "text": "已核实"}
    elif state == "verified":
        who, facts = handler, {"root_cause": dice.choice(CAUSES), "text": "已采取措施"}
        action, facts = "rectify", facts | {"evidence": [await office.paper(area, "整改材料")]}
        response = await _act(office, review, who, action, facts)
        if not response.is_error:
            return
        action = "explain"
    elif state in {"rectified", "explained"}:
        who, action, facts = handler, "reply", {"text": "已办理并致歉", "channel": "phone"}
    elif state == "replied" and review["mode"] == "named":
        who, action = "officer-2", "follow_up"
        facts = {"channel": "phone", "is_reached": dice.random() < 0.9, "level": "satisfied"}
        if not facts["is_reached"]:
            del facts["level"]
    else:
        who, action, facts = "supervisor-1", "close", {}
    await _act(office, review, who, action, facts)


async def _act(office: Office, review: dict[str, Any], who: str, action: str, facts: dict[str, Any]) -> Any:
    """Ask for an act; what is not possible yet is tried another day."""
    body = {"action": action, "from_state": review["state"], **facts}
    response = await office.try_to(who, "POST", f"/v1/bad-reviews/{review['id']}/actions", body)
    if response.status_code not in {201, 409}:
        raise RuntimeError(f"{who} {body}: {response.text}")
    return response


async def complaint(office: Office, number: int, of: int) -> Life:
    """Complain, and be answered."""
    dice = office.dice("complaint", number)
    day = BEGIN + (END - BEGIN) * number // of
    yield at(office.calendar.next_working_day(day), 9 * 60 + dice.randint(0, 400))
    area, ground = COUNTIES[number % len(COUNTIES)], dice.choice(GROUNDS)
    body: dict[str, Any] = {
        "area_code": area,
        "channel": dice.choice(("hotline", "phone", "letter", "window")),
        "ground": ground,
        "title": ABOUT[ground],
        "content": f"第{number + 1}件：{ABOUT[ground]}，希望改进。",
    }
    if dice.random() < 0.2:
        body["is_anonymous"] = True
    else:
        body["complainant"] = {"name": f"投诉人{number + 1}", "phone": "0513-83121111"}
    made = (await office.ask("officer-1", "POST", "/v1/complaints", body))["complaint"]
    path = f"/v1/complaints/{made['id']}/actions"
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("officer-1", "accept", {"handling_class": "on_site", "grade": "ordinary"}),
        ("officer-2", "investigate", {}),
        ("officer-2", "report", {"text": "经查情况如下", "evidence": [await office.paper(area, "调查报告")]}),
        ("supervisor-1", "decide", {"decision": dice.choice(DECISIONS), "text": "处理决定"}),
        ("officer-1", "feed_back", {"text": "已反馈处理结果", "contact_channel": "phone"}),
        ("archivist-1", "archive", {}),
    ]  # fmt: skip
    state = made["state"]
    if dice.random() < 0.1:
        steps = [("supervisor-1", "reject", {"rejection": "out_of_scope", "text": "不属于受理范围"})]
    for who, action, facts in steps:
        yield office.after(7 if action == "archive" else dice.choice((0, 1, 1, 2, 4)), dice)
        done = await office.ask(who, "POST", path, {"action": action, "from_state": state, **facts})
        state = done["complaint"]["state"]
