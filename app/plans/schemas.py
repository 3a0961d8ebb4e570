"""What goes over the wire about service plans."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from app.private.queries import TextOut
from app.wire import Code, Day, In, Some, Text, Uuid


class PlanIn(In):
    """A new version of the service plan."""

    document_id: Annotated[Uuid, Field(description="方案文件编号 · id of the plan's file")]
    planned_start_on: Annotated[Day, Field(description="计划开工日期(基线) · the baseline once approved")]
    planned_completion_on: Day | None = None
    departments: Annotated[list[Code], Field(max_length=40, description="参与部门 · departments taking part")]
    reason: (
        Annotated[Text, Field(description="变更理由,第二版起必填 · from the second version on")] | None
    ) = None


class OwnerConfirmationIn(In):
    """The owner's consent; recorded by an officer it needs evidence."""

    evidence: Some[Uuid] = []


class ApprovalIn(In):
    """The approval of a plan."""

    evidence: Some[Uuid] = []


class PlanOut(TypedDict):
    """A version of the service plan. ``is_first_baseline`` marks the one the headline figure counts from."""

    id: str
    project_id: str
    version: int
    number: int
    state: str
    is_latest: bool
    document_id: str
    planned_start_on: date
    planned_completion_on: date | None
    departments: list[str]
    reason: TextOut | None
    author: str
    drafted_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    is_first_baseline: bool
    confirmed_by: str | None
    confirmed_at: datetime | None
    confirmation_evidence: list[str]
