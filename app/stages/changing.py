"""Moving a project under way to another version of a procedure: an explicit act, never a side effect."""

from typing import NamedTuple

from app.actor import Actor
from app.answers import check_version
from app.areas.queries import areas_above
from app.database import Writer
from app.domain.moves import Procedure
from app.domain.publication import PUBLISHED
from app.errors import Conflict, Words
from app.events.service import Recorded, record
from app.private import service as private
from app.procedures.models import ProcedureVersion
from app.procedures.queries import ProcedureNotFound, find_procedure, get_procedure
from app.projects.queries import Pair, lock_project, stamp_of
from app.projects.service import change_standing
from app.stages.schemas import ProcedureChangeIn

SAME = Words("项目已在使用该版本", "the project goes by it already")
NOT_YET = Words("该版本尚未生效", "it is not in force yet")
NO_STAGE = Words("该版本没有项目当前或中止前的环节", "it has no stage like the present or the suspended one")


class ProcedureDoesNotFit(Conflict):
    """The project cannot go on by this version: not in force, the present one, or without its stage."""

    title = Words("该流程不适用于此项目", "The procedure does not fit the project")
    detail = Words("不能改用该流程：{why}。", "The project cannot go on by it: {why}.")


class Changed(NamedTuple):
    """A project that goes by another version now, and the event that says so."""

    pair: Pair
    procedure: Procedure
    before: str
    event: Recorded


async def change_procedure_of_project(
    session: Writer, actor: Actor, project_id: str, wanted: ProcedureChangeIn, expected: int | None
) -> Changed:
    """Let a project go on by another published version of its area or one above.

    The stage stays as it is, so the version must have it; confirmations lapse. Refuses a version that is
    unknown, foreign or a draft (``ProcedureNotFound``), or does not fit (``ProcedureDoesNotFit``).
    """
    project, row = await lock_project(session, actor, project_id)
    check_version(expected, project.version, stage=project.stage)
    version = await session.first(find_procedure(wanted.procedure_id))
    above = await areas_above(session, project.area_code)
    if version is None or version.state != PUBLISHED or version.area_code not in above:
        raise ProcedureNotFound(id=wanted.procedure_id)
    present = await get_procedure(session, project.procedure_id)
    procedure = await get_procedure(session, version.id)
    stages = [project.stage, *([row.before_suspension] if row.before_suspension else [])]
    _check_fit(version, actor, project.procedure_id, present, procedure, stages)
    before = project.procedure_id
    reason_id = await private.keep(session, actor, "reason", wanted.reason, project_id)
    project = await session.change(project, procedure_id=version.id, version=project.version + 1)
    pair = await change_standing(session, (project, row), confirmations=[])
    event = await record(
        session,
        actor,
        "project.procedure_changed",
        stamp_of(project),
        facts={"from_procedure_id": before, "procedure_id": version.id},
        reason_id=reason_id,
    )
    return Changed(pair, procedure, before, event)


def _check_fit(
    version: ProcedureVersion,
    actor: Actor,
    before: str,
    present: Procedure,
    procedure: Procedure,
    stages: list[str],
) -> None:
    why = None
    if version.id == before:
        why = SAME
    elif version.effective_from is None or version.effective_from > actor.today:
        why = NOT_YET
    elif any(
        code not in procedure.stages
        or procedure.stages[code].pauses_clock is not present.stages[code].pauses_clock
        for code in stages
    ):
        why = NO_STAGE
    if why is not None:
        raise ProcedureDoesNotFit(why=why, stage=stages[0])
