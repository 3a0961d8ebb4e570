"""Handling a bad review or a complaint: one table of acts each, and the one rule that reads such a table.

An act leads from some states to another (or stays), is for some roles, sometimes for one person only, and
never for certain persons. Separation of duty compares persons, whatever systems and roles they use.
Default, not from the standard; the separation of duties follows similar services.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from app.domain.calendar import WorkCalendar
from app.domain.clocks import Due, Duration, Light, Pause, due, light
from app.domain.coded import Coded
from app.domain.standing import ROLE_WORDS, Asker, Role
from app.errors import Conflict, Fault, Forbidden, Invalid, Words

DEFAULT: Final = Words("系统默认，非标准规定", "default, not from the standard")


class Party(Coded):
    """A person of a case whom somebody else must be, or must not be."""

    REVIEWED = "reviewed", "被评价人", "person reviewed"
    HANDLER = "handler", "处置人", "handler"
    VERIFIER = "verifier", "核实人", "verifier"
    APPELLANT = "appellant", "申诉人", "appellant"
    ACCUSED = "accused", "被投诉人", "person complained about"
    INVESTIGATOR = "investigator", "调查人", "investigator"
    DECIDER = "decider", "处理决定人", "decider"
    REPLIER = "replier", "答复人", "replier"
    RESPONSIBLE = "responsible", "责任人", "person responsible"
    RESOLVER = "resolver", "办结人", "person who resolved it"
    FORMER = "former", "曾任处置人或者调查人", "former handler or investigator"
    OFFICE = "office", "当事单位人员", "staff of the office concerned"
    SERVANT = "servant", "服务过该项目的人员", "one who served the project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One row of a table of acts. ``to`` None: the state stays; ``by_office``: also the office concerned."""

    code: Coded
    sources: tuple[Coded, ...]
    to: Coded | None
    by: frozenset[Role] = frozenset()
    by_office: bool = False
    only: Party | None = None
    never: tuple[Party, ...] = ()
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStanding:
    """What the rule may know of a case: its state, its persons, the office's roles, and what is unmet.

    ``unmet`` names by act what keeps it back besides state, role and person.
    """

    state: Coded
    persons: Mapping[Party, frozenset[str]]
    office_roles: frozenset[Role] = frozenset()
    unmet: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AllowedCaseAct:
    """An act from the present state: whether this caller could do it now, and if not, why not."""

    act: Act
    reasons: tuple[Fault, ...]


class HandlingStateHasChanged(Conflict):
    """The case has left the state the caller believed it to be in; read it again and decide anew."""

    title = Words("处置状态已经变化", "The state has changed")
    detail = Words(
        "现在处于“{present_label}”状态，不是请求所依据的 {from_state}；请重新读取后再办理。",
        "It is “{present_label}” now, not {from_state}; read it again and decide anew.",
    )


class NotFromThisState(Conflict):
    """The present state does not allow this act."""

    title = Words("当前状态不能这样办理", "Not from this state")
    detail = Words(
        "处于“{present_label}”状态，不能办理“{act_label}”。",
        "“{act_label}” is not possible while it is “{present_label}”.",
    )


class NotYoursToHandle(Forbidden):
    """The role acted in may not do this act."""

    title = Words("无权办理", "Not yours to do")
    detail = Words("“{act_label}”须由{roles}办理。", "“{act_label}” is for: {roles}.")


class PersonIsExcluded(Forbidden):
    """Duties are separated by person: whoever is concerned, or did the step before, may not do this one."""

    title = Words("办理人须回避", "Another person has to do this")
    detail = Words(
        "“{act_label}”不能由{party}办理。", "“{act_label}” may not be done by the {party} of this case."
    )


class OtherPersonAssigned(Forbidden):
    """The act is for the one person that it was assigned to."""

    title = Words("不是指定的办理人", "Assigned to another person")
    detail = Words("“{act_label}”须由{party}办理。", "“{act_label}” is for the {party} of this case.")


class HandlingIncomplete(Invalid):
    """Something the act has to tell is missing or not asked for; every fault is named."""

    title = Words("填报内容不完整或者有误", "The act is incomplete")
    detail = Words(
        "办理“{act_label}”的填报内容有误，详见 errors。", "“{act_label}” needs other facts; see errors."
    )


class HandlingGuardsNotMet(Conflict):
    """A condition of the act is not met; every unmet one is named."""

    title = Words("办理条件尚不具备", "The conditions are not met")
    detail = Words(
        "办理“{act_label}”的条件尚不具备，详见 errors。",
        "The conditions of “{act_label}” are not met; see the errors.",
    )


MISSING: Final = Words("缺少该字段", "is missing")
NOT_WANTED: Final = Words("此动作不需要该字段", "is not asked for by this act")


def check_case_act(
    table: Mapping[str, Act],
    standing: CaseStanding,
    asker: Asker,
    code: str,
    from_state: str,
    told: Mapping[str, Any],
) -> Act:
    """Give the act, or refuse it, in this order: the state, the role, the person, the facts, the guards.

    HandlingStateHasChanged, NotFromThisState, NotYoursToHandle, PersonIsExcluded or OtherPersonAssigned,
    HandlingIncomplete, HandlingGuardsNotMet. ``told`` has every fact an act can tell, None when left out.
    """
    act = table[code]
    facts: dict[str, Any] = {
        "act": act.code.value,
        "act_label": act.code.words,
        "state": standing.state.value,
        "present_label": standing.state.words,
        "from_state": from_state,
    }
    if from_state != standing.state:
        raise HandlingStateHasChanged(**facts)
    if standing.state not in act.sources:
        raise NotFromThisState(**facts)
    check_who(act, standing, asker, facts)
    faults = incomplete(act, told)
    if faults:
        raise HandlingIncomplete(faults=faults, **facts)
    unmet = standing.unmet.get(act.code, ())
    if unmet:
        raise HandlingGuardsNotMet(faults=unmet, **facts)
    return act


def allowed_case_acts(
    table: Mapping[str, Act], standing: CaseStanding, asker: Asker
) -> tuple[AllowedCaseAct, ...]:
    """List the acts from the present state as ``check_case_act`` would decide them, with everything told."""
    found = []
    for act in table.values():
        if standing.state not in act.sources:
            continue
        reasons = tuple(standing.unmet.get(act.code, ()))
        try:
            check_who(act, standing, asker, {"act_label": act.code.words})
        except Forbidden as refusal:
            reasons = (Fault("", type(refusal).__name__, refusal.detail, refusal.facts),)
        found.append(AllowedCaseAct(act, reasons))
    return tuple(found)


def check_who(act: Act, standing: CaseStanding, asker: Asker, facts: Mapping[str, Any]) -> None:
    """Refuse the wrong role, a person who has to stand aside, and anyone but the one it is assigned to."""
    roles = act.by | (standing.office_roles if act.by_office else frozenset())
    if asker.role not in roles:
        raise NotYoursToHandle(**facts, roles=[ROLE_WORDS[role] for role in Role if role in roles])
    for party in act.never:
        if asker.person in standing.persons.get(party, ()):
            raise PersonIsExcluded(**facts, party=party.words)
    if act.only is not None and asker.person not in standing.persons.get(act.only, ()):
        raise OtherPersonAssigned(**facts, party=act.only.words)


def incomplete(act: Act, told: Mapping[str, Any]) -> list[Fault]:
    """Name the facts that are missing and those the act does not ask for."""
    possible = {*act.needs, *act.may}
    faults = [Fault(f"/{name}", "missing", MISSING) for name in act.needs if not _is_told(told.get(name))]
    faults += [
        Fault(f"/{name}", "not_asked_for", NOT_WANTED)
        for name, value in told.items()
        if _is_told(value) and name not in possible
    ]
    return faults


def _is_told(value: Any) -> bool:
    return value is not None and value not in ([], "")


def table_of(acts: Iterable[Act]) -> Mapping[str, Act]:
    """Make a table of acts by their codes."""
    return MappingProxyType({act.code.value: act for act in acts})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClock:
    """One limit of a case: what it is for, from which day, how long, its pauses, and when it was done."""

    code: Coded
    anchor_on: date
    duration: Duration
    pauses: tuple[Pause, ...] = ()
    done_on: date | None = None
    basis: Words = DEFAULT

    def due(self, calendar: WorkCalendar) -> Due:
        """Count the last day."""
        return due(calendar, self.anchor_on, self.duration, self.pauses)

    def light(self, calendar: WorkCalendar, today: date) -> Light:
        """Tell the colour on a day."""
        found = self.due(calendar)
        return light(found, today, is_running=not found.is_paused, done_on=self.done_on)


def running(clocks: Iterable[CaseClock]) -> CaseClock | None:
    """Give the clock a case runs by now: the first that is not done."""
    return next((clock for clock in clocks if clock.done_on is None), None)
