"""What a correction may put right, and when a later act stands in its way."""

from typing import Any

import pytest

from app.domain.corrections import CORRECTABLE, changes_again, find_faults

RECORDED: list[dict[str, Any]] = [
    {
        "table": "project",
        "id": "p",
        "set": {
            "name": "旧名",
            "investment_fen": 5,
            "planned_start_on": "2026-03-01",
            "process_class": "industrial",
            "industry_code": None,
            "file_number": "A-1",
            "stage": "lead",
            "location": None,
        },
    },
    {"table": "milestone", "id": "m", "set": {"reached_on": "2026-03-01"}},
    {"table": "project_external_id", "id": "x", "set": None},
]


def right(column: str, value: Any, table: str = "project", row: str = "p") -> list[dict[str, Any]]:
    return [{"table": table, "id": row, "set": {column: value}}]


GOOD = [
    ("name", "新名"),
    ("investment_fen", 0),
    ("investment_fen", None),
    ("planned_start_on", "2026-02-28"),
    ("planned_start_on", None),
    ("process_class", "energy"),
    ("industry_code", "C26"),
    ("file_number", "启代〔2026〕1号"),
    ("location", "启东"),
]


@pytest.mark.parametrize(("column", "value"), GOOD)
def test_a_possible_value_of_a_public_fact_can_be_put_right(column: str, value: Any) -> None:
    assert find_faults(RECORDED, right(column, value)) == []


WRONG = [
    ("name", "", "not_a_value"),
    ("name", " 名 ", "not_a_value"),
    ("name", None, "not_a_value"),
    ("name", "x" * 201, "not_a_value"),
    ("investment_fen", True, "not_a_value"),
    ("investment_fen", -1, "not_a_value"),
    ("investment_fen", 10**15, "not_a_value"),
    ("investment_fen", "5", "not_a_value"),
    ("planned_start_on", "2026-02-30", "not_a_value"),
    ("planned_start_on", "20260228", "not_a_value"),
    ("planned_start_on", "1800-01-01", "not_a_value"),
    ("process_class", "magic", "not_a_value"),
    ("process_class", ["energy"], "not_a_value"),
    ("industry_code", "26", "not_a_value"),
    ("file_number", "a b", "not_a_value"),
    ("file_number", "A-1", "same"),
    ("stage", "accepted", "not_correctable"),
    ("version", 7, "not_correctable"),
    ("land_mode", "grant", "not_of_this_event"),
]


@pytest.mark.parametrize(("column", "value", "code"), WRONG)
def test_anything_else_is_a_fault_at_its_place(column: str, value: Any, code: str) -> None:
    (fault,) = find_faults(RECORDED, right(column, value))
    assert (fault.code, fault.pointer) == (code, f"/right/set/0/set/{column}")
    assert fault.words.told("zh", fault.facts)
    assert fault.words.told("en", fault.facts)


def test_rows_the_event_did_not_change_cannot_be_put_right_through_it() -> None:
    for table, row in (("project", "q"), ("nothing", "p")):
        (fault,) = find_faults(RECORDED, right("name", "新名", table, row))
        assert (fault.code, fault.pointer) == ("not_of_this_event", "/right/set/0")
    (fault,) = find_faults(RECORDED, right("x", 1, "project_external_id", "x"))
    assert fault.code == "not_correctable"


def test_every_fault_is_named_at_once() -> None:
    wanted = [*right("name", ""), *right("reached_on", "x", "milestone", "m")]
    assert [f.pointer for f in find_faults(RECORDED, wanted)] == [
        "/right/set/0/set/name",
        "/right/set/1/set/reached_on",
    ]


def test_a_later_change_of_the_same_value_stands_in_the_way() -> None:
    wanted = [*right("name", "新名"), *right("location", "启东")]
    assert changes_again(right("name", "又一名"), wanted)
    assert changes_again([{"table": "project", "id": "p", "set": None}], wanted)
    assert not changes_again(right("investment_fen", 7), wanted)
    assert not changes_again(right("name", "又一名", row="q"), wanted)


def test_what_the_service_decided_is_never_correctable() -> None:
    columns = {name for table in CORRECTABLE.values() for name in table}
    assert not columns & {
        "id",
        "version",
        "stage",
        "procedure_id",
        "project_id",
        "due_on",
        "area_code",
        "owner_uscc",
    }
