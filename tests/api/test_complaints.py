"""/v1/complaints: nobody handles his own, and nobody concerned learns who complained."""

import asyncio
import json
from typing import Any

import pytest

from app.database import Database
from app.events.queries import events_after
from tests.builders import DEPARTMENT, OTHER_OWNER, OWNER, RUGAO, World
from tests.handling import COMPLAINTS, SAYS, a_complaint, complained

SUPERVISOR = ("supervisor", 1)
GUARDS = (409, "HandlingGuardsNotMet")


async def refusal(
    world: World, body: dict[str, Any], role: str = "portal", **headers: str
) -> tuple[int, str]:
    response = await world.post(COMPLAINTS, body, role, **headers)
    return response.status_code, response.json()["code"]


async def test_the_owner_complains_follows_rates_and_asks_for_one_review(world: World) -> None:
    project = await world.project(owner_uscc=OWNER)
    complaint = await complained(world, project_id=project["id"])
    mine = (await world.get(COMPLAINTS, "portal")).json()["items"]
    assert [each["id"] for each in mine] == [complaint.id]
    other = await world.client.get(COMPLAINTS, headers=world.headers("portal", owner=OTHER_OWNER))
    assert other.json()["items"] == []
    fed_back = await complaint.to("fed_back")
    assert (fed_back["decision"], fed_back["handled_in_time"]) == ("upheld", True)
    assert await complaint.refused("archive", ("archivist", 1)) == (*GUARDS, ["complainant_first"])
    await complaint.do("rate", ("portal", 1), level="dissatisfied", text="处理太轻")
    assert await complaint.refused("rate", ("portal", 1), level="satisfied") == (*GUARDS, ["rated_before"])
    review = await complaint.do("ask_review", ("portal", 1), text="请求复核")
    assert (review["state"], review["level"], review["clock"]["limit"]) == ("in_review", None, "review")
    again = {"decision": "upheld", "text": "维持"}
    assert (await complaint.refused("decide", SUPERVISOR, **again))[:2] == (403, "PersonIsExcluded")
    assert (await complaint.refused("decide", ("officer", 2), **again))[1] == "NotYoursToHandle"
    await complaint.do("decide", ("supervisor", 2), **again)
    await complaint.fed_back()
    second = await complaint.refused("ask_review", ("portal", 1), text="再次复核")
    assert second == (*GUARDS, ["reviewed_before"])
    await complaint.do("rate", ("portal", 1), level="satisfied")
    assert (await complaint.to("archived"))["clock"] is None
    steps = (await world.get(f"{complaint.path}/steps?limit=50", "portal")).json()["items"]
    words = {step["action"]: step["text"] and step["text"]["text"] for step in steps}
    assert words["feed_back"] == "您反映的情况属实，已责令整改"
    assert words["ask_review"] == "请求复核"
    assert (words["report"], words["decide"]) == (None, None)


async def test_no_answer_to_those_concerned_and_no_event_tells_who_complained(
    world: World, database: Database
) -> None:
    project = await world.project(owner_uscc=OWNER)
    before = (await database.reader.all(events_after(0, 500)))[-1].sequence
    complaint = await complained(world, project_id=project["id"], about_name="张某")
    await complaint.do(
        "accept", ("officer", 1), handling_class="on_site", grade="ordinary",
        about_id=await world.operator("officer-3"),
    )  # fmt: skip
    await complaint.to("fed_back")
    await complaint.do("rate", ("portal", 1), level="satisfied")
    for path in (complaint.path, f"{complaint.path}/steps?limit=50", COMPLAINTS):
        for role, number in (
            ("officer", 1),
            ("officer", 3),
            ("coordinator", 1),
            ("archivist", 1),
            ("auditor", 1),
        ):
            told = (await world.client.get(path, headers=world.headers(role, number))).text
            for secret in (OWNER, project["id"], "王样本", "13912345678"):
                assert secret not in told, (path, role, secret)
    events = await database.reader.all(events_after(before, 500))
    ours = [event for event in events if event.type.startswith("complaint.")]
    assert len(ours) == 7
    for event in ours:
        for secret in (OWNER, project["id"], "王样本", "13912345678"):
            assert secret not in event.body, (event.type, secret)
        assert (event.project_id, event.owner_uscc) == (None, None)
    read = await complaint.read()
    assert read["complainant"] == {
        "name": "王样本", "phone": "13912345678", "address": None, "owner_uscc": OWNER,
        "project_id": project["id"], "evidence": [], "is_masked": False,
    }  # fmt: skip
    masked = await complaint.read("officer")
    assert (masked["complainant"]["is_masked"], masked["complainant"]["name"]) == (True, None)


async def test_agents_learn_of_no_complaint_from_the_feed_either(world: World) -> None:
    complaint = await complained(world)
    await complaint.to("accepted")
    for role, sees in (
        ("officer", True), ("agent", False), ("portal", False), ("department", False), ("auditor", True),
    ):  # fmt: skip
        told = await world.get("/v1/events?limit=500", role)
        assert (told.status_code, complaint.id in told.text) == (200, sees), role


async def test_officers_learn_who_complains_about_a_department_and_the_department_does_not(
    world: World,
) -> None:
    complaint = await complained(world, about_department_code=DEPARTMENT)
    assert (await complaint.read("officer"))["complainant"]["name"] == "王样本"
    hidden = await world.client.get(complaint.path, headers=world.headers("department"))
    assert hidden.status_code == 404
    await complaint.to("accepted")
    await complaint.do("forward", ("officer", 1), department_code=DEPARTMENT)
    seen = await complaint.read("department")
    assert (seen["complainant"]["name"], seen["complainant"]["is_masked"]) == (None, True)
    assert seen["content"]["text"] == SAYS
    back = await complaint.do("return", ("department", 1), text="不属于本部门职责")
    assert (back["state"], back["department_code"]) == ("returned", None)
    assert (await complaint.refused("forward", ("officer", 1), department_code="x"))[
        1
    ] == "DepartmentNotFound"
    await complaint.do("forward", ("officer", 1), department_code=DEPARTMENT)
    await complaint.do("investigate", ("department", 2))
    other = await complaint.refused("report", ("department", 1), text="属实", evidence=[])
    assert other[1] == "OtherPersonAssigned"


async def test_whoever_is_complained_about_handles_nothing_and_who_investigates_does_not_decide(
    world: World,
) -> None:
    complaint = await complained(world)
    facts = {"handling_class": "on_site", "grade": "complex"}
    unknown = await complaint.refused("accept", ("officer", 1), **facts, about_id=complaint.id)
    assert unknown == (422, "AccusedUnknown", ["/about_idunknown_operator"])
    await complaint.do("accept", ("officer", 1), **facts, about_id=await world.operator("supervisor-3"))
    assert (await complaint.refused("investigate", ("supervisor", 3)))[:2] == (403, "PersonIsExcluded")
    hidden = await complaint.read("supervisor", 3)
    assert hidden["complainant"]["is_masked"]
    await complaint.do("investigate", ("supervisor", 2))
    assert (await complaint.refused("extend", ("supervisor", 2), text="x"))[:2] == (403, "PersonIsExcluded")
    extended = await complaint.do("extend", SUPERVISOR, text="需要调取监控")
    handling = next(c for c in extended["clocks"] if c["limit"] == "handling")
    assert handling["duration"]["value"] == 30
    total = await world.get(handling["explained_by"])
    assert total.json()["due_on"] == handling["due_on"]
    assert await complaint.refused("extend", SUPERVISOR, text="再延") == (*GUARDS, ["extended_before"])
    await complaint.do("report", ("supervisor", 2), text="属实", evidence=await complaint.evidence())
    decide = {"decision": "partly_upheld", "text": "部分属实"}
    assert (await complaint.refused("decide", ("supervisor", 2), **decide))[:2] == (403, "PersonIsExcluded")
    await complaint.do("decide", SUPERVISOR, **decide)


async def test_an_anonymous_complaint_is_followed_by_its_receipt_without_any_identity(
    world: World, database: Database
) -> None:
    complaint = await complained(world, is_anonymous=True, complainant=None)
    assert (await world.get(COMPLAINTS, "portal")).json()["items"] == []
    assert (await complaint.receipt()).json()["state"] == "lodged"
    assert (await complaint.receipt("rate", level="satisfied")).json()["code"] == "NotFromThisState"
    await complaint.to("fed_back")
    heard = (await complaint.receipt()).json()
    assert (heard["decision"], heard["may_rate"], heard["may_ask_review"]) == ("upheld", True, True)
    assert [told["text"] for told in heard["told"]] == ["您反映的情况属实，已责令整改"]
    assert (await complaint.receipt("rate")).json()["code"] == "HandlingIncomplete"
    assert (await complaint.receipt("rate", level="very_dissatisfied")).status_code == 200
    assert (await complaint.receipt("ask_review", text="请复核")).json()["state"] == "in_review"
    events = await database.reader.all(events_after(0, 500))
    by_rater = [
        json.loads(e.body)["actor"] for e in events if e.type.startswith("complaint.") and '"rater"' in e.body
    ]
    assert len(by_rater) == 3
    assert all(a["operator_id"] is None and a["acting_for"] is None for a in by_rater)
    assert (await complaint.read())["complainant"]["is_masked"] is False
    wrong = await world.post(f"{COMPLAINTS}/receipts", {"receipt_code": "A" * 20})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "ComplaintReceiptUnknown")


async def test_a_rejected_one_says_why_and_only_the_supervisor_rejects(world: World) -> None:
    complaint = await complained(world)
    facts = {"rejection": "legal_proceedings", "text": "已提起行政诉讼"}
    assert (await complaint.refused("reject", ("officer", 1), **facts))[1] == "NotYoursToHandle"
    rejected = await complaint.do("reject", SUPERVISOR, **facts)
    assert (rejected["state"], rejected["clock"]) == ("rejected", None)
    assert [t["text"] for t in (await complaint.receipt()).json()["told"]] == ["已提起行政诉讼"]
    assert (await complaint.do("archive", ("archivist", 1)))["state"] == "archived"


async def test_likely_duplicates_are_pointed_out_to_staff_and_linked_by_an_act(world: World) -> None:
    first = await complained(world)
    second = await complained(world, content=SAYS.replace("三趟", "四趟"))
    third = await complained(
        world, "officer", channel="phone", content="另外一件事情，与此无关。", ground="delay"
    )
    found = {one["id"]: one["reasons"] for one in (await second.read())["similar"]}
    assert found == {first.id: ["similar_content", "same_complainant"]}
    assert (await second.read("portal"))["similar"] == []
    assert (await third.read())["similar"] == []
    other = await complained(world, about_department_code=DEPARTMENT)
    differ = await second.refused("link", ("officer", 1), duplicate_of=other.id)
    assert differ == (422, "OfficesDiffer", ["/duplicate_ofabout_another"])
    itself = await second.refused("link", ("officer", 1), duplicate_of=second.id)
    assert itself == (422, "DuplicateOfItself", ["/duplicate_ofitself"])
    absent = await second.refused("link", ("officer", 1), duplicate_of=OTHER_ID)
    assert absent[:2] == (404, "ComplaintNotFound")
    linked = await second.do("link", ("officer", 1), duplicate_of=first.id)
    assert (linked["duplicate_of"], linked["state"]) == (first.id, "lodged")
    assert (await second.read("portal"))["duplicate_of"] is None
    again = await second.refused("link", ("officer", 1), duplicate_of=first.id)
    assert again == (*GUARDS, ["linked_before"])


async def test_of_complaints_linked_one_always_stands_and_is_counted(world: World) -> None:
    first, second, third = [await complained(world) for _ in range(3)]
    both = [(first, second.id), (second, first.id)]
    asked = [one.ask("link", ("officer", 1), from_state="lodged", duplicate_of=other) for one, other in both]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    refused = next(answer.json() for answer in answers if answer.status_code == 422)
    assert refused["code"] == "LinkedItself"
    is_first = answers[0].status_code == 201
    linked, standing = (first, second) if is_first else (second, first)
    around = await third.refused("link", ("officer", 1), duplicate_of=linked.id)
    assert around == (422, "LinkedItself", ["/duplicate_ofduplicate_itself"])
    await third.do("link", ("officer", 1), duplicate_of=standing.id)
    day = world.today()
    figures = await world.get(f"/v1/statistics/figures?from={day}&to={day}&figure=complaints", "supervisor")
    assert figures.json()["groups"][0]["figures"][0]["value"] == "1"


OTHER_ID = "00000000-0000-7000-8000-000000000001"


async def test_who_complains_has_to_fit_and_places_have_to_be_the_callers(world: World) -> None:
    assert await refusal(world, a_complaint(complainant=None)) == (422, "ComplainantMismatch")
    assert await refusal(world, a_complaint(is_anonymous=True)) == (422, "ComplainantMismatch")
    assert await refusal(world, a_complaint(area_code=RUGAO), "officer") == (404, "AreaNotFound")
    assert await refusal(world, a_complaint(about_department_code="x")) == (404, "DepartmentNotFound")
    assert await refusal(world, a_complaint(project_id=OTHER_ID)) == (404, "ProjectNotFound")
    assert await refusal(world, a_complaint(evidence=[OTHER_ID])) == (422, "EvidenceNotFound")
    key = world.key()
    made = await world.post(COMPLAINTS, a_complaint(), "portal", **{"Idempotency-Key": key})
    again = await world.post(COMPLAINTS, a_complaint(), "portal", **{"Idempotency-Key": key})
    assert made.json()["complaint"]["content"]["text"] is None
    assert (again.status_code, again.json()["code"]) == (409, "SecretAlreadyShown")


async def test_the_fields_of_the_exchange_format_are_filled(world: World) -> None:
    complaint = await complained(world, about_department_code=DEPARTMENT, about_name="张某")
    await complaint.do("accept", ("officer", 1), handling_class="forwarded", grade="complex")
    await complaint.do("extend", SUPERVISOR, text="涉及多个部门")
    await complaint.do("forward", ("officer", 1), department_code=DEPARTMENT)
    lodged_on = world.today()
    world.clock.advance(days=70)
    found = (await world.get(f"{COMPLAINTS}/exchange", "supervisor")).json()["items"]
    assert len(found) == 1
    row = found[0]
    assert row["days_overdue"] > 10
    assert row | {"days_overdue": 0} == {
        "title": "未一次性告知", "complainant": "王**", "about_unit": row["unit_name"],
        "about_person": "张某",
        "content": SAYS, "source": "portal", "lodged_on": lodged_on, "unit_code": DEPARTMENT,
        "unit_name": row["unit_name"], "handler": None, "handled_on": lodged_on, "feedback": None,
        "fed_back_on": None, "promised_days": 15, "extension_days": 15, "extension_reason": "涉及多个部门",
        "days_overdue": 0, "division_code": "320681",
    }  # fmt: skip
    assert row["unit_name"]
    await complaint.do("investigate", ("department", 2))
    await complaint.do("report", ("department", 2), text="属实", evidence=await department_evidence(world))
    await complaint.decided()
    await complaint.fed_back()
    row = (await world.get(f"{COMPLAINTS}/exchange", "auditor")).json()["items"][0]
    assert (row["feedback"], row["fed_back_on"]) == ("您反映的情况属实，已责令整改", world.today())
    assert (await complaint.read())["handled_in_time"] is False
    fresh = await complained(world)
    row = (await world.get(f"{COMPLAINTS}/exchange?limit=1", "supervisor")).json()["items"][0]
    assert (row["days_overdue"], row["promised_days"], fresh.id != complaint.id) == (0, None, True)


async def department_evidence(world: World) -> list[str]:
    project = await world.project()
    await world.walk(project, "planned")
    return [await world.file(project_id=project["id"])]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("state=lodged", 2), ("state=accepted&state=lodged", 3), ("ground=delay", 1), ("area=320681", 3),
        ("area=320682", 0), ("investigator=person:officer-2", 0), ("lodged_from=2026-03-03", 0),
        ("lodged_to=2026-03-02", 3),
    ],
)  # fmt: skip
async def test_the_list_is_filtered_scoped_and_paged(world: World, query: str, number: int) -> None:
    made = [await complained(world), await complained(world), await complained(world, ground="delay")]
    await made[0].to("accepted")
    assert len((await world.get(f"{COMPLAINTS}?{query}", "supervisor")).json()["items"]) == number
    first = (await world.get(f"{COMPLAINTS}?limit=2", "officer")).json()
    rest = (await world.get(f"{COMPLAINTS}?limit=2&cursor={first['next_cursor']}", "officer")).json()
    ids = [each["id"] for each in (*first["items"], *rest["items"])]
    assert sorted(ids) == sorted(each.id for each in made)
    elsewhere = await world.client.get(COMPLAINTS, headers=world.headers("officer", key="rugao"))
    assert elsewhere.json()["items"] == []


async def test_a_stale_version_is_refused(world: World) -> None:
    complaint = await complained(world)
    facts = {"handling_class": "opinion", "grade": "on_the_spot", "headers": {"If-Match": '"9"'}}
    assert (await complaint.refused("accept", ("officer", 1), **facts))[:2] == (412, "VersionIsStale")


async def test_whoever_is_complained_about_reads_nothing_of_it_and_cannot_accept_it(world: World) -> None:
    complaint = await complained(world, about_name="张某")
    facts = {"handling_class": "on_site", "grade": "ordinary"}
    himself = await world.operator("officer-3")
    refused = await complaint.refused("accept", ("officer", 3), **facts, about_id=himself)
    assert refused[:2] == (403, "PersonIsExcluded")
    await complaint.do("accept", ("officer", 1), **facts)
    assert (await complaint.read("officer", 3))["content"]["text"] == SAYS
    unnamed = await complaint.refused("name_accused", ("supervisor", 1), about_id=himself)
    assert unnamed == (422, "HandlingIncomplete", ["/textmissing"])
    named = {"about_id": himself, "text": "经核对排班表"}
    assert (await complaint.refused("name_accused", ("officer", 1), **named))[1] == "NotYoursToHandle"
    await complaint.do("name_accused", ("supervisor", 1), **named)
    assert (await complaint.refused("investigate", ("officer", 3)))[:2] == (403, "PersonIsExcluded")
    await complaint.to("investigated")
    words = (SAYS, "未一次性告知", "张某", "经查属实")
    paths = (complaint.path, f"{complaint.path}/steps?limit=50", COMPLAINTS)
    nobody = world.headers("officer")
    del nobody["Operator-Id"]
    for path in paths:
        for headers in (world.headers("officer", 3), nobody):
            seen = (await world.client.get(path, headers=headers)).text
            assert not any(word in seen for word in words), path
    told = "".join([(await world.get(path)).text for path in paths])
    assert all(word in told for word in words)


async def test_the_exchange_shows_the_supervisor_complained_about_no_words(world: World) -> None:
    complaint = await complained(world)
    about = await world.operator("supervisor-3")
    await complaint.do("accept", ("officer", 1), handling_class="on_site", grade="ordinary", about_id=about)
    seen = {}
    for number in (1, 3):
        headers = world.headers("supervisor", number)
        row = (await world.client.get(f"{COMPLAINTS}/exchange", headers=headers)).json()["items"][0]
        seen[number] = (row["title"], row["content"], row["complainant"])
    assert seen == {1: ("未一次性告知", SAYS, "王**"), 3: (None, None, None)}


async def test_when_the_investigator_leaves_another_begins_anew_and_the_first_does_not_decide(
    world: World,
) -> None:
    complaint = await complained(world)
    await complaint.do("accept", ("officer", 1), handling_class="on_site", grade="complex")
    await complaint.do("investigate", ("supervisor", 3))
    await complaint.do("report", ("supervisor", 3), text="未查实", evidence=await complaint.evidence())
    for operator, code in (
        ("supervisor-3", "person_concerned"), ("agent-1", "unsuitable_operator"),
        ("department-1", "unsuitable_operator"),
    ):  # fmt: skip
        facts = {"handler_id": await world.operator(operator), "text": "离岗"}
        refused = await complaint.refused("reassign", SUPERVISOR, **facts)
        assert refused == (422, "HandlerNotSuitable", [f"/handler_id{code}"]), operator
    facts = {"handler_id": await world.operator("officer-2"), "text": "原调查人离岗"}
    again = await complaint.do("reassign", SUPERVISOR, **facts)
    assert (again["state"], again["investigator"]) == ("investigating", "person:officer-2")
    mine = await world.get(f"{COMPLAINTS}?investigator=person:officer-2")
    assert [each["id"] for each in mine.json()["items"]] == [complaint.id]
    await complaint.investigated()
    decide = {"decision": "upheld", "text": "属实"}
    assert (await complaint.refused("decide", ("supervisor", 3), **decide))[:2] == (403, "PersonIsExcluded")
    await complaint.do("decide", SUPERVISOR, **decide)


async def test_a_complaint_about_a_person_lends_no_later_one_the_name_of_its_complainant(
    world: World,
) -> None:
    first = await complained(world)
    about = await world.operator("supervisor-3")
    await first.do("accept", ("officer", 1), handling_class="on_site", grade="ordinary", about_id=about)
    second = await complained(world, content="另外一件事情，与此无关。")
    assert (await second.read("supervisor", 3))["complainant"]["name"] == "王样本"
    assert (await second.read("supervisor", 3))["similar"] == []
    third = await complained(world, content="还有一件事情，同样没有告知。")
    assert [one["id"] for one in (await third.read())["similar"]] == [second.id]
