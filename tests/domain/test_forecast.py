"""The forecast of the start of works: whose durations count, what is refused, and how often it is right."""

import os
import random
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.durations import Pause
from app.domain.forecast import (
    ENOUGH,
    NEWEST,
    Forecast,
    History,
    HistoryGroup,
    Observed,
    StartNotForeseeable,
    TooLittleHistory,
    WorksHaveStarted,
    forecast,
    observe,
    waited_for,
)
from app.domain.planned import Estimate, EstimateBasis, ItemFacts, ItemKind, PlannedItem
from app.domain.survival import Lasted
from benchmarks.forecast_backtest import SHAPES, LoggedCase, Shape, backtest, backtest_log, read_cases
from tests.domain.plan_builders import (
    BEFORE_START,
    CN,
    MONDAY,
    SOFT,
    a_frame,
    an_item,
    day,
    facts,
    lasting,
    need,
    passed,
    the_start,
)

IS_FULL = os.environ.get("CAMPAIGN") == "full"
HERE, THERE = "320681", "320682"
LAND, HOUSING = "320681-land", "320681-housing"


def seen(
    item: str, *days: int, department: str | None = LAND, area: str = HERE, over: bool = True, **facts: Any
) -> list[Observed]:
    kind = facts.get("kind", ItemKind.PERMIT)
    return [Observed(item, kind, department, area, Lasted(each, is_over=over)) for each in days]


def found(items: list[PlannedItem], history: list[Observed], **more: Any) -> Forecast:
    known = more.pop("facts", {})
    frame = more.pop("frame", a_frame())
    dice = random.Random(7).random
    return forecast(items, known, frame, CN, HERE, History(history), dice, more.pop("runs", 400))


def basis(forecast_: Forecast, item: str) -> tuple[HistoryGroup | None, int, int]:
    line = next(each for each in forecast_.items if each.item == item)
    return line.group, line.decided, line.running


# --- what is observed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ended", "is_passed", "lasted"),
    [
        (day("03-13"), True, Lasted(9, is_over=True)),
        (day("03-13"), False, Lasted(9, is_over=False)),  # refused: not passed until then
        (None, False, Lasted(14, is_over=False)),
        (day("03-30"), True, Lasted(14, is_over=False)),  # nobody knows it yet
        (MONDAY, True, Lasted(0, is_over=True)),
        (MONDAY - timedelta(days=9), True, Lasted(0, is_over=True)),  # decided before it was filed
    ],
)
def test_a_case_lasts_from_its_filing_to_its_decision_as_known_that_day(
    ended: date | None, is_passed: bool, lasted: Lasted
) -> None:
    assert observe(CN, MONDAY, ended, is_passed=is_passed, today=day("03-20")) == lasted


PERMIT = an_item("P1", department=LAND, handling=3)
PLAN = [PERMIT, the_start("P1")]


@pytest.mark.parametrize(
    ("elsewhere", "group"),
    [
        ({}, HistoryGroup.ITEM_DEPARTMENT),
        ({"department": HOUSING}, HistoryGroup.ITEM_AREA),
        ({"department": "320682-land", "area": THERE}, HistoryGroup.ITEM),
        ({"item": "P2"}, HistoryGroup.KIND_DEPARTMENT),
        ({"item": "P2", "department": "320682-land", "area": THERE}, HistoryGroup.KIND),
    ],
)
def test_the_narrowest_group_with_enough_decided_cases_counts(
    elsewhere: dict[str, Any], group: HistoryGroup
) -> None:
    near = seen("P1", *[9] * (ENOUGH - 1)) + seen("P1", 40, 50, over=False)
    more = {"item": "P1", "department": LAND, "area": HERE} | elsewhere
    item = more.pop("item")
    far = seen(item, *[9] * ENOUGH, **more)
    assert basis(found(PLAN, near + far), "P1")[0] == group
    assert basis(found(PLAN, far), "P1") == (group, ENOUGH, 0)


def test_an_item_without_a_department_is_compared_by_area_item_and_kind() -> None:
    plan = [an_item("P1"), the_start("P1")]
    assert basis(found(plan, seen("P1", *[9] * ENOUGH)), "P1")[0] == HistoryGroup.ITEM_AREA


def test_of_a_group_the_last_filed_count_and_whatever_still_runs_among_them() -> None:
    new = seen("P1", *[5] * 20, over=False) + seen("P1", *[5] * NEWEST)
    forgotten = seen("P1", *[90] * 500)
    assert basis(found(PLAN, new + forgotten), "P1") == (HistoryGroup.ITEM_DEPARTMENT, NEWEST, 20)
    assert found(PLAN, new + forgotten).p50_on == found(PLAN, new).p50_on


# --- what the start waits for ---------------------------------------------------------------------------


def test_the_start_waits_for_gates_of_any_permit_and_not_for_advice_or_what_is_passed() -> None:
    items = [
        an_item("A"),
        an_item("B", "A"),
        an_item("C", "B", need("R", kind=BEFORE_START)),
        an_item("R"),
        an_item("X1"),
        an_item("X2"),
        an_item("ADVICE"),
        an_item("LATER", "S3-16"),
        the_start(need("C"), need("X1", "X2"), need("ADVICE", kind=SOFT), need("GONE")),
    ]
    known = {"B": passed(MONDAY, MONDAY), "A": facts(filed_on=MONDAY)}
    assert [item.code for item in waited_for(items, {})] == ["A", "B", "C", "R", "X1", "X2"]
    assert [item.code for item in waited_for(items, known)] == ["C", "R", "X1", "X2"]


# --- the forecast ---------------------------------------------------------------------------------------


def test_what_always_took_nine_days_is_expected_after_nine_days() -> None:
    forecast_ = found(PLAN, seen("P1", *[9] * 60))
    assert forecast_.p50_on == forecast_.p80_on == day("03-13")
    assert forecast_.estimated_share == 0


def test_half_of_the_runs_end_by_p50_and_four_fifths_by_p80() -> None:
    forecast_ = found(PLAN, seen("P1", *range(1, 21), *range(1, 21), *range(1, 21)), runs=4000)
    # of 1 … 20 days, one more than seen: the eleventh and the seventeenth working day after the Monday
    assert forecast_.p50_on in {day("03-16"), day("03-17")}
    assert forecast_.p80_on in {day("03-24"), day("03-25")}


def test_the_same_dice_give_the_same_forecast_and_others_hardly_another() -> None:
    history = seen("P1", *range(1, 61))
    assert found(PLAN, history) == found(PLAN, history)
    other = forecast(PLAN, {}, a_frame(), CN, HERE, History(history), random.Random(8).random)
    assert abs((other.p80_on - found(PLAN, history, runs=2000).p80_on).days) <= 5


def test_what_has_run_long_is_not_begun_anew_and_pauses_stand_in_its_time() -> None:
    history = seen("P1", *[10] * 30, *[20] * 30)
    filed = facts(
        filed_on=day("02-02"),
        anchor_on=day("03-02"),
        is_paused=True,
        pauses=(Pause(day("02-10")),),
        due_on=day("03-20"),
    )
    assert found(PLAN, history).p50_on == day("03-16")
    # filed on 2 February and open after 26 February: it is one of the long ones
    running = found(PLAN, history, facts={"P1": filed}, frame=a_frame(day("02-02"), day("02-26")))
    assert running.items[0].elapsed == 13  # the Spring Festival between
    assert running.p50_on == day("03-06")


def test_an_item_without_history_takes_what_the_plan_estimates_and_is_counted() -> None:
    given = Estimate(lasting(30), EstimateBasis.GIVEN)
    rare = an_item("R1", kind=ItemKind.LAND, handling=given)
    plan = [PERMIT, rare, the_start("P1", "R1")]
    forecast_ = found(plan, seen("P1", *[9] * ENOUGH))
    assert forecast_.p80_on >= day("04-14")  # thirty working days, over the Tomb-Sweeping days
    assert basis(forecast_, "R1") == (None, 0, 0)
    assert forecast_.estimated_share == 0.5


def test_too_little_history_is_refused_and_the_items_named() -> None:
    rare = [an_item(code, kind=ItemKind.LAND) for code in ("R1", "R2")]
    with pytest.raises(TooLittleHistory) as refused:
        found([PERMIT, *rare, the_start("P1", "R1", "R2")], seen("P1", *[9] * ENOUGH))
    assert refused.value.facts == {"needed": 3, "known": 1, "items": ["R1", "R2"]}
    with pytest.raises(TooLittleHistory):
        found(PLAN, seen("P1", *[9] * (ENOUGH - 1)))


def test_nothing_is_forecast_once_works_have_started() -> None:
    with pytest.raises(WorksHaveStarted):
        found(PLAN, seen("P1", *[9] * 60), frame=a_frame(actual_start_on=MONDAY))


@pytest.mark.parametrize("plan", [[PERMIT], [PERMIT, the_start("P1", "GONE")]])
def test_a_plan_that_never_reaches_the_start_is_refused(plan: list[PlannedItem]) -> None:
    with pytest.raises(StartNotForeseeable):
        found(plan, seen("P1", *[9] * 60))


def test_what_comes_after_the_start_changes_nothing() -> None:
    later = [an_item("L1", "S3-16", "P1", handling=90), an_item("L2", "L1", need("R1", kind=BEFORE_START))]
    gate = an_item("R1", department=LAND, handling=2)
    history = seen("P1", *range(1, 61)) + seen("R1", *range(5, 65))
    start = the_start("P1", need("R1", kind=BEFORE_START))
    shorter = found([PERMIT, gate, start], history)
    assert found([PERMIT, gate, the_start("P1"), *later], history) == shorter


def test_with_everything_passed_only_the_day_itself_is_left() -> None:
    known: dict[str, ItemFacts] = {"P1": passed(day("03-02"), day("03-04"))}
    forecast_ = found(PLAN, [], facts=known, frame=a_frame(today=day("03-06")))
    assert (forecast_.p50_on, forecast_.items, forecast_.estimated_share) == (day("03-06"), (), 0)


# --- how often it was right -----------------------------------------------------------------------------

SAFE_SIDE = {"speeding up by a third", "heavy censoring", "few cases"}  # too careful rather than too bold


@pytest.mark.parametrize("shape", SHAPES if IS_FULL else [Shape("stable", cuts=3)], ids=lambda s: s.name)
def test_four_fifths_of_the_actual_starts_lie_before_p80(shape: Shape) -> None:
    verdict = backtest(shape, runs=400 if IS_FULL else 100, at_most=60 if IS_FULL else 25)
    told = verdict.asked - verdict.refused
    assert told >= 50
    share = verdict.before_p80 / told
    # what a fair forecast may miss by chance in a sample of this size comes on top of the five points
    assert 0.75 - (0.06 if not IS_FULL else 0.02) <= share
    assert share <= (0.95 if shape.name in SAFE_SIDE or not IS_FULL else 0.87), str(verdict)


def test_a_log_is_backtested_month_by_month_and_what_nobody_knows_is_counted_apart(tmp_path: Any) -> None:
    head = (
        "case:concept:name,case:department,case:startdate,case:enddate,concept:name,org:group,time:timestamp"
    )
    log, nine = tmp_path / "log.csv", "09:00:00+01:00"
    log.write_text(
        f"{head}\n"
        f"c1,General,2011-01-03 {nine},2011-01-13 {nine},Ask,Group 1,2011-01-04 {nine}\n"
        f"c1,General,2011-01-03 {nine},2011-01-13 {nine},Answer,,2011-01-13 {nine}\n"
        f"c2,General,2011-01-03 {nine},,Ask,Group 1,2011-01-02 {nine}\n"
    )
    first, second = read_cases(log)
    assert (first.ended_on, second.ended_on) == (date(2011, 1, 13), None)
    assert (second.began_on, len(first.activities)) == (date(2011, 1, 2), 2)
    begun = [date(2010, 6, 1) + timedelta(days=n) for n in range(540)]
    dice = random.Random(5)
    cases = [LoggedCase("General", b, b + timedelta(days=dice.randint(5, 60)), ()) for b in begun]
    verdict, unknown = backtest_log([*cases, second], young=True, runs=100)
    assert (verdict.refused, unknown) == (0, 0)
    assert 0.7 < verdict.before_p80 / verdict.asked < 0.9
    assert backtest_log([second], young=False)[1] == 10
