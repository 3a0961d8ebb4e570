"""What the form of the page sends."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from app.domain.vocabulary import EvaluationMode, Level
from app.wire import In


def _or_nothing(value: Any) -> Any:
    """Read a field left empty as one that is not there: forms send every field they have."""
    return None if isinstance(value, str) and not value.strip() else value


def _lines(value: Any) -> Any:
    """Write line ends as everywhere else; forms send them as CR LF."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


Words2000 = Annotated[
    Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)] | None,
    BeforeValidator(_or_nothing),
    BeforeValidator(_lines),
]
Name = Annotated[
    Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)] | None,
    BeforeValidator(_or_nothing),
]
Phone = Annotated[
    Annotated[
        str, StringConstraints(max_length=32, strip_whitespace=True, pattern=r"^\+?[0-9][0-9 \-]{4,30}$")
    ]
    | None,
    BeforeValidator(_or_nothing),
]


class RatingIn(In):
    """What a rater says on the page. Only a named one leaves a name and a phone; others lose them here."""

    mode: EvaluationMode
    level: Level
    text: Words2000 = None
    name: Name = None
    phone: Phone = None

    @model_validator(mode="after")
    def _is_anonymous_without_a_name(self) -> Self:
        if self.mode is EvaluationMode.NAMED:
            return self
        return self.model_copy(update={"name": None, "phone": None})


class FollowOnIn(In):
    """A second thought, by receipt."""

    receipt: Annotated[str, Field(min_length=1, max_length=64)]
    level: Level
    text: Words2000 = None


class ReviewIn(In):
    """The rater's look at his bad review, by receipt; ``action`` is the button he pressed."""

    receipt: Annotated[str, Field(min_length=1, max_length=64)]
    action: Literal["look", "confirm", "reopen"] = "look"
    text: Words2000 = None
