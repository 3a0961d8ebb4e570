"""HTTP: the persons on the owner's side of a project."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import VersionIsStale, VersionMissing, expected_version, page
from app.database import ReadSession
from app.domain.standing import Role
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.people import service
from app.people.answers import person_body, sees_in_full, text_ids
from app.people.models import Person
from app.people.schemas import PersonErasureIn, PersonIn, PersonOut, PersonPatch
from app.people.service import LeavesBeforeArriving, PersonErased, PersonNotFound
from app.private.queries import texts_of
from app.problems import refuses
from app.projects.queries import ProjectNotFound, get_project, list_parts
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}/people", "people")
Keeper = Annotated[Actor, acting_as(Role.OFFICER, Role.PORTAL, Role.AGENT, Role.COORDINATOR)]
Clerk = Annotated[Actor, acting_as(Role.OFFICER, Role.COORDINATOR)]


@router.post(
    "",
    status_code=201,
    response_model=PersonOut,
    responses=refuses(ProjectNotFound, LeavesBeforeArriving),
)
async def add_person(actor: Keeper, project_id: Uuid, given: PersonIn, session: WriteSession) -> Response:
    """登记项目单位人员 · Name a person on the owner's side.

    姓名、电话、证件号码只存入可删除的隐私库；写入的应答只给出编号。
    Name, phone and identity number are kept in the erasable store only; answers to writes name them by id.
    """
    person = await service.add_person(session, actor, project_id, given)
    return await answered(session, person_body(person), version=person.version, project_id=project_id)


@router.get("", response_model=PageOut[PersonOut], responses=refuses(ProjectNotFound, CursorInvalid))
async def list_people(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询项目单位人员 · List the persons on the owner's side.

    项目单位门户、署名的窗口人员与协调员、本项目代办员可见全文，其余角色只见掩码；全文读取记入访问日志。
    Values are shown in full to the owner's portal, to officers and coordinators who name themselves, and to
    the project's own agents; masked to all others. Reads in full are noted in the access log.
    """
    _, standing = await get_project(session, actor, project_id)
    rows, cursor = await list_parts(session, actor, project_id, Person, asked)
    texts = await texts_of(session, text_ids(rows))
    in_full = sees_in_full(actor, standing)
    if in_full and texts:
        request.scope["unmasked"] = len(rows)
    return page(request, [person_body(row, texts, in_full=in_full) for row in rows], cursor)


@router.patch(
    "/{person_id}",
    response_model=PersonOut,
    responses=refuses(
        ProjectNotFound, PersonNotFound, PersonErased, LeavesBeforeArriving, VersionMissing, VersionIsStale
    ),
)
async def change_person(
    actor: Keeper,
    project_id: Uuid,
    person_id: Uuid,
    given: PersonPatch,
    session: WriteSession,
    request: Request,
) -> Response:
    """更正项目单位人员 · Put facts of a person right (If-Match required)."""
    person = await service.change_person(
        session, actor, project_id, person_id, given, expected_version(request)
    )
    body = person_body(person)
    return await answered(session, body, status=200, version=person.version, project_id=project_id)


@router.post(
    "/{person_id}/erasure",
    status_code=201,
    response_model=PersonOut,
    responses=refuses(ProjectNotFound, PersonNotFound, PersonErased, VersionIsStale),
)
async def erase_person(
    actor: Clerk,
    project_id: Uuid,
    person_id: Uuid,
    given: PersonErasureIn,
    session: WriteSession,
    request: Request,
) -> Response:
    """删除人员信息 · Erase the values of a person.

    姓名、电话、证件号码及其历次更正前的值一并删除，不可恢复；账本只留承诺值，仍可校验。
    Name, phone, identity number and what they were before go, for good; the ledger keeps commitments, and its
    chain still verifies. ``If-Match`` is honoured.
    """
    person = await service.erase_person(
        session, actor, project_id, person_id, given, expected_version(request, needed=False)
    )
    return await answered(session, person_body(person), version=person.version, project_id=project_id)
