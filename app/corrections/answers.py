"""From the row of a correction to the answer about it."""

from app.actor import Actor
from app.answers import ActionOut, tried
from app.corrections.models import Correction
from app.corrections.schemas import CorrectionOut, RightOut, RightRowOut
from app.corrections.service import check_decision
from app.domain.standing import Role
from app.errors import Words
from app.private.models import Private
from app.private.queries import TextOut, by_id, shown_text

ACTIONS = {"approve": Words("批准更正", "Approve"), "reject": Words("驳回更正", "Reject")}


def correction_body(
    correction: Correction, actor: Actor, texts: dict[str, Private] | None = None
) -> CorrectionOut:
    """Show a correction; without ``texts`` private values are named by id only."""

    def shown(text_id: str | None) -> TextOut | None:
        return by_id(text_id) if texts is None else shown_text(text_id, texts)

    return CorrectionOut(
        id=correction.id,
        project_id=correction.project_id,
        version=correction.version,
        event_id=correction.event_id,
        right=RightOut(
            occurred_at=correction.occurred_at,
            set=[RightRowOut(table=r["table"], id=r["id"], set=r["set"]) for r in correction.right_values],
        ),
        reason=shown(correction.reason_id),
        evidence=correction.evidence,
        state=correction.state,
        proposed_by=correction.proposed_by,
        proposed_at=correction.proposed_at,
        decided_by=correction.decided_by,
        decided_at=correction.decided_at,
        decision_reason=shown(correction.decision_reason_id),
        allowed_actions=_actions(correction, actor),
    )


def _actions(correction: Correction, actor: Actor) -> list[ActionOut]:
    """Run the check of a decision dry; only coordinators decide."""
    if actor.role != Role.COORDINATOR:
        return []
    return [
        tried(action, words, actor.language, lambda: check_decision(correction, actor))
        for action, words in ACTIONS.items()
    ]
