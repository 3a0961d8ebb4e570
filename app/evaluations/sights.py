"""What a confidential evaluation is about: kept with the private values, and every sight of it recorded."""

import json
from dataclasses import asdict, dataclass

from app.actor import Actor, check_named
from app.database import Reader, Writer
from app.domain.vocabulary import EvaluationMode
from app.errors import Conflict, Forbidden, Words
from app.evaluations.models import Evaluation
from app.evaluations.queries import get_evaluation
from app.events.service import Recorded, Stamp, record
from app.private import service as private
from app.private.queries import texts_of


class EvaluationNotConfidential(Conflict):
    """Only a confidential evaluation has something that a verifier may look behind."""

    title = Words("不是保密评价", "Not a confidential evaluation")
    detail = Words(
        "该评价为{mode}评价：实名评价可直接查看，匿名评价无从查看。",
        "The evaluation is {mode}: a named one can be read, an anonymous one has nothing behind it.",
    )


class VerifierIsHandler(Forbidden):
    """Whoever rendered the service does not look behind the evaluation of it."""

    title = Words("核实人不能是经办人", "The verifier is the handler")
    detail = Words("经办该服务的人员不得查看其保密评价的来源。", "Whoever rendered the service may not look.")


@dataclass(frozen=True, slots=True)
class Source:
    """What an evaluation is about. The whole of it may be null: erased, or never known."""

    project_id: str | None = None
    event_id: str | None = None
    item_case_id: str | None = None
    invitation_id: str | None = None
    owner_uscc: str | None = None
    handler: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Give it as it waits, and as it is kept as one private value."""
        return asdict(self)


async def source_of(session: Reader, row: Evaluation) -> Source:
    """Give what an evaluation is about, for rules; an answer shows it by ``see`` only.

    A named one says it itself; of an anonymous one nothing is known.
    """
    if row.source_id is None:
        return Source(
            row.project_id, row.event_id, row.item_case_id, row.invitation_id, row.owner_uscc, row.handler
        )
    kept = (await texts_of(session, [row.source_id])).get(row.source_id)
    return Source() if kept is None or kept.value is None else Source(**json.loads(kept.value))


async def see(
    session: Writer, actor: Actor, evaluation_id: str, reason: str
) -> tuple[Evaluation, Source, Recorded]:
    """Show the verifier what a confidential evaluation is about; the event says who looked and why.

    Refuses ``EvaluationNotConfidential``, the unnamed, and whoever rendered the service.
    """
    check_named(actor)
    row = await get_evaluation(session, actor, evaluation_id)
    if row.mode != EvaluationMode.CONFIDENTIAL:
        raise EvaluationNotConfidential(mode=EvaluationMode(row.mode).words)
    source = await source_of(session, row)
    if source.handler is not None and source.handler == actor.person:
        raise VerifierIsHandler
    reason_id = await private.keep(session, actor, "reason", reason, None)
    event = await record(
        session,
        actor,
        "confidential_evaluation.seen",
        Stamp(None, row.area_code, None),
        facts={"evaluation_id": row.id},
        reason_id=reason_id,
    )
    return row, source, event
