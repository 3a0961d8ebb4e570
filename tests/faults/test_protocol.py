"""What HTTP asks of a server, and what callers do to one: HEAD, Allow, slow and broken bodies."""

import asyncio
import logging
from typing import Any

import pytest
from fastapi import FastAPI

from app import door
from tests.builders import World


async def test_a_head_is_answered_as_its_get_without_the_body(world: World) -> None:
    project = await world.project()
    for path in ("/v1/projects", f"/v1/projects/{project['id']}", "/health/live"):
        asked = await world.get(path)
        head = await world.client.head(path, headers=world.headers("officer"))
        assert head.status_code == 200, path
        assert head.content == b""
        assert head.headers.get("etag") == asked.headers.get("etag")
        assert head.headers["content-length"] == asked.headers["content-length"]
    unknown = await world.client.head("/v1/projects")
    assert unknown.status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("OPTIONS", "/v1/projects", "GET, POST, HEAD"),
        ("DELETE", "/v1/projects", "GET, POST, HEAD"),
        ("DELETE", "/v1/projects/{id}", "GET, PATCH, HEAD"),
        ("GET", "/v1/projects/{id}/confirmations", None),
        ("PUT", "/v1/file-references", "POST"),
        ("GET", "/v1/projects/search", "POST"),  # which is nobody's id
        ("PUT", "/v1/procedures/in-force", "GET, HEAD"),
        ("POST", "/health/live", "GET, HEAD"),
    ],
)
async def test_a_refused_method_names_all_that_are_allowed(
    world: World, method: str, path: str, allowed: str | None
) -> None:
    path = path.format(id=(await world.project())["id"])
    answer = await world.client.request(method, path, headers=world.headers("officer"))
    assert answer.status_code == (405 if allowed else 200)
    assert answer.headers.get("allow") == allowed


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("en", "en"),
        ("EN-gb, zh;q=0.5", "en"),
        ("fr, en;q=0.8", "en"),
        ("zh;q=0.4, en;q=0.9", "en"),
        ("zh-CN, en;q=0.9", "zh-CN"),
        ("en;q=0, fr", "zh-CN"),
        ("en;q=often", "zh-CN"),
        ("fr;q=1, *", "zh-CN"),
        ("zh, en", "zh-CN"),
        ("", "zh-CN"),
    ],
)
async def test_a_refusal_speaks_the_language_that_is_wanted_more(
    world: World, wanted: str, told: str
) -> None:
    answer = await world.get("/v1/nothing", headers={"Accept-Language": wanted})
    assert answer.headers["content-language"] == told
    assert answer.json()["title"] == {"en": "No such path", "zh-CN": "路径不存在"}[told]


async def test_ids_are_read_in_either_case(world: World) -> None:
    project = await world.project()
    assert (await world.get(f"/v1/projects/{project['id'].upper()}")).json()["id"] == project["id"]


@pytest.mark.parametrize("path", ["/v1/projects/", "/v1/projects%2F", "/docs/", "/health/live/"])
async def test_a_trailing_slash_names_nothing_and_is_sent_nowhere(world: World, path: str) -> None:
    answer = await world.client.get(path, headers=world.headers("officer") | {"Host": "evil.example"})
    assert (answer.status_code, answer.headers.get("location")) == (404, None)


async def ask(app: FastAPI, messages: list[dict[str, Any]], pause: float = 0) -> list[dict[str, Any]]:
    """Send the parts of a body to a writing path; after the last of them nothing comes any more."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause if messages else 60)
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/v1/projects", "raw_path": b"/v1/projects",
        "query_string": b"", "headers": [(b"content-type", b"application/json")], "http_version": "1.1",
        "scheme": "http", "root_path": "", "server": ("test", 80), "client": ("test", 1),
    }  # fmt: skip
    await asyncio.wait_for(app(scope, receive, send), 20)  # type: ignore[arg-type]  # a list is a callable's queue
    return sent


def part(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_that_drips_is_refused_in_time_and_the_connection_ends(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.2)
    sent = await ask(app, [part(b" ") for _ in range(1000)], pause=0.02)
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]
    assert b"BodyTooSlow" in sent[1]["body"]


async def test_a_caller_who_hangs_up_within_his_body_is_no_mistake_of_ours(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert await ask(app, [part(b"{"), {"type": "http.disconnect"}]) == []
    assert caplog.records == []
