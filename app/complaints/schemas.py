"""What goes over the wire about complaints."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from app.domain.complaint_terms import (
    ComplaintAct,
    ComplaintChannel,
    ComplaintClass,
    ComplaintDecision,
    ComplaintGrade,
    ComplaintGround,
    ComplaintRejection,
    ComplaintState,
)
from app.domain.vocabulary import Channel, Level
from app.handling.schemas import CaseActOut, CaseClockOut, HandlingStepOut
from app.pages import PageIn
from app.private.queries import TextOut
from app.wire import Code, Day, In, Line, Some, Text, Truth, Uuid


class ComplainantIn(In):
    """Who complains, and how to reach him. Kept with the private values, never in the ledger."""

    name: Line
    phone: Annotated[str, Field(min_length=5, max_length=32, pattern=r"^[0-9+() -]+$")] | None = None
    address: Line | None = None


class ComplaintIn(In):
    """A complaint. An anonymous one names nobody; any other says who complains."""

    area_code: Code
    channel: ComplaintChannel
    ground: ComplaintGround
    title: Line
    content: Text
    is_anonymous: Truth = False
    complainant: ComplainantIn | None = None
    about_department_code: (
        Annotated[Code, Field(description="被投诉单位；省略为代办机构 · left out: the agency")] | None
    ) = None
    about_name: Annotated[Line, Field(description="被投诉人 · the person complained about")] | None = None
    project_id: (
        Annotated[Uuid, Field(description="所涉项目，与投诉人一并保密 · hidden with the complainant")] | None
    ) = None
    evidence: Some[Uuid] = []


class ComplaintActionIn(In):
    """An act on a complaint, from the state the caller sees; which facts it tells depends on the act."""

    action: ComplaintAct
    from_state: Annotated[Code, Field(description="调用方认为所处的状态 · the state you decided from")]
    handling_class: ComplaintClass | None = None
    grade: ComplaintGrade | None = None
    about_id: (
        Annotated[Uuid, Field(description="被投诉人的登记编号 · the operator complained about")] | None
    ) = None
    handler_id: Annotated[Uuid, Field(description="改派的调查人 · the new investigator")] | None = None
    rejection: ComplaintRejection | None = None
    department_code: Code | None = None
    decision: ComplaintDecision | None = None
    contact_channel: Channel | None = None
    level: Annotated[Level, Field(description="对处理结果的满意度 · about the handling")] | None = None
    duplicate_of: Uuid | None = None
    text: Text | None = None
    evidence: Some[Uuid] = []


class ComplaintReceiptIn(In):
    """The complainant's word by receipt code; no ``action`` only looks."""

    receipt_code: Annotated[Line, Field(max_length=64)]
    action: Literal["rate", "ask_review"] | None = None
    level: Level | None = None
    text: Text | None = None


class ComplaintsIn(PageIn):
    """Filters of the list of complaints."""

    state: list[ComplaintState] | None = Field(default=None, max_length=11)
    ground: ComplaintGround | None = None
    investigator: Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_.:@-]+$")] | None = None
    area: list[Code] | None = Field(default=None, max_length=50)
    lodged_from: Day | None = None
    lodged_to: Day | None = None


class ExchangeIn(PageIn):
    """Which complaints to hand on."""

    area: list[Code] | None = Field(default=None, max_length=50)
    lodged_from: Day | None = None
    lodged_to: Day | None = None


class ComplainantOut(TypedDict):
    """Who complained; null where this caller may not know. ``is_masked``: there is something to know."""

    name: str | None
    phone: str | None
    address: str | None
    owner_uscc: str | None
    project_id: str | None
    evidence: list[str]
    is_masked: bool


class SimilarOut(TypedDict):
    """Another complaint that may be the same, and why; a warning, never a decision."""

    id: str
    reasons: list[str]


class ComplaintSummaryOut(TypedDict):
    """A complaint as lists show it; ``clock`` is the one running."""

    id: str
    version: int
    area_code: str
    channel: str
    ground: str
    is_anonymous: bool
    title: TextOut | None
    about_department_code: str | None
    about_person: str | None
    department_code: str | None
    state: str
    state_label: str
    handling_class: str | None
    grade: str | None
    rejection: str | None
    decision: str | None
    level: str | None
    is_extended: bool
    has_asked_review: bool
    lodged_on: date
    handled_on: date | None
    handled_in_time: bool | None
    duplicate_of: str | None
    clock: CaseClockOut | None


class ComplaintOut(ComplaintSummaryOut):
    """A complaint, with its limits and what this caller could do next and why not."""

    content: TextOut | None
    about_name: TextOut | None
    complainant: ComplainantOut
    investigator: str | None
    decider: str | None
    similar: list[SimilarOut]
    clocks: list[CaseClockOut]
    allowed_actions: list[CaseActOut]


class ComplaintLodgedOut(TypedDict):
    """A complaint just lodged, and the receipt code, which is shown this once."""

    complaint: ComplaintOut
    receipt_code: str


class ComplaintStepTakenOut(HandlingStepOut):
    """A step just taken, and the complaint as it stands now."""

    complaint: ComplaintOut


class ComplaintReceiptOut(TypedDict):
    """What the holder of a receipt may know: the state, what he was told, and what he may say."""

    state: str
    state_label: str
    decision: str | None
    told: list[TextOut]
    may_rate: bool
    may_ask_review: bool


class ExchangeOut(TypedDict):
    """A complaint in the fields of GB/T 39046—2020, table 10; moments are office dates."""

    title: Annotated[str | None, Field(description="投诉标题 · title")]
    complainant: Annotated[
        str | None, Field(description="投诉人（姓名已遮蔽） · complainant, the name masked")
    ]
    about_unit: Annotated[str | None, Field(description="被投诉单位 · the office complained about")]
    about_person: Annotated[str | None, Field(description="被投诉人 · the person complained about")]
    content: Annotated[str | None, Field(description="内容 · content")]
    source: Annotated[str, Field(description="来源 · source")]
    lodged_on: Annotated[date, Field(description="时间 · when it was lodged")]
    unit_code: Annotated[str | None, Field(description="承办单位代码 · code of the office that handled it")]
    unit_name: Annotated[str | None, Field(description="承办单位名称 · name of the office that handled it")]
    handler: Annotated[str | None, Field(description="承办人 · who handled it")]
    handled_on: Annotated[date | None, Field(description="承办时间 · when it was handled")]
    feedback: Annotated[str | None, Field(description="反馈信息 · what the complainant was told")]
    fed_back_on: Annotated[date | None, Field(description="反馈时间 · when the complainant was told")]
    promised_days: Annotated[
        int | None, Field(description="承诺时限（工作日） · time promised, in working days")
    ]
    extension_days: Annotated[
        int | None, Field(description="延期时限（工作日） · extension, in working days")
    ]
    extension_reason: Annotated[str | None, Field(description="延期原因 · reason of the extension")]
    days_overdue: Annotated[int, Field(description="超期天数（工作日） · working days overdue")]
    division_code: Annotated[str, Field(description="行政区划 · administrative division")]
