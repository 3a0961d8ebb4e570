"""A report as a spreadsheet: the same tables, one to a sheet; the same report gives the same bytes."""

import io
import zipfile
from collections.abc import Iterable
from typing import Any, Final

from xlsxwriter import Workbook

from app.clock import OFFICE
from app.domain.reports import Report
from app.reports import words as w
from app.reports.layout import Cell, Sheet, facts_of, sheets_of

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
FORMULA_STARTS: Final = frozenset("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫−")
ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
LONGEST_NAME: Final = 31  # of a sheet
NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def harmless(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula, also when it is saved as CSV and opened again."""
    line = "".join([c if c.isprintable() else " " for c in text])
    starts_badly = text[:1] in FORMULA_STARTS or line.lstrip()[:1] in FORMULA_STARTS
    return f"'{line}" if text and starts_badly else line


def workbook_of(report: Report) -> bytes:
    """Write a report as a spreadsheet."""
    sheets = sheets_of(report)
    raw = io.BytesIO()
    with Workbook(raw, OPTIONS) as book:
        created = report.name.known_at.astimezone(OFFICE).replace(tzinfo=None)
        book.set_properties({"title": harmless(w.title_of(report)), "created": created})
        looks = {
            "title": book.add_format({"bold": True, "font_size": 15}),
            "head": book.add_format({"bold": True, "border": 1, "bg_color": "#E8EDF3", "text_wrap": True}),
            "text": book.add_format({"border": 1, "text_wrap": True, "quote_prefix": True, "valign": "top"}),
            "number": book.add_format({"border": 1, "valign": "top"}),
            "note": book.add_format({"italic": True}),
        }
        _cover(book, report, looks)
        for name, group in _sheets_by_name(sheets):
            _write(book.add_worksheet(name), group, looks)
    return _stored(raw)


def _cover(book: Workbook, report: Report, looks: dict[str, Any]) -> None:
    page = book.add_worksheet(_sheet_name(w.COVER.told(report.name.language, {})))
    page.set_column(0, 0, 22)
    page.set_column(1, 1, 90)
    page.write_string(0, 0, harmless(w.title_of(report)), looks["title"])
    page.write_string(1, 0, harmless(w.period_words(report)))
    for place, (label, value) in enumerate(facts_of(report), start=3):
        page.write_string(place, 0, label, looks["head"])
        page.write_string(place, 1, harmless(value), looks["text"])


def _sheets_by_name(sheets: Iterable[Sheet]) -> list[tuple[str, list[Sheet]]]:
    """Put tables that follow a main one on its sheet, below it."""
    found: list[tuple[str, list[Sheet]]] = []
    for sheet in sheets:
        if sheet.is_sub and found:
            found[-1][1].append(sheet)
        else:
            found.append((_sheet_name(sheet.title), [sheet]))
    return found


def _sheet_name(title: str) -> str:
    return title.translate(NOT_IN_NAMES)[:LONGEST_NAME]


def _write(page: Any, sheets: list[Sheet], looks: dict[str, Any]) -> None:
    """Write tables below each other, row by row: rows that were written are gone from memory."""
    for column, width in enumerate(sheets[0].widths):
        page.set_column(column, column, max(11, round(width * 1.3)))
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    place = 0
    for sheet in sheets:
        page.write_string(place, 0, sheet.title, looks["title"])
        place += 1
        if sheet.note:
            page.write_string(place, 0, harmless(sheet.note), looks["note"])
            place += 1
        for column, heading in enumerate(sheet.headings):
            page.write_string(place, column, harmless(heading), looks["head"])
        place += 1
        for row in sheet.rows:
            for column, cell in enumerate(row):
                _write_cell(page, place, column, cell, looks)
            place += 1
        place += 1


def _write_cell(page: Any, row: int, column: int, cell: Cell, looks: dict[str, Any]) -> None:
    if cell.number is not None:
        page.write_number(row, column, float(cell.number), looks["number"])
    else:
        page.write_string(row, column, harmless(cell.text), looks["text"])


def _stored(raw: io.BytesIO) -> bytes:
    """Pack the parts anew without compression: what a compressor makes of them differs between machines."""
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as given, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as taken:
        for name in given.namelist():
            part = zipfile.ZipInfo(name, ZIP_EPOCH)
            part.create_system = 0
            taken.writestr(part, given.read(name))
    return packed.getvalue()
