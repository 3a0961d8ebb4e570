"""HTTP: calling systems, their keys, and the people behind them."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, acting_as
from app.answers import VersionIsStale, VersionMissing, expected_version, page, shown
from app.areas.queries import AreaNotFound, DepartmentNotFound
from app.areas.service import ValidityEndsTooEarly
from app.clients import service
from app.clients.answers import SEES_NAMES, client_body, key_body, operator_body
from app.clients.queries import ClientNotFound, KeyNotFound, OperatorNotFound, get_client, get_operator
from app.clients.schemas import (
    ClientIn,
    ClientOut,
    ClientPatch,
    KeyIn,
    KeyOut,
    KeyShownOut,
    OperatorIn,
    OperatorOut,
    OperatorPatch,
    OperatorsIn,
    RotationIn,
)
from app.clients.service import (
    ClientAlreadyExists,
    DepartmentNeeded,
    ExpiryIsPast,
    KeyIsDead,
    OperatorAlreadyExists,
)
from app.database import ReadSession
from app.domain.standing import Role
from app.idempotency import SecretAlreadyShown, WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.private.queries import texts_of
from app.problems import refuses
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/clients", "clients")
operators = new_router("/v1/operators", "operators")
Admin = Annotated[Actor, acting_as(Role.ADMIN)]
Colleague = Annotated[Actor, acting_as(*sorted(set(Role) - {Role.PORTAL, Role.RATER}))]


def _note_names(request: Request, actor: Actor, number: int) -> None:
    """Let the access log tell how many names were read in full."""
    if actor.role in SEES_NAMES:
        request.scope["unmasked"] = number


@router.get("", response_model=PageOut[ClientOut], responses=refuses(CursorInvalid))
async def list_clients(
    actor: Admin, asked: Annotated[PageIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询接入系统 · List the calling systems of the administrator's areas.

    按登记先后排序；上级或者其他区域的接入系统不可见。
    In the order of registration; those of other areas, upper ones included, cannot be seen.
    """
    rows, cursor = await service.list_clients(session, actor, asked)
    return page(request, [client_body(row) for row in rows], cursor)


@router.post(
    "",
    status_code=201,
    response_model=ClientOut,
    responses=refuses(AreaNotFound, DepartmentNotFound, ClientAlreadyExists, DepartmentNeeded),
)
async def register_client(actor: Admin, given: ClientIn, session: WriteSession) -> Response:
    """登记接入系统 · Register a calling system, its roles and its area.

    只能授予本管理员所辖的区域；持有 department 角色的须指明部门。登记后另行创建密钥。
    Only the administrator's own areas can be given; the role department needs a department.
    """
    client = await service.register_client(session, actor, given)
    location = f"/v1/clients/{client.id}"
    return await answered(session, client_body(client), version=client.version, location=location)


@router.get("/{client_id}", response_model=ClientOut, responses=refuses(ClientNotFound))
async def get_client_record(
    actor: Admin, client_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取接入系统 · Read a calling system.

    不含密钥；密钥另有列表。
    Without its keys, which have a list of their own.
    """
    client = await get_client(session, actor, client_id)
    return shown(request, client_body(client), client.version)


@router.patch(
    "/{client_id}",
    response_model=ClientOut,
    responses=refuses(
        ClientNotFound,
        AreaNotFound,
        DepartmentNotFound,
        ClientAlreadyExists,
        DepartmentNeeded,
        VersionMissing,
        VersionIsStale,
    ),
)
async def change_client(
    actor: Admin, client_id: Uuid, given: ClientPatch, session: WriteSession, request: Request
) -> Response:
    """修改接入系统 · Change a calling system (If-Match required).

    修改角色、区域或者停用后，所有密钥在一秒内随之生效。
    New roles, a new area or is_active=false hold for all its keys within a second.
    """
    client = await service.change_client(session, actor, client_id, given, expected_version(request))
    request.app.state.authenticate.forget()
    return await answered(session, client_body(client), status=200, version=client.version)


@router.get(
    "/{client_id}/keys", response_model=PageOut[KeyOut], responses=refuses(ClientNotFound, CursorInvalid)
)
async def list_keys(
    actor: Admin, client_id: Uuid, asked: Annotated[PageIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询密钥 · List the keys of a calling system.

    只显示前几位和日期；密钥本身只在创建时显示一次。
    First characters and dates only; the secret itself was shown once.
    """
    rows, cursor = await service.list_keys(session, actor, client_id, asked)
    return page(request, [key_body(row) for row in rows], cursor)


@router.post(
    "/{client_id}/keys",
    status_code=201,
    response_model=KeyShownOut,
    responses=refuses(ClientNotFound, ExpiryIsPast, SecretAlreadyShown),
)
async def create_key(actor: Admin, client_id: Uuid, given: KeyIn, session: WriteSession) -> Response:
    """创建密钥 · Make a key of a calling system; its secret is shown this once.

    服务端只保存摘要；带同一 Idempotency-Key 重试得到 409 SecretAlreadyShown 和密钥编号。
    Only a digest is kept. A repeat with the same Idempotency-Key gets 409 SecretAlreadyShown and the id.
    """
    key, secret = await service.create_key(session, actor, client_id, given)
    body = KeyShownOut(key=key_body(key), secret=secret, replaces=None)
    return await answered(session, body, secret_of=key.id)


@router.post(
    "/{client_id}/keys/{key_id}/revocation",
    response_model=KeyOut,
    responses=refuses(ClientNotFound, KeyNotFound, KeyIsDead),
)
async def revoke_key(
    actor: Admin, client_id: Uuid, key_id: Uuid, session: WriteSession, request: Request
) -> Response:
    """吊销密钥 · Revoke a key, for good.

    所有进程最迟一秒后不再接受该密钥。
    No process accepts it for more than a second longer.
    """
    key = await service.revoke_key(session, actor, client_id, key_id)
    request.app.state.authenticate.forget()
    return await answered(session, key_body(key), status=200)


@router.post(
    "/{client_id}/keys/{key_id}/rotation",
    status_code=201,
    response_model=KeyShownOut,
    responses=refuses(ClientNotFound, KeyNotFound, KeyIsDead, ExpiryIsPast, SecretAlreadyShown),
)
async def rotate_key(
    actor: Admin, client_id: Uuid, key_id: Uuid, given: RotationIn, session: WriteSession, request: Request
) -> Response:
    """轮换密钥 · Make the successor of a key; its secret is shown this once.

    旧密钥在 overlap_hours（默认 24，最多 168）小时后失效，0 表示立即失效。
    The old key expires after overlap_hours (24 unless told, at most 168); 0 ends it at once.
    """
    key, secret, old = await service.rotate_key(session, actor, client_id, key_id, given)
    request.app.state.authenticate.forget()
    body = KeyShownOut(key=key_body(key), secret=secret, replaces=key_body(old))
    return await answered(session, body, secret_of=key.id)


@operators.get("", response_model=PageOut[OperatorOut], responses=refuses(CursorInvalid))
async def list_operators(
    actor: Colleague, asked: Annotated[OperatorsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询操作人员 · List the people registered in the caller's areas.

    可按目录、角色、区域筛选；姓名只对管理、督办、审计、协调人员完整显示，其他角色只见首字。
    Filters: directory, role, area. Administrators, supervisors, auditors and coordinators see whole names.
    """
    rows, cursor = await service.list_operators(session, actor, asked)
    names = await texts_of(session, [row.name_id for row in rows])
    _note_names(request, actor, len(rows))
    return page(request, [operator_body(row, actor, names) for row in rows], cursor)


@operators.post(
    "",
    status_code=201,
    response_model=OperatorOut,
    responses=refuses(AreaNotFound, DepartmentNotFound, OperatorAlreadyExists, ValidityEndsTooEarly),
)
async def register_operator(actor: Admin, given: OperatorIn, session: WriteSession) -> Response:
    """登记操作人员 · Register a person in a directory.

    同一目录（realm）的接入系统共用其人员；person_key 在各目录间标识同一个人，不得使用证件号码或者手机号码。
    Clients of one realm share its people. person_key is one person everywhere, and no personal number.
    """
    row = await service.register_operator(session, actor, given)
    body = operator_body(row, actor, None)
    return await answered(session, body, version=row.version, location=f"/v1/operators/{row.id}")


@operators.get("/{operator_id}", response_model=OperatorOut, responses=refuses(OperatorNotFound))
async def get_operator_record(
    actor: Colleague, operator_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取操作人员 · Read a person's registration.

    姓名的显示规则与列表相同。
    The name is shown as in the list.
    """
    row = await get_operator(session, actor, operator_id)
    names = await texts_of(session, [row.name_id])
    _note_names(request, actor, 1)
    return shown(request, operator_body(row, actor, names), row.version)


@operators.patch(
    "/{operator_id}",
    response_model=OperatorOut,
    responses=refuses(
        OperatorNotFound,
        AreaNotFound,
        DepartmentNotFound,
        ValidityEndsTooEarly,
        VersionMissing,
        VersionIsStale,
    ),
)
async def change_operator(
    actor: Admin, operator_id: Uuid, given: OperatorPatch, session: WriteSession, request: Request
) -> Response:
    """修改操作人员 · Change a person's registration (If-Match required).

    目录和编号不可修改；离岗人员填写 valid_to，次日起不能再操作。
    Directory and code stay; whoever leaves gets a valid_to and can act no more from the next day on.
    """
    row = await service.change_operator(session, actor, operator_id, given, expected_version(request))
    request.app.state.authenticate.forget()
    return await answered(session, operator_body(row, actor, None), status=200, version=row.version)
