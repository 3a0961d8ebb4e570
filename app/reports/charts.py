"""The charts of a report: bars with their numbers beside them, so that colour is never the only mark."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple
from xml.etree.ElementTree import tostring

from app.domain.reports import Report
from app.domain.statistics import Figure
from app.domain.vocabulary import Level
from app.reports import words as w
from app.schedules.svg import Drawing

WIDTH: Final = 640.0
LABEL: Final = 150.0  # where bars begin
ROW: Final = 22.0
SMALL: Final = "11"
INK, SOFT = "#1f2933", "#9aa5b1"
MOST: Final = 12  # bars in a chart


class Mark(NamedTuple):
    """How one kind of share is drawn: a colour and a hatching."""

    colour: str
    ground: str | None


WAYS: Final[Mapping[str, Mark]] = {
    "in_time": Mark("#2f6f9f", None),
    "late": Mark("#8a5a00", "#f6e3bd"),
    "open_late": Mark("#a3182d", "#f7d5da"),
}


class Bar(NamedTuple):
    """One bar: its label, its value (None draws nothing), and what is written beside it."""

    label: str
    value: Decimal | None
    text: str


def charts_of(report: Report) -> list[str]:
    """Draw the charts of a report, each as SVG to be put into a page."""
    language = report.name.language
    found = [_times(report), _bars(w.LEVEL_CHART.told(language, {}), _levels(report), language)]
    if report.areas:
        found.insert(0, _bars(w.LEAD_CHART.told(language, {}), _leads(report), language))
    return found


def _leads(report: Report) -> list[Bar]:
    language = report.name.language
    return [
        _bar(area.name.said(language), area.figures["start_lead_days_mean"], language)
        for area in report.areas
    ]


def _bar(label: str, figure: Figure, language: str) -> Bar:
    if figure.value is None:
        return Bar(label, None, w.NO_DATA.told(language, {}))
    sample = w.SAMPLE.told(language, {"n": figure.n})
    value = f"{figure.value:f}".replace("-", "−")
    return Bar(label, figure.value, f"{value}（{sample}）" if language == "zh" else f"{value} ({sample})")


def _levels(report: Report) -> list[Bar]:
    numbers = {part.code: part.n for part in report.figures["evaluation_good_rate"].parts}
    if not numbers:
        return []
    language = report.name.language
    return [
        Bar(level.words.told(language, {}), Decimal(numbers.get(level, 0)), str(numbers.get(level, 0)))
        for level in Level
    ]


def _bars(title: str, bars: Sequence[Bar], language: str) -> str:
    """Draw horizontal bars from a common zero; negative ones go to its left."""
    values = [bar.value for bar in bars if bar.value is not None]
    height = 30 + ROW * (len(bars) if values else 1)
    drawing = Drawing(WIDTH, height, title, "；".join(f"{b.label} {b.text}" for b in bars), language)
    drawing.text(0, 16, title, font_weight="bold", font_size="13")
    if not values:
        drawing.text(LABEL, 30 + ROW * 0.6, w.NO_DATA.told(language, {}), font_size=SMALL)
        return _inline(drawing)
    low, high = min(Decimal(0), *values), max(Decimal(0), *values)
    room = WIDTH - LABEL - 130 - (70 if low < 0 else 0)
    scale = room / float(max(high - low, Decimal(1)))
    zero = LABEL + (70 if low < 0 else 0) - float(low) * scale
    for place, bar in enumerate(bars):
        top = 28 + ROW * place
        drawing.text(LABEL - 8, top + 14, bar.label, text_anchor="end", font_size=SMALL)
        value = float(bar.value or 0)
        left, right = sorted((zero, zero + value * scale))
        drawing.rectangle(
            left, top + 3, right - left, ROW - 8, fill="#2f6f9f", stroke=INK, stroke_width="0.5"
        )
        if value < 0:
            drawing.text(left - 5, top + 14, bar.text, text_anchor="end", font_size=SMALL)
        else:
            drawing.text(right + 5, top + 14, bar.text, font_size=SMALL)
    drawing.line(zero, 26, zero, height - 2, stroke=INK, stroke_width="1")
    return _inline(drawing)


def _times(report: Report) -> str:
    """Draw, for each area or for all, how many items were decided in time, late, or are late and open."""
    language = report.name.language
    rows = [(area.name.said(language), area.figures["on_time_promised"]) for area in report.areas[:MOST]]
    rows = rows or [(report.area_name.said(language), report.figures["on_time_promised"])]
    title = w.TIME_CHART.told(language, {})
    told = "；".join(f"{label} {_told(figure, language)}" for label, figure in rows)
    height = 52 + ROW * len(rows)
    drawing = Drawing(WIDTH, height, title, told, language)
    drawing.text(0, 16, title, font_weight="bold", font_size="13")
    for way, mark in WAYS.items():
        if mark.ground is not None:
            drawing.stripes(f"mark-{way}", mark.colour, mark.ground, 6 if way == "late" else 3)
    most = max([sum(part.n for part in figure.parts) for _, figure in rows] + [1])
    scale = (WIDTH - LABEL - 150) / most
    for place, (label, figure) in enumerate(rows):
        top = 28 + ROW * place
        drawing.text(LABEL - 8, top + 14, label, text_anchor="end", font_size=SMALL)
        numbers, left = {part.code: part.n for part in figure.parts}, LABEL
        for way in WAYS:
            width = numbers.get(way, 0) * scale
            drawing.rectangle(left, top + 3, width, ROW - 8, fill=_fill(way), stroke=INK, stroke_width="0.5")
            left += width
        drawing.text(
            left + 5, top + 14, " + ".join(str(numbers.get(way, 0)) for way in WAYS), font_size=SMALL
        )
    _legend(drawing, height - 16, language)
    return _inline(drawing)


def _legend(drawing: Drawing, top: float, language: str) -> None:
    left = LABEL
    for way, words in w.WAYS.items():
        drawing.rectangle(left, top, 14, 10, fill=_fill(way), stroke=INK, stroke_width="0.5")
        drawing.text(left + 19, top + 9, words.told(language, {}), font_size=SMALL)
        left += 110


def _fill(way: str) -> str:
    mark = WAYS[way]
    return mark.colour if mark.ground is None else f"url(#mark-{way})"


def _told(figure: Figure, language: str) -> str:
    return ", ".join(f"{w.WAYS[part.code].told(language, {})} {part.n}" for part in figure.parts)


def _inline(drawing: Drawing) -> str:
    written: str = tostring(drawing.root, encoding="unicode")
    return written
