"""Finding materials and milestones of a project."""

from app.actor import Actor
from app.database import Reader
from app.errors import NotFound, Words
from app.progress.models import Material, Milestone
from app.projects.queries import find_part


class MaterialNotFound(NotFound):
    """The project has no material of this id."""

    title = Words("找不到该材料", "Material not found")
    detail = Words("该项目没有这份材料。", "The project has no such material.")


class MilestoneNotFound(NotFound):
    """The project has no milestone of this id."""

    title = Words("找不到该节点", "Milestone not found")
    detail = Words("该项目没有这个节点。", "The project has no such milestone.")


async def get_material(session: Reader, actor: Actor, project_id: str, material_id: str) -> Material:
    """Find a material of a project, or refuse ``MaterialNotFound``."""
    found = await find_part(session, actor, project_id, Material, material_id)
    if found is None:
        raise MaterialNotFound
    return found


async def get_milestone(session: Reader, actor: Actor, project_id: str, milestone_id: str) -> Milestone:
    """Find a milestone of a project, or refuse ``MilestoneNotFound``."""
    found = await find_part(session, actor, project_id, Milestone, milestone_id)
    if found is None:
        raise MilestoneNotFound
    return found
