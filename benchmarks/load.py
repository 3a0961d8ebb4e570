"""A load generator of our own: keep-alive connections over raw sockets, every status counted.

It runs as a process of its own, takes one order per line on standard input and answers with one line.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import urlencode

import uvloop

from benchmarks.data import AREA, HEADERS, MOVERS, OTHER_STAGE, STAGE, nth_id

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
HEAD = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
LIST = "/v1/projects?" + urlencode({"stage": STAGE, "area": AREA, "limit": 50})
numbers = count(1)


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{HEAD}\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\n{HEAD}Content-Type: application/json\r\n"
    return (
        f"{head}Idempotency-Key: {RUN}-{next(numbers)}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    )


RUN = f"{time.time_ns():x}"
FORTH = json.dumps({"from_stage": OTHER_STAGE, "move": "forth"}).encode()
BACK = json.dumps({"from_stage": STAGE, "move": "back"}).encode()


class Movers:
    """The projects of one database that are moved to and fro: each waits for its own answer."""

    def __init__(self, first: int) -> None:
        self.free = [nth_id(first + n) for n in range(MOVERS)]
        self.is_away = dict.fromkeys(self.free, False)


class Connection(asyncio.Protocol):
    """Asks, reads the answer, asks again until the time is over."""

    def __init__(self, ask: Callable[["Connection"], bytes], until: float, statuses: Counter[int]) -> None:
        self.ask, self.until, self.statuses = ask, until, statuses
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer, self.needed, self.status = b"", 0, 0
        self.delays: list[float] = []
        self.on_answer: Callable[[int], None] = lambda _status: None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._send()

    def _send(self) -> None:
        self.began = time.perf_counter()
        self.transport.write(self.ask(self))

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        if not self.needed:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            found = LENGTH.search(self.buffer, 0, end)
            self.needed = end + 4 + (int(found[1]) if found else 0)
        if len(self.buffer) < self.needed:
            return
        self.delays.append(time.perf_counter() - self.began)
        status = int(self.buffer[9:12])
        self.statuses[status] += 1
        self.size, self.buffer, self.needed = self.needed, b"", 0
        self.on_answer(status)
        if time.perf_counter() < self.until:
            self._send()
        else:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.statuses[0] += 1  # hung up on us
            self.done.set_result(None)


class Generator:
    """Does one order after the other."""

    def __init__(self) -> None:
        self.movers: dict[str, Movers] = {}

    async def run(self, order: dict[str, Any]) -> dict[str, Any]:
        statuses: Counter[int] = Counter()
        ask = getattr(self, order["kind"])(order)
        loop = asyncio.get_running_loop()
        began = time.perf_counter()
        until = began + order["seconds"]
        connections = []
        for _ in range(order["connections"]):
            _, connection = await loop.create_connection(
                lambda: Connection(ask, until, statuses), "127.0.0.1", order["port"]
            )
            connections.append(connection)
        await asyncio.gather(*(c.done for c in connections))
        seconds = time.perf_counter() - began
        delays = sorted(d for c in connections for d in c.delays) or [0.0]
        return {
            "statuses": dict(statuses),
            "per_second": statuses.total() / seconds,
            "p50_ms": delays[len(delays) // 2] * 1000,
            "p99_ms": delays[len(delays) * 99 // 100] * 1000,
            "bytes": max((getattr(c, "size", 0) for c in connections), default=0),
        }

    def read_one(self, order: dict[str, Any]) -> Callable[[Connection], bytes]:
        requests = [get(f"/v1/projects/{nth_id(n)}") for n in range(order["projects"])]
        return lambda _connection: random.choice(requests)

    def read_list(self, order: dict[str, Any]) -> Callable[[Connection], bytes]:
        request = get(order.get("path", LIST))
        return lambda _connection: request

    def move(self, order: dict[str, Any]) -> Callable[[Connection], bytes]:
        movers = self.movers.setdefault(order["database"], Movers(order["projects"]))

        def ask(connection: Connection) -> bytes:
            project = movers.free.pop(0)
            is_away = movers.is_away[project]

            def on_answer(status: int) -> None:
                movers.is_away[project] = is_away != (status == 201)
                movers.free.append(project)

            connection.on_answer = on_answer
            return post(f"/v1/projects/{project}/stage-transitions", BACK if is_away else FORTH)

        return ask


async def serve() -> None:
    generator = Generator()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await generator.run(json.loads(line))), flush=True)


if __name__ == "__main__":
    uvloop.run(serve())
