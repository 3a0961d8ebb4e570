"""Whose turn it is, what is a duty, and pages merged from several sources."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.procedure_documents import read_procedure
from app.domain.standing import Role
from app.domain.tasks import (
    LAST_OF_ROW,
    NEVER,
    AbsenceEndsBeforeItBegins,
    Looked,
    Place,
    SubstituteIsAbsent,
    Turn,
    check_absence,
    is_duty,
    merge,
    whose_turn,
)

PATH = Path(__file__).parents[2] / "app/procedures/standard.json"
STANDARD = read_procedure(json.loads(PATH.read_text(encoding="utf-8")))
DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("person", "primary", "backup", "absent", "turn"),
    [
        ("a", "a", "b", {}, Turn(True)),
        ("b", "a", "b", {}, Turn(False)),
        ("b", "a", "b", {"a": None}, Turn(True, "a")),
        ("b", "a", "b", {"a": "c"}, Turn(False)),
        ("c", "a", "b", {"a": "c"}, Turn(True, "a")),
        ("c", "a", "b", {"b": "c"}, Turn(False)),  # the backup has no work while the primary is there
        ("a", "a", "b", {"a": None}, Turn(True)),  # who comes in all the same sees his work
        ("b", None, "b", {}, Turn(True)),
        ("a", None, "b", {}, Turn(False)),
        ("a", None, None, {}, Turn(False)),
    ],
)
def test_the_work_is_the_primary_agents_and_while_he_is_absent_his_stand_ins(
    person: str, primary: str | None, backup: str | None, absent: dict[str, str | None], turn: Turn
) -> None:
    assert whose_turn(person, primary, backup, absent) == turn


def test_an_absence_has_its_days_in_order_and_another_person_as_substitute() -> None:
    check_absence(DAY, DAY, "a", None)
    check_absence(DAY, DAY, "a", "b")
    with pytest.raises(AbsenceEndsBeforeItBegins):
        check_absence(DAY, DAY - timedelta(days=1), "a", "b")
    with pytest.raises(SubstituteIsAbsent):
        check_absence(DAY, DAY, "a", "a")


def test_duties_of_the_standard_procedure_are_its_road_and_not_the_ways_out() -> None:
    found = {
        (move.from_stage, move.code)
        for move in STANDARD.moves
        if any(is_duty(STANDARD, move, role) for role in move.by)
    }
    assert {
        ("applied", "accept"),
        ("correction_needed", "resubmit"),
        ("filed", "assign"),
        ("planned", "start_service"),
        ("in_service", "complete"),
        ("completed", "archive"),
        ("terminated", "archive"),
    } <= found
    codes = {code for _, code in found}
    assert codes.isdisjoint(
        {"apply", "drop", "withdraw", "decline", "suspend", "resume", "terminate_by_client", "reopen"}
    )


def test_the_owners_limit_is_the_owners_duty_only() -> None:
    resubmit = STANDARD.find_move("correction_needed", "resubmit")
    assert resubmit is not None
    assert is_duty(STANDARD, resubmit, Role.PORTAL)
    assert not is_duty(STANDARD, resubmit, Role.OFFICER)


def place(day: int, row: str, what: str = "x") -> Place:
    return Place(NEVER if day < 0 else DAY + timedelta(days=day), row, what)


def test_a_page_ends_where_one_source_has_not_been_looked_through() -> None:
    first = Looked([(place(1, "a"), 1), (place(9, "b"), 2)], place(5, "z", LAST_OF_ROW))
    second = Looked([(place(3, "c"), 3), (place(7, "d"), 4)], None)
    assert merge([first, second], None, 10) == ([(place(1, "a"), 1), (place(3, "c"), 3)], first.through)
    assert merge([second], place(3, "c"), 10) == ([(place(7, "d"), 4)], None)


ROWS = st.lists(
    st.tuples(st.integers(-1, 6), st.sampled_from("abcdefgh"), st.integers(0, 2)),
    max_size=25,
    unique_by=lambda row: row[:2],
)


@given(sources=st.lists(ROWS, min_size=1, max_size=4), limit=st.integers(1, 5), look=st.integers(2, 6))
def test_pages_show_every_task_once_in_order_however_short_the_looks(
    sources: list[list[tuple[int, str, int]]], limit: int, look: int
) -> None:
    def key(row: tuple[int, str, int], source: int, number: int) -> Place:
        return place(row[0], row[1], f"{source}.{number}")

    def looked(rows: list[tuple[int, str, int]], source: int, after: Place | None) -> Looked:
        ordered = sorted(rows, key=lambda row: key(row, source, 0))
        ahead = [row for row in ordered if after is None or key(row, source, 0)[:2] >= after[:2]]
        seen = ahead[:look]
        tasks: list[tuple[Place, Any]] = [
            (key(row, source, n), (source, row, n)) for row in seen for n in range(row[2])
        ]
        last = None if len(seen) < look else key(seen[-1], source, 0)._replace(what=LAST_OF_ROW)
        return Looked(tasks, last)

    shown: list[tuple[Place, Any]] = []
    after: Place | None = None
    for _ in range(200):
        found, after = merge([looked(rows, n, after) for n, rows in enumerate(sources)], after, limit)
        shown += found
        if after is None:
            break
    assert after is None
    every = [
        (key(row, source, n), (source, row, n))
        for source, rows in enumerate(sources)
        for row in rows
        for n in range(row[2])
    ]
    assert shown == sorted(every)
