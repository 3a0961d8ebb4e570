"""Finding how long items took before, in the whole installation: figures, never whose."""

from datetime import date
from typing import Any

from sqlmodel import col, select

from app.items.models import ItemCase
from app.query import Selection, one_of, query


@query
def observed_cases(kinds: list[str], since: date, limit: int) -> Selection[Any]:
    """Read when cases of these kinds were filed and decided, the last filed first, wherever they belong to.

    Outside every scope on purpose: no id and no project leaves this statement, and what is told of it rests
    on at least ten decided cases.
    """
    return (
        select(
            ItemCase.item_code,
            ItemCase.kind,
            ItemCase.department_code,
            ItemCase.area_code,
            ItemCase.filed_on,
            ItemCase.passed_on,
            ItemCase.done_on,
        )
        .where(one_of(col(ItemCase.kind), kinds), col(ItemCase.filed_on) >= since)
        .order_by(col(ItemCase.filed_on).desc(), col(ItemCase.id))
        .limit(limit)
    )
