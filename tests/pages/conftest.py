"""A real browser before a real server: Chromium of the system, pages served over HTTP, pictures kept.

Nothing here is part of `make test`: `make test-pages` runs it.
"""

import asyncio
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.builders import World
from tests.pages.seeing import Seeing

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium, with a profile of its own that is gone afterwards."""
    path = shutil.which("chromium")
    assert path is not None, "make test-pages installs chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The pages are the same on both databases; tests/api holds that."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'mps_test.db')}"


class Quiet(uvicorn.Server):
    """A server that leaves the signals to pytest, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.listens.set()

    def capture_signals(self) -> Any:
        return nullcontext()


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """Where the application answers to a browser."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, loop="none")
    server = Quiet(config)
    running = asyncio.create_task(server.serve([listening]))
    await server.listens.wait()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    server.force_exit = True
    await running


@pytest.fixture
async def client(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Makes the world through HTTP; tests/api holds the answers against the contract."""
    async with httpx.AsyncClient(base_url=address) as client:
        yield client


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures go: SHOTS, or a directory that pytest forgets."""
    named = os.environ.get("SHOTS")
    path = Path(named) if named else tmp_path_factory.mktemp("shots")
    path.mkdir(parents=True, exist_ok=True)
    return path


Opens = Callable[..., Any]


@pytest.fixture
async def see(
    browser: Browser, address: str, shots: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Opens]:
    """Opens pages as somebody sees them; at the end none may have said anything on its console."""
    contexts: list[BrowserContext] = []
    seen: list[Seeing] = []
    name = re.sub(r"\W+", "-", request.node.name)

    async def opens(
        path: str, *, size: dict[str, int] | None = None, language: str = "zh-CN", **more: Any
    ) -> Seeing:
        context = await browser.new_context(
            viewport=size or DESK, locale=language, base_url=address, timezone_id="Asia/Shanghai", **more
        )
        contexts.append(context)
        page: Page = await context.new_page()
        seeing = Seeing(page, shots / f"{name}-{len(seen) + 1}")
        seen.append(seeing)
        await seeing.goto(path)
        return seeing

    yield opens
    for context in contexts:
        await context.close()
    said = [line for seeing in seen for line in seeing.said]
    assert said == [], "a page said something on its console"


@pytest.fixture
def world(client: httpx.AsyncClient, clock: Any) -> World:
    return World(client, clock)
