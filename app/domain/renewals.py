"""Renewing the validity of a permit: how often, how far, and what counts of it.

How often and by how much is data of the catalogue (建筑法 §9: a construction permit twice, by three months
at most each; 企业投资项目核准和备案管理条例: a verification once, by a year at most). That a renewal is added
to the validity and counted from the same day as it is a default, not from the standard.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.domain.calendar import WorkCalendar
from app.domain.clocks import due
from app.domain.durations import Duration, Unit, amount
from app.errors import Fault, Words

_MONTHS: Final = {Unit.CALENDAR_MONTH: 1, Unit.CALENDAR_YEAR: 12}

NO_RENEWAL = Words("该批准没有可以延期的有效期。", "This decision has no validity that can be renewed.")
WORKS_BEGAN = Words("已经开工，不必延期。", "Works have begun: there is nothing to renew.")
EXPIRED = Words("有效期已经届满，不能再延期。", "The validity has run out and cannot be renewed.")
USED_UP = Words("延期次数已经用完。", "It was renewed as often as it may be.")
TOO_LONG = Words("每次最多可延期 {most}。", "It can be renewed by {most} at most each time.")


@dataclass(frozen=True, slots=True)
class Renewal:
    """How often a validity may be renewed, and by how much at most each time."""

    at_most: Duration
    times: int


@dataclass(frozen=True, slots=True)
class Granted:
    """A renewal as it was granted, in the unit of the bound; ``is_after_start``: works had used it up."""

    value: int
    on: date
    is_after_start: bool


@dataclass(frozen=True, slots=True)
class Prolonged:
    """A validity with the renewals that count; ``is_ignored`` when one counts not at all, or only in part."""

    duration: Duration
    valid_through: date | None
    counted: int
    is_ignored: bool


@dataclass(frozen=True, slots=True)
class Renewable:
    """What the guard of a renewal may know of a decision that can be renewed."""

    at_most: Duration
    left: int
    is_expired: bool
    has_begun: bool


def can_add(duration: Duration, renewal: Renewal) -> bool:
    """Tell whether a renewal is in a unit that adds up with that of the validity."""
    return duration.unit is renewal.at_most.unit or {duration.unit, renewal.at_most.unit} <= _MONTHS.keys()


def longer(duration: Duration, value: int, unit: Unit) -> Duration:
    """Add to a validity; months to years make months."""
    if duration.unit is unit:
        return Duration(duration.value + value, unit)
    months = duration.value * _MONTHS[duration.unit] + value * _MONTHS[unit]
    return Duration(months, Unit.CALENDAR_MONTH)


def prolonged(
    calendar: WorkCalendar,
    since: date,
    duration: Duration,
    renewal: Renewal | None,
    granted: Iterable[Granted],
) -> Prolonged:
    """Count a validity with its renewals, in their order.

    One counts while the validity has not run out, is not used up by the start of works, and renewals are
    left; beyond the bound it counts up to the bound.
    """
    last, counted, is_ignored = due(calendar, since, duration).due_on, 0, False
    for each in granted:
        is_late = last is not None and each.on > last
        if renewal is None or counted >= renewal.times or is_late or each.is_after_start:
            is_ignored = True
            continue
        bound = renewal.at_most
        is_ignored = is_ignored or each.value > bound.value
        duration = longer(duration, min(each.value, bound.value), bound.unit)
        last, counted = due(calendar, since, duration).due_on, counted + 1
    return Prolonged(duration, last, counted, is_ignored)


def unrenewable(known: Renewable | None, value: int | None) -> list[Fault]:
    """Name what keeps a validity from being renewed; of the length only when it is known."""
    if known is None:
        return [Fault("", "no_renewal", NO_RENEWAL)]
    if known.has_begun:
        return [Fault("", "works_began", WORKS_BEGAN)]
    if known.is_expired:
        return [Fault("", "validity_expired", EXPIRED)]
    if known.left <= 0:
        return [Fault("", "renewals_used_up", USED_UP)]
    if value is not None and value > known.at_most.value:
        told = {"most": amount(known.at_most.value, known.at_most.unit)}
        return [Fault("/validity_renewal", "too_long", TOO_LONG, told)]
    return []


def read_renewal(document: Mapping[str, Any] | None) -> Renewal | None:
    """Read ``{"value": 3, "unit": "calendar_month", "times": 2}``."""
    if document is None:
        return None
    return Renewal(Duration(document["value"], Unit(document["unit"])), document["times"])


def write_renewal(renewal: Renewal | None) -> dict[str, Any] | None:
    """Write a renewal for storage."""
    if renewal is None:
        return None
    bound = renewal.at_most
    return {"value": bound.value, "unit": bound.unit.value, "times": renewal.times}
