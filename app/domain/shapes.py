"""The form of a document: which keys, of which type, with which values; every fault is found."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from app.domain.move_inputs import UNSTORABLE, pointer_to
from app.errors import Fault, Words

Check = Callable[[Any, str], Iterator[Fault]]
"""Finds what is wrong with a value that stands at a pointer; never raises, whatever the value."""

CODE_FORM: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
CHOICE_FORM: Final = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
CODE_LENGTH: Final = 64
LABEL_LENGTH: Final = 200
BASIS_LENGTH: Final = 1000
MANY: Final = 200
LARGEST_COUNT: Final = 1_000_000

WRONG_TYPE = Words("类型不对，应为{expected}。", "This must be {expected}.")
MISSING_KEY = Words("缺少 {key}。", "{key} is missing.")
UNKNOWN_KEY = Words("不认识的键 {key}。", "There is no key {key} here.")
NOT_A_CODE = Words(
    "代码只能用小写字母、数字和下划线。", "A code is lower-case ASCII letters, digits and underscores."
)
BLANK = Words("不能为空。", "This must not be empty.")
TOO_LONG = Words("超出长度，最多 {most}。", "This is too long: at most {most}.")
NOT_SPEAKABLE = Words(
    "不能含有花括号或者无法保存的字符。", "Braces and characters that cannot be kept are refused."
)
UNKNOWN_VALUE = Words("不认识的值 {value}，可用：{known}。", "There is no {value} here; known are: {known}.")
REPEATED = Words("{value} 重复。", "{value} stands there twice.")
OUT_OF_RANGE = Words("超出范围（0 至 {most}）。", "This is out of range (0 to {most}).")
LIMIT_WITHOUT_BASIS = Words("时限必须注明依据。", "A limit must name its basis.")

A_MAPPING = Words("对象", "an object")
A_LIST = Words("列表", "a list")
A_TEXT = Words("文本", "a text")
A_TRUTH = Words("是或者否", "true or false")
A_NUMBER = Words("整数", "a whole number")


def shown(value: object) -> str:
    """Show a value of the caller's in a sentence, cut to a length nobody can abuse."""
    return value[:CODE_LENGTH] if isinstance(value, str) else type(value).__name__


def _wrong(pointer: str, expected: Words) -> Fault:
    return Fault(pointer, "wrong_type", WRONG_TYPE, {"expected": expected})


def _missing(pointer: str, key: str) -> Fault:
    if key == "basis" and "/limits/" in pointer:
        return Fault(pointer, "limit_without_basis", LIMIT_WITHOUT_BASIS)
    return Fault(pointer, "missing_key", MISSING_KEY, {"key": key})


def a_record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Make a check for an object with these keys and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield _wrong(pointer, A_MAPPING)
            return
        for key in required:
            if key not in value:
                yield _missing(pointer, key)
        for key, inner in value.items():
            place = pointer + pointer_to(shown(key))
            if key in known:
                yield from known[key](inner, place)
            else:
                yield Fault(place, "unknown_key", UNKNOWN_KEY, {"key": shown(key)})

    return check


def rows(each: Check, *, least: int = 0, most: int = MANY) -> Check:
    """Make a check for a list."""

    def check(value: Any, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield _wrong(pointer, A_LIST)
        elif len(value) < least:
            yield Fault(pointer, "blank", BLANK)
        elif len(value) > most:
            yield Fault(pointer, "too_long", TOO_LONG, {"most": most})
        else:
            for place, inner in enumerate(value):
                yield from each(inner, pointer + pointer_to(place))

    return check


def several(each: Check, *, least: int = 0) -> Check:
    """Rows of plain words, none of them twice."""
    in_rows = rows(each, least=least)

    def check(value: Any, pointer: str) -> Iterator[Fault]:
        yield from in_rows(value, pointer)
        if isinstance(value, list) and len(value) <= MANY:
            yield from repeated(((word, pointer + pointer_to(n)) for n, word in enumerate(value)), "repeated")

    return check


def repeated(values: Iterable[tuple[Any, str]], code: str) -> Iterator[Fault]:
    """Find the texts that stand a second time; ``values`` are texts with their pointers."""
    seen: set[str] = set()
    for value, pointer in values:
        if isinstance(value, str):
            if value in seen:
                yield Fault(pointer, code, REPEATED, {"value": shown(value)})
            seen.add(value)


def one_of(known: Collection[str], what: str) -> Check:
    """Make a check for one of some words."""

    def check(value: Any, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield _wrong(pointer, A_TEXT)
        elif value not in known:
            facts = {"value": shown(value), "known": [str(name) for name in known]}
            yield Fault(pointer, f"unknown_{what}", UNKNOWN_VALUE, facts)

    return check


def nullable(check: Check) -> Check:
    """Allow null besides."""
    return lambda value, pointer: iter(()) if value is None else check(value, pointer)


def a_code(form: re.Pattern[str] = CODE_FORM) -> Check:
    """Make a check for a code."""

    def check(value: Any, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield _wrong(pointer, A_TEXT)
        elif len(value) > CODE_LENGTH:
            yield Fault(pointer, "too_long", TOO_LONG, {"most": CODE_LENGTH})
        elif not form.fullmatch(value):
            yield Fault(pointer, "not_a_code", NOT_A_CODE)

    return check


def a_text(most: int) -> Check:
    """Make a check for a text that people read."""

    def check(value: Any, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield _wrong(pointer, A_TEXT)
        elif not value.strip():
            yield Fault(pointer, "blank", BLANK)
        elif len(value) > most:
            yield Fault(pointer, "too_long", TOO_LONG, {"most": most})
        elif UNSTORABLE.search(value) or "{" in value or "}" in value:
            # Sentences are filled in with str.format: a brace in a label would be read as a place.
            yield Fault(pointer, "not_speakable", NOT_SPEAKABLE)

    return check


def truth(value: Any, pointer: str) -> Iterator[Fault]:
    """Accept true and false."""
    if not isinstance(value, bool):
        yield _wrong(pointer, A_TRUTH)


def a_count(value: Any, pointer: str) -> Iterator[Fault]:
    """Accept a whole number that is not negative."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield _wrong(pointer, A_NUMBER)
    elif not 0 <= value <= LARGEST_COUNT:
        yield Fault(pointer, "out_of_range", OUT_OF_RANGE, {"most": LARGEST_COUNT})


def in_words(most: int) -> Check:
    """Make a check for a text in both languages."""
    return a_record({"zh": a_text(most), "en": a_text(most)})


def any_text(value: Any, pointer: str) -> Iterator[Fault]:
    """Accept any text: what it names is a question of sense, not of form."""
    if not isinstance(value, str):
        yield _wrong(pointer, A_TEXT)
