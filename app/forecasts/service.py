"""Forecasting the start of works of a project from all cases of the installation."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from app.actor import Actor
from app.database import Reader
from app.domain.calendar import WorkCalendar
from app.domain.forecast import Forecast, History, Observed, forecast, observe, waited_for
from app.domain.planned import ItemKind
from app.forecasts.queries import observed_cases
from app.projects.history import AsOf
from app.schedules.queries import PlanOnDate, read_plan

SEED: Final = 20_260_101  # one for all: the same facts give the same forecast
WINDOW: Final = timedelta(days=3 * 365)  # how far back cases were filed; default, not from the standard
MOST: Final = 20_000  # cases, the last filed ones; default, not from the standard


@dataclass(frozen=True, slots=True)
class Found:
    """A forecast, the plan it is about, and the cases it learnt from."""

    told: Forecast
    read: PlanOnDate
    history: History
    filed_from: date
    observed: list[Observed]


async def forecast_start(session: Reader, actor: Actor, project_id: str, number: int | None) -> Found:
    """Forecast the start of works under the approved plan, else the latest draft, or the version named.

    One statement more than reading the plan. Refuses as ``read_plan`` and ``domain.forecast`` do.
    """
    read = await read_plan(session, actor, project_id, number, AsOf())
    calendar, today = read.calendar, read.frame.today
    kinds = sorted({item.kind.value for item in waited_for(read.items, read.facts)})
    filed_from = today - WINDOW
    rows = await session.all(observed_cases(kinds, filed_from, MOST))
    observed = [_observed(row, calendar, today) for row in rows]
    history, dice = History(observed), random.Random(SEED).random  # noqa: S311 - draws, not secrets
    area = read.project.area_code
    told = forecast(read.items, read.facts, read.frame, calendar, area, history, dice)
    return Found(told, read, history, filed_from, observed)


def _observed(row: Any, calendar: WorkCalendar, today: date) -> Observed:
    """Read one case; what was passed and revoked later took as long as it took."""
    ended_on = row.passed_on or row.done_on
    lasted = observe(calendar, row.filed_on, ended_on, is_passed=row.passed_on is not None, today=today)
    return Observed(row.item_code, ItemKind(row.kind), row.department_code, row.area_code, lasted)
