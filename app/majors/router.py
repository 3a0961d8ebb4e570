"""HTTP: lists of major projects, thresholds, and what makes a project major."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import VersionIsStale, expected_version, page, shown
from app.areas.queries import AreaNotFound
from app.database import ReadSession
from app.domain.standing import Role
from app.idempotency import WriteSession, answered
from app.majors import service
from app.majors.answers import basis_body, membership_body, threshold_body
from app.majors.models import ListMembership
from app.majors.queries import MembershipNotFound, list_thresholds
from app.majors.schemas import (
    ListMembershipEndIn,
    ListMembershipIn,
    ListMembershipOut,
    MajorBasisOut,
    ThresholdPoliciesIn,
    ThresholdPolicyIn,
    ThresholdPolicyOut,
)
from app.majors.service import AlreadyListed, EndsBeforeItBegins, MembershipHasEnded, ThresholdsOverlap
from app.pages import CursorInvalid, PageIn, PageOut
from app.private.queries import texts_of
from app.problems import refuses
from app.projects.queries import ProjectNotFound, list_parts
from app.route import router as new_router
from app.wire import Day, Uuid

router = new_router("/v1", "major projects")
Lister = Annotated[Actor, acting_as(Role.OFFICER, Role.COORDINATOR)]
Admin = Annotated[Actor, acting_as(Role.ADMIN)]


@router.post(
    "/projects/{project_id}/list-memberships",
    status_code=201,
    response_model=ListMembershipOut,
    responses=refuses(ProjectNotFound, AlreadyListed, EndsBeforeItBegins),
)
async def add_list_membership(
    actor: Lister, project_id: Uuid, given: ListMembershipIn, session: WriteSession
) -> Response:
    """列入重大项目名单 · Put a project on an annual list of major projects.

    名单按年度公布，可同时列入省、市、县三级；有效期含截止日。
    Lists are annual, and a project may stand on several; the last day of validity belongs to it.
    """
    membership = await service.add_list_membership(session, actor, project_id, given)
    return await answered(
        session,
        membership_body(membership),
        version=membership.version,
        project_id=project_id,
    )


@router.get(
    "/projects/{project_id}/list-memberships",
    response_model=PageOut[ListMembershipOut],
    responses=refuses(ProjectNotFound, CursorInvalid),
)
async def list_list_memberships(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询项目所在的名单 · List the lists a project stands or stood on."""
    rows, cursor = await list_parts(session, actor, project_id, ListMembership, asked)
    texts = await texts_of(session, [row.end_reason_id for row in rows])
    return page(request, [membership_body(row, texts) for row in rows], cursor)


@router.post(
    "/projects/{project_id}/list-memberships/{membership_id}/end",
    status_code=201,
    response_model=ListMembershipOut,
    responses=refuses(
        ProjectNotFound, MembershipNotFound, MembershipHasEnded, EndsBeforeItBegins, VersionIsStale
    ),
)
async def end_list_membership(
    actor: Lister,
    project_id: Uuid,
    membership_id: Uuid,
    given: ListMembershipEndIn,
    session: WriteSession,
    request: Request,
) -> Response:
    """终止名单资格 · End a membership; the service of the project goes on.

    项目被移出名单不影响正在进行的代办服务；可带 If-Match。
    Leaving a list does not end the service. ``If-Match`` is honoured.
    """
    membership = await service.end_list_membership(
        session, actor, project_id, membership_id, given, expected_version(request, needed=False)
    )
    return await answered(
        session, membership_body(membership), version=membership.version, project_id=project_id
    )


@router.get(
    "/projects/{project_id}/major-basis", response_model=MajorBasisOut, responses=refuses(ProjectNotFound)
)
async def find_major_basis(
    actor: Anyone, project_id: Uuid, session: ReadSession, request: Request, on: Day | None = None
) -> Response:
    """查询重大项目认定依据 · Say which list or threshold makes a project major on a day.

    on 缺省为今日；投资额按现有登记；本区域无标准时沿用上级区域的标准。
    ``on`` is today by default; the investment is that of the present record; an area without a threshold
    inherits that of the area above.
    """
    day = on or actor.today
    found = await service.find_major_basis(session, actor, project_id, day)
    texts = await texts_of(session, [m.end_reason_id for m in found.memberships])
    return shown(request, basis_body(found, day, actor, texts))


@router.post(
    "/threshold-policies",
    status_code=201,
    response_model=ThresholdPolicyOut,
    responses=refuses(AreaNotFound, ThresholdsOverlap, EndsBeforeItBegins),
)
async def publish_threshold_policy(actor: Admin, given: ThresholdPolicyIn, session: WriteSession) -> Response:
    """公布重大项目投资额标准 · Publish from which investment on projects of an area are major.

    同一区域、同一类别原有的无截止日标准于前一日终止；下级区域没有自己的标准时沿用。
    The open threshold of the same area and class ends the day before; areas below inherit it.
    """
    policy = await service.publish_threshold_policy(session, actor, given)
    return await answered(
        session,
        threshold_body(policy),
        version=policy.version,
    )


@router.get(
    "/threshold-policies",
    response_model=PageOut[ThresholdPolicyOut],
    responses=refuses(AreaNotFound, CursorInvalid),
)
async def list_threshold_policies(
    actor: Anyone, asked: Annotated[ThresholdPoliciesIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询重大项目投资额标准 · List the thresholds that bear on the caller's areas."""
    rows, cursor = await list_thresholds(session, actor, asked.area, asked.on, asked.limit, asked.cursor)
    return page(request, [threshold_body(row) for row in rows], cursor)
