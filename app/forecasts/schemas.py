"""What goes over the wire about forecasts."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from app.answers import DurationOut, WordsOut


class ForecastIn(BaseModel):
    """Which version of the plan is asked about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plan: Annotated[
        int | None,
        Field(ge=1, le=10_000, description="方案版次，默认为已审定的一版 · by default the approved version"),
    ] = None


class HistoryOut(TypedDict):
    """The cases that the forecast learnt from, of the whole installation; figures only."""

    filed_from: date
    filed_through: date
    cases: Annotated[int, Field(description="同类办件 · cases of the kinds in question")]
    decided: int
    running: Annotated[int, Field(description="按“至少已用时”计入 · lasting at least so long")]


class ForecastItemOut(TypedDict):
    """What the duration of one open item rests on: a group of cases, or the plan's own estimate."""

    item_code: str
    name: WordsOut
    department_code: str | None
    group: Annotated[str | None, Field(description="取自数据字典 history_group · null: the plan's estimate")]
    group_label: str | None
    decided: Annotated[int, Field(description="已办结样本数 · decided cases in the group")]
    running: Annotated[int, Field(description="办理中样本数 · cases in the group that still run")]
    elapsed_working_days: Annotated[
        int | None, Field(description="已用时，工作日 · working days since its own filing")
    ]
    p50: Annotated[DurationOut | None, Field(description="半数不超过 · half take no longer, in all")]
    p80: DurationOut | None
    estimate: Annotated[DurationOut | None, Field(description="方案估计的办理用时 · as the plan estimates")]


class ForecastOut(TypedDict):
    """The days by which works have started in half, and in four fifths, of the runs, and why."""

    project_id: str
    plan_number: int
    as_of: date
    p50_on: date
    p80_on: date
    planned_start_on: date
    is_provisional: Annotated[
        bool, Field(description="所涉年份的放假通知尚未公布 · touches a year without an official notice")
    ]
    calendar_code: str
    calendar_version: int
    rule: Annotated[str, Field(description="计算方法 · how the days were found")]
    runs: int
    seed: int
    items_open: Annotated[int, Field(description="开工前未办结事项 · open items the start waits for")]
    items_estimated: Annotated[int, Field(description="其中依方案估计的 · of them resting on estimates")]
    history: HistoryOut
    explained_by: Annotated[str, Field(description="所依据的进度 · the schedule it is drawn through")]
    items: list[ForecastItemOut]
