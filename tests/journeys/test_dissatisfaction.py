"""Two journeys of somebody dissatisfied: a bad review put right, and a complaint upheld."""

from app.database import Database
from tests.builders import DEPARTMENT, OWNER, World
from tests.evaluating import invited, night
from tests.handling import COMPLAINTS, PATH, Handled, complained, the_only


async def page(world: World, code: str, action: str = "look", status: int = 200, **more: str) -> str:
    """What the rater sees on his page, as a phone without JavaScript sends and shows it."""
    form = {"receipt": code, "action": action, **more}
    seen = await world.client.post("/evaluate/review", data=form)
    assert seen.status_code == status, seen.text
    assert "<script" not in seen.text
    return seen.text


async def test_a_bad_review_given_on_the_page_is_put_right_and_confirmed_on_the_page(world: World) -> None:
    rater = await invited(world)
    opened = await rater.open()
    assert ('<form method="post"' in opened.text, "<script" in opened.text) == (True, False)
    code = await rater.rate("named", level="very_dissatisfied", text="材料退了三次")
    assert "尚未答复" in await page(world, code)
    review = Handled(world, await the_only(world))
    read = await review.read()
    assert (read["project_id"], read["text"]["text"]) == (rater.project, "材料退了三次")
    await review.to("replied")
    assert "已增开窗口，向您致歉" in await page(world, code)
    told = await page(world, code, "confirm")
    assert ("您的意见已收到" in told, "认可处理结果" in told) == (True, False)
    assert await review.refused("close", ("supervisor", 1)) == (
        409,
        "HandlingGuardsNotMet",
        ["call_back_first"],
    )
    closed = await review.to("closed")
    assert (closed["root_cause"], closed["is_confirmed"]) == ("delay", True)
    assert {clock["light"] for clock in closed["clocks"]} == {"done_in_time"}
    steps = (await world.get(f"{review.path}/steps?limit=50", "auditor")).json()["items"]
    assert [step["action"] for step in steps] == [
        "precheck", "assign", "verify", "rectify", "reply", "confirm", "follow_up", "close",
    ]  # fmt: skip
    persons = {step["action"]: step["person"] for step in steps}
    assert len({persons["verify"], persons["rectify"], persons["follow_up"]}) == 3
    timeline = (await world.get(f"/v1/projects/{rater.project}/timeline?limit=200")).json()["items"]
    assert sum(each["type"] == "bad_review.acted" for each in timeline) == len(steps)
    evaluation = (await world.get(f"/v1/evaluations/{closed['evaluation_id']}")).json()
    assert evaluation["level"] == "very_dissatisfied"


async def test_an_anonymous_rater_reopens_once_by_receipt_and_then_agrees(
    world: World, database: Database
) -> None:
    raters = [await invited(world) for _ in range(5)]
    codes = [await each.rate("anonymous", level="dissatisfied", text="等候太久") for each in raters]
    await night(world, database)
    reviews = (await world.get(PATH, "supervisor")).json()["items"]
    assert len(reviews) == 5
    review = Handled(world, reviews[0]["id"])
    await review.to("replied")
    (mine,) = [code for code in codes if "致歉" in await page(world, code)]
    assert "为什么不认可" in await page(world, mine, "reopen", 422)
    again = await page(world, mine, "reopen", text="承诺的整改没有落实")
    assert ("您的意见已收到" in again, "致歉" in again) == (True, False)
    assert (await review.read())["state"] == "prechecked"
    await review.to("replied")
    assert await review.refused("close", ("supervisor", 1)) == (409, "HandlingGuardsNotMet", ["rater_first"])
    assert "要求重新处理" not in await page(world, mine)
    await page(world, mine, "reopen", 409, text="再来一次")
    await page(world, mine, "confirm")
    closed = await review.do("close", ("supervisor", 1))
    assert (closed["state"], closed["has_been_reopened"], closed["is_confirmed"]) == ("closed", True, True)
    steps = (await world.get(f"{review.path}/steps?limit=50", "auditor")).json()["items"]
    assert [step["action"] for step in steps] == [
        "precheck", "assign", "verify", "rectify", "reply", "reopen",
        "assign", "verify", "rectify", "reply", "confirm", "close",
    ]  # fmt: skip
    assert {step["person"] for step in steps if step["role"] == "rater"} == {None}
    for rater in raters:
        events = (await world.get(f"/v1/events?project={rater.project}&limit=200", "auditor")).text
        assert "bad_review" not in events


async def test_a_confidential_rater_is_heard_without_being_named(world: World, database: Database) -> None:
    rater = await invited(world)
    code = await rater.rate("confidential", level="dissatisfied", text="窗口互相推诿")
    assert (await world.get(PATH, "supervisor")).json()["items"] == []
    await night(world, database)
    review = Handled(world, await the_only(world))
    read = await review.read()
    assert (read["project_id"], read["clock"]["limit"]) == (None, "precheck")
    await review.to("replied")
    heard = await world.post(f"{PATH}/receipts", {"receipt_code": code, "action": "confirm"}, "officer", 3)
    assert heard.json()["reply"]["text"] == "已增开窗口，向您致歉"
    assert (await review.do("close", ("supervisor", 1)))["state"] == "closed"
    events = (await world.get(f"/v1/events?project={rater.project}&limit=200", "auditor")).text
    assert "bad_review" not in events


async def test_a_complaint_comes_back_from_the_department_is_upheld_reviewed_and_archived(
    world: World,
) -> None:
    project = await world.project(owner_uscc=OWNER)
    complaint = await complained(world, project_id=project["id"], about_department_code=DEPARTMENT)
    await complaint.do("accept", ("officer", 1), handling_class="forwarded", grade="complex")
    await complaint.do("forward", ("officer", 1), department_code=DEPARTMENT)
    seen = await complaint.read("department")
    assert (seen["complainant"]["name"], seen["complainant"]["project_id"]) == (None, None)
    await complaint.do("return", ("department", 1), text="需代办机构一并调查")
    await complaint.investigating()
    await complaint.to("fed_back")
    heard = (await complaint.receipt()).json()
    assert (heard["decision"], heard["told"][0]["text"]) == ("upheld", "您反映的情况属实，已责令整改")
    await complaint.do("ask_review", ("portal", 1), text="要求书面道歉")
    await complaint.do("decide", ("supervisor", 2), decision="upheld", text="维持并书面致歉")
    await complaint.fed_back()
    assert (await complaint.receipt("rate", level="satisfied")).status_code == 200
    archived = await complaint.to("archived")
    assert (archived["decision"], archived["level"], archived["handled_in_time"]) == (
        "upheld",
        "satisfied",
        True,
    )
    steps = (await world.get(f"{complaint.path}/steps?limit=50", "auditor")).json()["items"]
    assert [step["action"] for step in steps] == [
        "accept", "forward", "return", "investigate", "report", "decide", "feed_back", "ask_review", "decide",
        "feed_back", "rate", "archive",
    ]  # fmt: skip
    exported = (await world.get(f"{COMPLAINTS}/exchange", "auditor")).json()["items"]
    assert [row["complainant"] for row in exported] == ["王**"]
