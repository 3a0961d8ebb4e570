"""What goes over the wire about the catalogue of approval items."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from app.answers import ActionOut, DurationOut, WordsOut
from app.domain.vocabulary import ApprovalMode, LandMode, ProcessClass
from app.pages import PageIn
from app.wire import Code, Day, In

Condition = Annotated[
    dict[str, Any] | None,
    Field(description="适用条件，null 为总是 · attribute/is, all, any, not, agent_decides; null is always"),
]


class CatalogueDocumentIn(In):
    """A catalogue document: the whole at the root, below only what the area changes, adds and removes."""

    document: Annotated[
        Any, Field(description="items、materials、removed；逐键覆盖上级 · laid over key by key")
    ]


class VersionIn(CatalogueDocumentIn):
    """A draft of an area's catalogue; areas below inherit it once it is published."""

    area_code: Code


class CataloguePublicationIn(In):
    """From which day the version applies to new plans."""

    effective_from: Day


class VersionsIn(PageIn):
    """Filters of the list of versions."""

    area: list[Code] | None = Field(default=None, max_length=50)
    state: Literal["draft", "published"] | None = None


class PlaceIn(BaseModel):
    """Whose catalogue, in force on which day (default: today)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    area: Code
    on: Day | None = None


class ItemsIn(PageIn):
    """Filters of the list of items."""

    area: Code
    on: Day | None = None
    approval_stage: list[Literal["0", "1", "2", "3", "4"]] | None = Field(default=None, max_length=5)


class TemplateIn(PlaceIn):
    """For which projects; what is left out is unknown."""

    process_class: ProcessClass
    land_mode: LandMode | None = None
    approval_mode: ApprovalMode | None = None


class CatalogueVersionSummaryOut(TypedDict):
    """A version of a catalogue as lists show it."""

    id: str
    version: int
    area_code: str
    number: int
    name: WordsOut
    state: str
    effective_from: date | None
    created_at: datetime
    published_at: datetime | None


class CatalogueVersionOut(CatalogueVersionSummaryOut):
    """A version of a catalogue with its document, as it was given."""

    document: dict[str, Any]
    allowed_actions: list[ActionOut]


class CatalogueNeedOut(TypedDict):
    """A prerequisite: one of ``any_of``; it counts unless ``when`` is known not to hold."""

    kind: str
    any_of: list[str]
    when: Condition


class CatalogueLimitOut(TypedDict):
    """A limit, its basis and how sure it is; of several, the first whose ``when`` is not false."""

    duration: DurationOut
    extension: int
    anchor: str
    bearer: str
    basis: WordsOut
    certainty: str
    when: Condition


class ExcludedOut(TypedDict):
    """Time that the limit does not count, at most so long (null: no bound was found)."""

    name: WordsOut
    at_most: DurationOut | None
    certainty: str


class RenewalOut(TypedDict):
    """How often a validity may be renewed, and by how much at most each time."""

    times: int
    at_most: DurationOut


class CatalogueValidityOut(TypedDict):
    """How long the decision stays valid; ``is_undone_by_start``: used up by the start of works."""

    duration: DurationOut
    basis: WordsOut
    is_undone_by_start: bool
    renewal: RenewalOut | None


class CatalogueMaterialOut(TypedDict):
    """A paper the item asks for; entered once per project whatever the number of items."""

    code: str
    name: WordsOut
    supplier: str
    result_of: list[str]
    may_be_supplemented: bool
    basis: WordsOut


class CatalogueItemOut(TypedDict):
    """An approval item of the catalogue in force; ``department`` is who holds it in the area asked for."""

    code: str
    name: WordsOut
    approval_stage: str
    kind: str
    milestone: str | None
    classes: list[str]
    holder: str | None
    department: str | None
    bearer: str
    applies_when: Condition
    needs: list[CatalogueNeedOut]
    limits: list[CatalogueLimitOut]
    no_limit: WordsOut | None
    excluded: list[ExcludedOut]
    promised: list[CatalogueLimitOut]
    pause_policy: str
    validity: CatalogueValidityOut | None
    preparation: DurationOut | None
    handling: DurationOut | None
    materials: list[CatalogueMaterialOut]


class TemplateItemOut(TypedDict):
    """What a template makes of an item, and why; ``unknown`` names the attributes that would settle it."""

    code: str
    name: WordsOut
    approval_stage: str
    kind: str
    department: str | None
    choice: str
    why: str
    unknown: list[str]


class TemplateOut(TypedDict):
    """The plan template of a class of projects; ``note`` says what the area still has to configure."""

    area_code: str
    on: date
    process_class: str
    land_mode: str | None
    approval_mode: str | None
    catalogue_versions: list[str]
    note: str | None
    selected: int
    proposed: int
    excluded: int
    items: list[TemplateItemOut]


class CoverageGapOut(TypedDict):
    """One thing an area's catalogue lacks."""

    kind: str
    item: str | None
    process_class: str | None
    detail: str


class CoverageOut(TypedDict):
    """What an area lacks before plans from its catalogue can be relied on."""

    area_code: str
    on: date
    catalogue_versions: list[str]
    items: int
    items_without_gap: int
    gaps: list[CoverageGapOut]
