"""Follow-ups: the owner is asked how the service was, by somebody who never served the project (b.1, 23).

A try reaches the owner, or nobody, or he does not want to say. Whoever is dissatisfied is not left at that:
somebody decides what follows. Limits and the number of tries are defaults, not from the standard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.casework import Act, CaseClock, CaseStanding, HandlingIncomplete, Party, table_of
from app.domain.clocks import Duration, Unit
from app.domain.coded import Coded
from app.domain.evaluations import is_bad
from app.domain.standing import Role
from app.domain.vocabulary import Level
from app.errors import Fault, Words


class FollowUpState(Coded):
    """How far a follow-up has come."""

    OPEN = "open", "待回访", "to be asked"
    TO_SETTLE = "to_settle", "不满意待处理", "dissatisfied, to be settled"
    DONE = "done", "已回访", "done"
    UNREACHED = "unreached", "未能联系", "not reached"


class FollowUpAct(Coded):
    """What can be done about a follow-up."""

    ASK = "ask", "回访", "ask the owner"
    SETTLE = "settle", "处理不满意", "settle the dissatisfaction"


class FollowUpOutcome(Coded):
    """What came of a try to ask the owner."""

    REACHED = "reached", "已联系并作答", "reached, and answered"
    NO_ANSWER = "no_answer", "未联系到", "nobody reached"
    DECLINED = "declined", "不愿作答", "declined to answer"


class FollowUpMeasure(Coded):
    """What follows on a dissatisfied answer."""

    PUT_RIGHT = "put_right", "已整改", "put right"
    EXPLAINED = "explained", "已解释说明", "explained"
    ISSUE = "issue", "转为协调事项", "taken up as an issue"
    COMPLAINT = "complaint", "由项目单位另行投诉", "the owner lodges a complaint"


class FollowUpLimit(Coded):
    """What has to be done in time."""

    ASKING = "asking", "回访", "asking"
    SETTLING = "settling", "处理不满意", "settling"


S, A = FollowUpState, FollowUpAct
CALLERS: Final = frozenset({Role.OFFICER, Role.COORDINATOR, Role.SUPERVISOR})
SETTLERS: Final = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
FOLLOW_UP_ACTS: Final[Mapping[str, Act]] = table_of(
    (
        Act(code=A.ASK, sources=(S.OPEN,), to=None, by=CALLERS, never=(Party.SERVANT,),
            needs=("channel", "outcome"), may=("level", "text", "evidence")),
        Act(code=A.SETTLE, sources=(S.TO_SETTLE,), to=S.DONE, by=SETTLERS,
            never=(Party.SERVANT,), needs=("measure", "text"), may=("issue_id", "evidence")),
    )
)  # fmt: skip
"""Every act: from where, to where, by whom, never by whom, and what it has to tell."""

LIMITS: Final[Mapping[FollowUpLimit, Duration]] = {
    FollowUpLimit.ASKING: Duration(10, Unit.WORKING_DAY),
    FollowUpLimit.SETTLING: Duration(5, Unit.WORKING_DAY),
}
DAYS_TRIED: Final = 3
"""On so many different days somebody tries before the owner counts as not reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpFacts:
    """What the rules may know of a follow-up; ``servants`` are all who ever served the project."""

    state: FollowUpState
    servants: frozenset[str]
    opened_on: date
    asked_on: date | None
    settled_on: date | None


def follow_up_standing(facts: FollowUpFacts) -> CaseStanding:
    """Build what the rule about acts is asked with."""
    return CaseStanding(state=facts.state, persons={Party.SERVANT: facts.servants})


def follow_up_clocks(facts: FollowUpFacts) -> tuple[CaseClock, ...]:
    """Give every limit that has begun, in order. Asking ends with an answer, or when nobody was reached."""
    asking = CaseClock(
        code=FollowUpLimit.ASKING,
        anchor_on=facts.opened_on,
        duration=LIMITS[FollowUpLimit.ASKING],
        done_on=facts.asked_on,
    )
    if facts.asked_on is None or (facts.state is not S.TO_SETTLE and facts.settled_on is None):
        return (asking,)
    settling = CaseClock(
        code=FollowUpLimit.SETTLING,
        anchor_on=facts.asked_on,
        duration=LIMITS[FollowUpLimit.SETTLING],
        done_on=facts.settled_on,
    )
    return asking, settling


LEVEL_MISSING: Final = Words("联系到并作答时须填写", "is needed when the owner has answered")
LEVEL_UNKNOWN: Final = Words("未作答时不得填写", "is told only when the owner has answered")


def check_try(told: Mapping[str, object]) -> None:
    """Refuse a try whose level does not fit: an answer has one, and only an answer."""
    has_answered, has_level = told.get("outcome") == FollowUpOutcome.REACHED, told.get("level") is not None
    if has_answered != has_level:
        code, words = ("missing", LEVEL_MISSING) if has_answered else ("not_asked_for", LEVEL_UNKNOWN)
        raise HandlingIncomplete(
            faults=[Fault("/level", code, words)], act=A.ASK.value, act_label=A.ASK.words
        )


ISSUE_MISSING: Final = Words("转为协调事项时须填写", "is needed when it is taken up as an issue")
ISSUE_UNKNOWN: Final = Words("仅在转为协调事项时填写", "is told only when it is taken up as an issue")


def check_measure(told: Mapping[str, object]) -> None:
    """Refuse a settlement whose issue does not fit: what is taken up as an issue names it, nothing else."""
    is_issue, has_one = told.get("measure") == FollowUpMeasure.ISSUE, told.get("issue_id") is not None
    if is_issue != has_one:
        code, words = ("missing", ISSUE_MISSING) if is_issue else ("not_asked_for", ISSUE_UNKNOWN)
        raise HandlingIncomplete(
            faults=[Fault("/issue_id", code, words)], act=A.SETTLE.value, act_label=A.SETTLE.words
        )


def after_try(outcome: FollowUpOutcome, level: Level | None, days_tried: int) -> FollowUpState:
    """Tell where a try leads; ``days_tried`` counts the days on which somebody has tried, with this one."""
    if outcome is FollowUpOutcome.NO_ANSWER:
        return S.UNREACHED if days_tried >= DAYS_TRIED else S.OPEN
    return S.TO_SETTLE if level is not None and is_bad(level) else S.DONE
