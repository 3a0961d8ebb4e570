"""Naming the persons on the owner's side, putting them right, erasing their values."""

from datetime import date
from typing import Any

from app.actor import Actor
from app.answers import check_version
from app.clock import new_id
from app.database import Writer
from app.errors import Conflict, Fault, Invalid, NotFound, Words
from app.events.service import record
from app.people.models import Person
from app.people.schemas import PersonErasureIn, PersonIn, PersonPatch
from app.private import service as private
from app.problems import FieldsInvalid
from app.projects.queries import find_part, lock_project, stamp_of
from app.projects.service import EMPTIED

VALUES = {"name": "person_name", "phone": "person_phone", "id_number": "person_id_number"}
KEPT = ("role", "name", "valid_from")


class PersonNotFound(NotFound):
    """The project has no person of this id."""

    title = Words("找不到该人员", "Person not found")
    detail = Words("该项目没有此人员记录。", "The project has no such person.")


class PersonErased(Conflict):
    """The values of the person were erased; they can be neither changed nor erased again."""

    title = Words("人员信息已删除", "The person was erased")
    detail = Words("该人员信息已于 {erased_at} 删除。", "The values were erased at {erased_at}.")


class LeavesBeforeArriving(Invalid):
    """The last day of a person's validity lies before the first."""

    title = Words("有效期截止早于起始", "It ends before it begins")
    detail = Words("截止日 {valid_to} 早于起始日 {valid_from}。", "{valid_to} is before {valid_from}.")


async def add_person(session: Writer, actor: Actor, project_id: str, given: PersonIn) -> Person:
    """Name a person of the owner's side; the values go to the erasable store."""
    project, _ = await lock_project(session, actor, project_id)
    first = given.valid_from or actor.today
    _check_order(first, given.valid_to)
    ids = {
        f"{name}_id": await private.keep(session, actor, kind, getattr(given, name), project_id)
        for name, kind in VALUES.items()
    }
    name_id = ids["name_id"]
    assert name_id is not None
    person = await session.insert(
        Person,
        id=new_id(actor.at),
        project_id=project_id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        role=given.role,
        name_id=name_id,
        phone_id=ids["phone_id"],
        id_number_id=ids["id_number_id"],
        superseded=[],
        organisation=given.organisation,
        valid_from=first,
        valid_to=given.valid_to,
        erased_at=None,
    )
    await record(session, actor, "person.added", stamp_of(project))
    return person


async def change_person(
    session: Writer, actor: Actor, project_id: str, person_id: str, given: PersonPatch, expected: int | None
) -> Person:
    """Put facts of a person right; a value that is replaced stays in the store until the person is erased.

    Refuses an erased person, a stale version, and emptying what a person cannot be without.
    """
    project, _ = await lock_project(session, actor, project_id)
    person = await _find(session, actor, project_id, person_id)
    check_version(expected, person.version)
    facts: dict[str, Any] = given.given()
    emptied = [
        Fault(f"/{name}", "emptied", EMPTIED) for name in KEPT if name in facts and facts[name] is None
    ]
    if emptied:
        raise FieldsInvalid(faults=emptied, count=len(emptied))
    _check_order(facts.get("valid_from", person.valid_from), facts.get("valid_to", person.valid_to))
    superseded: list[str] = list(person.superseded)
    for name in VALUES.keys() & facts.keys():
        superseded += [old] if (old := getattr(person, f"{name}_id")) is not None else []
        facts[f"{name}_id"] = await private.keep(session, actor, VALUES[name], facts.pop(name), project_id)
    person = await session.change(person, **facts, superseded=superseded, version=person.version + 1)
    await record(session, actor, "person.changed", stamp_of(project))
    return person


async def erase_person(
    session: Writer,
    actor: Actor,
    project_id: str,
    person_id: str,
    given: PersonErasureIn,
    expected: int | None,
) -> Person:
    """Erase every value of a person, those put right before included; role, organisation and days stay.

    Refuses an erased person and a stale version. The ledger keeps the commitments, which say nothing without
    the salt.
    """
    project, _ = await lock_project(session, actor, project_id)
    person = await _find(session, actor, project_id, person_id)
    check_version(expected, person.version)
    ids = [person.name_id, person.phone_id, person.id_number_id, *person.superseded]
    erased = await private.empty(session, actor, ids)
    reason_id = await private.keep(session, actor, "reason", given.reason, project_id)
    person = await session.change(person, erased_at=actor.at, version=person.version + 1)
    await record(
        session,
        actor,
        "person.erased",
        stamp_of(project),
        facts={"erased": erased},
        reason_id=reason_id,
    )
    return person


async def _find(session: Writer, actor: Actor, project_id: str, person_id: str) -> Person:
    person = await find_part(session, actor, project_id, Person, person_id)
    if person is None:
        raise PersonNotFound
    if person.erased_at is not None:
        raise PersonErased(erased_at=person.erased_at.isoformat())
    return person


def _check_order(first: date, last: date | None) -> None:
    if last is not None and last < first:
        days = {"valid_from": first.isoformat(), "valid_to": last.isoformat()}
        faults = [Fault(f"/{name}", "out_of_order", LeavesBeforeArriving.detail, days) for name in days]
        raise LeavesBeforeArriving(faults=faults, **days)
