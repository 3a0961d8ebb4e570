"""What goes over the wire about evaluations."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from app.domain.vocabulary import Channel, EvaluationDimension, EvaluationRound, Level
from app.pages import PageIn
from app.private.queries import TextOut
from app.wire import Code, In, Text, Uuid


class EvaluationIn(In):
    """The owner's evaluation of one service rendered. Levels are named; bare numbers are refused."""

    project_id: Uuid
    mode: Annotated[
        Literal["named"], Field(description="目前仅提供实名评价 · only named ones are offered yet")
    ]
    occurrence: Annotated[
        Uuid, Field(description="所评价环节流转的事件编号 · event of the stage transition that is evaluated")
    ]
    level: Level
    dimensions: dict[EvaluationDimension, Level] = {}
    text: Text | None = None
    channel: Channel
    round: EvaluationRound = EvaluationRound.FIRST


class EvaluationsIn(PageIn):
    """Filters of the list of evaluations."""

    project: Uuid | None = None
    level: list[Level] | None = Field(default=None, max_length=5)
    area: list[Code] | None = Field(default=None, max_length=50)
    round: EvaluationRound | None = None


class EvaluationOut(TypedDict):
    """An evaluation; what its mode keeps to itself is null. ``subject`` is the move that was evaluated."""

    id: str
    version: int
    mode: str
    round: str
    area_code: str
    project_id: str | None
    occurrence: str | None
    item_case_id: str | None
    subject: str
    handler: str | None
    rater: str | None
    level: str
    dimensions: dict[str, str]
    text: TextOut | None
    channel: str | None
    month: str
    evaluated_at: datetime | None
