"""From the rows of consultations to the answers about them."""

from app.actor import Actor
from app.consultations.models import Consultation
from app.consultations.schemas import ConsultationOut, ConsultationSummaryOut
from app.consultations.service import KnownConsultation, standing_of_consultation
from app.coordination.answers import conclusion_summary
from app.domain.coordination import CONSULTATION_ACTS
from app.domain.coordination_terms import ConsultationState, CoordinationLevel
from app.handling.service import allowed_out
from app.private.models import Private
from app.private.queries import TextOut, by_id, shown_text

Texts = dict[str, Private] | None


def consultation_summary(row: Consultation, actor: Actor, texts: Texts = None) -> ConsultationSummaryOut:
    """Show a consultation as lists do; without ``texts`` its title is named by id only."""
    level, state = CoordinationLevel(row.level), ConsultationState(row.state)
    is_zh = actor.language == "zh"
    return ConsultationSummaryOut(
        id=row.id,
        version=row.version,
        project_id=row.project_id,
        area_code=row.area_code,
        title=_text(row.title_id, texts),
        level=row.level,
        level_label=level.words.zh if is_zh else level.words.en,
        held_on=row.held_on,
        state=row.state,
        state_label=state.words.zh if is_zh else state.words.en,
        convened_by=row.convened_by,
        departments=row.departments,
        issues=row.issues,
    )


def consultation_texts(known: KnownConsultation) -> list[str | None]:
    """Name the private texts that an answer about a consultation shows."""
    row = known.row
    return [row.title_id, row.minutes_id, *row.participants, *(one.text_id for one in known.conclusions)]


def consultation_body(known: KnownConsultation, actor: Actor, texts: Texts = None) -> ConsultationOut:
    """Show a consultation with its conclusions, and what this caller could do next."""
    row = known.row
    return ConsultationOut(
        **consultation_summary(row, actor, texts),
        participants=[text for i in row.participants if (text := _text(i, texts)) is not None],
        minutes=_text(row.minutes_id, texts),
        file_id=row.file_id,
        conclusions=[conclusion_summary(one, actor, texts) for one in known.conclusions],
        allowed_actions=allowed_out(CONSULTATION_ACTS, standing_of_consultation(known, actor), actor),
    )


def _text(text_id: str | None, texts: Texts) -> TextOut | None:
    return by_id(text_id) if texts is None else shown_text(text_id, texts)
