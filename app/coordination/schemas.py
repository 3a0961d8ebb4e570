"""What goes over the wire about issues and conclusions."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from app.answers import DurationOut
from app.domain.coordination import MOST_DAYS
from app.domain.coordination_terms import CoordinationLevel, DutyAct, DutyState
from app.handling.schemas import CaseActOut, HandlingStepOut
from app.pages import PageIn
from app.private.queries import TextOut
from app.wire import Code, In, Line, Some, Text, Uuid, Whole

Days = Annotated[Whole, Field(ge=1, le=MOST_DAYS, description="期限，工作日 · time allowed, in working days")]
ResponsibleId = Annotated[Uuid, Field(description="责任人，与责任单位二选一 · the operator responsible")]
OfficeCode = Annotated[Code, Field(description="责任单位，与责任人二选一 · or the department responsible")]
Person = Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_.:@-]+$")]


class IssueIn(In):
    """An issue: what is wrong, on which level, and who answers for it: a person or a department."""

    title: Line
    text: Text
    level: CoordinationLevel = CoordinationLevel.ACCEPTING_DEPARTMENT
    responsible_id: ResponsibleId | None = None
    department_code: OfficeCode | None = None
    days: Days | None = None
    item_case_id: Annotated[Uuid, Field(description="所涉事项办件 · the item case it is about")] | None = None
    reason: (
        Annotated[Text, Field(description="直接提到上级的理由 · why it begins above the first level")] | None
    ) = None


class IssueActionIn(In):
    """An act on an issue, from the state the caller sees; which facts it tells depends on the act."""

    action: DutyAct
    from_state: Annotated[Code, Field(description="调用方认为所处的状态 · the state you decided from")]
    level: CoordinationLevel | None = None
    responsible_id: ResponsibleId | None = None
    department_code: OfficeCode | None = None
    days: Days | None = None
    text: Text | None = None
    evidence: Some[Uuid] = []


class ConclusionActionIn(In):
    """An act on a conclusion, from the state the caller sees; which facts it tells depends on the act."""

    action: Literal["report", "hand_over", "reschedule", "resolve", "close", "reopen"]
    from_state: Annotated[Code, Field(description="调用方认为所处的状态 · the state you decided from")]
    responsible_id: ResponsibleId | None = None
    department_code: OfficeCode | None = None
    days: Days | None = None
    text: Text | None = None
    evidence: Some[Uuid] = []


class DutiesIn(PageIn):
    """Filters that lists of issues and of conclusions share."""

    state: list[DutyState] | None = Field(default=None, max_length=3)
    area: list[Code] | None = Field(default=None, max_length=50)
    department: Code | None = None
    responsible: Person | None = None
    project: Uuid | None = None
    overdue: Annotated[bool, Field(description="只列逾期未解决的 · only what is open and late")] = False


class IssuesIn(DutiesIn):
    """Filters of the list of issues."""

    level: list[CoordinationLevel] | None = Field(default=None, max_length=5)
    item_case: Uuid | None = None


class ProjectIssuesIn(PageIn):
    """Filters of the issues of one project."""

    state: list[DutyState] | None = Field(default=None, max_length=3)


class ConclusionsIn(DutiesIn):
    """Filters of the list of conclusions."""

    issue: Uuid | None = None
    consultation: Uuid | None = None


class DueDayOut(TypedDict):
    """The day until which it is owed, agreed when it was set. ``explained_by`` prints the sum."""

    anchor_on: date
    duration: DurationOut
    due_on: date
    warn_on: date
    light: str
    is_provisional: bool
    calendar_version: int
    explained_by: str


class DutyOut(TypedDict):
    """What an issue and a conclusion have in common; ``department_code`` null: the agency's."""

    id: str
    version: int
    project_id: str
    area_code: str
    responsible: str | None
    department_code: str | None
    state: str
    state_label: str
    due: DueDayOut
    resolver: str | None
    resolved_on: date | None
    closed_on: date | None


class IssueSummaryOut(DutyOut):
    """An issue as lists show it; ``rank`` is the place of its level on the ladder, from 1."""

    title: TextOut | None
    level: str
    level_label: str
    rank: int
    item_case_id: str | None
    raised_by: str
    raised_on: date


class IssueOut(IssueSummaryOut):
    """An issue with what this caller could do next, and why not."""

    text: TextOut | None
    reason: TextOut | None
    open_conclusions: int
    allowed_actions: list[CaseActOut]


class IssueStepTakenOut(HandlingStepOut):
    """A step just taken, and the issue as it stands now."""

    issue: IssueOut


class ConclusionSummaryOut(DutyOut):
    """A conclusion as lists show it."""

    consultation_id: str
    number: int
    issue_id: str | None
    text: TextOut | None


class ConclusionOut(ConclusionSummaryOut):
    """A conclusion with what this caller could do next, and why not."""

    allowed_actions: list[CaseActOut]


class ConclusionStepTakenOut(HandlingStepOut):
    """A step just taken, and the conclusion as it stands now."""

    conclusion: ConclusionOut
