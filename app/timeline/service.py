"""Reading a project's timeline from the ledger."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.actor import Actor
from app.database import Reader
from app.domain.fold import CORRECTION
from app.events.labels import label_of
from app.events.models import Event
from app.events.queries import corrections_of_project, timeline
from app.pages import cursor_of, cut, read_cursor
from app.private.models import Private
from app.private.queries import shown_text, texts_of
from app.projects.queries import get_project
from app.timeline.schemas import TimelineActorOut, TimelineIn, TimelineItemOut


async def read_timeline(
    session: Reader, actor: Actor, project_id: str, asked: TimelineIn
) -> tuple[list[TimelineItemOut], str | None]:
    """Read a page of a project's events, in the order they were recorded; four statements whatever the page.

    ``known_at`` leaves out what was recorded later; ``valid_at`` what by its right moment happened later.
    Refuses ``ProjectNotFound``.
    """
    await get_project(session, actor, project_id)
    (after,) = read_cursor(asked.cursor, int) or (0,)
    corrections = await session.all(corrections_of_project(project_id, CORRECTION, asked.known_at))
    corrected_by: dict[str, str] = {}
    moved: dict[str, datetime] = {}
    for correction in corrections:
        facts = json.loads(correction.body)["facts"]
        corrected_by[facts["corrects"]] = correction.id
        if facts["occurred_at"] is not None:
            moved[facts["corrects"]] = datetime.fromisoformat(facts["occurred_at"])
    earlier, later = [], []
    if asked.valid_at is not None:
        earlier = [i for i, at in moved.items() if at <= asked.valid_at]
        later = [i for i, at in moved.items() if at > asked.valid_at]
    at = (asked.known_at, asked.valid_at, earlier, later)
    whose = actor.scope.department
    rows, has_more = cut(
        await session.all(timeline(project_id, whose, after or 0, asked.limit + 1, *at)), asked.limit
    )
    bodies: list[dict[str, Any]] = [json.loads(row.body) for row in rows]
    texts = await texts_of(session, [body["reason_id"] for body in bodies])
    items = [_item(row, body, actor, texts, corrected_by) for row, body in zip(rows, bodies, strict=True)]
    return items, cursor_of(rows[-1].project_sequence) if has_more else None


def _item(
    event: Event,
    body: dict[str, Any],
    actor: Actor,
    texts: dict[str, Private],
    corrected_by: Mapping[str, str],
) -> TimelineItemOut:
    who = body["actor"]
    return TimelineItemOut(
        id=event.id,
        sequence=event.sequence,
        project_sequence=event.project_sequence or 0,
        type=event.type,
        label=label_of(event.type, actor.language),
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        entry_mode=body["entry_mode"],
        actor=TimelineActorOut(
            role=who["role"],
            client_id=who["client_id"],
            operator_id=who["operator_id"],
            acting_for=who["acting_for"],
        ),
        facts=body["facts"],
        tables=sorted({change["table"] for change in body["changes"]}),
        evidence=body["evidence"],
        reason=shown_text(body["reason_id"], texts),
        hash=event.hash,
        project_previous_hash=event.project_previous_hash or "",
        corrects=body["facts"].get("corrects") if event.type == CORRECTION else None,
        corrected_by=corrected_by.get(event.id),
    )
