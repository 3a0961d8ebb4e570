"""/v1/projects/{id}/agreements and their signatures and termination."""

from typing import Any

import httpx
import pytest

from tests.builders import OTHER_OWNER, World

NOBODYS = "01990000-0000-7000-8000-000000000000"
CONTACTS = [
    {"party": "owner", "name": "张三", "phone": "138 0000 0000"},
    {"party": "agency", "name": "李四", "phone": "0513-83112345"},
]


def an_agreement(**facts: Any) -> dict[str, Any]:
    return {"number": "DB-1", "scope_stages": ["2", "1"], "contacts": CONTACTS} | facts


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def accepted(world: World, mode: str = "agency") -> str:
    project = await world.walk(await world.project(), "accepted", mode)
    return f"/v1/projects/{project['id']}"


async def drawn_up(world: World, path: str, **facts: Any) -> str:
    response = await world.post(f"{path}/agreements", an_agreement(**facts))
    assert response.status_code == 201, response.text
    return f"{path}/agreements/{response.json()['id']}"


async def sign(world: World, agreement: str, party: str, role: str, **more: Any) -> httpx.Response:
    body = {"party": party, "signed_on": world.today(), **more}
    return await world.post(f"{agreement}/signatures", body, role)


@pytest.mark.parametrize(
    ("order", "states"),
    [
        ((("owner", "portal"), ("agency", "coordinator")), ["to_sign", "signing", "signed"]),
        ((("agency", "officer"), ("owner", "portal")), ["to_sign", "to_seal", "signed"]),
    ],
)
async def test_an_agreement_is_in_force_once_both_parties_signed(
    world: World, order: tuple[tuple[str, str], ...], states: list[str]
) -> None:
    path = await accepted(world)
    agreement = await drawn_up(world, path)
    seen = [(await world.get(agreement)).json()["state"]]
    for party, role in order:
        assert not await has_signed(world, path)
        signed = await sign(world, agreement, party, role)
        assert signed.status_code == 201, signed.text
        seen.append(signed.json()["state"])
    assert seen == states
    assert await has_signed(world, path)
    assert (await world.get(path)).json()["scope_stages"] == ["1", "2"]


async def has_signed(world: World, path: str) -> bool:
    """Tell by what the service says of signing: nothing but the signatures may be in the way."""
    actions = (await world.get(path)).json()["allowed_actions"]
    signing = next(a for a in actions if a["action"] == "sign_agreement")
    return bool(signing["enabled"])


async def test_contacts_are_shown_to_those_who_call_them(world: World) -> None:
    path = await accepted(world)
    agreement = await drawn_up(world, path)
    shown = (await world.get(agreement)).json()["contacts"]
    assert [(c["party"], c["name"]["text"], c["phone"]["text"]) for c in shown] == [
        ("owner", "张三", "13800000000"),
        ("agency", "李四", "0513-83112345"),
    ]
    hidden = (await world.get(agreement, "supervisor")).json()["contacts"]
    assert [(c["name"]["text"], c["phone"]["text"]) for c in hidden] == [(None, None), (None, None)]
    listed = (await world.get(f"{path}/agreements")).json()["items"]
    assert listed[0]["contacts"] == shown


async def test_the_answer_to_a_write_names_contacts_by_id_only(world: World) -> None:
    path = await accepted(world)
    response = await world.post(f"{path}/agreements", an_agreement())
    assert "张三" not in response.text
    assert "13800000000" not in response.text
    assert response.headers["location"] == f"{path}/agreements/{response.json()['id']}"


async def test_an_agreement_of_another_mode_changes_the_project_in_one_act(world: World) -> None:
    path = await accepted(world, "assistance")
    agreement = await drawn_up(world, path, scope_stages=["3"])
    await sign(world, agreement, "owner", "portal")
    assert (await world.get(path)).json()["service_mode"] == "assistance"
    await sign(world, agreement, "agency", "officer")
    now = (await world.get(path)).json()
    assert (now["service_mode"], now["scope_stages"]) == ("agency", ["1", "3"])
    events = (await world.get("/v1/events?limit=200", "auditor")).json()["items"]
    last = events[-1]
    assert "mode_changed" in last["type"]
    assert last["data"]["facts"] == {
        "agreement_id": agreement.rpartition("/")[2],
        "party": "agency",
        "from_mode": "assistance",
        "to_mode": "agency",
        "scope_stages": ["1", "3"],
    }


async def test_one_agreement_at_a_time_waits_for_signatures(world: World) -> None:
    path = await accepted(world)
    agreement = await drawn_up(world, path)
    second = await world.post(f"{path}/agreements", an_agreement(number="DB-2"))
    assert refusal(second) == (409, "AgreementIsOpen")
    await sign(world, agreement, "owner", "portal")
    assert refusal(await world.post(f"{path}/agreements", an_agreement(number="DB-2"))) == (
        409,
        "AgreementIsOpen",
    )
    await sign(world, agreement, "agency", "officer")
    assert await drawn_up(world, path, number="DB-2")


async def test_a_number_is_used_once_in_an_area(world: World) -> None:
    await drawn_up(world, await accepted(world))
    again = await world.post(f"{await accepted(world)}/agreements", an_agreement())
    assert refusal(again) == (409, "AgreementNumberTaken")


async def test_a_lead_has_no_agreement(world: World) -> None:
    project = await world.project()
    refused = await world.post(f"/v1/projects/{project['id']}/agreements", an_agreement())
    assert refusal(refused) == (409, "ServiceNotAppliedFor")


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"scope_stages": []}, "/scope_stages"),
        ({"scope_stages": ["5"]}, "/scope_stages/0"),
        ({"number": " "}, "/number"),
        ({"service_mode": "free"}, "/service_mode"),
        ({"contacts": [{"party": "owner", "name": "张三", "phone": "12"}]}, "/contacts/0/phone"),
        ({"is_partial": 1}, "/is_partial"),
        ({"surprise": 1}, "/surprise"),
    ],
)
async def test_what_is_wrong_with_an_agreement_is_named(
    world: World, facts: dict[str, Any], pointer: str
) -> None:
    path = await accepted(world)
    refused = await world.post(f"{path}/agreements", an_agreement(**facts))
    assert refused.status_code == 422, refused.text
    assert [e["pointer"] for e in refused.json()["errors"]] == [pointer]
    assert (await world.get(f"{path}/agreements")).json()["items"] == []


async def test_a_validity_does_not_end_before_it_begins(world: World) -> None:
    path = await accepted(world)
    days = {"valid_from": "2026-05-02", "valid_to": "2026-05-01"}
    refused = await world.post(f"{path}/agreements", an_agreement(**days))
    assert refusal(refused) == (422, "ValidityIsReversed")
    one_day = {"valid_from": "2026-05-01", "valid_to": "2026-05-01"}
    assert await drawn_up(world, path, **one_day)


@pytest.mark.parametrize(
    ("party", "role", "status", "code"),
    [
        ("agency", "portal", 403, "PartyIsNotYours"),
        ("owner", "coordinator", 403, "PartyIsNotYours"),
        ("owner", "officer", 422, "OwnersConsentNeedsEvidence"),
        ("owner", "agent", 403, "RoleMayNot"),
    ],
)
async def test_a_party_is_signed_for_by_those_who_may(
    world: World, party: str, role: str, status: int, code: str
) -> None:
    agreement = await drawn_up(world, await accepted(world))
    assert refusal(await sign(world, agreement, party, role)) == (status, code)
    assert (await world.get(agreement)).json()["state"] == "to_sign"


async def test_an_officer_enters_the_owners_signature_with_evidence(world: World) -> None:
    agreement = await drawn_up(world, await accepted(world))
    evidence = [await world.file()]
    signed = await sign(world, agreement, "owner", "officer", evidence=evidence)
    assert signed.json()["owner_signature"] == {"signed_on": world.today(), "evidence": evidence}
    unknown = await sign(world, agreement, "agency", "officer", evidence=[NOBODYS])
    assert refusal(unknown) == (422, "EvidenceNotFound")


async def test_nobody_signs_twice_or_tomorrow(world: World) -> None:
    agreement = await drawn_up(world, await accepted(world))
    early = {"party": "owner", "signed_on": world.today(1)}
    assert refusal(await world.post(f"{agreement}/signatures", early, "portal")) == (
        422,
        "DayIsInTheFuture",
    )
    assert (await sign(world, agreement, "owner", "portal")).status_code == 201
    assert refusal(await sign(world, agreement, "owner", "portal")) == (409, "PartyHasSigned")


async def end(world: World, agreement: str, **facts: Any) -> httpx.Response:
    usual = {
        "ended_on": world.today(),
        "ground": "client_request",
        "reason": "项目单位申请终止",
        "evidence": [await world.file()],
    }
    return await world.post(f"{agreement}/termination", usual | facts)


async def test_a_terminated_agreement_no_longer_counts(world: World) -> None:
    path = await accepted(world)
    agreement = await drawn_up(world, path)
    await sign(world, agreement, "owner", "portal")
    await sign(world, agreement, "agency", "officer")
    ended = await end(world, agreement)
    assert (ended.status_code, ended.json()["state"]) == (201, "terminated")
    assert not await has_signed(world, path)
    assert refusal(await end(world, agreement)) == (409, "AgreementIsTerminated")
    assert refusal(await sign(world, agreement, "owner", "portal")) == (409, "AgreementIsTerminated")
    shown = (await world.get(agreement)).json()
    assert shown["end_reason"]["text"] == "项目单位申请终止"


async def test_another_signed_agreement_keeps_the_project_entrusted(world: World) -> None:
    path = await accepted(world)
    first = await drawn_up(world, path)
    for number in ("DB-1", "DB-2"):
        agreement = first if number == "DB-1" else await drawn_up(world, path, number=number)
        await sign(world, agreement, "owner", "portal")
        await sign(world, agreement, "agency", "officer")
    await end(world, first)
    assert await has_signed(world, path)


@pytest.mark.parametrize(
    ("facts", "code"), [({"evidence": []}, "FieldsInvalid"), ({"ended_on": "2026-03-03"}, "DayIsInTheFuture")]
)
async def test_a_termination_is_shown_and_has_happened(
    world: World, facts: dict[str, Any], code: str
) -> None:
    agreement = await drawn_up(world, await accepted(world))
    assert refusal(await end(world, agreement, **facts)) == (422, code)


async def test_a_foreign_project_has_no_agreements(world: World) -> None:
    agreement = await drawn_up(world, await accepted(world))
    path = agreement.partition("/agreements")[0]
    foreign = world.headers("portal", owner=OTHER_OWNER)
    for url in (agreement, f"{path}/agreements"):
        hidden = await world.client.get(url, headers=foreign)
        absent = await world.client.get(url.replace(path, f"/v1/projects/{NOBODYS}"), headers=foreign)
        assert refusal(hidden) == refusal(absent) == (404, "ProjectNotFound")
    other = await world.get(f"{await accepted(world)}/agreements/{agreement.rpartition('/')[2]}")
    assert refusal(other) == (404, "AgreementNotFound")


async def test_a_repeated_request_draws_up_one_agreement(world: World) -> None:
    path = await accepted(world)
    again = {"Idempotency-Key": world.key()}
    first = await world.post(f"{path}/agreements", an_agreement(), **again)
    second = await world.post(f"{path}/agreements", an_agreement(), **again)
    assert second.content == first.content
    assert second.headers["idempotency-replayed"] == "true"
    assert len((await world.get(f"{path}/agreements")).json()["items"]) == 1
