"""What goes over the wire about consultations."""

from datetime import date
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from app.coordination.schemas import ConclusionSummaryOut, Days, OfficeCode, ResponsibleId
from app.domain.coordination_terms import ConsultationAct, ConsultationState, CoordinationLevel
from app.handling.schemas import CaseActOut, HandlingStepOut
from app.pages import PageIn
from app.private.queries import TextOut
from app.wire import Code, Day, In, Line, Text, Uuid


class ConsultationIn(In):
    """A consultation about a project: on which level, when, who is asked to come, and about which issues."""

    title: Line
    level: CoordinationLevel
    held_on: Annotated[Day, Field(description="召开日期，可为将来 · the day, also one to come")]
    departments: Annotated[list[Code], Field(min_length=1, max_length=30)]
    participants: Annotated[
        list[Line],
        Field(max_length=50, description="其他参会单位和人员，仅存于私密存储 · others, kept private"),
    ] = []
    issues: Annotated[list[Uuid], Field(max_length=50, description="议题 · the agenda")] = []


class ConclusionIn(In):
    """A conclusion: what has to be done, by whom, until when; ``issue_id`` is on the agenda."""

    text: Text
    responsible_id: ResponsibleId | None = None
    department_code: OfficeCode | None = None
    days: Days
    issue_id: Uuid | None = None


class ConsultationActionIn(In):
    """An act on a consultation, from the state the caller sees; which facts it tells depends on the act."""

    action: ConsultationAct
    from_state: Annotated[Code, Field(description="调用方认为所处的状态 · the state you decided from")]
    held_on: Annotated[Day, Field(description="实际召开日期 · the day it was held")] | None = None
    text: Annotated[Text, Field(description="纪要；取消时为原因 · the minutes, or why not")] | None = None
    file_id: Annotated[Uuid, Field(description="纪要文件 · the minutes as a file")] | None = None
    conclusions: Annotated[list[ConclusionIn], Field(max_length=30)] = []


class ConsultationsIn(PageIn):
    """Filters of the list of consultations."""

    state: list[ConsultationState] | None = Field(default=None, max_length=3)
    level: list[CoordinationLevel] | None = Field(default=None, max_length=5)
    area: list[Code] | None = Field(default=None, max_length=50)
    project: Uuid | None = None
    held_from: Day | None = None
    held_to: Day | None = None


class ConsultationSummaryOut(TypedDict):
    """A consultation as lists show it."""

    id: str
    version: int
    project_id: str
    area_code: str
    title: TextOut | None
    level: str
    level_label: str
    held_on: date
    state: str
    state_label: str
    convened_by: str
    departments: list[str]
    issues: list[str]


class ConsultationOut(ConsultationSummaryOut):
    """A consultation with minutes and conclusions, and what this caller could do next."""

    participants: list[TextOut]
    minutes: TextOut | None
    file_id: str | None
    conclusions: list[ConclusionSummaryOut]
    allowed_actions: list[CaseActOut]


class ConsultationStepTakenOut(HandlingStepOut):
    """A step just taken, and the consultation as it stands now."""

    consultation: ConsultationOut
