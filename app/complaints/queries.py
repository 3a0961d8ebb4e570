"""Finding complaints: staff by area, a department those forwarded to it, an owner his own."""

from datetime import date
from typing import Any

from sqlmodel import col, select

from app.actor import Actor, within
from app.complaints.models import Complaint
from app.database import Reader, Writer
from app.errors import NotFound, Words
from app.handling.models import HandlingStep
from app.private.models import Private
from app.query import Selection, one_of, query

MOST_COMPARED = 200


class ComplaintNotFound(NotFound):
    """No complaint has this id, or the caller may not see it."""

    title = Words("找不到该投诉", "Complaint not found")
    detail = Words("没有该投诉，或您无权查看。", "There is no such complaint, or you may not see it.")


def _seen(areas: Any, department: str | None, owner: str | None) -> list[Any]:
    """Limit to the scope. Whose a complaint is stands in the private store, so it is looked up there."""
    clauses: list[Any] = within(Complaint, areas, None, None)
    if owner is not None:
        mine = select(Private.id).where(Private.id == Complaint.owner_id, Private.value == owner)
        clauses.append(mine.exists())
    if department is not None:
        clauses.append(Complaint.department_code == department)
    return clauses


@query
def _complaint(
    complaint_id: str, areas: Any, department: str | None, owner: str | None
) -> Selection[Complaint]:
    return select(Complaint).where(Complaint.id == complaint_id, *_seen(areas, department, owner))


@query
def _locked(complaint_id: str, areas: Any, department: str | None, owner: str | None) -> Selection[Complaint]:
    return (
        select(Complaint)
        .where(Complaint.id == complaint_id, *_seen(areas, department, owner))
        .with_for_update()
    )


@query
def lock_by_receipt(digest: str) -> Selection[Complaint]:
    """Find and lock the complaint a receipt belongs to: the code is the complainant's whole right."""
    return select(Complaint).where(Complaint.receipt_digest == digest).with_for_update()


@query
def complaints_page(
    limit: int, areas: Any, department: str | None, owner: str | None,
    states: Any, ground: str | None, investigator: str | None, from_on: date | None, to_on: date | None,
    last: str | None,
) -> Selection[Complaint]:  # fmt: skip
    """List the complaints in scope that match every filter, the newest first, after the last one seen."""
    statement = select(Complaint).where(*_seen(areas, department, owner))
    if states is not None:
        statement = statement.where(one_of(col(Complaint.state), states))
    if ground is not None:
        statement = statement.where(Complaint.ground == ground)
    if investigator is not None:
        statement = statement.where(Complaint.investigator == investigator)
    if from_on is not None:
        statement = statement.where(col(Complaint.lodged_on) >= from_on)
    if to_on is not None:
        statement = statement.where(col(Complaint.lodged_on) <= to_on)
    if last is not None:
        statement = statement.where(col(Complaint.id) < last)
    return statement.order_by(col(Complaint.id).desc()).limit(limit)


@query
def lately_lodged(area_code: str, since: date) -> Selection[Complaint]:
    """List what was lodged lately in an area, to be compared with what is lodged now."""
    return (
        select(Complaint)
        .where(Complaint.area_code == area_code, col(Complaint.lodged_on) >= since)
        .order_by(col(Complaint.id).desc())
        .limit(MOST_COMPARED)
    )


@query
def telling_steps(case_ids: list[str], actions: list[str]) -> Selection[HandlingStep]:
    """Read the steps of some complaints in scope whose words an answer shows, in order."""
    return (
        select(HandlingStep)
        .where(one_of(col(HandlingStep.case_id), case_ids), one_of(col(HandlingStep.action), actions))
        .order_by(col(HandlingStep.case_id), col(HandlingStep.number))
    )


async def get_complaint(session: Reader, actor: Actor, complaint_id: str) -> Complaint:
    """Find a complaint, or refuse ``ComplaintNotFound``."""
    found = await session.first(_complaint(complaint_id, *actor.scope))
    if found is None:
        raise ComplaintNotFound
    return found


async def lock_complaint(session: Writer, actor: Actor, complaint_id: str) -> Complaint:
    """Find a complaint and keep other writers away from it."""
    found = await session.first(_locked(complaint_id, *actor.scope))
    if found is None:
        raise ComplaintNotFound
    return found
