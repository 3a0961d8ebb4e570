"""The story told where nothing is left to chance: the same ids, salts, keys and signatures on every run."""

import asyncio
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from sqlalchemy import update

from app.config import Settings
from app.database import Database
from app.events.models import ChainHead
from app.main import create_app
from app.migrating import migrate
from app.query import Selection, query
from tests import builders
from tests.builders import QIDONG, RUGAO, World, _furnish
from tests.contract.checking import Contract
from tests.contract.examples import Recorder
from tests.story import Story

LEDGER = "11111111-1111-4111-8111-111111111111"
KEY = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
"""


@contextmanager
def without_chance() -> Iterator[None]:
    """Make every random choice of the program the same on every run."""
    dice = random.Random(20260302)
    with (
        patch.object(secrets, "randbits", dice.getrandbits),
        patch.object(secrets, "token_hex", lambda n=32: dice.randbytes(n).hex()),
        patch.object(secrets, "token_urlsafe", lambda n=32: dice.randbytes(n).hex()[:43]),
        patch.object(builders, "_numbers", count(1)),  # whatever other tests have made before
    ):
        yield


@query
def _name_ledger(ledger_id: str) -> Selection[Any]:
    return update(ChainHead).values(ledger_id=ledger_id)


def tell(settings: Settings, clock: Any, contract: Contract) -> tuple[dict[str, Any], dict[str, Story]]:
    """Migrate and furnish an empty database and tell the story in two counties; give the examples."""
    data = Path(settings.data_dir)
    data.mkdir(parents=True, exist_ok=True)
    (data / "signing-key.pem").write_text(KEY)
    (data / "signing-key.pem").chmod(0o600)
    with without_chance():
        migrate(settings)
        return asyncio.run(_tell(settings, clock, contract))


async def _tell(
    settings: Settings, clock: Any, contract: Contract
) -> tuple[dict[str, Any], dict[str, Story]]:
    async with Database(settings).opened() as database, database.write() as session:
        await session.run(_name_ledger(LEDGER))
    await _furnish(settings)
    app = create_app(settings, clock)
    recorder = Recorder(contract)
    stories = {}

    async def check(response: httpx.Response) -> None:
        await response.aread()
        contract.check(response)

    async with app.router.lifespan_context(app):
        hooks = {"response": [check, recorder.note]}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", event_hooks=hooks
        ) as client:
            for area, key in ((QIDONG, "qidong"), (RUGAO, "rugao")):
                stories[area] = Story(World(client, clock), area, key, app.state.database)
                found = await stories[area].ask("admin", "GET", "/v1/operators?role=agent&limit=10")
                agents = sorted((o["operator_code"], o["id"]) for o in found["items"])
                await stories[area].tell(tuple(i for _, i in agents[:3]))  # type: ignore[arg-type]
    return recorder.found, stories
