"""Finding the lists of the data dictionary."""

from collections.abc import Mapping
from typing import Final

from app.domain.code_lists import CODE_LISTS, CodeList
from app.domain.coded import list_words
from app.errors import NotFound, Words
from app.events.labels import LABELS

EVENT_TYPES: Final = list_words("event_type", "事件类型", "type of event", LABELS)
LISTS: Final[Mapping[str, CodeList]] = {**CODE_LISTS, EVENT_TYPES.code: EVENT_TYPES}


class CodeListNotFound(NotFound):
    """The data dictionary has no list of this name."""

    title = Words("找不到该代码表", "Code list not found")
    detail = Words("没有名为 {code} 的代码表。", "There is no code list {code}.")


def get_code_list(code: str) -> CodeList:
    """Find a list, or refuse ``CodeListNotFound``."""
    found = LISTS.get(code)
    if found is None:
        raise CodeListNotFound(code=code)
    return found


def list_code_lists(after: str | None, limit: int) -> list[CodeList]:
    """List the code lists by name, after the last one seen."""
    return [LISTS[code] for code in sorted(LISTS) if after is None or code > after][:limit]
