"""What goes over the wire about workload and handing over."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from app.pages import PageIn
from app.wire import Code, In, Some, Text, Uuid


class WorkloadBy(StrEnum):
    """What workload is told by."""

    AREA = "area"
    DEPARTMENT = "department"
    AGENT = "agent"


class WorkloadIn(PageIn):
    """Workload by area, department or agent."""

    by: WorkloadBy = WorkloadBy.AREA
    area: list[Code] | None = Field(default=None, max_length=50)


class ItemLightsOut(TypedDict):
    """Undecided items by the colour of their time."""

    red: int
    yellow: int
    green: int
    paused: int
    not_started: int
    no_limit: int


class WorkloadOut(TypedDict):
    """What somebody carries. ``key`` is an area, a department, or a person by his key.

    ``is_valid`` is false of a person who is no valid operator any more and still has something open.
    """

    key: str
    is_valid: bool
    projects: int
    items: ItemLightsOut
    due_soon: int
    issues: int
    conclusions: int
    bad_reviews: int
    complaints: int
    notices: int


class OpenWorkOut(TypedDict):
    """Something open in somebody's name. ``follows`` goes with the assignment to its project by itself."""

    kind: str
    label: str
    id: str
    project_id: str | None
    area_code: str
    follows: bool
    path: str | None


class WorkHandOverIn(In):
    """Who takes over, why, and of what: everything, or only what is named."""

    to_operator_id: Uuid
    reason: Text
    open_tasks: Annotated[Text, Field(description="未了事项说明 · what is still to be done")] | None = None
    only: (
        Annotated[
            list[Uuid],
            Field(min_length=1, max_length=1000, description="仅交接所列各项 · left out: everything"),
        ]
        | None
    ) = None
    evidence: Some[Uuid] = []


class HandedOverOut(TypedDict):
    """One thing that was handed over; ``new_id`` is the new assignment, where one was made."""

    kind: str
    id: str
    project_id: str | None
    new_id: str | None


class WorkHandOverOut(TypedDict):
    """A hand-over: everything named by id, and how much is still open in the name of who leaves."""

    id: str
    from_person: str
    to_person: str
    handed_over_at: datetime
    handed_over: list[HandedOverOut]
    left: int
