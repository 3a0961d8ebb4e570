"""The chapter about evaluation: invitations, the page, and what a verifier sees of a confidential one."""

from typing import Any

from app.rating.passing_on import pass_on_evaluations


async def tell_evaluations(story: Any) -> None:
    """Invite to evaluate the acceptance, void that, invite again, and let the rater speak."""
    ask = story.ask
    path = f"/v1/evaluation-occurrences?project={story.ids['project_id']}&invited=false&limit=2"
    found = (await ask("officer", "GET", path))["items"]
    accepted = next(each for each in found if each["subject"] == "accept")
    await ask("officer", "GET", f"/v1/evaluation-settings/{story.area}")
    story.ids["area_code"] = story.area
    setting = {"default_after_days": 30}
    await ask("admin", "PUT", f"/v1/evaluation-settings/{story.area}", setting)
    body = {
        "project_id": story.ids["project_id"],
        "occurrence": accepted["occurrence"],
        "channel": "hall_tablet",
    }
    first = (await ask("officer", "POST", "/v1/evaluation-invitations", body))["invitation"]
    story.ids["invitation_id"] = first["id"]
    await ask("officer", "GET", "/v1/evaluation-invitations?state=open&limit=1")
    await ask("officer", "GET", f"/v1/evaluation-invitations/{first['id']}")
    await ask("officer", "POST", f"/v1/evaluation-invitations/{first['id']}/voiding", None)
    given = await ask("portal", "POST", "/v1/evaluation-invitations", body | {"channel": "sms"})
    await _rate(story, given["link"].removeprefix("http://test"))


async def _rate(story: Any, page: str) -> None:
    client, clock = story.world.client, story.world.clock
    for path in (page, f"{page}/qr.svg", f"{page}/qr.png", "/evaluate/receipt"):
        assert (await client.get(path)).status_code == 200
    clock.advance(days=-1)  # the rater was there yesterday: what he said is passed on today
    form = {"mode": "confidential", "level": "dissatisfied", "text": "等候时间较长"}
    thanked = await client.post(page, data=form)
    assert thanked.status_code == 200, thanked.text
    receipt = thanked.text.split('class="code"')[1].split(">")[1].split("<")[0]
    story.ids["receipt_code"] = receipt
    again = {"receipt": receipt, "level": "satisfied", "text": "已经改进"}
    assert (await client.post("/evaluate/receipt", data=again)).status_code == 200
    clock.advance(days=1)
    await pass_on_evaluations(story.database, story.database.settings, clock)
    confidential = await story.ask("supervisor", "GET", "/v1/evaluations?round=first&limit=200")
    row = next(e for e in confidential["items"] if e["mode"] == "confidential")
    body = {"reason": "核实差评"}
    await story.ask("supervisor", "POST", f"/v1/evaluations/{row['id']}/sights", body)
