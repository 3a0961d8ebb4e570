"""HTTP: agreements and agents of a project."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import page, shown
from app.database import ReadSession
from app.domain.agreements import (
    AgreementIsTerminated,
    DayIsInTheFuture,
    PartyHasSigned,
    PartyIsNotYours,
    ValidityIsReversed,
)
from app.domain.separation import AgentsAreOnePerson, OwnersConsentNeedsEvidence
from app.domain.standing import Role
from app.engagements import agreements, service
from app.engagements.agreements import AgreementIsOpen, AgreementNumberTaken
from app.engagements.answers import agent_body, agent_texts, agreement_body, agreement_texts
from app.engagements.models import AgentAssignment, Agreement
from app.engagements.queries import AgreementNotFound, AssignmentNotFound, get_agreement
from app.engagements.schemas import (
    AgentIn,
    AgentOut,
    AgreementIn,
    AgreementOut,
    AgreementTerminationIn,
    AssignmentEndIn,
    HandOverIn,
    SignatureIn,
)
from app.engagements.service import (
    AgentAlreadyAssigned,
    AssignmentHasEnded,
    DepartmentNotSuitable,
    LiaisonsHaveADepartment,
    OperatorNotSuitable,
)
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.private.queries import texts_of
from app.problems import refuses
from app.projects.queries import ProjectNotFound, get_project, list_parts
from app.projects.service import ServiceHasEnded, ServiceNotAppliedFor
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}", "engagements")
Clerk = Annotated[Actor, acting_as(Role.OFFICER, Role.COORDINATOR)]
Signer = Annotated[Actor, acting_as(Role.PORTAL, Role.OFFICER, Role.COORDINATOR)]
Coordinator = Annotated[Actor, acting_as(Role.COORDINATOR)]
Page = Annotated[PageIn, Query()]


@router.post(
    "/agreements",
    status_code=201,
    response_model=AgreementOut,
    responses=refuses(
        ProjectNotFound,
        ServiceHasEnded,
        ServiceNotAppliedFor,
        AgreementIsOpen,
        AgreementNumberTaken,
        ValidityIsReversed,
    ),
)
async def draw_up_agreement(
    actor: Clerk, project_id: Uuid, given: AgreementIn, session: WriteSession
) -> Response:
    """拟订代办委托协议 · Draw up an agency agreement.

    同一项目同时只能有一份待签协议；联系人信息存入可删除的隐私库。
    One agreement at a time may wait for signatures; contacts are kept in the erasable store.
    """
    agreement = await agreements.draw_up_agreement(session, actor, project_id, given)
    return await answered(
        session,
        agreement_body(agreement),
        version=agreement.version,
        location=f"/v1/projects/{project_id}/agreements/{agreement.id}",
        project_id=project_id,
    )


@router.get(
    "/agreements", response_model=PageOut[AgreementOut], responses=refuses(ProjectNotFound, CursorInvalid)
)
async def list_agreements(
    actor: Anyone, project_id: Uuid, asked: Page, session: ReadSession, request: Request
) -> Response:
    """查询项目的委托协议 · List the agreements of a project."""
    rows, cursor = await list_parts(session, actor, project_id, Agreement, asked)
    texts = await texts_of(session, [i for row in rows for i in agreement_texts(row, actor)])
    return page(request, [agreement_body(row, texts, actor) for row in rows], cursor)


@router.get(
    "/agreements/{agreement_id}",
    response_model=AgreementOut,
    responses=refuses(ProjectNotFound, AgreementNotFound),
)
async def get_agreement_record(
    actor: Anyone, project_id: Uuid, agreement_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取委托协议 · Read an agreement."""
    await get_project(session, actor, project_id)
    agreement = await get_agreement(session, actor, project_id, agreement_id)
    texts = await texts_of(session, agreement_texts(agreement, actor))
    return shown(request, agreement_body(agreement, texts, actor), agreement.version)


@router.post(
    "/agreements/{agreement_id}/signatures",
    status_code=201,
    response_model=AgreementOut,
    responses=refuses(
        ProjectNotFound,
        AgreementNotFound,
        ServiceHasEnded,
        PartyIsNotYours,
        PartyHasSigned,
        AgreementIsTerminated,
        OwnersConsentNeedsEvidence,
        DayIsInTheFuture,
        EvidenceNotFound,
    ),
)
async def sign_agreement(
    actor: Signer, project_id: Uuid, agreement_id: Uuid, given: SignatureIn, session: WriteSession
) -> Response:
    """登记协议签署 · Enter a party's signature.

    项目单位由门户签署，或者由窗口凭佐证材料代录；双方签署后协议生效，服务方式和委托阶段随之变更。
    The owner signs through its portal, or an officer enters it with evidence. The second signature puts the
    agreement in force: its mode becomes the project's, its stages are added to the scope.
    """
    agreement = await agreements.sign_agreement(session, actor, project_id, agreement_id, given)
    body = agreement_body(agreement)
    return await answered(session, body, version=agreement.version, project_id=project_id)


@router.post(
    "/agreements/{agreement_id}/termination",
    status_code=201,
    response_model=AgreementOut,
    responses=refuses(
        ProjectNotFound,
        AgreementNotFound,
        ServiceHasEnded,
        AgreementIsTerminated,
        DayIsInTheFuture,
        EvidenceNotFound,
    ),
)
async def end_agreement(
    actor: Clerk, project_id: Uuid, agreement_id: Uuid, given: AgreementTerminationIn, session: WriteSession
) -> Response:
    """终止委托协议 · End an agreement.

    须有终止单等佐证材料；项目的服务方式和委托阶段不变。
    Evidence such as the termination form is needed; the project's mode and scope stay.
    """
    agreement = await agreements.end_agreement(session, actor, project_id, agreement_id, given)
    body = agreement_body(agreement)
    return await answered(session, body, version=agreement.version, project_id=project_id)


@router.post(
    "/agents",
    status_code=201,
    response_model=AgentOut,
    responses=refuses(
        ProjectNotFound,
        ServiceHasEnded,
        OperatorNotSuitable,
        DepartmentNotSuitable,
        LiaisonsHaveADepartment,
        AgentsAreOnePerson,
        AgentAlreadyAssigned,
    ),
)
async def assign_agent(
    actor: Coordinator, project_id: Uuid, given: AgentIn, session: WriteSession
) -> Response:
    """指派代办员、联络员 · Assign an agent or a liaison.

    A角与B角须为两个自然人；联络员所在部门自此参与并可见该项目。
    Primary and backup are two persons; a liaison's department takes part from now on and sees the project.
    """
    assignment = await service.assign_agent(session, actor, project_id, given)
    body = agent_body(assignment)
    return await answered(session, body, version=assignment.version, project_id=project_id)


@router.get("/agents", response_model=PageOut[AgentOut], responses=refuses(ProjectNotFound, CursorInvalid))
async def list_agents(
    actor: Anyone, project_id: Uuid, asked: Page, session: ReadSession, request: Request
) -> Response:
    """查询项目服务人员 · List who serves a project, and who did."""
    rows, cursor = await list_parts(session, actor, project_id, AgentAssignment, asked)
    texts = await texts_of(session, [i for row in rows for i in agent_texts(row)])
    return page(request, [agent_body(row, texts) for row in rows], cursor)


@router.post(
    "/agents/{assignment_id}/hand-over",
    status_code=201,
    response_model=AgentOut,
    responses=refuses(
        ProjectNotFound,
        AssignmentNotFound,
        ServiceHasEnded,
        AssignmentHasEnded,
        OperatorNotSuitable,
        AgentsAreOnePerson,
        AgentAlreadyAssigned,
        EvidenceNotFound,
    ),
)
async def hand_over_agent(
    actor: Coordinator, project_id: Uuid, assignment_id: Uuid, given: HandOverIn, session: WriteSession
) -> Response:
    """代办员交接 · Hand an assignment over to somebody else.

    原指派结束与新指派开始为同一时刻，未办事项一并交接；返回新的指派记录。
    One assignment ends and the other begins at the same moment, with the open tasks; the new one is returned.
    """
    assignment = await service.hand_over(session, actor, project_id, assignment_id, given)
    body = agent_body(assignment)
    return await answered(session, body, version=assignment.version, project_id=project_id)


@router.post(
    "/agents/{assignment_id}/end",
    status_code=201,
    response_model=AgentOut,
    responses=refuses(
        ProjectNotFound, AssignmentNotFound, ServiceHasEnded, AssignmentHasEnded, EvidenceNotFound
    ),
)
async def end_assignment(
    actor: Coordinator, project_id: Uuid, assignment_id: Uuid, given: AssignmentEndIn, session: WriteSession
) -> Response:
    """结束指派 · End an assignment with nobody in its place."""
    assignment = await service.end_assignment(session, actor, project_id, assignment_id, given)
    body = agent_body(assignment)
    return await answered(session, body, version=assignment.version, project_id=project_id)
