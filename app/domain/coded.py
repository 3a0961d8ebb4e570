"""A vocabulary: a choice with its code, its two names, and its numbers in national formats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Self, TypeVar

from app.errors import Words

AnyCode = TypeVar("AnyCode", bound=str)


class Coded(StrEnum):
    """A choice whose members are written ``NAME = code, Chinese, English[, {format: number}]``."""

    words: Words
    numbers: Mapping[str, str]

    def __new__(cls, code: str, zh: str = "", en: str = "", numbers: Mapping[str, str] | None = None) -> Self:
        """Make a member whose value is its code; the names default so that ``Member(code)`` looks one up."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.words = Words(zh, en)
        member.numbers = MappingProxyType(dict(numbers or {}))
        return member


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One choice as the data dictionary tells it; ``numbers`` maps a national format to its number."""

    code: str
    zh: str
    en: str
    numbers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list of the data dictionary."""

    code: str
    zh: str
    en: str
    entries: tuple[CodeEntry, ...]


def list_codes(code: str, zh: str, en: str, choices: Iterable[Coded]) -> CodeList:
    """Make the list of a vocabulary, in the order it is written in."""
    entries = tuple(
        CodeEntry(choice.value, choice.words.zh, choice.words.en, choice.numbers) for choice in choices
    )
    return CodeList(code, zh, en, entries)


def list_words(code: str, zh: str, en: str, words: Mapping[AnyCode, Words]) -> CodeList:
    """Make the list of a vocabulary whose names stand in a table of their own."""
    empty: Mapping[str, str] = MappingProxyType({})
    entries = tuple(CodeEntry(str(key), word.zh, word.en, empty) for key, word in words.items())
    return CodeList(code, zh, en, entries)
