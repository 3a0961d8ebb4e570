"""The answers about item cases, their steps and their clocks."""

from datetime import date, datetime

from typing_extensions import TypedDict

from app.answers import ActionOut, DurationOut, WordsOut
from app.private.queries import TextOut


class FindingOut(TypedDict):
    """Something odd about a case."""

    code: str
    label: str


class LightsOut(TypedDict):
    """A clock in short: when it ends, and its colour today."""

    due_on: date | None
    warn_on: date | None
    light: str


class ItemCaseSummaryOut(TypedDict):
    """An item case as lists show it. ``light``: the worst of both clocks; ``bearer``: whose time it is."""

    id: str
    version: int
    project_id: str
    project_name: str
    area_code: str
    owner_uscc: str | None
    department_code: str | None
    plan_number: int | None
    item_code: str
    work_package_id: str | None
    name: WordsOut
    kind: str
    approval_stage: str
    bearer: str
    round: int
    state: str
    state_label: str
    state_number: str | None
    state_at: datetime | None
    filed_on: date | None
    accepted_on: date | None
    done_on: date | None
    due_on: date | None
    light: str
    is_paused: bool
    is_provisional: bool
    is_deemed_accepted: bool
    findings: list[FindingOut]
    explained_by: str


class ItemLimitShortOut(TypedDict):
    """A limit of an item."""

    duration: DurationOut
    extension: int
    anchor: str
    bearer: str
    basis: str


class ItemCaseOut(ItemCaseSummaryOut):
    """An item case, with what this caller could do next and why not. ``valid_for``: renewals included."""

    follows_id: str | None
    opened_at: datetime
    receipt_on: date | None
    silence_ends_on: date | None
    anchor_on: date | None
    passed_on: date | None
    is_passed: bool
    document_number: str | None
    document_on: date | None
    valid_through: date | None
    valid_for: DurationOut | None
    validity_explained_by: str | None
    supplement_due_on: date | None
    supplement_closed_on: date | None
    pause_policy: str
    statutory_limit: ItemLimitShortOut | None
    promised_limit: ItemLimitShortOut | None
    statutory: LightsOut | None
    promised: LightsOut | None
    calendar_version: int | None
    prerequisites_open: list[str]
    allowed_actions: list[ActionOut]


class ItemStepOut(TypedDict):
    """A step of a case. ``is_derived``: it followed by itself; ``number`` is the order of recording.

    ``materials``: those a notice asks for; ``used_materials``: those of the project that a filing used.
    """

    id: str
    item_case_id: str
    project_id: str
    number: int
    code: str
    label: str
    state_number: str | None
    is_derived: bool
    occurred_at: datetime
    recorded_at: datetime
    entry_mode: str
    source_system: str | None
    external_id: str | None
    source_sequence: int | None
    person: str | None
    special_kind: str | None
    expected: DurationOut | None
    told_on: date | None
    extension: int | None
    validity_renewal: int | None
    approver: str | None
    document_number: str | None
    document_on: date | None
    supplement: TextOut | None
    supplement_due_on: date | None
    materials: list[str]
    used_materials: list[str]
    handler: TextOut | None
    reason: TextOut | None
    evidence: list[str]
    findings: list[FindingOut]
    event_id: str


class ItemStepTakenOut(ItemStepOut):
    """A step just taken or reported, and the case as it stands now. ``is_repeat``: it was known already."""

    is_repeat: bool
    item_case: ItemCaseOut


class ItemPauseOut(TypedDict):
    """Days that do not count: those after ``starts_on`` up to and with ``ends_on`` (null: still open)."""

    kind: str
    label: str
    starts_on: date
    ends_on: date | None
    expected: DurationOut | None
    is_late: bool
    is_automatic: bool


class ItemCountedDayOut(TypedDict):
    """One line of the sum; ``kind`` is working, weekend, holiday or makeup; ``pause`` names the cause."""

    day: date
    kind: str
    counts: bool
    why: str
    pause: str | None
    consumed: int


class ItemLimitOut(ItemLimitShortOut):
    """One clock of a case, day by day; days in the unit of the limit, the extension counted in the budget."""

    anchor_label: str
    anchor_on: date
    began_on: date
    counts_from: date
    extended_by: int
    budget: int
    consumed: int
    remaining: int
    due_on: date | None
    warn_on: date | None
    light: str
    is_running: bool
    is_rolled: bool
    is_provisional: bool
    rule: str
    days: list[ItemCountedDayOut]


class ItemClockOut(TypedDict):
    """Where the time of a case stands: both clocks explained. A clock that has not begun is null."""

    item_case_id: str
    project_id: str
    item_code: str
    name: WordsOut
    state: str
    state_label: str
    today: date
    light: str
    is_deemed_accepted: bool
    silence_ends_on: date | None
    decided_on: date | None
    calendar_code: str
    calendar_version: int
    pauses: list[ItemPauseOut]
    findings: list[FindingOut]
    statutory: ItemLimitOut | None
    promised: ItemLimitOut | None
