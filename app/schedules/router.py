"""HTTP: the schedule of a plan, what-if, and its chart."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Anyone
from app.answers import shown
from app.database import ReadSession
from app.domain.calendar import YearNotPublished
from app.domain.durations import DueDayUnreachable
from app.domain.schedule import PlanGoesInACircle
from app.plans.queries import PlanNotFound
from app.problems import refuses
from app.projects.history import AsOf, ProjectNotKnownThen
from app.projects.queries import ProjectNotFound
from app.route import router as new_router
from app.schedules import service
from app.schedules.answers import schedule_body
from app.schedules.queries import PlanHasNoItems, read_plan
from app.schedules.schemas import ScheduleIn, ScheduleOut
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}/schedule", "schedules")


@router.get(
    "",
    response_model=ScheduleOut,
    responses=refuses(
        ProjectNotFound,
        ProjectNotKnownThen,
        PlanNotFound,
        PlanHasNoItems,
        PlanGoesInACircle,
        DueDayUnreachable,
        YearNotPublished,
    ),
)
async def get_schedule(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[ScheduleIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """读取方案进度排期 · Read the schedule of the service plan.

    按前置关系与工作日历推算各事项的最早、最迟日期、机动时间与关键路径;已发生的日期替代计划日期,每个日期附依据。
    Earliest and latest days, slack and critical path, by prerequisites and the working calendar; days that
    really happened take the place of planned ones, and each date says what set it.
    """
    found = await read_plan(session, actor, project_id, asked.plan, AsOf(asked.known_at, asked.valid_at))
    schedule, baseline = service.schedule_of_plan(found), service.baseline_of_plan(found)
    return shown(request, schedule_body(found, schedule, baseline, actor.language), found.plan.version)
