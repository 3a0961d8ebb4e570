"""HTTP: stage transitions."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import VersionIsStale, expected_version, page
from app.database import ReadSession
from app.documents.service import DocumentsDamaged
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
from app.domain.standing import Role
from app.events.service import BackEntryNeedsReason, OccurredInTheFuture
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.problems import refuses
from app.projects.queries import ProjectNotFound, get_project
from app.route import router as new_router
from app.stages import service
from app.stages.answers import moved_body
from app.stages.confirmations import confirm_move as confirm_a_move
from app.stages.confirmations import given_confirmations
from app.stages.schemas import ConfirmationIn, ConfirmationOut, MovedOut, StageTransitionIn
from app.stages.service import OccurredBeforeTheLastStep
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}/stage-transitions", "stages")
confirmations = new_router("/v1/projects/{project_id}/confirmations", "stages")
SecondPerson = Annotated[Actor, acting_as(*(set(Role) - {Role.AUDITOR, Role.RATER}))]
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

    from_stage 是调用方作出决定时所见的环节;若项目已离开该环节,返回 409 及现状。
    ``from_stage`` is the stage the caller decided from; if the project has left it, 409 tells where it is.
    """
    moved = await service.move_project(
        session, actor, project_id, wanted, expected_version(request, needed=False)
    )
    return await answered(
        session,
        moved_body(moved, actor),
        version=moved.project.version,
        location=f"/v1/projects/{project_id}/stage-transitions/{moved.step.id}",
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

    须由流程规定的角色确认,且不得与经办人为同一人;环节变化后确认失效。
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
