"""Keeping the list of a project's materials."""

from typing import Any

from app.actor import Actor
from app.answers import check_version
from app.clock import new_id
from app.database import Writer
from app.domain.materials import OwnerHandsInOnly, check_material, count_missing
from app.domain.standing import Role
from app.domain.vocabulary import MaterialState
from app.errors import Conflict, Words
from app.events.service import record
from app.files.queries import check_file
from app.private import service as private
from app.progress.models import Material
from app.progress.queries import get_material
from app.progress.schemas import MaterialIn, MaterialPatch
from app.projects.queries import Pair, every_part, stamp_of
from app.projects.service import change_standing, lock_open_project
from app.troubles import clashing


class MaterialListedAlready(Conflict):
    """The project's list has a material of this name or code: each is entered once."""

    title = Words("材料已在清单中", "The material is listed already")
    detail = Words(
        "该项目的材料清单中已有“{name}”或者代码 {code}。",
        "“{name}”, or the code {code}, is on the project's list already.",
    )


async def list_material(session: Writer, actor: Actor, project_id: str, given: MaterialIn) -> Material:
    """Put a material on the project's list. Refuses a name that is listed, a state without its grounds."""
    project, row = await lock_open_project(session, actor, project_id)
    check_material(given.state, has_file=given.file_id is not None, has_reason=given.reason is not None)
    await _check_file(session, actor, given.file_id)
    reason_id = await private.keep(session, actor, "reason", given.reason, project_id)
    listed = MaterialListedAlready(name=given.name, code=given.code)
    with clashing(uq_material_project_id=listed, uq_material_code=listed):
        material = await session.insert(
            Material,
            id=new_id(actor.at),
            project_id=project_id,
            area_code=project.area_code,
            owner_uscc=project.owner_uscc,
            name=given.name,
            code=given.code,
            is_required=given.is_required,
            legal_basis=given.legal_basis,
            supplied_by=given.supplied_by,
            state=given.state,
            file_id=given.file_id,
            reason_id=reason_id,
        )
    await _count(session, actor, (project, row))
    await record(session, actor, "material.listed", stamp_of(project), facts={"material_id": material.id})
    return material


async def change_material(
    session: Writer,
    actor: Actor,
    project_id: str,
    material_id: str,
    given: MaterialPatch,
    expected: int | None,
) -> Material:
    """Change what is known of a material.

    Refuses as listing does, a stale version, and a portal that does more than hand in.
    """
    project, row = await lock_open_project(session, actor, project_id)
    material = await get_material(session, actor, project_id, material_id)
    check_version(expected, material.version)
    facts: dict[str, Any] = given.given()
    if actor.role == Role.PORTAL:
        _check_handing_in(facts)
    if "reason" in facts:
        facts["reason_id"] = facts.pop("reason")  # the text until it is kept below, once all is well
    now = material._asdict() | facts  # type: ignore[attr-defined]  # rows are named tuples
    check_material(now["state"], has_file=now["file_id"] is not None, has_reason=now["reason_id"] is not None)
    await _check_file(session, actor, facts.get("file_id"))
    if "reason_id" in facts:
        facts["reason_id"] = await private.keep(session, actor, "reason", facts["reason_id"], project_id)
    material = await session.change(material, **facts, version=material.version + 1)
    await _count(session, actor, (project, row))
    await record(
        session,
        actor,
        "material.changed",
        stamp_of(project),
        facts={"material_id": material.id, "state": material.state},
        reason_id=facts.get("reason_id"),
    )
    return material


def _check_handing_in(facts: dict[str, Any]) -> None:
    if facts.keys() != {"file_id", "state"} or facts["state"] != MaterialState.RECEIVED:
        raise OwnerHandsInOnly


async def _check_file(session: Writer, actor: Actor, file_id: str | None) -> None:
    if file_id is not None:
        await check_file(session, actor, file_id, "/file_id")


async def _count(session: Writer, actor: Actor, pair: Pair) -> None:
    every = await every_part(session, actor, pair[0].id, Material)
    missing = count_missing((m.is_required, m.state) for m in every)
    if missing != pair[1].materials_missing:
        await change_standing(session, pair, materials_missing=missing)
