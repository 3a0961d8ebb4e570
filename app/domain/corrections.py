"""What of a wrong entry can be put right by a correction, and what a right value looks like.

A correction touches what somebody said about the world: names, sums, days, the moment of an act. It never
touches what the service decided (stage, versions, ids), nor free texts and personal data, which stand in the
private store and have their own way of being changed. Default, not from the standard.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from app.domain.move_inputs import CODE_FORM, DATE_FORM, pointer_to
from app.domain.vocabulary import ApprovalMode, ConstructionNature, FundNature, LandMode, ProcessClass
from app.errors import Conflict, Fault, Invalid, Words

NAME_LENGTH: Final = 200
MOST_FEN: Final = 999_999_999_999_999  # what a sum in 万元 with nine digits comes to
INDUSTRY_FORM: Final = re.compile(r"[A-T](\d{2,4})?")

Check = Callable[[Any], bool]
Changes = Sequence[Mapping[str, Any]]
"""Changes as the ledger writes them: table, id, and set (new values by column, None for a removed row)."""


class NothingToPutRight(Invalid):
    """The correction names what the event did not say, what cannot be corrected, or a value that is wrong."""

    title = Words("更正内容有误", "The correction cannot be made")
    detail = Words("更正内容有误，详见 errors。", "What is said to be right is not possible; see the errors.")


class LaterActDependsOnIt(Conflict):
    """An act recorded later rests on the wrong entry; it has to be put right first, or instead."""

    title = Words("后续行为依赖该记录", "A later act depends on it")
    detail = Words(
        "后续事件 {event_id}（{type}，{occurred_at}）依赖该记录，请先更正后者。",
        "Event {event_id} ({type}, {occurred_at}) rests on it; put that right first, or instead.",
    )


class EarlierActStandsBefore(Conflict):
    """The step would have happened before the one, or the registration, that it follows."""

    title = Words("早于前一行为", "Earlier than the act before it")
    detail = Words(
        "更正后的时间早于前一行为的时间 {before}。", "The act before it happened later, at {before}."
    )


def _text(value: Any) -> bool:
    return isinstance(value, str) and value == value.strip() and 0 < len(value) <= NAME_LENGTH


def _form(form: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


def _one_of(choices: type[StrEnum]) -> Check:
    known = frozenset(map(str, choices))
    return lambda value: isinstance(value, str) and value in known


def _day(value: Any) -> bool:
    if not isinstance(value, str) or not DATE_FORM.fullmatch(value):
        return False
    try:
        return 1900 <= date.fromisoformat(value).year <= 2200  # noqa: PLR2004 - as everywhere on the wire
    except ValueError:
        return False


def _fen(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MOST_FEN


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


CORRECTABLE: Final[Mapping[str, Mapping[str, Check]]] = MappingProxyType(
    {
        "project": MappingProxyType(
            {
                "name": _text,
                "owner_name": _text,
                "process_class": _or_null(_one_of(ProcessClass)),
                "approval_mode": _or_null(_one_of(ApprovalMode)),
                "construction_nature": _or_null(_one_of(ConstructionNature)),
                "land_mode": _or_null(_one_of(LandMode)),
                "fund_nature": _or_null(_one_of(FundNature)),
                "industry_code": _or_null(_form(INDUSTRY_FORM)),
                "investment_fen": _or_null(_fen),
                "location": _or_null(_text),
                "planned_start_on": _or_null(_day),
                "planned_completion_on": _or_null(_day),
                "file_number": _form(CODE_FORM),
            }
        ),
        "milestone": MappingProxyType({"reached_on": _day}),
        "work_package": MappingProxyType(
            {"name": _text, "planned_start_on": _or_null(_day), "planned_completion_on": _or_null(_day)}
        ),
    }
)
"""The columns that a correction may set, by table, and what a right value has to look like.

Besides these, the moment of a stage transition can be corrected: ``right.occurred_at``.
"""

NOTHING = Words("没有写明任何正确内容。", "Nothing is said to be right.")
NOT_OF_THIS_EVENT = Words("该事件没有写入此项内容。", "The event did not say this.")
NOT_CORRECTABLE = Words("{name} 不能通过更正修改。", "{name} cannot be put right by a correction.")
NOT_A_VALUE = Words("{name} 的取值无效。", "This is no possible value of {name}.")
SAME = Words("与原记录相同。", "This is what was recorded.")
NO_STEP = Words("只有环节流转的发生时间可以更正。", "Only the moment of a stage transition can be put right.")


def find_faults(recorded: Changes, right: Changes, root: str = "/right/set") -> list[Fault]:
    """Find everything that is wrong with the changes said to be right, given those the event recorded."""
    rows = {(change["table"], change["id"]): change["set"] or {} for change in recorded}
    faults: list[Fault] = []
    for place, change in enumerate(right):
        table, pointer = change["table"], root + pointer_to(place)
        row = rows.get((table, change["id"]))
        if row is None:
            faults.append(Fault(pointer, "not_of_this_event", NOT_OF_THIS_EVENT))
            continue
        for name, value in change["set"].items():
            found = _fault(CORRECTABLE.get(table, {}), row, name, value)
            if found is not None:
                code, words = found
                faults.append(Fault(pointer + pointer_to("set", name), code, words, {"name": name[:64]}))
    return faults


def _fault(
    columns: Mapping[str, Check], row: Mapping[str, Any], name: str, value: Any
) -> tuple[str, Words] | None:
    if name not in columns:
        return "not_correctable", NOT_CORRECTABLE
    if name not in row:
        return "not_of_this_event", NOT_OF_THIS_EVENT
    if not columns[name](value):
        return "not_a_value", NOT_A_VALUE
    return ("same", SAME) if row[name] == value else None


def changes_again(later: Changes, right: Changes) -> bool:
    """Tell whether changes recorded later set again, or removed, what is said to be right."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for change in right:
        wanted.setdefault((change["table"], change["id"]), set()).update(change["set"])
    return any(
        change["set"] is None or bool(change["set"].keys() & wanted[change["table"], change["id"]])
        for change in later
        if (change["table"], change["id"]) in wanted
    )
