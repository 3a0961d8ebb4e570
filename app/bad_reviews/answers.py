"""From the row of a bad review to the answers about it."""

from app.actor import SYSTEM, Actor
from app.bad_reviews.models import BadReview
from app.bad_reviews.schemas import BadReviewOut, BadReviewSummaryOut, ReceiptOut
from app.bad_reviews.service import Heard, Known
from app.domain.bad_review_terms import BadReviewAct, BadReviewState
from app.domain.bad_reviews import BAD_REVIEW_ACTS, ENDED, bad_review_clocks, bad_review_standing
from app.domain.casework import allowed_case_acts, running
from app.domain.standing import Asker, Role
from app.domain.vocabulary import EvaluationMode
from app.handling.models import HandlingStep
from app.handling.service import allowed_out, clock_out
from app.private.models import Private
from app.private.queries import by_id, shown_text


def sees_text(actor: Actor, row: BadReview) -> bool:
    """Tell whether a caller reads the rater's words; a confidential rater may name himself in them."""
    return row.mode != EvaluationMode.CONFIDENTIAL or actor.role == Role.SUPERVISOR


def sees_words(actor: Actor, row: BadReview, step: HandlingStep) -> bool:
    """Tell whether a caller reads the words of a step: those of a confidential rater as his evaluation."""
    return step.role not in {Role.PORTAL, Role.RATER} or sees_text(actor, row)


def bad_review_summary(known: Known, actor: Actor) -> BadReviewSummaryOut:
    """Show a bad review as lists do."""
    row, facts = known.row, known.facts
    clock = None if facts.state in ENDED else running(bad_review_clocks(facts))
    return BadReviewSummaryOut(
        id=row.id,
        version=row.version,
        evaluation_id=row.evaluation_id,
        mode=row.mode,
        area_code=row.area_code,
        project_id=row.project_id,
        item_case_id=row.item_case_id,
        department_code=row.department_code,
        subject=row.subject,
        level=row.level,
        month=row.month,
        state=row.state,
        state_label=facts.state.words.said(actor.language),
        grade=row.grade,
        finding=row.finding,
        ground=row.ground,
        root_cause=row.root_cause,
        handler=row.handler,
        verifier=row.verifier,
        call_back_level=row.call_back_level,
        is_extended=row.is_extended,
        is_confirmed=row.is_confirmed,
        has_been_reopened=row.has_been_reopened,
        replied_in_time=row.replied_in_time,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        clock=None if clock is None else clock_out(clock, row.area_code, known.calendar, actor),
    )


def bad_review_body(known: Known, actor: Actor, texts: dict[str, Private] | None = None) -> BadReviewOut:
    """Show a bad review with what this caller could do next; without ``texts`` its words by id only."""
    row, facts = known.row, known.facts
    shows = texts is not None and sees_text(actor, row)
    return BadReviewOut(
        **bad_review_summary(known, actor),
        text=shown_text(row.text_id, texts or {}) if shows else by_id(row.text_id),
        clocks=[clock_out(clock, row.area_code, known.calendar, actor) for clock in bad_review_clocks(facts)],
        allowed_actions=allowed_out(
            BAD_REVIEW_ACTS, bad_review_standing(facts, actor.today, known.calendar), actor
        ),
    )


def receipt_body(heard: Heard, actor: Actor) -> ReceiptOut:
    """Show the holder of a receipt where his review stands, and what he may say."""
    known = heard.known
    standing = bad_review_standing(known.facts, actor.today, known.calendar)
    rater = Asker(Role.RATER, f"client:{SYSTEM}")
    open_acts = {
        one.act.code for one in allowed_case_acts(BAD_REVIEW_ACTS, standing, rater) if not one.reasons
    }
    state = BadReviewState(known.row.state)
    return ReceiptOut(
        state=state.value,
        state_label=state.words.said(actor.language),
        reply=heard.reply,
        may_confirm=BadReviewAct.CONFIRM in open_acts,
        may_reopen=BadReviewAct.REOPEN in open_acts,
    )
