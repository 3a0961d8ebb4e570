"""What goes over the wire about today's work and absences."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from app.answers import WordsOut
from app.domain.standing import Role
from app.domain.tasks import TaskKind
from app.pages import PageIn
from app.wire import Code, Day, In, Uuid


class TasksIn(PageIn):
    """Whose work is asked for; nothing named is the caller's own."""

    operator: Uuid | None = Field(default=None, description="某一操作人员 · of one operator")
    role: Role | None = Field(default=None, description="某一角色的全部任务 · of everybody in a role")
    department: Code | None = Field(default=None, description="某一部门 · of one department")
    kind: list[TaskKind] | None = Field(default=None, max_length=len(TaskKind))


class CallOut(TypedDict):
    """A call that does it; ``action`` goes into the body as the move or action, null where none is named."""

    action: str | None
    label: str
    method: str
    path: str


class TaskProjectOut(TypedDict):
    """The project a task is about."""

    id: str
    name: str


class TaskItemOut(TypedDict):
    """The approval item a task is about."""

    item_case_id: str
    item_code: str
    name: WordsOut


class TaskOut(TypedDict):
    """Something to do. ``on_behalf_of`` is who is absent; ``explained_by`` is what explains it."""

    id: str
    kind: str
    label: str
    project: TaskProjectOut
    item: TaskItemOut | None
    due_on: date | None
    light: str
    why: str
    on_behalf_of: str | None
    calls: list[CallOut]
    explained_by: str


class AbsenceIn(In):
    """Days on which somebody does not serve; without a substitute the backup agent stands in."""

    operator_id: Uuid
    begins_on: Day
    through: Day
    substitute_id: Annotated[
        Uuid | None, Field(description="代理人；不填由B角代理 · who stands in; else the backup agent")
    ] = None


class AbsenceEndIn(In):
    """Nothing is asked: from today on the person is back."""


class AbsencesIn(PageIn):
    """Filters of the list of absences."""

    operator: Uuid | None = None
    on: Day | None = None


class AbsenceOut(TypedDict):
    """An absence; from ``ended_on`` on the person is back."""

    id: str
    version: int
    area_code: str
    operator_id: str
    person: str
    substitute_id: str | None
    substitute: str | None
    begins_on: date
    through: date
    ended_on: date | None
    recorded_by: str
    recorded_at: datetime
