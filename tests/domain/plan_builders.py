"""Items of a plan for tests of schedules: say only what the test is about."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.calendar import WorkCalendar, read_calendar
from app.domain.durations import Duration, Unit
from app.domain.frame import Frame
from app.domain.planned import (
    Estimate,
    EstimateBasis,
    ItemFacts,
    ItemKind,
    MilestoneRole,
    Need,
    NeedKind,
    PausePolicy,
    PlannedItem,
    TimeBearer,
)
from app.errors import Words

CN: WorkCalendar = read_calendar(
    json.loads((Path(__file__).parents[2] / "app/calendars/cn.json").read_text(encoding="utf-8"))
)
MONDAY = date(2026, 3, 2)
HARD, SOFT, BEFORE_START = NeedKind.HARD, NeedKind.SOFT, NeedKind.BEFORE_START


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def lasting(value: int, unit: Unit = Unit.WORKING_DAY) -> Duration:
    return Duration(value, unit)


def need(*any_of: str, kind: NeedKind = HARD) -> Need:
    return Need(kind, any_of)


def an_item(
    code: str, *needs: str | Need, handling: Any = 5, preparation: Any = 0, **facts: Any
) -> PlannedItem:
    """Make an item; a need given as a code is hard, durations given as numbers are working days."""
    if isinstance(handling, int):
        handling = Estimate(lasting(handling), EstimateBasis.PROMISED)
    if isinstance(preparation, int):
        preparation = Estimate(lasting(preparation), EstimateBasis.GIVEN)
    usual: dict[str, Any] = {
        "name": Words(f"事项{code}", f"item {code}"),
        "kind": ItemKind.PERMIT,
        "milestone": None,
        "approval_stage": 1,
        "department": None,
        "bearer": TimeBearer.DEPARTMENT,
        "statutory": None,
        "promised": None,
        "pause_policy": PausePolicy.RESUME,
        "validity": None,
        "materials": (),
        "waivers": (),
    }
    return PlannedItem(
        code=code,
        needs=tuple([need(n) if isinstance(n, str) else n for n in needs]),
        handling=handling,
        preparation=preparation,
        **usual | facts,
    )


def a_milestone(
    code: str, *needs: str | Need, role: MilestoneRole = MilestoneRole.JOIN, handling: Any = None
) -> PlannedItem:
    return an_item(code, *needs, handling=handling, kind=ItemKind.MILESTONE, milestone=role)


def the_start(*needs: str | Need) -> PlannedItem:
    return a_milestone("S3-16", *needs, role=MilestoneRole.START_OF_WORKS)


def facts(**known: Any) -> ItemFacts:
    usual: dict[str, Any] = {
        "filed_on": None, "anchor_on": None, "due_on": None, "is_paused": False, "done_on": None,
        "is_passed": False,
    }  # fmt: skip
    return ItemFacts(**usual | known)


def passed(filed_on: date, done_on: date) -> ItemFacts:
    return facts(filed_on=filed_on, anchor_on=filed_on, done_on=done_on, is_passed=True)


def a_frame(begin_on: date = MONDAY, today: date | None = None, **days: date | None) -> Frame:
    return Frame(begin_on, begin_on if today is None else today, **days)
