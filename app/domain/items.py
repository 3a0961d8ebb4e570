"""Item cases: the states of the national exchange standard, and what may follow on what.

Two doors lead to a case. An action is an act of our operators and has to be allowed here; a report tells
what already happened in a department's own system and is never refused for the state.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.domain.coded import Coded


class ItemState(Coded):
    """Where an item case stands; numbered as ``blzt``. ``planned`` and ``dropped`` are ours."""

    PLANNED = "planned", "未申报", "not filed yet"
    RECEIVED = "received", "已接件", "received", {"blzt": "1"}
    RECALLED = "recalled", "已撤件", "recalled by the applicant", {"blzt": "2"}
    ACCEPTED = "accepted", "已受理", "accepted", {"blzt": "3"}
    NOT_ACCEPTED = "not_accepted", "不受理", "not this office's matter", {"blzt": "4"}
    REFUSED = "refused", "不予受理", "refused after examination", {"blzt": "5"}
    CORRECTION_STARTED = "correction_started", "补正开始", "correction begun", {"blzt": "6"}
    CORRECTION_ENDED = "correction_ended", "补正结束", "correction handed in", {"blzt": "7"}
    HANDLING = "handling", "部门开始办理", "being handled", {"blzt": "8"}
    SPECIAL_STARTED = "special_started", "特别程序开始", "special procedure begun", {"blzt": "9"}
    SPECIAL_ENDED = "special_ended", "特别程序结束", "special procedure ended", {"blzt": "10"}
    PASSED = "passed", "办结（通过）", "passed", {"blzt": "11"}
    CONDITIONALLY_PASSED = (
        "conditionally_passed", "办结（容缺通过）", "passed, papers owed", {"blzt": "12"},
    )  # fmt: skip
    NOT_PASSED = "not_passed", "办结（不通过）", "not passed", {"blzt": "13"}
    WITHDRAWN = "withdrawn", "撤回", "withdrawn", {"blzt": "14"}
    REVOKED = "revoked", "撤销", "revoked", {"blzt": "15"}
    DROPPED = "dropped", "不再办理", "dropped from the plan"


class ItemAct(Coded):
    """What happens to a case without changing its state."""

    EXTENDED = "extended", "延长审批", "limit extended"
    VALIDITY_RENEWED = "validity_renewed", "批准文件延期", "validity renewed"
    SUPPLEMENT_CLOSED = "supplement_closed", "容缺材料补齐", "owed papers handed in"
    DEEMED_ACCEPTED = "deemed_accepted", "逾期未告知视为受理", "accepted by silence"
    READINESS_CHECKED = "readiness_checked", "申报前检查", "readiness checked"


class SpecialKind(Coded):
    """Why a department's time stops: kinds of special procedure (行政许可法 §45 and similar)."""

    HEARING = "hearing", "听证", "hearing"
    TENDERING = "tendering", "招标", "tendering"
    AUCTION = "auction", "拍卖", "auction"
    TESTING = "testing", "检验", "testing"
    INSPECTION = "inspection", "检测", "inspection"
    QUARANTINE = "quarantine", "检疫", "quarantine"
    APPRAISAL = "appraisal", "鉴定", "appraisal"
    EXPERT_REVIEW = "expert_review", "专家评审", "expert review"
    TECHNICAL_REVIEW = "technical_review", "技术评审", "technical review"
    SITE_VISIT = "site_visit", "现场勘验", "site visit"
    PUBLICITY = "publicity", "公示", "public notice"
    REVISION = "revision", "修改图纸资料", "revision by the applicant"
    OTHER = "other", "其他", "other"


class ItemFinding(Coded):
    """What is odd about a case as it was reported; it stays with the case and is counted."""

    GATE_BYPASSED = "gate_bypassed", "前置事项未办结即申报", "filed before its prerequisites passed"
    STATE_SKIPPED = "state_skipped", "办理状态跳转异常", "states were skipped"
    LATE_REPORT = "late_report", "迟报", "reported more than a day late"
    DECIDED_WHILE_PAUSED = "decided_while_paused", "特别程序未结束即办结", "decided while paused"
    LATE_CORRECTION_NOTICE = (
        "late_correction_notice", "逾期告知补正", "corrections asked for too late",
    )  # fmt: skip
    ONE_TIME_NOTICE_BREACHED = (
        "one_time_notice_breached", "未一次性告知", "asked for more than the one notice",
    )  # fmt: skip
    DECIDED_AGAIN = "decided_again", "重复报送办结", "decided again; the first day stands"
    EXTENSION_NOT_COUNTED = "extension_not_counted", "延期无效", "an extension that does not count"
    RENEWAL_NOT_COUNTED = (
        "renewal_not_counted", "批准文件延期无效", "a renewal that does not count, or not in full",
    )  # fmt: skip


S = ItemState

UNFILED: Final = frozenset({S.PLANNED, S.DROPPED})
PASSING: Final = frozenset({S.PASSED, S.CONDITIONALLY_PASSED})
DECIDING: Final = PASSING | {S.NOT_PASSED}
CLOSING: Final = frozenset(
    {S.RECALLED, S.NOT_ACCEPTED, S.REFUSED, *PASSING, S.NOT_PASSED, S.WITHDRAWN, S.REVOKED}
)
GIVEN_UP: Final = frozenset({S.RECALLED, S.WITHDRAWN})
"""Ended by the applicant: nothing is left to do about the item."""
NATIONAL: Final = tuple([state for state in ItemState if state.numbers])

FOLLOWING: Final[Mapping[ItemState, frozenset[ItemState]]] = MappingProxyType(
    {
        S.PLANNED: frozenset({S.RECEIVED}),
        S.RECEIVED: frozenset(
            {S.RECALLED, S.ACCEPTED, S.NOT_ACCEPTED, S.REFUSED, S.CORRECTION_STARTED, S.PASSED}
        ),
        S.RECALLED: frozenset(),
        S.ACCEPTED: frozenset({S.HANDLING, S.PASSED, S.WITHDRAWN}),
        S.NOT_ACCEPTED: frozenset(),
        S.REFUSED: frozenset(),
        S.CORRECTION_STARTED: frozenset({S.CORRECTION_ENDED, S.RECALLED, S.REFUSED}),
        S.CORRECTION_ENDED: frozenset(
            {S.RECEIVED, S.RECALLED, S.ACCEPTED, S.NOT_ACCEPTED, S.REFUSED, S.CORRECTION_STARTED}
        ),
        S.HANDLING: frozenset({S.SPECIAL_STARTED, *PASSING, S.NOT_PASSED, S.WITHDRAWN}),
        S.SPECIAL_STARTED: frozenset({S.SPECIAL_ENDED, *PASSING, S.NOT_PASSED, S.WITHDRAWN}),
        S.SPECIAL_ENDED: frozenset({S.HANDLING, S.SPECIAL_STARTED, *PASSING, S.NOT_PASSED, S.WITHDRAWN}),
        S.PASSED: frozenset({S.REVOKED}),
        S.CONDITIONALLY_PASSED: frozenset({S.REVOKED}),
        S.NOT_PASSED: frozenset(),
        S.WITHDRAWN: frozenset(),
        S.REVOKED: frozenset(),
        S.DROPPED: frozenset(),
    }
)
"""Which state may follow on which (default, not from the standard, after systems in use).

1 to 11: a filing that is complete when told, and no other item; 3 to 11: done at once; 6 to 5: lapse; 7 to
4, 5, 6: the answer to corrected papers; 9 to 11, 12, 13: the open special procedure ends by itself.
"""

UNDECIDED: Final = frozenset({S.ACCEPTED, S.HANDLING, S.SPECIAL_STARTED, S.SPECIAL_ENDED})
"""Accepted and not decided: the states in which a limit may be extended."""
SILENT: Final = frozenset({S.RECEIVED, S.CORRECTION_ENDED})
"""The papers are with the department, which has not answered yet."""


def may_follow(state: ItemState, *, is_deemed: bool) -> frozenset[ItemState]:
    """Give the states that may follow; a case accepted by silence goes on as an accepted one.

    Then it is too late to refuse acceptance, to ask for corrections, or to recall what counts as accepted.
    """
    if is_deemed and state in SILENT:
        return frozenset({S.ACCEPTED}) | FOLLOWING[S.ACCEPTED]
    return FOLLOWING[state]


def read_code(code: str) -> ItemState | ItemAct:
    """Read the code of a step: a state reached, or an act that leaves the state as it is."""
    return ItemAct(code) if code in set(ItemAct) else ItemState(code)
