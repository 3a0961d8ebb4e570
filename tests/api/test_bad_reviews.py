"""/v1/bad-reviews: opened by an evaluation, handled by others than those concerned, heard by the rater."""

import json
from typing import Any

import pytest

from app.database import Database
from app.events.queries import events_after
from tests.builders import DEPARTMENT, OTHER_OWNER, QIDONG, World
from tests.evaluating import accepted, invited, night
from tests.handling import PATH, Handled, a_bad_review, the_only
from tests.items import Items

SUPERVISOR, AGENT = ("supervisor", 1), ("agent", 2)
GUARDS = (409, "HandlingGuardsNotMet")


async def receipt(world: World, code: str, action: str | None = None, **facts: Any) -> Any:
    body = {"receipt_code": code, "action": action, **facts}
    return await world.post(f"{PATH}/receipts", body, "officer", 3)


@pytest.mark.parametrize(
    ("level", "opens"), [("basically_satisfied", 0), ("dissatisfied", 1), ("very_dissatisfied", 1)]
)
async def test_only_an_evaluation_below_the_middle_opens_a_bad_review(
    world: World, level: str, opens: int
) -> None:
    await (await invited(world)).rate("named", level=level)
    assert len((await world.get(PATH, "supervisor")).json()["items"]) == opens


async def test_a_second_thought_opens_no_second_bad_review_but_the_first_one_if_there_is_none(
    world: World,
) -> None:
    project_id, event_id = await accepted(world)
    body = {"project_id": project_id, "mode": "named", "occurrence": event_id, "channel": "pc"}
    for level, which in (("satisfied", "first"), ("dissatisfied", "follow_on")):
        given = await world.post("/v1/evaluations", body | {"level": level, "round": which}, "portal")
        assert given.status_code == 201, given.text
    await the_only(world)
    project_id, event_id = await accepted(world)
    body = {"project_id": project_id, "mode": "named", "occurrence": event_id, "channel": "pc"}
    for level, which in (("dissatisfied", "first"), ("very_dissatisfied", "follow_on")):
        given = await world.post("/v1/evaluations", body | {"level": level, "round": which}, "portal")
        assert given.status_code == 201, given.text
    assert len((await world.get(PATH, "supervisor")).json()["items"]) == 2


async def test_each_state_has_its_limit_with_its_sum(world: World) -> None:
    review, _ = await a_bad_review(world)
    assert (await review.read())["clock"]["limit"] == "precheck"
    await review.to("assigned")
    read = await review.read()
    clocks = {c["limit"]: c for c in read["clocks"]}
    assert set(clocks) == {"precheck", "assignment", "contact", "reply"}
    assert clocks["reply"]["duration"] == {"value": 2, "unit": "working_day"}
    assert (clocks["reply"]["due_on"], clocks["reply"]["light"]) == (world.today(2), "green")
    assert clocks["reply"]["basis"].startswith("系统默认")
    total = await world.get(clocks["reply"]["explained_by"], "officer")
    assert total.status_code == 200, total.text
    assert total.json()["due_on"] == clocks["reply"]["due_on"]
    world.clock.advance(days=3)
    assert (await review.read())["clocks"][3]["light"] == "red"


async def test_the_reviewed_office_may_appeal_once_and_never_rules_its_own_review_invalid(
    world: World,
) -> None:
    review, _ = await a_bad_review(world)
    await review.to("verified")
    proof = await review.evidence()
    for role in ("agent", "officer", "coordinator"):
        facts = {"ground": "mistaken", "text": "误评", "evidence": proof}
        assert (await review.refused("rule_invalid", (role, 1), **facts))[1] == "NotFromThisState"
    appealed = await review.do("appeal", ("agent", 1), text="与本办件无关", evidence=proof)
    assert appealed["state"] == "in_appeal"
    for role in ("agent", "officer", "coordinator"):
        facts = {"ground": "mistaken", "text": "误评", "evidence": proof}
        assert (await review.refused("rule_invalid", (role, 1), **facts))[1] == "NotYoursToHandle"
    pause = next(c for c in appealed["clocks"] if c["limit"] == "reply")
    assert (pause["light"], pause["due_on"]) == ("paused", None)
    back = await review.do("dismiss_appeal", SUPERVISOR, text="情况属实")
    assert (back["state"], back["finding"]) == ("assigned", None)
    again = await review.refused("appeal", ("agent", 1), text="再次申诉", evidence=proof)
    assert again == (*GUARDS, ["appealed_before"])


async def test_an_independent_person_rules_a_review_invalid_with_ground_and_evidence(world: World) -> None:
    review, _ = await a_bad_review(world)
    missing = await review.refused("rule_invalid", SUPERVISOR)
    assert missing == (422, "HandlingIncomplete", ["/groundmissing", "/textmissing", "/evidencemissing"])
    facts = {"ground": "malicious", "text": "经核查系恶意", "evidence": await review.evidence()}
    ended = await review.do("rule_invalid", SUPERVISOR, **facts)
    assert (ended["state"], ended["ground"], ended["clock"]) == ("invalid", "malicious", None)
    assert ended["allowed_actions"] == []


async def test_duties_are_separated_by_person(world: World) -> None:
    review, _ = await a_bad_review(world)
    await review.to("prechecked")
    await review.do("assign", SUPERVISOR, handler_id=await world.operator("supervisor-2"))
    facts = {"finding": "substantiated", "text": "属实"}
    assert (await review.refused("verify", ("supervisor", 2), **facts))[:2] == (403, "PersonIsExcluded")
    await review.do("verify", ("supervisor", 3), **facts)
    rectified = {"root_cause": "skill", "text": "培训", "evidence": await review.evidence()}
    assert (await review.refused("rectify", AGENT, **rectified))[:2] == (403, "OtherPersonAssigned")
    await review.do("rectify", ("supervisor", 2), **rectified)
    await review.do("reply", ("supervisor", 2), text="已培训")
    call = {"channel": "phone", "is_reached": True, "level": "satisfied"}
    assert (await review.refused("follow_up", ("supervisor", 2), **call))[:2] == (403, "PersonIsExcluded")
    assert (await review.refused("close", ("supervisor", 2)))[:2] == (403, "PersonIsExcluded")


async def test_the_person_reviewed_handles_nothing_of_his_own_review(world: World) -> None:
    project = await world.project()
    await world.walk(project, "in_service")
    steps = (await world.get(f"/v1/projects/{project['id']}/stage-transitions")).json()["items"]
    event_id = next(s["event_id"] for s in steps if s["move"] == "start_service")
    body = {"project_id": project["id"], "mode": "named", "occurrence": event_id, "channel": "pc"}
    given = await world.post("/v1/evaluations", body | {"level": "dissatisfied"}, "portal")
    assert given.status_code == 201, given.text
    review = Handled(world, await the_only(world))
    await review.to("prechecked")
    reviewed = given.json()["handler"].removeprefix("person:")
    refusal = await review.refused("assign", SUPERVISOR, handler_id=await world.operator(reviewed))
    assert refusal == (422, "HandlerNotSuitable", ["/handler_idperson_concerned"])
    absent = await review.refused("assign", SUPERVISOR, handler_id=project["id"])
    assert absent == (422, "HandlerNotSuitable", ["/handler_idunsuitable_operator"])


async def test_a_named_rater_is_called_back_without_exception(world: World) -> None:
    review, _ = await a_bad_review(world)
    await review.to("replied")
    assert await review.refused("close", SUPERVISOR) == (*GUARDS, ["call_back_first"])
    missed = await review.do("follow_up", ("officer", 2), channel="phone", is_reached=False)
    assert missed["state"] == "replied"
    world.clock.advance(days=60)
    assert await review.refused("close", SUPERVISOR) == (*GUARDS, ["call_back_first"])
    unsaid = await review.refused("follow_up", ("officer", 2), channel="phone", is_reached=True)
    assert unsaid == (422, "HandlingIncomplete", ["/levelmissing"])
    closed = await review.to("closed")
    assert (closed["state"], closed["call_back_level"], closed["replied_in_time"]) == (
        "closed",
        "satisfied",
        True,
    )


async def test_the_owner_reopens_once_and_then_confirms(world: World) -> None:
    review, _ = await a_bad_review(world)
    await review.to("closed")
    stranger = {"headers": {"owner": OTHER_OWNER}, "text": "不满意"}
    assert (await review.refused("reopen", ("portal", 1), **stranger))[:2] == (404, "BadReviewNotFound")
    again = await review.do("reopen", ("portal", 1), text="问题依旧")
    assert (again["state"], again["handler"], again["has_been_reopened"]) == ("prechecked", None, True)
    await review.to("replied")
    assert await review.refused("reopen", ("portal", 1), text="还是不满意") == (*GUARDS, ["reopened_before"])
    assert (await review.do("confirm", ("portal", 1)))["is_confirmed"]
    assert await review.refused("confirm", ("portal", 1)) == (*GUARDS, ["confirmed_before"])
    assert (await review.read())["replied_in_time"] is True


async def test_what_the_rater_reopened_counts_as_put_right_only_once_it_is_again(world: World) -> None:
    async def figures() -> list[str]:
        codes = "&".join(f"figure=bad_review_{code}_rate" for code in ("rectification", "reply", "call_back"))
        day = world.today()
        found = await world.get(f"/v1/statistics/figures?from={day}&to={day}&{codes}", "supervisor")
        return [figure["value"] for figure in found.json()["groups"][0]["figures"]]

    review, _ = await a_bad_review(world)
    await review.to("closed")
    assert await figures() == ["100.00"] * 3
    again = await review.do("reopen", ("portal", 1), text="问题依旧")
    assert (again["root_cause"], again["call_back_level"]) == (None, None)
    assert await figures() == ["0.00"] * 3
    await review.to("closed")
    assert await figures() == ["100.00"] * 3


async def test_a_complex_one_is_extended_once_while_its_time_runs(world: World) -> None:
    review, _ = await a_bad_review(world)
    await review.do("precheck", SUPERVISOR, grade="complex")
    await review.to("assigned")
    extended = await review.do("extend", SUPERVISOR, text="涉及多个部门")
    reply = next(c for c in extended["clocks"] if c["limit"] == "reply")
    assert reply["duration"]["value"] == 15
    assert await review.refused("extend", SUPERVISOR, text="再延") == (*GUARDS, ["extended_before"])


async def test_what_an_act_does_not_ask_for_and_a_state_that_is_past_are_refused(world: World) -> None:
    review, _ = await a_bad_review(world)
    refusal = await review.refused("precheck", SUPERVISOR, grade="simple", root_cause="delay")
    assert refusal == (422, "HandlingIncomplete", ["/root_causenot_asked_for"])
    stale = await review.refused("precheck", SUPERVISOR, from_state="closed", grade="simple")
    assert stale[:2] == (409, "HandlingStateHasChanged")
    old = {"headers": {"If-Match": '"7"'}, "grade": "simple"}
    assert (await review.refused("precheck", SUPERVISOR, **old))[:2] == (412, "VersionIsStale")
    unknown = {"finding": "substantiated", "text": "属实", "evidence": [review.id]}
    await review.to("assigned")
    assert (await review.refused("verify", ("supervisor", 2), **unknown))[1] == "EvidenceNotFound"


async def test_allowed_actions_say_what_doing_it_says(world: World) -> None:
    review, _ = await a_bad_review(world)
    for state in ("received", "assigned", "verified", "replied", "followed_up"):
        await review.to(state)
        for role, number in (("supervisor", 1), ("agent", 2), ("officer", 2), ("portal", 1)):
            read = await review.read(role, number)
            for allowed in read["allowed_actions"]:
                told = await review.ask(allowed["action"], (role, number), from_state="x")
                assert told.json()["code"] == "HandlingStateHasChanged"
                if not allowed["enabled"] and allowed["reasons"][0]["code"][0].isupper():
                    done = await review.ask(allowed["action"], (role, number))
                    assert done.json()["code"] == allowed["reasons"][0]["code"]


async def a_department_reviewed(world: World) -> tuple[Handled, str]:
    """A bad review of how a department decided an item, with its project."""
    project = await world.project()
    await world.walk(project, "in_service")
    items = Items(world, project["id"])
    case = await items.open()
    await items.accept(case)
    await items.act(case, "passed")
    found = await world.get(f"/v1/evaluation-occurrences?project={project['id']}")
    event_id = next(o["occurrence"] for o in found.json()["items"] if o["kind"] == "item_decided")
    body = {"project_id": project["id"], "mode": "named", "occurrence": event_id, "channel": "pc"}
    given = await world.post("/v1/evaluations", body | {"level": "dissatisfied"}, "portal")
    assert given.status_code == 201, given.text
    return Handled(world, await the_only(world)), project["id"]


async def test_the_department_reviewed_sees_and_appeals_and_other_departments_do_not_see(
    world: World,
) -> None:
    review, project = await a_department_reviewed(world)
    assert (await review.read("department"))["department_code"] == DEPARTMENT
    await review.to("verified")
    proof = [await world.file(project_id=project)]
    refused = await review.refused("appeal", ("agent", 1), text="无关", evidence=proof)
    assert refused[1] == "NotYoursToHandle"
    await review.do("appeal", ("department", 1), text="与本部门无关", evidence=proof)


async def test_a_department_handles_reviews_of_itself_and_is_charged_with_no_other(world: World) -> None:
    of_agency, _ = await a_bad_review(world)
    await of_agency.prechecked()
    clerk = {"handler_id": await world.operator("department-1")}
    unsuitable = (422, "HandlerNotSuitable", ["/handler_idunsuitable_operator"])
    assert await of_agency.refused("assign", SUPERVISOR, **clerk) == unsuitable
    assert (await of_agency.read())["department_code"] is None
    await of_agency.assigned()
    assert await of_agency.refused("reassign", SUPERVISOR, text="转部门", **clerk) == unsuitable


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
async def test_no_answer_and_no_event_about_a_hidden_one_tells_project_owner_or_person(
    world: World, database: Database, mode: str
) -> None:
    projects = []
    codes = []
    for _ in range(5 if mode == "anonymous" else 1):
        rater = await invited(world)
        projects.append(rater.project)
        codes.append(await rater.rate(mode, level="dissatisfied", text="等了很久"))
    world.clock.advance(days=40)
    before = (await database.reader.all(events_after(0, 500)))[-1].sequence
    await night(world, database)
    listed = (await world.get(PATH, "supervisor")).json()["items"]
    assert len(listed) == len(codes)
    review = Handled(world, listed[0]["id"])
    await review.to("replied")
    assert await review.refused("follow_up", ("officer", 2), channel="phone", is_reached=True) == (
        *GUARDS,
        ["not_named"],
    )
    heard = [await receipt(world, code) for code in codes]
    mine = next(c for c, h in zip(codes, heard, strict=True) if h.json()["state"] == "replied")
    reopened = await receipt(world, mine, "reopen", text="没有改进")
    assert reopened.json()["state"] == "prechecked", reopened.text
    await review.to("replied")
    assert await review.refused("close", SUPERVISOR) == (*GUARDS, ["rater_first"])
    assert (await receipt(world, mine, "confirm")).json()["may_confirm"] is False
    await review.do("close", SUPERVISOR)
    seen = [
        json.dumps(await review.read(role), ensure_ascii=False) for role in ("officer", "agent", "auditor")
    ]
    seen.append((await world.get(f"{review.path}/steps", "officer")).text)
    events = await database.reader.all(events_after(before, 500))
    seen += [event.body for event in events if event.type == "bad_review.acted"]
    assert len(seen) > 8
    for secret in (*projects, "91320681MA0000001F", "officer-3", *codes):
        assert not any(secret in text for text in seen), secret
    if mode == "confidential":
        assert "没有改进" not in (await world.get(f"{review.path}/steps", "agent")).text
        assert "没有改进" in (await world.get(f"{review.path}/steps", "supervisor")).text
        assert (await review.read("agent"))["text"]["text"] is None
    by_rater = [json.loads(e.body)["actor"] for e in events if '"rater"' in e.body]
    assert by_rater
    assert all(a["operator_id"] is None and a["acting_for"] is None for a in by_rater)


async def test_who_has_no_receipt_learns_nothing(world: World) -> None:
    _, code = await a_bad_review(world)
    looked = await receipt(world, code)
    assert looked.json() | {"state_label": ""} == {
        "state": "received", "state_label": "", "reply": None, "may_confirm": False, "may_reopen": False,
    }  # fmt: skip
    wrong = await receipt(world, "A" * 20)
    assert (wrong.status_code, wrong.json()["code"]) == (404, "ReceiptHasNoBadReview")
    assert (await receipt(world, "short")).json()["code"] == "ReceiptMalformed"
    assert (await receipt(world, code, "confirm")).json()["code"] == "NotFromThisState"


async def test_the_receipt_of_a_named_one_shows_the_reply_and_takes_its_word(world: World) -> None:
    review, code = await a_bad_review(world)
    await review.to("replied")
    heard = (await receipt(world, code)).json()
    assert (heard["reply"]["text"], heard["may_confirm"], heard["may_reopen"]) == (
        "已增开窗口，向您致歉",
        True,
        True,
    )
    assert (await receipt(world, code, "reopen")).json()["code"] == "HandlingIncomplete"
    assert (await receipt(world, code, "confirm")).status_code == 200
    steps = (await world.get(f"{review.path}/steps?limit=50", "officer")).json()["items"]
    assert (steps[-1]["action"], steps[-1]["role"], steps[-1]["person"]) == ("confirm", "rater", None)


async def test_the_list_is_filtered_scoped_and_paged(world: World) -> None:
    made = []
    for _ in range(3):
        await (await invited(world)).rate("named", level="dissatisfied")
    found = (await world.get(f"{PATH}?limit=2", "supervisor")).json()
    made = [each["id"] for each in found["items"]]
    more = (await world.get(f"{PATH}?limit=2&cursor={found['next_cursor']}", "supervisor")).json()
    made += [each["id"] for each in more["items"]]
    assert (len(set(made)), more["next_cursor"]) == (3, None)
    await Handled(world, made[0]).to("assigned")
    for query, number in (
        ("state=assigned", 1), ("state=received&state=assigned", 3), ("handler=person:agent-2", 1),
        (f"area={QIDONG}", 3), ("area=320682", 0), (f"project={found['items'][0]['project_id']}", 1),
    ):  # fmt: skip
        assert len((await world.get(f"{PATH}?{query}", "supervisor")).json()["items"]) == number, query
    other = await world.client.get(PATH, headers=world.headers("officer", key="rugao"))
    assert other.json()["items"] == []
    assert (await world.get(PATH, "department")).json()["items"] == []


async def one_person(world: World, operator: str, **facts: str) -> None:
    """Change who a person is, or where he works, as an administrator may."""
    path = f"/v1/operators/{await world.operator(operator)}"
    headers = world.headers("admin") | {"If-Match": '"1"'}
    changed = await world.client.patch(path, json=facts, headers=headers)
    assert changed.status_code == 200, changed.text


async def test_when_the_handler_leaves_another_goes_on_and_neither_judges_what_he_did(world: World) -> None:
    review, _ = await a_bad_review(world)
    await review.to("prechecked")
    await review.do("assign", SUPERVISOR, handler_id=await world.operator("supervisor-3"))
    await review.verified()
    verifier = {"handler_id": await world.operator("supervisor-2"), "text": "离岗"}
    assert (await review.refused("reassign", SUPERVISOR, **verifier)) == (
        422, "HandlerNotSuitable", ["/handler_idperson_concerned"],
    )  # fmt: skip
    other = {"handler_id": await world.operator("agent-2"), "text": "原处置人离岗"}
    assert (await review.do("reassign", SUPERVISOR, **other))["handler"] == "person:agent-2"
    await review.to("replied")
    call = {"channel": "phone", "is_reached": True, "level": "satisfied"}
    assert (await review.refused("follow_up", ("supervisor", 3), **call))[:2] == (403, "PersonIsExcluded")
    await review.followed_up()
    assert (await review.refused("close", ("supervisor", 3)))[:2] == (403, "PersonIsExcluded")
    await review.do("reopen", ("portal", 1), text="问题依旧")
    await review.to("assigned")
    finding = {"finding": "substantiated", "text": "属实"}
    assert (await review.refused("verify", ("supervisor", 3), **finding))[:2] == (403, "PersonIsExcluded")
    await review.verified()


async def test_one_human_being_with_two_codes_is_one_person(world: World) -> None:
    review, _ = await a_bad_review(world)
    await review.to("assigned")
    await one_person(world, "supervisor-3", person_key="person:agent-2")
    facts = {"finding": "substantiated", "text": "属实"}
    assert (await review.refused("verify", ("supervisor", 3), **facts))[:2] == (403, "PersonIsExcluded")
    await review.to("replied")
    call = {"channel": "phone", "is_reached": True, "level": "satisfied"}
    assert (await review.refused("follow_up", ("supervisor", 3), **call))[:2] == (403, "PersonIsExcluded")


async def test_nobody_of_the_department_reviewed_rules_on_it_as_supervisor(world: World) -> None:
    review, project = await a_department_reviewed(world)
    await one_person(world, "supervisor-3", department_code=DEPARTMENT)
    facts = {"ground": "mistaken", "text": "误评", "evidence": await review.evidence()}
    assert (await review.refused("rule_invalid", ("supervisor", 3), **facts))[:2] == (403, "PersonIsExcluded")
    await review.to("assigned")
    finding = {"finding": "no_legal_basis", "text": "诉求无依据"}
    assert (await review.refused("verify", ("supervisor", 3), **finding))[:2] == (403, "PersonIsExcluded")
    proof = [await world.file(project_id=project)]
    await review.do("appeal", ("department", 1), text="与本部门无关", evidence=proof)
    dismiss = await review.refused("dismiss_appeal", ("supervisor", 3), text="驳回")
    assert dismiss[:2] == (403, "PersonIsExcluded")
    await review.do("dismiss_appeal", SUPERVISOR, text="情况属实")


async def test_the_timeline_says_that_a_bad_review_is_handled_and_not_what_was_said(world: World) -> None:
    review, project = await a_department_reviewed(world)
    await review.to("verified")
    for role in ("officer", "agent", "department", "portal"):
        seen = await world.get(f"/v1/projects/{project}/timeline?limit=200", role)
        assert seen.text.count('"bad_review.acted"') == 3, role
        assert "等候过久属实" not in seen.text


async def test_a_department_hears_in_feed_and_timeline_of_its_own_reviews_only(world: World) -> None:
    about_department, project = await a_department_reviewed(world)
    steps = (await world.get(f"/v1/projects/{project}/stage-transitions")).json()["items"]
    event_id = next(s["event_id"] for s in steps if s["move"] == "start_service")
    body = {"project_id": project, "mode": "named", "occurrence": event_id, "channel": "pc"}
    given = await world.post("/v1/evaluations", body | {"level": "dissatisfied"}, "portal")
    assert given.status_code == 201, given.text
    listed = (await world.get(PATH, "supervisor")).json()["items"]
    about_agency = next(Handled(world, each["id"]) for each in listed if each["id"] != about_department.id)
    for review in (about_department, about_agency):
        await review.to("prechecked")
    for path in (f"/v1/projects/{project}/timeline?limit=200", "/v1/events?type=bad_review.acted&limit=500"):
        for role, sees in (("agent", 2), ("department", 1)):
            found = (await world.get(path, role)).json()["items"]
            acts = [each for each in found if each["type"] == "bad_review.acted"]
            assert len(acts) == sees, (path, role)
            told = json.dumps(acts)
            assert (about_department.id in told, about_agency.id in told) == (True, sees == 2), (path, role)
