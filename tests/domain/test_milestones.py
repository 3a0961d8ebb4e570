"""Which milestones are missing, their order, and the day the work came to an end."""

from datetime import date

import pytest

from app.domain.milestones import (
    CompletedBeforeStarted,
    check_order,
    missing_milestones,
    work_finished_on,
)

EARLY, LATE = date(2026, 3, 2), date(2026, 3, 9)


@pytest.mark.parametrize(
    ("scope", "start", "end", "missing"),
    [
        (None, None, None, 0),
        (["1", "2"], None, None, 0),
        (["3"], None, EARLY, 1),
        (["3"], EARLY, None, 0),
        (["4"], EARLY, None, 1),
        (["3", "4"], None, None, 2),
        (["3", "4"], EARLY, LATE, 0),
    ],
)
def test_the_scope_asks_for_milestones(
    scope: list[str] | None, start: date | None, end: date | None, missing: int
) -> None:
    assert missing_milestones(scope, start, end) == missing


@pytest.mark.parametrize(
    ("kind", "day", "start", "end", "is_refused"),
    [
        ("completion", EARLY, LATE, None, True),
        ("completion", LATE, LATE, None, False),
        ("completion", EARLY, None, None, False),
        ("start", LATE, None, EARLY, True),
        ("start", EARLY, None, EARLY, False),
        ("production", EARLY, LATE, None, False),
    ],
)
def test_works_start_before_they_are_completed(
    kind: str, day: date, start: date | None, end: date | None, is_refused: bool
) -> None:
    if is_refused:
        with pytest.raises(CompletedBeforeStarted):
            check_order(kind, day, start, end)
    else:
        check_order(kind, day, start, end)


@pytest.mark.parametrize(
    ("before", "stage", "is_open", "expected"),
    [
        (None, "in_service", False, LATE),
        (EARLY, "in_service", False, EARLY),
        (EARLY, "in_service", True, None),
        (None, "filed", False, None),
        (EARLY, "suspended", False, EARLY),
    ],
)
def test_the_day_the_work_ended_stays_until_something_is_opened(
    before: date | None, stage: str, is_open: bool, expected: date | None
) -> None:
    assert work_finished_on(before, LATE, stage, is_open=is_open) == expected
