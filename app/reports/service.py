"""Making a report: everything it tells is read from the ledger up to the place its name holds."""

import json
from asyncio import to_thread
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from app.actor import Actor
from app.areas.queries import AreaNotFound
from app.clock import OFFICE, office_date
from app.database import Reader
from app.domain.fold import fold
from app.domain.report_template import CODES, FORMULA_VERSION, OF_THE_DAY
from app.domain.reports import (
    TEMPLATE_VERSION,
    AreaColumn,
    LateEntry,
    Period,
    PeriodNotOver,
    Report,
    ReportKind,
    ReportName,
    ReportNotFound,
    ReportVersionGone,
    changes_between,
    moment_before,
    period_of,
    read_name,
    read_period,
)
from app.domain.standing import Role
from app.domain.statistics import Figure, figures_of
from app.domain.statistics_facts import Facts, grouped
from app.domain.statistics_terms import FigureGrouping
from app.errors import Words
from app.events.labels import LABELS
from app.events.models import Event
from app.events.rows import happening_of
from app.reports import queries
from app.reports.schemas import ReportIn
from app.statistics.asking import Ask
from app.statistics.service import nothing_folded, read_facts

KEPT = 16  # reports made last, for whoever reads the page and then the workbook
MOST_LATE = 200  # entries that a report lists one by one; how many there are is told


class KnownInTheFuture(PeriodNotOver):
    """A report cannot tell what will be known later."""

    title = Words("时点在将来", "The moment lies ahead")
    detail = Words("known_at 晚于当前时间。", "known_at is later than now.")


async def name_report(session: Reader, actor: Actor, kind: ReportKind, asked: ReportIn) -> ReportName:
    """Give the name of the report that is asked for; what is left out is the last period, now, our language.

    Refuses ``AreaNotFound``, ``PeriodMalformed``, ``PeriodNotOver``, ``KnownInTheFuture``, and
    ``ReportNotFound`` for a moment before the ledger began.
    """
    if not actor.has_area(asked.area):
        raise AreaNotFound(code=asked.area)
    known_at = (asked.known_at or actor.at).replace(microsecond=0)
    if known_at > actor.at:
        raise KnownInTheFuture(to_on=actor.today)
    today = office_date(known_at)
    period = period_of(kind, today).previous if asked.period is None else read_period(kind, asked.period)
    if today <= period.to_on:
        raise PeriodNotOver(to_on=period.to_on)
    sequence = await session.one(queries.last_until(known_at))
    name = ReportName(
        kind,
        asked.area,
        period.text,
        known_at,
        sequence or 0,
        FORMULA_VERSION,
        TEMPLATE_VERSION,
        asked.lang or actor.language,
    )
    if sequence is None:
        raise ReportNotFound
    return name


async def read_report(session: Reader, actor: Actor, text: str) -> Report:
    """Make the report of a name. Refuses ``ReportNotFound``, ``ReportVersionGone``."""
    name = read_name(text)
    if not actor.has_area(name.area_code) or name.known_at > actor.at:
        raise ReportNotFound
    if (name.formula_version, name.template_version) != (FORMULA_VERSION, TEMPLATE_VERSION):
        raise ReportVersionGone(name=text, formula_version=FORMULA_VERSION, template_version=TEMPLATE_VERSION)
    recorded = await session.first(queries.recorded_at(name.sequence))
    if recorded is None or recorded > name.known_at:
        raise ReportNotFound
    return await make_report(session, actor, name)


async def make_report(session: Reader, actor: Actor, name: ReportName) -> Report:
    """Make a report whose name holds: the same for everybody who may see the area, so the last are kept."""
    kept: dict[ReportName, Report] = session.memory.setdefault(Report, {})
    one = name._replace(language="")
    if one not in kept:
        made = await _make(session, actor, name)
        while len(kept) >= KEPT:
            del kept[next(iter(kept))]
        kept[one] = made
    return replace(kept[one], name=name)


async def _make(session: Reader, actor: Actor, name: ReportName) -> Report:
    period, as_of = read_period(name.kind, name.period), office_date(name.known_at)
    if as_of <= period.to_on:
        raise ReportNotFound
    names, below = await _areas_then(session, name)
    sees_all = replace(
        actor, role=Role.SUPERVISOR, areas=tuple(sorted(below)), department_code=None, owner_uscc=None
    )
    ask = Ask(from_on=period.from_on, to_on=period.to_on, known_at=name.sequence, as_of=as_of, codes=CODES)
    told_at = moment_before(name.kind, name.known_at)
    told_sequence = await session.one(queries.last_until(told_at)) or 0
    earlier = replace(ask, known_at=told_sequence, as_of=office_date(told_at))
    folded = nothing_folded(ask)
    told_facts, _ = await read_facts(session, sees_all, earlier, folded)
    facts, _ = await read_facts(session, sees_all, ask, folded)
    before = await to_thread(_figures, _during(facts, period.previous))
    told = await to_thread(_figures, _during(told_facts, period.previous))
    before |= {code: told[code] for code in OF_THE_DAY}
    opens = datetime.combine(period.from_on, time(), OFFICE)
    since = (told_sequence, name.sequence, opens)
    events = await session.all(queries.late_entries(*since, MOST_LATE, *sees_all.scope))
    return Report(
        name=name,
        period=period,
        area_name=names[name.area_code],
        as_of=as_of,
        told_at=told_at,
        figures=await to_thread(_figures, facts),
        before=before,
        areas=await to_thread(_columns, facts, names),
        changes=changes_between(told, before) if told_sequence else (),
        late=await _late(session, sees_all, name, events, period),
        late_total=await session.one(queries.late_total(*since, *sees_all.scope)),
    )


def _during(facts: Facts, period: Period) -> Facts:
    return replace(facts, from_on=period.from_on, to_on=period.to_on)


def _figures(facts: Facts) -> dict[str, Figure]:
    return {figure.code: figure for figure in figures_of(facts, CODES)}


def _columns(facts: Facts, names: Mapping[str, Words]) -> tuple[AreaColumn, ...]:
    """Tell the figures of each area of which there is anything; of one alone they are the report's."""
    groups = grouped(facts, FigureGrouping.AREA)
    columns = [
        AreaColumn(code, names[code], _figures(part)) for code, part in groups.items() if code is not None
    ]
    found = [each for each in columns if any(figure.value for figure in each.figures.values())]
    return tuple(found) if len(found) > 1 else ()


async def _areas_then(session: Reader, name: ReportName) -> tuple[dict[str, Words], set[str]]:
    """Give the names of all areas as of then, and the area with all below it. Refuses ``ReportNotFound``."""
    rows = fold(map(happening_of, await session.all(queries.areas_until(name.sequence))))
    areas = {key: row for (table, key), row in rows.items() if table == "area"}
    if name.area_code not in areas:
        raise ReportNotFound
    below: set[str] = set()
    more = {name.area_code}
    while more:
        below |= more
        more = {key for key, row in areas.items() if row["parent_code"] in more} - below
    return {key: Words(row["name_zh"], row["name_en"]) for key, row in areas.items()}, below


async def _late(
    session: Reader, actor: Actor, name: ReportName, events: Sequence[Event], period: Period
) -> tuple[LateEntry, ...]:
    """Tell late entries by what their projects and items were called then."""
    ids = sorted({event.project_id for event in events if event.project_id is not None})
    named = await session.all(queries.naming_events(name.sequence, ids, *actor.scope)) if ids else []
    rows = fold(map(happening_of, named))
    return tuple(_entry(event, rows, period) for event in events)


def _entry(event: Event, rows: Mapping[tuple[str, str], Mapping[str, Any]], period: Period) -> LateEntry:
    body = json.loads(event.body)
    facts = body["facts"]
    project = rows.get(("project", event.project_id or ""), {})
    case = rows.get(("item_case", str(facts.get("item_case_id"))), {})
    label = LABELS.get(event.type, Words(event.type, event.type))
    if item := case.get("name"):
        label = Words(f"{label.zh}：{item['zh']}", f"{label.en}: {item['en']}")
    occurred_on = office_date(event.occurred_at)
    return LateEntry(
        sequence=event.sequence,
        project_name=str(project.get("name", "")),
        label=label,
        item_code=facts.get("item_code"),
        entry_mode=body["entry_mode"],
        occurred_on=occurred_on,
        recorded_on=office_date(event.recorded_at),
        is_before_period=occurred_on < period.from_on,
    )
