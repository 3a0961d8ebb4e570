"""An approval item as a service plan holds it: what it waits for, how long it takes, by which limits.

It is a snapshot of the catalogue as adjusted for one project, so that a later catalogue changes no plan.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.domain.coded import Coded
from app.domain.durations import Duration, Pause, Unit
from app.domain.renewals import Renewal, read_renewal, write_renewal
from app.errors import Words


class ItemKind(Coded):
    """What an approval item is; only ``milestone`` items have no case of their own."""

    SERVICE = "service", "服务", "service"
    PRE_REVIEW = "pre_review", "预审", "pre-review"
    FILING = "filing", "备案", "filing"
    PERMIT = "permit", "许可", "permit"
    TECHNICAL = "technical", "技术审查", "technical review"
    LAND = "land", "用地", "land"
    REGISTRATION = "registration", "登记", "registration"
    UTILITY = "utility", "市政公用报装", "utility connection"
    INTERMEDIARY = "intermediary", "中介服务", "intermediary service"
    ACCEPTANCE = "acceptance", "验收", "acceptance"
    SELF = "self", "自主办理", "by the owner himself"
    MILESTONE = "milestone", "节点", "milestone"


class MilestoneRole(Coded):
    """What a milestone item stands for; a join is reached by its prerequisites alone."""

    JOIN = "join", "汇合", "join"
    START_OF_WORKS = "start_of_works", "开工", "start of works"
    COMPLETION_OF_WORKS = "completion_of_works", "完工", "completion of works"
    PRODUCTION = "production", "投产", "start of production"


class NeedKind(Coded):
    """How an item depends on another: the filing waits, the start of works waits, or it is only advised."""

    HARD = "hard", "申报前置", "before filing"
    BEFORE_START = "before_start", "开工前置", "before the start of works"
    SOFT = "soft", "建议先办", "advised before"


class LimitAnchor(Coded):
    """The day a limit is counted from, not counted itself; ``prerequisites``: a time to file in."""

    ACCEPTANCE = "acceptance", "受理之日", "the day of acceptance"
    RECEIPT = "receipt", "收到申请之日", "the day of receipt"
    PREREQUISITES = "prerequisites", "前置事项办结之日", "the day its prerequisites had passed"


class TimeBearer(Coded):
    """Whose time a limit or an item is; only the department's can turn a department red."""

    DEPARTMENT = "department", "审批部门", "the department"
    OWNER = "owner", "项目单位", "the owner"
    INTERMEDIARY = "intermediary", "中介机构", "an intermediary"


class PausePolicy(Coded):
    """What an ended pause does to the clock: it goes on, or starts anew."""

    RESUME = "resume", "恢复计时", "goes on"
    RESET = "reset", "重新计时", "starts anew"


class EstimateBasis(Coded):
    """What a duration rests on."""

    PROMISED = "promised", "承诺时限", "the promised limit"
    STATUTORY = "statutory", "法定时限", "the statutory limit"
    GIVEN = "given", "代办员填报", "given by the agent"
    ASSUMED = "assumed", "暂按零计", "assumed to be nothing"
    PLANNED_DATES = "planned_dates", "计划开竣工日期", "the planned start and completion of works"


@dataclass(frozen=True, slots=True)
class Need:
    """A prerequisite: one of ``any_of`` (items of the same plan) has to be passed; empty is unsatisfiable."""

    kind: NeedKind
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemLimit:
    """A limit for handling an item, or for filing it; ``extension`` (same unit, 0: none) is granted once."""

    duration: Duration
    extension: int
    anchor: LimitAnchor
    bearer: TimeBearer
    basis: Words

    @property
    def is_for_filing(self) -> bool:
        """Tell whether it is a time to file in, not one to decide in."""
        return self.anchor is LimitAnchor.PREREQUISITES


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long something is expected to take, and what that rests on."""

    duration: Duration
    basis: EstimateBasis


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a decision stays valid; with ``is_undone_by_start`` it is used up by the start of works."""

    duration: Duration
    basis: Words
    is_undone_by_start: bool
    renewal: Renewal | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A prerequisite that was let go: which, on what legal basis; reason and approver stand with the plan."""

    item: str
    legal_basis: str
    reason_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedItem:
    """One item of a plan version. ``handling`` None is unknown: such a plan cannot be approved."""

    code: str
    name: Words
    kind: ItemKind
    milestone: MilestoneRole | None
    approval_stage: int
    department: str | None
    bearer: TimeBearer
    needs: tuple[Need, ...]
    preparation: Estimate
    handling: Estimate | None
    statutory: ItemLimit | None
    promised: ItemLimit | None
    pause_policy: PausePolicy
    validity: Validity | None
    materials: tuple[str, ...]
    waivers: tuple[Waiver, ...]

    def has_case(self) -> bool:
        """Say whether the item is handled as a case; milestones are reached, not handled."""
        return self.kind is not ItemKind.MILESTONE


def read_duration(document: Mapping[str, Any]) -> Duration:
    """Read ``{"value": 20, "unit": "working_day"}``."""
    return Duration(document["value"], Unit(document["unit"]))


def write_duration(duration: Duration) -> dict[str, Any]:
    """Write a duration as every answer shows it."""
    return {"value": duration.value, "unit": duration.unit.value}


def read_limit(document: Mapping[str, Any] | None) -> ItemLimit | None:
    """Read a limit from its stored form."""
    if document is None:
        return None
    return ItemLimit(
        read_duration(document["duration"]),
        document["extension"],
        LimitAnchor(document["anchor"]),
        TimeBearer(document["bearer"]),
        _read_words(document["basis"]),
    )


def write_limit(limit: ItemLimit | None) -> dict[str, Any] | None:
    """Write a limit for storage."""
    if limit is None:
        return None
    return {
        "duration": write_duration(limit.duration),
        "extension": limit.extension,
        "anchor": limit.anchor.value,
        "bearer": limit.bearer.value,
        "basis": _write_words(limit.basis),
    }


def read_validity(document: Mapping[str, Any] | None) -> Validity | None:
    """Read how long a decision stays valid from its stored form."""
    if document is None:
        return None
    basis, renewal = _read_words(document["basis"]), read_renewal(document.get("renewal"))
    return Validity(read_duration(document["duration"]), basis, document["is_undone_by_start"], renewal)


def write_validity(validity: Validity | None) -> dict[str, Any] | None:
    """Write how long a decision stays valid for storage."""
    if validity is None:
        return None
    return {
        "duration": write_duration(validity.duration),
        "basis": _write_words(validity.basis),
        "is_undone_by_start": validity.is_undone_by_start,
        "renewal": write_renewal(validity.renewal),
    }


def read_planned(document: Mapping[str, Any]) -> PlannedItem:
    """Read one item of a plan from its stored form; the inverse of ``write_planned``."""
    milestone, handling = document["milestone"], document["handling"]
    return PlannedItem(
        code=document["code"],
        name=_read_words(document["name"]),
        kind=ItemKind(document["kind"]),
        milestone=None if milestone is None else MilestoneRole(milestone),
        approval_stage=document["approval_stage"],
        department=document["department"],
        bearer=TimeBearer(document["bearer"]),
        needs=tuple(Need(NeedKind(n["kind"]), tuple(n["any_of"])) for n in document["needs"]),
        preparation=_read_estimate(document["preparation"]),
        handling=None if handling is None else _read_estimate(handling),
        statutory=read_limit(document["statutory"]),
        promised=read_limit(document["promised"]),
        pause_policy=PausePolicy(document["pause_policy"]),
        validity=read_validity(document["validity"]),
        materials=tuple(document["materials"]),
        waivers=tuple(Waiver(w["item"], w["legal_basis"], w["reason_id"]) for w in document["waivers"]),
    )


def read_items(documents: Iterable[Mapping[str, Any]]) -> tuple[PlannedItem, ...]:
    """Read all items of a plan."""
    return tuple([read_planned(each) for each in documents])


def write_planned(item: PlannedItem) -> dict[str, Any]:
    """Write one item of a plan for storage: plain JSON."""
    return {
        "code": item.code,
        "name": _write_words(item.name),
        "kind": item.kind.value,
        "milestone": None if item.milestone is None else item.milestone.value,
        "approval_stage": item.approval_stage,
        "department": item.department,
        "bearer": item.bearer.value,
        "needs": [{"kind": n.kind.value, "any_of": list(n.any_of)} for n in item.needs],
        "preparation": _write_estimate(item.preparation),
        "handling": None if item.handling is None else _write_estimate(item.handling),
        "statutory": write_limit(item.statutory),
        "promised": write_limit(item.promised),
        "pause_policy": item.pause_policy.value,
        "validity": write_validity(item.validity),
        "materials": list(item.materials),
        "waivers": [asdict(waiver) for waiver in item.waivers],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What is known of an item's case today; the schedule puts these actual days in place of planned ones.

    ``anchor_on``: when its department's clock began; ``due_on``: last day of the promised limit, else of the
    statutory one; ``done_on`` without ``is_passed``: refused, withdrawn, revoked; ``pauses``: its clock's;
    ``first_passed_on``: a first work package was passed then; the start of works waits for no more.
    """

    filed_on: date | None
    anchor_on: date | None
    due_on: date | None
    is_paused: bool
    done_on: date | None
    is_passed: bool
    pauses: tuple[Pause, ...] = ()
    first_passed_on: date | None = None


def _read_words(document: Mapping[str, str]) -> Words:
    return Words(document["zh"], document["en"])


def _write_words(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _read_estimate(document: Mapping[str, Any]) -> Estimate:
    return Estimate(read_duration(document["duration"]), EstimateBasis(document["basis"]))


def _write_estimate(estimate: Estimate) -> dict[str, Any]:
    return {"duration": write_duration(estimate.duration), "basis": estimate.basis.value}
