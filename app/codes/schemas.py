"""What goes over the wire about the data dictionary."""

from typing_extensions import TypedDict


class CodeOut(TypedDict):
    """One choice: its code, its names, and its number in each national format that has one."""

    code: str
    name_zh: str
    name_en: str
    numbers: dict[str, str]


class CodeListOut(TypedDict):
    """One list of choices; clients must expect values they do not know (``may_grow``)."""

    code: str
    name_zh: str
    name_en: str
    may_grow: bool
    values: list[CodeOut]
