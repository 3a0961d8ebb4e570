"""Reports: their periods and names, and what one tells. The same name gives the same bytes, for ever."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from app.domain.coded import Coded
from app.domain.statistics_terms import Figure
from app.errors import Invalid, NotFound, Words

TEMPLATE_VERSION: Final = 1
"""Moves with every change of what is printed, and how."""


class ReportKind(Coded):
    """How often a report is made."""

    WEEKLY = "weekly", "周报", "weekly report"
    MONTHLY = "monthly", "月报", "monthly report"


class PeriodMalformed(Invalid):
    """A weekly report is about a week as 2025-W48, a monthly one about a month as 2025-11."""

    title = Words("统计期间格式有误", "The period is malformed")
    detail = Words(
        "“{period}”不是有效的期间：周报写作 2025-W48，月报写作 2025-11。",
        "“{period}” is no period: write 2025-W48 for a weekly report, 2025-11 for a monthly one.",
    )


class PeriodNotOver(Invalid):
    """A report is made of a week or month that is over."""

    title = Words("统计期间尚未结束", "The period is not over")
    detail = Words(
        "统计期间到 {to_on} 为止，须在其后编制报表。",
        "The period lasts until {to_on}; a report is made after it.",
    )


class ReportNotFound(NotFound):
    """No report has this name: malformed, not of the caller's areas, or of what is not known yet."""

    title = Words("找不到该报表", "Report not found")
    detail = Words("没有该报表，或您无权查看。", "There is no such report, or you may not see it.")


class ReportVersionGone(NotFound):
    """The report was made by other versions of formulas or template than this program has."""

    title = Words("该版本报表不再生成", "The report is of another version")
    detail = Words(
        "报表 {name} 由其他版本生成；本程序的口径为 f{formula_version}、模板为 t{template_version}。",
        "Report {name} was made by other versions; this program has formulas f{formula_version} and "
        "template t{template_version}.",
    )


class Period(NamedTuple):
    """A week, Monday to Sunday (ISO 8601), or a month; both days count."""

    kind: ReportKind
    from_on: date
    to_on: date

    @property
    def text(self) -> str:
        """Write it as names have it."""
        if self.kind is ReportKind.MONTHLY:
            return f"{self.from_on:%Y-%m}"
        year, week, _ = self.from_on.isocalendar()
        return f"{year:04}-W{week:02}"

    @property
    def previous(self) -> "Period":
        """Give the period before this one."""
        return period_of(self.kind, self.from_on - timedelta(days=1))


def period_of(kind: ReportKind, day: date) -> Period:
    """Give the period a day lies in."""
    if kind is ReportKind.MONTHLY:
        last = monthrange(day.year, day.month)[1]
        return Period(kind, day.replace(day=1), day.replace(day=last))
    monday = day - timedelta(days=day.weekday())
    return Period(kind, monday, monday + timedelta(days=6))


_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)
_WEEK: Final = re.compile(r"([0-9]{4})-W([0-9]{2})", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 2000, 2999


def read_period(kind: ReportKind, text: str) -> Period:
    """Read a period, or refuse ``PeriodMalformed``."""
    found = (_MONTH if kind is ReportKind.MONTHLY else _WEEK).fullmatch(text)
    if found is None or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
        raise PeriodMalformed(period=text)
    year, number = int(found[1]), int(found[2])
    try:
        day = date(year, number, 1) if kind is ReportKind.MONTHLY else date.fromisocalendar(year, number, 1)
    except ValueError:
        raise PeriodMalformed(period=text) from None
    return period_of(kind, day)


def moment_before(kind: ReportKind, known_at: datetime) -> datetime:
    """Say when the previous report is taken to have been made: a week, or a month, before this one.

    The service keeps no list of reports that somebody looked at, so the rhythm decides (default, not from
    the standard): a report of 12 January compares with what was known on 12 December, at the same hour.
    """
    if kind is ReportKind.WEEKLY:
        return known_at - timedelta(days=7)
    last_month = known_at.replace(day=1) - timedelta(days=1)
    return last_month.replace(day=min(known_at.day, last_month.day))


class ReportName(NamedTuple):
    """Everything a report depends on."""

    kind: ReportKind
    area_code: str
    period: str
    known_at: datetime
    sequence: int
    formula_version: int
    template_version: int
    language: str

    @property
    def text(self) -> str:
        """Write the name as paths have it."""
        known = f"{self.known_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{self.sequence}"
        versions = f"f{self.formula_version}_t{self.template_version}"
        return f"{self.kind.value}_{self.area_code}_{self.period}_{known}_{versions}_{self.language}"


_NAME: Final = re.compile(
    r"(weekly|monthly)_([A-Za-z0-9._-]{1,16})_([0-9W-]{7,8})_([0-9]{8}T[0-9]{6}Z)-([1-9][0-9]{0,17})"
    r"_f([1-9][0-9]{0,8})_t([1-9][0-9]{0,8})_(zh|en)",
    re.ASCII,
)


def read_name(text: str) -> ReportName:
    """Read a report's name, or refuse ``ReportNotFound``."""
    found = _NAME.fullmatch(text)
    if found is None:
        raise ReportNotFound
    kind, area, period, known, sequence, formula, template, language = found.groups()
    try:
        known_at = datetime.strptime(known, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        read_period(ReportKind(kind), period)
    except (ValueError, PeriodMalformed):
        raise ReportNotFound from None
    name = ReportName(
        ReportKind(kind), area, period, known_at, int(sequence), int(formula), int(template), language
    )
    if name.text != text:
        raise ReportNotFound
    return name


class LateEntry(NamedTuple):
    """What was entered after the previous report and happened earlier: the effect is in ``Change``."""

    sequence: int
    project_name: str
    label: Words
    item_code: str | None
    entry_mode: str
    occurred_on: date
    recorded_on: date
    is_before_period: bool

    @property
    def lag_days(self) -> int:
        """Calendar days between the act and its entry."""
        return (self.recorded_on - self.occurred_on).days


class Change(NamedTuple):
    """A figure of the previous period as the previous report told it, and as it is known now."""

    code: str
    told: Figure
    now: Figure


class AreaColumn(NamedTuple):
    """The figures of one of the areas below."""

    code: str
    name: Words
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a report tells, whatever it is written as."""

    name: ReportName
    period: Period
    area_name: Words
    as_of: date
    told_at: datetime
    """When the previous report is taken to have been made."""
    figures: Mapping[str, Figure]
    before: Mapping[str, Figure]
    """Of the previous period, as known now."""
    areas: tuple[AreaColumn, ...]
    changes: tuple[Change, ...]
    late: tuple[LateEntry, ...]
    late_total: int


def changes_between(told: Mapping[str, Figure], now: Mapping[str, Figure]) -> tuple[Change, ...]:
    """Name the figures that are not what they were, or rest on another number, in the order they stand."""
    return tuple(
        Change(code, told[code], now[code]) for code in told if _seen(told[code]) != _seen(now[code])
    )


def _seen(figure: Figure) -> tuple[object, ...]:
    return figure.value, figure.n, figure.numerator, figure.gap
