"""The headline figures of the board, computed by the rules of the statistics and by nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.actor import Actor
from app.areas.models import Area
from app.board import words as w
from app.board.html import Tongue
from app.database import Reader
from app.domain.statistics import DEFINITIONS, Figure, figures_of
from app.domain.statistics_facts import grouped
from app.domain.statistics_terms import FigureGrouping, FigureUnit
from app.errors import Words
from app.statistics.service import Ask, figures, read_facts

LEADS = ("start_lead_days_mean", "start_lead_days_median", "start_lead_share_60")
RATES = (
    "on_time_statutory",
    "on_time_promised",
    "evaluation_good_rate",
    "bad_review_reply_rate",
    "bad_review_rectification_rate",
    "bad_review_call_back_rate",
    "complaint_on_time_rate",
)


class AreaLead(NamedTuple):
    """By how many days works began earlier than planned in an area, on average."""

    name: Words
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What is told on top: how much earlier works began this year, and rates since the last month began."""

    year_from: date
    rates_from: date
    to_on: date
    leads: Sequence[Figure]
    by_area: Sequence[AreaLead]
    rates: Sequence[Figure]


async def headline(session: Reader, actor: Actor, area_code: str, known: Mapping[str, Area]) -> Headline:
    """Compute the figures of an area and all below it. Evaluations count for months that are over."""
    today = actor.today
    year_from, rates_from = date(today.year, 1, 1), (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    ask = Ask(from_on=year_from, to_on=today, area_code=area_code, codes=LEADS)
    facts, _ = await read_facts(session, actor, ask)
    by_area = []
    for code, part in grouped(facts, FigureGrouping.AREA).items():
        (mean,) = figures_of(part, LEADS[:1])
        if mean.value is not None and code is not None and code in known:
            by_area.append(AreaLead(Words(known[code].name_zh, known[code].name_en), mean))
    rates = Ask(from_on=rates_from, to_on=today, area_code=area_code, codes=RATES)
    return Headline(
        year_from=year_from,
        rates_from=rates_from,
        to_on=today,
        leads=figures_of(facts, LEADS),
        by_area=by_area,
        rates=await figures(session, actor, rates),
    )


def leads_section(say: Tongue, found: Headline) -> str:
    """Write how much earlier works began, with what that does and does not say."""
    mean = found.leads[0]
    numbers = "".join(
        f"<div><dt>{say(DEFINITIONS[figure.code].name)}</dt>"
        f'<dd class="number">{_value(say, figure)}</dd></div>'
        for figure in found.leads
    )
    beside = {part.code: part.n for part in mean.parts}
    counted = say(
        w.LEAD_COUNTS,
        measured=f"{beside.get('measured', 0):,}",
        without=f"{beside.get('without_baseline', 0):,}",
        pending=f"{beside.get('pending', 0):,}",
    )
    caveat = DEFINITIONS[mean.code].caveat
    told = f'<p class="hint">{counted}{" " + say(caveat) if caveat else ""}</p>'
    period = f"<small>{found.year_from} – {found.to_on}</small>"
    table = _by_area(say, found.by_area) if len(found.by_area) > 1 else ""
    return (
        f'<section><h2>{say(w.LEADS)} {period}</h2><dl class="figures">{numbers}</dl>{table}{told}</section>'
    )


def rates_section(say: Tongue, found: Headline) -> str:
    """Write the rates, each with what it was counted from, or why there is none."""
    rows = "".join(_rate(say, figure) for figure in found.rates)
    period = f"<small>{found.rates_from} – {found.to_on}</small>"
    return (
        f"<section><h2>{say(w.RATES)} {period}</h2>"
        f'<div class="scroll" tabindex="0" role="region" aria-label="{say(w.RATES)}"><table><thead><tr>'
        f'<th scope="col">{say(w.FIGURE)}</th><th scope="col">{say(w.RATE)}</th>'
        f'<th scope="col">{say(w.OF)}</th>'
        f'<th scope="col" class="bar">0 – 100 %</th></tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="hint">{say(w.RATES_RULE)}</p></section>'
    )


def _rate(say: Tongue, figure: Figure) -> str:
    name = f'<tr><th scope="row">{say(DEFINITIONS[figure.code].name)}</th>'
    if figure.value is None:
        why = say(figure.gap.words) if figure.gap else ""
        return f'{name}<td>–</td><td class="text" colspan="2">{why}</td></tr>'
    width = min(max(figure.value, Decimal(0)), Decimal(100))
    part = "" if figure.numerator is None else f"{figure.numerator:,} / "
    drawn = (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="n" width="100" height="10"/><rect class="h" width="{width:.2f}" height="10"/></svg>'
    )
    return f'{name}<td>{_value(say, figure)}</td><td>{part}{figure.n:,}</td><td class="bar">{drawn}</td></tr>'


def _value(say: Tongue, figure: Figure) -> str:
    if figure.value is None:
        return "–"
    unit = DEFINITIONS[figure.code].unit
    said = "%" if unit is FigureUnit.PERCENT else f" {say(unit.words)}"
    return f"{figure.value:.1f}<small>{said}</small>"


def _by_area(say: Tongue, areas: Sequence[AreaLead]) -> str:
    values = [area.figure.value or Decimal(0) for area in areas]
    most = max([abs(value) for value in values], default=Decimal(1)) or Decimal(1)
    rows = "".join(
        f'<tr><th scope="row">{say(area.name)}</th><td>{value:+.1f}</td><td>{area.figure.n:,}</td>'
        f'<td class="bar">{_span(value, most)}</td></tr>'
        for area, value in zip(areas, values, strict=True)
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{say(w.LEADS_BY_AREA)}">'
        f"<table><thead><tr>"
        f'<th scope="col">{say(w.AREA)}</th><th scope="col">{say(w.LEAD_MEAN)}</th>'
        f'<th scope="col">{say(w.STARTED)}</th><th scope="col" class="bar">{say(w.LATE_EARLY)}</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _span(value: Decimal, most: Decimal) -> str:
    """Draw days earlier to the right of the middle, days later to its left."""
    width = max(100 * abs(value) / most, Decimal("0.6"))
    x, kind = (Decimal(100), "g") if value >= 0 else (100 - width, "r")
    return (
        '<svg viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="{kind}" x="{x:.2f}" width="{width:.2f}" height="10"/>'
        '<rect class="i" x="99.5" width="1" height="10"/></svg>'
    )
