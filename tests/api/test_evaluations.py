"""/v1/evaluations: the owner's own word on a service rendered, once and once more."""

from typing import Any

from app.database import Database
from tests.arranging import arrange
from tests.builders import OTHER_OWNER, OWNER, QIDONG, RUGAO, World

PATH = "/v1/evaluations"


async def an_accepted_project(world: World, **facts: Any) -> tuple[dict[str, Any], str]:
    """A project whose application was accepted; and the event of the acceptance."""
    project = await world.project(**{"owner_uscc": OWNER, **facts})
    key = "rugao" if facts.get("area_code") == RUGAO else None
    path = f"/v1/projects/{project['id']}/stage-transitions"
    inputs = {"service_mode": "agency", "scope_stages": ["1"], "consent": True}
    body: dict[str, Any] = {"move": "apply", "from_stage": "lead", "inputs": inputs}
    assert (await world.post(path, body, key=key)).status_code == 201
    body = {"move": "accept", "from_stage": "applied"}
    accepted = await world.post(path, body, key=key)
    assert accepted.status_code == 201, accepted.text
    return project, accepted.json()["event_id"]


def an_evaluation(project: dict[str, Any], event_id: str, **facts: Any) -> dict[str, Any]:
    usual = {
        "project_id": project["id"],
        "mode": "named",
        "occurrence": event_id,
        "level": "satisfied",
        "channel": "mobile",
    }
    return usual | facts


async def evaluated(world: World, *args: Any, **facts: Any) -> dict[str, Any]:
    response = await world.post(PATH, an_evaluation(*args, **facts), "portal")
    assert response.status_code == 201, response.text
    return dict(response.json())


async def refusal(
    world: World, body: dict[str, Any], role: str = "portal", **headers: str
) -> tuple[int, str]:
    response = await world.post(PATH, body, role, **headers)
    return response.status_code, response.json()["code"]


async def test_the_owner_evaluates_the_service_of_a_step(world: World) -> None:
    project, event_id = await an_accepted_project(world)
    given = await evaluated(
        world, project, event_id, dimensions={"service_attitude": "very_satisfied"}, text="办得快"
    )
    assert (given["level"], given["round"], given["subject"]) == ("satisfied", "first", "accept")
    assert (given["rater"], given["month"]) == (f"owner:{OWNER}", "2026-03")
    assert given["text"]["text"] is None
    read = (await world.get(f"{PATH}/{given['id']}")).json()
    assert read["text"]["text"] == "办得快"
    assert read["dimensions"] == {"service_attitude": "very_satisfied"}


async def test_a_service_has_one_first_and_one_follow_on_evaluation(world: World) -> None:
    project, event_id = await an_accepted_project(world)
    follow_on = an_evaluation(project, event_id, round="follow_on", level="dissatisfied")
    assert await refusal(world, follow_on) == (409, "NothingToFollow")
    first = await evaluated(world, project, event_id)
    assert await refusal(world, an_evaluation(project, event_id, level="dissatisfied")) == (
        409,
        "EvaluationExists",
    )
    assert (await world.post(PATH, follow_on, "portal")).status_code == 201
    assert await refusal(world, follow_on) == (409, "EvaluationExists")
    assert (await world.get(f"{PATH}/{first['id']}")).json()["level"] == "satisfied"


async def test_staff_never_evaluate(world: World) -> None:
    project, event_id = await an_accepted_project(world)
    body = an_evaluation(project, event_id)
    for role in ("officer", "agent", "coordinator", "supervisor", "admin"):
        assert await refusal(world, body, role) == (403, "RoleMayNot")


async def test_a_registered_operator_does_not_evaluate_through_a_portal(
    world: World, database: Database
) -> None:
    from app.demo.founding import make_operator, system_actor  # noqa: PLC0415 - only this test needs a portal's

    project, event_id = await an_accepted_project(world)
    async with database.write() as session:
        await make_operator(
            session,
            system_actor(world.clock(), QIDONG),
            realm="nantong",
            code="clerk",
            name="柜员",
            roles=["portal"],
            area_code=QIDONG,
        )
    response = await world.client.post(
        PATH,
        json=an_evaluation(project, event_id),
        headers=world.headers("portal") | {"Operator-Id": "clerk"},
    )
    assert (response.status_code, response.json()["code"]) == (403, "StaffMayNotEvaluate")


async def test_only_the_owner_of_the_project_evaluates(world: World) -> None:
    project, event_id = await an_accepted_project(world)
    body = an_evaluation(project, event_id)
    assert await refusal(world, body, owner=OTHER_OWNER) == (404, "ProjectNotFound")


async def test_only_a_step_that_invites_it_can_be_evaluated(world: World) -> None:
    project, event_id = await an_accepted_project(world)
    other, _ = await an_accepted_project(world)
    steps = (await world.get(f"/v1/projects/{project['id']}/stage-transitions")).json()["items"]
    applied = next(step["event_id"] for step in steps if step["move"] == "apply")
    for body in (
        an_evaluation(project, applied),
        an_evaluation(other, event_id),
        an_evaluation(project, project["id"]),
    ):
        assert await refusal(world, body) == (422, "NotEvaluable")


async def test_levels_are_named_and_other_modes_not_offered_yet(world: World) -> None:
    project, event_id = await an_accepted_project(world)
    wrong = an_evaluation(
        project,
        event_id,
        mode="anonymous",
        level=5,
        dimensions={"service_attitude": "5"},
        channel="fax",
        round="third",
    )
    response = await world.post(PATH, wrong, "portal", **{"Accept-Language": "en"})
    assert response.status_code == 422
    told = {fault["pointer"]: fault["detail"] for fault in response.json()["errors"]}
    assert set(told) == {"/mode", "/level", "/dimensions/service_attitude", "/channel", "/round"}
    assert "'named'" in told["/mode"]
    mixed = an_evaluation(
        project, event_id, dimensions={"service_attitude": "satisfied", "convenience": "satisfied"}
    )
    assert await refusal(world, mixed) == (422, "DimensionsMixed")


async def test_the_list_is_filtered_scoped_and_paged(world: World, database: Database) -> None:
    given = []
    for level in ("satisfied", "dissatisfied", "satisfied"):
        project, event_id = await an_accepted_project(world)
        world.clock.advance(seconds=1)
        given.append(await evaluated(world, project, event_id, level=level))
    await evaluated(world, project, event_id, round="follow_on")
    rugao = await an_accepted_project(world, area_code=QIDONG, owner_uscc=OTHER_OWNER)
    await arrange(database, world.clock(), rugao[0]["id"], {"area_code": RUGAO})
    other = await world.post(PATH, an_evaluation(*rugao), "portal", owner=OTHER_OWNER)
    assert other.status_code == 201, other.text

    async def ids(query: str, role: str = "officer", **headers: str) -> list[str]:
        response = await world.client.get(f"{PATH}?{query}", headers=world.headers(role, **headers))
        assert response.status_code == 200, response.text
        return [e["id"] for e in response.json()["items"]]

    assert await ids("level=dissatisfied") == [given[1]["id"]]
    assert await ids("level=satisfied&level=very_satisfied&round=first") == [given[2]["id"], given[0]["id"]]
    assert len(await ids(f"project={project['id']}")) == 2
    assert await ids(f"area={RUGAO}") == []
    assert await ids(f"area={RUGAO}", "admin") == [other.json()["id"]]
    assert await ids("", "portal", owner=OTHER_OWNER) == [other.json()["id"]]
    first = (await world.get(f"{PATH}?round=first&limit=2")).json()
    rest = await ids(f"round=first&limit=2&cursor={first['next_cursor']}")
    assert [e["id"] for e in first["items"]] + rest == [e["id"] for e in reversed(given)]
    foreign = await world.get(f"{PATH}/{other.json()['id']}")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "EvaluationNotFound")
    refused = await world.get(f"{PATH}?cursor=WyJ4Il0")
    assert (refused.status_code, refused.json()["code"]) == (422, "CursorInvalid")


async def test_a_level_may_be_a_number_when_its_code_system_is_named(world: World) -> None:
    for system, number in (("national_2019", 4), ("gbt39046_2020", 2)):
        project, event_id = await an_accepted_project(world)
        given = await evaluated(world, project, event_id, level={"number": number, "code_system": system})
        assert given["level"] == "satisfied"
    project, event_id = await an_accepted_project(world)
    for wrong in (
        4, "4", True, [], {}, {"number": 4}, {"number": 6, "code_system": "national_2019"},
        {"number": True, "code_system": "national_2019"}, {"number": "4", "code_system": "national_2019"},
        {"number": 4, "code_system": "other"}, {"number": 4, "code_system": ["national_2019"]},
        {"number": 4, "code_system": "national_2019", "more": 1},
    ):  # fmt: skip
        response = await world.post(PATH, an_evaluation(project, event_id, level=wrong), "portal")
        assert response.status_code == 422, wrong
        (fault,) = response.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/level", "LevelMalformed"), wrong
