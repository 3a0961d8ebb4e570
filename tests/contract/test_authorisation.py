"""Who may do what: every operation of the contract × every role and key state × own, another's, absent.

The rows come from the OpenAPI document; the bodies from its recorded examples. An operation without an
example has no row, and that fails the first test.
"""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from app.clients.models import ApiKey
from app.domain.standing import Role
from app.query import Selection, query
from tests.builders import OTHER_OWNER, SECRETS
from tests.contract import examples
from tests.contract.checking import Contract
from tests.contract.told import (
    ABSENT,
    OTHER,
    OWN,
    ToldWorld,
    told,
    told_copy,
    told_postgres,
    told_sqlite,
)

__all__ = ["told", "told_copy", "told_postgres", "told_sqlite"]
EXAMPLES = examples.load()
ROLES = [role for role in Role if role is not Role.RATER]
GLOBAL = {"code", "checkpoint_id", "token", "figure"}  # parameters that name nothing of one project or county
STAFF_KEY = "qidong"


def rows(contract: Contract) -> dict[str, tuple[str, str, dict[str, Any]]]:
    found = {}
    for path, operations in contract.document["paths"].items():
        for method, operation in operations.items():
            if path.startswith("/v1/"):
                found[operation["operationId"]] = (method.upper(), path, operation)
    return found


def test_every_operation_has_a_row(contract: Contract) -> None:
    every = rows(contract)
    assert {name for name in every if name not in EXAMPLES} == set()
    for name, (_, _, operation) in every.items():
        assert operation["x-roles"], f"{name} admits nobody"
        assert {"401", "403"} <= operation["responses"].keys()


def _asking(name: str) -> dict[str, Any]:
    example = EXAMPLES[name]
    asked: dict[str, Any] = {"params": example["query"]}
    if "request" in example:
        asked["json"] = example["request"]
    elif example["method"] == "POST" and name == "upload_file":
        asked["files"] = {"file": ("a.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    return asked


def path_of(name: str, ids: dict[str, str]) -> str:
    """Put a county's ids into the path of an operation; what the story did not keep, from the example."""
    example = EXAMPLES[name]
    found: str = example["path"].format(**(example["parameters"] | ids))
    return found


def _headers(told: ToldWorld, role: str, number: int = 1, **more: str) -> dict[str, str]:
    key = STAFF_KEY if role in {"officer", "agent", "coordinator", "archivist", "supervisor"} else None
    return told.world.headers(role, number, key=key, **more) | {"If-Match": '"99999"'}


async def _ask(told: ToldWorld, name: str, path: str, headers: dict[str, str]) -> httpx.Response:
    client = told.world.client
    return await client.request(EXAMPLES[name]["method"], path, headers=headers, **_asking(name))


def _same(answer: httpx.Response) -> Any:
    body = answer.json()
    return answer.status_code, {k: v for k, v in body.items() if k != "instance"}


async def test_strangers_are_refused_everywhere(told: ToldWorld, contract: Contract) -> None:
    keys = {
        "absent": {},
        "malformed": {"Authorization": "Basic abc"},
        "unknown": {"Authorization": "Bearer mps_" + "x" * 43},
        "revoked": {"Authorization": f"Bearer {SECRETS['rugao']}"},
        "expired": {"Authorization": f"Bearer {SECRETS['city']}"},
    }
    await _spoil_keys(told)
    for name in rows(contract):
        path = path_of(name, told.told.ids[OWN])
        answers = {}
        for state, headers in keys.items():
            response = await _ask(told, name, path, headers | {"Operator-Role": "officer"})
            assert response.status_code == 401, f"{name} with a key that is {state}: {response.status_code}"
            answers[state] = _same(response)
        assert len({str(a) for a in answers.values()}) == 1, f"{name} tells how a key is wrong"


async def _spoil_keys(told: ToldWorld) -> None:
    """Revoke one key and let another expire, through the database and the ledger."""
    from app.demo.founding import system_actor  # noqa: PLC0415 - only here
    from app.digests import sha256  # noqa: PLC0415 - only here
    from app.events.service import Stamp, record  # noqa: PLC0415 - only here

    now = told.world.clock.now
    async with told.app.state.database.write() as session:
        for system, facts in (
            ("rugao", {"revoked_at": now}),
            ("city", {"expires_at": now - timedelta(seconds=1)}),
        ):
            key = await session.one(_key(sha256(SECRETS[system].encode())))
            await session.change(key, **facts)
        await record(session, system_actor(now, "320600"), "api_key.revoked", Stamp(None, "320600", None))


@query
def _key(digest: str) -> Selection[ApiKey]:
    return select(ApiKey).where(ApiKey.digest == digest)


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_does_what_the_contract_says_and_nothing_else(
    told: ToldWorld, contract: Contract, role: str
) -> None:
    for name, (_, _, operation) in rows(contract).items():
        path = path_of(name, told.told.ids[OWN])
        response = await _ask(told, name, path, _headers(told, role, 3))
        code = response.json().get("code") if response.status_code == 403 else None
        if role in operation["x-roles"]:
            assert response.status_code != 401, name
            assert code != "RoleMayNot", f"{name} refuses {role}, whom the contract admits"
        else:
            assert code == "RoleMayNot", f"{name} admits {role}: {response.status_code} {response.text[:200]}"


# The board has sessions of its own: test_board.py holds that they see no other county.
PROJECT_PARTS = [n for n, e in EXAMPLES.items() if "{project_id}" in e["path"] and e["role"]]
THINGS = [
    name
    for name, example in EXAMPLES.items()
    if "{" in example["path"]
    and example["role"]
    and "{project_id}" not in example["path"]
    and not GLOBAL & example["parameters"].keys()
]


@pytest.mark.parametrize("name", [*PROJECT_PARTS, *THINGS])
async def test_anothers_and_nothing_cannot_be_told_apart(
    told: ToldWorld, contract: Contract, name: str
) -> None:
    _, template, operation = rows(contract)[name]
    first = template[template.index("{") + 1 : template.index("}")]
    for role in operation["x-roles"]:
        if role in {"admin", "auditor"}:
            continue  # their test systems belong to the city, which sees both counties
        if role == "portal" and name in {"get_procedure", "get_catalogue_version"}:
            continue  # so does the portal's, and these have no owner
        headers = _headers(told, role, 3)
        own = await _ask(told, name, path_of(name, told.told.ids[OWN]), headers)
        other = await _ask(told, name, path_of(name, told.told.ids[OTHER]), headers)
        absent = await _ask(told, name, path_of(name, told.told.ids[OTHER] | {first: ABSENT}), headers)
        if role == "portal":  # the portal acts for the owner of both; as another owner it sees neither
            headers = _headers(told, role, owner=OTHER_OWNER)
            other = await _ask(told, name, path_of(name, told.told.ids[OTHER]), headers)
            absent = await _ask(told, name, path_of(name, told.told.ids[OTHER] | {first: ABSENT}), headers)
        assert other.status_code == 404, f"{name} as {role}: {other.status_code} {other.text[:200]}"
        said = str(_same(other)).replace(told.told.ids[OTHER][first], ABSENT)
        assert said == str(_same(absent)), f"{name} as {role} tells another's from nothing"
        assert other.headers.keys() == absent.headers.keys()
        if EXAMPLES[name]["method"] == "GET" and role != "department":
            assert own.status_code in {200, 304, 409}, f"{name} as {role}: {own.status_code} {own.text[:200]}"


EVERYBODYS = {"list_checkpoints"}  # the heads of the one ledger
LISTS = [
    n
    for n, e in EXAMPLES.items()
    if e["method"] == "GET" and "next_cursor" in e.get("answer", {}) and n not in EVERYBODYS
]


@pytest.mark.parametrize("name", LISTS)
async def test_no_list_tells_of_another_county(told: ToldWorld, contract: Contract, name: str) -> None:
    _, _, operation = rows(contract)[name]
    foreign = {v for k, v in told.told.ids[OTHER].items() if k not in {"number", "form", "right_moment"}}
    foreign -= set(told.told.ids[OWN].values())
    asked = {p.get("name") for p in operation.get("parameters", ()) if p.get("required")}
    needed = {k: v for k, v in EXAMPLES[name]["query"].items() if k in asked}
    for role in operation["x-roles"]:
        if role in {"admin", "auditor", "portal", "department"}:
            continue
        for extra in (needed, needed | {"limit": "200"}):
            headers = _headers(told, role, 3)
            response = await told.world.client.get(
                path_of(name, told.told.ids[OWN]), headers=headers, params=extra
            )
            assert response.status_code == 200, f"{name} as {role}: {response.text[:200]}"
            leaked = [value for value in foreign if value in response.text]
            assert leaked == [], f"{name} as {role} tells of {leaked}"
