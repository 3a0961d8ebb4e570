"""Supervision notices (督办): for what has turned red, never for what stands still or waits for the owner.

A notice says which clock had run out on the day it was issued. The office replies within working days; a
supervisor who has never replied and is not of that office judges what came of it, and closes it. When it
turns out that the clock had not run out on that day, the notice is withdrawn. As in similar services
(督办函); every limit and the separation of persons are defaults, not from the standard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from app.domain.calendar import WorkCalendar
from app.domain.casework import Act, CaseClock, CaseStanding, Party, table_of
from app.domain.clocks import Light
from app.domain.durations import Duration, Unit
from app.domain.standing import Role
from app.domain.supervision_terms import NoticeAct, NoticeEffect, NoticeHindrance, NoticeLimit, NoticeState
from app.errors import Conflict, Fault, Words

S, A, H = NoticeState, NoticeAct, NoticeHindrance
SUPERVISOR: Final = frozenset({Role.SUPERVISOR})
AGENCY: Final = frozenset({Role.OFFICER, Role.AGENT, Role.COORDINATOR})
REPLY_DAYS: Final = 3
"""Working days to reply in when the supervisor names no other number."""
MOST_REPLY_DAYS: Final = 15
JUDGEMENT: Final = Duration(3, Unit.WORKING_DAY)
OPEN: Final = (S.ISSUED, S.REPLIED, S.JUDGED)
_OFFICE: Final = (Party.REPLIER, Party.OFFICE)

NOTICE_ACTS: Final[Mapping[str, Act]] = table_of(
    (
        Act(code=A.REPLY, sources=(S.ISSUED,), to=S.REPLIED, by_office=True, needs=("text",),
            may=("evidence",)),
        Act(code=A.RETURN, sources=(S.REPLIED, S.JUDGED), to=S.ISSUED, by=SUPERVISOR, never=_OFFICE,
            needs=("text",)),
        Act(code=A.JUDGE, sources=(S.REPLIED,), to=S.JUDGED, by=SUPERVISOR, never=_OFFICE,
            needs=("effect", "text"), may=("evidence",)),
        Act(code=A.CLOSE, sources=(S.JUDGED,), to=S.CLOSED, by=SUPERVISOR, never=_OFFICE,
            may=("text",)),
        Act(code=A.WITHDRAW, sources=OPEN, to=S.WITHDRAWN, by=SUPERVISOR, never=_OFFICE,
            needs=("text",)),
    )
)  # fmt: skip
"""Every act: from where, to where, by whom, never by whom, and what it has to tell."""


class NothingToSupervise(Conflict):
    """A notice is for what has run out and is undone; never for what is paused or waits for the owner."""

    title = Words("不能发出督办", "There is nothing to supervise")
    detail = Words(
        "只能对逾期未办结的事项或者环节督办；原因详见 errors。",
        "Only what is overdue and undone is supervised; see the errors.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the rule may know of an item or a stage on the day in question, and of one clock of it."""

    light: Light
    """Of the clock that a notice would name."""
    is_paused: bool = False
    waits_for_owner: bool = False
    is_offices_time: bool = True
    has_office: bool = True
    has_left: bool = False
    """The project is no longer in the stage."""


_BY_LIGHT: Final = {
    Light.PAUSED: H.PAUSED,
    Light.NO_LIMIT: H.NOT_BEGUN,
    Light.NOT_STARTED: H.NOT_BEGUN,
    Light.GREEN: H.NOT_OVERDUE,
    Light.YELLOW: H.NOT_OVERDUE,
    Light.DONE_IN_TIME: H.DONE_IN_TIME,
    Light.DONE_LATE: H.DONE_BEFORE,
}


def hindrances(looked: Looked, *, has_open_notice: bool = False) -> tuple[NoticeHindrance, ...]:
    """Name all that stands against a notice; nothing stands against one for red that is the office's doing.

    What was red before a pause began stays red, and yet nobody is urged while it is paused.
    """
    found = [
        (H.STAGE_LEFT, looked.has_left),
        (H.PAUSED, looked.is_paused),
        (H.WAITS_FOR_OWNER, looked.waits_for_owner),
        (H.OWNERS_TIME, not looked.is_offices_time),
        (H.NO_OFFICE, not looked.has_office),
        (_BY_LIGHT.get(looked.light, H.NOT_OVERDUE), looked.light is not Light.RED and not looked.has_left),
        (H.NOTICED, has_open_notice),
    ]
    return tuple(dict.fromkeys(code for code, is_so in found if is_so))


def check_supervisable(looked: Looked, *, has_open_notice: bool) -> None:
    """Refuse ``NothingToSupervise``, naming everything that stands against it."""
    found = hindrances(looked, has_open_notice=has_open_notice)
    if found:
        raise NothingToSupervise(faults=[Fault("", code.value, code.words) for code in found])


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What the rules may know of a notice; ``asked_on`` is the day of issue, or of the last sending back."""

    state: NoticeState
    is_agencys: bool
    is_agent_of_project: bool
    """Whether whoever asks is an agent of the project, if he acts as an agent at all."""
    effect: NoticeEffect | None
    repliers: frozenset[str]
    """Whoever has ever replied; a reply that was sent back is one, too."""
    office: frozenset[str]
    """The staff of the department, or the agents of the project."""
    reply_days: int
    asked_on: date
    replied_on: date | None
    judged_on: date | None


WITHOUT_EFFECT = Words(
    "未见成效的督办不能办结，请退回重新答复。", "It was without effect: send it back for another reply."
)
NOT_HIS_PROJECT = Words("代办员须是本项目的A角或者B角。", "The agent is not one of this project.")


def notice_standing(facts: NoticeFacts) -> CaseStanding:
    """Build what the rule about acts is asked with."""
    unmet: dict[str, tuple[Fault, ...]] = {}
    if facts.effect is NoticeEffect.NONE:
        unmet[A.CLOSE] = (Fault("", "without_effect", WITHOUT_EFFECT),)
    if facts.is_agencys and not facts.is_agent_of_project:
        unmet[A.REPLY] = (Fault("", "not_an_agent_of_this_project", NOT_HIS_PROJECT),)
    return CaseStanding(
        state=facts.state,
        persons={Party.REPLIER: facts.repliers, Party.OFFICE: facts.office},
        office_roles=AGENCY if facts.is_agencys else frozenset({Role.DEPARTMENT}),
        unmet=MappingProxyType(unmet),
    )


def notice_clocks(facts: NoticeFacts) -> tuple[CaseClock, ...]:
    """Give the time to reply, and once there is a reply the time to judge it; none of a withdrawn one."""
    if facts.state is S.WITHDRAWN:
        return ()
    reply = Duration(facts.reply_days, Unit.WORKING_DAY)
    clocks = [
        CaseClock(code=NoticeLimit.REPLY, anchor_on=facts.asked_on, duration=reply, done_on=facts.replied_on)
    ]
    if facts.replied_on is not None:
        clocks.append(
            CaseClock(
                code=NoticeLimit.JUDGEMENT,
                anchor_on=facts.replied_on,
                duration=JUDGEMENT,
                done_on=facts.judged_on,
            )
        )
    return tuple(clocks)


def replied_in_time(facts: NoticeFacts, today: date, calendar: WorkCalendar) -> bool:
    """Tell whether a reply given today is in time."""
    return notice_clocks(facts)[0].light(calendar, today) is not Light.RED
