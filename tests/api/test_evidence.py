"""Evidence: lists of files that come with an act."""

import pytest

from tests.builders import CITY, OTHER_OWNER, QIDONG, RUGAO, World, a_project_body

NOBODYS = "01990000-0000-7000-8000-000000000000"
APPLY = {"service_mode": "agency", "scope_stages": ["1"], "consent": True}


async def test_a_step_keeps_the_evidence_it_was_taken_with(world: World) -> None:
    project = await world.project()
    files = [await world.file(), await world.file(project_id=project["id"])]
    moved = await world.move(project, "apply", inputs=APPLY, evidence=files)
    assert moved.status_code == 201, moved.text
    assert moved.json()["evidence"] == files


async def test_every_file_that_is_not_there_is_named(world: World) -> None:
    project = await world.project()
    known = await world.file()
    refused = await world.move(project, "apply", inputs=APPLY, evidence=[NOBODYS, known, NOBODYS])
    assert refused.status_code == 422, refused.text
    body = refused.json()
    assert body["code"] == "EvidenceNotFound"
    assert [e["pointer"] for e in body["errors"]] == ["/evidence/0", "/evidence/2"]
    assert (await world.get(f"/v1/projects/{project['id']}")).json()["stage"] == "lead"


async def test_a_lead_is_not_entered_with_evidence_nobody_has(world: World) -> None:
    body = a_project_body(evidence=[NOBODYS])
    refused = await world.post("/v1/projects", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "EvidenceNotFound")
    found = await world.get("/v1/projects", params={"q": body["name"]})
    assert found.json()["items"] == []
    entered = await world.post("/v1/projects", a_project_body(evidence=[await world.file()]))
    assert entered.status_code == 201, entered.text


@pytest.mark.parametrize("area", [RUGAO, CITY])
async def test_a_file_of_another_area_is_no_evidence(world: World, area: str) -> None:
    headers = {"key": "city"}
    entered = await world.post(
        "/v1/file-references",
        {
            "name": "外地.pdf",
            "media_type": "application/pdf",
            "sha256": "0" * 64,
            "source_system": "archive",
            "external_id": "1",
            "area_code": area,
        },
        **headers,
    )
    assert entered.status_code == 201, entered.text
    refused = await world.post("/v1/projects", a_project_body(evidence=[entered.json()["id"]]))
    assert (refused.status_code, refused.json()["code"]) == (422, "EvidenceNotFound")


async def test_an_owner_names_only_files_of_his_own(world: World) -> None:
    agencys = await world.file()
    others = await world.post(
        "/v1/file-references",
        {
            "name": "他人.pdf",
            "media_type": "application/pdf",
            "sm3": "0" * 64,
            "source_system": "archive",
            "external_id": "2",
            "area_code": QIDONG,
        },
        "portal",
        owner=OTHER_OWNER,
    )
    own = await world.file("portal", area_code=QIDONG)
    refused = await world.post(
        "/v1/projects", a_project_body(evidence=[agencys, own, others.json()["id"]]), "portal"
    )
    assert refused.status_code == 422, refused.text
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/evidence/0", "/evidence/2"]
    entered = await world.post("/v1/projects", a_project_body(evidence=[own]), "portal")
    assert entered.status_code == 201, entered.text
