"""What goes over the wire about follow-ups and their samples."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from app.domain.follow_ups import FollowUpAct, FollowUpMeasure, FollowUpOutcome, FollowUpState
from app.domain.vocabulary import Channel, Level
from app.handling.schemas import CaseActOut, CaseClockOut, HandlingStepOut
from app.pages import PageIn
from app.wire import Code, Day, In, Some, Text, Uuid, Whole


class SampleIn(In):
    """Which completed projects to draw from, and how many: a size, or a confidence and a margin of error."""

    area_code: Annotated[Code, Field(description="区域，含下级 · with the areas below")]
    completed_from: Day
    completed_to: Day
    size: Annotated[Whole, Field(ge=1, le=500)] | None = None
    confidence: Annotated[Literal[90, 95, 99], Field(description="置信度（%）· in per cent")] | None = None
    margin: Annotated[Whole, Field(ge=1, le=50, description="误差（%）· in per cent")] | None = None


class FollowUpIn(In):
    """One project to be followed up outside any sample."""

    project_id: Uuid


class FollowUpActionIn(In):
    """A try to ask the owner, or what follows on his dissatisfaction."""

    action: FollowUpAct
    from_state: Annotated[Code, Field(description="调用方认为所处的状态 · the state you decided from")]
    channel: Channel | None = None
    outcome: FollowUpOutcome | None = None
    level: Annotated[Level, Field(description="作答时必填 · needed when he has answered")] | None = None
    measure: FollowUpMeasure | None = None
    issue_id: Annotated[Uuid, Field(description="同一项目的协调事项 · of the same project")] | None = None
    text: Text | None = None
    evidence: Some[Uuid] = []


class FollowUpsIn(PageIn):
    """Filters of the list of follow-ups."""

    state: list[FollowUpState] | None = Field(default=None, max_length=4)
    project: Uuid | None = None
    sample: Uuid | None = None
    area: list[Code] | None = Field(default=None, max_length=50)


class FollowUpSummaryOut(TypedDict):
    """A follow-up as lists show it; ``clock`` is the one running."""

    id: str
    version: int
    sample_id: str | None
    project_id: str
    area_code: str
    state: str
    state_label: str
    opened_on: date
    days_tried: int
    outcome: str | None
    channel: str | None
    level: str | None
    measure: str | None
    issue_id: str | None
    asked_by: str | None
    asked_on: date | None
    settled_on: date | None
    clock: CaseClockOut | None


class FollowUpOut(FollowUpSummaryOut):
    """A follow-up, with its limits and what this caller could do next and why not."""

    clocks: list[CaseClockOut]
    allowed_actions: list[CaseActOut]


class FollowUpStepTakenOut(HandlingStepOut):
    """A step just taken, and the follow-up as it stands now."""

    follow_up: FollowUpOut


class SampleSummaryOut(TypedDict):
    """A sample as lists show it. ``head_hash`` is what the event of the draw follows in the ledger."""

    id: str
    version: int
    area_code: str
    completed_from: date
    completed_to: date
    population_size: int
    population_digest: str
    confidence: int | None
    margin: int | None
    size: int
    size_formula: str
    head_sequence: int
    head_hash: str
    seed: str
    seed_formula: str
    algorithm: str
    drawn_by: str
    drawn_at: datetime


class SampleOut(SampleSummaryOut):
    """A sample, with the ids it was drawn from and those drawn, in the order of the draw."""

    population: list[str]
    drawn: list[str]
