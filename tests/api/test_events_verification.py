"""GET /v1/events/verification."""

from app.database import Database
from app.events.auditing import audit
from app.events.verifying import verify
from tests.builders import World


async def test_an_untouched_ledger_is_sound(world: World, database: Database) -> None:
    await world.project()
    verdict = await verify(database)
    assert verdict.broken is None
    assert await audit(database) == []
    answer = await world.get("/v1/events/verification", "auditor")
    assert answer.status_code == 200, answer.text
    assert answer.json()["is_sound"]
