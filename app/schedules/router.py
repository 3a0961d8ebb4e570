"""HTTP: the schedule of a plan, what-if, and its chart."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from app.actor import Anyone
from app.answers import etag, shown
from app.calendars.queries import CalendarNotFound
from app.catalogue.queries import NoCatalogueInForce
from app.database import ReadSession
from app.domain.calendar import YearNotPublished
from app.domain.durations import DueDayUnreachable, DurationOutOfRange, PauseEndsBeforeItStarts
from app.domain.plan_content import AdjustmentsInvalid
from app.domain.schedule import PlanGoesInACircle
from app.domain.simulation import ChangesCannotBeTried
from app.plans.queries import PlanNotFound
from app.problems import LANGUAGE_TAGS, refuses
from app.projects.history import AsOf, ProjectNotKnownThen
from app.projects.queries import ProjectNotFound
from app.route import router as new_router
from app.schedules import service
from app.schedules.answers import schedule_body
from app.schedules.queries import PlanHasNoItems, read_plan
from app.schedules.schemas import ChartIn, ScheduleIn, ScheduleOut, SimulationIn, SimulationOut
from app.schedules.trying import simulation_body
from app.wire import Uuid

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
SVG: dict[str, Any] = {
    "description": "SVG 图片 · the chart",
    "content": {"image/svg+xml": {"schema": {"type": "string"}}},
}
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

    按前置关系与工作日历推算各事项的最早、最迟日期、机动时间与关键路径；已发生的日期替代计划日期，每个日期附依据。
    Earliest and latest days, slack and critical path, by prerequisites and the working calendar; days that
    really happened take the place of planned ones, and each date says what set it.
    """
    found = await read_plan(session, actor, project_id, asked.plan, AsOf(asked.known_at, asked.valid_at))
    schedule, baseline = service.schedule_of_plan(found), service.baseline_of_plan(found)
    return shown(request, schedule_body(found, schedule, baseline, actor.language), found.plan.version)


@router.post(
    "/simulations",
    response_model=SimulationOut,
    responses=refuses(
        ProjectNotFound,
        PlanNotFound,
        PlanHasNoItems,
        CalendarNotFound,
        NoCatalogueInForce,
        AdjustmentsInvalid,
        ChangesCannotBeTried,
        PauseEndsBeforeItStarts,
        DurationOutOfRange,
        PlanGoesInACircle,
        DueDayUnreachable,
        YearNotPublished,
    ),
)
async def simulate_schedule(
    actor: Anyone, project_id: Uuid, given: SimulationIn, session: ReadSession, request: Request
) -> Response:
    """推演方案调整 · Try changes of the plan: what moves, which limits break, whom it concerns.

    仅作推演，不写入任何记录；延误、暂停、调整事项与更换工作日历可同时推演，所用规则与实际办理相同。
    Writes nothing. Delays, pauses, adjustments and another calendar are tried together, on a copy, by the
    very rules that real acts are counted with.
    """
    found, done = await service.try_changes(session, actor, project_id, given)
    return shown(request, simulation_body(found, done, actor.language), found.plan.version)


@router.get(
    "/chart.svg",
    response_class=Response,
    responses=refuses(
        ProjectNotFound,
        ProjectNotKnownThen,
        PlanNotFound,
        PlanHasNoItems,
        PlanGoesInACircle,
        DueDayUnreachable,
        YearNotPublished,
    )
    | {200: SVG},
)
async def draw_schedule(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[ChartIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """方案进度图 · Draw the schedule as a Gantt chart.

    SVG 图片，门户可直接以 img 引用，亦适合 A4 打印：关键路径、今日、暂停、时限状态、基准，不只靠颜色区分。
    An SVG for an ``img`` of a portal and for A4: critical path, today, pauses, lights, baseline; none is
    marked by its colour alone. It holds neither scripts nor links.
    """
    found = await read_plan(session, actor, project_id, asked.plan, AsOf(asked.known_at, asked.valid_at))
    content = service.draw_plan(found, asked.lang or actor.language)
    tag = etag(found.plan.version, content)
    headers = {
        "etag": tag,
        "content-security-policy": POLICY,
        "content-language": LANGUAGE_TAGS[asked.lang or actor.language],
        "content-disposition": 'inline; filename="schedule.svg"',
    }
    given = request.headers.get("if-none-match")
    if given is not None and (given.strip() == "*" or tag in given):
        return Response(status_code=304, headers={"etag": tag})
    return Response(content, headers=headers, media_type="image/svg+xml")
