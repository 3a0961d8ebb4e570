"""Coordination: issues of a project climb a ladder of levels; what is owed is followed until it is closed.

An issue and a conclusion of a consultation are owed by one person or one office until a day. Whoever
resolves one does not close it. A level is skipped only with a reason. The ladder follows a city's plan; time
limits and the separation of persons are defaults, not from the standard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.domain.casework import Act, CaseStanding, Party, table_of
from app.domain.coordination_terms import (
    LADDER,
    RANK,
    ConsultationAct,
    ConsultationState,
    CoordinationLevel,
    DutyAct,
    DutyState,
)
from app.domain.durations import Duration, Unit
from app.domain.standing import Role
from app.errors import Fault, Invalid, Words

S, A, L = DutyState, DutyAct, CoordinationLevel
AGENCY: Final = frozenset({Role.OFFICER, Role.AGENT, Role.COORDINATOR})
LEADERS: Final = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
STAFF: Final = AGENCY | LEADERS
_DEPARTMENT: Final = frozenset({Role.DEPARTMENT})

ISSUE_ACTS: Final[Mapping[str, Act]] = table_of(
    (
        Act(code=A.REPORT, sources=(S.OPEN,), to=None, by=STAFF, by_office=True, needs=("text",),
            may=("evidence",)),
        Act(code=A.HAND_OVER, sources=(S.OPEN,), to=None, by=STAFF, by_office=True, needs=("text",),
            may=("responsible_id", "department_code", "days")),
        Act(code=A.ESCALATE, sources=(S.OPEN,), to=None, by=STAFF, by_office=True, needs=("level",),
            may=("text", "days")),
        Act(code=A.RESCHEDULE, sources=(S.OPEN,), to=None, by=LEADERS, never=(Party.RESPONSIBLE,),
            needs=("days", "text")),
        Act(code=A.RESOLVE, sources=(S.OPEN,), to=S.RESOLVED, by=STAFF, by_office=True, needs=("text",),
            may=("evidence",)),
        Act(code=A.CLOSE, sources=(S.RESOLVED,), to=S.CLOSED, by=LEADERS | {Role.OFFICER},
            never=(Party.RESOLVER,), may=("text",)),
        Act(code=A.REOPEN, sources=(S.RESOLVED, S.CLOSED), to=S.OPEN, by=STAFF, needs=("text",),
            may=("days",)),
    )
)  # fmt: skip
"""Every act on an issue: from where, to where, by whom, never by whom, and what it has to tell."""

CONCLUSION_ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {code: act for code, act in ISSUE_ACTS.items() if code != A.ESCALATE}
)
"""What a consultation has concluded is carried out where it was put; only issues climb."""

CONSULTATION_ACTS: Final[Mapping[str, Act]] = table_of(
    (
        Act(code=ConsultationAct.MINUTE, sources=(ConsultationState.CONVENED,), to=ConsultationState.HELD,
            by=STAFF, needs=("held_on", "text"), may=("file_id", "conclusions")),
        Act(code=ConsultationAct.CANCEL, sources=(ConsultationState.CONVENED,),
            to=ConsultationState.CANCELLED, by=STAFF, needs=("text",)),
    )
)  # fmt: skip
"""A consultation is held, with minutes, or it is cancelled; its conclusions go their own way."""

DAYS: Final[Mapping[CoordinationLevel, int]] = MappingProxyType(
    {
        L.ACCEPTING_DEPARTMENT: 5,
        L.LEAD_DEPARTMENT: 5,
        L.JOINT_MEETING: 10,
        L.SECRETARY_MEETING: 10,
        L.MAYOR_MEETING: 15,
    }
)
"""Working days for an issue on each level when nobody names another number."""
MOST_DAYS: Final = 60


def time_for(level: CoordinationLevel, days: int | None) -> Duration:
    """Give the time for an issue on a level, in working days."""
    return Duration(DAYS[level] if days is None else days, Unit.WORKING_DAY)


class LevelIsNotHigher(Invalid):
    """An issue climbs: the level it goes to is above the present one."""

    title = Words("只能向上提级", "The level is not higher")
    detail = Words(
        "事项现由“{present}”协调，只能提级到更高层级。",
        "It is with the {present} now and can only go further up.",
    )


class SkippingNeedsReason(Invalid):
    """Levels are climbed one by one; whoever skips one says why it could not have been solved there."""

    title = Words("越级须说明理由", "Skipping a level needs a reason")
    detail = Words(
        "越过“{skipped}”须在 text 中说明为何不能在该层级解决。",
        "Say in text why it could not be solved on the level skipped: {skipped}.",
    )


def check_climb(present: CoordinationLevel, to: CoordinationLevel, *, has_reason: bool) -> None:
    """Refuse ``LevelIsNotHigher``, and ``SkippingNeedsReason`` for a step over a level without a reason."""
    if RANK[to] <= RANK[present]:
        raise LevelIsNotHigher(
            present=present.words, faults=[Fault("/level", "not_higher", LevelIsNotHigher.title)]
        )
    skipped = LADDER[RANK[present] : RANK[to] - 1]
    if skipped and not has_reason:
        raise SkippingNeedsReason(
            skipped=[level.words for level in skipped],
            faults=[Fault("/text", "missing", SkippingNeedsReason.title)],
        )


def check_first_level(level: CoordinationLevel, *, has_reason: bool) -> None:
    """Refuse ``SkippingNeedsReason`` for an issue that begins above the first level without a reason."""
    if level is not LADDER[0] and not has_reason:
        raise SkippingNeedsReason(
            skipped=[one.words for one in LADDER[: RANK[level] - 1]],
            faults=[Fault("/reason", "missing", SkippingNeedsReason.title)],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFacts:
    """What the rules may know of an issue or a conclusion, and of whoever asks."""

    state: DutyState
    level: CoordinationLevel | None
    """Of an issue; a conclusion has none."""
    is_departments: bool
    """A department is responsible, not the agency."""
    is_askers_office: bool
    """Whoever asks belongs to that department, if he acts for a department at all."""
    is_askers_project: bool
    """Whoever asks is an agent of the project, if he acts as an agent at all."""
    responsible: str | None
    resolver: str | None
    open_conclusions: int = 0
    """Conclusions about an issue that are not closed yet."""


TOP_OF_LADDER = Words("已在最高层级。", "It is on the highest level.")
CONCLUSIONS_OPEN = Words("有关会商结论尚未全部销号。", "Conclusions about it are still open.")
OTHER_OFFICE = Words("责任单位是其他部门。", "Another department is responsible.")
NOT_HIS_PROJECT = Words(
    "代办员须是本项目的A角、B角或者责任人。", "The agent neither serves this project nor is responsible."
)


def duty_standing(facts: DutyFacts, person: str | None) -> CaseStanding:
    """Build what the rule about acts is asked with, for somebody."""
    parties = {Party.RESPONSIBLE: facts.responsible, Party.RESOLVER: facts.resolver}
    is_his = facts.is_askers_project or (person is not None and person == facts.responsible)
    tests = [
        (A.ESCALATE, "top_of_ladder", facts.level is LADDER[-1], TOP_OF_LADDER),
        (A.CLOSE, "conclusions_open", facts.open_conclusions > 0, CONCLUSIONS_OPEN),
    ]
    for act in (A.REPORT, A.HAND_OVER, A.ESCALATE, A.RESOLVE, A.REOPEN):
        tests.append((act, "other_office", not facts.is_askers_office, OTHER_OFFICE))
        tests.append((act, "not_an_agent_of_this_project", not is_his, NOT_HIS_PROJECT))
    unmet: dict[str, tuple[Fault, ...]] = {}
    for act, code, is_so, words in tests:
        if is_so:
            unmet[act] = (*unmet.get(act, ()), Fault("", code, words))
    return CaseStanding(
        state=facts.state,
        persons={party: frozenset({who}) for party, who in parties.items() if who is not None},
        office_roles=_DEPARTMENT if facts.is_departments else frozenset(),
        unmet=MappingProxyType(unmet),
    )


BELOW_CONSULTATION = Words(
    "该事项尚未提到会商的层级，请先提级。",
    "It has not reached the level of the consultation: escalate first.",
)
AGENDA_CLOSED = Words("该事项已经销号。", "It is closed.")


def agenda_fault(
    issue_level: CoordinationLevel, state: DutyState, level: CoordinationLevel, pointer: str
) -> Fault | None:
    """Tell why an issue cannot be on the agenda: closed, or below the level, which would skip levels."""
    if state is S.CLOSED:
        return Fault(pointer, "issue_closed", AGENDA_CLOSED)
    if RANK[issue_level] < RANK[level]:
        return Fault(pointer, "below_the_level", BELOW_CONSULTATION)
    return None


ISSUE_UNKNOWN = Words("不是本项目的议题", "is no issue of this project or agenda")


class AgendaNotPossible(Invalid):
    """The agenda holds issues of the project that are open and have reached the consultation's level."""

    title = Words("议题有误", "The agenda is not possible")
    detail = Words(
        "议题或者结论所涉事项有误，详见 errors。", "Issues named cannot be dealt with; see errors."
    )


def consultation_standing(state: ConsultationState, *, is_askers_project: bool) -> CaseStanding:
    """Build what the rule about acts on a consultation is asked with."""
    fault = (Fault("", "not_an_agent_of_this_project", NOT_HIS_PROJECT),)
    unmet = {} if is_askers_project else dict.fromkeys((act.value for act in ConsultationAct), fault)
    return CaseStanding(state=state, persons={}, unmet=MappingProxyType(unmet))
