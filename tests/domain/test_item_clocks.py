"""Clocks of item cases: against a count day by day, the incidents of others, and the lights."""

import os
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.calendar import WorkCalendar
from app.domain.clocks import Light, Unit
from app.domain.durations import Duration
from app.domain.item_clocks import CaseClocks, ItemClock, clocks_of
from app.domain.item_facts import facts_of
from app.domain.item_steps import Step
from app.domain.items import ItemAct, ItemState, SpecialKind
from app.domain.planned import ItemLimit, LimitAnchor, PausePolicy, TimeBearer
from app.errors import Words
from tests.domain.test_clocks import CN, day

S = ItemState
WD, CD, CM, CY = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.CALENDAR_MONTH, Unit.CALENDAR_YEAR
CASES = 20_000 if os.environ.get("CAMPAIGN") == "full" else 300
BASIS = Words("测试", "test")
NAME = Words("测试日", "a test day")


def limit(
    value: int,
    unit: Unit = WD,
    extension: int = 0,
    anchor: LimitAnchor = LimitAnchor.ACCEPTANCE,
    bearer: TimeBearer = TimeBearer.DEPARTMENT,
) -> ItemLimit:
    return ItemLimit(Duration(value, unit), extension, anchor, bearer, BASIS)


def steps(*told: Any) -> list[Step]:
    found = []
    for number, (code, on, *more) in enumerate(told, 1):
        here = day(on) if isinstance(on, str) else on
        at = datetime(here.year, here.month, here.day, 1, number, tzinfo=UTC)
        found.append(Step(number=number, code=code, at=at, on=here, **(more[0] if more else {})))
    return found


def both(
    told: Sequence[Step],
    statutory: ItemLimit | None,
    promised: ItemLimit | None = None,
    policy: PausePolicy = PausePolicy.RESUME,
    calendar: WorkCalendar = CN,
) -> CaseClocks:
    return clocks_of(facts_of(told, calendar), statutory, promised, policy, calendar)


def clock(*told: Any, of: ItemLimit, policy: PausePolicy = PausePolicy.RESUME) -> ItemClock:
    found = both(steps(*told), of, policy=policy).statutory
    assert found is not None
    return found


# --- the oracle: one day at a time, straight from the rules -------------------------------------


class Fate(NamedTuple):
    """What happens to a case: days after acceptance, on a calendar of its own."""

    days_off: tuple[date, ...] | None
    makeup_days: tuple[date, ...]
    accepted_on: date
    of: ItemLimit
    policy: PausePolicy
    pauses: tuple[tuple[date, date | None, SpecialKind], ...]
    extension: tuple[date, int] | None
    decided_on: date | None
    today: date

    @property
    def calendar(self) -> WorkCalendar:
        """The official calendar, or one with days off and make-up days of its own."""
        if self.days_off is None:
            return CN
        off, made_up = dict.fromkeys(self.days_off, NAME), dict.fromkeys(self.makeup_days, NAME)
        return WorkCalendar("test", 1, off, made_up, frozenset({2026}))


class Count(NamedTuple):
    """What the oracle has counted: the last day, the first yellow day, whether an open pause stops it."""

    due_on: date | None
    warn_on: date | None
    is_stopped: bool


def paused(fate: Fate, each: date) -> bool:
    spans = [(s, e or fate.decided_on) for s, e, _ in fate.pauses]
    return any(s < each and (e is None or each <= e) for s, e in spans)


def budget_from(anchor: date, value: int, unit: Unit) -> int:
    if unit in {WD, CD}:
        return value
    months = value * (12 if unit is CY else 1)
    year, month = anchor.year + (anchor.month - 1 + months) // 12, (anchor.month - 1 + months) % 12 + 1
    return (date(year, month, min(anchor.day, monthrange(year, month)[1])) - anchor).days


def count(fate: Fate, value: int) -> Count:
    calendar, unit = fate.calendar, fate.of.duration.unit
    budget = budget_from(fate.accepted_on, value, unit)
    total, each, warn_on = 0, fate.accepted_on, None
    never = fate.accepted_on + timedelta(days=1_500)
    while True:
        if budget > 2 and warn_on is None and budget - total <= -(-budget // 5):
            warn_on = each
        if total >= budget:
            break
        each += timedelta(days=1)
        if each > never:
            return Count(None, warn_on, True)
        if paused(fate, each):
            is_last = not paused(fate, each + timedelta(days=1))
            if fate.policy is PausePolicy.RESET and is_last:
                total, warn_on = 0, None
                budget = budget_from(each, value, unit)
        elif unit is not WD or calendar.is_working_day(each):
            total += 1
    due_on = each
    if unit is not WD and fate.of.bearer is not TimeBearer.DEPARTMENT:
        while not calendar.is_working_day(due_on):
            due_on += timedelta(days=1)
    opened = [s for s, e, _ in fate.pauses if e is None and fate.decided_on is None]
    is_stopped = bool(opened) and all(
        paused(fate, due_on + timedelta(days=n + 1)) for n in range((min(opened) - due_on).days)
    )
    warn_on = due_on if budget <= 2 else warn_on
    excused = due_on
    while not is_stopped and paused(fate, excused + timedelta(days=1)):
        excused += timedelta(days=1)  # begun on the last day, it excuses through its own last day
    return Count(excused, warn_on, is_stopped)


def told_by(fate: Fate) -> list[Step]:
    """Tell the fate as steps, in the order in which it happened."""
    happened: list[tuple[date, int, Any, dict[str, Any]]] = [(fate.accepted_on, 0, S.ACCEPTED, {})]
    for start, end, kind in fate.pauses:
        happened.append((start, 1, S.SPECIAL_STARTED, {"special_kind": kind}))
        if end is not None:
            happened.append((end, 2, S.SPECIAL_ENDED, {"special_kind": kind}))
    if fate.extension is not None:
        happened.append((fate.extension[0], 3, ItemAct.EXTENDED, {"extension": fate.extension[1]}))
    if fate.decided_on is not None:
        happened.append((fate.decided_on, 4, S.PASSED, {}))
    happened.sort(key=lambda one: one[:2])
    return steps(*[(code, on, more) for on, _, code, more in happened])


@st.composite
def fates(draw: Any) -> Fate:
    start = draw(st.dates(date(2025, 6, 1), date(2026, 12, 31)))
    weekdays = [d for d in (start + timedelta(n) for n in range(150)) if d.weekday() < 5]
    weekends = [d for d in (start + timedelta(n) for n in range(150)) if d.weekday() >= 5]
    off = draw(st.lists(st.sampled_from(weekdays), max_size=8, unique=True))
    made_up = draw(st.lists(st.sampled_from(weekends), max_size=4, unique=True))
    is_official = draw(st.booleans())
    unit = draw(st.sampled_from([WD, WD, CD, CM]))
    value = draw(st.integers(1, {WD: 30, CD: 45, CM: 3}[unit]))
    bearer = draw(st.sampled_from([TimeBearer.DEPARTMENT, TimeBearer.OWNER]))
    of = limit(value, unit, draw(st.integers(0, 15)), bearer=bearer)
    pauses = []
    for kind in draw(st.lists(st.sampled_from([*SpecialKind]), max_size=4, unique=True)):
        first = start + timedelta(draw(st.integers(0, 70)))
        last = None if draw(st.integers(0, 4)) == 0 else first + timedelta(draw(st.integers(0, 25)))
        pauses.append((first, last, kind))
    extension = None
    if draw(st.booleans()):
        extension = (start + timedelta(draw(st.integers(0, 90))), draw(st.integers(1, 20)))
    decided_on = None
    if draw(st.booleans()):
        latest = max([start, *(d for s, e, _ in pauses for d in (s, e) if d is not None)])
        decided_on = latest + timedelta(draw(st.integers(0, 60)))
    today = start + timedelta(draw(st.integers(0, 200)))
    policy = draw(st.sampled_from([*PausePolicy]))
    days_off = None if is_official else tuple(off)
    return Fate(days_off, tuple(made_up), start, of, policy, tuple(pauses), extension, decided_on, today)


def expected_light(fate: Fate, found: Count) -> Light:
    if fate.decided_on is not None:
        assert found.due_on is not None
        return Light.DONE_LATE if fate.decided_on > found.due_on else Light.DONE_IN_TIME
    if found.due_on is None or found.is_stopped:
        return Light.PAUSED
    if fate.today > found.due_on:
        return Light.RED
    return Light.YELLOW if found.warn_on is not None and fate.today >= found.warn_on else Light.GREEN


@pytest.mark.slow
@settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fates(), st.integers(0, 2**32))
def test_a_clock_is_what_one_counts_day_by_day(fate: Fate, seed: int) -> None:
    arrived = told_by(fate)
    Random(seed).shuffle(arrived)
    found = both(arrived, fate.of, policy=fate.policy, calendar=fate.calendar).statutory
    assert found is not None
    value = fate.of.duration.value
    extended = 0
    if fate.extension is not None and fate.of.extension:
        on, days = fate.extension
        plain = count(fate, value).due_on
        extended = min(days, fate.of.extension) if plain is None or on <= plain else 0
    right = count(fate, value + extended)
    assert found.extension == extended
    assert (found.due.due_on, found.due.is_paused) == (right.due_on, right.is_stopped)
    if right.due_on is not None:
        assert found.due.warn_on == right.warn_on
    assert found.light(fate.today) is expected_light(fate, right)
    lines = found.days(fate.calendar, fate.today)
    assert [line.day for line in lines] == [lines[0].day + timedelta(days=n) for n in range(len(lines))]
    if right.due_on is not None:
        assert (lines[-1].day, lines[-1].consumed) == (right.due_on, found.budget)
        assert sum(line.counts for line in lines) == found.budget


# --- the incidents of others ------------------------------------------------------------------


def test_a_pause_on_day_19_of_20_leaves_one_day_and_is_never_overdue() -> None:
    """Acceptance 12: paused on the nineteenth working day, resumed weeks later."""
    told = [(S.ACCEPTED, "03-02"), (S.SPECIAL_STARTED, "03-27")]
    resting = clock(*told, of=limit(20))
    assert resting.remaining(CN, day("03-27")) == 1
    for later in ("03-30", "04-20", "2027-03-01"):
        assert (resting.light(day(later)), resting.remaining(CN, day(later))) == (Light.PAUSED, 1)
    resumed = clock(*told, (S.SPECIAL_ENDED, "05-12"), of=limit(20))
    assert (resumed.due.due_on, resumed.light(day("05-12"))) == (day("05-13"), Light.YELLOW)
    assert resumed.light(day("05-14")) is Light.RED


def test_repeated_pauses_add_up() -> None:
    told = [(S.ACCEPTED, "03-02")]
    for start, end in (("03-03", "03-05"), ("03-09", "03-11"), ("03-16", "03-18")):
        told += [(S.SPECIAL_STARTED, start), (S.SPECIAL_ENDED, end)]
    assert clock(*told, of=limit(10)).due.due_on == day("03-24")  # six working days later


def test_an_extension_after_the_last_day_changes_nothing_and_the_breach_stays() -> None:
    """Acceptance 13, as a report: never refused, never counted."""
    late = steps((S.ACCEPTED, "03-02"), (ItemAct.EXTENDED, "03-31", {"extension": 10}), (S.PASSED, "04-01"))
    found = both(late, limit(20, extension=10))
    assert found.statutory is not None
    assert (found.statutory.extension, found.is_extension_ignored) == (0, True)
    assert found.light(day("2027-01-01")) is Light.DONE_LATE
    in_time = both(
        steps((S.ACCEPTED, "03-02"), (ItemAct.EXTENDED, "03-30", {"extension": 10}), (S.PASSED, "04-01")),
        limit(20, extension=10),
    )
    assert (in_time.light(day("04-01")), in_time.is_extension_ignored) == (Light.DONE_IN_TIME, False)


@pytest.mark.parametrize(
    ("granted", "counts", "is_ignored"),
    [([10], 10, False), ([15], 10, True), ([5, 5], 5, True), ([], 0, False)],
)
def test_an_extension_counts_once_and_up_to_its_bound(
    granted: list[int], counts: int, is_ignored: bool
) -> None:
    told = [(ItemAct.EXTENDED, "03-10", {"extension": days}) for days in granted]
    found = both(steps((S.ACCEPTED, "03-02"), *told), limit(20, extension=10), limit(7))
    assert found.statutory is not None
    assert found.promised is not None
    assert (found.statutory.extension, found.promised.extension) == (counts, 0)
    assert found.is_extension_ignored is is_ignored


def test_silence_starts_the_clock_on_the_day_of_receipt() -> None:
    """Acceptance 14: five working days without an answer, counted from receipt."""
    silent = clock((S.RECEIVED, "03-02"), of=limit(20))
    assert (silent.anchor_on, silent.counts_from) == (day("03-02"), day("03-10"))
    assert (silent.light(day("03-09")), silent.light(day("03-10"))) == (Light.NOT_STARTED, Light.GREEN)
    assert silent.due.due_on == day("03-30")


def test_one_working_day_is_one_day() -> None:
    """Acceptance 15."""
    assert clock((S.ACCEPTED, "03-02"), of=limit(1)).due.due_on == day("03-03")


def test_a_limit_from_receipt_runs_from_receipt_and_stands_still_during_corrections() -> None:
    seven = limit(7, CD, anchor=LimitAnchor.RECEIPT)
    received = clock((S.RECEIVED, "03-02"), of=seven)
    assert (received.light(day("03-02")), received.due.due_on) == (Light.GREEN, day("03-09"))
    correcting = both(steps((S.RECEIVED, "03-02"), (S.CORRECTION_STARTED, "03-04")), seven)
    assert (correcting.statutory, correcting.light(day("04-30"))) == (None, Light.NOT_STARTED)
    anew = clock(
        (S.RECEIVED, "03-02"), (S.CORRECTION_STARTED, "03-04"), (S.CORRECTION_ENDED, "03-16"), of=seven
    )
    assert anew.due.due_on == day("03-23")


def test_an_owners_duty_rolls_past_days_off_and_a_departments_does_not() -> None:
    owners = limit(15, CD, bearer=TimeBearer.OWNER)
    assert clock((S.ACCEPTED, "03-06"), of=owners).due.due_on == day("03-23")  # the 21st is a Saturday
    assert clock((S.ACCEPTED, "03-06"), of=limit(15, CD)).due.due_on == day("03-21")


def test_a_clock_that_resets_starts_anew_when_its_pause_ends() -> None:
    told = [(S.ACCEPTED, "03-02"), (S.SPECIAL_STARTED, "03-10"), (S.SPECIAL_ENDED, "03-16")]
    reset = clock(*told, of=limit(10), policy=PausePolicy.RESET)
    assert (reset.began_on, reset.due.due_on) == (day("03-16"), day("03-30"))
    same_day = [(S.ACCEPTED, "03-02"), (S.SPECIAL_STARTED, "03-10"), (S.SPECIAL_ENDED, "03-10")]
    assert clock(*same_day, of=limit(10), policy=PausePolicy.RESET).due.due_on == day("03-16")
    used_up = [(S.ACCEPTED, "03-02"), (S.SPECIAL_STARTED, "03-16"), (S.SPECIAL_ENDED, "03-20")]
    assert clock(*used_up, of=limit(10), policy=PausePolicy.RESET).due.due_on == day("03-20")


def test_the_day_of_resumption_still_belongs_to_a_pause_begun_on_the_last_day() -> None:
    """Who decides that day is in time; so it cannot be red, and is from the next day on."""
    told = [(S.ACCEPTED, "03-02"), (S.SPECIAL_STARTED, "03-30"), (S.SPECIAL_ENDED, "04-20")]
    resumed = clock(*told, of=limit(20))
    assert (resumed.due.due_on, resumed.remaining(CN, day("04-20"))) == (day("04-20"), 0)
    lights = [resumed.light(day(each)) for each in ("04-20", "04-21")]
    assert lights == [Light.YELLOW, Light.RED]
    last = resumed.days(CN, day("04-21"))[-1]
    assert (last.day, last.counts, last.why.en) == (day("04-20"), False, "not counted: paused")
    for decided, light in (("04-20", Light.DONE_IN_TIME), ("04-21", Light.DONE_LATE)):
        assert clock(*told, (S.PASSED, decided), of=limit(20)).light(day("05-01")) is light


def test_a_pause_on_the_last_day_is_excused_as_long_as_it_lasts() -> None:
    told = [(S.ACCEPTED, "03-02"), (S.SPECIAL_STARTED, "03-30")]
    assert clock(*told, of=limit(20)).light(day("04-20")) is Light.PAUSED
    assert clock(*told, (S.PASSED, "04-20"), of=limit(20)).light(day("05-01")) is Light.DONE_IN_TIME
    overdue = [(S.ACCEPTED, "03-02"), (S.SPECIAL_STARTED, "03-31")]
    assert clock(*overdue, of=limit(20)).light(day("03-31")) is Light.RED
    assert clock(*overdue, (S.PASSED, "04-20"), of=limit(20)).light(day("05-01")) is Light.DONE_LATE


def test_the_case_shows_the_worse_of_its_two_clocks() -> None:
    told = steps((S.ACCEPTED, "03-02"))
    assert both(told, limit(20), limit(7)).light(day("03-12")) is Light.RED
    assert both(told, limit(20), limit(20)).light(day("03-12")) is Light.GREEN
    assert both(told, None, None).light(day("03-12")) is Light.NO_LIMIT
    assert (
        both(steps((S.RECEIVED, "03-02"), (S.REFUSED, "03-03")), limit(20)).light(TODAY) is Light.NOT_STARTED
    )


TODAY = day("03-12")
