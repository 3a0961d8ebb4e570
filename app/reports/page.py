"""A report as a page to print on A4: complete in itself, without script, every text escaped."""

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import Final

from app.domain.report_template import HEADLINES
from app.domain.reports import Report
from app.domain.statistics import DEFINITIONS
from app.reports import words as w
from app.reports.charts import charts_of
from app.reports.layout import Cell, Sheet, facts_of, name_of, remark_on, sheets_of, value_of

STYLE: Final = """
@page{size:A4;margin:17mm 15mm 18mm;@bottom-center{content:%(page)s;font-size:9pt;color:#333}}
*{box-sizing:border-box}
html{color:#111;background:#fff;
font:10.5pt/1.5 "Songti SC",SimSun,"Noto Serif CJK SC","Source Han Serif SC",serif}
body{max-width:180mm;margin:10mm auto;padding:0 2mm}
h1,h2,h3,thead th,.label,.tile{font-family:"Heiti SC",SimHei,"Microsoft YaHei","Noto Sans CJK SC",sans-serif}
h1{font-size:19pt;text-align:center;margin:0 0 2mm;line-height:1.35;font-weight:700}
.period{text-align:center;margin:0 0 5mm;font-size:12pt}
h2{font-size:13pt;margin:7mm 0 2mm;break-after:avoid;border-bottom:1.2pt solid #1f3a5f;padding-bottom:1mm}
h3{font-size:10.5pt;margin:4mm 0 1.5mm;break-after:avoid}
p{margin:0 0 2mm}
.note{font-size:9.5pt;color:#333}
table{width:100%%;border-collapse:collapse;table-layout:fixed;font-size:9.5pt}
thead{display:table-header-group}
tr{break-inside:avoid}
th,td{border:.5pt solid #666;padding:1mm 1.6mm;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th.n,thead th{background:#e8edf3;font-weight:600;vertical-align:middle;white-space:normal}
tbody th{font-weight:400}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.day{white-space:nowrap}
a{color:inherit;text-decoration:underline dotted #888;text-underline-offset:2px}
a:focus-visible{outline:2px solid #0b4f9e}
.facts{font-size:9pt;margin-bottom:4mm}
.facts th{width:30mm;background:#f5f7fa}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:3mm;margin:0 0 3mm}
.tile{border:.8pt solid #1f3a5f;padding:2mm 2.5mm;break-inside:avoid}
.tile .label{font-size:9pt;display:block;min-height:2.9em;line-height:1.4}
.tile .value{font-size:17pt;font-weight:700;line-height:1.3;font-variant-numeric:tabular-nums}
.tile .rest{font-size:8pt;color:#333;display:block;line-height:1.4}
figure{margin:0 0 3mm;break-inside:avoid}
svg{width:100%%;height:auto;display:block}
.sign{display:grid;grid-template-columns:repeat(4,1fr);gap:4mm;margin:14mm 0 6mm;break-inside:avoid;
font-size:11pt}
.sign span{min-height:16mm}
.keep{break-inside:avoid}
.annex{break-before:page}
.definitions{font-size:8.5pt}
footer{border-top:.5pt solid #666;padding-top:1.5mm;font-size:8.5pt;color:#333;overflow-wrap:anywhere}
@media print{body{margin:0;max-width:none;padding:0}a{text-decoration:none}}
@media(max-width:44rem){.tiles,.sign{grid-template-columns:repeat(2,1fr)}.wide{overflow-x:auto}
.wide table{min-width:38rem}}
""".strip()
KEPT: Final = 14  # a table of so many rows stays on one sheet
STYLES: Final = {language: STYLE % {"page": w.PAGE.told(language, {})} for language in ("zh", "en")}


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


POLICY: Final = (
    "default-src 'none'; style-src "
    + " ".join(f"'sha256-{_digest(style)}'" for style in STYLES.values())
    + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page_of(report: Report) -> str:
    """Write a report as a page."""
    language = report.name.language
    title, period = escape(w.title_of(report)), escape(w.period_words(report))
    parts = [
        "<!doctype html>",
        f'<html lang="{"zh-CN" if language == "zh" else "en"}">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{title} {escape(report.period.text)}</title>",
        f"<style>{STYLES[language]}</style></head>",
        f'<body><header><h1>{title}</h1><p class="period">{period}</p>{_facts(report)}</header><main>',
        _headlines(report),
        *_sections(report),
        "</main>",
        f"<footer>{escape(w.FOOT.told(language, {'sequence': report.name.sequence}))}",
        f"{escape(report.name.text)}</footer></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _facts(report: Report) -> str:
    facts = facts_of(report)
    rows = [facts[:2], facts[2:4], facts[4:]]
    cells = [
        "".join(
            f'<th scope="row">{escape(label)}</th><td{_span(row)}>{escape(value)}</td>'
            for label, value in row
        )
        for row in rows
    ]
    return f'<table class="facts"><tbody>{"".join(f"<tr>{each}</tr>" for each in cells)}</tbody></table>'


def _span(row: list[tuple[str, str]]) -> str:
    return ' colspan="3"' if len(row) == 1 else ""


def _headlines(report: Report) -> str:
    language = report.name.language
    tiles = []
    for code in HEADLINES:
        figure = report.figures[code]
        tiles.append(
            f'<div class="tile"><span class="label">{_link(name_of(code, language), code)}</span>'
            f'<span class="value">{_link(value_of(figure).text, code)}</span>'
            f'<span class="rest">{escape(remark_on(figure, language))}</span></div>'
        )
    caveats = dict.fromkeys(
        DEFINITIONS[code].caveat for code in report.figures if DEFINITIONS[code].caveat is not None
    )
    notes = "".join(f'<p class="note">{escape(each.told(language, {}))}</p>' for each in caveats if each)
    title = _numbered(1, w.HEADLINES.told(language, {}), language)
    charts = "".join(f"<figure>{chart}</figure>" for chart in charts_of(report))
    return f'<section>{title}<div class="tiles">{"".join(tiles)}</div>{notes}{charts}</section>'


def _sections(report: Report) -> Iterator[str]:
    """Write the tables, numbered; the definitions are an annex behind the signatures."""
    language, number = report.name.language, 1
    *sheets, definitions = sheets_of(report)
    for sheet in sheets:
        if sheet.is_sub:
            heading = f"<h3>{escape(sheet.title)}</h3>"
        else:
            number += 1
            heading = _numbered(number, sheet.title, language)
        look = ' class="keep"' if len(sheet.rows) <= KEPT else ""
        yield f"<section{look}>{heading}{_note(sheet)}{_table(sheet)}</section>"
    yield _sign(language)
    title = f"<h2>{escape(w.ANNEX.told(language, {'title': definitions.title}))}</h2>"
    yield f'<section class="annex">{title}{_note(definitions)}{_table(definitions, has_ids=True)}</section>'


def _note(sheet: Sheet) -> str:
    return f'<p class="note">{escape(sheet.note)}</p>' if sheet.note else ""


def _numbered(number: int, title: str, language: str) -> str:
    mark = f"{w.NUMBERS[number - 1]}、" if language == "zh" else f"{number}. "
    return f"<h2>{mark}{escape(title)}</h2>"


def _table(sheet: Sheet, *, has_ids: bool = False) -> str:
    if not sheet.rows:
        return ""
    columns = "".join(f'<col width="{width}%">' for width in sheet.widths)
    heads = "".join(
        f'<th scope="col"{_right(sheet, place)}>{escape(heading)}</th>'
        for place, heading in enumerate(sheet.headings)
    )
    rows = "".join(_row(sheet, row, has_ids=has_ids) for row in sheet.rows)
    look = ' class="definitions"' if has_ids else ""
    return (
        f'<div class="wide"><table{look}><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(sheet: Sheet, row: tuple[Cell, ...], *, has_ids: bool) -> str:
    first, *others = row
    anchor = f' id="def-{first.code}"' if has_ids and first.code else ""
    head = _definition_link(first) if has_ids else _content(first)
    cells = "".join(
        f"<td{_right(sheet, place)}>{_content(cell)}</td>" for place, cell in enumerate(others, start=1)
    )
    return f'<tr{anchor}><th scope="row"{_right(sheet, 0)}>{head}</th>{cells}</tr>'


def _right(sheet: Sheet, place: int) -> str:
    if place in sheet.days:
        return ' class="day"'
    return ' class="n"' if place in sheet.right else ""


def _content(cell: Cell) -> str:
    return escape(cell.text) if cell.code is None else _link(cell.text, cell.code)


def _link(text: str, code: str) -> str:
    """Lead from a figure to its definition on this page."""
    return f'<a href="#def-{escape(code)}">{escape(text)}</a>'


def _definition_link(cell: Cell) -> str:
    """Lead from a definition on this page to the service's own."""
    return f'<a href="/v1/statistics/definitions/{escape(cell.code or "")}">{escape(cell.text)}</a>'


def _sign(language: str) -> str:
    lines = "".join(f"<span>{escape(words.told(language, {}))}</span>" for words in w.SIGN)
    return f'<div class="sign">{lines}</div>'
