"""What goes over the wire about lists, thresholds, and what makes a project major."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from app.answers import ReasonOut
from app.domain.vocabulary import ListLevel, ProcessClass
from app.pages import PageIn
from app.private.queries import TextOut
from app.wire import Code, Day, In, Line, Money, Text, Whole


class ListMembershipIn(In):
    """A project put on an annual list of major projects; it may stand on several."""

    list_level: ListLevel
    list_name: Line
    year: Annotated[Whole, Field(ge=2000, le=2100)]
    valid_from: Annotated[
        Day | None, Field(description="缺省为该年 1 月 1 日 · 1 January of the year if absent")
    ] = None
    valid_to: Annotated[Day | None, Field(description="最后有效日 · the last day")] = None
    document: Annotated[Line | None, Field(description="文号 · number of the document that says so")] = None


class ListMembershipEndIn(In):
    """The end of a membership."""

    valid_to: Annotated[Day, Field(description="最后有效日 · the last day")]
    reason: Text | None = None


class ListMembershipOut(TypedDict):
    """A project on an annual list, for a time."""

    id: str
    project_id: str
    version: int
    list_level: str
    list_name: str
    year: int
    valid_from: date
    valid_to: date | None
    document: str | None
    end_reason: TextOut | None


class ThresholdPolicyIn(In):
    """From which investment on a project is major; for one class of procedure, or (null) for all."""

    area_code: Code
    process_class: ProcessClass | None = None
    minimum_investment_wan_yuan: Annotated[
        Money, Field(description="单位万元：5 亿元写作 50000 · in 万元: 5 亿元 is 50000")
    ]
    valid_from: Day
    valid_to: Day | None = None
    source: Line
    basis: Annotated[
        Literal["law", "policy", "default"], Field(description="依据 · where the number comes from")
    ]


class ThresholdPolicyOut(TypedDict):
    """A threshold, in its time."""

    id: str
    version: int
    area_code: str
    process_class: str | None
    minimum_investment_wan_yuan: str
    valid_from: date
    valid_to: date | None
    source: str
    basis: str


class ThresholdPoliciesIn(PageIn):
    """Filters of the list of thresholds."""

    area: Annotated[
        Code | None, Field(description="含其上级区域的标准 · with those it inherits from above")
    ] = None
    on: Day | None = None


class MajorBasisOut(TypedDict):
    """Which lists and which threshold make a project major on a day, or why none does."""

    project_id: str
    on: date
    is_major: bool
    lists: list[ListMembershipOut]
    threshold: ThresholdPolicyOut | None
    reaches_threshold: bool | None
    investment_wan_yuan: str | None
    reasons: list[ReasonOut]
