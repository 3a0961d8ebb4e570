"""/v1/projects/{id}/milestones and their confirmation."""

from typing import Any

import httpx
import pytest

from tests.builders import World

NOBODYS = "01990000-0000-7000-8000-000000000000"


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def report(
    world: World, path: str, kind: str, day: str, role: str = "agent", number: int = 1
) -> httpx.Response:
    body = {"kind": kind, "reached_on": day, "evidence": [await world.file(role)]}
    return await world.post(f"{path}/milestones", body, role, number)


async def confirm(
    world: World, path: str, milestone_id: str, role: str = "officer", number: int = 1
) -> httpx.Response:
    return await world.post(f"{path}/milestones/{milestone_id}/confirmation", {}, role, number)


async def in_service(world: World, *scope: str) -> str:
    return f"/v1/projects/{(await world.walk(await world.project(), 'in_service', scope=scope))['id']}"


async def unmet(world: World, path: str) -> list[str]:
    actions = (await world.get(path, "agent")).json()["allowed_actions"]
    complete: dict[str, Any] = next(a for a in actions if a["action"] == "complete")
    return [r["code"] for r in complete["reasons"]]


async def test_a_confirmed_start_becomes_the_projects_and_starts_the_clock_of_completion(
    world: World,
) -> None:
    path = await in_service(world, "3")
    started = (await report(world, path, "start", "2026-03-01")).json()
    before = (await world.get(path)).json()
    assert (before["actual_start_on"], before["deadline"]) == (None, None)
    confirmed = await confirm(world, path, started["id"])
    assert (confirmed.status_code, confirmed.json()["confirmed_by"]) == (201, "person:officer-1")
    now = (await world.get(path)).json()
    assert now["actual_start_on"] == "2026-03-01"
    assert (now["deadline"]["action"], now["deadline"]["due_on"]) == ("complete", "2026-03-04")
    assert now["version"] == before["version"] + 1


@pytest.mark.parametrize(
    ("scope", "needed"),
    [(("1",), []), (("3",), ["start"]), (("4",), ["completion"]), (("1", "3", "4"), ["start", "completion"])],
)
async def test_the_scope_says_which_milestones_are_needed(
    world: World, scope: tuple[str, ...], needed: list[str]
) -> None:
    path = await in_service(world, *scope)
    for kind in needed:
        assert "milestones_evidenced" in await unmet(world, path)
        milestone = (await report(world, path, kind, world.today())).json()
        await confirm(world, path, milestone["id"])
    assert "milestones_evidenced" not in await unmet(world, path)


async def test_a_wider_scope_asks_for_its_milestones_and_stops_the_clock_of_completion(world: World) -> None:
    walker = world.walker(await world.project(), "agency", ("3",))
    await walker.walk("in_service")
    await walker.milestone("start", world.today())
    assert (await world.get(walker.path)).json()["deadline"] is not None
    await walker.sign(scope_stages=["4"])
    assert "milestones_evidenced" in await unmet(world, walker.path)
    assert (await world.get(walker.path)).json()["deadline"] is None


async def test_other_milestones_are_kept_and_change_nothing_else(world: World) -> None:
    path = await in_service(world, "3")
    milestone = (await report(world, path, "production", world.today(), "portal")).json()
    before = (await world.get(path)).json()
    assert (await confirm(world, path, milestone["id"])).status_code == 201
    assert (await world.get(path)).json() == before
    (shown,) = (await world.get(f"{path}/milestones")).json()["items"]
    assert (shown["kind"], shown["confirmed_by"]) == ("production", "person:officer-1")


async def test_a_milestone_is_confirmed_by_another_person(world: World) -> None:
    path = await in_service(world, "3")
    milestone = (await report(world, path, "start", world.today(), "officer")).json()
    assert refusal(await confirm(world, path, milestone["id"])) == (409, "ConfirmerIsReporter")
    assert refusal(await confirm(world, path, milestone["id"], "agent")) == (403, "RoleMayNot")
    assert (await confirm(world, path, milestone["id"], "officer", 2)).status_code == 201


async def test_a_department_that_takes_part_confirms(world: World) -> None:
    path = await in_service(world, "3")
    milestone = (await report(world, path, "start", world.today())).json()
    assert (await confirm(world, path, milestone["id"], "department")).status_code == 201


async def test_a_milestone_is_confirmed_once(world: World) -> None:
    path = await in_service(world, "3")
    first = (await report(world, path, "start", world.today())).json()
    second = (await report(world, path, "start", world.today(-1))).json()
    await confirm(world, path, first["id"])
    assert refusal(await confirm(world, path, second["id"])) == (409, "MilestoneReached")
    assert refusal(await report(world, path, "start", world.today())) == (409, "MilestoneReached")
    assert refusal(await confirm(world, path, NOBODYS)) == (404, "MilestoneNotFound")
    assert (await world.get(path)).json()["actual_start_on"] == world.today()


async def test_works_are_not_completed_before_they_start(world: World) -> None:
    path = await in_service(world, "3", "4")
    early = (await report(world, path, "completion", "2026-02-01")).json()
    start = (await report(world, path, "start", "2026-02-15")).json()
    await confirm(world, path, start["id"])
    assert refusal(await report(world, path, "completion", "2026-02-14")) == (409, "CompletedBeforeStarted")
    assert refusal(await confirm(world, path, early["id"])) == (409, "CompletedBeforeStarted")
    assert (await report(world, path, "completion", "2026-02-15")).status_code == 201


async def test_a_milestone_needs_evidence_and_has_happened(world: World) -> None:
    path = await in_service(world, "3")
    assert refusal(await report(world, path, "start", world.today(1))) == (422, "DayIsInTheFuture")
    for evidence, code in (([], "FieldsInvalid"), ([NOBODYS], "EvidenceNotFound")):
        body = {"kind": "start", "reached_on": world.today(), "evidence": evidence}
        assert refusal(await world.post(f"{path}/milestones", body)) == (422, code)
    assert (await world.get(f"{path}/milestones")).json()["items"] == []


async def test_an_agent_reports_for_his_own_projects_only(world: World) -> None:
    path = await in_service(world, "3")
    stranger = await report(world, path, "start", world.today(), "agent", 3)
    assert refusal(stranger) == (403, "NotAnAgentOfThisProject")
    assert (await report(world, path, "start", world.today(), "agent", 2)).status_code == 201
