"""POST /v1/projects/{id}/stage-transitions."""

from tests.builders import World


async def test_a_move_changes_the_project_and_tells_what_comes_next(world: World) -> None:
    project = await world.project()
    moved = await world.move(
        project, "apply", inputs={"service_mode": "agency", "scope_stages": ["1"], "consent": True}
    )
    assert moved.status_code == 201, moved.text
    body = moved.json()
    assert (body["from_stage"], body["to_stage"], body["stage"]) == ("lead", "applied", "applied")
    now = (await world.get(f"/v1/projects/{project['id']}")).json()
    assert now["stage"] == "applied"
    assert now["version"] == body["project_version"]
