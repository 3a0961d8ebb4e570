"""From the rows of lists and thresholds to the answers about them."""

from collections.abc import Mapping
from datetime import date

from app.actor import Actor
from app.answers import reason
from app.majors.models import ListMembership, ThresholdPolicy
from app.majors.schemas import ListMembershipOut, MajorBasisOut, ThresholdPolicyOut
from app.majors.service import Found
from app.private.models import Private
from app.private.queries import by_id, shown_text
from app.wire import wan_yuan


def membership_body(
    membership: ListMembership, texts: Mapping[str, Private] | None = None
) -> ListMembershipOut:
    """Show a list membership; without ``texts`` its reason is named by id only."""
    why = membership.end_reason_id
    return ListMembershipOut(
        id=membership.id,
        project_id=membership.project_id,
        version=membership.version,
        list_level=membership.list_level,
        list_name=membership.list_name,
        year=membership.year,
        valid_from=membership.valid_from,
        valid_to=membership.valid_to,
        document=membership.document,
        end_reason=by_id(why) if texts is None else shown_text(why, dict(texts)),
    )


def threshold_body(policy: ThresholdPolicy) -> ThresholdPolicyOut:
    """Show a threshold."""
    return ThresholdPolicyOut(
        id=policy.id,
        version=policy.version,
        area_code=policy.area_code,
        process_class=policy.process_class,
        minimum_investment_wan_yuan=wan_yuan(policy.minimum_fen) or "0",
        valid_from=policy.valid_from,
        valid_to=policy.valid_to,
        source=policy.source,
        basis=policy.basis,
    )


def basis_body(found: Found, day: date, actor: Actor, texts: Mapping[str, Private]) -> MajorBasisOut:
    """Show what makes a project major on a day, in the caller's language."""
    return MajorBasisOut(
        project_id=found.project.id,
        on=day,
        is_major=found.basis.is_major,
        lists=[membership_body(m, texts) for m in found.memberships],
        threshold=None if found.policy is None else threshold_body(found.policy),
        reaches_threshold=found.basis.reaches_threshold,
        investment_wan_yuan=wan_yuan(found.project.investment_fen),
        reasons=[reason(fault, actor.language) for fault in found.basis.reasons],
    )
