"""What goes over the wire about reports."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from app.statistics.schemas import FigureOut
from app.wire import Code, MomentIn


class ReportIn(BaseModel):
    """Which report is asked for; by default of the last period that is over, as known now."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    area: Annotated[Code, Field(description="区域及其下级 · an area and all below it")]
    period: Annotated[
        str | None,
        Field(max_length=8, description="周报 2025-W48，月报 2025-11 · a week or a month; the last one over"),
    ] = None
    known_at: Annotated[
        MomentIn | None, Field(description="只用当时账本已有的记录 · only what was recorded by then")
    ] = None
    lang: Annotated[
        Literal["zh", "en"] | None, Field(description="不填则依 Accept-Language · else by Accept-Language")
    ] = None


class ReportSectionOut(TypedDict):
    """A section of a report; ``before`` has the same figures of the period before, as known now."""

    title: str
    figures: list[FigureOut]
    before: list[FigureOut]


class ReportAreaOut(TypedDict):
    """The figures of one of the areas below."""

    area_code: str
    name: str
    figures: list[FigureOut]


class ReportChangeOut(TypedDict):
    """A figure of the period before: as the previous report told it, and as it is known now."""

    told: FigureOut
    now: FigureOut


class LateEntryOut(TypedDict):
    """What was entered after the previous report and happened before this period, or was entered back."""

    sequence: int
    project_name: str
    label: str
    item_code: str | None
    entry_mode: str
    occurred_on: date
    recorded_on: date
    lag_days: int
    is_before_period: Annotated[bool, Field(description="影响以往报表 · touches earlier figures")]


class ReportOut(TypedDict):
    """A report; the same name gives the same bytes, here, on the page and in the workbook."""

    name: Annotated[str, Field(description="报表名称，决定全部内容 · everything the report depends on")]
    kind: str
    area_code: str
    area_name: str
    period: str
    from_on: date
    to_on: date
    known_at: datetime
    sequence: Annotated[int, Field(description="所依据的账本序号 · the place in the ledger it rests on")]
    as_of: Annotated[date, Field(description="按哪一日的已知情况 · the day as of which it was known")]
    formula_version: int
    template_version: int
    language: str
    previous_known_at: Annotated[
        datetime, Field(description="上期报表的时点 · when the previous report is taken to have been made")
    ]
    sections: list[ReportSectionOut]
    areas: list[ReportAreaOut]
    late_entries: list[LateEntryOut]
    late_entries_total: int
    changes: list[ReportChangeOut]
    page: Annotated[str, Field(description="可打印网页 · the page to print")]
    workbook: Annotated[str, Field(description="电子表格 · the spreadsheet")]
