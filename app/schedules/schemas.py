"""What goes over the wire about schedules."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from app.answers import DurationOut, WordsOut
from app.wire import MomentIn

Calculation = Annotated[
    str | None, Field(description="逐日计算过程的地址 · where its sum is printed day by day")
]


class ScheduleIn(BaseModel):
    """Which version of the plan, and as of which moment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plan: Annotated[
        int | None,
        Field(
            ge=1,
            le=10_000,
            description="方案版次,默认为已审定的一版,其次为最新草案 · by default the approved one",
        ),
    ] = None
    known_at: MomentIn | None = None
    valid_at: MomentIn | None = None


class WhyOut(TypedDict):
    """What set a date. ``item_code``: the item whose day it is; ``calculation``: the sum, one link away."""

    rule: str
    label: str
    item_code: str | None
    from_on: date | None
    duration: DurationOut | None
    basis: str | None
    calculation: Calculation


class DaysOut(TypedDict):
    """Three days of an item: preparation may begin, filing, passed."""

    start_on: date | None
    filing_on: date | None
    finish_on: date | None


class ScheduledItemOut(TypedDict):
    """An item of the plan on its days. Slack in working days; null where that end does not depend on it."""

    item_code: str
    name: WordsOut
    kind: str
    milestone: str | None
    approval_stage: int
    department_code: str | None
    bearer: str
    progress: str
    progress_label: str
    light: str
    item_case_id: str | None
    preparation: DurationOut
    handling: DurationOut | None
    earliest: DaysOut
    latest: DaysOut
    proposed: DaysOut
    baseline: DaysOut
    filing_why: WhyOut
    finish_why: WhyOut
    slack_to_start: int | None
    slack_to_completion: int | None
    slack_calculation: Calculation
    is_critical: bool
    blocked_by: Annotated[
        list[list[str]],
        Field(description="尚未满足的前置,每项列出可选事项 · open needs, each with its alternatives"),
    ]
    is_estimated: bool
    is_assumed: bool
    is_provisional: bool


class ScheduleFindingOut(TypedDict):
    """What is odd about a schedule, and the items it is about."""

    kind: str
    label: str
    items: list[str]


class ScheduleOut(TypedDict):
    """The schedule of a plan version: dates of the whole, then of its items, each after its prerequisites."""

    project_id: str
    plan_number: int
    plan_state: str
    today: date
    begin_on: date
    planned_start_on: date
    planned_completion_on: date | None
    start_on: date | None
    works_end_on: date | None
    completion_on: date | None
    days_behind_baseline: Annotated[
        int | None, Field(description="较计划开工基准推迟的工作日 · working days behind the planned start")
    ]
    baseline_calculation: Calculation
    critical_path: list[str]
    assumed: Annotated[int, Field(description="暂按零计的准备时长个数 · preparations counted as nothing")]
    findings: list[ScheduleFindingOut]
    is_provisional: bool
    calendar_code: str
    calendar_version: int
    items: list[ScheduledItemOut]
