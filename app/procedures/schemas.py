"""What goes over the wire about service procedures."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from app.answers import ActionOut, WordsOut
from app.domain.shapes import CODE_FORM, CODE_LENGTH
from app.pages import PageIn
from app.problems import FaultOut
from app.wire import Code, Day, In

ProcedureCode = Annotated[str, Field(pattern=f"^{CODE_FORM.pattern}$", max_length=CODE_LENGTH)]
Document = Annotated[
    Any, Field(description="流程文档：环节与办理动作 · stages and moves; see GET for the packaged one")
]


class ProcedureDocumentIn(In):
    """A document of a service procedure; what is wrong with it is told by its own pointers."""

    document: Document


class ProcedureIn(ProcedureDocumentIn):
    """A draft of a service procedure for one area; areas below inherit it once it is published."""

    code: ProcedureCode
    area_code: Code


class PublicationIn(In):
    """From which day the version applies to new projects."""

    effective_from: Day


class ProceduresIn(PageIn):
    """Filters of the list of procedures."""

    area: list[Code] | None = Field(default=None, max_length=50)
    code: ProcedureCode | None = None
    state: Literal["draft", "published"] | None = None


class FaultsOut(TypedDict):
    """What a check of a document found; nothing was written."""

    is_valid: bool
    faults: list[FaultOut]


class DescribedOut(TypedDict):
    """A guard or an effect that the procedure uses, and what it means."""

    code: str
    zh: str
    en: str


class MoveOut(TypedDict):
    """A move from one stage, and what it asks for as a strict JSON schema."""

    move: str
    from_stage: str
    to_stage: str
    input_schema: dict[str, Any]


class ProcedureSummaryOut(TypedDict):
    """A version of a service procedure as lists show it."""

    id: str
    version: int
    code: str
    number: int
    area_code: str
    name: WordsOut
    state: str
    effective_from: date | None
    created_at: datetime
    published_at: datetime | None


class ProcedureOut(ProcedureSummaryOut):
    """A version of a service procedure, with what its document compiles to."""

    document: dict[str, Any]
    moves: list[MoveOut]
    guards: list[DescribedOut]
    effects: list[DescribedOut]
    allowed_actions: list[ActionOut]
