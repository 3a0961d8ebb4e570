"""Reading event logs, deriving procedures from them, and the command line."""

import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.domain.procedure_documents import ProcedureHasFaults, find_faults
from app.exchange.commands import MappingInvalid, propose_procedure, read_mapping
from app.exchange.deriving import derive_procedure, stage_codes
from app.exchange.reading import Log, LogNotReadable, read_log
from tests.event_logs import CHINESE, HEADER, RECEIVED, generated, mapped, mapping, the_log, told, written

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def read(raw: bytes, **facts: Any) -> Log:
    return read_log(raw, mapped(**facts), NOW)


def a_row(**cells: str) -> list[str]:
    usual = {
        "case:channel": "Desk",
        "case:concept:name": "case-x",
        "concept:instance": "task-x",
        "concept:name": RECEIVED,
        "lifecycle:transition": "complete",
        "org:group": "Group 1",
        "org:resource": "Resource01",
        "time:timestamp": "2011-10-11 13:45:40.276000+02:00",
    }
    return [(usual | cells)[name] for name in HEADER]


def test_every_row_of_the_log_is_read_and_none_is_changed() -> None:
    raw = the_log()
    log = read(raw)
    assert log.bad == []
    found = sorted(
        (r.case, r.activity, r.at.astimezone(UTC), r.resource or "", r.group or "", r.instance or "")
        for rows in log.cases.values()
        for r in rows
    )
    assert found == told(raw)
    assert log.rows == len(found)


def test_a_case_is_in_the_order_of_time_and_then_of_lines() -> None:
    late, early = a_row(**{"time:timestamp": "2011-01-01 10:00:00+01:00"}), a_row(**{"concept:instance": "1"})
    early[7] = "2011-01-01 10:30:00+02:00"  # half an hour earlier, although the clock shows more
    tie = a_row(**{"concept:instance": "2", "time:timestamp": "2011-01-01T08:30:00Z"})
    log = read(written([HEADER, late, early, tie]))
    assert [r.line for r in log.cases["case-x"]] == [3, 4, 2]


def test_cases_come_in_the_order_they_began() -> None:
    begun = [rows[0].at for rows in read(the_log()).cases.values()]
    assert begun == sorted(begun)


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (a_row(**{"time:timestamp": "2011-10-11 13:45:40"}), "time:timestamp", "naive_time"),
        (a_row(**{"time:timestamp": "2011-10-11"}), "time:timestamp", "naive_time"),
        (a_row(**{"time:timestamp": "yesterday"}), "time:timestamp", "not_a_time"),
        (a_row(**{"time:timestamp": "2011-02-30 13:45:40+01:00"}), "time:timestamp", "not_a_time"),
        (a_row(**{"time:timestamp": "0011-02-20 13:45:40+01:00"}), "time:timestamp", "not_a_time"),
        (a_row(**{"time:timestamp": "2026-03-02 08:00:01+08:00"}), "time:timestamp", "in_the_future"),
        (a_row(**{"time:timestamp": ""}), "time:timestamp", "blank"),
        (a_row(**{"time:timestamp": "2" * 41}), "time:timestamp", "too_long"),
        (a_row(**{"concept:name": " "}), "concept:name", "blank"),
        (a_row(**{"concept:name": "a" * 201}), "concept:name", "too_long"),
        (a_row(**{"concept:name": "{0.__class__}"}), "concept:name", "unsafe_text"),
        (a_row(**{"concept:name": "two\nlines"}), "concept:name", "unsafe_text"),
        (a_row(**{"case:channel": "NUL \x00"}), "case:channel", "unsafe_text"),
        (a_row(**{"org:resource": "turned \u202e round"}), "org:resource", "unsafe_text"),
        (a_row()[:6], "org:resource", "wrong_number_of_cells"),
        ([*a_row(), "more"], None, "wrong_number_of_cells"),
    ],
)
def test_a_bad_row_is_named_with_line_and_column_and_holds_back_its_case_only(
    row: list[str], column: str | None, code: str
) -> None:
    good = a_row(**{"case:concept:name": "case-y"})
    log = read(written([HEADER, a_row(), good, row]))
    assert [(b.line, b.column, b.code) for b in log.bad] == [(4, column, code), (2, None, "held_back")]
    assert list(log.cases) == ["case-y"]
    assert log.rows == 3


def test_all_faults_of_a_row_are_named_at_once() -> None:
    log = read(written([HEADER, a_row(**{"concept:name": "", "time:timestamp": "never"})]))
    assert [(b.column, b.code) for b in log.bad] == [
        ("concept:name", "blank"),
        ("time:timestamp", "not_a_time"),
    ]


def test_a_row_in_another_encoding_spoils_itself_only() -> None:
    raw = written([HEADER, a_row(), a_row(**{"case:concept:name": "case-y"})])
    raw += ",".join(a_row(**{"case:concept:name": "case-z", "concept:name": CHINESE})).encode("gbk") + b"\n"
    log = read(raw)
    assert [(b.line, b.column, b.code) for b in log.bad] == [(4, "concept:name", "wrong_encoding")]
    assert list(log.cases) == ["case-x", "case-y"]


def test_a_log_in_gb18030_is_read_when_the_mapping_says_so() -> None:
    raw = written([HEADER, a_row(**{"concept:name": CHINESE})]).decode().encode("gb18030")
    (rows,) = read(raw, encoding="gb18030").cases.values()
    assert rows[0].activity == CHINESE


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble() -> None:
    raw = b"\xef\xbb\xbf" + written([HEADER, a_row()]).replace(b"\n", b"\r\n") + b"\r\n"
    log = read(raw)
    assert (log.bad, log.rows, len(log.cases)) == ([], 1, 1)


def test_a_quote_that_is_never_closed_spoils_its_own_row_only() -> None:
    lines = written([HEADER, a_row(), a_row(**{"case:concept:name": "case-y"})]).decode().splitlines()
    broken = lines[1].replace("Desk", '"Desk').replace("case-x", "case-z")
    log = read("\n".join([lines[0], broken, *lines[1:]]).encode())
    assert [(b.line, b.code) for b in log.bad] == [(2, "not_readable")]
    assert list(log.cases) == ["case-x", "case-y"]


def test_a_cell_that_nobody_asked_for_may_run_over_lines() -> None:
    log = read(written([HEADER, a_row(**{"case:channel": 'a "remark"\nof two lines'}), a_row()]))
    assert (log.bad, [r.line for r in log.cases["case-x"]]) == ([], [2, 4])


def test_a_repeated_row_is_reported_and_counted_once() -> None:
    log = read(written([HEADER, a_row(), a_row()]))
    assert [(b.line, b.code, b.facts) for b in log.bad] == [(3, "duplicate", {"first": 2})]
    assert len(log.cases["case-x"]) == 1


def test_only_completions_are_events() -> None:
    log = read(written([HEADER, a_row(**{"lifecycle:transition": "start"}), a_row()]))
    assert [(b.line, b.column, b.code) for b in log.bad] == [(2, "lifecycle:transition", "not_complete")]
    assert len(log.cases["case-x"]) == 1


@pytest.mark.parametrize(
    ("raw", "pointers"),
    [
        (b"", ["case", "activity", "timestamp", "resource", "group", "instance", "lifecycle"]),
        (written([[*HEADER[:7]]]), ["timestamp"]),
        (written([[*HEADER, "concept:name"]]), ["activity"]),
        (",".join(HEADER).encode("utf-16"), ["case", "activity"]),
    ],
)
def test_a_file_without_the_mapped_columns_is_refused_naming_each(raw: bytes, pointers: list[str]) -> None:
    with pytest.raises(LogNotReadable) as refused:
        read(raw)
    named = [fault.pointer.removeprefix("/columns/") for fault in refused.value.faults]
    assert named[: len(pointers)] == pointers


def test_columns_that_a_log_does_not_have_may_be_left_out() -> None:
    few = [[row[1], row[3], row[7]] for row in [HEADER, a_row()]]
    columns = dict.fromkeys(("resource", "group", "instance", "lifecycle"))
    (rows,) = read(written(few), columns=columns).cases.values()
    assert (rows[0].resource, rows[0].group, rows[0].instance) == (None, None, None)


def test_the_derived_procedure_is_what_was_observed_and_has_no_faults() -> None:
    raw = the_log()
    log = read(raw)
    document = derive_procedure(log, mapped(), "0" * 64)
    assert find_faults(document) == []
    labels = {stage["code"]: stage["label"]["en"] for stage in document["stages"]} | {"start": ""}
    moves = {(labels[s], labels[m["to"]]) for m in document["moves"] for s in m["from"]}
    observed, ends = set(), set()
    for rows in log.cases.values():
        names = ["", *(row.activity for row in rows)]
        observed |= set(pairwise(names))
        ends.add(names[-1])
    assert moves == observed
    assert {labels[s["code"]] for s in document["stages"] if s.get("may_end")} == ends
    assert any(here == there for here, there in moves)  # or the log is not awkward enough


def test_the_same_log_gives_the_same_procedure_in_whatever_order_its_lines_come() -> None:
    header, *rows = generated()
    rows = [row for row in rows if row[1] in {"case-1", "case-16"}]
    backwards = sorted(rows, key=lambda row: row[7], reverse=True)
    one, two = (
        derive_procedure(read(written([header, *some])), mapped(), "0" * 64)
        for some in (sorted(rows, key=lambda row: row[7]), backwards)
    )
    assert [s["code"] for s in one["stages"]] == [s["code"] for s in two["stages"]]


def test_activities_that_ascii_cannot_tell_apart_have_codes_of_their_own() -> None:
    names = ["T02 Check", "T02-check", CHINESE, "意见", "Start", "2 steps", "a" * 90, "a" * 91]
    codes = stage_codes(names)
    assert len({*codes.values(), "start"}) == len(names) + 1
    assert all(len(code) <= 64 for code in codes.values())
    assert stage_codes(["T01 Receive"]) == {"T01 Receive": "t01_receive"}
    assert codes["2 steps"] == "activity_2_steps"


def test_a_log_without_a_good_case_gives_no_procedure() -> None:
    with pytest.raises(LogNotReadable):
        propose_procedure(written([HEADER]), mapped())


def test_a_log_of_too_many_activities_gives_no_procedure() -> None:
    rows = [a_row(**{"concept:name": f"a{n}", "concept:instance": str(n)}) for n in range(201)]
    with pytest.raises(ProcedureHasFaults):
        propose_procedure(written([HEADER, *rows]), mapped())


def test_a_mapping_says_everything_that_is_wrong_with_it() -> None:
    wrong = mapping(encoding="latin-1", surprise=1)
    del wrong["area_code"]
    with pytest.raises(MappingInvalid) as refused:
        read_mapping(json.dumps(wrong).encode())
    told_all = str(refused.value)
    assert all(name in told_all for name in ("encoding", "surprise", "area_code"))


def test_the_sample_mappings_are_mappings() -> None:
    samples = Path(__file__).parent.parent / "docs"
    plain = read_mapping((samples / "event-log-mapping.json").read_bytes())
    assert (plain.columns.case, plain.item_cases) == ("case:concept:name", None)
    items = read_mapping((samples / "item-log-mapping.json").read_bytes())
    assert (items.columns.deadline, items.item_cases is None) == ("case:deadline", False)
