"""Today's work: which moves are somebody's duty, whose turn it is while somebody is absent, and the order.

What a task is comes from the rules that decide about the act itself; here is only what makes it a task.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple, TypeVar

from app.domain.calendar import WorkCalendar
from app.domain.coded import Coded
from app.domain.guards import SECOND_PERSON_CONFIRMED, unmet_guards
from app.domain.moves import Bearer, Move, Procedure
from app.domain.procedures import allowed_moves
from app.domain.second_person import check_second_person
from app.domain.standing import Asker, Role, Standing
from app.errors import Invalid, Refusal, Words

T = TypeVar("T")
NEVER: Final = date.max
"""Where tasks stand that have no day."""


class TaskKind(Coded):
    """What there is to do."""

    STAGE_MOVE = "stage_move", "办理环节流转", "move the project on"
    CONFIRMATION = "confirmation", "第二人确认", "confirm as the second person"
    PLAN_CONFIRMATION = "plan_confirmation", "项目单位确认方案", "the owner confirms the plan"
    PLAN_APPROVAL = "plan_approval", "审定服务方案", "approve the plan"
    MILESTONE_CONFIRMATION = "milestone_confirmation", "确认项目节点", "confirm a milestone"
    CORRECTION_APPROVAL = "correction_approval", "审批更正", "decide about a correction"
    ITEM_DUE = "item_due", "事项临期或者逾期", "an item is due or overdue"
    ITEM_WAITING = "item_waiting", "事项待处理", "an item waits"
    READINESS_GAP = "readiness_gap", "申报前缺项", "an item is not ready to be filed"
    ALARM = "alarm", "到期提醒", "something expires"
    ISSUE = "issue", "解决协调事项", "resolve an issue"
    CONCLUSION = "conclusion", "落实会商结论", "carry out a conclusion"
    ISSUE_CHECK = "issue_check", "核查协调事项", "check a resolved issue"
    CONCLUSION_CHECK = "conclusion_check", "核查会商结论", "check a conclusion carried out"
    NOTICE_REPLY = "notice_reply", "答复督办", "reply to a supervision notice"
    NOTICE_JUDGEMENT = "notice_judgement", "评判督办成效", "judge what a notice has brought about"


class AbsenceEndsBeforeItBegins(Invalid):
    """An absence ends on the day it begins, or later."""

    title = Words("离岗期间有误", "The absence ends before it begins")
    detail = Words("结束日期不能早于开始日期。", "The last day cannot be before the first.")


class SubstituteIsAbsent(Invalid):
    """Nobody is his own substitute."""

    title = Words("代理人不能是本人", "The substitute is the absent person")
    detail = Words("代理人须是离岗人员以外的人。", "The substitute is another person than who is absent.")


def check_absence(begins: date, through: date, person: str, substitute: str | None) -> None:
    """Refuse an absence that ends before it begins, and a substitute who is the person himself."""
    if through < begins:
        raise AbsenceEndsBeforeItBegins
    if person == substitute:
        raise SubstituteIsAbsent


class Turn(NamedTuple):
    """Whether a project's work is a person's today, and for whom he does it."""

    is_his: bool
    on_behalf_of: str | None = None


NOT_HIS: Final = Turn(False)


def whose_turn(
    person: str, primary: str | None, backup: str | None, absent: Mapping[str, str | None]
) -> Turn:
    """Tell whether a person does the agent's work of a project today.

    It is the primary agent's; while he is absent, his substitute's, else the backup agent's (AB 角); without
    a primary agent, the backup's. ``absent`` gives who is absent today, with the substitute if one was named.
    """
    if primary is None:
        return Turn(person == backup)
    if person == primary:
        return Turn(True)
    if primary in absent and (absent[primary] or backup) == person:
        return Turn(True, primary)
    return NOT_HIS


def is_duty(procedure: Procedure, move: Move, role: Role) -> bool:
    """Tell whether an enabled move is something to be done, not merely something that could be.

    What needs a reason, or makes the service rest, is an exception. A move with a limit is a duty of whoever
    bears it. One without is, unless it begins the service, ends a rest, or ends the service before its time.
    Default, not from the standard.
    """
    here, there = procedure.stages[move.from_stage], procedure.stages.get(move.to_stage)
    if move.is_reason_required or (there is not None and there.pauses_clock):
        return False
    if move.limits:
        return role is Role.PORTAL or any(limit.bearer is Bearer.AGENCY for limit in move.limits)
    if here.pauses_clock or move.from_stage == procedure.initial:
        return False
    return there is None or not there.is_terminal or there.may_end


def duties(
    procedure: Procedure, standing: Standing, asker: Asker, today: date, calendar: WorkCalendar
) -> tuple[Move, ...]:
    """List the moves that somebody has to make now, and can."""
    if procedure.stages.get(standing.stage) is None:
        return ()
    enabled = {
        each.move_code for each in allowed_moves(procedure, standing, asker, today, calendar) if each.enabled
    }
    moves = procedure.moves_from(standing.stage)
    return tuple([m for m in moves if m.code in enabled and is_duty(procedure, m, asker.role)])


def to_confirm(
    procedure: Procedure, standing: Standing, asker: Asker, today: date, calendar: WorkCalendar
) -> tuple[Move, ...]:
    """List the moves that wait for nothing but a second person, whom this person may be."""
    found = []
    for move in procedure.moves_from(standing.stage):
        if move.also is None or move.also.role is not asker.role:
            continue
        try:
            check_second_person(procedure, standing, asker, move.code, standing.stage)
        except Refusal:
            continue
        mover = Asker(next(role for role in Role if role in move.by), standing.primary_agent or "")
        unmet = unmet_guards(standing, mover, move, today, calendar)
        if [fault.code for fault in unmet] == [SECOND_PERSON_CONFIRMED]:
            found.append(move)
    return tuple(found)


class Place(NamedTuple):
    """Where a task stands in the list: its day (``NEVER`` for none), then its row, then what it is.

    What is overdue has the earliest days, so it comes first.
    """

    on: date
    row_id: str
    what: str


LAST_OF_ROW: Final = "~"
"""Comes after every ``what``."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look at one source has found, in order; ``through``: the last place it saw, None for all."""

    tasks: Sequence[tuple[Place, Any]]
    through: Place | None


def merge(
    looks: Iterable[Looked], after: Place | None, limit: int
) -> tuple[list[tuple[Place, Any]], Place | None]:
    """Merge what was found in several sources into a page, and say where the next one begins.

    Nothing behind the nearest end of a look is shown yet, since that source may have more before it; so a
    page may be short, or empty, and have a next one.
    """
    looks = list(looks)
    ends = [look.through for look in looks if look.through is not None]
    end = min(ends, default=None)
    found = sorted(
        (
            task
            for look in looks
            for task in look.tasks
            if (after is None or task[0] > after) and (end is None or task[0] <= end)
        ),
        key=lambda task: task[0],
    )
    if len(found) > limit:
        return found[:limit], found[limit - 1][0]
    return found, end
