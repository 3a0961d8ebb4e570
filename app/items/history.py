"""A case as it was: as it was known then, as it was the case then, or both; read from the ledger."""

from datetime import date, datetime
from typing import NamedTuple

from app.actor import Actor
from app.calendars.queries import calendar_of_clock
from app.clock import office_date
from app.database import Reader
from app.domain.fold import Rows, as_of, fold, put_right
from app.errors import NotFound, Words
from app.items.applying import Open, open_case_of
from app.items.counting import columns, count
from app.items.models import ItemCase, ItemStep
from app.items.queries import find_case
from app.projects.history import happenings_of, parts_of
from app.table import rfc3339


class ItemCaseNotKnownThen(NotFound):
    """The case exists, but at the moment asked for nothing about it was recorded, or was the case."""

    title = Words("当时尚无该办件", "The case was not known then")
    detail = Words(
        "在所查询的时点（known_at、valid_at）尚无该办件的记录。",
        "At the moment asked for (known_at, valid_at) there was no record of this case yet.",
    )


class Seen(NamedTuple):
    """A case as of a moment, and the day its lights are shown for."""

    known: Open
    today: date
    is_past: bool


async def read_case(
    session: Reader, actor: Actor, case_id: str, known_at: datetime | None, valid_at: datetime | None
) -> Seen:
    """Read a case, now or as of a moment; whoever may see it today may see its past.

    ``known_at`` leaves out what was recorded later; ``valid_at`` takes the steps that had happened by then,
    late reports among them, and its day as today. Refuses ``ItemCaseNotFound``, ``ItemCaseNotKnownThen``.
    """
    found = await find_case(session, actor, case_id)
    calendar = await calendar_of_clock(session, found[0].calendar_version, found[0].area_code)
    known = await open_case_of(session, found, calendar)
    if known_at is None and valid_at is None:
        return Seen(known, actor.today, is_past=False)
    case, rows = await _as_of(session, known.case, known_at, valid_at)
    calendar = await calendar_of_clock(session, case.calendar_version, case.area_code)
    counted = count(case, rows, calendar)
    case = case._replace(**columns(case, counted, calendar))  # type: ignore[attr-defined]  # rows are tuples
    then = Open(case, rows, counted, known.pair, known.plan, known.cases, known.reached, calendar)
    return Seen(then, actor.today if valid_at is None else office_date(valid_at), is_past=True)


async def _as_of(
    session: Reader, case: ItemCase, known_at: datetime | None, valid_at: datetime | None
) -> tuple[ItemCase, list[ItemStep]]:
    """Give the case and its steps as they stood: limits as in force then, steps as they happened."""
    happenings = await happenings_of(session, case.project_id, known_at)
    everything = fold(happenings if valid_at is None else put_right(happenings))
    then = everything if valid_at is None else fold(as_of(happenings, valid_at=rfc3339(valid_at)))
    found = _case_in(then, case) or _case_in(everything, case)
    steps = [
        step
        for step in parts_of(everything, case.project_id, ItemStep)
        if step.item_case_id == case.id and (valid_at is None or step.occurred_at <= valid_at)
    ]
    is_born = valid_at is None or bool(steps) or (found is not None and found.opened_at <= valid_at)
    if found is None or not is_born:
        raise ItemCaseNotKnownThen(item_case_id=case.id)
    return found, sorted(steps, key=lambda step: step.number)


def _case_in(rows: Rows, case: ItemCase) -> ItemCase | None:
    return next((c for c in parts_of(rows, case.project_id, ItemCase) if c.id == case.id), None)
