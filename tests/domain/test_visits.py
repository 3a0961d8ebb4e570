"""The present visit follows from the steps alone: where it began, what it suspends, what paused it."""

from datetime import UTC, datetime, timedelta

from app.domain.clocks import Pause
from app.domain.moves import Effect
from app.domain.visits import Taken, Visit, after_all

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
PAUSING = {"suspended", "frozen"}


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def steps(*ways: tuple[str, str, int], effects: frozenset[Effect] = frozenset()) -> Visit:
    return after_all(
        START,
        [
            Taken(source, to, at(day), at(day).date(), effects, source in PAUSING, to in PAUSING)
            for source, to, day in ways
        ],
    )


def test_before_the_first_step_the_visit_began_with_the_registration() -> None:
    assert steps() == Visit(START, START)


def test_entering_a_stage_begins_a_visit_without_pauses() -> None:
    visit = steps(("a", "b", 1), ("b", "c", 3))
    assert (visit.stage_entered_at, visit.last_step_at, visit.steps, visit.pauses) == (at(3), at(3), 2, ())


def test_a_suspension_is_an_open_pause_of_the_visit_it_suspends() -> None:
    visit = steps(("a", "b", 1), ("b", "suspended", 4))
    assert (visit.before_suspension, visit.resumes_visit_of) == ("b", at(1))
    assert visit.pauses == (Pause(at(4).date()),)


def test_resuming_goes_on_with_the_visit_and_keeps_every_pause() -> None:
    visit = steps(
        ("a", "b", 1),
        ("b", "suspended", 4),
        ("suspended", "b", 6),
        ("b", "suspended", 7),
        ("suspended", "b", 9),
    )
    assert visit.stage_entered_at == at(1)
    assert visit.pauses == (Pause(at(4).date(), at(6).date()), Pause(at(7).date(), at(9).date()))
    assert (visit.before_suspension, visit.resumes_visit_of) == (None, None)


def test_leaving_a_suspension_for_another_stage_ends_visit_and_pauses() -> None:
    visit = steps(("a", "b", 1), ("b", "suspended", 4), ("suspended", "z", 6))
    assert (visit.stage_entered_at, visit.pauses, visit.before_suspension) == (at(6), (), None)


def test_one_pause_that_follows_another_goes_on_with_it() -> None:
    visit = steps(("a", "b", 1), ("b", "suspended", 4), ("suspended", "frozen", 5), ("frozen", "b", 8))
    assert (visit.stage_entered_at, visit.pauses) == (at(1), (Pause(at(4).date(), at(8).date()),))


def test_effects_complete_reopen_and_count() -> None:
    completed = steps(("a", "b", 5), effects=frozenset({Effect.COMPLETES, Effect.COUNTS_CORRECTION}))
    assert (completed.completed_on, completed.correction_notices) == (at(5).date(), 1)
    reopened = steps(("a", "b", 5), effects=frozenset({Effect.COMPLETES, Effect.REOPENS}))
    assert reopened.completed_on is None
