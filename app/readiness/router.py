"""HTTP: readiness checks before filing, and the uses of a project's materials."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, OperatorMissing, acting_as
from app.answers import page, shown
from app.database import ReadSession
from app.domain.calendar import YearNotPublished
from app.domain.separation import NotAnAgentOfThisProject
from app.domain.standing import Role
from app.idempotency import WriteSession, answered
from app.items.queries import ItemCaseNotFound
from app.pages import CursorInvalid, PageIn, PageOut
from app.problems import refuses
from app.projects.queries import ProjectNotFound
from app.readiness import service
from app.readiness.answers import check_body
from app.readiness.queries import ReadinessCheckNotFound, get_check, list_checks
from app.readiness.schemas import MaterialUsesOut, ReadinessCheckIn, ReadinessCheckOut
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/item-cases/{item_case_id}/readiness-checks", "readiness")
uses = new_router("/v1/projects/{project_id}/material-uses", "readiness")
Checker = Annotated[Actor, acting_as(Role.PORTAL, Role.OFFICER, Role.AGENT, Role.COORDINATOR)]


@router.post(
    "",
    status_code=201,
    response_model=ReadinessCheckOut,
    responses=refuses(OperatorMissing, ItemCaseNotFound, NotAnAgentOfThisProject, YearNotPublished),
)
async def check_readiness(
    actor: Checker,
    item_case_id: Uuid,
    given: ReadinessCheckIn,  # noqa: ARG001 - nothing is asked, and nothing else may be sent
    session: WriteSession,
) -> Response:
    """申报前检查 · Check whether an item can be filed now.

    一次列出所缺的材料、前置事项和前提条件，注明依据、由谁提供、能否容缺；结果留存，之后另行要求补正的材料记为发现。
    Everything missing at once: materials, prerequisites, preconditions, each with its basis, who supplies it
    and whether it may follow later. It is stored: a correction notice that asks for more shows as a finding.
    """
    step, case = await service.check_item(session, actor, item_case_id)
    return await answered(
        session,
        check_body(step),
        version=case.version,
        location=f"/v1/item-cases/{item_case_id}/readiness-checks/{step.id}",
        project_id=case.project_id,
    )


@router.get("", response_model=PageOut[ReadinessCheckOut], responses=refuses(ItemCaseNotFound, CursorInvalid))
async def list_readiness_checks(
    actor: Anyone,
    item_case_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询申报前检查 · List the readiness checks of an item case, the oldest first."""
    rows, cursor = await list_checks(session, actor, item_case_id, asked)
    return page(request, [check_body(row) for row in rows], cursor)


@router.get(
    "/{check_id}",
    response_model=ReadinessCheckOut,
    responses=refuses(ItemCaseNotFound, ReadinessCheckNotFound),
)
async def get_readiness_check(
    actor: Anyone, item_case_id: Uuid, check_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取申报前检查 · Read a readiness check as it was found then."""
    return shown(request, check_body(await get_check(session, actor, item_case_id, check_id)))


@uses.get("", response_model=MaterialUsesOut, responses=refuses(ProjectNotFound))
async def get_material_uses(
    actor: Anyone, project_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """查询材料共用情况 · Tell what the materials of a project are used for.

    每份材料为哪些事项所需、已用于哪些申报；submissions_saved 为一次提交、多次使用所省的提交次数。
    Which items ask for each material and which filings have used it; ``submissions_saved`` counts what
    handing in once has saved.
    """
    return shown(request, await service.material_uses(session, actor, project_id))
