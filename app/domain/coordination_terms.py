"""The words of coordination: the ladder of five levels, what is owed by somebody, and consultations.

The ladder is a city's plan (受理部门主办协调 up to 市长专题会); states and acts are defaults, not from the
standard.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.domain.coded import Coded


class CoordinationLevel(Coded):
    """Who takes an issue up; each level is above the one before."""

    ACCEPTING_DEPARTMENT = "accepting_department", "受理部门主办协调", "accepting department"
    LEAD_DEPARTMENT = "lead_department", "牵头部门协调", "lead department"
    JOINT_MEETING = "joint_meeting", "审批大厅联席会", "joint meeting of the approval hall"
    SECRETARY_MEETING = "secretary_general_meeting", "秘书长督促会", "secretary-general's meeting"
    MAYOR_MEETING = "mayor_meeting", "市长专题会", "mayor's meeting"


LADDER: Final = tuple(CoordinationLevel)
RANK: Final[Mapping[CoordinationLevel, int]] = MappingProxyType(
    {level: place for place, level in enumerate(LADDER, 1)}
)
"""The place of a level on the ladder, from 1."""


class DutyState(Coded):
    """How far an issue, or a conclusion of a consultation, has come."""

    OPEN = "open", "待解决", "open"
    RESOLVED = "resolved", "已解决待销号", "resolved, to be checked"
    CLOSED = "closed", "已销号", "closed"


class DutyAct(Coded):
    """What can be done about an issue or a conclusion."""

    REPORT = "report", "反馈进展", "report progress"
    HAND_OVER = "hand_over", "转交责任人", "hand to another"
    ESCALATE = "escalate", "提级协调", "escalate"
    RESCHEDULE = "reschedule", "调整期限", "set another due day"
    RESOLVE = "resolve", "办结", "resolve"
    CLOSE = "close", "核查销号", "check and close"
    REOPEN = "reopen", "重新打开", "reopen"


class ConsultationState(Coded):
    """How far a consultation has come."""

    CONVENED = "convened", "已召集", "convened"
    HELD = "held", "已召开", "held"
    CANCELLED = "cancelled", "已取消", "cancelled"


class ConsultationAct(Coded):
    """What can be done about a consultation."""

    MINUTE = "minute", "登记纪要", "put the minutes on record"
    CANCEL = "cancel", "取消", "cancel"
