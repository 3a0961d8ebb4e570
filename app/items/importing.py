"""Items that another system received and decided: brought in at once, as the row of its log tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.actor import Actor
from app.calendars.queries import calendar_of, get_calendar
from app.clock import new_id
from app.database import Writer
from app.domain.items import CLOSING, ItemState
from app.domain.planned import PlannedItem
from app.domain.vocabulary import EntryMode
from app.engagements.service import take_part
from app.events.service import record
from app.items.applying import NewStep, Open, apply_step, calendar_now, open_case_of
from app.items.counting import count
from app.items.judging import latest_of, reached_in
from app.items.models import ItemCase
from app.items.opening import content_of, insert_case
from app.items.queries import cases_of_project
from app.projects.queries import Pair, stamp_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """An item as a log tells it: when it was received and when it was passed."""

    item: PlannedItem
    received_at: datetime
    passed_at: datetime
    source_system: str
    external_id: str
    facts: Mapping[str, Any]
    evidence: Sequence[str]


async def bring_in(session: Writer, actor: Actor, pair: Pair, given: Logged) -> Pair:
    """Enter an item of a locked project as received and passed, in one event; give the project as it is then.

    It goes into the item's open case if there is one; else it is the item's next round. Nothing is refused
    for a state: it has happened.
    """
    project, _ = pair
    cases = await cases_of_project(session, project.id)
    known = await _case_for(session, actor, pair, cases, given.item)
    event_id = new_id(actor.at)
    from_state = known.case.state
    for code, at, id_ in (
        (ItemState.RECEIVED, given.received_at, None),
        (ItemState.PASSED, given.passed_at, given.external_id),
    ):
        new = NewStep(
            code=code,
            occurred_at=at,
            mode=EntryMode.IMPORTED,
            event_id=event_id,
            told={},
            source_system=given.source_system,
            external_id=id_,
            source_sequence=None if id_ is None else 1,  # received and passed at one moment: in this order
            evidence=given.evidence,
        )
        known, _ = await apply_step(session, actor, known, new)
    told = {
        "item_case_id": known.case.id,
        "item_code": known.case.item_code,
        "code": ItemState.PASSED.value,
        "from_state": from_state,
        "state": known.case.state,
    }
    await record(
        session,
        actor,
        "item.reported",
        stamp_of(project, known.case.department_code),
        id=event_id,
        occurred_at=given.passed_at,
        mode=EntryMode.IMPORTED,
        facts={**given.facts, **told},
        evidence=given.evidence,
    )
    return known.pair


async def _case_for(
    session: Writer, actor: Actor, pair: Pair, cases: list[ItemCase], item: PlannedItem
) -> Open:
    project, row = pair
    last = latest_of(cases).get((item.code, None))
    if last is not None and ItemState(last.state) not in CLOSING:
        calendar = await calendar_now(session, last.area_code, guesses=True)
        return await open_case_of(session, (last, row, project), calendar)
    case = await insert_case(session, actor, project, item.code, content_of(item), last, None)
    if item.department is not None and all(item.department != c.department_code for c in cases):
        await take_part(session, actor, project, [item.department])
    calendar = await get_calendar(session, (await calendar_of(session, case.area_code)).version)
    cases = [*cases, case]
    return Open(
        case=case,
        rows=[],
        counted=count(case, (), calendar),
        pair=pair,
        plan={},
        cases=cases,
        reached=reached_in(project, cases, None),
        calendar=calendar,
    )
