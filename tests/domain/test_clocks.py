"""Time limits: a second, slow way of counting, the Spring Festival, pauses, and the lights."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import WorkCalendar, read_calendar
from app.domain.clocks import (
    Due,
    DueDayUnreachable,
    Duration,
    DurationOutOfRange,
    Light,
    Pause,
    PauseEndsBeforeItStarts,
    Rule,
    Unit,
    add_months,
    consumed,
    counted,
    due,
    light,
    merge_pauses,
    remaining,
)

CN: WorkCalendar = read_calendar(
    json.loads((Path(__file__).parents[2] / "app/calendars/cn.json").read_text(encoding="utf-8"))
)
WD, CD, CM, CY = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.CALENDAR_MONTH, Unit.CALENDAR_YEAR


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}" if len(text) == 5 else text)


def days(value: int, unit: Unit = WD) -> Duration:
    return Duration(value, unit)


def due_on(anchor: str, duration: Duration, *pauses: Pause, rolls: bool = False) -> date | None:
    return due(CN, day(anchor), duration, pauses, rolls=rolls).due_on


# --- the oracle: one day at a time, straight from the rule -------------------------------------


def walk(anchor: date, budget: int, unit: Unit, pauses: list[Pause]) -> date | None:
    total, each = 0, anchor
    while total < budget:
        each += timedelta(days=1)
        if each > anchor + timedelta(days=2000):
            return None
        is_paused = any(p.starts_on < each and (p.ends_on is None or each <= p.ends_on) for p in pauses)
        total += (unit is CD or CN.is_working_day(each)) and not is_paused
    return each


def excused(last: date | None, pauses: list[Pause]) -> date | None:
    """Go on from the last day as long as pauses last that have begun by then; an open one leaves it there."""
    each = last
    while each is not None:
        covering = [p for p in pauses if p.starts_on <= each and (p.ends_on is None or each < p.ends_on)]
        if any(p.ends_on is None for p in covering):
            return last
        if not covering:
            return each
        each += timedelta(days=1)
    return None


@st.composite
def some_pauses(draw: st.DrawFn) -> list[Pause]:
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        start = date(2024, 12, 1) + timedelta(days=draw(st.integers(0, 500)))
        length = draw(st.one_of(st.none(), st.integers(0, 120)))
        pauses.append(Pause(start, None if length is None else start + timedelta(days=length)))
    return pauses


anchors = st.dates(date(2025, 1, 1), date(2026, 12, 31))


@given(anchors, st.integers(1, 200), st.sampled_from([WD, CD]), some_pauses())
def test_a_due_day_is_the_day_found_by_counting_one_by_one(
    anchor: date, budget: int, unit: Unit, pauses: list[Pause]
) -> None:
    found = due(CN, anchor, Duration(budget, unit), pauses)
    assert found.due_on == excused(walk(anchor, budget, unit, pauses), pauses)
    threshold = -(-budget // 5) if budget > 2 else 0
    assert found.warn_on == walk(anchor, budget - threshold, unit, pauses)


@given(anchors, st.integers(0, 60), st.sampled_from([WD, CD, CM]), some_pauses(), st.booleans())
def test_the_explanation_ends_on_the_due_day_and_adds_up_to_the_budget(
    anchor: date, value: int, unit: Unit, pauses: list[Pause], rolls: bool
) -> None:
    duration = Duration(value if unit is not CM else value // 10, unit)
    found = due(CN, anchor, duration, pauses, rolls=rolls)
    lines = counted(CN, anchor, duration, pauses, rolls=rolls)
    assert [line.day for line in lines] == [anchor + timedelta(days=n) for n in range(len(lines))]
    assert not lines[0].counts
    assert lines[-1].consumed == sum(line.counts for line in lines)
    assert lines[-1].consumed == consumed(CN, anchor, unit, pauses, through=lines[-1].day) or found.is_rolled
    if found.due_on is not None:
        assert lines[-1].day == found.due_on
        budget = value if unit is not CM else (add_months(anchor, value // 10)[0] - anchor).days
        assert lines[-1].consumed == budget
        is_excused = any(pause.covers(lines[-1].day) for pause in pauses)
        assert lines[-1].counts or found.is_rolled or budget == 0 or is_excused


@given(anchors, st.integers(1, 60), some_pauses(), st.randoms())
def test_the_order_and_the_overlap_of_pauses_do_not_matter(
    anchor: date, budget: int, pauses: list[Pause], random: object
) -> None:
    shuffled = list(pauses)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert due(CN, anchor, days(budget), shuffled) == due(CN, anchor, days(budget), merge_pauses(pauses))


# --- the calendar ---------------------------------------------------------------------------------


def test_the_start_day_never_counts() -> None:
    assert due_on("03-02", days(1)) == day("03-03")
    assert due_on("03-06", days(1)) == day("03-09")


def test_a_limit_that_starts_on_a_day_off_counts_from_the_next_working_day() -> None:
    assert due_on("03-07", days(1)) == day("03-09")


def test_a_limit_across_the_spring_festival_counts_the_makeup_saturdays() -> None:
    assert due_on("02-12", days(5)) == day("02-26")
    assert due_on("01-30", days(20)) == day("03-05")


def test_a_limit_across_the_spring_festival_of_2024_counts_the_makeup_sundays() -> None:
    assert CN.is_working_day(date(2024, 2, 4))
    assert CN.is_working_day(date(2024, 2, 18))
    assert due_on("2024-02-02", days(1)) == date(2024, 2, 4)
    assert due_on("2024-02-09", days(1)) == date(2024, 2, 18)


def test_working_days_and_calendar_days_are_different_things() -> None:
    assert due_on("09-28", days(7)) == day("10-13")
    assert due_on("09-28", days(7, CD)) == day("10-05")


def test_a_limit_into_a_year_without_a_notice_is_provisional() -> None:
    assert due(CN, day("12-30"), days(1)).is_provisional is False
    assert due(CN, day("12-31"), days(1)).is_provisional is True
    assert due(CN, day("12-31"), days(1, CD)).is_provisional is False
    assert due(CN, day("12-03"), days(1, CM), rolls=True).is_provisional is True
    assert due(CN, day("12-03"), days(1, CM), rolls=True).due_on == date(2027, 1, 4)
    assert due(CN, day("12-31"), days(0)).is_provisional is False
    assert due(CN, date(2003, 12, 31), days(1)).is_provisional is False, "the start day never counts"
    assert due(CN, day("12-31"), days(1)).calendar_version == CN.version


def test_the_same_rule_over_a_corrected_calendar_gives_another_day() -> None:
    corrected = WorkCalendar("cn", 2, {}, {}, frozenset({2026}))
    found = due(corrected, day("02-12"), days(5))
    assert found.due_on == day("02-19")
    assert found.calendar_version == 2


# --- months, years, rolling -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anchor", "duration", "expected", "rule"),
    [
        ("2026-01-15", days(1, CM), "2026-02-15", Rule.CORRESPONDING_DAY),
        ("2026-01-31", days(1, CM), "2026-02-28", Rule.LAST_DAY_OF_MONTH),
        ("2024-01-31", days(1, CM), "2024-02-29", Rule.LAST_DAY_OF_MONTH),
        ("2026-08-31", days(3, CM), "2026-11-30", Rule.LAST_DAY_OF_MONTH),
        ("2026-11-30", days(3, CM), "2027-02-28", Rule.LAST_DAY_OF_MONTH),
        ("2026-12-15", days(12, CM), "2027-12-15", Rule.CORRESPONDING_DAY),
        ("2024-02-29", days(1, CY), "2025-02-28", Rule.LAST_DAY_OF_MONTH),
        ("2024-02-29", days(4, CY), "2028-02-29", Rule.CORRESPONDING_DAY),
        ("2026-03-01", days(5, CY), "2031-03-01", Rule.CORRESPONDING_DAY),
    ],
)
def test_months_and_years_end_on_the_corresponding_day_or_the_months_last(
    anchor: str, duration: Duration, expected: str, rule: Rule
) -> None:
    found = due(CN, day(anchor), duration)
    assert (found.due_on, found.rule) == (day(expected), rule)


def test_a_partys_calendar_limit_rolls_past_days_off() -> None:
    found = due(CN, day("01-31"), days(15, CD), rolls=True)
    assert (found.due_on, found.is_rolled) == (day("02-24"), True)
    assert due_on("01-31", days(15, CD)) == day("02-15")
    assert due_on("01-30", days(15, CD), rolls=True) == day("02-14"), "a make-up Saturday is worked"


def test_a_working_day_limit_needs_no_roll() -> None:
    assert due(CN, day("02-12"), days(5), rolls=True) == due(CN, day("02-12"), days(5))


def test_a_same_day_limit_ends_on_its_day_or_on_the_next_working_day() -> None:
    assert due_on("03-06", days(0)) == day("03-06")
    assert due_on("03-07", days(0)) == day("03-09")
    assert due(CN, day("03-06"), days(0)).warn_on == day("03-06")


# --- pauses ---------------------------------------------------------------------------------------


def test_a_pause_within_one_day_costs_nothing() -> None:
    assert due_on("03-02", days(5), Pause(day("03-04"), day("03-04"))) == due_on("03-02", days(5))


def test_the_day_of_the_pause_counts_and_the_day_of_the_resumption_does_not() -> None:
    lines = counted(CN, day("03-02"), days(5), [Pause(day("03-04"), day("03-06"))])
    assert [line.day.day for line in lines if line.counts] == [3, 4, 9, 10, 11]


def test_overlapping_pauses_are_not_subtracted_twice() -> None:
    first, second = Pause(day("03-03"), day("03-06")), Pause(day("03-05"), day("03-10"))
    assert due_on("03-02", days(5), first, second) == due_on(
        "03-02", days(5), Pause(day("03-03"), day("03-10"))
    )


def test_a_pause_before_the_start_costs_nothing() -> None:
    assert due_on("03-02", days(5), Pause(day("02-25"), day("03-02"))) == due_on("03-02", days(5))


def test_a_pause_over_days_off_costs_working_days_only() -> None:
    assert due_on("02-13", days(5), Pause(day("02-14"), day("02-23"))) == due_on("02-13", days(5))


def test_an_open_pause_leaves_no_due_day_until_it_is_closed() -> None:
    found = due(CN, day("03-02"), days(5), [Pause(day("03-04"))])
    assert (found.due_on, found.is_paused) == (None, True)
    assert due_on("03-02", days(5), Pause(day("03-04"), day("03-31"))) == day("04-03")


def test_an_open_pause_swallows_a_later_closed_one() -> None:
    assert merge_pauses([Pause(day("03-05"), day("03-06")), Pause(day("03-04"))]) == (Pause(day("03-04")),)


def test_a_pause_that_goes_on_the_day_it_ends_is_one_pause() -> None:
    first, second = Pause(day("03-09"), day("03-11")), Pause(day("03-11"))
    assert merge_pauses([second, first]) == (Pause(day("03-09")),)
    assert due(CN, day("03-02"), days(5), [first, second]).is_paused


def test_an_item_that_was_late_before_its_pause_stays_late() -> None:
    found = due(CN, day("03-02"), days(5), [Pause(day("03-20"))])
    assert (found.due_on, found.is_paused) == (day("03-09"), False)
    assert light(found, day("03-25"), is_running=not found.is_paused) is Light.RED


def test_a_paused_item_is_never_overdue_even_when_paused_on_its_last_day() -> None:
    found = due(CN, day("03-02"), days(5), [Pause(day("03-09"))])
    assert found.is_paused
    assert light(found, day("05-01"), is_running=not found.is_paused) is Light.PAUSED
    resumed = due(CN, day("03-02"), days(5), [Pause(day("03-09"), day("05-01"))])
    assert light(resumed, day("05-01")) is Light.YELLOW, "its own last day is excused"
    assert light(resumed, day("05-02")) is Light.RED, "no day was left when the pause began"


def test_paused_days_lengthen_a_limit_in_months() -> None:
    assert due_on("03-02", days(1, CM), Pause(day("03-10"), day("03-20"))) == day("04-12")


def test_an_explanation_under_an_open_pause_goes_as_far_as_asked() -> None:
    pause = Pause(day("03-04"))
    assert counted(CN, day("03-02"), days(5), [pause])[-1].day == day("03-04")
    lines = counted(CN, day("03-02"), days(5), [pause], until=day("03-06"))
    assert [line.counts for line in lines] == [False, True, True, False, False]
    assert lines[-1].why.zh == "暂停期间不计入"


def test_an_explanation_names_the_festival() -> None:
    lines = {line.day: line for line in counted(CN, day("02-12"), days(5))}
    assert lines[day("02-14")].why.zh == "调休上班日（春节）"
    assert lines[day("02-16")].why.en == "not counted: holiday (Spring Festival)"
    assert lines[day("02-26")].consumed == 5


def test_what_remains_goes_below_zero_by_the_days_of_delay() -> None:
    left = [remaining(CN, day("03-02"), days(5), (), today=day(f"03-{n:02}")) for n in (2, 6, 9, 10, 14)]
    assert left == [5, 1, 0, -1, -4]


# --- lights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("budget", "yellow_days"), [(1, 1), (2, 1), (3, 2), (5, 2), (6, 3), (10, 3), (11, 4), (20, 5), (45, 10)]
)
def test_yellow_is_a_fifth_of_the_budget_or_the_last_day(budget: int, yellow_days: int) -> None:
    found = due(CN, day("03-02"), days(budget))
    assert found.warn_on is not None
    assert found.due_on is not None
    lines = counted(CN, day("03-02"), days(budget))
    assert sum(line.counts for line in lines if line.day >= found.warn_on) == yellow_days


def test_a_running_limit_goes_green_yellow_red() -> None:
    found = due(CN, day("03-02"), days(5))
    colours = [light(found, day(f"03-{n:02}")) for n in range(2, 12)]
    green, yellow, red = Light.GREEN, Light.YELLOW, Light.RED
    assert colours == [green] * 4 + [yellow] * 4 + [red] * 2


def test_a_limit_done_on_its_last_day_is_done_in_time() -> None:
    found = due(CN, day("03-02"), days(5))
    assert light(found, day("05-01"), done_on=day("03-09")) is Light.DONE_IN_TIME
    assert light(found, day("05-01"), done_on=day("03-10")) is Light.DONE_LATE


def test_what_is_done_during_an_open_pause_is_done_in_time() -> None:
    found = due(CN, day("03-02"), days(5), [Pause(day("03-09"))])
    assert light(found, day("05-01"), is_running=False, done_on=day("04-20")) is Light.DONE_IN_TIME


def test_there_is_a_light_for_no_limit_and_for_not_started() -> None:
    assert light(None, day("03-02"), has_limit=False) is Light.NO_LIMIT
    assert light(None, day("03-02")) is Light.NOT_STARTED
    assert light(due(CN, day("03-02"), days(5), [Pause(day("03-03"))]), day("03-03")) is Light.PAUSED


@given(anchors, st.integers(0, 60), some_pauses(), st.dates(date(2025, 1, 1), date(2028, 1, 1)))
def test_red_means_after_the_due_day_and_nothing_else(
    anchor: date, budget: int, pauses: list[Pause], today: date
) -> None:
    found: Due = due(CN, anchor, days(budget), pauses)
    colour = light(found, today, is_running=not found.is_paused)
    is_late = found.due_on is not None and today > found.due_on and not found.is_paused
    assert (colour is Light.RED) == is_late


# --- refusals -------------------------------------------------------------------------------------


def test_a_negative_or_endless_limit_is_refused() -> None:
    for value, unit in [(-1, WD), (26_001, WD), (36_526, CD), (1_201, CM), (101, CY)]:
        with pytest.raises(DurationOutOfRange):
            Duration(value, unit)


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(PauseEndsBeforeItStarts, match="2026-03-05"):
        Pause(day("03-05"), day("03-04"))


@pytest.mark.parametrize("duration", [days(30), days(30, CD), days(1, CM), days(1, CY)])
def test_a_limit_beyond_the_year_9999_is_refused(duration: Duration) -> None:
    with pytest.raises(DueDayUnreachable):
        due(CN, date(9999, 12, 20), duration)


def test_a_same_day_limit_works_on_the_last_day_there_is() -> None:
    assert due(CN, date.max, days(0)).due_on == date.max
