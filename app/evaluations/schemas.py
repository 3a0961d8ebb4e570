"""What goes over the wire about evaluations."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from typing_extensions import TypedDict

from app.domain.evaluations import CodeSystem, LevelMalformed, level_of
from app.domain.vocabulary import Channel, EvaluationDimension, EvaluationRound, Level
from app.pages import PageIn
from app.private.queries import TextOut
from app.wire import Code, In, Text, Uuid


def _level(value: Any) -> Level:
    """Read a level by its name, or by a number together with the system it counts in."""
    try:
        return level_of(value)
    except LevelMalformed as refusal:
        raise ValueError(refusal) from None


LEVELS: list[str] = [level.value for level in Level]
_NUMBERED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "number": {"type": "integer", "minimum": 1, "maximum": 5},
        "code_system": {"type": "string", "enum": [system.value for system in CodeSystem]},
    },
    "required": ["number", "code_system"],
    "additionalProperties": False,
}
LevelIn = Annotated[
    Level,
    BeforeValidator(_level),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "enum": LEVELS}, _NUMBERED],
            "description": "等级名称；用数字时须注明编码体系（national_2019:5 最好；gbt39046_2020:1 最好） · "
            "by name, or by number with its code system: in national_2019 5 is best, in gbt39046_2020 1",
        }
    ),
]


class EvaluationIn(In):
    """The owner's evaluation of one service rendered. Levels are named; bare numbers are refused."""

    project_id: Uuid
    mode: Annotated[
        Literal["named"],
        Field(
            description="接口仅接收实名评价；保密和匿名评价由评价人在评价页面作出 · "
            "named ones only: confidential and anonymous ones are given on the page of an invitation"
        ),
    ]
    occurrence: Annotated[
        Uuid,
        Field(
            description="所评价服务的事件编号（环节流转或事项办结） · event of the service that is evaluated"
        ),
    ]
    level: LevelIn
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
    """An evaluation; what its mode keeps to itself is null.

    ``subject`` is the move or item that was evaluated, ``merged`` when too few were about it. The text of a
    confidential one and the contact of a named one are for the roles that need them.
    """

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
    contact: TextOut | None
    channel: str | None
    month: str
    evaluated_at: datetime | None


class SightIn(In):
    """Why a verifier looks behind a confidential evaluation."""

    reason: Text


class SightOut(TypedDict):
    """What a confidential evaluation is about, shown once to its verifier; null when it was erased."""

    evaluation_id: str
    project_id: str | None
    occurrence: str | None
    item_case_id: str | None
    handler: str | None
    text: TextOut | None
    event_id: str
    sequence: int
