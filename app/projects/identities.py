"""How a project is known elsewhere: its national code over time, and its ids in other systems."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from app.actor import Actor, within
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.identifiers import read_project_code
from app.domain.vocabulary import Generation
from app.errors import Conflict, Fault, Words
from app.problems import FieldsInvalid
from app.projects.models import ExternalId, Project, ProjectCodeEntry
from app.projects.schemas import ExternalIdIn, WarningOut
from app.query import Selection, one_of, query
from app.troubles import clashing

DUPLICATE = Words(
    "项目代码 {code} 已由另一项目登记（编号 {id}），请核对是否重复。",
    "The project code {code} is held by another project ({id}) too; please see whether it is the same.",
)
TWICE = Words("与本请求中的另一项重复", "is named twice in this request")
HOLDERS = 200  # a bound; more projects of one code are beyond any reader


class ExternalIdTaken(Conflict):
    """The calling system has given the same id of the same source to a project before."""

    title = Words("外部编号已登记", "The external id is taken")
    detail = Words(
        "来源系统 {source_system} 的编号 {external_id} 已登记{project}。",
        "The id {external_id} of {source_system} has been given before{project}.",
    )


@query
def _holders(
    codes: list[str], areas: Any, department: str | None, owner: str | None
) -> Selection[tuple[str, str]]:
    return (
        select(col(Project.project_code), Project.id)
        .where(one_of(col(Project.project_code), codes), *within(Project, areas, department, owner))
        .order_by(col(Project.id))
        .limit(HOLDERS)
    )


@query
def present_code(project_id: str) -> Selection[ProjectCodeEntry]:
    """Find the code that a project, found in scope before, has now."""
    return select(ProjectCodeEntry).where(
        ProjectCodeEntry.project_id == project_id, col(ProjectCodeEntry.replaced_by).is_(None)
    )


@query
def _given(
    client_id: str, ids: list[str], areas: Any, department: str | None, owner: str | None
) -> Selection[ExternalId]:
    return select(ExternalId).where(
        ExternalId.client_id == client_id,
        one_of(col(ExternalId.external_id), ids),
        *within(ExternalId, areas, department, owner),
    )


async def enter_code(
    session: Writer,
    actor: Actor,
    project: Project,
    code: str,
    valid_from: date,
    reason_id: str | None = None,
) -> ProjectCodeEntry:
    """Write a code into the history of a locked project; the present one ends the day before.

    A code given and replaced on one day was valid on that day. The project itself is changed by the caller.
    """
    read = read_project_code(code)
    entry_id = new_id(actor.at)
    before = await session.first(present_code(project.id))
    entry = await session.insert(
        ProjectCodeEntry,
        id=entry_id,
        project_id=project.id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        code=read.canonical,
        generation=read.generation,
        valid_from=valid_from,
        valid_to=None,
        reason_id=reason_id,
        replaced_by=None,
    )
    if before is not None:
        last = max(before.valid_from, valid_from - timedelta(days=1))
        await session.change(before, valid_to=last, replaced_by=entry_id)
    return entry


async def warnings_about(
    session: Reader, actor: Actor, entries: Sequence[ProjectCodeEntry]
) -> dict[str, list[WarningOut]]:
    """Say what is odd about codes, by the id of their entry: a doubtful form, another project's code.

    Only projects in the caller's scope are named or hinted at: to a county the duplicate in another county
    does not exist, and the area above both sees it. One statement.
    """
    present = sorted({e.code for e in entries if e.replaced_by is None})
    holders = await session.all(_holders(present, *actor.scope)) if present else []
    found: dict[str, list[WarningOut]] = {}
    for entry in entries:
        read = read_project_code(entry.code)
        is_ambiguous = read.generation is Generation.AMBIGUOUS
        kind = "ProjectCodeAmbiguous" if is_ambiguous else "ProjectCodeDoubtful"
        said = [
            WarningOut(code=kind, detail=words.told(actor.language, {}), project_id=None)
            for words in read.warnings
        ]
        if entry.replaced_by is None:
            said += [
                WarningOut(
                    code="DuplicateProjectCode",
                    detail=DUPLICATE.told(actor.language, {"code": code, "id": project_id}),
                    project_id=project_id,
                )
                for code, project_id in holders
                if code == entry.code and project_id != entry.project_id
            ]
        found[entry.id] = said
    return found


async def add_external_ids(
    session: Writer, actor: Actor, project: Project, given: Sequence[ExternalIdIn]
) -> list[ExternalId]:
    """Note the ids of a locked project in other systems.

    Refuses ids named twice, and ``ExternalIdTaken``, which names the project where the caller may see it.
    """
    if not given:
        return []
    keys = [(one.source_system, one.external_id) for one in given]
    twice = [
        Fault(f"/external_ids/{i}", "named_twice", TWICE) for i, key in enumerate(keys) if key in keys[:i]
    ]
    if twice:
        raise FieldsInvalid(faults=twice, count=len(twice))
    for taken in await session.all(_given(actor.client_id, [key[1] for key in keys], *actor.scope)):
        if (taken.source_system, taken.external_id) in keys:
            raise _taken(taken.source_system, taken.external_id, taken.project_id)
    added = []
    for one in given:
        with clashing(uq_external_id_client_id=_taken(one.source_system, one.external_id, None)):
            added.append(
                await session.insert(
                    ExternalId,
                    id=new_id(actor.at),
                    project_id=project.id,
                    area_code=project.area_code,
                    owner_uscc=project.owner_uscc,
                    client_id=actor.client_id,
                    source_system=one.source_system,
                    external_id=one.external_id,
                    added_at=actor.at,
                )
            )
    return added


def _taken(source_system: str, external_id: str, project_id: str | None) -> ExternalIdTaken:
    place = Words("", "")
    if project_id is not None:
        place = Words(f"于项目 {project_id}", f", to the project {project_id}")
    return ExternalIdTaken(
        source_system=source_system, external_id=external_id, project=place, project_id=project_id
    )
