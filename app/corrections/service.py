"""Saying what is right, and deciding about it: two persons, one event each."""

from typing import Any, NamedTuple

from app.actor import Actor
from app.clock import new_id
from app.corrections.applying import Right, apply_right, check_right, confirmed_milestones
from app.corrections.models import Correction
from app.corrections.queries import get_correction
from app.corrections.schemas import CorrectionIn
from app.database import Writer
from app.domain.fold import CORRECTION
from app.domain.separation import check_approver
from app.errors import Conflict, Words
from app.events.service import record
from app.files.queries import check_evidence
from app.items.gates import follow_milestone
from app.private import service as private
from app.projects.models import Project
from app.projects.queries import lock_project, stamp_of
from app.table import rfc3339

PENDING, APPROVED, REJECTED = "pending", "approved", "rejected"


class CorrectionIsDecided(Conflict):
    """The correction was approved or rejected already."""

    title = Words("更正已有决定", "The correction is decided")
    detail = Words("该更正已有决定：{state}。", "The correction is {state} already.")


class Decided(NamedTuple):
    """A correction and its project, as they stand now."""

    correction: Correction
    project: Project


async def propose_correction(
    session: Writer, actor: Actor, project_id: str, given: CorrectionIn
) -> Correction:
    """Say what is right instead of what an event recorded; nothing changes before another person approves.

    Refuses what the event did not say, what cannot be corrected, and what a later act depends on.
    """
    project, _ = await lock_project(session, actor, project_id)
    await check_evidence(session, actor, given.evidence)
    rows: list[dict[str, Any]] = [row.model_dump() for row in given.right.set]
    await check_right(session, actor, project, given.event_id, Right(given.right.occurred_at, rows))
    reason_id = await private.keep(session, actor, "reason", given.reason, project_id)
    correction = await session.insert(
        Correction,
        id=new_id(actor.at),
        project_id=project_id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        event_id=given.event_id,
        occurred_at=given.right.occurred_at,
        right_values=rows,
        reason_id=reason_id or "",
        evidence=given.evidence,
        state=PENDING,
        proposed_by=actor.person,
        proposed_at=actor.at,
        decided_by=None,
        decided_at=None,
        decision_reason_id=None,
    )
    await record(
        session,
        actor,
        "correction.proposed",
        stamp_of(project),
        facts={"correction_id": correction.id, "event_id": given.event_id},
        evidence=given.evidence,
        reason_id=reason_id,
    )
    return correction


async def approve_correction(session: Writer, actor: Actor, project_id: str, correction_id: str) -> Decided:
    """Put right what a correction says: rows, clocks, and from now on every fold of the ledger.

    Refuses its author, a decided one, and whatever was refused when it was proposed.
    """
    project, row = await lock_project(session, actor, project_id)
    correction = await get_correction(session, actor, project_id, correction_id)
    check_decision(correction, actor)
    right = Right(correction.occurred_at, correction.right_values)
    case = await check_right(session, actor, project, correction.event_id, right)
    moved = await confirmed_milestones(session, project, right.rows)
    (project, _), rows = await apply_right(session, (project, row), case, right)
    correction = await session.change(
        correction,
        state=APPROVED,
        decided_by=actor.person,
        decided_at=actor.at,
        version=correction.version + 1,
    )
    await record(
        session,
        actor,
        CORRECTION,
        stamp_of(project),
        facts={
            "corrects": correction.event_id,
            "occurred_at": None if right.occurred_at is None else rfc3339(right.occurred_at),
            "set": rows,
            "correction_id": correction.id,
        },
        evidence=correction.evidence,
        reason_id=correction.reason_id,
    )
    for milestone in moved:
        await follow_milestone(session, actor, project, milestone.kind, milestone.reached_on)
    return Decided(correction, project)


async def reject_correction(
    session: Writer, actor: Actor, project_id: str, correction_id: str, reason: str
) -> Decided:
    """Leave what was recorded as it is, and say why. Refuses the author, and a decided correction."""
    project, _ = await lock_project(session, actor, project_id)
    correction = await get_correction(session, actor, project_id, correction_id)
    check_decision(correction, actor)
    reason_id = await private.keep(session, actor, "reason", reason, project_id)
    correction = await session.change(
        correction,
        state=REJECTED,
        decided_by=actor.person,
        decided_at=actor.at,
        decision_reason_id=reason_id,
        version=correction.version + 1,
    )
    await record(
        session,
        actor,
        "correction.rejected",
        stamp_of(project),
        facts={"correction_id": correction.id, "event_id": correction.event_id},
        reason_id=reason_id,
    )
    return Decided(correction, project)


def check_decision(correction: Correction, actor: Actor) -> None:
    """Refuse to decide twice, or about what one has proposed oneself."""
    if correction.state != PENDING:
        raise CorrectionIsDecided(state=correction.state)
    check_approver(correction.proposed_by, actor.person)
