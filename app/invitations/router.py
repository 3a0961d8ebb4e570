"""HTTP: occurrences of service, invitations to evaluate them, and what areas decide about defaults."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import (
    VersionIsStale,
    VersionMissing,
    WordsOut,
    evaluation_link,
    expected_version,
    page,
    shown,
)
from app.areas.queries import AreaNotFound
from app.database import ReadSession
from app.domain.invitations import ExpiryNotPossible, InvitationNotOpen, OccurrenceEvaluated, manner_of
from app.domain.standing import Role
from app.domain.vocabulary import Channel
from app.evaluations.models import EvaluationInvitation, EvaluationSetting
from app.evaluations.service import NotEvaluable
from app.idempotency import SecretAlreadyShown, WriteSession, answered
from app.invitations import service
from app.invitations.queries import InvitationNotFound, get_invitation
from app.invitations.schemas import (
    EvaluationSettingIn,
    EvaluationSettingOut,
    InvitationIn,
    InvitationOut,
    InvitationShownOut,
    InvitationsIn,
    OccurrenceOut,
    OccurrencesIn,
)
from app.pages import CursorInvalid, PageOut
from app.problems import refuses
from app.projects.queries import ProjectNotFound
from app.route import router as new_router
from app.wire import Code, Uuid

router = new_router("/v1/evaluation-invitations", "evaluations")
occurrences = new_router("/v1/evaluation-occurrences", "evaluations")
settings = new_router("/v1/evaluation-settings", "evaluations")
Inviter = Annotated[Actor, acting_as(Role.PORTAL, Role.OFFICER)]
Colleague = Annotated[Actor, acting_as(*sorted(set(Role) - {Role.PORTAL, Role.RATER}))]
Admin = Annotated[Actor, acting_as(Role.ADMIN)]


def _invitation(row: EvaluationInvitation, actor: Actor) -> InvitationOut:
    return InvitationOut(
        id=row.id,
        version=row.version,
        project_id=row.project_id,
        area_code=row.area_code,
        occurrence=row.event_id,
        item_case_id=row.item_case_id,
        kind=row.kind,
        subject=row.subject,
        label=WordsOut(zh=row.label["zh"], en=row.label["en"]),
        channel=row.channel,
        manner=manner_of(Channel(row.channel)).value,
        state=service.stands(row, actor).value,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        used_on=row.used_on,
        voided_at=row.voided_at,
    )


@occurrences.get("", response_model=PageOut[OccurrenceOut], responses=refuses(CursorInvalid))
async def list_evaluation_occurrences(
    actor: Anyone, asked: Annotated[OccurrencesIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询可评价的服务 · List the services rendered that may be evaluated, the latest first.

    受理、约定的服务环节、办结以及每个审批事项的办结各为一次可评价的服务；invited=false 只列未邀请、未评价的。
    Acceptance, each agreed stage, completion, and each item decided. ``invited=false`` keeps those without an
    open or used invitation and without an evaluation.
    """
    bodies, cursor = await service.list_occurrences(session, actor, asked)
    return page(request, bodies, cursor)


@router.post(
    "",
    status_code=201,
    response_model=InvitationShownOut,
    responses=refuses(
        ProjectNotFound, NotEvaluable, OccurrenceEvaluated, ExpiryNotPossible, SecretAlreadyShown
    ),
)
async def invite_to_evaluate(
    actor: Inviter, given: InvitationIn, session: WriteSession, request: Request
) -> Response:
    """发出评价邀请 · Give an invitation to evaluate one service rendered.

    由窗口、自助终端、短信网关或门户系统发出。链接只在本次应答中给出，一次有效，默认 30 天后过期；
    同一服务再次发出时，前一份随即作废；评价之后不再发出。线下一次一评，线上一事一评。
    By the systems of window, terminal, SMS gateway or portal. The link is shown this once, serves once and
    expires, after 30 days by default. Another one for the same service voids the one before; after use there
    is none.
    """
    row, token = await service.issue(session, actor, given)
    link = evaluation_link(request, token)
    body = InvitationShownOut(
        invitation=_invitation(row, actor), link=link, qr_svg=f"{link}/qr.svg", qr_png=f"{link}/qr.png"
    )
    return await answered(session, body, location=f"/v1/evaluation-invitations/{row.id}", secret_of=row.id)


@router.get("", response_model=PageOut[InvitationOut], responses=refuses(CursorInvalid))
async def list_evaluation_invitations(
    actor: Anyone, asked: Annotated[InvitationsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询评价邀请 · List invitations, the newest first; their tokens are shown nowhere.

    可按项目、服务和状态筛选。保密或匿名使用的邀请，次日才显示为已使用，且只显示日期。
    By project, service and state. One used confidentially or anonymously shows as used on the next day, with
    its date only.
    """
    rows, cursor = await service.list_invitations(session, actor, asked)
    return page(request, [_invitation(row, actor) for row in rows], cursor)


@router.get("/{invitation_id}", response_model=InvitationOut, responses=refuses(InvitationNotFound))
async def get_evaluation_invitation(
    actor: Anyone, invitation_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取评价邀请 · Read an invitation, without its token."""
    row = await get_invitation(session, actor, invitation_id)
    return shown(request, _invitation(row, actor), row.version)


@router.post(
    "/{invitation_id}/voiding",
    response_model=InvitationOut,
    responses=refuses(InvitationNotFound, InvitationNotOpen, VersionIsStale),
)
async def void_evaluation_invitation(
    actor: Inviter, invitation_id: Uuid, session: WriteSession, request: Request
) -> Response:
    """作废评价邀请 · Void an open invitation, for good.

    已使用、已作废或已过期的不能再作废。
    One that was used, voided or has expired cannot be voided.
    """
    expected = expected_version(request, needed=False)
    row = await service.void(session, actor, invitation_id, expected)
    return await answered(
        session, _invitation(row, actor), status=200, version=row.version, project_id=row.project_id
    )


def _setting(area_code: str, row: EvaluationSetting | None) -> EvaluationSettingOut:
    return EvaluationSettingOut(
        area_code=area_code,
        version=0 if row is None else row.version,
        default_after_days=None if row is None else row.default_after_days,
    )


@settings.get("/{area_code}", response_model=EvaluationSettingOut, responses=refuses(AreaNotFound))
async def get_evaluation_setting(
    actor: Colleague, area_code: Code, session: ReadSession, request: Request
) -> Response:
    """读取评价设置 · Read what an area has decided about default evaluations.

    未作决定的区域沿用上级区域的决定；都没有时不产生默认评价。
    An area that has decided nothing goes by the area above; without any there are no defaults.
    """
    row = await service.read_setting(session, actor, area_code)
    return shown(request, _setting(area_code, row), 0 if row is None else row.version)


@settings.put(
    "/{area_code}",
    response_model=EvaluationSettingOut,
    responses=refuses(AreaNotFound, VersionMissing, VersionIsStale, service.SettingAlreadyMade),
)
async def decide_evaluation_setting(
    actor: Admin, area_code: Code, given: EvaluationSettingIn, session: WriteSession, request: Request
) -> Response:
    """修改评价设置 · Decide whether silence counts as a default evaluation in an area (If-Match required).

    默认评价只在区域开启后才有，由事实推算、不另存，从不计入主动评价。
    A default evaluation exists only where it was switched on; it is derived and stored nowhere, and never
    counts as active.
    """
    expected = expected_version(request)
    row = await service.decide(session, actor, area_code, given, expected)
    return await answered(session, _setting(area_code, row), status=200, version=row.version)
