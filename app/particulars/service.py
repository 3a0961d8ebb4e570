"""Changing codes and external ids, closing duplicates, handing a project to another area."""

from datetime import date
from typing import NamedTuple

from app.actor import Actor
from app.answers import check_version
from app.areas.queries import AreaNotFound, find_area
from app.clock import new_id
from app.database import Writer
from app.domain.moves import Procedure
from app.errors import Conflict, Fault, Invalid, Words
from app.events.service import record
from app.files.queries import check_evidence
from app.particulars.models import AreaTransfer
from app.particulars.schemas import AreaTransferIn, DuplicateClosureIn, ProjectCodeIn
from app.private import service as private
from app.procedures.queries import get_procedure
from app.projects.identities import add_external_ids, enter_code, present_code, warnings_about
from app.projects.models import ExternalId, Project, ProjectCodeEntry
from app.projects.queries import Pair, lock_project, stamp_of
from app.projects.restamping import restamp
from app.projects.schemas import ExternalIdIn, WarningOut
from app.projects.service import recount


class ProjectCodeUnchanged(Conflict):
    """The project has this code now."""

    title = Words("项目代码未变更", "The code is the same")
    detail = Words("该项目现行代码就是 {project_code}。", "The project's present code is {project_code}.")


class ProjectCodeDayImpossible(Invalid):
    """A code begins today or earlier, and not before the one it replaces."""

    title = Words("代码起始日不可能", "The code cannot begin on that day")
    detail = Words(
        "valid_from 不得晚于今日 {latest}{earliest}。", "valid_from is at latest today, {latest}{earliest}."
    )


class ReplacementNeedsReason(Invalid):
    """A code that replaces another is given with the reason (default, not from the standard)."""

    title = Words("变更项目代码须说明原因", "A replaced code needs its reason")
    detail = Words(
        "该项目已有代码 {project_code}，变更须填写 reason。",
        "The project has the code {project_code}; say why it changes.",
    )


class DuplicateOfItself(Invalid):
    """A record cannot survive its own closure."""

    title = Words("不能与自身重复", "A duplicate of itself")
    detail = Words("survivor_id 不能是本项目。", "The survivor is this very record.")


class AlreadyClosedAsDuplicate(Conflict):
    """The record has been closed as a duplicate before."""

    title = Words("已作为重复项目关闭", "Closed as a duplicate already")
    detail = Words(
        "该记录已并入项目 {survivor_id}。", "The record was closed in favour of {survivor_id} already."
    )


class SurvivorIsADuplicate(Conflict):
    """The record named as survivor was itself closed as a duplicate; so no circle can come about."""

    title = Words("保留记录本身已关闭", "The survivor was closed itself")
    detail = Words(
        "项目 {survivor_id} 已并入 {its_survivor}。", "{survivor_id} was closed in favour of {its_survivor}."
    )


class SurvivorInAnotherArea(Conflict):
    """The two records belong to different areas: one of them is handed over first."""

    title = Words("两条记录不在同一区域", "The survivor is in another area")
    detail = Words(
        "项目 {survivor_id} 属于区域 {area_code}，请先办理移交。",
        "{survivor_id} belongs to area {area_code}; transfer one of the two first.",
    )


class AreaUnchanged(Conflict):
    """The project belongs to this area now."""

    title = Words("区域未变更", "The area is the same")
    detail = Words("该项目已属于区域 {area_code}。", "The project belongs to area {area_code} already.")


class CodeChanged(NamedTuple):
    """A code just entered, what is odd about it, and the project that has it now."""

    project: Project
    entry: ProjectCodeEntry
    warnings: list[WarningOut]


class Closed(NamedTuple):
    """A record closed as a duplicate, and the rules it goes on by."""

    pair: Pair
    procedure: Procedure
    reason_id: str | None


async def change_project_code(
    session: Writer, actor: Actor, project_id: str, given: ProjectCodeIn, expected: int | None
) -> CodeChanged:
    """Give a project its code, or another one; the present one ends the day before.

    Refuses the present code again, a replacement without reason, a day in the future or before the present
    code began. A doubtful code and one that others hold are accepted with warnings.
    """
    project, _ = await lock_project(session, actor, project_id)
    check_version(expected, project.version, stage=project.stage)
    first = given.valid_from or actor.today
    before = await session.first(present_code(project_id))
    if before is not None and before.code == given.project_code:
        raise ProjectCodeUnchanged(project_code=before.code)
    _check_first_day(first, actor.today, before)
    if before is not None and given.reason is None:
        raise ReplacementNeedsReason(project_code=before.code)
    reason_id = await private.keep(session, actor, "reason", given.reason, project_id)
    entry = await enter_code(session, actor, project, given.project_code, first, reason_id)
    project = await session.change(project, project_code=entry.code, version=project.version + 1)
    warnings = await warnings_about(session, actor, [entry])
    await record(session, actor, "project.code_entered", stamp_of(project), reason_id=reason_id)
    return CodeChanged(project, entry, warnings[entry.id])


def _check_first_day(first: date, today: date, before: ProjectCodeEntry | None) -> None:
    if first <= today and (before is None or first >= before.valid_from):
        return
    earliest = Words("", "")
    if before is not None:
        day = before.valid_from.isoformat()
        earliest = Words(f"，也不得早于原代码的起始日 {day}", f", and not before the present code's, {day}")
    facts = {"latest": today.isoformat(), "earliest": earliest}
    faults = [Fault("/valid_from", "impossible_day", ProjectCodeDayImpossible.detail, facts)]
    raise ProjectCodeDayImpossible(faults=faults, **facts)


async def add_external_id(session: Writer, actor: Actor, project_id: str, given: ExternalIdIn) -> ExternalId:
    """Note the id of a project in another system. Refuses one that this system has given before."""
    project, _ = await lock_project(session, actor, project_id)
    (added,) = await add_external_ids(session, actor, project, [given])
    await record(session, actor, "project.external_id_added", stamp_of(project))
    return added


async def close_duplicate(
    session: Writer, actor: Actor, project_id: str, given: DuplicateClosureIn, expected: int | None
) -> Closed:
    """Close a record in favour of another one of the same project; afterwards it can only be ended.

    Refuses itself, a survivor that was closed as a duplicate (so no circles), one of another area, and a
    record closed before. Both are locked in the order of their ids, so that two closures cannot cross.
    """
    if given.survivor_id == project_id:
        raise DuplicateOfItself
    pairs = {one: await lock_project(session, actor, one) for one in sorted({project_id, given.survivor_id})}
    (project, row), (survivor, _) = pairs[project_id], pairs[given.survivor_id]
    check_version(expected, project.version, stage=project.stage)
    if project.duplicate_of is not None:
        raise AlreadyClosedAsDuplicate(survivor_id=project.duplicate_of)
    if survivor.duplicate_of is not None:
        raise SurvivorIsADuplicate(survivor_id=survivor.id, its_survivor=survivor.duplicate_of)
    if survivor.area_code != project.area_code:
        raise SurvivorInAnotherArea(survivor_id=survivor.id, area_code=survivor.area_code)
    procedure = await get_procedure(session, project.procedure_id)
    reason_id = await private.keep(session, actor, "reason", given.reason, project_id)
    project = await session.change(project, duplicate_of=survivor.id, version=project.version + 1)
    await record(
        session,
        actor,
        "project.closed_as_duplicate",
        stamp_of(project),
        facts={"survivor_id": survivor.id},
        reason_id=reason_id,
    )
    return Closed((project, row), procedure, reason_id)


async def transfer_project(
    session: Writer, actor: Actor, project_id: str, given: AreaTransferIn, expected: int | None
) -> tuple[Project, AreaTransfer]:
    """Hand a project to another area: every row of it is stamped anew, the old area loses sight of it.

    The project keeps the procedure it began with. The event carries the new area, and names both; events of
    before keep the stamp they were recorded with. Refuses areas that are not the caller's or not valid today.
    """
    project, row = await lock_project(session, actor, project_id)
    check_version(expected, project.version, stage=project.stage)
    area = await session.first(find_area(given.to_area))
    if (
        area is None
        or not actor.has_area(area.code)
        or not area.valid_from <= actor.today <= (area.valid_to or actor.today)
    ):
        raise AreaNotFound(code=given.to_area)
    if given.to_area == project.area_code:
        raise AreaUnchanged(area_code=given.to_area)
    await check_evidence(session, actor, given.evidence)
    from_area = project.area_code
    reason_id = await private.keep(session, actor, "reason", given.reason, project_id)
    assert reason_id is not None
    await restamp(session, project, given.to_area, project.owner_uscc)
    project = await session.change(project, area_code=given.to_area, version=project.version + 1)
    project, _ = await recount(session, (project, row))  # the new area may have a calendar of its own
    transfer = await session.insert(
        AreaTransfer,
        id=new_id(actor.at),
        project_id=project_id,
        area_code=given.to_area,
        owner_uscc=project.owner_uscc,
        from_area=from_area,
        to_area=given.to_area,
        reason_id=reason_id,
        evidence=given.evidence,
        transferred_at=actor.at,
    )
    await record(
        session,
        actor,
        "project.area_transferred",
        stamp_of(project),
        facts={"from_area": from_area, "to_area": given.to_area},
        evidence=given.evidence,
        reason_id=reason_id,
    )
    return project, transfer
