"""Computing figures: from the tables as of now, or a fold of the ledger as of then; by the same rules."""

from asyncio import to_thread
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.actor import Actor, Scope
from app.areas.models import Area
from app.areas.queries import all_areas, areas_below, get_area, get_department
from app.calendars.models import CalendarVersion
from app.calendars.queries import ACTIVE, calendar_of_clock, get_calendar, governing
from app.clock import office_date
from app.database import Reader
from app.domain.calendar import WorkCalendar
from app.domain.statistics import DEFINITIONS, Definition, Figure, figures_of, needs_of
from app.domain.statistics_facts import Facts, grouped, where
from app.errors import Fault, Invalid, NotFound, Words
from app.events.queries import ledger_end
from app.statistics.asking import Answer, Ask, FigureGroup
from app.statistics.building import build
from app.statistics.folding import Folded, fold_until, kinds_of, source_of
from app.statistics.framing import Frame
from app.statistics.reading import Source, read_now, read_procedures
from app.statistics.schemas import FiguresIn

__all__ = [
    "DEFINITIONS",
    "Answer",
    "Ask",
    "Definition",
    "Figure",
    "FigureGroup",
    "figures",
    "read_facts",
    "read_figures",
]


LONGEST = timedelta(days=5 * 366)
BEFORE_TO = Words("不得早于 from", "is before from")
UNKNOWN = Words("没有该指标", "is no figure")


class PeriodEndsBeforeItBegins(Invalid):
    """A period ends on the day it begins, or later."""

    title = Words("统计期有误", "The period ends before it begins")
    detail = Words("to 不得早于 from。", "The last day, to, is before the first, from.")


class PeriodTooLong(Invalid):
    """Figures are told for five years at most."""

    title = Words("统计期过长", "The period is too long")
    detail = Words("统计期最长五年。", "Figures are told for five years at most.")


class FigureUnknown(Invalid):
    """A figure is named by a code of ``/v1/statistics/definitions``."""

    title = Words("没有该指标", "There is no such figure")
    detail = Words("没有指标 {codes}。", "There is no figure {codes}.")


class FigureNotFound(NotFound):
    """No figure has this code."""

    title = Words("找不到该指标", "Figure not found")
    detail = Words("没有该指标。", "There is no such figure.")


def ask_of(asked: FiguresIn) -> Ask:
    """Read what is asked. Refuses ``FigureUnknown``, ``PeriodEndsBeforeItBegins``, ``PeriodTooLong``."""
    codes = None if asked.figure is None else tuple(dict.fromkeys(asked.figure))
    unknown = [code for code in codes or () if code not in DEFINITIONS]
    if unknown:
        raise FigureUnknown(faults=[Fault("/query/figure", "unknown_figure", UNKNOWN)], codes=unknown)
    if asked.to_on < asked.from_on:
        raise PeriodEndsBeforeItBegins(faults=[Fault("/query/to", "before_from", BEFORE_TO)])
    if asked.to_on - asked.from_on > LONGEST:
        raise PeriodTooLong(faults=[Fault("/query/to", "too_long", PeriodTooLong.title)])
    return Ask(
        from_on=asked.from_on,
        to_on=asked.to_on,
        area_code=asked.area,
        department_code=asked.department,
        agent=asked.agent,
        process_class=None if asked.process_class is None else asked.process_class.value,
        known_at=asked.known_at,
        codes=codes,
        group_by=asked.group_by,
    )


def definition_of(code: str) -> Definition:
    """Find a definition, or refuse ``FigureNotFound``."""
    found = DEFINITIONS.get(code)
    if found is None:
        raise FigureNotFound
    return found


async def figures(session: Reader, actor: Actor, ask: Ask) -> list[Figure]:
    """Compute figures of everything asked, without groups, in the order of their codes."""
    return list((await read_figures(session, actor, ask)).groups[0].figures)


async def read_figures(session: Reader, actor: Actor, ask: Ask) -> Answer:
    """Compute figures, of everything asked or group by group; the first group is everything if none is asked.

    Without ``known_at`` the number of statements depends on the figures only. Refuses ``AreaNotFound``.
    """
    facts, sequence = await read_facts(session, actor, ask)
    codes = tuple(DEFINITIONS) if ask.codes is None else ask.codes
    groups: dict[str | None, Facts] = {None: facts} if ask.group_by is None else grouped(facts, ask.group_by)
    told = [FigureGroup(key, tuple(figures_of(part, codes))) for key, part in groups.items()]
    return Answer(sequence, facts.as_of, tuple(told))


async def read_facts(
    session: Reader, actor: Actor, ask: Ask, folded: Folded | None = None
) -> tuple[Facts, int]:
    """Read the facts that figures are computed from, and the place in the ledger they rest on.

    ``folded`` is a fold for the same figures to an earlier place, which is folded on.

    Those of a fold serve any period: ``replace(facts, from_on=…, to_on=…)``. Refuses ``AreaNotFound``,
    ``DepartmentNotFound``.
    """
    if ask.department_code is not None:
        await get_department(session, actor, ask.department_code)
    needs = _needs(ask)
    scope = await _scope(session, actor, ask)
    if ask.known_at is None:
        facts, sequence = await _now(session, actor, scope, needs, ask)
    else:
        facts, sequence = await _then(session, actor, scope, needs, ask, folded)
    if ask.is_narrowed:
        facts = where(facts, ask.keeps)
    has_complaints = ask.agent is ask.process_class is None
    return replace(facts, tells_complaints=has_complaints), sequence


def nothing_folded(ask: Ask) -> Folded:
    """Give what a fold for some figures begins with."""
    return Folded.to_fold(kinds_of(_needs(ask)))


def _needs(ask: Ask) -> frozenset[str]:
    return needs_of(DEFINITIONS if ask.codes is None else ask.codes)


async def _scope(session: Reader, actor: Actor, ask: Ask) -> Scope:
    """Give the caller's areas, or those of them that lie in the one asked about."""
    if ask.area_code is None:
        return actor.scope
    area = await get_area(session, actor, ask.area_code)
    below = set(await areas_below(session, area.code))
    return actor.scope._replace(areas=tuple([code for code in actor.areas if code in below]))


async def _now(
    session: Reader, actor: Actor, scope: Scope, needs: frozenset[str], ask: Ask
) -> tuple[Facts, int]:
    end = await session.one(ledger_end())
    source = await read_now(session, scope, needs, ask)
    await read_procedures(session, source)
    parents = {area.code: area.parent_code for area in await session.all(all_areas())}
    calendars = {code: await calendar_of_clock(session, None, code) for code in _areas_in(source)}
    frame = _frame(ask, actor.today, scope, calendars, parents)
    return await to_thread(build, source, frame, needs), end.sequence


async def _then(
    session: Reader,
    actor: Actor,
    scope: Scope,
    needs: frozenset[str],
    ask: Ask,
    folded: Folded | None,
) -> tuple[Facts, int]:
    known_at = actor.at if ask.known_at is None else ask.known_at
    folded = folded or nothing_folded(ask)
    await fold_until(session, known_at, folded)
    source = await to_thread(source_of, folded, scope, needs)
    await read_procedures(session, source)
    parents = {area.code: area.parent_code for area in folded.all(Area)}
    calendars = await _calendars_then(session, folded, parents, _areas_in(source))
    moment = folded.recorded_at if isinstance(known_at, int) else min(known_at, actor.at)
    as_of = ask.as_of or (actor.today if moment is None else office_date(moment))
    frame = _frame(ask, as_of, scope, calendars, parents)
    return await to_thread(build, source, frame, needs), folded.sequence


async def _calendars_then(
    session: Reader, folded: Folded, parents: Mapping[str, str | None], areas: Iterable[str]
) -> dict[str, WorkCalendar]:
    """Give the calendars that were in force then; a version never changes."""
    active = {row.code: row.number for row in folded.all(CalendarVersion) if row.state == ACTIVE}
    return {code: await get_calendar(session, active[governing(code, active, parents)]) for code in areas}


def _areas_in(source: Source) -> set[str]:
    rows: list[Any] = [*source.projects, *source.bad_reviews, *source.complaints]
    return {row.area_code for row in rows}


def _frame(
    ask: Ask,
    as_of: date,
    scope: Scope,
    calendars: Mapping[str, WorkCalendar],
    parents: Mapping[str, str | None],
) -> Frame:
    return Frame(ask.from_on, ask.to_on, as_of, frozenset(scope.areas), calendars, parents)
