"""From a version of a calendar to the answer about it."""

from datetime import date

from app.actor import Actor
from app.answers import ActionOut, WordsOut, tried
from app.calendars.models import CalendarVersion
from app.calendars.schemas import (
    CalendarDayOut,
    CalendarOut,
    CalendarVersionOut,
    CalendarVersionSummaryOut,
    YearOut,
)
from app.calendars.service import check_activation
from app.domain.notices import NoticeKind
from app.domain.standing import Role
from app.errors import Words

ACTIVATE = Words("启用", "Activate")
NOT_VERIFIED = Words("发文字号未核实", "notice number not verified")


def calendar_body(row: CalendarVersion) -> CalendarOut:
    """Show a calendar by its version in force."""
    return CalendarOut(
        code=row.code,
        area_code=row.area_code,
        name=WordsOut(zh=row.document["name"]["zh"], en=row.document["name"]["en"]),
        number=row.number,
        parent_number=row.parent_number,
        valid_through=_valid_through(row),
        activated_at=row.activated_at,
    )


def version_summary(row: CalendarVersion) -> CalendarVersionSummaryOut:
    """Show a version as lists do."""
    return CalendarVersionSummaryOut(
        id=row.id,
        version=row.version,
        code=row.code,
        number=row.number,
        area_code=row.area_code,
        base_number=row.base_number,
        parent_number=row.parent_number,
        name=WordsOut(zh=row.document["name"]["zh"], en=row.document["name"]["en"]),
        state=row.state,
        valid_through=_valid_through(row),
        drafted_by=row.drafted_by,
        created_at=row.created_at,
        approved_by=row.approved_by,
        activated_at=row.activated_at,
    )


def version_body(row: CalendarVersion, actor: Actor, in_force: int | None) -> CalendarVersionOut:
    """Show a version with its own days; ``in_force`` is the number of the version it would follow."""
    festivals = row.document["festivals"]
    tables = ((NoticeKind.HOLIDAY, "days_off"), (NoticeKind.MAKEUP, "makeup_days"))
    days = sorted((day, kind, name) for kind, table in tables for day, name in row.document[table].items())
    return CalendarVersionOut(
        **version_summary(row),
        years=[_year(year, row, actor.language) for year in row.document["published_years"]],
        days=[
            CalendarDayOut(
                date=date.fromisoformat(day), kind=kind, festival=name, festival_en=festivals[name]
            )
            for day, kind, name in days
        ],
        allowed_actions=_actions(row, actor, in_force),
    )


def _year(year: int, row: CalendarVersion, language: str) -> YearOut:
    source = row.document["notices"].get(str(year), {"notice": None, "url": None})
    remark = None if source["notice"] else NOT_VERIFIED.told(language, {})
    return YearOut(year=year, notice=source["notice"], url=source["url"], remark=remark)


def _valid_through(row: CalendarVersion) -> date | None:
    """Tell the last day with an official notice; an area's exceptions have none."""
    years = row.document["published_years"]
    return date(max(years), 12, 31) if years else None


def _actions(row: CalendarVersion, actor: Actor, in_force: int | None) -> list[ActionOut]:
    if actor.role != Role.ADMIN or not actor.has_area(row.area_code):
        return []
    return [tried("activate", ACTIVATE, actor.language, lambda: check_activation(row, actor, in_force))]
