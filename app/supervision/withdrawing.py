"""Taking back notices that turn out not to have been true: a correction, a late report, a calendar.

A notice said that on its day a clock had run out and time did not stand still. Whenever its project or a
calendar has seen something new, that day is looked at again by everything known now. What has changed since
that day undoes nothing.
"""

from app.actor import Actor, system_actor
from app.areas.queries import all_areas
from app.clock import Clock
from app.config import Settings
from app.database import Database, Reader, Writer
from app.domain.supervision import NOTICE_ACTS, hindrances
from app.domain.supervision_terms import NoticeAct, NoticeHindrance, NoticeRule, NoticeState
from app.events.service import record
from app.handling.service import CaseRef, take_step
from app.items.queries import find_case, steps_of
from app.projects.history import AsOf, pair_of, rows_as_of
from app.projects.queries import lock_project, stamp_of
from app.supervision.looking import look_at_case, look_at_stage
from app.supervision.models import SupervisionNotice
from app.supervision.queries import last_sequence, lock_notice, mark_checked, unchecked

BATCH = 100


async def withdraw_notices(database: Database, _settings: Settings, clock: Clock) -> bool:
    """Withdraw every notice that was not true, and remember how far the others were checked.

    One transaction and one event per withdrawal. Tells whether there was anything to look at.
    """
    at = clock()
    through = await database.reader.one(last_sequence())
    rows = await database.reader.all(unchecked(BATCH))
    if not rows:
        return False
    actor = system_actor(at, *[area.code for area in await database.reader.all(all_areas())])
    for row in rows:
        why = await _undone_by(database.reader, actor, row)
        async with database.write() as session:
            if why is None or not await _withdraw(session, actor, row):
                await session.run(mark_checked(row.id, through))
    return True


async def _undone_by(session: Reader, actor: Actor, row: SupervisionNotice) -> NoticeHindrance | None:
    """Say what stood against a notice on its day, by all that is known now."""
    if row.item_case_id is not None:
        case, _, _ = await find_case(session, actor, row.item_case_id)
        steps = await steps_of(session, case.id)
        found = await look_at_case(session, case, steps, row.issued_at, NoticeRule(row.rule))
    else:
        then = await rows_as_of(session, actor, row.project_id, AsOf(valid_at=row.issued_at))
        pair = pair_of(then, row.project_id)
        found = await look_at_stage(session, pair, row.issued_on, row.stage)
    return next(iter(hindrances(found.looked)), None)


async def _withdraw(session: Writer, actor: Actor, row: SupervisionNotice) -> bool:
    """Withdraw a notice, unless what undid it has gone since it was looked at."""
    project, _ = await lock_project(session, actor, row.project_id)
    row = await lock_notice(session, actor, row.id)
    why = await _undone_by(session, actor, row)
    if why is None or row.state == NoticeState.WITHDRAWN:
        return False
    stamp = stamp_of(project, row.department_code)
    ref = CaseRef("notice", row.id, stamp, row.steps, row.state)
    gone, facts = NoticeState.WITHDRAWN.value, {"undoing": why.value}
    await take_step(
        session, actor, ref, NOTICE_ACTS[NoticeAct.WITHDRAW], gone, facts=facts, text=None, evidence=()
    )
    await session.change(
        row,
        state=gone,
        withdrawn_on=actor.today,
        undoing=why.value,
        steps=row.steps + 1,
        version=row.version + 1,
    )
    facts |= {"notice_id": row.id, "state": gone}
    await record(session, actor, "supervision_notice.withdrawn", stamp, facts=facts)
    return True
