"""``allowed_actions`` says what the API then does: every move, at every stage, in every role, met or not."""

from datetime import timedelta
from typing import Any

import pytest

from app.database import Database
from tests.arranging import arrange
from tests.builders import World
from tests.domain.procedure_builders import INPUTS, STANDARD

# No move is for them: refused at the door already, so looked at once.
NEVER = ["supervisor", "auditor", "department"]
ROLES = ["portal", "officer", "agent", "coordinator", "archivist", "admin", *NEVER]
COUNTS = ["materials_missing", "items_open", "supplements_open", "milestones_missing", "documents_missing"]
AGENTS = {"primary_agent": "person:agent-1", "backup_agent": "person:agent-2"}
MET: dict[str, Any] = {
    **dict.fromkeys([*COUNTS, "correction_notices"], 0),
    **AGENTS,
    "has_signed_agreement": True,
    "plan_number": 1,
    "plan_author": "person:agent-1",
    "plan_approver": "person:coordinator-1",
    "plan_confirmed_by_owner": True,
    "departments": 3,
    "work_finished_on": None,
}
UNMET: dict[str, Any] = {
    **dict.fromkeys([*COUNTS, "correction_notices"], 1),
    **dict.fromkeys(AGENTS),
    "has_signed_agreement": False,
    "plan_number": None,
    "plan_author": None,
    "plan_approver": None,
    "plan_confirmed_by_owner": False,
    "departments": 0,
    "reminded_on": None,
    "lapse_notified_on": None,
    "client_heard_on": None,
    "completed_on": None,
    "before_suspension": None,
    "confirmations": [],
}
# What is known of the project, how it is served, how many days it has been in its stage.
STATES: dict[str, tuple[dict[str, Any], str | None, int]] = {
    "everything met, agency": (MET, "agency", 300),
    "everything met, assistance": (MET, "assistance", 2),
    "met but unsigned, agency": (MET | {"has_signed_agreement": False}, "agency", 300),
    "agents only, just entered": (UNMET | AGENTS, None, 0),
}

FIRST = next(iter(STATES))


async def put(
    world: World,
    database: Database,
    project_id: str,
    stage: str,
    state: tuple[dict[str, Any], str | None, int],
) -> None:
    """Put the project into a stage, long enough ago, with what the state says of it."""
    known, mode, days = state
    entered = world.clock() - timedelta(days=days)
    told = (entered + timedelta(days=1)).date() if days else None
    facts = {
        "stage_entered_at": entered,
        "resumes_visit_of": entered - timedelta(days=1),
        "before_suspension": "planned" if stage == "suspended" else None,
        "pauses": [[(entered - timedelta(days=1)).date().isoformat(), None]] if stage == "suspended" else [],
        "reminded_on": told,
        "lapse_notified_on": told,
        "client_heard_on": told,
        "completed_on": told,
        "confirmations": [
            ["complete", "coordinator", "person:coordinator-2"],
            ["terminate_by_agency", "coordinator", "person:coordinator-2"],
        ],
    }
    facts |= known
    await arrange(database, world.clock(), project_id, {"stage": stage, "service_mode": mode}, **facts)


@pytest.mark.parametrize("name", STATES)
async def test_allowed_actions_equal_what_the_api_then_does(
    world: World, database: Database, name: str
) -> None:
    project = await world.walk(await world.project(), "planned")  # so that a department takes part
    path = f"/v1/projects/{project['id']}"
    evidence = {"portal": [await world.file("portal")], "officer": [await world.file()]}
    outcomes: set[str] = set()
    for stage in STANDARD.stages:
        await put(world, database, project["id"], stage, STATES[name])
        for role in ROLES if name == FIRST else ROLES[: -len(NEVER)]:
            told = (await world.get(path, role)).json()["allowed_actions"]
            assert [a["action"] for a in told] == [m.code for m in STANDARD.moves_from(stage)]
            for action in told:
                body = {
                    "move": action["action"],
                    "from_stage": stage,
                    "inputs": INPUTS.get(action["action"], {}),
                    "reason": "理由",
                    "evidence": evidence.get(role, evidence["officer"]),
                }
                done = await world.post(f"{path}/stage-transitions", body, role)
                place = (name, stage, role, action, done.text)
                if action["enabled"]:
                    assert done.status_code == 201, place
                    assert done.json()["to_stage"] == action["to_stage"], place
                    await put(world, database, project["id"], stage, STATES[name])
                else:
                    assert done.status_code >= 400, place
                    reasons = [r["code"] for r in action["reasons"]]
                    code = done.json()["code"]
                    if role in NEVER:
                        assert (code, reasons) == ("RoleMayNot", ["RoleMayNotMove"]), place
                    elif code == "RoleMayNotMove":
                        assert reasons == [code], place
                    else:
                        assert code == "GuardsNotMet", place
                        assert reasons == [e["code"] for e in done.json()["errors"]], place
                outcomes.add("201" if action["enabled"] else done.json()["code"])
    assert outcomes >= {"201", "RoleMayNotMove", "GuardsNotMet"}
