"""What a move asks for: told as a JSON schema, and checked to the letter."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from app.domain.moves import Input, InputType, Move
from app.errors import Fault, Words

TEXT_LENGTH: Final = 2000
TEXTS: Final = 100
CODE_PATTERN: Final = "^[0-9A-Za-z\u4e00-\u9fff_./〔〕-]{1,64}$"
LARGEST: Final = 2**53 - 1
"""Integers beyond this are not the same number in every JSON reader (RFC 8259, section 6)."""

UNKNOWN_INPUT = Words("不认识的字段 {name}。", "There is no input named {name}.")
MISSING_INPUT = Words("必须填写：{label}。", "{label} is required.")
MISSING_REASON = Words("必须说明理由。", "A reason is required.")
MISSING_EVIDENCE = Words("必须附上佐证材料。", "Evidence is required.")
WRONG_TYPE = Words("{label}的填写类型不对，应为：{expected}。", "{label} must be {expected}.")
BLANK = Words("{label}不能为空白。", "{label} must not be blank.")
TOO_LONG = Words("{label}超出长度，最多 {most}。", "{label} is too long: at most {most}.")
NOT_STORABLE = Words("{label}含有无法保存的字符。", "{label} has characters that cannot be kept.")
NOT_A_CHOICE = Words("{label}只能选择：{choices}。", "{label} must be one of: {choices}.")
REPEATED = Words("{label}有重复的选项。", "{label} names a choice twice.")
MUST_BE = Words("{label}：不同意则不能办理。", "{label}: the move is not possible with this answer.")
NOT_A_DATE = Words("{label}应为 年-月-日 格式的有效日期。", "{label} must be a date written YYYY-MM-DD.")
NOT_A_CODE = Words(
    "{label}只能用字母、数字、汉字和 - _ . / 〔 〕，最多 64 个字。",
    "{label} is at most 64 letters, digits, Chinese characters or any of - _ . / 〔 〕.",
)
TOO_LARGE = Words("{label}超出范围。", "{label} is out of range.")

EXPECTED: Final[Mapping[InputType, Words]] = {
    InputType.TEXT: Words("文本", "a text"),
    InputType.TEXTS: Words("文本列表", "a list of texts"),
    InputType.CODE: Words("编号", "a short code"),
    InputType.CHOICE: Words("单选代码", "the code of a choice"),
    InputType.CHOICES: Words("多选代码列表", "a list of codes of choices"),
    InputType.DATE: Words("日期", "a date"),
    InputType.TRUTH: Words("是或者否", "true or false"),
    InputType.INTEGER: Words("整数", "a whole number"),
}
UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
CODE_FORM: Final = re.compile(CODE_PATTERN[1:-1])
DATE_FORM: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def pointer_to(*steps: str | int) -> str:
    """Write a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def input_schema(move: Move) -> dict[str, Any]:
    """Tell what a move asks for as a strict JSON schema (2020-12); unknown names are refused.

    ``check_inputs`` is stricter in what a schema cannot say: dates that do not exist, lone surrogates.
    """
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [wanted.code for wanted in move.inputs if wanted.is_required],
        "properties": {
            wanted.code: {"title": wanted.label.zh, "description": wanted.label.en, **_value_schema(wanted)}
            for wanted in move.inputs
        },
    }


def _text_schema() -> dict[str, Any]:
    return {"type": "string", "maxLength": TEXT_LENGTH, "pattern": r"\S", "not": {"pattern": r"\u0000"}}


def _value_schema(wanted: Input) -> dict[str, Any]:
    one = {"type": "string", "enum": [choice.code for choice in wanted.choices]}
    truth = {"type": "boolean"} if wanted.must_be is None else {"type": "boolean", "const": wanted.must_be}
    schemas: Mapping[InputType, dict[str, Any]] = {
        InputType.TEXT: _text_schema(),
        InputType.TEXTS: {"type": "array", "items": _text_schema(), "minItems": 1, "maxItems": TEXTS},
        InputType.CODE: {"type": "string", "pattern": CODE_PATTERN},
        InputType.CHOICE: one,
        InputType.CHOICES: {"type": "array", "items": one, "minItems": 1, "uniqueItems": True},
        InputType.DATE: {"type": "string", "format": "date"},
        InputType.TRUTH: truth,
        InputType.INTEGER: {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST},
    }
    return schemas[wanted.type]


def check_inputs(move: Move, inputs: Mapping[str, Any], *, root: str = "/inputs") -> list[Fault]:
    """Find everything that is wrong with the inputs of a move: unknown, missing, or of the wrong kind.

    Pointers begin with ``root``. Texts have at most 2000 characters, lists of texts at most 100 entries,
    dates are ISO strings; an input that is not wanted is left out, null is not an answer.
    """
    by_code = {wanted.code: wanted for wanted in move.inputs}
    faults = [
        Fault(root + pointer_to(name), "unknown_input", UNKNOWN_INPUT, {"name": str(name)[:80]})
        for name in inputs
        if name not in by_code
    ]
    for code, wanted in by_code.items():
        pointer = root + pointer_to(code)
        if code in inputs:
            faults += CHECKS[wanted.type](wanted, inputs[code], pointer)
        elif wanted.is_required:
            faults.append(_fault(wanted, pointer, "missing_input", MISSING_INPUT))
    return faults


def check_reason_and_evidence(move: Move, *, has_reason: bool, has_evidence: bool) -> list[Fault]:
    """Find a reason or an evidence that the move requires and that was not given."""
    faults = []
    if move.is_reason_required and not has_reason:
        faults.append(Fault("/reason", "missing_reason", MISSING_REASON))
    if move.is_evidence_required and not has_evidence:
        faults.append(Fault("/evidence", "missing_evidence", MISSING_EVIDENCE))
    return faults


def _fault(wanted: Input, pointer: str, code: str, words: Words, **facts: Any) -> Fault:
    return Fault(pointer, code, words, {"label": wanted.label, **facts})


def _wrong_type(wanted: Input, pointer: str) -> list[Fault]:
    return [_fault(wanted, pointer, "wrong_type", WRONG_TYPE, expected=EXPECTED[wanted.type])]


def _check_text(wanted: Input, value: Any, pointer: str) -> list[Fault]:
    if not isinstance(value, str):
        return [_fault(wanted, pointer, "wrong_type", WRONG_TYPE, expected=EXPECTED[InputType.TEXT])]
    if len(value) > TEXT_LENGTH:
        return [_fault(wanted, pointer, "too_long", TOO_LONG, most=TEXT_LENGTH)]
    if not value.strip():
        return [_fault(wanted, pointer, "blank", BLANK)]
    if UNSTORABLE.search(value):
        return [_fault(wanted, pointer, "not_storable", NOT_STORABLE)]
    return []


def _check_texts(wanted: Input, value: Any, pointer: str) -> list[Fault]:
    if not isinstance(value, list):
        return _wrong_type(wanted, pointer)
    if not value:
        return [_fault(wanted, pointer, "blank", BLANK)]
    if len(value) > TEXTS:
        return [_fault(wanted, pointer, "too_long", TOO_LONG, most=TEXTS)]
    return [
        fault
        for place, text in enumerate(value)
        for fault in _check_text(wanted, text, pointer + pointer_to(place))
    ]


def _check_code(wanted: Input, value: Any, pointer: str) -> list[Fault]:
    if not isinstance(value, str):
        return _wrong_type(wanted, pointer)
    return [] if CODE_FORM.fullmatch(value) else [_fault(wanted, pointer, "not_a_code", NOT_A_CODE)]


def _check_choice(wanted: Input, value: Any, pointer: str) -> list[Fault]:
    if not isinstance(value, str):
        return _wrong_type(wanted, pointer)
    codes = [choice.code for choice in wanted.choices]
    return [] if value in codes else [_fault(wanted, pointer, "not_a_choice", NOT_A_CHOICE, choices=codes)]


def _check_choices(wanted: Input, value: Any, pointer: str) -> list[Fault]:
    if not isinstance(value, list):
        return _wrong_type(wanted, pointer)
    if not value:
        return [_fault(wanted, pointer, "blank", BLANK)]
    if len(value) > len(wanted.choices):
        return [_fault(wanted, pointer, "too_long", TOO_LONG, most=len(wanted.choices))]
    faults = [
        fault
        for place, code in enumerate(value)
        for fault in _check_choice(wanted, code, pointer + pointer_to(place))
    ]
    if not faults and len(set(value)) < len(value):
        faults.append(_fault(wanted, pointer, "repeated", REPEATED))
    return faults


def _check_date(wanted: Input, value: Any, pointer: str) -> list[Fault]:
    if not isinstance(value, str):
        return _wrong_type(wanted, pointer)
    # date.fromisoformat also reads 20260105 and 2026-W01-1, which no other side of the wire expects.
    if DATE_FORM.fullmatch(value):
        try:
            date.fromisoformat(value)
        except ValueError:
            pass
        else:
            return []
    return [_fault(wanted, pointer, "not_a_date", NOT_A_DATE)]


def _check_truth(wanted: Input, value: Any, pointer: str) -> list[Fault]:
    if not isinstance(value, bool):
        return _wrong_type(wanted, pointer)
    if wanted.must_be is not None and value is not wanted.must_be:
        return [_fault(wanted, pointer, "must_be", MUST_BE)]
    return []


def _check_integer(wanted: Input, value: Any, pointer: str) -> list[Fault]:
    if not isinstance(value, int) or isinstance(value, bool):
        return _wrong_type(wanted, pointer)
    return [] if abs(value) <= LARGEST else [_fault(wanted, pointer, "too_large", TOO_LARGE)]


CHECKS: Final[Mapping[InputType, Callable[[Input, Any, str], list[Fault]]]] = {
    InputType.TEXT: _check_text,
    InputType.TEXTS: _check_texts,
    InputType.CODE: _check_code,
    InputType.CHOICE: _check_choice,
    InputType.CHOICES: _check_choices,
    InputType.DATE: _check_date,
    InputType.TRUTH: _check_truth,
    InputType.INTEGER: _check_integer,
}
