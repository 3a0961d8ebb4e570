"""What goes over the wire about statistics."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from app.answers import WordsOut
from app.domain.statistics import DEFINITIONS
from app.domain.statistics_terms import FigureGrouping
from app.domain.vocabulary import ProcessClass
from app.wire import Code, Day, Line, MomentIn

FigureCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class FiguresIn(BaseModel):
    """Which figures are asked for, of what, for which days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_on: Annotated[Day, Field(alias="from", description="统计期首日 · first day, included")]
    to_on: Annotated[Day, Field(alias="to", description="统计期末日 · last day, included")]
    figure: Annotated[
        list[FigureCode] | None,
        Field(max_length=len(DEFINITIONS), description="指标代码，不填为全部 · codes; none asks for all"),
    ] = None
    group_by: Annotated[FigureGrouping | None, Field(description="分组方式 · what to tell them by")] = None
    area: Annotated[Code | None, Field(description="区域及其下级 · an area and all below it")] = None
    department: Code | None = None
    agent: Annotated[Line | None, Field(description="代办员的自然人标识 · the person key of an agent")] = None
    process_class: ProcessClass | None = None
    known_at: Annotated[
        MomentIn | None,
        Field(description="只用当时账本已有的记录 · only what was recorded by then"),
    ] = None


class FigurePartOut(TypedDict):
    """A share of a figure. ``value`` is null where its group has nothing to tell."""

    code: str
    value: str | None
    n: int


class IntervalOut(TypedDict):
    """The 95 % interval of a share, in per cent."""

    low: str
    high: str


class FigureOut(TypedDict):
    """One figure; without a value, ``gap`` says why. It is never shown as 0 or 100 instead."""

    code: str
    name: str
    unit: str
    value: Annotated[str | None, Field(description="十进制数 · a decimal number")]
    gap: Annotated[str | None, Field(description="取自数据字典 figure_gap · why there is no value")]
    gap_label: str | None
    n: Annotated[int, Field(description="分母或者样本数 · denominator, or size of the sample")]
    numerator: int | None
    interval: IntervalOut | None
    parts: list[FigurePartOut]
    caveat: Annotated[str | None, Field(description="须随指标一并展示 · to be shown with the figure")]
    formula_version: int
    defined_by: Annotated[str, Field(description="指标定义 · where the formula is told")]


class FigureGroupOut(TypedDict):
    """The figures of one group; ``key`` is null for everything asked, or for what belongs to none."""

    key: str | None
    figures: list[FigureOut]


class FiguresOut(TypedDict):
    """Figures, and what was known when they were computed."""

    from_on: date
    to_on: date
    known_at: datetime | None
    as_of: Annotated[date, Field(description="按哪一日的已知情况 · the day as of which it was known")]
    sequence: Annotated[int, Field(description="所依据的账本序号 · the place in the ledger it rests on")]
    group_by: str | None
    groups: list[FigureGroupOut]


class FigureDefinitionOut(TypedDict):
    """What a figure means: its formula, unit, denominator, and what it rests on."""

    code: str
    name: WordsOut
    formula: WordsOut
    unit: str
    unit_label: WordsOut
    denominator: WordsOut | None
    parts: Annotated[WordsOut | None, Field(description="构成的含义 · what its parts are")]
    caveat: WordsOut | None
    basis: Annotated[WordsOut, Field(description="口径依据 · what the formula rests on")]
    formula_version: int
