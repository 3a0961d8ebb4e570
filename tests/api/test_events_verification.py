"""GET /v1/events/verification, the command ``verify``, and the auditor, on real databases."""

import json
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.clients.models import Client
from app.config import Settings
from app.database import Database
from app.domain.verification import Break, Broken
from app.events.auditing import audit
from app.events.heads import SignedHead, sign_head
from app.events.queries import chain_head, checkpoints, events_after
from app.events.verifying import run_verify, verify
from app.private.models import Private
from app.private.queries import texts_of
from app.query import query
from app.signing import signer_for
from tests.builders import World
from tests.ledgers import unguard, write_ledger
from tests.tampering import a_ledger, an_entry, head_of, large, rehashed, small


async def test_an_untouched_ledger_is_sound(world: World, database: Database) -> None:
    await world.project()
    pages: list[tuple[int, int]] = []
    verdict = await verify(database, on_page=lambda done, of: pages.append((done, of)))
    assert verdict.broken is None
    assert pages[-1] == (verdict.checked, verdict.last)
    body = (await world.get("/v1/events/verification", "auditor")).json()
    assert body["is_sound"]
    assert body["checked"] == body["head_sequence"] == verdict.last


async def test_a_part_of_the_ledger_is_verified_from_what_precedes_it(world: World) -> None:
    body = (await world.get("/v1/events/verification?from=5&to=9", "supervisor")).json()
    assert (body["first_sequence"], body["last_sequence"], body["checked"]) == (5, 9, 5)
    assert body["is_sound"]
    beyond = (await world.get("/v1/events/verification?from=9999", "admin")).json()
    assert (beyond["checked"], beyond["is_sound"]) == (0, True)


async def test_only_those_who_review_may_verify(world: World) -> None:
    for role in ("officer", "portal", "department"):
        assert (await world.get("/v1/events/verification", role)).status_code == 403


@pytest.mark.tampers
async def test_tampering_is_found_and_named_in_the_database_itself(world: World, database: Database) -> None:
    await unguard(database)
    entries = a_ledger(30)
    signer = signer_for(Settings(data_dir=str(Path(database_path(world)))))
    attacks = [
        *islice(small(entries), 3, None, 29),
        *islice(large(entries), 1, None, 9),
        *list(large(entries))[-9:],
    ]
    assert len(attacks) > 40
    for attack in attacks:
        await write_ledger(database, attack.entries, attack.head)
        heads = [signed(signer, head) for head in attack.kept]
        verdict = await verify(database, heads, signer=signer)
        assert verdict.broken == attack.expected, attack.name
    await write_ledger(database, entries, head_of(entries))
    assert (await verify(database)).broken is None
    told = (await world.get("/v1/events/verification", "auditor")).json()
    assert told["is_sound"]


def database_path(world: World) -> str:
    return str(world.client._transport.app.state.settings.data_dir)  # type: ignore[attr-defined]


def signed(signer: Any, head: Any) -> SignedHead:
    return sign_head(
        signer, head.ledger_id, head.sequence, head.hash, datetime.fromisoformat(head.recorded_at)
    )


@pytest.mark.tampers
async def test_the_answer_names_the_first_broken_place(world: World, database: Database) -> None:
    await unguard(database)
    entries = a_ledger(20)
    await write_ledger(database, [*entries[:6], *entries[7:]], head_of(entries))
    body = (await world.get("/v1/events/verification", "auditor")).json()
    assert (body["is_sound"], body["broken"]["sequence"], body["broken"]["kind"]) == (False, 7, "missing")
    assert "缺失" in body["broken"]["detail"]
    english = await world.get("/v1/events/verification", "auditor", headers={"Accept-Language": "en"})
    assert "missing" in english.json()["broken"]["detail"]
    part = (await world.get("/v1/events/verification?from=8", "auditor")).json()
    assert (part["broken"]["sequence"], part["broken"]["kind"]) == (7, "missing")
    head: Any = await database.reader.one(chain_head())
    async with database.write() as session:
        await session.remove(head)
    assert (await verify(database)).broken == Broken(1, Break.MISSING)


async def test_the_command_says_where_it_is_and_what_it_found(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = world.client._transport.app.state.settings  # type: ignore[attr-defined]
    kept = (await world.post("/v1/events/checkpoints", None, "auditor")).json()
    file = tmp_path / "heads.json"
    file.write_text(json.dumps(kept))
    assert await run_verify(settings, file) == 0
    assert "sound" in capsys.readouterr().out
    file.write_text(json.dumps([{**kept, "sequence": kept["sequence"] + 1}]))
    assert await run_verify(settings, file) == 1
    assert "bad_signature" in capsys.readouterr().out
    for nonsense in ("{", "[1]", '{"sequence": 1}'):
        file.write_text(nonsense)
        assert await run_verify(settings, file) == 2
    assert await run_verify(settings, None) == 0


async def test_a_head_that_nobody_signed_or_another_key_did_is_refused(
    world: World, database: Database, tmp_path: Path
) -> None:
    head: Any = await database.reader.one(chain_head())
    ours, other = (
        signer_for(Settings(data_dir=str(tmp_path / "a"))),
        signer_for(Settings(data_dir=str(tmp_path / "b"))),
    )
    good = sign_head(ours, head.ledger_id, head.sequence, head.hash, head.recorded_at)
    assert (await verify(database, [good])).broken is None
    assert (await verify(database, [good._replace(public_key=None)], signer=ours)).broken is None
    for bad in (
        good._replace(public_key=None),
        good._replace(public_key=other.public_key_pem),
        good._replace(key_id=other.key_id),
        good._replace(signature="AAAA"),
        good._replace(signature="not base64"),
        good._replace(public_key="not a key"),
        good._replace(algorithm="none"),
        good._replace(hash="0" * 64),
    ):
        assert (await verify(database, [bad])).broken == Broken(head.sequence, Break.BAD_SIGNATURE)


@query
def clients() -> Any:
    return select(Client)


@pytest.mark.tampers
async def test_the_auditor_finds_rows_that_the_ledger_does_not_know(world: World, database: Database) -> None:
    project = await world.project(content="一期工程")
    assert await audit(database) == []
    client = (await database.reader.all(clients()))[0]
    (content,) = (await texts_of(database.reader, [project["content"]["id"]])).values()

    async def after(act: Any) -> str:
        async with database.write() as session:
            await act(session)
            session.changes, session.commitments = [], {}
        return "\n".join(await audit(database))

    assert "name differs" in await after(lambda s: s.change(client, name="another"))
    await after(lambda s: s.change(client, name=client.name))
    assert await audit(database) == []
    copy = client._asdict() | {"id": "55555555-5555-7555-8555-555555555555", "name": "unheard of"}  # type: ignore[attr-defined]
    assert "stands only in the table" in await after(lambda s: s.insert(Client, **copy))
    assert "not what was committed to" in await after(lambda s: s.change(content, value="二期工程"))
    assert "its erasure and its event disagree" in await after(
        lambda s: s.change(content, value=None, salt=None, erased_at=content.kept_at)
    )
    new = content._asdict() | {"id": "66666666-6666-7666-8666-666666666666"}  # type: ignore[attr-defined]
    assert "stands only in the store" in await after(lambda s: s.insert(Private, **new))


@pytest.mark.tampers
async def test_the_auditor_finds_a_broken_chain(world: World, database: Database) -> None:
    await unguard(database)
    entries = a_ledger(5)
    await write_ledger(database, [*entries[:2], *entries[3:]], head_of(entries))
    assert [f[:17] for f in await audit(database)] == ["event 3 (missing)"]
    strange = rehashed([*entries, an_entry(6, "", None, changes=[{"table": "area", "id": "x", "set": {}}])])
    strange += [an_entry(7, strange[-1].hash, None, changes=[{"table": "project", "id": "p", "set": {}}])]
    strange += [an_entry(8, strange[-1].hash, None, changes=[{"table": "moon", "id": "m", "set": {}}])]
    now: Any = await database.reader.one(chain_head())
    strange = rehashed(strange, now.ledger_id)
    await write_ledger(database, strange, head_of(strange, now.ledger_id))
    found = "\n".join(await audit(database))
    assert "event 7 (project.record_changed) changes a project that it does not belong to" in found
    assert "the ledger changes moon, which is no recorded table" in found
    assert "area x stands only in the ledger" in found
    assert "stands only in the table" in found
    assert "stands only in the store" in found


@pytest.mark.tampers
async def test_the_auditor_finds_a_reference_to_nothing(world: World, database: Database) -> None:
    project = await world.project(content="一期工程")
    is_sqlite = database.driver.dialect.name == "sqlite"
    off = "PRAGMA foreign_keys=OFF" if is_sqlite else "SET session_replication_role = replica"
    if is_sqlite:
        database.driver._writer.execute(off)  # type: ignore[attr-defined]
    async with database.driver.transaction() as transaction:
        if not is_sqlite:
            await transaction.run(off, [[]])
        place = project["content"]["id"]
        await transaction.run(f"DELETE FROM private WHERE id = '{place}'", [[]])
    assert "project.content_id names a row that is not there" in await audit(database)


async def test_checkpoints_are_kept_listed_and_used(world: World, database: Database) -> None:
    made = await world.post("/v1/events/checkpoints", None, "admin")
    assert made.status_code == 201, made.text
    again = await world.get(made.headers["location"], "supervisor")
    assert again.json() == made.json()
    world.clock.advance(seconds=1)
    await world.post("/v1/events/checkpoints", None, "auditor")
    first = (await world.get("/v1/events/checkpoints?limit=1", "auditor")).json()
    assert first["items"] == [made.json()]
    second = (await world.get(f"/v1/events/checkpoints?cursor={first['next_cursor']}", "auditor")).json()
    assert (len(second["items"]), second["next_cursor"]) == (1, None)
    assert (await world.get("/v1/events/checkpoints?cursor=IngiXQ", "auditor")).status_code == 422
    assert (await verify(database)).heads == 2
    missing = await world.get("/v1/events/checkpoints/77777777-7777-7777-8777-777777777777", "auditor")
    assert (missing.status_code, missing.json()["code"]) == (404, "CheckpointNotFound")
    assert (await world.post("/v1/events/checkpoints", None, "officer")).status_code == 403


@pytest.mark.tampers
async def test_a_checkpoint_that_is_still_there_betrays_a_rewritten_history(
    world: World, database: Database
) -> None:
    await world.post("/v1/events/checkpoints", None, "auditor")
    (kept,) = await database.reader.all(checkpoints(None, 9))
    await unguard(database)
    entries = rehashed(a_ledger(kept.sequence + 3), kept.ledger_id)
    await write_ledger(database, entries, head_of(entries, kept.ledger_id))
    assert (await verify(database)).broken == Broken(kept.sequence, Break.FORKED)


async def test_a_ledger_goes_over_to_sm3_and_stays_sound(world: World, database: Database) -> None:
    before: Any = await database.reader.one(chain_head())
    database.settings = database.settings.model_copy(update={"hash_algorithm": "sm3"})
    await world.project(content="一期工程")
    chosen = {e.algorithm for e in await database.reader.all(events_after(before.sequence, 9))}
    assert chosen == {"sm3"}
    assert (await verify(database)).broken is None
    assert await audit(database) == []
