"""Taking files in: whose they are, and one event for each."""

from typing import Any

from app.actor import Actor
from app.areas.queries import AreaNotFound
from app.clock import new_id
from app.database import Writer
from app.documents.schemas import FileReferenceIn
from app.domain.standing import Role
from app.errors import Invalid, Words
from app.events.service import Stamp, record
from app.files.models import File
from app.projects.queries import lock_project, stamp_of


class DepartmentFilesNeedAProject(Invalid):
    """A department sees projects it takes part in; a file of no project would be lost to it."""

    title = Words("部门上传的文件须指明项目", "A department's file needs its project")
    detail = Words("部门提交文件时须给出 project_id。", "Departments name the project_id of a file.")


async def whose(session: Writer, actor: Actor, project_id: str | None, area_code: str | None) -> Stamp:
    """Say whose a new file is: its project's, else the area's (the caller's own by default) and owner's.

    Locks the project. Refuses ``ProjectNotFound``, ``AreaNotFound``, ``DepartmentFilesNeedAProject``.
    """
    if project_id is not None:
        project, _ = await lock_project(session, actor, project_id)
        return stamp_of(project)
    if actor.role == Role.DEPARTMENT:
        raise DepartmentFilesNeedAProject
    if area_code is not None and not actor.has_area(area_code):
        raise AreaNotFound(code=area_code)
    return Stamp(None, area_code or actor.areas[0], actor.owner_uscc)


async def reference_file(session: Writer, actor: Actor, given: FileReferenceIn) -> File:
    """Enter a document that another system keeps."""
    stamp = await whose(session, actor, given.project_id, given.area_code)
    facts = given.model_dump(exclude={"project_id", "area_code"})
    return await enter(session, actor, stamp, kind="referenced", declared_type=None, **facts)


async def enter(session: Writer, actor: Actor, stamp: Stamp, **facts: Any) -> File:
    """Enter a file and record it."""
    file = await session.insert(
        File,
        id=new_id(actor.at),
        project_id=stamp.project_id,
        area_code=stamp.area_code,
        owner_uscc=stamp.owner_uscc,
        created_at=actor.at,
        **facts,
    )
    await record(session, actor, f"file.{file.kind}", stamp)
    return file
