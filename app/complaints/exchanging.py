"""Complaints in the fields of GB/T 39046—2020, table 10, to be handed on; complainants are masked."""

import json
from typing import Any

from app.actor import Actor
from app.complaints.answers import sees_content, text_ids
from app.complaints.models import Complaint
from app.complaints.queries import telling_steps
from app.complaints.schemas import ComplaintsIn, ExchangeIn, ExchangeOut
from app.complaints.service import KnownComplaint, know_complaint, list_complaints
from app.database import Reader
from app.domain.clocks import remaining
from app.domain.complaint_terms import ComplaintAct, ComplaintLimit
from app.domain.complaints import EXTENSION, HANDLING, complaint_clocks
from app.domain.identifiers import mask_name
from app.engagements.queries import departments_by_code
from app.private.models import Private
from app.private.queries import texts_of


async def exchange_page(
    session: Reader, actor: Actor, asked: ExchangeIn
) -> tuple[list[ExchangeOut], str | None]:
    """List a page of complaints in scope as another system takes them; four statements."""
    wanted = ComplaintsIn(
        limit=asked.limit,
        cursor=asked.cursor,
        area=asked.area,
        lodged_from=asked.lodged_from,
        lodged_to=asked.lodged_to,
    )
    rows, cursor = await list_complaints(session, actor, wanted)
    acts = [ComplaintAct.FEED_BACK.value, ComplaintAct.EXTEND.value]
    steps = await session.all(telling_steps([row.id for row in rows], acts))
    said = {(step.case_id, step.action): step.text_id for step in steps}
    texts = await texts_of(session, [i for row in rows for i in text_ids(row)] + list(said.values()))
    codes = {code for row in rows for code in (row.department_code, row.about_department_code) if code}
    names = {d.code: d.name_zh for d in await session.all(departments_by_code(sorted(codes)))}
    bodies = [_body(await know_complaint(session, row), texts, said, names, actor) for row in rows]
    return bodies, cursor


def _body(
    known: KnownComplaint,
    texts: dict[str, Private],
    said: dict[tuple[str, str], str | None],
    names: dict[str, str],
    actor: Actor,
) -> ExchangeOut:
    row, facts = known.row, known.facts

    shows = sees_content(actor, row)

    def value(text_id: str | None) -> str | None:
        return None if not shows or text_id is None or text_id not in texts else texts[text_id].value

    who = json.loads(value(row.complainant_id) or "{}").get("name")
    return ExchangeOut(
        title=value(row.title_id),
        complainant=None if who is None else mask_name(who),
        about_unit=names.get(row.about_department_code or ""),
        about_person=value(row.about_name_id),
        content=value(row.content_id),
        source=row.channel,
        lodged_on=row.lodged_on,
        unit_code=row.department_code,
        unit_name=names.get(row.department_code or ""),
        handler=row.investigator,
        handled_on=row.accepted_on,
        feedback=value(said.get((row.id, ComplaintAct.FEED_BACK.value))),
        fed_back_on=row.fed_back_on,
        promised_days=None if facts.grade is None else HANDLING[facts.grade].value,
        extension_days=EXTENSION if row.is_extended else None,
        extension_reason=value(said.get((row.id, ComplaintAct.EXTEND.value))),
        days_overdue=_overdue(known, row, actor),
        division_code=row.area_code,
    )


def _overdue(known: KnownComplaint, row: Complaint, actor: Actor) -> int:
    """Count the working days after the last day of the handling, up to its end or today."""
    clocks: dict[Any, Any] = {clock.code: clock for clock in complaint_clocks(known.facts)}
    clock = clocks.get(ComplaintLimit.HANDLING)
    if clock is None:
        return 0
    through = row.handled_on or actor.today
    left = remaining(known.calendar, clock.anchor_on, clock.duration, (), today=through)
    return max(0, -left)
