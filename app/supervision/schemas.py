"""What goes over the wire about supervision notices."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from app.answers import DurationOut, WordsOut
from app.domain.supervision import MOST_REPLY_DAYS, REPLY_DAYS
from app.domain.supervision_terms import NoticeAct, NoticeEffect, NoticeState, NoticeSubject
from app.handling.schemas import CaseActOut, CaseClockOut, HandlingStepOut
from app.pages import PageIn
from app.private.queries import TextOut
from app.stages.schemas import PauseOut
from app.wire import Code, In, Some, Text, Uuid, Whole


class NoticeIn(In):
    """A notice about an item case, or about the stage that a project is in; name one of the two."""

    item_case_id: Uuid | None = None
    project_id: Annotated[Uuid, Field(description="督办项目所处环节 · about its present stage")] | None = None
    text: Annotated[Text, Field(description="督办要求 · what is asked for")]
    reply_days: Annotated[
        Whole, Field(ge=1, le=MOST_REPLY_DAYS, description="答复期限（工作日） · working days to reply in")
    ] = REPLY_DAYS


class NoticeActionIn(In):
    """An act on a notice, from the state the caller sees; which facts it tells depends on the act."""

    action: NoticeAct
    from_state: Annotated[Code, Field(description="调用方认为所处的状态 · the state you decided from")]
    effect: NoticeEffect | None = None
    text: Text | None = None
    evidence: Some[Uuid] = []


class NoticesIn(PageIn):
    """Filters of the list of notices."""

    state: list[NoticeState] | None = Field(default=None, max_length=5)
    subject: NoticeSubject | None = None
    area: list[Code] | None = Field(default=None, max_length=50)
    department: Code | None = None
    project: Uuid | None = None
    item_case: Uuid | None = None


class CandidatesIn(PageIn):
    """Filters of what could be supervised."""

    subject: NoticeSubject | None = None
    area: list[Code] | None = Field(default=None, max_length=50)
    department: Code | None = None


class NoticedClockOut(TypedDict):
    """The clock as it stood when the notice was issued; it stays what it was.

    ``explained_by`` prints the sum as it was known then.
    """

    rule: str
    rule_label: str
    basis: str
    anchor_on: date
    began_on: date
    limit: DurationOut
    extended_by: int
    budget: int
    consumed: int
    overdue_by: int
    due_on: date | None
    light: str
    as_of: date
    pauses: list[PauseOut]
    calendar_code: str
    calendar_version: int
    is_provisional: bool
    explained_by: str


class NoticeSummaryOut(TypedDict):
    """A notice as lists show it. ``clock`` is the limit running now: for the reply, or for judging it.

    Without ``department_code`` it is addressed to the agency. ``undoing`` is why it was withdrawn by itself.
    """

    id: str
    version: int
    subject: str
    project_id: str
    project_name: str
    area_code: str
    owner_uscc: str | None
    item_case_id: str | None
    item_code: str | None
    stage: str | None
    name: WordsOut
    department_code: str | None
    state: str
    state_label: str
    effect: str | None
    issued_by: str
    issued_at: datetime
    reply_days: int
    replier: str | None
    replied_on: date | None
    replied_in_time: bool | None
    judged_on: date | None
    closed_on: date | None
    withdrawn_on: date | None
    undoing: str | None
    undoing_label: str | None
    noticed: NoticedClockOut
    clock: CaseClockOut | None


class NoticeOut(NoticeSummaryOut):
    """A notice, with its limits and what this caller could do next and why not."""

    text: TextOut | None
    clocks: list[CaseClockOut]
    allowed_actions: list[CaseActOut]


class NoticeStepTakenOut(HandlingStepOut):
    """A step just taken, and the notice as it stands now."""

    notice: NoticeOut


class CandidateOut(TypedDict):
    """Something red that nobody has been urged about: which clock has run out, when, and the sum of it."""

    subject: str
    project_id: str
    project_name: str
    area_code: str
    item_case_id: str | None
    item_code: str | None
    stage: str | None
    name: WordsOut
    department_code: str | None
    rule: str
    rule_label: str
    due_on: date
    days_overdue: int
    why: str
    explained_by: str
