"""Who may come in: keys, operators, roles, owners, and how often."""

import asyncio
import json
import logging
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.actor import system_actor
from app.clients import commands, service
from app.database import Database
from app.door import access
from app.main import create_app
from app.table import Table
from tests.api.registers import a_client, a_key, bearer, get, patch, post
from tests.builders import CITY, QIDONG, SECRETS, World, a_project_body
from tests.conftest import StillClock, settings_for

SOMEWHERE = "/v1/areas"
GOOD = SECRETS["qidong"]


async def told(world: World, authorization: str | bytes | None, **headers: str) -> httpx.Response:
    given: dict[str, Any] = dict(headers)
    if authorization is not None:
        given["Authorization"] = authorization
    return await world.client.get(SOMEWHERE, headers=given)


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        GOOD,
        f"Basic {GOOD}",
        f"Bearer{GOOD}",
        f"Bearer  {GOOD}",
        f"Bearer {GOOD} {GOOD}",
        f"Bearer {GOOD}x",
        f"Bearer {GOOD[:-1]}",
        f"Bearer {GOOD.upper()}",
        "Bearer mps_",
        "Bearer mps_" + "x" * 5000,
        "Bearer mps_" + "A" * 43,
        "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Bearer mps_密钥".encode(),
        b"Bearer mps_\xff\xfe",
        b"\xff",
    ],
)
async def test_what_is_no_key_is_not_let_in(world: World, authorization: str | bytes | None) -> None:
    refused = await told(world, authorization)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.json()["code"] == "NotAuthenticated"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_is_read_in_any_case(world: World, scheme: str) -> None:
    assert (await told(world, f"{scheme} {GOOD}")).status_code == 200


async def test_a_stranger_is_not_told_why(world: World) -> None:
    client, idle = await a_client(world), await a_client(world)
    revoked, expired = (
        await a_key(world, client),
        await a_key(world, client, expires_at="2026-03-02T02:00:00Z"),
    )
    unused = await a_key(world, idle)
    for key in (revoked, expired, unused):
        assert (await told(world, f"Bearer {key['secret']}")).status_code == 200
    path = f"/v1/clients/{client['id']}/keys/{revoked['key']['id']}/revocation"
    assert (await post(world, path, None)).status_code == 200
    stopped = await patch(world, f"/v1/clients/{idle['id']}", {"is_active": False}, '"1"')
    assert stopped.json()["is_active"] is False
    world.clock.advance(hours=1)
    answers = [await told(world, None), await told(world, "Bearer mps_unknown")]
    answers += [await told(world, f"Bearer {key['secret']}") for key in (revoked, expired, unused)]
    bodies = [answer.json() | {"instance": ""} for answer in answers]
    assert {answer.status_code for answer in answers} == {401}
    assert bodies == [bodies[0]] * 5
    assert bodies[0]["facts"] == {}
    again = await patch(world, f"/v1/clients/{idle['id']}", {"is_active": True}, '"2"')
    assert again.status_code == 200
    assert (await told(world, f"Bearer {unused['secret']}")).status_code == 200


async def test_a_refusal_speaks_both_languages(world: World) -> None:
    chinese, english = await told(world, None), await told(world, None, **{"Accept-Language": "en-GB"})
    assert chinese.json()["title"] == "未通过身份认证"
    assert english.json()["title"] == "Not authenticated"
    assert chinese.json()["code"] == english.json()["code"]


async def test_a_stranger_learns_nothing_of_what_is_there(world: World) -> None:
    project = await world.project()
    for method, path in (
        ("GET", f"/v1/projects/{project['id']}/stage-transitions"),
        ("POST", f"/v1/projects/{project['id']}/stage-transitions"),
        ("POST", "/v1/projects"),
        ("GET", "/v1/clients"),
        ("POST", "/v1/clients"),
    ):
        refused = await world.client.request(method, path)
        assert (refused.status_code, path) == (401, path)


async def test_a_key_revoked_by_another_process_dies_within_a_second(
    world: World, database: Database
) -> None:
    client = await a_client(world)
    key = await a_key(world, client)
    assert (await get(world, SOMEWHERE, bearer(key))).status_code == 200
    async with database.write() as session:  # unknown to this process, as another's act would be
        actor = system_actor(world.clock.now, CITY, QIDONG)
        await service.revoke_key(session, actor, client["id"], key["key"]["id"])
    await asyncio.sleep(1.05)
    assert (await get(world, SOMEWHERE, bearer(key))).status_code == 401


async def test_a_key_is_found_nowhere_but_in_its_one_answer(
    world: World,
    database: Database,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(access, "is_on", True)
    access.flush()
    with caplog.at_level(logging.DEBUG):
        client = await a_client(world)
        headers = world.headers("admin") | {"Idempotency-Key": world.key()}
        made = (await post(world, f"/v1/clients/{client['id']}/keys", {}, headers)).json()
        secret = made["secret"]
        assert (await told(world, f"Bearer {secret}")).status_code == 200
        assert (await told(world, f"Bearer {secret}", **{"Operator-Id": "nobody"})).status_code == 403
    digest, rows = sha256(secret.encode()).hexdigest(), 0
    for table in Table.metadata.sorted_tables:
        found = await database.driver.fetch(f'SELECT * FROM "{table.name}"', [])
        kept = repr([tuple(row) for row in found])
        rows += len(found)
        assert secret not in kept, table.name
        assert (digest in kept) == (table.name == "api_key"), table.name
    assert rows > 100
    lines = access.flush().decode() + "".join(capfd.readouterr())  # a loop writes them out
    assert client["id"] in lines
    for written in (lines, caplog.text):
        assert secret not in written
        assert digest not in written


@pytest.mark.parametrize(
    ("operator", "role", "code"),
    [
        ("nobody", "officer", "OperatorUnknown"),
        ("x" * 3000, "officer", "OperatorUnknown"),
        ("张三".encode(), "officer", "OperatorUnknown"),
        (b"\x80", "officer", "OperatorUnknown"),
        ("agent-1", "officer", "RoleNotHeld"),
        ("officer-1", "admin", "RoleNotHeld"),
        ("officer-1", "rater", "RoleNotHeld"),
        ("officer-1", "OFFICER", "RoleNotHeld"),
        ("officer-1", "emperor" * 100, "RoleNotHeld"),
        ("officer-1", "书记".encode(), "RoleNotHeld"),
    ],
)
async def test_nobody_acts_as_whom_he_is_not(
    world: World, operator: str | bytes, role: str | bytes, code: str
) -> None:
    headers: Any = {"Authorization": f"Bearer {GOOD}", "Operator-Id": operator, "Operator-Role": role}
    refused = await world.client.get(SOMEWHERE, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, code)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "status"),
    [
        ("2026-03-02", "2026-03-02", 200),
        ("2026-03-02", None, 200),
        ("2026-03-03", None, 403),
        ("2026-01-01", "2026-03-01", 403),
    ],
)
async def test_a_person_acts_within_his_term(
    world: World, valid_from: str, valid_to: str | None, status: int
) -> None:
    person = {
        "realm": "nantong",
        "operator_code": "term",
        "person_key": "p",
        "name": "某人",
        "roles": ["officer"],
        "area_code": QIDONG,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    assert (await post(world, "/v1/operators", person)).status_code == 201
    headers = world.headers("officer") | {"Operator-Id": "term"}
    assert (await get(world, SOMEWHERE, headers)).status_code == status


async def test_the_term_ends_with_the_day_of_the_office(world: World) -> None:
    world.clock.now = world.clock.now.replace(hour=15, minute=59)  # 23:59 at the office
    person = {
        "realm": "nantong",
        "operator_code": "term",
        "person_key": "p",
        "name": "某人",
        "roles": ["officer"],
        "area_code": QIDONG,
        "valid_to": "2026-03-02",
    }
    assert (await post(world, "/v1/operators", person)).status_code == 201
    headers = world.headers("officer") | {"Operator-Id": "term"}
    assert (await get(world, SOMEWHERE, headers)).status_code == 200
    world.clock.advance(minutes=1)
    assert (await get(world, SOMEWHERE, headers)).status_code == 403


async def test_people_belong_to_the_directory_of_their_systems(world: World) -> None:
    client = await a_client(world, realm="elsewhere")
    headers = bearer(await a_key(world, client), **{"Operator-Id": "officer-1"})
    refused = await get(world, SOMEWHERE, headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "OperatorUnknown")


async def test_a_write_needs_the_person_behind_it(world: World) -> None:
    headers = {"Authorization": f"Bearer {GOOD}", "Operator-Role": "officer"}
    assert (await get(world, SOMEWHERE, headers)).status_code == 200
    refused = await post(world, "/v1/projects", a_project_body(), headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "OperatorMissing")


async def test_a_system_that_names_no_role_acts_in_its_first(world: World) -> None:
    client = await a_client(world, roles=["auditor", "admin"])
    headers = bearer(await a_key(world, client))
    refused = await get(world, "/v1/clients", headers)
    assert refused.json()["facts"] == {"role": "auditor", "allowed": ["admin"]}
    assert (await get(world, "/v1/clients", headers | {"Operator-Role": "admin"})).status_code == 200


@pytest.mark.parametrize(
    "owner",
    [
        None,
        "",
        "启东",
        "91320681MA0000001E",
        "91320681MA000000",
        "91320681MA0000001F91320681MA0000001F",
        "' OR 1=1 --",
    ],
)
async def test_a_portal_names_the_owner_it_acts_for(world: World, owner: str | None) -> None:
    headers: Any = {"Authorization": f"Bearer {SECRETS['portal']}"}
    if owner is not None:
        headers["Acting-For"] = owner.encode()
    refused = await world.client.get(SOMEWHERE, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "OwnerMissing")


async def test_only_a_portal_acts_for_an_owner(world: World) -> None:
    project = await world.project(owner_uscc=None, owner_name=None)
    headers = world.headers("officer") | {"Acting-For": "91320681MA0000002J"}
    found = (await get(world, "/v1/projects", headers)).json()["items"]
    assert [each["id"] for each in found] == [project["id"]]


async def test_a_key_that_asks_too_often_waits_and_others_do_not(
    database_url: str, clock: StillClock, tmp_path: Path
) -> None:
    settings = settings_for(database_url, requests_per_minute=5, data_dir=str(tmp_path))
    app: FastAPI = create_app(settings, clock)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        world = World(client, clock)
        answers = [await told(world, f"Bearer {GOOD}") for _ in range(5)]
        assert {answer.status_code for answer in answers} == {200}
        refused = await told(world, f"Bearer {GOOD}")
        assert (refused.status_code, refused.json()["code"]) == (429, "TooManyRequests")
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["facts"] == {"limit": 5}
        assert (await told(world, f"Bearer {SECRETS['rugao']}")).status_code == 200
        changed = await patch(world, f"/v1/areas/{QIDONG}", {"name_en": "Q"}, '"1"')
        assert changed.status_code == 200  # this process looks every key up again,
        assert (await told(world, f"Bearer {GOOD}")).status_code == 429  # and forgets no request


async def run(capsys: pytest.CaptureFixture[str], command: Any, status: int = 0) -> str:
    assert await command == status
    out, err = capsys.readouterr()
    return str(err if status else out)


async def test_the_command_line_makes_lists_and_revokes_keys(
    database_url: str, clock: StillClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_for(database_url, data_dir=str(tmp_path))
    made = await run(capsys, commands.create_key(settings, "门户", ["officer", "agent"], QIDONG))
    secret = made.split()[-1]
    assert secret.startswith("mps_")
    assert "officer,agent" in made
    second = await run(capsys, commands.create_key(settings, "门户", None, QIDONG))
    assert "officer,agent" in second  # another key of the same client
    others = await run(capsys, commands.create_key(settings, "门户", ["admin"], QIDONG), 1)
    assert "officer,agent；请不带 --roles" in others  # never a key that may do what nobody asked for
    listed = await run(capsys, commands.list_keys(settings))
    line = next(line for line in listed.splitlines() if "门户" in line)
    assert (QIDONG in line, line.endswith("valid"), secret in listed) == (True, True, False)
    revoked = await run(capsys, commands.revoke_key(settings, line.split()[0]))
    assert line.split()[0] in revoked
    assert "revoked" in await run(capsys, commands.list_keys(settings))
    app: FastAPI = create_app(settings, clock)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        world = World(client, clock)
        assert (await told(world, f"Bearer {secret}")).status_code == 401
        alive = second.split()[-1]
        assert (await told(world, f"Bearer {alive}")).status_code == 200
        rows = await app.state.database.driver.fetch("SELECT type, body FROM event ORDER BY sequence", [])
        last = [row[0] for row in rows[-4:]]
        assert last == ["client.registered", "api_key.created", "api_key.created", "api_key.revoked"]
        assert json.loads(rows[-1][1])["actor"]["person"] == "system"


@pytest.mark.parametrize(
    ("name", "roles", "area", "told_why"),
    [
        ("", ["officer"], QIDONG, "--client: 不能为空 · is too short"),
        ("x", ["rater", "king"], QIDONG, "--roles: 不是允许的取值："),
        ("x", ["officer"], "3 2", "--area: 格式不正确 · does not"),
        ("x", ["officer"], "999999", "999999"),
        ("x", ["department"], QIDONG, "department"),
    ],
)
async def test_the_command_line_refuses_what_the_interface_refuses(
    database_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    roles: list[str],
    area: str,
    told_why: str,
) -> None:
    settings = settings_for(database_url, data_dir=str(tmp_path))
    before = await run(capsys, commands.list_keys(settings))
    assert told_why in await run(capsys, commands.create_key(settings, name, roles, area), 1)
    for key in ("nonsense", "01990000-0000-7000-8000-000000000000"):
        assert "no such key" in await run(capsys, commands.revoke_key(settings, key), 1)
    assert await run(capsys, commands.list_keys(settings)) == before
