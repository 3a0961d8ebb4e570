"""What expires, when it is near, and what undoes it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.validity import (
    NEAR_DAYS,
    RUNGS,
    AlarmKind,
    AlarmState,
    Decision,
    Undoing,
    expires_on,
    rungs_by,
    state_on,
    withdrawn_by,
)

LAST = date(2026, 6, 2)
GRANTED = Decision(
    is_passed=True,
    is_renewed=False,
    valid_through=LAST,
    is_prolonged=False,
    is_undone_by_start=True,
    started_on=None,
    owes_supplement=False,
    supplement_due_on=None,
)
DAYS = st.dates(date(2004, 1, 1), date(2100, 12, 31))


def test_a_permit_expires_unless_works_start_by_its_last_day() -> None:
    assert expires_on(AlarmKind.VALIDITY, GRANTED) == LAST
    in_time = replace(GRANTED, started_on=LAST)
    assert expires_on(AlarmKind.VALIDITY, in_time) is None
    too_late = replace(GRANTED, started_on=LAST + timedelta(days=1))
    assert expires_on(AlarmKind.VALIDITY, too_late) == LAST


def test_works_do_not_use_up_a_decision_that_lapses_by_its_date() -> None:
    by_date = replace(GRANTED, is_undone_by_start=False, started_on=LAST)
    assert expires_on(AlarmKind.VALIDITY, by_date) == LAST


@pytest.mark.parametrize(
    "later",
    [{"is_passed": False}, {"is_renewed": True}, {"valid_through": None}],
    ids=lambda f: next(iter(f)),
)
def test_what_is_revoked_renewed_or_without_end_does_not_expire(later: dict[str, object]) -> None:
    assert expires_on(AlarmKind.VALIDITY, replace(GRANTED, **later)) is None


def test_an_alarm_moved_says_whether_the_validity_was_renewed_or_put_right() -> None:
    was, kind = LAST - timedelta(days=30), AlarmKind.VALIDITY
    renewed = replace(GRANTED, is_prolonged=True)
    assert withdrawn_by(kind, GRANTED, was) is Undoing.REDATED
    assert withdrawn_by(kind, renewed, was) is Undoing.VALIDITY_RENEWED
    assert withdrawn_by(kind, renewed, LAST + timedelta(days=30)) is Undoing.REDATED
    assert withdrawn_by(kind, replace(renewed, started_on=LAST), was) is Undoing.WORKS_STARTED
    owing = replace(renewed, owes_supplement=True, supplement_due_on=LAST)
    assert withdrawn_by(AlarmKind.SUPPLEMENT, owing, was) is Undoing.REDATED


def test_papers_owed_are_due_until_they_are_handed_in() -> None:
    owing = replace(GRANTED, owes_supplement=True, supplement_due_on=LAST)
    assert expires_on(AlarmKind.SUPPLEMENT, owing) == LAST
    assert expires_on(AlarmKind.SUPPLEMENT, replace(owing, owes_supplement=False)) is None


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-NEAR_DAYS - 1, AlarmState.AHEAD),
        (-NEAR_DAYS, AlarmState.NEAR),
        (-1, AlarmState.NEAR),
        (0, AlarmState.LAST_DAY),
        (1, AlarmState.LAPSED),
    ],
)
def test_an_alarm_is_near_thirty_days_before_and_lapses_the_day_after(days: int, state: AlarmState) -> None:
    assert state_on(LAST, LAST + timedelta(days=days)) is state


def test_nothing_is_near_before_it_exists_nor_on_its_last_day() -> None:
    since = LAST - timedelta(days=3)
    assert [(r.state, r.on) for r in rungs_by(LAST, since, LAST)] == [
        (AlarmState.NEAR, since),
        (AlarmState.LAST_DAY, LAST),
    ]
    assert [r.state for r in rungs_by(LAST, LAST, LAST + timedelta(days=9))] == [*RUNGS[1:]]


@given(last=DAYS, before=st.integers(0, 400), after=st.integers(-400, 400))
def test_rungs_come_in_the_order_of_their_days_and_end_with_the_present_state(
    last: date, before: int, after: int
) -> None:
    since, today = last - timedelta(days=before), last + timedelta(days=after)
    found = rungs_by(last, since, today)
    assert [r.on for r in found] == sorted(r.on for r in found)
    assert all(since <= r.on <= today for r in found)
    if today >= since:
        assert (found[-1].state if found else AlarmState.AHEAD) is state_on(last, today)
    assert rungs_by(last, since, today + timedelta(days=1))[: len(found)] == found
