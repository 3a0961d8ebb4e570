"""Once a day, what waits is passed on to tables and ledger: shuffled, in one event for an area.

Confidential ones on the next day; anonymous ones in groups of five or more that share area, subject and
month (``domain.anonymity``). That an invitation was used is told on the next day too, with its day only.
"""

import json
import random
from collections.abc import Iterable, Sequence
from datetime import datetime, time

from app.actor import Actor, system_actor
from app.areas.queries import all_areas
from app.bad_reviews.opening import open_bad_review
from app.clock import OFFICE, Clock, office_date
from app.config import Settings
from app.database import Database, Writer
from app.domain.anonymity import Held, Passed, month_of, pass_on
from app.domain.invitations import InvitationState
from app.domain.vocabulary import EvaluationMode, EvaluationRound
from app.evaluations.models import Evaluation, EvaluationInvitation, EvaluationWaiting
from app.evaluations.queries import lock_invitations
from app.events.service import Stamp, record
from app.private import service as private
from app.projects.queries import lock_project, stamp_of
from app.rating import queries

_chance = random.SystemRandom()


async def pass_on_evaluations(database: Database, _settings: Settings, clock: Clock) -> bool:
    """Pass on what may be shown, and tell which invitations were used. Tells whether there was anything.

    What was given today waits for tomorrow: so it happens once a day, however often one looks.
    """
    at = clock()
    today = office_date(at)
    waiting = await database.reader.all(queries.waiting_before(today))
    spent = await database.reader.all(queries.spent_before(today))
    if not waiting and not spent:
        return False
    parents = {area.code: area.parent_code for area in await database.reader.all(all_areas())}
    by_area: dict[str, list[Passed]] = {}
    digests = [row.receipt_digest for row in waiting if row.round == EvaluationRound.FOLLOW_ON]
    earlier = await database.reader.all(queries.passed_on_under(digests)) if digests else []
    for one in _passing(waiting, earlier, parents, at):
        by_area.setdefault(one.area_code, []).append(one)
    for area_code, passed in sorted(by_area.items()):
        async with database.write() as session:
            await _pass_on(session, system_actor(at, area_code), passed)
    _chance.shuffle(spent)
    actor = system_actor(at, *parents)
    for invitation in spent:
        async with database.write() as session:
            await _tell_used(session, actor, invitation)
    return bool(by_area or spent)


def _passing(
    waiting: Sequence[EvaluationWaiting],
    earlier: Iterable[Evaluation],
    parents: dict[str, str | None],
    at: datetime,
) -> list[Passed]:
    """Choose what may be shown, and as what; a follow-on goes where its first one has gone."""
    firsts = [row for row in waiting if row.round == EvaluationRound.FIRST]
    anonymous = [
        Held(row.id, row.area_code, row.subject, row.given_on)
        for row in firsts
        if row.mode == EvaluationMode.ANONYMOUS
    ]
    passed = pass_on(anonymous, parents, office_date(at))
    passed += [
        Passed(row.id, row.area_code, row.subject, month_of(row.given_on))
        for row in firsts
        if row.mode == EvaluationMode.CONFIDENTIAL
    ]
    gone = {one.id: one for one in passed}
    places = {
        row.receipt_digest: (gone[row.id].area_code, gone[row.id].subject) for row in firsts if row.id in gone
    }
    places |= {
        row.receipt_digest or "": (row.area_code, row.subject)
        for row in earlier
        if row.round == EvaluationRound.FIRST
    }
    passed += [
        Passed(row.id, *places[row.receipt_digest], month_of(row.given_on))
        for row in waiting
        if row.round == EvaluationRound.FOLLOW_ON and row.receipt_digest in places
    ]
    return passed


async def _pass_on(session: Writer, actor: Actor, passed: Sequence[Passed]) -> None:
    """Move one area's rows from where they wait to where they are seen: all of them, or none."""
    rows = {row.id: row for row in await session.all(queries.lock_waiting([one.id for one in passed]))}
    if len(rows) < len(passed):
        return  # another worker was quicker; what is left is looked at again
    digests = [row.receipt_digest for row in rows.values()]
    known = await session.all(queries.passed_on_under(digests))
    order = _chance.sample(passed, len(passed))
    sources: dict[str, str | None] = {
        row.receipt_digest: row.source_id for row in known if row.receipt_digest is not None
    }
    twice = {(row.receipt_digest, row.round) for row in known}
    for one in sorted(order, key=lambda each: rows[each.id].round != EvaluationRound.FIRST):
        row = rows[one.id]
        if (row.receipt_digest, row.round) in twice:  # given twice while the first was on its way
            await session.remove(row)
            continue
        if row.source is not None:
            text = json.dumps(row.source, sort_keys=True)
            kept = await private.keep(session, actor, "evaluation_source", text, None)
            sources[row.receipt_digest] = kept
        await _show(session, actor, row, one, sources.get(row.receipt_digest))
    facts = {"number": len(passed)}
    await record(session, actor, "evaluations.passed_on", Stamp(None, actor.areas[0], None), facts=facts)


async def _show(
    session: Writer, actor: Actor, row: EvaluationWaiting, one: Passed, source_id: str | None
) -> None:
    evaluation = await session.insert(
        Evaluation,
        id=row.id,
        mode=row.mode,
        round=row.round,
        area_code=one.area_code,
        owner_uscc=None,
        project_id=None,
        event_id=None,
        item_case_id=None,
        invitation_id=None,
        subject=one.subject,
        handler=None,
        rater=None,
        level=row.level,
        dimensions={},
        text_id=await private.keep(session, actor, "evaluation_text", row.text, None),
        contact_id=None,
        source_id=source_id,
        channel=None,
        month=one.month,
        evaluated_at=None,
        receipt_digest=row.receipt_digest,
    )
    await open_bad_review(session, actor, evaluation)
    await session.remove(row)


async def _tell_used(session: Writer, actor: Actor, found: EvaluationInvitation) -> None:
    """Say of an invitation that it was used, and on which day; nobody is told how."""
    project, _ = await lock_project(session, actor, found.project_id)
    rows = await session.all(lock_invitations(found.event_id))
    row = next(each for each in rows if each.id == found.id)
    if row.state != InvitationState.OPEN or row.spent_on is None:
        return
    await session.change(row, state=InvitationState.USED.value, used_on=row.spent_on, version=row.version + 1)
    await record(
        session,
        actor,
        "evaluation_invitation.used",
        stamp_of(project),
        occurred_at=datetime.combine(row.spent_on, time(), OFFICE),
        facts={"invitation_id": row.id, "event_id": row.event_id},
    )
