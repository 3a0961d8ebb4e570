"""Procedure documents: every fault found where it stands, nothing crashes, inputs checked to the letter."""

import copy
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.move_inputs import check_inputs, check_reason_and_evidence, input_schema
from app.domain.moves import InputType, Move
from app.domain.procedure_documents import ProcedureHasFaults, find_faults, read_procedure
from app.domain.procedures import deadlines
from app.domain.standing import Role
from tests.domain.procedure_builders import STANDARD, WEEKENDS_ONLY, a_standing, the_standard_document

Document = dict[str, Any]
BASIS = {"zh": "默认值，非标准规定", "en": "default, not from the standard"}
LABEL = {"zh": "甲", "en": "A"}
LIMIT = {
    "value": 3,
    "unit": "working_day",
    "kind": "deadline",
    "anchor": "stage_entered",
    "bearer": "agency",
    "basis": BASIS,
}
TEXT = {"code": "note", "label": LABEL, "type": "text", "required": True}


def a_row(code: str, source: str, to: str, **facts: Any) -> Document:
    usual = {"code": code, "label": LABEL, "from": [source], "to": to, "by": ["officer"], "basis": BASIS}
    return copy.deepcopy({**usual, **facts})


SMALL: Document = {
    "code": "small",
    "name": LABEL,
    "initial": "open",
    "stages": [
        {"code": "open", "label": LABEL},
        {"code": "paused", "label": LABEL, "pauses_clock": True},
        {"code": "closed", "label": LABEL, "is_terminal": True, "may_end": True},
    ],
    "moves": [
        a_row("close", "open", "closed", inputs=[dict(TEXT)], limits=[copy.deepcopy(LIMIT)]),
        a_row("suspend", "open", "paused"),
        a_row("resume", "paused", "@before_suspension"),
        a_row("reopen", "closed", "open"),
    ],
}


def a_document() -> Document:
    """open → paused → open, open → closed, closed may still be reopened."""
    return copy.deepcopy(SMALL)


def test_a_sound_document_has_no_faults() -> None:
    assert find_faults(a_document()) == []
    assert read_procedure(a_document()).find_move("open", "close") is not None


def put(path: str, value: Any) -> Callable[[Document], None]:
    def plant(document: Document) -> None:
        planted = copy.deepcopy(value)
        *way, last = [int(s) if s.isdigit() else s for s in path.split("/")[1:]]
        holder: Any = document
        for step in way:
            holder = holder[step]
        if value is None and isinstance(holder, dict):
            del holder[last]
        elif isinstance(holder, list) and last == len(holder):
            holder.append(planted)
        else:
            holder[last] = planted

    return plant


CHOICE = {"code": "kind", "label": LABEL, "type": "choice", "required": True}
A = {"code": "a", "label": LABEL}
BEFORE = {**LIMIT, "kind": "not_before"}
AFTER = {**LIMIT, "kind": "not_after"}
FILE_NUMBER = {"code": "file_number", "label": LABEL, "type": "code", "required": True}
MODE = {**CHOICE, "code": "service_mode", "choices": [{**A, "code": "agency"}, {**A, "code": "magic"}]}
# What is planted, the code of the fault, where it is found.
PLANTED: list[tuple[Callable[[Document], None], str, str]] = [
    (put("/moves/4", a_row("close", "open", "closed")), "two_moves_of_one_name", "/moves/4/from/0"),
    (put("/initial", "nowhere"), "unknown_stage", "/initial"),
    (put("/moves/0/to", "nowhere"), "unknown_stage", "/moves/0/to"),
    (put("/moves/0/from/1", "nowhere"), "unknown_stage", "/moves/0/from/1"),
    (put("/moves/0/by/0", "king"), "unknown_role", "/moves/0/by/0"),
    (put("/moves/0/also", {"role": "king", "not": []}), "unknown_role", "/moves/0/also/role"),
    (put("/moves/0/also", {"role": "agent", "not": ["x"]}), "unknown_party", "/moves/0/also/not/0"),
    (put("/moves/0/guards", ["good_weather"]), "unknown_guard", "/moves/0/guards/0"),
    (put("/moves/0/limits/0/unit", "moon"), "unknown_unit", "/moves/0/limits/0/unit"),
    (put("/moves/0/limits/0/kind", "soon"), "unknown_limit_kind", "/moves/0/limits/0/kind"),
    (put("/moves/0/limits/0/anchor", "birth"), "unknown_anchor", "/moves/0/limits/0/anchor"),
    (put("/moves/0/limits/0/bearer", "god"), "unknown_bearer", "/moves/0/limits/0/bearer"),
    (put("/moves/0/inputs/0/type", "blob"), "unknown_input_type", "/moves/0/inputs/0/type"),
    (put("/stages/3", {**A, "is_terminal": True}), "unreachable_stage", "/stages/3"),
    (put("/moves/0/limits/0/basis", None), "limit_without_basis", "/moves/0/limits/0"),
    (put("/moves/4", a_row("note", "open", "open")), "self_move", "/moves/4/from/0"),
    (put("/stages/2/may_end", False), "terminal_stage_moves_on", "/moves/3/from/0"),
    (put("/stages/0/may_end", True), "may_end_not_terminal", "/stages/0/may_end"),
    (put("/stages/1/pauses_clock", False), "resume_not_from_pause", "/moves/2/from/0"),
    (put("/stages/3", {"code": "open", "label": LABEL}), "duplicate_stage", "/stages/3/code"),
    (put("/stages/0/code", "Open"), "not_a_code", "/stages/0/code"),
    (put("/moves/0/code", "关闭"), "not_a_code", "/moves/0/code"),
    (put("/moves/0/code", "c" * 65), "too_long", "/moves/0/code"),
    (put("/moves/0/label/en", None), "missing_key", "/moves/0/label"),
    (put("/moves/0/label/zh", "  "), "blank", "/moves/0/label/zh"),
    (put("/moves/0/label/en", "{0.__class__}"), "not_speakable", "/moves/0/label/en"),
    (put("/moves/0/label/en", "open {"), "not_speakable", "/moves/0/label/en"),
    (put("/moves/0/label/en", "} close"), "not_speakable", "/moves/0/label/en"),
    (put("/name/zh", "\ud800"), "not_speakable", "/name/zh"),
    (put("/name", None), "missing_key", ""),
    (put("/colour", "red"), "unknown_key", "/colour"),
    (put("/moves/0/a~b", 1), "unknown_key", "/moves/0/a~0b"),
    (put("/moves/0/by", []), "blank", "/moves/0/by"),
    (put("/moves/0/by/1", "officer"), "repeated", "/moves/0/by/1"),
    (put("/moves/0/limits/0/value", -1), "out_of_range", "/moves/0/limits/0/value"),
    (put("/moves/0/limits/0/value", 10**30), "out_of_range", "/moves/0/limits/0/value"),
    (put("/moves/0/limits/0/value", 99_999), "out_of_range", "/moves/0/limits/0/value"),
    (put("/moves/0/limits/0/value", 1.5), "wrong_type", "/moves/0/limits/0/value"),
    (put("/moves/0/limits/0/value", True), "wrong_type", "/moves/0/limits/0/value"),
    (put("/moves/0/evidence_required", "yes"), "wrong_type", "/moves/0/evidence_required"),
    (put("/moves/0/limits/1", LIMIT), "limit_never_applies", "/moves/0/limits/1"),
    (put("/moves/0/limits/0", BEFORE), "limit_without_guard", "/moves/0/limits/0"),
    (put("/moves/0/limits/0", AFTER), "limit_without_guard", "/moves/0/limits/0"),
    (put("/moves/0/guards", ["within_period"]), "guard_without_limit", "/moves/0/guards/0"),
    (
        put("/moves/0/guards", ["second_person_confirmed"]),
        "guard_without_second_person",
        "/moves/0/guards/0",
    ),
    (put("/moves/0/inputs/1", TEXT), "duplicate_input", "/moves/0/inputs/1/code"),
    (put("/moves/0/inputs/0", CHOICE), "choices_missing", "/moves/0/inputs/0"),
    (put("/moves/0/inputs/0/choices", [A]), "choices_unwanted", "/moves/0/inputs/0/choices"),
    (
        put("/moves/0/inputs/0", {**CHOICE, "choices": [A, A]}),
        "duplicate_choice",
        "/moves/0/inputs/0/choices/1/code",
    ),
    (put("/moves/0/inputs/0/must_be", True), "must_be_unwanted", "/moves/0/inputs/0/must_be"),
    (put("/moves/0/inputs/0/is_private", False), "text_is_always_private", "/moves/0/inputs/0/is_private"),
    (put("/moves/0/effects", ["explodes"]), "unknown_effect", "/moves/0/effects/0"),
    (put("/moves/0/effects", ["completes", "completes"]), "repeated", "/moves/0/effects/1"),
    (
        put("/moves/0/inputs/0", {**FILE_NUMBER, "is_private": True}),
        "code_is_public",
        "/moves/0/inputs/0/is_private",
    ),
    (
        put("/moves/0/inputs/0", {**FILE_NUMBER, "type": "text"}),
        "field_of_another_type",
        "/moves/0/inputs/0/type",
    ),
    (
        put("/moves/0/inputs/0", {**MODE, "is_private": True}),
        "field_of_another_type",
        "/moves/0/inputs/0/type",
    ),
    (put("/moves/0/inputs/0", MODE), "not_a_field_value", "/moves/0/inputs/0/choices/1/code"),
    (put("/stages", []), "blank", "/stages"),
    (put("/stages", "open"), "wrong_type", "/stages"),
    (put("/moves", [a_row("m", "open", "closed")] * 1001), "too_long", "/moves"),
]


@pytest.mark.parametrize(("plant", "code", "pointer"), PLANTED, ids=[f"{c} at {p}" for _, c, p in PLANTED])
def test_a_planted_fault_is_found_where_it_stands(
    plant: Callable[[Document], None], code: str, pointer: str
) -> None:
    document = a_document()
    plant(document)
    faults = find_faults(document)
    assert (code, pointer) in {(fault.code, fault.pointer) for fault in faults}
    for fault in faults:
        assert fault.words.told("zh", fault.facts)
        assert fault.words.told("en", fault.facts)
    with pytest.raises(ProcedureHasFaults) as caught:
        read_procedure(document)
    assert caught.value.faults == tuple(faults)


# Planted in the ways between the stages: everything found, nothing else.
def graph_of(document: Document) -> set[tuple[str, str]]:
    return {(fault.code, fault.pointer) for fault in find_faults(document)}


def test_a_stage_that_leads_nowhere_is_a_dead_end() -> None:
    document = a_document()
    document["stages"].append({"code": "trap", "label": LABEL})
    document["moves"].append(a_row("fall", "open", "trap"))
    assert graph_of(document) == {("dead_end", "/stages/3")}


def test_a_circle_without_a_way_out_is_a_dead_end() -> None:
    document = a_document()
    document["moves"][0]["to"] = "paused"
    document["moves"][0]["code"] = "pause_too"
    assert graph_of(document) >= {("dead_end", "/stages/0"), ("dead_end", "/stages/1")}


def test_resuming_leads_back_to_where_the_service_was_suspended() -> None:
    document = a_document()
    document["moves"] = [row for row in document["moves"] if row["code"] != "resume"]
    assert graph_of(document) == {("dead_end", "/stages/1")}


@pytest.mark.parametrize(
    "facts",
    [
        {"by": ["portal"]},
        {"by": ["officer"], "also": {"role": "portal", "not": ["asker"]}},
        {"by": ["officer"], "guards": ["agreement_signed"]},
        {"by": ["officer"], "guards": ["plan_confirmed_by_owner"]},
    ],
)
def test_a_stage_only_the_owner_can_end_is_refused(facts: Document) -> None:
    document = a_document()
    document["moves"][0].update(facts)
    assert graph_of(document) == {("owner_can_block", "/stages/0"), ("owner_can_block", "/stages/1")}
    document["moves"].append(a_row("lapse", "open", "closed"))
    assert graph_of(document) == set()


def test_an_owner_who_may_end_it_beside_an_officer_blocks_nothing() -> None:
    document = a_document()
    document["moves"][0]["by"] = ["portal", "officer"]
    assert graph_of(document) == set()


def test_a_procedure_derived_from_a_log_may_have_self_moves() -> None:
    document = a_document()
    document["moves"].append(a_row("note", "open", "open"))
    document["derived_from_log"] = True
    assert graph_of(document) == set()


@pytest.mark.parametrize("stage", ["paused", "closed"])
def test_a_resting_stage_has_limits_for_the_owner_only(stage: str) -> None:
    document = a_document()
    for row in document["moves"]:
        row["limits"] = [LIMIT]
    standing = a_standing(stage=stage)
    assert deadlines(read_procedure(document), standing, WEEKENDS_ONLY) == ()
    for row in document["moves"]:
        row["limits"] = [{**LIMIT, "bearer": "owner"}]
    assert len(deadlines(read_procedure(document), standing, WEEKENDS_ONLY)) == 1


def test_all_faults_are_named_at_once() -> None:
    document = a_document()
    for path, value in {"/initial": "x", "/moves/0/by/0": "king", "/moves/1/label/en": "", "/y": 1}.items():
        put(path, value)(document)
    found = {pointer for _, pointer in graph_of(document)}
    assert found == {"/initial", "/moves/0/by/0", "/moves/1/label/en", "/y"}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["open", "text"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way] + [place for key, inner in rows for place in places(inner, (*way, key))]


SMALL_PLACES = places(a_document())[1:]
STANDARD_PLACES = places(the_standard_document())[1:]


def mutilated(document: Document, changes: list[tuple[tuple[Any, ...], Any]]) -> Document:
    for way, value in changes:
        holder: Any = document
        for step in way[:-1]:
            if isinstance(holder, dict):
                holder = holder.get(step)
            elif isinstance(holder, list) and isinstance(step, int) and step < len(holder):
                holder = holder[step]
        key = way[-1]
        if isinstance(holder, dict) or (
            isinstance(holder, list) and isinstance(key, int) and key < len(holder)
        ):
            holder[key] = value
    return document


def look(document: Any) -> None:
    before = copy.deepcopy(document)
    for fault in find_faults(document):
        assert fault.words.told("zh", fault.facts)
        assert fault.words.told("en", fault.facts)
        assert fault.pointer == "" or fault.pointer.startswith("/")
    assert repr(document) == repr(before)


@given(JSON)
def test_no_json_value_whatever_crashes_the_search_for_faults(document: Any) -> None:
    look(document)
    assert find_faults(document)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(SMALL_PLACES), JSON), min_size=1, max_size=4))
def test_no_damage_to_a_document_crashes_the_search(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = mutilated(a_document(), changes)
    look(document)
    if not find_faults(document):
        read_procedure(document)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STANDARD_PLACES), JSON), min_size=1, max_size=4))
def test_no_damage_to_the_standard_crashes_the_search(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    look(mutilated(the_standard_document(), changes))


def test_a_document_cannot_make_the_search_slow() -> None:
    stages = [{"code": f"s{n}", "label": LABEL, "pauses_clock": True} for n in range(200)]
    moves = [a_row(f"m{n}", "s0", "@before_suspension") for n in range(1000)]
    for row in moves:
        row["from"] = [stage["code"] for stage in stages]
    assert find_faults({**a_document(), "stages": stages, "moves": moves, "initial": "s0"})


def test_deeply_nested_json_is_refused_without_descending() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    document = {**a_document(), "name": deep}
    assert ("wrong_type", "/name") in {(fault.code, fault.pointer) for fault in find_faults(document)}


ALL_TYPES: Document = {
    **a_row("ask", "open", "closed"),
    "inputs": [
        {"code": "text", "label": LABEL, "type": "text", "required": True},
        {"code": "texts", "label": LABEL, "type": "texts", "required": True},
        {**CHOICE, "code": "choice", "choices": [A, {"code": "b", "label": LABEL}]},
        {**CHOICE, "code": "choices", "type": "choices", "choices": [A, {"code": "b", "label": LABEL}]},
        {"code": "number", "label": LABEL, "type": "code", "required": True},
        {"code": "date", "label": LABEL, "type": "date", "required": True},
        {"code": "truth", "label": LABEL, "type": "truth", "required": True},
        {"code": "consent", "label": LABEL, "type": "truth", "required": True, "must_be": True},
        {"code": "integer", "label": LABEL, "type": "integer", "required": False},
    ],
}


def the_asking_move() -> Move:
    move = read_procedure({**a_document(), "moves": [*a_document()["moves"], ALL_TYPES]}).find_move(
        "open", "ask"
    )
    assert move is not None
    return move


ASKING = the_asking_move()
GOOD: Document = {
    "text": "一段文字",
    "texts": ["甲", "乙"],
    "choice": "a",
    "choices": ["b", "a"],
    "number": "启代办〔2026〕17号",
    "date": "2026-02-28",
    "truth": False,
    "consent": True,
}


def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(input_schema(ASKING))


def test_good_inputs_pass_both_the_check_and_the_schema() -> None:
    for inputs in (GOOD, {**GOOD, "integer": -3}):
        assert check_inputs(ASKING, inputs) == []
        validator().validate(inputs)


# A wrong value, the code of its fault, its pointer, and whether a JSON schema can see it too.
WRONG = [
    ("text", 5, "wrong_type", "/inputs/text", True),
    ("text", None, "wrong_type", "/inputs/text", True),
    ("text", " \n", "blank", "/inputs/text", True),
    ("text", "x" * 2001, "too_long", "/inputs/text", True),
    ("text", "a\x00b", "not_storable", "/inputs/text", True),
    ("text", "a\ud800b", "not_storable", "/inputs/text", False),
    ("texts", "a", "wrong_type", "/inputs/texts", True),
    ("texts", [], "blank", "/inputs/texts", True),
    ("texts", ["a", 5], "wrong_type", "/inputs/texts/1", True),
    ("texts", ["a", ""], "blank", "/inputs/texts/1", True),
    ("texts", ["a"] * 101, "too_long", "/inputs/texts", True),
    ("choice", "c", "not_a_choice", "/inputs/choice", True),
    ("choice", ["a"], "wrong_type", "/inputs/choice", True),
    ("choices", "a", "wrong_type", "/inputs/choices", True),
    ("choices", [], "blank", "/inputs/choices", True),
    ("choices", ["a", "c"], "not_a_choice", "/inputs/choices/1", True),
    ("choices", ["a", "a"], "repeated", "/inputs/choices", True),
    ("choices", ["a", "b", "a"], "too_long", "/inputs/choices", True),
    ("number", 17, "wrong_type", "/inputs/number", True),
    ("number", "", "not_a_code", "/inputs/number", True),
    ("number", "a b", "not_a_code", "/inputs/number", True),
    ("number", "A-17\n", "not_a_code", "/inputs/number", False),
    ("number", "9" * 65, "not_a_code", "/inputs/number", True),
    ("number", "<b>", "not_a_code", "/inputs/number", True),
    ("date", "2026-02-30", "not_a_date", "/inputs/date", False),
    ("date", "20260228", "not_a_date", "/inputs/date", False),
    ("date", "2026-W09-6", "not_a_date", "/inputs/date", False),
    ("date", "2026-02-28\n", "not_a_date", "/inputs/date", False),
    ("date", 20260228, "wrong_type", "/inputs/date", True),
    ("truth", 1, "wrong_type", "/inputs/truth", True),
    ("truth", "true", "wrong_type", "/inputs/truth", True),
    ("consent", False, "must_be", "/inputs/consent", True),
    ("integer", True, "wrong_type", "/inputs/integer", True),
    ("integer", 1.5, "wrong_type", "/inputs/integer", True),
    ("integer", 2**53, "too_large", "/inputs/integer", True),
    ("unknown", 1, "unknown_input", "/inputs/unknown", True),
    ("a/b~c", 1, "unknown_input", "/inputs/a~1b~0c", True),
]


@pytest.mark.parametrize(("name", "value", "code", "pointer", "schema_sees_it"), WRONG)
def test_a_wrong_input_is_named(name: str, value: Any, code: str, pointer: str, schema_sees_it: bool) -> None:
    inputs = {**GOOD, name: value}
    (fault,) = check_inputs(ASKING, inputs)
    assert (fault.code, fault.pointer) == (code, pointer)
    assert fault.words.told("zh", fault.facts)
    assert fault.words.told("en", fault.facts)
    assert validator().is_valid(inputs) is not schema_sees_it


def test_everything_that_is_missing_is_named_at_once() -> None:
    faults = check_inputs(ASKING, {"odd": 1})
    assert faults[0].pointer == "/inputs/odd"
    assert {f.pointer for f in faults if f.code == "missing_input"} == {f"/inputs/{code}" for code in GOOD}


@given(st.dictionaries(st.sampled_from([*GOOD, "integer", "odd"]), JSON))
def test_the_check_of_inputs_never_crashes_and_is_never_laxer_than_the_schema(inputs: Document) -> None:
    if check_inputs(ASKING, inputs) == []:
        validator().validate(inputs)


def test_every_schema_of_the_standard_is_a_json_schema() -> None:
    for move in STANDARD.moves:
        jsonschema.Draft202012Validator.check_schema(input_schema(move))
        assert input_schema(move)["additionalProperties"] is False


def test_free_text_is_private_without_being_asked() -> None:
    for move in STANDARD.moves:
        for asked in move.inputs:
            assert asked.is_private is (asked.type in {InputType.TEXT, InputType.TEXTS})
    assert next(asked for asked in ASKING.inputs if asked.code == "text").is_private


def test_a_missing_reason_and_missing_evidence_are_named() -> None:
    move = STANDARD.find_move("in_service", "terminate_by_client")
    assert move is not None
    faults = check_reason_and_evidence(move, has_reason=False, has_evidence=False)
    assert [(fault.code, fault.pointer) for fault in faults] == [
        ("missing_reason", "/reason"),
        ("missing_evidence", "/evidence"),
    ]
    assert check_reason_and_evidence(move, has_reason=True, has_evidence=True) == []


def test_a_second_person_and_a_resumed_stage_are_guarded_without_saying_so() -> None:
    complete, resume = STANDARD.find_move("in_service", "complete"), STANDARD.find_move("suspended", "resume")
    assert complete is not None
    assert resume is not None
    assert complete.guards[-1] == "second_person_confirmed"
    assert resume.guards[-1] == "stage_to_resume_known"


def test_a_procedure_is_looked_up_by_stage_and_code() -> None:
    assert [move.code for move in STANDARD.moves_from("archived")] == ["reopen"]
    assert STANDARD.moves_from("nowhere") == ()
    assert STANDARD.find_move("lead", "archive") is None
    assert STANDARD.has_move("archive")
    assert hash(STANDARD) != hash(read_procedure(the_standard_document()))
    assert {Role.PORTAL, Role.OFFICER} == STANDARD.moves_from("lead")[0].by
