"""What goes over the wire about stage transitions."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

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


class MovedOut(StageTransitionOut):
    """A step just taken, and where the project stands now."""

    recorded_at: datetime
    sequence: int
    project_version: int
    stage: str
    stage_label: str
    deadline: DeadlineOut | None
    allowed_actions: list[AllowedActionOut]
