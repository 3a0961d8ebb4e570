"""Acts of our operators on an item case: whether one may be done now, by whom, and what it has to tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from app.domain.items import (
    CLOSING,
    FOLLOWING,
    NATIONAL,
    PASSING,
    UNDECIDED,
    ItemAct,
    ItemState,
    may_follow,
)
from app.domain.renewals import Renewable, unrenewable
from app.domain.standing import ROLE_WORDS, Role
from app.errors import Conflict, Fault, Forbidden, Invalid, Words

Act = ItemState | ItemAct
S = ItemState

ACTS: Final[tuple[Act, ...]] = (
    *NATIONAL,
    ItemAct.EXTENDED,
    ItemAct.SUPPLEMENT_CLOSED,
    ItemAct.VALIDITY_RENEWED,
)
OWNERS: Final[frozenset[Act]] = frozenset({S.RECEIVED, S.RECALLED, S.CORRECTION_ENDED, S.WITHDRAWN})
"""Acts of the applicant, done for him; every other act is the department's."""
_AGENCY: Final = (Role.OFFICER, Role.AGENT)

_REASONED: Final[frozenset[Act]] = frozenset(
    {
        *(CLOSING - PASSING),
        S.CORRECTION_STARTED,
        S.SPECIAL_STARTED,
        ItemAct.EXTENDED,
        ItemAct.VALIDITY_RENEWED,
    }
)
_DOCUMENT: Final = ("document_number", "document_on")
NEEDED: Final[Mapping[Act, tuple[str, ...]]] = MappingProxyType(
    {
        S.SPECIAL_STARTED: ("special_kind", "expected", "told_on"),
        S.PASSED: _DOCUMENT,
        S.CONDITIONALLY_PASSED: (*_DOCUMENT, "supplement", "supplement_due_on"),
        S.NOT_PASSED: _DOCUMENT,
        ItemAct.EXTENDED: ("extension", "approver_id", "told_on"),
        ItemAct.VALIDITY_RENEWED: ("validity_renewal",),
    }
)
"""What an act has to tell (行政许可法 §42, §45: whoever stops or extends the time tells the applicant)."""
_POSSIBLE: Final[Mapping[Act, tuple[str, ...]]] = MappingProxyType(
    {
        S.SPECIAL_ENDED: ("special_kind",),
        S.CORRECTION_STARTED: ("materials",),
        S.REVOKED: _DOCUMENT,
        ItemAct.VALIDITY_RENEWED: _DOCUMENT,
    }
)

MISSING = Words("缺少该字段", "is missing")
NOT_WANTED = Words("此动作不需要该字段", "is not asked for by this act")
TOO_EARLY = Words("早于办理日", "is earlier than the act")


class ItemStateHasChanged(Conflict):
    """The case has left the state the caller believed it to be in; read it again and decide anew."""

    title = Words("办件状态已经变化", "The state has changed")
    detail = Words(
        "办件现在处于“{present_label}”状态，不是请求所依据的 {from_state}；请重新读取后再办理。",
        "The case is “{present_label}” now, not {from_state}; read it again and decide anew.",
    )


class ActNotFromHere(Conflict):
    """The present state of the case does not allow this act."""

    title = Words("当前状态不能这样办理", "Not from this state")
    detail = Words(
        "办件处于“{present_label}”状态，不能办理“{act_label}”。",
        "“{act_label}” is not possible while the case is “{present_label}”.",
    )


class RoleMayNotAct(Forbidden):
    """The role acted in may not do this act; a department acts on its own items only."""

    title = Words("无权办理", "Not yours to do")
    detail = Words("“{act_label}”须由{roles}办理。", "“{act_label}” is for: {roles}.")


class ActIncomplete(Invalid):
    """Something the act has to tell is missing or not asked for; every fault is named."""

    title = Words("填报内容不完整或者有误", "The act is incomplete")
    detail = Words(
        "办理“{act_label}”的填报内容有误，详见 errors。", "“{act_label}” needs other facts; see errors."
    )


class ItemGuardsNotMet(Conflict):
    """A condition of the act is not met; every unmet one is named."""

    title = Words("办理条件尚不具备", "The conditions are not met")
    detail = Words(
        "办理“{act_label}”的条件尚不具备，详见 errors。",
        "The conditions of “{act_label}” are not met; see the errors.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStanding:
    """What the rule may know of a case. ``unmet`` names the prerequisites lacking, each as it is called.

    ``extension_bound`` is the most that may be granted (0 for nothing), ``can_extend`` whether a limit that
    has such a bound has not run out; ``renewable`` is None for what has no validity that may be renewed.
    A filing may pass without having been accepted.
    """

    state: ItemState
    is_filing: bool
    is_deemed: bool
    owes_supplement: bool
    is_extended: bool
    extension_bound: int
    can_extend: bool
    renewable: Renewable | None
    unmet: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class AllowedAct:
    """An act from the present state: whether it could be done now by this role, and if not, why not."""

    act: Act
    reasons: tuple[Fault, ...]


UNMET = Words("前置事项尚未办结：{item}。", "A prerequisite has not passed: {item}.")
NOT_ACCEPTED_YET = Words(
    "尚未受理；只有备案事项可以收件后直接办结。",
    "It was not accepted yet; only a filing passes upon receipt.",
)
DEEMED = Words(
    "已逾五个工作日未答复，视为受理。", "Nobody answered in five working days: it counts as accepted."
)
EXTENDED_BEFORE = Words("已经延长过一次。", "The limit was extended before.")
NO_EXTENSION = Words("该事项的时限不得延长。", "The limit of this item cannot be extended.")
EXPIRED = Words("时限已经届满，不能再延长。", "The limit has run out and cannot be extended.")
TOO_LONG = Words("最多可延长 {most}。", "It can be extended by {most} at most.")
NOTHING_OWED = Words("没有待补的容缺材料。", "No papers are owed.")


def check_act(
    standing: ItemStanding,
    role: Role,
    act: Act,
    from_state: str,
    told: Mapping[str, Any],
    day: date,
) -> None:
    """Refuse an act that may not be done, in this order.

    ItemStateHasChanged, ActNotFromHere, RoleMayNotAct, ActIncomplete, ItemGuardsNotMet. ``told`` are the
    facts given (None for those left out), ``reason`` and ``evidence`` among them; ``day`` is the act's.
    """
    facts: dict[str, Any] = {
        "act": act.value,
        "act_label": act.words,
        "state": standing.state.value,
        "present_label": standing.state.words,
        "from_state": from_state,
    }
    if from_state != standing.state:
        raise ItemStateHasChanged(**facts)
    if act not in _candidates(standing):
        raise ActNotFromHere(**facts)
    if role not in roles_of(act):
        raise RoleMayNotAct(**facts, roles=_named(act))
    faults = _incomplete(act, role, told, day)
    if faults:
        raise ActIncomplete(faults=faults, **facts)
    unmet = _unmet(standing, act, told)
    if unmet:
        raise ItemGuardsNotMet(faults=unmet, **facts)


def allowed_acts(standing: ItemStanding, role: Role) -> tuple[AllowedAct, ...]:
    """List the acts from the present state as ``check_act`` would decide them, with everything told."""
    found = []
    for act in ACTS:
        if act not in _candidates(standing):
            continue
        reasons = tuple(_unmet(standing, act, {}))
        if role not in roles_of(act):
            said = {"act_label": act.words, "roles": _named(act)}
            reasons = (Fault("", RoleMayNotAct.__name__, RoleMayNotAct.detail, said),)
        found.append(AllowedAct(act, reasons))
    return tuple(found)


def roles_of(act: Act) -> tuple[Role, ...]:
    """Tell who may do an act; the agency enters a department's act with evidence of it."""
    return _AGENCY if act in OWNERS else (Role.DEPARTMENT, *_AGENCY)


def _named(act: Act) -> tuple[Words, ...]:
    return tuple([ROLE_WORDS[role] for role in roles_of(act)])


def _candidates(standing: ItemStanding) -> frozenset[Act]:
    """Give every act that the state allows, and those that only a guard keeps back."""
    found: set[Act] = {*FOLLOWING[standing.state], *may_follow(standing.state, is_deemed=standing.is_deemed)}
    if standing.state in UNDECIDED or standing.is_deemed:
        found.add(ItemAct.EXTENDED)
    if standing.state in PASSING:
        found.add(ItemAct.VALIDITY_RENEWED)
    if standing.state is S.CONDITIONALLY_PASSED:
        found.add(ItemAct.SUPPLEMENT_CLOSED)
    return frozenset(found)


def _incomplete(act: Act, role: Role, told: Mapping[str, Any], day: date) -> list[Fault]:
    needed = NEEDED.get(act, ())
    if act in _REASONED:
        needed = (*needed, "reason")
    if act not in OWNERS and role is not Role.DEPARTMENT:
        needed = (*needed, "evidence")
    possible = {*needed, *_POSSIBLE.get(act, ()), "reason", "evidence"}
    faults = [Fault(f"/{name}", "missing", MISSING) for name in needed if not told.get(name)]
    faults += [
        Fault(f"/{name}", "not_asked_for", NOT_WANTED)
        for name, value in told.items()
        if value is not None and name not in possible
    ]
    due_on = told.get("supplement_due_on")
    if due_on is not None and due_on < day:
        faults.append(Fault("/supplement_due_on", "too_early", TOO_EARLY))
    return faults


def _unmet(standing: ItemStanding, act: Act, told: Mapping[str, Any]) -> list[Fault]:
    """Name the guards that are not met; of an extension or a renewal the length only when it is known."""
    if isinstance(act, ItemState) and act not in may_follow(standing.state, is_deemed=standing.is_deemed):
        return [Fault("", "accepted_by_silence", DEEMED)]
    is_upon_receipt = act is S.PASSED and standing.state is S.RECEIVED
    if is_upon_receipt and not standing.is_filing and not standing.is_deemed:
        return [Fault("", "not_accepted_yet", NOT_ACCEPTED_YET)]
    if act in {S.RECEIVED, S.ACCEPTED} or is_upon_receipt:
        return [Fault("", "prerequisite_open", UNMET, {"item": name}) for name in standing.unmet]
    if act is ItemAct.SUPPLEMENT_CLOSED and not standing.owes_supplement:
        return [Fault("", "nothing_owed", NOTHING_OWED)]
    if act is ItemAct.VALIDITY_RENEWED:
        return unrenewable(standing.renewable, told.get("validity_renewal"))
    return _unextendable(standing, told.get("extension")) if act is ItemAct.EXTENDED else []


def _unextendable(standing: ItemStanding, extension: int | None) -> list[Fault]:
    if standing.extension_bound == 0:
        return [Fault("", "no_extension", NO_EXTENSION)]
    if standing.is_extended:
        return [Fault("", "extended_before", EXTENDED_BEFORE)]
    if not standing.can_extend:
        return [Fault("", "limit_expired", EXPIRED)]
    if extension is not None and extension > standing.extension_bound:
        most = {"most": standing.extension_bound}
        return [Fault("/extension", "too_long", TOO_LONG, most)]
    return []
