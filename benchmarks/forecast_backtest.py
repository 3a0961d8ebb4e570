"""Does the forecast keep what it says? Forecasts from the past, compared with what came.

For every cut-off day the forecast learns from what was known that day, and is asked about every project that
had begun and not yet started works. Of a good P80, four fifths of the actual days lie on it or before it.

    python -m benchmarks.forecast_backtest                  generated histories of several shapes
    python -m benchmarks.forecast_backtest --log FILE       an event log with case:startdate and case:enddate
"""

import argparse
import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import exp
from pathlib import Path
from typing import NamedTuple

from app.domain.calendar import WorkCalendar
from app.domain.durations import Unit, day_consuming
from app.domain.forecast import (
    Forecast,
    History,
    Observed,
    StartNotForeseeable,
    TooLittleHistory,
    forecast,
    observe,
)
from app.domain.frame import Frame
from app.domain.planned import ItemFacts, ItemKind, MilestoneRole, PlannedItem
from tests.domain.plan_builders import a_milestone, an_item

WEEKDAYS = WorkCalendar("weekdays", 1, {}, {}, frozenset())
BEGIN, YEARS = date(2022, 1, 3), 4
AREAS = ("320681", "320682", "320623")
SEED = 20261122


class Shape(NamedTuple):
    """How long items take in a generated history."""

    name: str
    spread: float = 0.5  # of the logarithm of a duration
    drift: float = 0.0  # the logarithm of the factor by which durations grow over the years
    together: float = 0.0  # spread of a factor that all items of a project share
    projects_a_year: int = 120
    first_cut: int = 12  # months after the beginning
    cuts: int = 10  # one every third month
    histories: int = 1


SHAPES = (
    Shape("stable"),
    Shape("slowing down by half", drift=0.4),
    Shape("speeding up by a third", drift=-0.4),
    Shape("heavy tail", spread=1.2),
    Shape("heavy censoring", first_cut=3, cuts=1, projects_a_year=400, histories=8),
    Shape("few cases", projects_a_year=20, histories=6),
    Shape("delayed together", together=0.4),
)


def handled(code: str, kind: ItemKind, days: int, *needs: str) -> PlannedItem:
    """Build an item that waits for others; its letter names the office that handles it."""
    return an_item(code, *needs, handling=days, kind=kind, department=f"office-{code[0]}")


PLAN = (
    handled("A1", ItemKind.FILING, 3),
    handled("B1", ItemKind.LAND, 15, "A1"),
    handled("C1", ItemKind.PERMIT, 10, "A1"),
    handled("D1", ItemKind.PRE_REVIEW, 25, "A1"),
    handled("B2", ItemKind.PERMIT, 8, "B1"),
    handled("B3", ItemKind.PERMIT, 12, "B2", "C1"),
    handled("E1", ItemKind.TECHNICAL, 12, "B3"),
    handled("E2", ItemKind.SERVICE, 4, "E1"),
    handled("F1", ItemKind.PERMIT, 6, "E1", "D1"),
    a_milestone("Z1", "F1", "E2", role=MilestoneRole.START_OF_WORKS),
)


@dataclass(frozen=True)
class Project:
    """A project as it really went."""

    area: str
    filed: Mapping[str, date]
    done: Mapping[str, date]
    started_on: date


def after(day: date, days: int) -> date:
    """Give the day that is so many working days later."""
    found = day_consuming(WEEKDAYS, day, Unit.WORKING_DAY, (), budget=days)
    assert found is not None  # there is no pause
    return found


def generate(shape: Shape, dice: random.Random) -> list[Project]:
    """Let projects of a shape happen."""
    projects = []
    whole = YEARS * 365
    for _ in range(shape.projects_a_year * YEARS):
        begun = BEGIN + timedelta(days=dice.randrange(whole))
        area = dice.choice(AREAS)
        own = exp(dice.gauss(0, shape.together))
        filed, done = dict[str, date](), dict[str, date]()
        for item in PLAN:
            filed[item.code] = max([begun, *(done[need.any_of[0]] for need in item.needs)])
            if item.handling is None:
                done[item.code] = filed[item.code]
                continue
            drift = exp(shape.drift * (filed[item.code] - BEGIN).days / whole)
            pace = 0.8 + 0.2 * AREAS.index(area)
            days = item.handling.duration.value * own * drift * pace * exp(dice.gauss(0, shape.spread))
            done[item.code] = after(filed[item.code], round(days))
        projects.append(Project(area, filed, done, done["Z1"]))
    return projects


def history_on(projects: Sequence[Project], today: date) -> History:
    """Give what was known on a day."""
    known = [
        (p.filed[i.code], p, i) for p in projects for i in PLAN if i.has_case() and p.filed[i.code] <= today
    ]
    known.sort(key=lambda each: each[0], reverse=True)
    return History(
        Observed(
            item.code,
            item.kind,
            f"{project.area}-{item.department}",
            project.area,
            observe(WEEKDAYS, filed_on, project.done[item.code], is_passed=True, today=today),
        )
        for filed_on, project, item in known
    )


def facts_on(project: Project, today: date) -> dict[str, ItemFacts]:
    """Give the facts of a project's items as known on a day."""
    found = {}
    for code, filed in project.filed.items():
        done = project.done[code] if project.done[code] <= today else None
        if filed <= today:
            found[code] = ItemFacts(
                filed_on=filed,
                anchor_on=filed,
                due_on=None,
                is_paused=False,
                done_on=done,
                is_passed=done is not None,
            )
    return found


class Verdict(NamedTuple):
    """How often the actual day lay on or before the forecast one."""

    asked: int
    refused: int
    before_p50: int
    before_p80: int

    def __str__(self) -> str:
        told = self.asked - self.refused
        if not told:
            return f"{self.asked:5} asked, all refused"
        return (
            f"{told:5} forecasts, {self.refused} refused; "
            f"on or before P50: {self.before_p50 / told:.1%}, P80: {self.before_p80 / told:.1%}"
        )


def backtest(shape: Shape, runs: int = 400, at_most: int = 60, seed: int = SEED) -> Verdict:
    """Forecast the projects of generated histories from their past; at most so many a cut-off day."""
    counts = [0, 0, 0, 0]
    for number in range(shape.histories):
        dice = random.Random(seed + number)
        projects = generate(shape, dice)
        for cut in range(shape.cuts):
            today = BEGIN + timedelta(days=30 * shape.first_cut + 91 * cut)
            history = history_on(projects, today)
            begun = [p for p in projects if min(p.filed.values()) <= today < p.started_on]
            for project in dice.sample(begun, min(at_most, len(begun))):
                found = ask(project, history, today, random.Random(SEED + counts[0]), runs)
                counts[0] += 1
                if found is None:
                    counts[1] += 1
                else:
                    counts[2] += project.started_on <= found.p50_on
                    counts[3] += project.started_on <= found.p80_on
    return Verdict(*counts)


def ask(project: Project, history: History, today: date, dice: random.Random, runs: int) -> Forecast | None:
    """Forecast one project on a day; None when refused. Each with dice of its own, so that chance evens out."""
    items = [replace(i, department=f"{project.area}-{i.department}") for i in PLAN]
    frame = Frame(begin_on=min(project.filed.values()), today=today)
    facts = facts_on(project, today)
    try:
        return forecast(items, facts, frame, WEEKDAYS, project.area, history, dice.random, runs)
    except (TooLittleHistory, StartNotForeseeable):
        return None


class LoggedCase(NamedTuple):
    """A case of an event log: when it was received and ended, and by whom its activities were done."""

    department: str
    began_on: date
    ended_on: date | None
    activities: Sequence[tuple[str, str, date]]  # name, group, day; in order


def read_cases(file: Path) -> list[LoggedCase]:
    """Read the cases of a log in the columns of XES."""
    rows: dict[str, list[dict[str, str]]] = {}
    with file.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            rows.setdefault(row["case:concept:name"], []).append(row)
    cases = []
    for events in rows.values():
        events.sort(key=lambda row: datetime.fromisoformat(row["time:timestamp"]))
        first, days = events[0], [_day(row["time:timestamp"]) for row in events]
        done = [(row["concept:name"], row["org:group"], day) for row, day in zip(events, days, strict=True)]
        ended = first["case:enddate"]
        began = min(_day(first["case:startdate"]), days[0])
        cases.append(LoggedCase(first["case:department"], began, _day(ended) if ended else None, done))
    return cases


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()


def backtest_log(cases: Sequence[LoggedCase], *, young: bool, runs: int = 400) -> tuple[Verdict, int]:
    """Forecast the end of cases that ran on each month's first day of 2011, as one item of one department.

    ``young``: only those of the month before; else all that ran. Those whose end the log does not hold are
    counted apart, because nobody can say when they ended.
    """
    counts, unknown = [0, 0, 0, 0], 0
    for month in range(3, 13):
        today = date(2011, month, 1)
        known = sorted((c for c in cases if c.began_on <= today), key=lambda c: c.began_on, reverse=True)
        history = History(
            Observed(
                CASE.code,
                CASE.kind,
                c.department,
                "log",
                observe(WEEKDAYS, c.began_on, c.ended_on, is_passed=True, today=today),
            )
            for c in known
        )
        for case in known:
            if case.ended_on is not None and case.ended_on <= today:
                continue
            if young and case.began_on < today - timedelta(days=31):
                continue
            if case.ended_on is None:
                unknown += 1
                continue
            items = [replace(CASE, department=case.department), DECIDED]
            facts = {CASE.code: _running(case.began_on)}
            frame = Frame(begin_on=case.began_on, today=today)
            given = random.Random(SEED + counts[0]).random
            counts[0] += 1
            try:
                found = forecast(items, facts, frame, WEEKDAYS, "log", history, given, runs)
            except (TooLittleHistory, StartNotForeseeable):
                counts[1] += 1
                continue
            counts[2] += case.ended_on <= found.p50_on
            counts[3] += case.ended_on <= found.p80_on
    return Verdict(*counts), unknown


CASE = handled("A1", ItemKind.PERMIT, 40)
DECIDED = a_milestone("Z1", "A1", role=MilestoneRole.START_OF_WORKS)


def _running(filed_on: date) -> ItemFacts:
    return ItemFacts(
        filed_on=filed_on, anchor_on=filed_on, due_on=None, is_paused=False, done_on=None, is_passed=False
    )


def main() -> None:
    """Print the verdicts."""
    parser = argparse.ArgumentParser(description="backtest of the forecast")
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--log", type=Path)
    asked = parser.parse_args()
    if asked.log is None:
        for shape in SHAPES:
            print(f"{shape.name:24}", backtest(shape, asked.runs), flush=True)
        return
    cases = read_cases(asked.log)
    for young, name in ((True, "cases of the last month"), (False, "all running cases")):
        verdict, unknown = backtest_log(cases, young=young, runs=asked.runs)
        print(f"{name:24}", verdict, f"; {unknown} whose end is not in the log", flush=True)


if __name__ == "__main__":
    main()
