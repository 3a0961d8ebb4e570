"""From the row of a plan version to the answer about it."""

from collections.abc import Mapping

from app.domain.plans import state_of
from app.plans.models import ServicePlan
from app.plans.queries import version_of
from app.plans.schemas import PlanOut
from app.private.models import Private
from app.private.queries import by_id, shown_text


def plan_body(plan: ServicePlan, latest: int, texts: Mapping[str, Private] | None = None) -> PlanOut:
    """Show a version of a plan; without ``texts`` its reason is named by id only."""
    return PlanOut(
        id=plan.id,
        project_id=plan.project_id,
        version=plan.version,
        number=plan.number,
        state=state_of(version_of(plan, latest)),
        is_latest=plan.number == latest,
        document_id=plan.document_id,
        planned_start_on=plan.planned_start_on,
        planned_completion_on=plan.planned_completion_on,
        departments=plan.departments,
        reason=by_id(plan.reason_id) if texts is None else shown_text(plan.reason_id, dict(texts)),
        author=plan.author,
        drafted_at=plan.drafted_at,
        approved_by=plan.approved_by,
        approved_at=plan.approved_at,
        is_first_baseline=plan.is_first_baseline,
        confirmed_by=plan.confirmed_by,
        confirmed_at=plan.confirmed_at,
        confirmation_evidence=plan.confirmation_evidence,
    )
