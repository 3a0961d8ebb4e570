"""What silence has accepted, announced once as an event; it was true before, and is not decided here."""

from datetime import datetime, time, timedelta

from app.actor import Actor, system_actor
from app.areas.queries import all_areas
from app.clock import OFFICE, Clock, new_id, office_date
from app.config import Settings
from app.database import Database, Writer
from app.domain.items import ItemAct
from app.domain.vocabulary import EntryMode
from app.events.service import record
from app.items.applying import NewStep, Open, insert_step, lock_case
from app.items.queries import announced_wrongly, silent_before
from app.projects.queries import stamp_of

BATCH = 50


async def announce_silence(database: Database, _settings: Settings, clock: Clock) -> bool:
    """Announce cases accepted by silence, and withdraw what a later report has made untrue; once each.

    One event and one transaction per case, so that nobody waits for a batch. Tells whether there was any.
    """
    at = clock()
    untrue = await database.reader.all(announced_wrongly(BATCH))
    silent = await database.reader.all(silent_before(office_date(at), BATCH))
    if not untrue and not silent:
        return False
    areas = [area.code for area in await database.reader.all(all_areas())]
    actor = system_actor(at, *areas)
    for case_id in [*untrue, *silent]:
        async with database.write() as session:
            known = await lock_case(session, actor, case_id, guesses=True)
            if known.case.silence_announced is not None:
                await _withdraw(session, actor, known)
            else:
                await _announce(session, actor, known)
    return True


async def _announce(session: Writer, actor: Actor, known: Open) -> None:
    """Record the acceptance as it follows: from the end of the last day of silence on."""
    case = known.case
    if case.silence_ends_on is None or case.silence_ends_on >= actor.today:
        return
    at = datetime.combine(case.silence_ends_on + timedelta(days=1), time(), OFFICE)
    event_id = new_id(actor.at)
    new = NewStep(
        code=ItemAct.DEEMED_ACCEPTED,
        occurred_at=at,
        mode=EntryMode.ONLINE,
        event_id=event_id,
        told={},
        is_derived=True,
    )
    await insert_step(session, actor, case, case.steps + 1, new)
    await session.change(
        case, steps=case.steps + 1, silence_announced=case.silence_ends_on, version=case.version + 1
    )
    facts = {"item_case_id": case.id, "item_code": case.item_code, "anchor_on": str(case.receipt_on)}
    await record(
        session,
        actor,
        "item.deemed_accepted",
        stamp_of(known.pair[0], case.department_code),
        id=event_id,
        occurred_at=at,
        facts=facts,
    )


async def _withdraw(session: Writer, actor: Actor, known: Open) -> None:
    """Take back what was announced and is not so, or not at that time."""
    case = known.case
    if case.silence_ends_on == case.silence_announced:
        return
    for row in known.rows:
        if row.is_derived and row.code == ItemAct.DEEMED_ACCEPTED:
            await session.remove(row)
    await session.change(case, silence_announced=None, version=case.version + 1)
    facts = {"item_case_id": case.id, "item_code": case.item_code, "announced": str(case.silence_announced)}
    await record(
        session,
        actor,
        "item.deemed_acceptance_withdrawn",
        stamp_of(known.pair[0], case.department_code),
        facts=facts,
    )
