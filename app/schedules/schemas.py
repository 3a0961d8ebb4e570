"""What goes over the wire about schedules."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from app.answers import DurationOut, WordsOut
from app.domain.plan_content import AdjustmentAction
from app.wire import Code, Day, DurationIn, In, MomentIn, Some, Whole

Explanation = Annotated[
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
            description="方案版次，默认为已审定的一版，其次为最新草案 · by default the approved one",
        ),
    ] = None
    known_at: MomentIn | None = None
    valid_at: MomentIn | None = None


class WhyOut(TypedDict):
    """What set a date. ``item_code``: the item whose day it is; ``explained_by``: the sum, one link away."""

    rule: str
    label: str
    item_code: str | None
    from_on: date | None
    duration: DurationOut | None
    basis: str | None
    explained_by: Explanation


class DaysOut(TypedDict):
    """Three days of an item: preparation may begin, filing, passed."""

    start_on: date | None
    filing_on: date | None
    finish_on: date | None


class PackageOut(TypedDict):
    """What has become of an item in one work package (null: in the whole project)."""

    work_package_id: str | None
    item_case_id: str | None
    state: str
    state_label: str
    light: str
    filed_on: date | None
    due_on: date | None
    done_on: date | None
    explained_by: Explanation


class ScheduledItemOut(TypedDict):
    """An item of the plan on its days. Slack in working days; null where that end does not depend on it."""

    item_code: str
    name: WordsOut
    kind: str
    milestone: str | None
    approval_stage: str
    department_code: str | None
    bearer: str
    progress: str
    progress_label: str
    light: str
    item_case_id: str | None
    packages: Annotated[
        list[PackageOut], Field(description="分单项工程申报的办件 · cases of an item filed by work packages")
    ]
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
    slack_explained_by: Explanation
    is_critical: bool
    blocked_by: Annotated[
        list[list[str]],
        Field(description="尚未满足的前置，每项列出可选事项 · open needs, each with its alternatives"),
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
    baseline_explained_by: Explanation
    critical_path: list[str]
    assumed: Annotated[int, Field(description="暂按零计的准备时长个数 · preparations counted as nothing")]
    findings: list[ScheduleFindingOut]
    is_provisional: bool
    calendar_code: str
    calendar_version: int
    items: list[ScheduledItemOut]


class ChartIn(ScheduleIn):
    """Which schedule is drawn, and in which language; a picture cannot send a header."""

    lang: Annotated[
        Literal["zh", "en"] | None,
        Field(description="缺省时按 Accept-Language · by default as the header asks"),
    ] = None


class TriedAdjustmentIn(In):
    """An adjustment as of a new plan version, tried without reasons."""

    item: Code
    action: AdjustmentAction
    handling: DurationIn | None = None
    preparation: DurationIn | None = None
    parallel_to: Annotated[
        list[Code], Field(max_length=20, description="改为并行，不再等待的前置 · what it no longer waits for")
    ] = []
    after: Annotated[list[Code], Field(max_length=20)] = []


class TriedDelayIn(In):
    """An item that is passed later than expected."""

    item: Code
    by: DurationIn


class TriedPauseIn(In):
    """Days on which an item rests: those after ``starts_on``, up to and with ``ends_on``."""

    item: Code
    starts_on: Day
    ends_on: Day


class TriedCalendarIn(In):
    """A version of a calendar, be it in force or a draft."""

    code: Code
    version: Annotated[Whole, Field(ge=1, le=2**31 - 1)]


class SimulationIn(In):
    """What is tried, all at once, on a copy of the plan; nothing is written."""

    plan: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    adjustments: Some[TriedAdjustmentIn] = []
    delays: Some[TriedDelayIn] = []
    pauses: Some[TriedPauseIn] = []
    calendar: TriedCalendarIn | None = None


class EndsOut(TypedDict):
    """What a plan comes to."""

    start_on: date | None
    works_end_on: date | None
    completion_on: date | None
    days_behind_baseline: int | None
    critical_path: list[str]


class TriedDaysOut(TypedDict):
    """An item's days and what set them."""

    filing_on: date | None
    finish_on: date | None
    filing_why: WhyOut
    finish_why: WhyOut


class MovedItemOut(TypedDict):
    """An item whose days differ; ``before`` or ``after`` is null where the item is not in the plan."""

    item_code: str
    name: WordsOut
    department_code: str | None
    before: TriedDaysOut | None
    after: TriedDaysOut | None
    working_days: int | None


class BrokenLimitOut(TypedDict):
    """A limit that an expected day lies behind. ``is_new``: only because of what is tried."""

    kind: str
    label: str
    item_code: str | None
    due_on: date
    expected_on: date
    is_new: bool
    explained_by: Explanation


class DepartmentConcernedOut(TypedDict):
    """A department and its items that move or break a limit."""

    department_code: str
    items: list[str]


class AgentConcernedOut(TypedDict):
    """An agent of the project."""

    role: str
    person: str


class ConcernedOut(TypedDict):
    """Whom the changes concern; ``unassigned``: departments' items for which no department is named yet."""

    departments: list[DepartmentConcernedOut]
    unassigned: list[str]
    owner: list[str]
    intermediaries: list[str]
    agents: list[AgentConcernedOut]


class SimulationOut(TypedDict):
    """What would move, break and concern whom. Nothing was written."""

    project_id: str
    plan_number: int
    today: date
    is_written: Literal[False]
    calendar_code: str
    calendar_version: int
    before: EndsOut
    after: EndsOut
    moved: list[MovedItemOut]
    broken_limits: list[BrokenLimitOut]
    concerned: ConcernedOut
    findings: list[ScheduleFindingOut]
