"""From the step of a readiness check to the answer about it."""

from app.items.models import ItemStep
from app.readiness.schemas import ReadinessCheckOut


def check_body(step: ItemStep) -> ReadinessCheckOut:
    """Show a readiness check as it was stored."""
    check = step.facts["check"]
    return ReadinessCheckOut(
        id=step.id,
        item_case_id=step.item_case_id,
        project_id=step.project_id,
        number=step.number,
        checked_at=step.occurred_at,
        checked_by=step.person,
        is_ready=check["is_ready"],
        may_be_bridged=check["may_be_bridged"],
        gaps=check["gaps"],
        there=check["there"],
    )
