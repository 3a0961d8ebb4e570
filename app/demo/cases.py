"""What happened to the items of the demo's projects, as departments' systems report it."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from app.actor import Actor
from app.calendars.queries import calendar_of
from app.clock import OFFICE
from app.database import Writer
from app.domain.calendar import WorkCalendar
from app.domain.vocabulary import EntryMode
from app.items.queries import cases_of_project
from app.items.schemas import ItemReportIn
from app.items.service import report_on_case

SOURCE = "county-approvals"
EARLIEST_HOUR = 9


async def report_cases(
    session: Writer, actor: Actor, area: str, project_id: str, told: Mapping[str, list[dict[str, Any]]]
) -> None:
    """Report what happened to the items of a project, each step so many working days before today."""
    calendar = await calendar_of(session, area)
    cases = {case.item_code: case.id for case in await cases_of_project(session, project_id)}
    for item, steps in told.items():
        for number, step in enumerate(steps):
            at = _at(calendar, actor.today, step["ago"], EARLIEST_HOUR + number)
            given = ItemReportIn(
                occurred_at=at,
                source_system=SOURCE,
                external_id=f"{project_id}/{item}/{number}",
                source_sequence=number,
                **_facts(step, calendar, actor.today, at.date()),
            )
            await report_on_case(session, actor, cases[item], given, EntryMode.IMPORTED)


def _facts(step: Mapping[str, Any], calendar: WorkCalendar, today: date, day: date) -> dict[str, Any]:
    facts = {name: value for name, value in step.items() if name not in {"ago", "due_in"}}
    if "due_in" in step:
        facts["supplement_due_on"] = _day(calendar, today, -step["due_in"])
    if "special_kind" in step and "expected" in step:
        facts["told_on"] = day
    if "document_number" in step:
        facts["document_on"] = day
    return facts


def _at(calendar: WorkCalendar, today: date, ago: int, hour: int) -> datetime:
    return datetime.combine(_day(calendar, today, ago), time(hour), OFFICE)


def _day(calendar: WorkCalendar, today: date, ago: int) -> date:
    """Give the working day after which ``ago`` have passed by today; later than today if negative."""
    return date.fromordinal(calendar.ordinal_reaching(calendar.working_days_through(today) - ago))
