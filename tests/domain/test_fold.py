"""State as a fold: what was known, what was the case, and what a correction makes of both."""

from typing import Any

from app.domain.fold import CORRECTION, Happening, as_of, fold

P = ("project", "p")


def day(number: int) -> str:
    return f"2026-03-{number:02}T01:00:00.000000Z"


def event(
    number: int, changes: dict[str, Any] | None, *, occurred: int | None = None, **facts: Any
) -> Happening:
    """Build an event recorded on the day of its number that changes the project."""
    return Happening(
        sequence=number,
        id=f"e{number}",
        type=CORRECTION if "corrects" in facts else "project.changed",
        occurred_at=day(occurred or number),
        recorded_at=day(number),
        changes=[{"table": "project", "id": "p", "set": changes}],
        facts=facts,
        commitments={},
    )


def stage(events: list[Happening], **moments: str) -> Any:
    row = fold(as_of(events, **moments)).get(P)
    return row and row.get("stage")


def correction(number: int, of: int, **right: Any) -> Happening:
    told = {"corrects": f"e{of}", "occurred_at": right.pop("occurred_at", None)}
    change = {"table": "project", "id": "p", "set": right}
    return event(number, right, **told, set=[change] if right else [])


def test_the_last_value_of_every_column_stands() -> None:
    rows = fold([event(1, {"stage": "lead", "name": "a"}), event(2, {"stage": "applied"})])
    assert rows == {P: {"stage": "applied", "name": "a"}}


def test_a_removed_row_is_gone_and_begins_anew_without_its_past() -> None:
    gone = [event(1, {"stage": "lead", "name": "a"}), event(2, None)]
    assert fold(gone) == {}
    assert fold([*gone, event(3, {"stage": "lead"})]) == {P: {"stage": "lead"}}


def test_known_at_shows_what_was_recorded_by_then() -> None:
    events = [event(1, {"stage": "lead"}), event(5, {"stage": "applied"}, occurred=2)]
    assert stage(events, known_at=day(4)) == "lead"
    assert stage(events, known_at=day(5)) == "applied"
    assert stage(events) == "applied"


def test_valid_at_shows_what_was_the_case_even_if_it_became_known_later() -> None:
    events = [event(1, {"stage": "lead"}), event(5, {"stage": "applied"}, occurred=2)]
    assert stage(events, valid_at=day(3)) == "applied"
    assert stage(events, valid_at=day(1)) == "lead"
    assert stage(events, valid_at=day(3), known_at=day(4)) == "lead"


def test_a_correction_puts_the_fact_right_from_where_it_happened() -> None:
    events = [event(1, {"stage": "lead"}), event(3, {"stage": "wrong"}), correction(7, of=3, stage="right")]
    assert stage(events, valid_at=day(4)) == "right"
    assert stage(events, known_at=day(6)) == "wrong"
    assert stage(events, valid_at=day(4), known_at=day(6)) == "wrong"
    assert stage(events, known_at=day(7)) == "right"


def test_a_correction_of_the_moment_moves_the_event() -> None:
    events = [event(1, {"stage": "lead"}), event(5, {"stage": "applied"})]
    earlier = [*events, correction(8, of=5, occurred_at=day(2))]
    later = [*events, correction(8, of=5, occurred_at=day(7))]
    assert [stage(events, valid_at=day(3)), stage(earlier, valid_at=day(3))] == ["lead", "applied"]
    assert [stage(events, valid_at=day(6)), stage(later, valid_at=day(6))] == ["applied", "lead"]


def test_the_last_correction_of_an_event_wins() -> None:
    events = [event(1, {"stage": "lead"}), event(2, {"stage": "wrong"})]
    events += [correction(5, of=2, stage="worse"), correction(6, of=2, stage="right")]
    assert stage(events, valid_at=day(3)) == "right"


def test_a_correction_may_name_a_row_the_event_forgot_or_take_one_away() -> None:
    other = {"table": "milestone", "id": "m"}
    facts = {"corrects": "e1", "occurred_at": None}
    forgot = event(5, {}, **facts, set=[{**other, "set": {"kind": "start"}}])
    first = event(1, {"stage": "lead"})
    assert fold(as_of([first, forgot], valid_at=day(2))) == {
        P: {"stage": "lead"},
        ("milestone", "m"): {"kind": "start"},
    }
    never = event(6, {}, **facts, set=[{"table": "project", "id": "p", "set": None}])
    assert fold(as_of([first, never], valid_at=day(2))) == {}


def test_nothing_holds_of_a_row_before_it_began_to_exist() -> None:
    events = [event(4, {"stage": "lead", "name": "a"}), event(5, {"stage": "applied"}, occurred=2)]
    assert fold(as_of(events, valid_at=day(3))) == {}
    assert stage(events, valid_at=day(4)) == "applied"


def test_a_removed_row_is_not_brought_back_by_what_was_recorded_before_its_removal() -> None:
    events = [event(1, {"stage": "lead"}), event(2, {"stage": "late"}, occurred=6), event(3, None)]
    assert fold(as_of(events, valid_at=day(9))) == {}
    events.append(event(4, {"stage": "new"}))
    assert fold(as_of(events, valid_at=day(9))) == {P: {"stage": "new"}}


def test_a_correction_of_an_unknown_event_changes_nothing_else() -> None:
    events = [event(1, {"stage": "lead"}), correction(2, of=9, name="b")]
    assert fold(as_of(events, valid_at=day(9)))[P] == {"stage": "lead", "name": "b"}
