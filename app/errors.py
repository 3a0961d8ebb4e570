"""The ways a request can be refused, in two languages. Imported by everyone, imports nothing of ours.

A refusal is a class beside the rule that refuses: its name is the machine-readable code, its
docstring the explanation at ``/problems/{code}``, its two ``Words`` what a person reads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in Chinese and in English; ``{name}`` stands for a fact."""

    zh: str
    en: str

    def said(self, language: str) -> str:
        """Say a text without facts; braces in it, as others may have written, stand for themselves."""
        return self.zh if language == "zh" else self.en

    def told(self, language: str, facts: Mapping[str, Any]) -> str:
        """Say the sentence with its facts; a fact that is itself ``Words`` is said in that language."""
        text = self.said(language)
        plain = {name: _plain(value, language) for name, value in facts.items()}
        return text.format_map(plain)


def either(told: str) -> Words:
    """Translate what pydantic says of a choice: ``'a', 'b' or 'c'``."""
    return Words(told.replace(" or ", " 或 ").replace(", ", "、"), told)


def _plain(value: Any, language: str) -> Any:
    if isinstance(value, Words):
        return value.said(language)
    if isinstance(value, (list, tuple)):
        return ("、" if language == "zh" else ", ").join(str(_plain(v, language)) for v in value)
    return value


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where (JSON Pointer; ``""`` is the whole) and why."""

    pointer: str
    code: str
    words: Words
    facts: Mapping[str, Any] = field(default_factory=dict)

    def in_both_languages(self) -> str:
        """Say where and why in one line, as the command line does."""
        told = f"{self.words.told('zh', self.facts)} · {self.words.told('en', self.facts)}"
        return f"{self.pointer}: {told}" if self.pointer else told


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a crash
    """A rule said no. Subclass next to the rule; the class name becomes the code."""

    status: ClassVar[int] = 500
    title: ClassVar[Words] = Words("请求被拒绝", "The request was refused")
    detail: ClassVar[Words] = Words("请求被拒绝。", "The request was refused.")
    retry_after: ClassVar[int | None] = None

    def __init__(self, *, faults: Iterable[Fault] = (), **facts: Any) -> None:
        super().__init__(type(self).__name__)
        self.faults = tuple(faults)
        self.facts = facts

    def __str__(self) -> str:
        return self.detail.told("en", self.facts)

    def in_both_languages(self) -> str:
        """Say it as the command line does: a line for itself, and one for each fault."""
        lines = [f"{self.detail.told('zh', self.facts)} · {self.detail.told('en', self.facts)}"]
        return "\n".join([*lines, *(fault.in_both_languages() for fault in self.faults)])


class Malformed(Refusal):
    """The request cannot be read at all."""

    status = 400


class Forbidden(Refusal):
    """The caller may not do this, whatever the state of the world."""

    status = 403


class NotFound(Refusal):
    """The thing named in the request does not exist, or is not visible to the caller."""

    status = 404


class Conflict(Refusal):
    """The request is well formed, but the present state of the world does not allow it."""

    status = 409


class Invalid(Refusal):
    """The request can be read, but what it says is not valid. All faults are named at once."""

    status = 422


class Unavailable(Refusal):
    """Not now; the same request may succeed later."""

    status = 503
    retry_after = 1
