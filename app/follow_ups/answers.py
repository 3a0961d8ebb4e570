"""From the rows of follow-ups and samples to the answers about them."""

from app.actor import Actor
from app.domain.casework import running
from app.domain.follow_ups import FOLLOW_UP_ACTS, follow_up_clocks, follow_up_standing
from app.domain.sampling import SEED_FORMULA, SIZE_FORMULA, SIZE_GIVEN
from app.domain.standing import Role
from app.follow_ups.models import FollowUpSample
from app.follow_ups.schemas import FollowUpOut, FollowUpSummaryOut, SampleOut, SampleSummaryOut
from app.follow_ups.service import KnownFollowUp
from app.handling.service import allowed_out, clock_out

HIDDEN_FROM = frozenset({Role.AGENT, Role.DEPARTMENT})


def sees_words(actor: Actor, known: KnownFollowUp) -> bool:
    """Tell whether a caller reads what was said: not those it is about, in whatever role they ask."""
    return actor.role not in HIDDEN_FROM and actor.person not in known.servants


def follow_up_summary(known: KnownFollowUp, actor: Actor) -> FollowUpSummaryOut:
    """Show a follow-up as lists do."""
    row, facts = known.row, known.facts
    clock = running(follow_up_clocks(facts))
    return FollowUpSummaryOut(
        id=row.id,
        version=row.version,
        sample_id=row.sample_id,
        project_id=row.project_id,
        area_code=row.area_code,
        state=row.state,
        state_label=facts.state.words.said(actor.language),
        opened_on=row.opened_on,
        days_tried=row.days_tried,
        outcome=row.outcome,
        channel=row.channel,
        level=row.level,
        measure=row.measure,
        issue_id=row.issue_id,
        asked_by=row.asked_by,
        asked_on=row.asked_on,
        settled_on=row.settled_on,
        clock=None if clock is None else clock_out(clock, row.area_code, known.calendar, actor),
    )


def follow_up_body(known: KnownFollowUp, actor: Actor) -> FollowUpOut:
    """Show a follow-up with its limits and what this caller could do next."""
    facts = known.facts
    return FollowUpOut(
        **follow_up_summary(known, actor),
        clocks=[clock_out(c, known.row.area_code, known.calendar, actor) for c in follow_up_clocks(facts)],
        allowed_actions=allowed_out(FOLLOW_UP_ACTS, follow_up_standing(facts), actor),
    )


def sample_summary(row: FollowUpSample) -> SampleSummaryOut:
    """Show a sample as lists do."""
    return SampleSummaryOut(
        id=row.id,
        version=row.version,
        area_code=row.area_code,
        completed_from=row.completed_from,
        completed_to=row.completed_to,
        population_size=len(row.population),
        population_digest=row.population_digest,
        confidence=row.confidence,
        margin=row.margin,
        size=row.size,
        size_formula=SIZE_GIVEN if row.confidence is None else SIZE_FORMULA,
        head_sequence=row.head_sequence,
        head_hash=row.head_hash,
        seed=row.seed,
        seed_formula=SEED_FORMULA,
        algorithm=row.algorithm,
        drawn_by=row.drawn_by,
        drawn_at=row.drawn_at,
    )


def sample_body(row: FollowUpSample) -> SampleOut:
    """Show a sample with what it was drawn from and what was drawn."""
    return SampleOut(**sample_summary(row), population=row.population, drawn=row.drawn)
