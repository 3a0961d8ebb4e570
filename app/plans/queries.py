"""Finding the versions of a project's plan."""

from collections.abc import Sequence

from app.actor import Actor
from app.database import Reader
from app.domain.plans import Version
from app.errors import NotFound, Words
from app.plans.models import ServicePlan
from app.projects.queries import every_part


class PlanNotFound(NotFound):
    """The project has no plan of this number."""

    title = Words("找不到该方案", "Plan not found")
    detail = Words("该项目没有第 {number} 版方案。", "The project has no plan version {number}.")


async def every_plan(session: Reader, actor: Actor, project_id: str) -> list[ServicePlan]:
    """Give all versions of a project's plan, in the order of their numbers; there are a few."""
    return sorted(await every_part(session, actor, project_id, ServicePlan), key=lambda p: p.number)


def the_plan(plans: Sequence[ServicePlan], number: int) -> ServicePlan:
    """Choose a version by number, or refuse ``PlanNotFound``."""
    found = next((p for p in plans if p.number == number), None)
    if found is None:
        raise PlanNotFound(number=number)
    return found


def version_of(plan: ServicePlan, latest: int) -> Version:
    """Give the rules' view of a version."""
    return Version(
        number=plan.number,
        latest=latest,
        author=plan.author,
        is_approved=plan.approved_at is not None,
        is_confirmed=plan.confirmed_at is not None,
    )
