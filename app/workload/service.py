"""Handing over what is open in somebody's name, in one transaction.

Rows change by events of what they belong to: each project's by its own, a bad review's or complaint's without
a project and an absence's by one each; a last event names everything by id but complaints, of which agents
learn nothing.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.actor import Actor, check_named
from app.areas.queries import areas_above
from app.bad_reviews.models import BadReview
from app.clients.models import Operator
from app.clients.queries import OperatorNotFound
from app.complaints.models import Complaint
from app.coordination.service import hand_over_open
from app.database import Reader, Writer
from app.domain.bad_review_terms import BadReviewAct
from app.domain.bad_reviews import BAD_REVIEW_ACTS
from app.domain.complaint_terms import ComplaintAct
from app.domain.complaints import COMPLAINT_ACTS
from app.domain.handing_over import FOLLOWING, WorkKind, check_successor
from app.domain.standing import Role
from app.engagements.queries import operator_by_id
from app.engagements.service import give_assignment
from app.events.service import Recorded, Stamp, record
from app.files.queries import check_evidence
from app.handling.service import CaseRef, take_step
from app.private import service as private
from app.projects.queries import Pair, lock_project, stamp_of
from app.tasks.models import Absence
from app.workload.gathering import Carried, gather, judge
from app.workload.queries import lock_rows
from app.workload.schemas import HandedOverOut, WorkHandOverIn

K = WorkKind


class HandedOver(NamedTuple):
    """What a hand-over has moved, and what is left."""

    event: Recorded
    leaver: Operator
    successor: Operator
    moved: list[HandedOverOut]
    left: int


async def find_colleague(session: Reader, actor: Actor, operator_id: str) -> Operator:
    """Find an operator of the caller's areas, or of an area above, who may serve there too.

    Refuses ``OperatorNotFound``.
    """
    operator = await session.first(operator_by_id(operator_id))
    if operator is None:
        raise OperatorNotFound
    is_ours = actor.has_area(operator.area_code)
    if not is_ours and operator.area_code not in await areas_above(session, actor.areas[0]):
        raise OperatorNotFound
    return operator


async def open_work(session: Reader, actor: Actor, operator_id: str) -> list[Carried]:
    """Gather what is open in an operator's name, in the caller's areas. Refuses ``OperatorNotFound``."""
    operator = await find_colleague(session, actor, operator_id)
    return await gather(session, actor, operator.person_key)


async def hand_over_work(
    session: Writer, actor: Actor, operator_id: str, given: WorkHandOverIn
) -> HandedOver:
    """Hand over what is open in an operator's name: everything, or only what is named.

    Refuses ``OperatorNotFound``, ``SuccessorIsTheSame``, ``NothingToHandOver``, and a successor for whom
    anything is forbidden, with all of it at once.
    """
    check_named(actor)
    leaver = await find_colleague(session, actor, operator_id)
    successor = await find_colleague(session, actor, given.to_operator_id)
    seen = await gather(session, actor, leaver.person_key)
    ids = sorted({c.thing.project_id for c in _chosen(seen, given.only) if c.thing.project_id is not None})
    pairs = {project_id: await lock_project(session, actor, project_id) for project_id in ids}
    carried = _chosen(await gather(session, actor, leaver.person_key), given.only)
    carried = [c for c in carried if c.thing.project_id is None or c.thing.project_id in pairs]
    carried = await judge(session, actor, carried, successor)
    check_successor(
        [c.thing for c in carried],
        leaver.person_key,
        successor.person_key,
        actor.person,
        is_supervisor=actor.role == Role.SUPERVISOR,
    )
    await check_evidence(session, actor, given.evidence)
    moved: list[HandedOverOut] = []
    for project_id, pair in pairs.items():
        mine = [c for c in carried if c.thing.project_id == project_id]
        moved += await _hand_over_project(session, actor, pair, mine, leaver, successor, given)
    for one in carried:
        if one.thing.project_id is None:
            moved.append(await _hand_over_alone(session, actor, one, successor, given))
    reason_id = await private.keep(session, actor, "reason", given.reason, None)
    event = await record(
        session,
        actor,
        "work.handed_over",
        Stamp(None, actor.areas[0], None),
        facts={
            "from_operator_id": leaver.id,
            "to_operator_id": successor.id,
            "handed_over": [dict(one) for one in moved if one["kind"] != K.COMPLAINT],
        },
        evidence=given.evidence,
        reason_id=reason_id,
    )
    left = await gather(session, actor, leaver.person_key)
    return HandedOver(event, leaver, successor, moved, len(left))


def _chosen(carried: Sequence[Carried], only: Sequence[str] | None) -> list[Carried]:
    """Choose what was named; what follows a project goes with the assignment to it, and not without."""
    if only is None:
        return list(carried)
    named = [c for c in carried if c.thing.id in only and c.thing.kind not in FOLLOWING]
    assigned = {c.thing.project_id for c in named if c.thing.kind is K.ASSIGNMENT and c.row.role == "primary"}
    following = [c for c in carried if c.thing.kind in FOLLOWING and c.thing.project_id in assigned]
    return named + following


async def _hand_over_project(
    session: Writer,
    actor: Actor,
    pair: Pair,
    carried: Sequence[Carried],
    leaver: Operator,
    successor: Operator,
    given: WorkHandOverIn,
) -> list[HandedOverOut]:
    """Move what belongs to one locked project, with one event of it."""
    project = pair[0]
    moved = []
    duties = [c.thing.id for c in carried if c.thing.kind in {K.ISSUE, K.CONCLUSION}]
    if duties:
        await hand_over_open(session, actor, project, leaver.person_key, successor, given.reason, duties)
    for one in carried:
        new_id = None
        if one.thing.kind is K.ASSIGNMENT:
            new, _ = await give_assignment(
                session, actor, pair, one.row, successor, given.reason, given.open_tasks
            )
            new_id = new.id
        elif one.thing.kind is K.BAD_REVIEW:
            await _give_review(session, actor, one.row, successor, given.reason)
        moved.append(_told(one, new_id))
    changed = [dict(one) for one in moved if WorkKind(one["kind"]) not in FOLLOWING]
    if changed:
        facts = {"from_operator_id": leaver.id, "to_operator_id": successor.id, "handed_over": changed}
        has_agent = any(one["new_id"] for one in changed)
        kind = "agent.handed_over" if has_agent else "work.handed_over"
        await record(session, actor, kind, stamp_of(project), facts=facts, evidence=given.evidence)
    return moved


async def _hand_over_alone(
    session: Writer, actor: Actor, one: Carried, successor: Operator, given: WorkHandOverIn
) -> HandedOverOut:
    """Move what belongs to no project, with an event of its own area."""
    tables: dict[WorkKind, Any] = {
        K.BAD_REVIEW: BadReview, K.COMPLAINT: Complaint, K.SUBSTITUTION: Absence
    }  # fmt: skip
    row = await session.one(lock_rows([one.thing.id], kind=tables[one.thing.kind]))
    office = row.department_code if one.thing.kind is K.BAD_REVIEW else None
    stamp = Stamp(None, row.area_code, None, office)
    if one.thing.kind is K.BAD_REVIEW:
        await _give_review(session, actor, row, successor, given.reason)
    elif one.thing.kind is K.COMPLAINT:
        await _give_complaint(session, actor, row, successor, given.reason)
        return _told(one, None)
    else:
        substitute = {"substitute_id": successor.id, "substitute_key": successor.person_key}
        await session.change(row, **substitute, version=row.version + 1)
    told = _told(one, None)
    facts = {"to_operator_id": successor.id, "handed_over": [dict(told)]}
    await record(session, actor, "work.handed_over", stamp, facts=facts)
    return told


async def _give_review(session: Writer, actor: Actor, row: Any, successor: Operator, reason: str) -> None:
    """Give a bad review to another handler, as the act does; the one before never judges it."""
    act = BAD_REVIEW_ACTS[BadReviewAct.REASSIGN]
    stamp = Stamp(row.project_id, row.area_code, row.owner_uscc, row.department_code)
    ref = CaseRef("bad_review", row.id, stamp, row.steps, row.state)
    facts = {"handler": successor.person_key}
    await take_step(session, actor, ref, act, row.state, facts=facts, text=reason, evidence=())
    await session.change(row, **facts, steps=row.steps + 1, version=row.version + 1)


async def _give_complaint(session: Writer, actor: Actor, row: Any, successor: Operator, reason: str) -> None:
    """Give the investigation of a complaint to somebody else, as the act does, by the act's own event."""
    act, stamp = COMPLAINT_ACTS[ComplaintAct.REASSIGN], Stamp(None, row.area_code, None)
    ref = CaseRef("complaint", row.id, stamp, row.steps, row.state)
    facts = {"handler": successor.person_key}
    step = await take_step(session, actor, ref, act, row.state, facts=facts, text=reason, evidence=())
    changed = {"investigator": successor.person_key, "steps": row.steps + 1, "version": row.version + 1}
    await session.change(row, **changed)
    told = {"complaint_id": row.id, "action": act.code.value, "state": row.state}
    await record(session, actor, "complaint.acted", stamp, facts=told, reason_id=step.text_id)


def _told(one: Carried, new_id: str | None) -> HandedOverOut:
    return HandedOverOut(
        kind=one.thing.kind.value, id=one.thing.id, project_id=one.thing.project_id, new_id=new_id
    )
