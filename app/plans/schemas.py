"""What goes over the wire about service plans."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from app.answers import DurationOut, WordsOut
from app.domain.plan_content import AdjustmentAction
from app.private.queries import TextOut
from app.wire import Code, Day, DurationIn, In, Line, Some, Text, Uuid

ItemCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,7}(-[A-Z0-9]{1,8}){1,3}$", max_length=64)]


class WaiverIn(In):
    """Lets a prerequisite go; whoever approves the plan approves it."""

    legal_basis: Line


class AdjustmentIn(In):
    """One adjustment of the plan's items, with its reason.

    ``parallel_to``: prerequisites it no longer waits for; ``after``: items it waits for besides. Letting go a
    prerequisite takes a waiver; ``stand_in`` takes evidence (title, lease) or a waiver.
    """

    item: ItemCode
    action: AdjustmentAction
    handling: Annotated[DurationIn, Field(description="办理时长 · its department's time")] | None = None
    preparation: Annotated[DurationIn, Field(description="准备时长 · before it is filed")] | None = None
    department: Code | None = None
    parallel_to: Annotated[list[ItemCode], Field(max_length=20)] = []
    after: Annotated[list[ItemCode], Field(max_length=20)] = []
    waiver: WaiverIn | None = None
    evidence: Some[Uuid] = []
    reason: Text


class ContentIn(In):
    """What the plan's items are made from: the catalogue's template, or the version before; then adjusted."""

    based_on: Literal["template", "previous"]
    adjustments: Annotated[list[AdjustmentIn], Field(max_length=200)] = []


class PlanIn(In):
    """A new version of the service plan."""

    document_id: Annotated[Uuid, Field(description="方案文件编号 · id of the plan's file")]
    planned_start_on: Annotated[Day, Field(description="计划开工日期（基线） · the baseline once approved")]
    planned_completion_on: Day | None = None
    departments: Annotated[list[Code], Field(max_length=40, description="参与部门 · departments taking part")]
    content: (
        Annotated[ContentIn, Field(description="事项内容；可省略 · left out: a document only")] | None
    ) = None
    reason: (
        Annotated[Text, Field(description="变更理由，第二版起必填 · from the second version on")] | None
    ) = None


class OwnerConfirmationIn(In):
    """The owner's consent; recorded by an officer it needs evidence."""

    evidence: Some[Uuid] = []


class ApprovalIn(In):
    """The approval of a plan."""

    evidence: Some[Uuid] = []


class OpenPointOut(TypedDict):
    """One thing that keeps the plan from being approved; ``dependent`` is who waits for the item."""

    kind: str
    item: str
    dependent: str | None
    detail: str


class ProposedOut(TypedDict):
    """An item that may apply and is not in the plan; ``unknown`` names the facts that would settle it."""

    item: str
    name: WordsOut
    why: str
    unknown: list[str]


class PlanContentOut(TypedDict):
    """What the items were made from, in figures, and what is still open while the plan is a draft.

    Items and their timetable stand under ``/items``, adjustments with their reasons under ``/changes``.
    ``proposed`` and ``open_points`` go by what the record says now; they are empty once a plan is approved.
    """

    based_on: str
    catalogue_versions: list[str]
    items: int
    cases: int
    adjustments: int
    assumed_preparations: int
    unknown_handlings: int
    without_department: int
    waivers: int
    ruled_out: list[str]
    proposed: list[ProposedOut]
    open_points: list[OpenPointOut]


class PlanOut(TypedDict):
    """A version of the service plan. ``is_first_baseline`` marks the one the headline figure counts from."""

    id: str
    project_id: str
    version: int
    number: int
    state: str
    is_latest: bool
    document_id: str
    planned_start_on: date
    planned_completion_on: date | None
    departments: list[str]
    content: PlanContentOut | None
    reason: TextOut | None
    author: str
    drafted_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    is_first_baseline: bool
    confirmed_by: str | None
    confirmed_at: datetime | None
    confirmation_evidence: list[str]


class PlanNeedOut(TypedDict):
    """A prerequisite: one of ``any_of``; none there means that nothing can satisfy it yet."""

    kind: str
    any_of: list[str]


class EstimateOut(TypedDict):
    """How long something is expected to take, and what that rests on."""

    duration: DurationOut
    basis: str


class PlanLimitOut(TypedDict):
    """A limit for handling the item, as the plan froze it."""

    duration: DurationOut
    extension: int
    anchor: str
    bearer: str
    basis: WordsOut


class WaiverOut(TypedDict):
    """A prerequisite that was let go: which, on what legal basis, why, and who approved it."""

    item: str
    legal_basis: str
    reason: TextOut | None
    approved_by: str | None


class PlanTimesOut(TypedDict):
    """When the item is planned, counted from the day the plan was drafted; ``is_estimated`` marks guesses.

    ``is_assumed``: a duration that nobody gave counts as nothing behind these days.
    """

    filing_on: date | None
    finish_on: date | None
    latest_filing_on: date | None
    is_critical: bool
    is_estimated: bool
    is_assumed: bool
    is_provisional: bool
    calendar_version: int
    explained_by: str


class PlanItemOut(TypedDict):
    """An item of the plan: its place on the road, its time, and who is responsible."""

    code: str
    name: WordsOut
    kind: str
    milestone: str | None
    approval_stage: str
    needs: list[PlanNeedOut]
    waivers: list[WaiverOut]
    preparation: EstimateOut
    handling: EstimateOut | None
    statutory: PlanLimitOut | None
    promised: PlanLimitOut | None
    planned: PlanTimesOut
    department: str | None
    bearer: str
    agent: str | None
    materials: list[str]


class PlanChangeReasonOut(TypedDict):
    """An adjustment that was made to the item in this version, and why."""

    action: str
    legal_basis: str | None
    evidence: list[str]
    reason: TextOut | None


class PlanChangeOut(TypedDict):
    """What became of an item since the version before; ``fields`` names what differs.

    ``action`` is null where an adjustment left the item as it was.
    """

    item: str
    name: WordsOut | None
    action: str | None
    fields: list[str]
    adjustments: list[PlanChangeReasonOut]


class DayChangeOut(TypedDict):
    """A date of the plan in the version before, and in this one."""

    before: date | None
    now: date | None


class PlanChangesOut(TypedDict):
    """What a version changed against the one before, and why."""

    number: int
    previous: int | None
    reason: TextOut | None
    planned_start_on: DayChangeOut
    planned_completion_on: DayChangeOut
    departments_added: list[str]
    departments_dropped: list[str]
    items: list[PlanChangeOut]
