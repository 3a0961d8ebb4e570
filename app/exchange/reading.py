"""Reading an event log: good rows become events of cases, every bad one is named with line and column."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.errors import Fault, Invalid, Words
from app.exchange.schemas import MappingIn
from app.wire import FORBIDDEN

LONGEST = {"case": 128, "activity": 200, "resource": 200, "group": 200, "instance": 200}
MOMENTS = {"timestamp": 40, "received": 40, "planned_end": 40, "deadline": 40}
NOT_YET = {"timestamp", "received"}  # have happened; the others may lie in the future
LINES_OF_A_ROW = 20  # a quoted cell may run over so many lines; beyond, its quote was never closed
WITH_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:?\d\d)")
WITHOUT_OFFSET = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?")
NEEDED = {"case", "activity", "timestamp"}
BREAK = re.compile("[\n\t]")
BRACE = re.compile("[{}]")  # an activity becomes a label, and labels are filled into sentences
COMPLETE = "complete"

REASONS: Final[Mapping[str, Words]] = {
    "not_readable": Words("不是有效的 CSV 行", "is no readable row of CSV"),
    "wrong_number_of_cells": Words(
        "有 {found} 个单元格，应为 {expected} 个", "has {found} cells instead of {expected}"
    ),
    "wrong_encoding": Words("不是 {encoding} 编码", "is not {encoding}"),
    "unsafe_text": Words("含有不允许的字符", "holds a forbidden character"),
    "blank": Words("不能为空", "must not be empty"),
    "too_long": Words("超出长度，最多 {most} 个字符", "is longer than {most} characters"),
    "not_a_time": Words("不是有效的时间", "is no moment"),
    "naive_time": Words("时间缺少时区偏移", "is a time without its offset"),
    "in_the_future": Words("时间晚于现在", "has not happened yet"),
    "duplicate": Words("与第 {first} 行完全相同", "repeats line {first}"),
    "not_complete": Words("不是完成事件，不导入", "is not the completion of an activity, and not imported"),
    "unknown_activity": Words("服务流程中没有该活动", "is no activity of the procedure"),
    "move_not_in_procedure": Words(
        "服务流程中没有从“{stage}”到该活动的流转", "cannot follow “{stage}” in the procedure"
    ),
    "unknown_department": Words(
        "没有名为“{group}”的部门，请先登记", "no department is called “{group}”; register it first"
    ),
    "refused": Words("规则拒绝：{refusal}", "was refused by the rules: {refusal}"),
    "differs": Words(
        "与已导入的记录不一致，不再续导", "does not agree with what was imported before; nothing is added"
    ),
    "held_back": Words(
        "同一案件的第 {line} 行有误，整个案件暂不导入", "is held back: line {line} of its case is wrong"
    ),
}  # fmt: skip
HARMLESS = {"duplicate", "not_complete"}  # say nothing that the case's other rows do not; it is not held back


class LogNotReadable(Invalid):
    """The file as a whole is no event log: empty, not CSV, or without a column that the mapping names."""

    title = Words("不是可读的事件日志", "Not a readable event log")
    detail = Words("该文件不是映射所描述的事件日志，详见 errors。", "It is no log as mapped; see errors.")


class LogRow(NamedTuple):
    """One event of a case."""

    line: int
    case: str
    activity: str
    at: datetime
    resource: str | None
    group: str | None
    instance: str | None
    received: datetime | None
    planned_end: datetime | None
    deadline: datetime | None


class BadRow(NamedTuple):
    """Why a row is not imported. ``column`` is None when it is about the whole row."""

    line: int
    column: str | None
    code: str
    facts: Mapping[str, Any] = {}


@dataclass
class Log:
    """The cases of a log, each in the order of time and line; what is wrong; and how many rows there were."""

    cases: dict[str, list[LogRow]] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)
    rows: int = 0

    def hold_back(self, case: str, line: int) -> None:
        """Take out a case for its bad line: without it, its neighbours would seem to follow each other."""
        rows = self.cases.pop(case, ())
        self.bad += [BadRow(r.line, None, "held_back", {"line": line}) for r in rows if r.line != line]


def read_log(raw: bytes, mapping: MappingIn, latest: datetime) -> Log:
    """Read a log. Rows later than ``latest`` lie in the future.

    A case with a bad row is held back whole; its good rows are reported too, so that every row is either in
    a case or reported. A repeated row is reported and left out. Refuses ``LogNotReadable``.
    """
    encoding = "utf-8-sig" if mapping.encoding == "utf-8" else mapping.encoding
    records = _records(raw.decode(encoding, "surrogateescape"), mapping.delimiter)
    first = next(records, None)
    header = [name.strip() for name in (first[1] if first and first[1] else [])]
    reader = _RowReader(header, mapping, latest)
    log, seen, wrong = Log(), dict[tuple[str, ...], int](), dict[str, int]()
    for line, cells in records:
        log.rows += 1
        row, faults = reader.read(line, cells)
        if row is not None and (before := seen.setdefault(tuple(cells or ()), line)) != line:
            row, faults = None, [BadRow(line, None, "duplicate", {"first": before})]
        if row is not None:
            log.cases.setdefault(row.case, []).append(row)
            continue
        log.bad += faults
        if faults[0].code not in HARMLESS and (case := reader.case_of(cells)):
            wrong.setdefault(case, line)
    for case, line in wrong.items():
        log.hold_back(case, line)
    for rows in log.cases.values():
        rows.sort(key=lambda r: (r.at, r.line))
    log.cases = dict(sorted(log.cases.items(), key=lambda kept: (kept[1][0].at, kept[1][0].line)))
    return log


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Cut a text into rows with the line each begins on; None for one that is no CSV.

    Line by line, so that a quote which is never closed spoils its own row and not the rest of the file.
    """
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        taken = 1
        while (
            sum(line.count('"') for line in lines[at : at + taken]) % 2
            and taken < LINES_OF_A_ROW
            and at + taken < len(lines)
        ):
            taken += 1
        cells = _cells("\n".join(lines[at : at + taken]), delimiter)
        if cells is None:
            taken = 1
        if cells != []:
            yield at + 1, cells
        at += taken


def _cells(text: str, delimiter: str) -> list[str] | None:
    try:
        found = list(csv.reader([text.rstrip("\r")], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return found[0] if found else []


class _RowReader:
    """Reads rows by the header of their file."""

    def __init__(self, header: list[str], mapping: MappingIn, latest: datetime) -> None:
        self.header, self.encoding, self.latest = header, mapping.encoding, latest
        self.places: dict[str, int] = {}
        faults = []
        for what, name in mapping.columns.model_dump().items():
            if name is not None and header.count(name) == 1:
                self.places[what] = header.index(name)
            elif name is not None:
                words = REPEATED_COLUMN if name in header else MISSING_COLUMN
                faults.append(Fault(f"/columns/{what}", "column", words, {"name": name}))
        if faults:
            raise LogNotReadable(faults=faults)

    def case_of(self, cells: list[str] | None) -> str | None:
        """Name the case a row speaks of, as far as that can be read."""
        place = self.places["case"]
        if cells is None or place >= len(cells):
            return None
        return unicodedata.normalize("NFC", cells[place].strip())

    def read(self, line: int, cells: list[str] | None) -> tuple[LogRow | None, list[BadRow]]:
        """Read a row, or name everything that is wrong with it."""
        if cells is None:
            return None, [BadRow(line, None, "not_readable")]
        if len(cells) != len(self.header):
            missing = self.header[len(cells)] if len(cells) < len(self.header) else None
            facts = {"found": len(cells), "expected": len(self.header)}
            return None, [BadRow(line, missing, "wrong_number_of_cells", facts)]
        odd = [
            (n, c) for n, c in zip(self.header, cells, strict=True) if not (c.isascii() and c.isprintable())
        ]
        if faults := [fault for name, cell in odd for fault in self._unsafe(line, name, cell)]:
            return None, faults
        told = {what: unicodedata.normalize("NFC", cells[i].strip()) for what, i in self.places.items()}
        if told.pop("lifecycle", COMPLETE).lower() not in {COMPLETE, ""}:
            return None, [BadRow(line, self.header[self.places["lifecycle"]], "not_complete")]
        faults = [
            BadRow(line, self.header[self.places[what]], code, facts)
            for what, text in told.items()
            for code, facts in self._judge(what, text)
        ]
        if faults:
            return None, faults
        at = _judged(told["timestamp"])
        assert at is not None  # a row without its time is bad
        return LogRow(
            line,
            told["case"],
            told["activity"],
            at,
            told.get("resource") or None,
            told.get("group") or None,
            told.get("instance") or None,
            _judged(told.get("received", "")),
            _judged(told.get("planned_end", "")),
            _judged(told.get("deadline", "")),
        ), []

    def _judge(self, what: str, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Say what is wrong with a cell that the mapping names."""
        most = MOMENTS.get(what) or LONGEST[what]
        if len(text) > most:
            yield "too_long", {"most": most}
        elif not text and what in NEEDED:
            yield "blank", {}
        elif BREAK.search(text) or (what == "activity" and BRACE.search(text)):
            yield "unsafe_text", {}
        elif what in MOMENTS and text:
            at = _moment(text)
            if isinstance(at, str):
                yield at, {}
            elif what in NOT_YET and at > self.latest:
                yield "in_the_future", {}

    def _unsafe(self, line: int, name: str, cell: str) -> Iterator[BadRow]:
        """Undecodable bytes come as lone surrogates; line breaks within a cell are as unsafe as NUL."""
        if any("\udc80" <= c <= "\udcff" for c in cell):
            yield BadRow(line, name, "wrong_encoding", {"encoding": self.encoding})
        elif FORBIDDEN.search(cell):
            yield BadRow(line, name, "unsafe_text")


MISSING_COLUMN = Words("文件没有名为 {name} 的列", "the file has no column {name}")
REPEATED_COLUMN = Words("文件有多个名为 {name} 的列", "the file has several columns {name}")


def _judged(text: str) -> datetime | None:
    """Read a moment that was judged before; None where the cell is empty."""
    at = _moment(text)
    return None if isinstance(at, str) else at


def _moment(text: str) -> datetime | str:
    """Read a moment with its offset, or name what is wrong with it."""
    if not WITH_OFFSET.fullmatch(text):
        return "naive_time" if WITHOUT_OFFSET.fullmatch(text) else "not_a_time"
    try:
        at = datetime.fromisoformat(text.upper())
    except ValueError:
        return "not_a_time"
    return at if 1900 <= at.year <= 2200 else "not_a_time"  # noqa: PLR2004 - what every database can hold
