"""What a report holds, in which order: sections of figures. A change here moves ``TEMPLATE_VERSION``."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from app.domain.bad_review_terms import BadReviewState, RootCause
from app.domain.coded import Coded
from app.domain.complaint_terms import ComplaintChannel, ComplaintGround
from app.domain.items import ItemFinding
from app.domain.statistics import DEFINITIONS
from app.domain.statistics_terms import Part
from app.domain.vocabulary import AgentRole, ApprovalStage, EntryMode, Level
from app.errors import Words


class Section(NamedTuple):
    """One section: its title, its figures, and those of them whose parts are listed below."""

    title: Words
    codes: tuple[str, ...]
    split: tuple[str, ...] = ()


SECTIONS: Final[tuple[Section, ...]] = (
    Section(
        Words("开工进展", "Start of works"),
        (
            "start_lead_days_mean",
            "start_lead_days_median",
            "start_lead_share_60",
            "starts",
            "starts_without_baseline",
            "starts_pending",
            "projects_registered",
        ),
    ),
    Section(
        Words("事项办理和时限", "Items and time limits"),
        (
            "items_decided",
            "on_time_statutory",
            "on_time_promised",
            "item_days_p50",
            "item_days_p80",
            "item_days_p90",
            "pause_share",
            "finding_rate",
            "resubmission_rate",
            "one_time_notice_breach_rate",
            "materials_reused",
        ),
        ("items_decided", "item_days_p80", "finding_rate"),
    ),
    Section(
        Words("服务环节", "Stages of the service"),
        ("stage_days_p50", "stage_days_p80", "stage_days_p90"),
        ("stage_days_p50", "stage_days_p80", "stage_days_p90"),
    ),
    Section(
        Words("评价", "Evaluation"),
        ("evaluation_index", "evaluation_good_rate", "evaluation_bad_rate", "evaluation_active_rate"),
        ("evaluation_good_rate",),
    ),
    Section(
        Words("差评处置", "Bad reviews"),
        (
            "bad_reviews",
            "bad_reviews_invalid",
            "bad_review_reply_rate",
            "bad_review_rectification_rate",
            "bad_review_on_time_rate",
            "bad_review_call_back_rate",
            "bad_review_root_causes",
        ),
        ("bad_review_root_causes",),
    ),
    Section(
        Words("投诉和热线", "Complaints and hotline"),
        (
            "complaints",
            "complaint_on_time_rate",
            "complaint_upheld_rate",
            "complaint_satisfaction_rate",
            "hotline_received",
            "hotline_on_time_rate",
            "hotline_direct_answer_rate",
            "hotline_follow_ups",
            "hotline_satisfaction_rate",
        ),
        ("complaints", "hotline_received"),
    ),
    Section(
        Words("录入质量", "Quality of entry"),
        ("back_entry_rate", "back_entry_lag_median", "corrections"),
        ("back_entry_rate",),
    ),
    Section(Words("在办工作量", "Workload"), ("workload_projects", "workload_open_items")),
)
CODES: Final[tuple[str, ...]] = tuple([code for section in SECTIONS for code in section.codes])
HEADLINES: Final[tuple[str, ...]] = (
    "start_lead_days_mean",
    "start_lead_share_60",
    "on_time_promised",
    "evaluation_good_rate",
)
BY_AREA: Final[tuple[str, ...]] = (
    "starts",
    "start_lead_days_mean",
    "start_lead_share_60",
    "items_decided",
    "on_time_promised",
    "item_days_p80",
    "evaluation_good_rate",
    "bad_reviews",
    "complaints",
    "back_entry_rate",
)
OF_THE_DAY: Final[frozenset[str]] = frozenset({"workload_projects", "workload_open_items"})
"""Told as of the day on which they were known, whatever the period: the one before is the one then told."""
FORMULA_VERSION: Final = 1 + sum(DEFINITIONS[code].formula_version - 1 for code in CODES)
"""Moves whenever the formula of any figure of the report does."""

BEFORE_STAGES: Final = Words("前期策划", "preparation")
_LISTS: Final[Mapping[str, type[Coded]]] = MappingProxyType(
    {
        "items_decided": ApprovalStage,
        "item_days_p80": ApprovalStage,
        "finding_rate": ItemFinding,
        "evaluation_good_rate": Level,
        "bad_reviews": BadReviewState,
        "bad_review_root_causes": RootCause,
        "complaints": ComplaintGround,
        "hotline_received": ComplaintChannel,
        "back_entry_rate": EntryMode,
        "workload_projects": AgentRole,
    }
)


def in_order(code: str, parts: Iterable[Part]) -> list[Part]:
    """Give the parts of a figure in the order of their list, not of their codes."""
    places = {choice.value: place for place, choice in enumerate(_LISTS.get(code, ()))}
    return sorted(parts, key=lambda part: places.get(part.code, -1))


def part_words(code: str, part: str, stages: Mapping[str, Words]) -> Words:
    """Name a part of a figure; a code nobody knows is its own name."""
    if code.startswith("stage_days"):
        return stages.get(part, Words(part, part))
    choices = _LISTS.get(code)
    if choices is ApprovalStage and part == "0":
        return BEFORE_STAGES
    if choices is None or part not in set(choices):
        return Words(part, part)
    return choices(part).words
