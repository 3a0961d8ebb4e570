"""Finding the lists of the data dictionary."""

from app.domain.code_lists import CODE_LISTS, CodeList
from app.errors import NotFound, Words


class CodeListNotFound(NotFound):
    """The data dictionary has no list of this name."""

    title = Words("找不到该代码表", "Code list not found")
    detail = Words("没有名为 {code} 的代码表。", "There is no code list {code}.")


def get_code_list(code: str) -> CodeList:
    """Find a list, or refuse ``CodeListNotFound``."""
    found = CODE_LISTS.get(code)
    if found is None:
        raise CodeListNotFound(code=code)
    return found


def list_code_lists(after: str | None, limit: int) -> list[CodeList]:
    """List the code lists by name, after the last one seen."""
    return [CODE_LISTS[code] for code in sorted(CODE_LISTS) if after is None or code > after][:limit]
