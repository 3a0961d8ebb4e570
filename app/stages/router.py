"""HTTP: stage transitions, confirmations, the clock of the stage, the change to another procedure."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import VersionIsStale, expected_version, page, shown
from app.database import ReadSession
from app.documents.service import DocumentsDamaged
from app.domain.milestones import CompletedBeforeStarted, MilestoneReached
from app.domain.procedures import (
    GuardsNotMet,
    MissingOrWrongInputs,
    MoveNotFromHere,
    RoleMayNotMove,
    StageHasChanged,
    UnknownMove,
)
from app.domain.second_person import (
    ConfirmedAlready,
    ConfirmerIsExcluded,
    NothingToConfirm,
    RoleMayNotConfirm,
)
from app.domain.separation import ConfirmerIsReporter
from app.domain.standing import Role
from app.events.service import BackEntryNeedsReason, OccurredInTheFuture
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.problems import refuses
from app.procedures.queries import ProcedureNotFound
from app.progress.answers import milestone_body
from app.progress.queries import MilestoneNotFound
from app.progress.schemas import MilestoneConfirmationIn, MilestoneOut
from app.projects.history import ProjectNotKnownThen
from app.projects.queries import ProjectNotFound, get_project
from app.projects.service import ServiceHasEnded
from app.route import router as new_router
from app.stages import changing, clocks, service
from app.stages.answers import changed_body, moved_body, transition_bodies
from app.stages.changing import ProcedureDoesNotFit
from app.stages.confirmations import confirm_milestone as confirm_a_milestone
from app.stages.confirmations import confirm_move as confirm_a_move
from app.stages.confirmations import given_confirmations
from app.stages.queries import StageTransitionNotFound, get_transition, list_steps
from app.stages.schemas import (
    AsOfIn,
    ClockOut,
    ConfirmationIn,
    ConfirmationOut,
    MovedOut,
    ProcedureChangedOut,
    ProcedureChangeIn,
    StageTransitionIn,
    StageTransitionOut,
)
from app.stages.service import OccurredBeforeTheLastStep
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}/stage-transitions", "stages")
beside = new_router("/v1/projects/{project_id}", "stages")
milestones = new_router("/v1/projects/{project_id}/milestones", "progress")
confirmations = new_router("/v1/projects/{project_id}/confirmations", "stages")
SecondPerson = Annotated[Actor, acting_as(*(set(Role) - {Role.AUDITOR, Role.RATER}))]
MilestoneConfirmer = Annotated[Actor, acting_as(Role.OFFICER, Role.COORDINATOR, Role.DEPARTMENT)]
Chooser = Annotated[Actor, acting_as(Role.COORDINATOR, Role.ADMIN)]
Mover = Annotated[
    Actor, acting_as(Role.PORTAL, Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.ARCHIVIST, Role.ADMIN)
]


@router.post(
    "",
    status_code=201,
    response_model=MovedOut,
    responses=refuses(
        ProjectNotFound,
        VersionIsStale,
        UnknownMove,
        StageHasChanged,
        MoveNotFromHere,
        RoleMayNotMove,
        MissingOrWrongInputs,
        GuardsNotMet,
        OccurredInTheFuture,
        OccurredBeforeTheLastStep,
        BackEntryNeedsReason,
        EvidenceNotFound,
        DocumentsDamaged,
    ),
)
async def move_project(
    actor: Mover, project_id: Uuid, wanted: StageTransitionIn, session: WriteSession, request: Request
) -> Response:
    """办理环节流转 · Move a project on along its service procedure.

    from_stage 是调用方作出决定时所见的环节；若项目已离开该环节，返回 409 及现状。
    ``from_stage`` is the stage the caller decided from; if the project has left it, 409 tells where it is.
    """
    moved = await service.move_project(
        session, actor, project_id, wanted, expected_version(request, needed=False)
    )
    return await answered(
        session,
        await moved_body(session, moved, actor),
        version=moved.project.version,
        location=f"/v1/projects/{project_id}/stage-transitions/{moved.step.id}",
        project_id=project_id,
    )


@router.get(
    "",
    response_model=PageOut[StageTransitionOut],
    responses=refuses(ProjectNotFound, CursorInvalid),
)
async def list_stage_transitions(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询流转记录 · List the steps a project has taken, in their order.

    含理由和填报的文本；已清除的文本标明 is_erased。
    Reasons and texts are shown; those that were erased say so.
    """
    steps, cursor = await list_steps(session, actor, project_id, asked)
    return page(request, await transition_bodies(session, steps), cursor)


@router.get(
    "/{transition_id}",
    response_model=StageTransitionOut,
    responses=refuses(ProjectNotFound, StageTransitionNotFound),
)
async def get_stage_transition(
    actor: Anyone, project_id: Uuid, transition_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取流转记录 · Read one step a project has taken, with its texts.

    occurred_at 是发生时间；经更正的，为更正后的时间。
    ``occurred_at`` is when it happened; a corrected one shows the right moment.
    """
    await get_project(session, actor, project_id)
    step = await get_transition(session, actor, project_id, transition_id)
    (body,) = await transition_bodies(session, [step])
    return shown(request, body)


@beside.get("/clock", response_model=ClockOut, responses=refuses(ProjectNotFound, ProjectNotKnownThen))
async def get_clock(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[AsOfIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """办理时限明细 · Explain the deadlines of the present stage, day by day.

    每个时限列明起算日、期限、已用和剩余天数、暂停、依据及日历版本；逐日说明计与不计的原因。
    known_at 按当时已记录的内容计算，valid_at 按当时的实际情况计算。
    Each limit tells its anchor, budget, days consumed and left, pauses, basis and calendar, and of every day
    whether it counts. ``known_at`` leaves out what was recorded later; ``valid_at`` counts as of then.
    """
    return shown(request, await clocks.read_clock(session, actor, project_id, asked))


@beside.post(
    "/procedure-change",
    status_code=201,
    response_model=ProcedureChangedOut,
    responses=refuses(ProjectNotFound, VersionIsStale, ProcedureNotFound, ProcedureDoesNotFit),
)
async def change_procedure_of_project(
    actor: Chooser,
    project_id: Uuid,
    wanted: ProcedureChangeIn,
    session: WriteSession,
    request: Request,
) -> Response:
    """改用流程版本 · Let a project go on by another published version of its area's procedures.

    项目保持当前环节，新版本须有该环节；尚未使用的确认随之失效。
    The project stays in its stage, which the version must have; confirmations not yet used lapse.
    """
    changed = await changing.change_procedure_of_project(
        session, actor, project_id, wanted, expected_version(request, needed=False)
    )
    project, _ = changed.pair
    return await answered(
        session,
        await changed_body(session, changed, actor),
        version=project.version,
        location=f"/v1/projects/{project_id}",
        project_id=project_id,
    )


@confirmations.post(
    "",
    status_code=201,
    response_model=ConfirmationOut,
    responses=refuses(
        ProjectNotFound,
        UnknownMove,
        StageHasChanged,
        MoveNotFromHere,
        NothingToConfirm,
        RoleMayNotConfirm,
        ConfirmerIsExcluded,
        ConfirmedAlready,
    ),
)
async def confirm_move(
    actor: SecondPerson, project_id: Uuid, wanted: ConfirmationIn, session: WriteSession
) -> Response:
    """第二人事先确认 · Confirm a move as its second person, beforehand.

    须由流程规定的角色确认，且不得与经办人为同一人；环节变化后确认失效。
    In the role the procedure names, and another person than whoever makes the move; lapses with the stage.
    """
    project, given = await confirm_a_move(session, actor, project_id, wanted)
    return await answered(session, given, version=project.version, project_id=project_id)


@confirmations.get(
    "", response_model=PageOut[ConfirmationOut], responses=refuses(ProjectNotFound, CursorInvalid)
)
async def list_confirmations(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询第二人确认 · List the confirmations that hold in the present stage."""
    items, cursor = given_confirmations(*await get_project(session, actor, project_id), asked)
    return page(request, items, cursor)


@milestones.post(
    "/{milestone_id}/confirmation",
    status_code=201,
    response_model=MilestoneOut,
    responses=refuses(
        ProjectNotFound,
        MilestoneNotFound,
        ServiceHasEnded,
        ConfirmerIsReporter,
        CompletedBeforeStarted,
        MilestoneReached,
        EvidenceNotFound,
    ),
)
async def confirm_milestone(
    actor: MilestoneConfirmer,
    project_id: Uuid,
    milestone_id: Uuid,
    given: MilestoneConfirmationIn,
    session: WriteSession,
) -> Response:
    """确认项目节点 · Confirm a milestone.

    须由填报人以外的人确认；开工、竣工节点确认后成为项目的实际开工、竣工日期；等待该节点的办件是否越过前置事项随之更正。
    By another person than its reporter; a start or completion of works becomes the project's actual day, and
    what waited for it no longer counts as filed too early, if it was not.
    """
    milestone = await confirm_a_milestone(session, actor, project_id, milestone_id, given)
    body = milestone_body(milestone)
    return await answered(session, body, version=milestone.version, project_id=project_id)
