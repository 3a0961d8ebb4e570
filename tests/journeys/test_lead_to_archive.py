"""From the first contact to the archive: every road of the standard procedure, walked by those who may."""

from typing import Any

import pytest

from tests.builders import World
from tests.walking import MAIN_ROAD

MODES = ["agency", "assistance", "leader_led"]


async def stage_of(world: World, project: dict[str, Any]) -> str:
    return str((await world.get(f"/v1/projects/{project['id']}")).json()["stage"])


def unmet(response: Any) -> list[str]:
    assert (response.status_code, response.json()["code"]) == (409, "GuardsNotMet"), response.text
    return [error["code"] for error in response.json()["errors"]]


@pytest.mark.parametrize("mode", MODES)
async def test_a_lead_comes_to_the_archive_in_every_mode(world: World, mode: str) -> None:
    project = await world.project()
    walker = world.walker(project, mode, ("1", "3", "4"))
    seen = []
    for stage in MAIN_ROAD[1:]:
        if stage == "entrusted" and mode != "agency":
            continue
        seen.append((await walker.walk(stage))["stage"])
    archived = (await world.get(walker.path)).json()
    assert seen == [s for s in MAIN_ROAD[1:] if mode == "agency" or s != "entrusted"]
    assert (archived["service_mode"], archived["archive_volume"]) == (mode, 1)
    assert archived["actual_start_on"] == archived["actual_completion_on"] == world.today()


async def test_the_road_of_the_agency_needs_an_agreement_and_that_of_assistance_has_none(
    world: World,
) -> None:
    served, assisted = await world.project(), await world.project()
    await world.walk(served, "accepted")
    await world.walk(assisted, "accepted", "assistance")
    assert unmet(await world.move(served, "sign_agreement")) == ["agreement_signed"]
    file = {"inputs": {"file_number": "1"}}
    assert unmet(await world.move(served, "open_file", **file)) == ["mode_is_not_agency"]
    assert "mode_is_agency" in unmet(await world.move(assisted, "sign_agreement"))
    assert (await world.move(assisted, "open_file", **file)).status_code == 201


async def test_suspension_stops_the_agencys_clock_and_resumption_goes_on_where_it_was(world: World) -> None:
    project = await world.project()
    walker = world.walker(project)
    before = (await walker.walk("assigned"))["deadline"]
    assert (before["light"], before["is_running"]) == ("green", True)
    await walker.suspended()
    assert (await world.get(walker.path)).json()["deadline"] is None
    world.clock.advance(days=14)  # two weeks of five working days
    resumed = await walker.move("resume", evidence=await walker.evidence())
    assert resumed["to_stage"] == "assigned"
    after = (await world.get(walker.path)).json()["deadline"]
    assert before["due_on"] == "2026-03-05"
    assert (after["due_on"], after["is_running"]) == ("2026-03-19", True)


@pytest.mark.parametrize("stage", ["entrusted", "filed", "assigned", "planned", "in_service"])
async def test_a_service_is_resumed_to_where_it_was_suspended(world: World, stage: str) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk(stage)
    inputs = {"reason_code": "client_request", "expected_resume_on": "2026-06-30"}
    await walker.move("suspend", "portal", inputs=inputs, reason="等待资金")
    assert await stage_of(world, project) == "suspended"
    await walker.move("resume", evidence=await walker.evidence())
    assert await stage_of(world, project) == stage


@pytest.mark.parametrize(
    "stage", ["accepted", "entrusted", "filed", "assigned", "planned", "in_service", "suspended"]
)
async def test_the_owner_may_end_the_service_and_the_file_goes_to_the_archive(
    world: World, stage: str
) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk(stage)
    await walker.terminated()
    assert unmet(await world.move(project, "archive", "archivist")) == ["documents_complete"]
    await walker.papers("acceptance_form", "termination_form")
    await walker.move("archive", "archivist")
    assert await stage_of(world, project) == "archived"


@pytest.mark.parametrize("stage", ["accepted", "filed", "in_service", "suspended"])
async def test_the_agency_ends_the_service_after_a_hearing_and_with_a_second_person(
    world: World, stage: str
) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk(stage)
    end: dict[str, Any] = {"inputs": {"ground": "conditions_lacking"}, "reason": "用地条件不具备"}
    end["evidence"] = await walker.evidence()
    refused = await world.move(project, "terminate_by_agency", **end)
    assert set(unmet(refused)) == {"client_heard", "second_person_confirmed"}
    await walker.post("service-records", {"kind": "client_hearing", "summary": "听取企业意见"})
    await walker.confirm("terminate_by_agency")
    await walker.move("terminate_by_agency", **end)
    assert await stage_of(world, project) == "terminated"


async def test_a_suspension_lapses_six_months_later_and_fifteen_days_after_the_notice(world: World) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk("suspended")
    assert unmet(await world.move(project, "lapse_suspension", "coordinator")) == ["period_has_passed"]
    world.clock.advance(days=185)
    await walker.post("service-records", {"kind": "lapse_notice", "summary": "逾期未续办将终止"})
    assert unmet(await world.move(project, "lapse_suspension", "coordinator")) == ["period_has_passed"]
    world.clock.advance(days=30)
    await walker.move("lapse_suspension", "coordinator")
    assert await stage_of(world, project) == "terminated"


async def test_corrections_that_never_come_lapse_a_month_after_the_reminder(world: World) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk("correction_needed")
    world.clock.advance(days=90)
    assert unmet(await world.move(project, "lapse_correction")) == ["period_has_passed"]
    await walker.post("service-records", {"kind": "reminder", "summary": "催告补正"})
    world.clock.advance(days=29)
    assert unmet(await world.move(project, "lapse_correction")) == ["period_has_passed"]
    world.clock.advance(days=5)
    await walker.move("lapse_correction")
    assert await stage_of(world, project) == "declined"


async def test_without_an_agreement_an_application_lapses_after_twenty_working_days(world: World) -> None:
    unsigned, signed = await world.project(), await world.project()
    await world.walk(unsigned, "accepted")
    await world.walk(signed, "accepted")
    await world.walker(signed).sign()
    assert unmet(await world.move(unsigned, "lapse_unsigned")) == ["period_has_passed"]
    world.clock.advance(days=29)
    assert (await world.move(unsigned, "lapse_unsigned")).status_code == 201
    assert await stage_of(world, unsigned) == "withdrawn"
    assert unmet(await world.move(signed, "lapse_unsigned")) == ["agreement_unsigned"]


async def test_corrections_are_asked_for_once_only(world: World) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk("correction_needed")
    await walker.move("resubmit", "portal")
    again = await world.move(project, "notify_correction", inputs={"missing": ["章程"]})
    assert unmet(again) == ["no_correction_before"]
    await walker.accepted()
    assert await stage_of(world, project) == "accepted"


@pytest.mark.parametrize("stage", ["closed_lead", "declined", "withdrawn"])
async def test_what_was_never_accepted_ends_for_good(world: World, stage: str) -> None:
    project = await world.project()
    ended = await world.walk(project, stage)
    assert ended["allowed_actions"] == []
    body = {"kind": "pre_service", "summary": "咨询"}
    refused = await world.post(f"/v1/projects/{project['id']}/service-records", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "ServiceHasEnded")


@pytest.mark.parametrize("from_stage", ["completed", "archived"])
async def test_a_service_reopened_within_a_year_opens_a_second_volume(world: World, from_stage: str) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk(from_stage)
    world.clock.advance(days=300)
    await walker.move("reopen", "coordinator", reason="许可被撤销")
    reopened = (await world.get(walker.path)).json()
    assert (reopened["stage"], reopened["archive_volume"]) == ("in_service", 2)
    await walker.confirm("complete")
    await walker.move("complete", "agent", evidence=await walker.evidence())
    world.clock.advance(days=400)
    assert unmet(await world.move(project, "reopen", "coordinator", reason="再次")) == ["within_period"]


async def test_an_agent_may_not_archive_his_own_file_nor_complete_it_alone(world: World) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk("in_service")
    alone = await world.move(project, "complete", "agent", evidence=await walker.evidence())
    assert unmet(alone) == ["second_person_confirmed"]
    stranger = await world.move(project, "complete", "agent", 3, evidence=await walker.evidence())
    assert (stranger.status_code, stranger.json()["code"]) == (403, "RoleMayNotMove")
