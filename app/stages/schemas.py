"""What goes over the wire about stage transitions."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from app.answers import DurationOut
from app.private.queries import TextOut
from app.projects.schemas import AllowedActionOut, DeadlineOut
from app.wire import Code, In, MomentIn, Some, Text, Uuid


class StageTransitionIn(In):
    """A wish to move a project on."""

    from_stage: Annotated[Code, Field(description="调用方认为项目所处的环节 · the stage you decided from")]
    move: Code
    inputs: Annotated[dict[str, Any], Field(max_length=30)] = {}
    occurred_at: MomentIn | None = None
    reason: Text | None = None
    evidence: Annotated[Some[Uuid], Field(description="文件编号 · ids of files")] = []


class StageTransitionOut(TypedDict):
    """A step a project has taken."""

    id: str
    project_id: str
    number: int
    procedure_id: str
    move: str
    from_stage: str
    to_stage: str
    inputs: dict[str, Any]
    texts: dict[str, list[TextOut]]
    reason: TextOut | None
    evidence: list[str]
    occurred_at: datetime
    entry_mode: str
    event_id: str


class PauseOut(TypedDict):
    """Days that did not count: those after ``starts_on`` up to and with ``ends_on`` (null: still open)."""

    starts_on: date
    ends_on: date | None


class CountedDayOut(TypedDict):
    """One line of the sum; ``kind`` is working, weekend, holiday or makeup."""

    day: date
    kind: str
    counts: bool
    why: str
    consumed: int


class LimitOut(TypedDict):
    """One deadline of the present stage, explained day by day; days in the unit of the limit."""

    action: str
    label: str
    bearer: str
    anchor: str
    anchor_on: date
    limit: DurationOut
    budget: int
    consumed: int
    remaining: int
    due_on: date | None
    warn_on: date | None
    light: str
    is_running: bool
    is_rolled: bool
    is_provisional: bool
    rule: str
    basis: str
    pauses: list[PauseOut]
    days: list[CountedDayOut]


class ClockOut(TypedDict):
    """Where the time of the present stage stands: every deadline, the agency's and the owner's."""

    project_id: str
    stage: str
    stage_label: str
    stage_entered_at: datetime
    today: date
    calendar_code: str
    calendar_version: int
    limits: list[LimitOut]


class AsOfIn(BaseModel):
    """Two questions: what had been recorded by then, and what was the case then; each defaults to now."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    known_at: MomentIn | None = None
    valid_at: MomentIn | None = None


class ProcedureChangeIn(In):
    """The explicit move of a project to another published version of a procedure."""

    procedure_id: Uuid
    reason: Text


class ProcedureChangedOut(TypedDict):
    """The procedure a project goes by now, and what may be done next."""

    project_id: str
    project_version: int
    from_procedure_id: str
    procedure_id: str
    stage: str
    stage_label: str
    deadline: DeadlineOut | None
    allowed_actions: list[AllowedActionOut]
    event_id: str
    recorded_at: datetime
    sequence: int


class MovedOut(StageTransitionOut):
    """A step just taken, and where the project stands now."""

    recorded_at: datetime
    sequence: int
    project_version: int
    stage: str
    stage_label: str
    deadline: DeadlineOut | None
    allowed_actions: list[AllowedActionOut]


class ConfirmationIn(In):
    """A second person's yes to a move from the stage he sees."""

    move: Code
    from_stage: Annotated[Code, Field(description="确认人认为项目所处的环节 · the stage you decided from")]


class ConfirmationOut(TypedDict):
    """A second person's yes; it lapses when the stage changes."""

    project_id: str
    move: str
    from_stage: str
    role: str
    person: str
