"""What goes over the wire about projects."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from app.answers import ActionOut, DurationOut
from app.domain.attributes import EiaCategory, SoilPlanKind
from app.domain.identifiers import read_credit_code, read_project_code
from app.domain.industries import read_industry_code
from app.domain.vocabulary import (
    ApprovalMode,
    ConstructionNature,
    FundNature,
    LandMode,
    LeadSource,
    ProcessClass,
)
from app.pages import PageIn
from app.private.queries import TextOut
from app.wire import Code, Day, In, Line, MomentIn, Money, Patch, Some, Text, Truth, Uuid, Whole, read_by

Industry = Annotated[
    str,
    Field(max_length=8, description="GB/T 4754 门类与代码，如 C3985 · section and class"),
    read_by(lambda text: read_industry_code(text).code),
]
CreditCode = Annotated[
    str, Field(max_length=40, description="统一社会信用代码 · GB 32100"), read_by(read_credit_code)
]
ProjectCodeText = Annotated[
    str,
    Field(
        max_length=40,
        description="国家投资项目代码；可不带连字符、可为全角；校验位不符只警告 · hyphens optional; a wrong "
        "check digit only warns",
    ),
    read_by(lambda text: read_project_code(text).canonical),
]


class AttributesIn(In):
    """Facts that decide which approval items apply; null means unknown, so the item is only proposed."""

    eia_category: EiaCategory | None = None
    is_special_construction: Truth | None = None
    has_basement_shelter: Truth | None = None
    crosses_waterway: Truth | None = None
    near_highway: Truth | None = None
    in_heritage_zone: Truth | None = None
    is_super_high_rise: Truth | None = None
    handles_hazardous_chemicals: Truth | None = None
    over_energy_threshold: Truth | None = None
    takes_water: Truth | None = None
    needs_gas: Truth | None = None
    discharges_sewage: Truth | None = None
    covered_by_regional_assessment: Truth | None = None
    starts_on_land: Truth | None = None
    below_permit_threshold: Truth | None = None
    soil_plan_kind: SoilPlanKind | None = None
    merges_supervision: Truth | None = None
    lightning_special: Truth | None = None


class ProjectIn(In):
    """A lead: a project the agency hears of for the first time. No project code is needed yet."""

    contains_state_secrets: Annotated[
        Truth,
        Field(description="必须为 false：涉密项目不得录入 · must be false: secret projects stay outside"),
    ]
    name: Line
    area_code: Code
    owner_uscc: CreditCode | None = None
    owner_name: Line | None = None
    project_code: ProjectCodeText | None = None
    lead_source: LeadSource | None = None
    process_class: ProcessClass | None = None
    approval_mode: ApprovalMode | None = None
    construction_nature: ConstructionNature | None = None
    land_mode: LandMode | None = None
    fund_nature: FundNature | None = None
    industry_code: Industry | None = None
    investment_wan_yuan: Money | None = None
    location: Line | None = None
    content: Text | None = None
    planned_start_on: Day | None = None
    planned_completion_on: Day | None = None
    attributes: AttributesIn = AttributesIn()
    external_ids: Some["ExternalIdIn"] = []
    occurred_at: MomentIn | None = None
    reason: Text | None = None
    evidence: Some[Uuid] = []


class ExternalIdIn(In):
    """The id of the project in another system."""

    source_system: Code
    external_id: Annotated[
        str, StringConstraints(min_length=1, max_length=128, strip_whitespace=True, pattern=r"^[^\n\t]*$")
    ]


class ProjectPatch(Patch):
    """Facts of the record that changed or became known.

    Null empties a field; name, owner and attributes are never emptied, and an attribute not named stays. The
    stage changes by transitions, the code by a new code, actual start and completion by milestones.
    """

    name: Line | None = None
    owner_uscc: CreditCode | None = None
    owner_name: Line | None = None
    process_class: ProcessClass | None = None
    approval_mode: ApprovalMode | None = None
    construction_nature: ConstructionNature | None = None
    land_mode: LandMode | None = None
    fund_nature: FundNature | None = None
    industry_code: Industry | None = None
    investment_wan_yuan: Money | None = None
    location: Line | None = None
    content: Text | None = None
    planned_start_on: Day | None = None
    planned_completion_on: Day | None = None
    attributes: AttributesIn | None = None


class WarningOut(TypedDict):
    """What is odd about a record that was accepted all the same, and the other project it is about."""

    code: str
    detail: str
    project_id: str | None


class AllowedActionOut(ActionOut):
    """A move of the project, for this caller, and the stage it leads to."""

    to_stage: str | None


class DeadlineOut(TypedDict):
    """By when the agency has to act in the present stage, and why."""

    due_on: date | None
    warn_on: date | None
    action: str
    limit: DurationOut
    basis: str
    light: str
    is_running: bool
    is_provisional: bool
    calendar_version: int
    explained_by: str


class ProjectSummaryOut(TypedDict):
    """A project as lists show it."""

    id: str
    version: int
    name: str
    area_code: str
    owner_uscc: str | None
    owner_name: str | None
    project_code: str | None
    stage: str
    service_mode: str | None
    process_class: str | None
    investment_wan_yuan: str | None
    planned_start_on: date | None
    actual_start_on: date | None
    due_on: date | None
    light: str
    explained_by: str
    registered_at: datetime


class ProjectOut(TypedDict):
    """A project record."""

    id: str
    version: int
    name: str
    area_code: str
    owner_uscc: str | None
    owner_name: str | None
    project_code: str | None
    procedure_id: str
    stage: str
    stage_label: str
    stage_entered_at: datetime
    service_mode: str | None
    scope_stages: list[str] | None
    process_class: str | None
    approval_mode: str | None
    construction_nature: str | None
    land_mode: str | None
    fund_nature: str | None
    industry_code: str | None
    investment_wan_yuan: str | None
    location: str | None
    content: TextOut | None
    planned_start_on: date | None
    planned_completion_on: date | None
    actual_start_on: date | None
    actual_completion_on: date | None
    attributes: dict[str, Any]
    lead_source: str | None
    file_number: str | None
    archive_volume: int
    duplicate_of: str | None
    registered_at: datetime
    deadline: DeadlineOut | None
    allowed_actions: list[AllowedActionOut]
    warnings: list[WarningOut]


class ProjectsIn(PageIn):
    """Filters of the project list."""

    stage: list[Code] | None = Field(default=None, max_length=30)
    area: list[Code] | None = Field(default=None, max_length=50)
    process_class: ProcessClass | None = None
    service_mode: Literal["agency", "assistance", "leader_led"] | None = None
    planned_start_on_from: Day | None = None
    planned_start_on_to: Day | None = None
    q: Line | None = None
    sort: Literal["-registered_at", "registered_at", "planned_start_on", "-planned_start_on", "due_on"] = (
        "-registered_at"
    )
    view: Literal["summary", "full"] = "summary"
    include: Literal["total"] | None = None


class ProjectSearchIn(In):
    """What to look for; sensitive identifiers never stand in a URL. At least one criterion; all must fit."""

    owner_uscc: CreditCode | None = None
    project_code: ProjectCodeText | None = None
    source_system: Code | None = None
    external_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    name: Line | None = None
    limit: Annotated[Whole, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None
