"""HTTP: stage transitions."""

from typing import Annotated

from fastapi import Request, Response

from app.actor import Actor, acting_as
from app.answers import VersionIsStale, expected_version
from app.documents.service import DocumentsDamaged
from app.domain.procedures import (
    GuardsNotMet,
    MissingOrWrongInputs,
    MoveNotFromHere,
    RoleMayNotMove,
    StageHasChanged,
    UnknownMove,
)
from app.domain.standing import Role
from app.events.service import BackEntryNeedsReason, OccurredInTheFuture
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.problems import refuses
from app.projects.queries import ProjectNotFound
from app.route import router as new_router
from app.stages import service
from app.stages.answers import moved_body
from app.stages.schemas import MovedOut, StageTransitionIn
from app.stages.service import OccurredBeforeTheLastStep
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}/stage-transitions", "stages")
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
