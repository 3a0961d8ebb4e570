"""Administrators at work: small sentences for the tests of the registers."""

import json
from typing import Any

import httpx

from app.database import Database
from tests.builders import QIDONG, World


async def post(world: World, path: str, body: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    """Post as the city's administrator, or with these headers."""
    return await world.client.post(path, json=body, headers=headers or world.headers("admin"))


async def get(world: World, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    return await world.client.get(path, headers=headers or world.headers("admin"))


async def patch(
    world: World, path: str, body: Any, tag: str | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    headers = headers or world.headers("admin")
    return await world.client.patch(path, json=body, headers=headers | ({"If-Match": tag} if tag else {}))


async def a_client(world: World, **facts: Any) -> dict[str, Any]:
    """Register a calling system."""
    usual = {"name": f"系统 {world.key()}", "roles": ["officer"], "area_code": QIDONG, "realm": "nantong"}
    response = await post(world, "/v1/clients", usual | facts)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def a_key(world: World, client: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """Make a key of a calling system."""
    response = await post(world, f"/v1/clients/{client['id']}/keys", facts)
    assert response.status_code == 201, response.text
    return dict(response.json())


def bearer(key: dict[str, Any], **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key['secret']}"} | more


async def system(world: World, **facts: Any) -> dict[str, str]:
    """Register a calling system with a key; give the headers it sends."""
    return bearer(await a_key(world, await a_client(world, **facts)))


async def events_of(database: Database, kind: str) -> list[dict[str, Any]]:
    """Read the ledger's events of one type, the oldest first."""
    rows = await database.driver.fetch("SELECT type, body FROM event ORDER BY sequence", [])
    return [json.loads(row[1]) for row in rows if row[0] == kind]
