"""HTTP: the timeline of a project."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Anyone
from app.answers import page
from app.database import ReadSession
from app.pages import CursorInvalid, PageOut
from app.problems import refuses
from app.projects.queries import ProjectNotFound
from app.route import router as new_router
from app.timeline import service
from app.timeline.schemas import TimelineIn, TimelineItemOut
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}/timeline", "timeline")


@router.get("", response_model=PageOut[TimelineItemOut], responses=refuses(ProjectNotFound, CursorInvalid))
async def read_timeline(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[TimelineIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """读取项目时间轴 · Read everything that happened to a project.

    按记录顺序列出全部事件。known_at 只含当时已记录的；valid_at 只含按正确的发生时间当时已发生的；二者可并用。
    被更正的事件保留原样，并指明更正它的事件。
    Every event, in the order of recording. ``known_at`` leaves out what was recorded later, ``valid_at`` what
    by its right moment happened later; they combine. A corrected entry stays, and names its correction.
    """
    items, cursor = await service.read_timeline(session, actor, project_id, asked)
    return page(request, items, cursor)
