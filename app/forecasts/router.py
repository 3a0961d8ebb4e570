"""HTTP: the forecast of the start of works."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Anyone
from app.answers import shown
from app.database import ReadSession
from app.domain.calendar import YearNotPublished
from app.domain.durations import DueDayUnreachable
from app.domain.forecast import StartNotForeseeable, TooLittleHistory, WorksHaveStarted
from app.domain.schedule import PlanGoesInACircle
from app.forecasts import service
from app.forecasts.answers import forecast_body
from app.forecasts.schemas import ForecastIn, ForecastOut
from app.plans.queries import PlanNotFound
from app.problems import refuses
from app.projects.queries import ProjectNotFound
from app.route import router as new_router
from app.schedules.queries import PlanHasNoItems
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}/forecast", "schedules")


@router.get(
    "",
    response_model=ForecastOut,
    responses=refuses(
        ProjectNotFound,
        PlanNotFound,
        PlanHasNoItems,
        WorksHaveStarted,
        TooLittleHistory,
        StartNotForeseeable,
        PlanGoesInACircle,
        DueDayUnreachable,
        YearNotPublished,
    ),
)
async def forecast_start_of_works(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[ForecastIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """预测开工日期 · Forecast the start of works.

    依据本库同类办件的实际用时推演，给出 P50 与 P80 日期及样本数；事实相同则结果相同。样本取自全库，只用数字，
    不含办件与项目信息；已办结不足 10 件的分组不采用。历史数据不足时拒绝并列出事项。
    By resampling how long cases took in this installation: P50 and P80 with the sample sizes; the same facts
    give the same answer. All areas' cases count, as figures only; a group of fewer than ten decided ones is
    never used. Refused when too few items have a history, naming those without.
    """
    found = await service.forecast_start(session, actor, project_id, asked.plan)
    return shown(request, forecast_body(found, actor.language))
