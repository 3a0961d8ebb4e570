"""Finding readiness checks, which are steps of their cases, and the filings that have used materials."""

from typing import Any

from sqlmodel import col, select

from app.actor import Actor
from app.database import Reader
from app.domain.items import ItemAct
from app.errors import NotFound, Words
from app.items.models import ItemCase, ItemStep
from app.items.papers import FILINGS
from app.items.queries import find_case, mine
from app.pages import PageIn, cursor_of, cut, read_cursor
from app.query import Selection, one_of, query


class ReadinessCheckNotFound(NotFound):
    """The case has no readiness check with this id."""

    title = Words("找不到该申报前检查", "Readiness check not found")
    detail = Words("该办件没有这次申报前检查。", "The item case has no such readiness check.")


@query
def _checks(case_id: str, code: str, after: int | None, limit: int) -> Selection[ItemStep]:
    statement = select(ItemStep).where(ItemStep.item_case_id == case_id, ItemStep.code == code)
    if after is not None:
        statement = statement.where(col(ItemStep.number) > after)
    return statement.order_by(col(ItemStep.number)).limit(limit)


@query
def _check(case_id: str, code: str, step_id: str) -> Selection[ItemStep]:
    return select(ItemStep).where(
        ItemStep.item_case_id == case_id, ItemStep.code == code, ItemStep.id == step_id
    )


@query
def _filings(
    project_id: str, codes: list[str], areas: Any, department: str | None, owner: str | None
) -> Selection[tuple[ItemCase, ItemStep]]:
    return (
        select(ItemCase, ItemStep)
        .join(ItemStep, col(ItemStep.item_case_id) == ItemCase.id)
        .where(
            ItemCase.project_id == project_id,
            one_of(col(ItemStep.code), codes),
            *mine(areas, department, owner),
        )
        .order_by(col(ItemStep.id))
    )


async def list_checks(
    session: Reader, actor: Actor, case_id: str, asked: PageIn
) -> tuple[list[ItemStep], str | None]:
    """List a page of the readiness checks of a case, the oldest first. Refuses ``ItemCaseNotFound``."""
    await find_case(session, actor, case_id)
    (after,) = read_cursor(asked.cursor, int) or (None,)
    found = await session.all(_checks(case_id, ItemAct.READINESS_CHECKED, after, asked.limit + 1))
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].number) if has_more else None


async def get_check(session: Reader, actor: Actor, case_id: str, check_id: str) -> ItemStep:
    """Find a readiness check of a case in scope, or refuse ``ReadinessCheckNotFound``."""
    await find_case(session, actor, case_id)
    found = await session.first(_check(case_id, ItemAct.READINESS_CHECKED, check_id))
    if found is None:
        raise ReadinessCheckNotFound
    return found


async def filings_of(session: Reader, actor: Actor, project_id: str) -> list[tuple[ItemCase, ItemStep]]:
    """Read the filings of a project's items in scope, in the order they were recorded."""
    return await session.all(_filings(project_id, [code.value for code in FILINGS], *actor.scope))
