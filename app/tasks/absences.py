"""Recording who is absent, and that he is back."""

from app.actor import Actor, check_named
from app.clients.models import Operator
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.standing import Role
from app.domain.tasks import check_absence
from app.engagements.queries import operator_by_id
from app.errors import Conflict, Fault, Forbidden, Invalid, Words
from app.events.service import Stamp, record
from app.pages import cursor_of, cut, read_id
from app.tasks.models import Absence
from app.tasks.queries import AbsenceNotFound, absences_page, lock_absence
from app.tasks.schemas import AbsenceIn, AbsencesIn

NO_OPERATOR = Words("没有登记为有效的操作人员", "is no valid operator")


class OperatorNotKnown(Invalid):
    """The absent person and the substitute are registered operators, valid today."""

    title = Words("操作人员不存在或者已失效", "No valid operator")
    detail = Words("有 {count} 名人员未登记或者已失效。", "{count} of them are no valid operators.")


class AbsenceIsNotYours(Forbidden):
    """An absence is recorded by the person himself or by a coordinator."""

    title = Words("无权登记", "Not yours to record")
    detail = Words("离岗由本人或者协调员登记。", "An absence is recorded by the person or a coordinator.")


class AbsenceHasEnded(Conflict):
    """The absence is over, or the person is back already."""

    title = Words("离岗已结束", "The absence has ended")
    detail = Words("该离岗已于 {ended_on} 结束。", "The absence ended on {ended_on}.")


async def record_absence(session: Writer, actor: Actor, given: AbsenceIn) -> Absence:
    """Record who does not serve on which days, and who stands in.

    Refuses unknown operators, an end before the beginning, somebody as his own substitute, and whoever is
    neither the person nor a coordinator.
    """
    check_named(actor)
    wanted = {"operator_id": given.operator_id, "substitute_id": given.substitute_id}
    found = {name: await _valid(session, actor, key) for name, key in wanted.items() if key is not None}
    faults = [
        Fault(f"/{name}", "unknown_operator", NO_OPERATOR) for name, who in found.items() if who is None
    ]
    person, substitute = found["operator_id"], found.get("substitute_id")
    if faults or person is None:
        raise OperatorNotKnown(faults=faults, count=len(faults))
    _check_whose(actor, person.person_key)
    substitute_key = None if substitute is None else substitute.person_key
    check_absence(given.begins_on, given.through, person.person_key, substitute_key)
    absence = await session.insert(
        Absence,
        id=new_id(actor.at),
        area_code=actor.areas[0],
        owner_uscc=None,
        operator_id=person.id,
        person_key=person.person_key,
        substitute_id=given.substitute_id,
        substitute_key=substitute_key,
        begins_on=given.begins_on,
        through=given.through,
        ended_on=None,
        recorded_by=actor.person,
        recorded_at=actor.at,
    )
    stamp = Stamp(None, absence.area_code, None)
    await record(session, actor, "absence.recorded", stamp, facts={"absence_id": absence.id})
    return absence


async def end_absence(session: Writer, actor: Actor, absence_id: str) -> Absence:
    """Say that somebody is back from today on. Refuses an absence that is over, and another's."""
    check_named(actor)
    absence = await session.first(lock_absence(absence_id, list(actor.areas)))
    if absence is None:
        raise AbsenceNotFound
    _check_whose(actor, absence.person_key)
    last = absence.ended_on or absence.through
    if absence.ended_on is not None or absence.through < actor.today:
        raise AbsenceHasEnded(ended_on=last.isoformat())
    absence = await session.change(absence, ended_on=actor.today, version=absence.version + 1)
    stamp = Stamp(None, absence.area_code, None)
    await record(session, actor, "absence.ended", stamp, facts={"absence_id": absence.id})
    return absence


async def list_absences(session: Reader, actor: Actor, asked: AbsencesIn) -> tuple[list[Absence], str | None]:
    """List a page of the absences of the caller's areas."""
    last, person = read_id(asked.cursor), None
    if asked.operator is not None:
        operator = await session.first(operator_by_id(asked.operator))
        person = "" if operator is None else operator.person_key
    found = absences_page(asked.limit + 1, list(actor.areas), person, asked.on, last)
    rows, has_more = cut(await session.all(found), asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None


def _check_whose(actor: Actor, person: str) -> None:
    if actor.role != Role.COORDINATOR and actor.person != person:
        raise AbsenceIsNotYours


async def _valid(session: Reader, actor: Actor, operator_id: str) -> Operator | None:
    operator = await session.first(operator_by_id(operator_id))
    if operator is None or not operator.valid_from <= actor.today <= (operator.valid_to or actor.today):
        return None
    return operator
