"""The tables of a report, as the page and the workbook both write them."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.clock import OFFICE
from app.domain.report_template import BY_AREA, CODES, SECTIONS, Section, in_order, part_words
from app.domain.reports import LateEntry, Report
from app.domain.statistics import DEFINITIONS, Figure
from app.domain.statistics_terms import FigureUnit
from app.domain.vocabulary import EntryMode
from app.errors import Words
from app.reports import words as w

COLUMNS: Final = 6  # areas beside each other on one sheet of A4
NONE: Final = "—"


class Cell(NamedTuple):
    """What stands in a cell: its text, the number it is (for the workbook), the figure it links to."""

    text: str
    number: Decimal | None = None
    code: str | None = None


class Sheet(NamedTuple):
    """One table with its heading and a note; ``widths`` are shares of the page, numbers to the right."""

    title: str
    note: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    right: frozenset[int]
    is_sub: bool = False
    days: frozenset[int] = frozenset()


@cache
def stage_words() -> dict[str, Words]:
    """Give the names of the stages of the standard procedure."""
    path = Path(__file__).parent.parent / "procedures" / "standard.json"
    stages: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["stages"]
    return {stage["code"]: Words(stage["label"]["zh"], stage["label"]["en"]) for stage in stages}


def value_of(figure: Figure) -> Cell:
    """Write a figure's value with its sign of per cent, or why there is none."""
    if figure.value is None:
        return Cell(NONE, None, figure.code)
    unit = DEFINITIONS[figure.code].unit
    text = f"{figure.value:f}" + ("%" if unit is FigureUnit.PERCENT else "")
    return Cell(text.replace("-", "−"), figure.value, figure.code)


def name_of(code: str, language: str) -> str:
    """Write a figure's name with its unit, where it has one."""
    unit, name = DEFINITIONS[code].unit, called(code, language)
    if unit in {FigureUnit.COUNT, FigureUnit.PERCENT}:
        return name
    measure = unit.words.told(language, {})
    return f"{name}（{measure}）" if language == "zh" else f"{name} ({measure})"


def called(code: str, language: str) -> str:
    """Write a figure's name as a heading has it."""
    name = DEFINITIONS[code].name.told(language, {})
    return name[:1].upper() + name[1:]


def remark_on(figure: Figure, language: str) -> str:
    """Say what a figure rests on, or why it has no value."""
    if figure.gap is not None:
        return figure.gap.words.told(language, {})
    told = []
    if DEFINITIONS[figure.code].unit is FigureUnit.COUNT:
        return ""
    if figure.numerator is not None:
        told.append(w.SHARE.told(language, {"numerator": figure.numerator, "n": figure.n}))
    else:
        told.append(w.SAMPLE.told(language, {"n": figure.n}))
    if figure.interval is not None:
        low, high = figure.interval
        told.append(w.INTERVAL.told(language, {"low": low, "high": high}))
    return ("；" if language == "zh" else "; ").join(told)


def change_of(now: Figure, before: Figure) -> Cell:
    """Write how much a figure has changed; nothing where either has no value."""
    if now.value is None or before.value is None:
        return Cell(NONE)
    by = now.value - before.value
    sign = "+" if by > 0 else ""
    return Cell(f"{sign}{by:f}".replace("-", "−"), by)


def sheets_of(report: Report) -> list[Sheet]:
    """Give every table of a report, in its order."""
    found: list[Sheet] = []
    for section in SECTIONS:
        found.append(_section(report, section))
        found.extend(_splits(report, section))
    found.extend(_areas(report))
    found += [_late(report), _effect(report), _definitions(report.name.language)]
    return found


def _section(report: Report, section: Section) -> Sheet:
    language = report.name.language
    rows = []
    for code in section.codes:
        now, before = report.figures[code], report.before[code]
        rows.append(
            (
                Cell(name_of(code, language), None, code),
                value_of(now),
                value_of(before),
                change_of(now, before),
                Cell(remark_on(now, language)),
            )
        )
    headings = _say(language, w.FIGURE, w.NOW, w.BEFORE, w.CHANGE, w.REMARK)
    title = section.title.told(language, {})
    return Sheet(title, "", headings, tuple(rows), (36, 13, 13, 11, 27), frozenset({1, 2, 3}))


def _splits(report: Report, section: Section) -> Iterator[Sheet]:
    """Give the parts of figures; the percentiles of stages stand in one table."""
    language, figures = report.name.language, report.figures
    stages = [code for code in section.split if code.startswith("stage_days")]
    if stages:
        yield from _by_stage(report, stages)
    for code in section.split:
        parts = in_order(code, figures[code].parts)
        if code in stages or not parts:
            continue
        rows = tuple(
            (
                Cell(part_words(code, part.code, {}).told(language, {})),
                _number(part.value),
                _number(Decimal(part.n)),
            )
            for part in parts
        )
        is_number = all(part.value == part.n for part in parts)
        headings = _say(language, w.PART, w.COUNT) if is_number else _say(language, w.PART, w.NOW, w.COUNT)
        kept = tuple(row[:2] for row in rows) if is_number else rows
        widths = (70, 30) if is_number else (50, 25, 25)
        yield Sheet(name_of(code, language), "", headings, kept, widths, frozenset({1, 2}), is_sub=True)


def _by_stage(report: Report, codes: Sequence[str]) -> Iterator[Sheet]:
    language, stages = report.name.language, stage_words()
    known = {code: {part.code: part for part in report.figures[code].parts} for code in codes}
    order = [stage for stage in stages if stage in known[codes[0]]]
    order += sorted(set(known[codes[0]]) - set(order))
    if not order:
        return
    rows = []
    for stage in order:
        numbers = [_number(known[code][stage].value) for code in codes]
        label = part_words(codes[0], stage, stages).told(language, {})
        rows.append((Cell(label), *numbers, _number(Decimal(known[codes[0]][stage].n))))
    headings = (*_say(language, w.STAGE), "P50", "P80", "P90", *_say(language, w.LEFT))
    title = called(codes[0], language).removesuffix("P50").rstrip(" ,")
    yield Sheet(title, "", headings, tuple(rows), (40, 13, 13, 13, 21), frozenset({1, 2, 3, 4}), is_sub=True)


def _areas(report: Report) -> Iterator[Sheet]:
    """Give the figures of the areas below side by side, so many to a table as a sheet can hold."""
    language = report.name.language
    for start in range(0, len(report.areas), COLUMNS):
        columns = report.areas[start : start + COLUMNS]
        rows = tuple(
            (
                Cell(name_of(code, language), None, code),
                *[value_of(area.figures[code]) for area in columns],
            )
            for code in BY_AREA
        )
        headings = (*_say(language, w.FIGURE), *[area.name.said(language) for area in columns])
        share = 62 // len(columns)
        widths = (100 - share * len(columns), *[share] * len(columns))
        right = frozenset(range(1, len(columns) + 1))
        yield Sheet(w.AREAS.told(language, {}), "", headings, rows, widths, right, is_sub=start > 0)


def _late(report: Report) -> Sheet:
    language = report.name.language
    shown = len(report.late)
    told = w.LATE_SHOWN.told(language, {"shown": shown}) if shown < report.late_total else ""
    facts = {
        "since": f"{report.told_at.astimezone(OFFICE):%Y-%m-%d %H:%M}",
        "total": report.late_total,
        "shown": told,
    }
    note = w.LATE_NOTE.told(language, facts)
    rows = tuple(_late_row(entry, language) for entry in report.late)
    headings = _say(language, w.SEQUENCE, w.PROJECT, w.WHAT, w.MODE, w.OCCURRED, w.RECORDED, w.LAG, w.TOUCHES)
    widths = (9, 21, 21, 10, 12, 12, 7, 8)
    return Sheet(
        w.LATE.told(language, {}), note, headings, rows, widths, frozenset({0, 6}), days=frozenset({4, 5})
    )


def _late_row(entry: LateEntry, language: str) -> tuple[Cell, ...]:
    modes = {mode.value: mode.words.told(language, {}) for mode in EntryMode}
    return (
        Cell(str(entry.sequence), Decimal(entry.sequence)),
        Cell(entry.project_name),
        Cell(entry.label.said(language)),
        Cell(modes.get(entry.entry_mode, entry.entry_mode)),
        Cell(entry.occurred_on.isoformat()),
        Cell(entry.recorded_on.isoformat()),
        Cell(str(entry.lag_days), Decimal(entry.lag_days)),
        Cell((w.YES if entry.is_before_period else w.NO).told(language, {})),
    )


def _effect(report: Report) -> Sheet:
    language = report.name.language
    rows = tuple(
        (
            Cell(name_of(each.code, language), None, each.code),
            value_of(each.told),
            value_of(each.now),
            change_of(each.now, each.told),
            Cell(_basis_change(each.told, each.now, language)),
        )
        for each in report.changes
    )
    note = (w.EFFECT_NOTE if rows else w.EFFECT_NONE).told(language, {"period": report.period.previous.text})
    headings = _say(language, w.FIGURE, w.TOLD, w.NOW_KNOWN, w.CHANGE, w.REMARK)
    title = w.EFFECT.told(language, {})
    return Sheet(title, note, headings, rows, (36, 14, 12, 11, 27), frozenset({1, 2, 3}), is_sub=True)


def _basis_change(told: Figure, now: Figure, language: str) -> str:
    """Say what a figure rested on then and rests on now, where that is what has changed."""
    before, after = remark_on(told, language), remark_on(now, language)
    return after if before == after else f"{before} → {after}"


def _definitions(language: str) -> Sheet:
    rows = []
    for code in CODES:
        definition = DEFINITIONS[code]
        basis = definition.basis.told(language, {})
        formula = definition.formula.told(language, {})
        if definition.denominator is not None:
            stop = "；" if language == "zh" else "; "
            label = w.DENOMINATOR.told(language, {})
            colon = "：" if language == "zh" else ": "
            formula += f"{stop}{label}{colon}{definition.denominator.told(language, {})}"
        rows.append(
            (
                Cell(called(code, language), None, code),
                Cell(formula),
                Cell(definition.unit.words.told(language, {})),
                Cell(f"{basis} · v{definition.formula_version}"),
            )
        )
    headings = _say(language, w.FIGURE, w.FORMULA, w.UNIT, w.BASIS)
    note = w.DEFINITIONS_NOTE.told(language, {})
    title = w.DEFINITIONS.told(language, {})
    return Sheet(title, note, headings, tuple(rows), (24, 48, 10, 18), frozenset())


def facts_of(report: Report) -> list[tuple[str, str]]:
    """Give what stands above the tables: what was known, and what the report depends on."""
    name, language = report.name, report.name.language
    versions = {"formula": name.formula_version, "template": name.template_version}
    said = _say(language, w.KNOWN, w.PREVIOUS, w.LEDGER, w.VERSIONS, w.NAME)
    values = (
        f"{name.known_at.astimezone(OFFICE):%Y-%m-%d %H:%M:%S}",
        f"{report.told_at.astimezone(OFFICE):%Y-%m-%d %H:%M:%S}",
        str(name.sequence),
        w.VERSIONS_TOLD.told(language, versions),
        name.text,
    )
    return list(zip(said, values, strict=True))


def _number(value: Decimal | None) -> Cell:
    return Cell(NONE) if value is None else Cell(f"{value:f}".replace("-", "−"), value)


def _say(language: str, *words: Words) -> tuple[str, ...]:
    return tuple([each.told(language, {}) for each in words])
