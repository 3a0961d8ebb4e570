"""Whatever a caller sends: a clear refusal in both languages, never a 500, and the database as it was.

The requests are the recorded examples of the contract, each spoilt in every way we know.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.database import Database
from app.events.queries import chain_head
from app.openapi import DOCUMENT
from tests.builders import World
from tests.contract import examples
from tests.contract.told import ToldWorld, told, told_copy, told_postgres, told_sqlite

__all__ = ["told", "told_copy", "told_postgres", "told_sqlite"]

SPOILS: list[Any] = [
    True,
    2**63,
    -1,
    1.5,
    "",
    "a\x00b",
    "\x1b[31m",
    chr(0x202E),
    "x" * 3000,
    [],
    {},
    ["x"] * 300,
    [[[]]],
    {"a": 1},
    "2026-02-30",
    "2026-03-02T10:00:00",
    "0001-01-01T00:00:00+14:00",
    "１２３",
]
CONTRACT = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
WRITES = [
    name
    for name, example in examples.load().items()
    if "request" in example and "requestBody" in CONTRACT[example["path"]][example["method"].lower()]
]


def spoilt(body: Any) -> Iterator[tuple[str, bytes]]:
    """Spoil one place of a body at a time."""
    for path in _places(body):
        for value in SPOILS:
            yield f"{path} = {str(value)[:20]!r}", json.dumps(_with(body, path, value)).encode()
        yield f"{path} = lone surrogate", json.dumps(_with(body, path, "\ud800")).encode()
    yield "unknown field", json.dumps(body | {"surprise": 1}).encode()
    yield "unknown field with a hostile name", json.dumps(body | {"~/\x00": 1}).encode()


def raw(body: Any) -> Iterator[tuple[str, bytes, str, set[int]]]:
    """Bodies that are no strict JSON at all, with their media type and the statuses that fit."""
    text, kind = json.dumps(body or {"filler": 1}, ensure_ascii=False), "application/json"
    yield "NaN", text.replace("{", '{"n": NaN,', 1).encode(), kind, {400}
    yield "Infinity", text.replace("{", '{"n": -Infinity,', 1).encode(), kind, {400}
    yield "duplicate keys", text.replace("{", '{"d": 1, "d": 2,', 1).encode(), kind, {400}
    yield "1e400", text.replace("{", '{"n": 1e400,', 1).encode(), kind, {422}
    yield "5,000 digits", text.replace("{", '{"n": ' + "9" * 5000 + ",", 1).encode(), kind, {422}
    yield "depth", b"[" * 100_000 + b"]" * 100_000, kind, {400}
    yield "depth 40", b'{"a":' * 40 + b"1" + b"}" * 40, kind, {400}
    yield "cut off", text.encode()[:-1], kind, {400}
    yield "GBK", '{"name": "项目"}'.encode("gbk"), kind, {400}
    yield "BOM", b"\xef\xbb\xbf" + text.encode(), kind, {400}
    yield "a list", b"[]", kind, {422}
    yield "a text", b'"x"', kind, {422}
    yield "nothing", b"", kind, {422}
    yield "a form", b"a=1&b=2", "application/x-www-form-urlencoded", {415}
    yield "GBK declared", text.encode(), "application/json; charset=gbk", {415}
    yield "no media type", text.encode(), "", {415, 422}
    yield "too large", b'{"a": "' + b"x" * 1_100_000 + b'"}', kind, {413}


def _places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(body, dict):
        for key, value in body.items():
            yield (*path, key)
            yield from _places(value, (*path, key))
    elif isinstance(body, list) and body:
        yield (*path, 0)
        yield from _places(body[0], (*path, 0))


def _with(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(body)
    here = changed
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return changed


class Sender:
    """Sends the example of an operation with another body, as the one who made it."""

    def __init__(self, world: World, example: dict[str, Any]) -> None:
        self.world, self.example = world, example
        self.path = example["path"].format(**example["parameters"])

    async def send(self, body: bytes, kind: str = "application/json", **headers: str) -> httpx.Response:
        who = self.world.headers(self.example["role"], self.example["number"])
        extra = {"Content-Type": kind} if kind else {}
        if self.example["method"] in {"PATCH", "PUT", "DELETE"}:
            extra["If-Match"] = '"1"'
        return await self.world.client.request(
            self.example["method"], self.path, content=body, headers=who | extra | headers
        )


async def _sequence(database: Database) -> int:
    return (await database.reader.one(chain_head())).sequence


@pytest.mark.parametrize("name", WRITES)
async def test_a_spoilt_body_is_refused_and_changes_nothing(told: ToldWorld, name: str) -> None:
    world, database = told.world, told.app.state.database
    example = examples.load()[name]
    sender = Sender(world, example)
    for what, body in spoilt(example["request"]):
        before = await _sequence(database)
        response = await sender.send(body)
        assert response.status_code < 500, f"{name}: {what}: {response.text}"
        if response.status_code >= 400:
            assert await _sequence(database) == before, f"{name}: {what}"
            assert response.json()["detail"], f"{name}: {what}"
    for what, body, kind, statuses in raw(example["request"]):
        before = await _sequence(database)
        response = await sender.send(body, kind)
        assert response.status_code in statuses, (
            f"{name}: {what}: {response.status_code} {response.text[:200]}"
        )
        assert await _sequence(database) == before
        english = await sender.send(body, kind, **{"Accept-Language": "en"})
        assert english.json()["code"] == response.json()["code"]
        assert english.json()["title"] != response.json()["title"]


ABSENT = "00000000-0000-0000-0000-000000000000"
READS = {n: e for n, e in examples.load().items() if e["method"] == "GET" and e["path"].startswith("/v1/")}
QUERIES = [
    *("limit=0", "limit=201", "limit=abc", "limit=-1", "limit=1e3", "limit=٣", "limit=5&limit=6"),
    *("cursor=%00", "cursor=AAAA", "cursor=WzFd", "cursor=" + "A" * 600, "after=-1", "q=%ff", "%00=1"),
    *("surprise=1", "known_at=yesterday", "known_at=2026-01-01T00:00:00", "after=9223372036854775808"),
    *("sort=;drop", "include=everything", "expand=secrets", "area=%F0%9F%98%80"),
]


@pytest.mark.parametrize("name", sorted(READS))
async def test_hostile_queries_paths_and_headers_are_refused(told: ToldWorld, name: str) -> None:
    world = told.world
    example = READS[name]
    path = example["path"].format(**example["parameters"])
    who = world.headers(example["role"], example["number"])
    for query in QUERIES:
        response = await world.client.get(f"{path}?{query}", headers=who)
        assert response.status_code < 500, f"{name}?{query}: {response.text}"
    for parameter in example["parameters"]:
        for bad in (
            "%00",
            "%FF",
            "..%2F..",
            "x" * 3000,
            "%F0%9F%98%80",
            "1;2",
            "{}",
            "00000000-0000-0000-0000-000000000000",
        ):
            broken = example["path"].format(**(example["parameters"] | {parameter: bad}))
            response = await world.client.get(broken, headers=who)
            assert response.status_code in {400, 404, 405, 422}, f"{broken}: {response.status_code}"
    for header, value in (
        ("If-None-Match", "x" * 5000),
        ("Accept-Language", "\xff\xfe"),
        ("Operator-Id", "é" * 10),
        ("Operator-Role", "king"),
        ("Acting-For", "\x7f"),
        ("Authorization", "Bearer mps_é"),
    ):
        headers = {k: v for k, v in who.items() if k.lower() != header.lower()}
        pairs = [(k.encode(), v.encode("latin-1")) for k, v in (headers | {header: value}).items()]
        response = await world.client.get(path, headers=pairs)
        assert response.status_code < 500, f"{name} {header}: {response.text}"
