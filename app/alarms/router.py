"""HTTP: what expires if nobody acts."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Anyone
from app.alarms.answers import alarm_bodies
from app.alarms.listing import list_alarms
from app.alarms.schemas import AlarmOut, AlarmsIn
from app.answers import page
from app.database import ReadSession
from app.pages import CursorInvalid, PageOut
from app.problems import refuses
from app.route import router as new_router

router = new_router("/v1/validity-alarms", "alarms")


@router.get("", response_model=PageOut[AlarmOut], responses=refuses(CursorInvalid))
async def list_validity_alarms(
    actor: Anyone, asked: Annotated[AlarmsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询到期提醒 · List what expires if nobody acts, the earliest last day first.

    包括未开工即失效的批准文件（施工许可证三个月、核准文件两年、水土保持方案三年、环评五年）和容缺通过后待补的材料；
    由办件和项目情况推算，已开工、已补齐、已撤销的不再列出。
    Decisions that lapse unless works start, and papers owed after a conditional pass; derived from item cases
    and projects. What works, supplement or revocation have undone is left out.
    """
    rows, cursor = await list_alarms(session, actor, asked)
    return page(request, await alarm_bodies(session, rows, actor), cursor)
