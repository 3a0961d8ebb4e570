"""What is red and nobody has been urged about: cases and stages in one list, one statement whatever the page.

Read from stored clocks by the rule of ``domain.supervision.hindrances``; a test holds them together.
"""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import String, and_, case, exists, func, literal_column, not_, null, or_, union_all
from sqlmodel import col, select

from app.actor import Actor, within
from app.database import Reader
from app.domain.items import ItemState
from app.domain.planned import TimeBearer
from app.domain.supervision_terms import NoticeRule, NoticeSubject
from app.items.models import ItemCase
from app.items.queries import mine
from app.pages import CursorInvalid, cursor_of, cut, read_cursor
from app.projects.models import Project
from app.query import Selection, query
from app.supervision.models import SupervisionNotice
from app.supervision.queries import OPEN_STATES
from app.supervision.schemas import CandidatesIn
from app.wire import is_uuid


class Candidate(NamedTuple):
    """Something that could be supervised; of a stage, ``id`` is the project's."""

    subject: str
    id: str
    project_id: str
    project_name: str
    area_code: str
    department_code: str | None
    item_code: str | None
    name: Any
    stage: str | None
    procedure_id: str
    rule: str
    due_on: date


def _said(value: str) -> Any:
    return literal_column(f"'{value}'", String())


def _ran_out(starts: Any, due: Any, limit: Any, today: Any) -> Any:
    """Tell whether a stored clock of the department's is red."""
    is_departments = func.coalesce(limit["bearer"].as_string(), "") == TimeBearer.DEPARTMENT.value
    return func.coalesce(and_(starts <= today, due < today, is_departments), False)


def _noticed(*about: Any) -> Any:
    states: list[Any] = [SupervisionNotice.state == state for state in OPEN_STATES]
    return exists(select(1).where(*about, or_(*states)))


def _cases(areas: Any, today: Any) -> Any:
    statutory = _ran_out(
        col(ItemCase.statutory_from), col(ItemCase.statutory_due_on), col(ItemCase.statutory_limit), today
    )
    promised = _ran_out(
        col(ItemCase.promised_from), col(ItemCase.promised_due_on), col(ItemCase.promised_limit), today
    )
    rule = case((statutory, NoticeRule.STATUTORY.value), else_=NoticeRule.PROMISED.value)
    due = case((statutory, col(ItemCase.statutory_due_on)), else_=col(ItemCase.promised_due_on))
    columns: list[Any] = [
        _said(NoticeSubject.ITEM_CASE).label("subject"),
        col(ItemCase.id).label("id"),
        col(ItemCase.project_id).label("project_id"),
        col(Project.name).label("project_name"),
        col(ItemCase.area_code).label("area_code"),
        col(ItemCase.department_code).label("department_code"),
        col(ItemCase.item_code).label("item_code"),
        col(ItemCase.name).label("name"),
        null().label("stage"),
        col(Project.procedure_id).label("procedure_id"),
        rule.label("rule"),
        due.label("due_on"),
    ]
    return (
        select(*columns)
        .join(Project, col(Project.id) == ItemCase.project_id)
        .where(
            *mine(areas, None, None),
            or_(statutory, promised),
            col(ItemCase.done_light).is_(None),
            not_(col(ItemCase.is_paused)),
            ItemCase.bearer == TimeBearer.DEPARTMENT.value,
            ItemCase.state != ItemState.CORRECTION_STARTED.value,
            col(ItemCase.department_code).is_not(None),
            not_(_noticed(SupervisionNotice.item_case_id == ItemCase.id)),
        )
    )


def _stages(areas: Any, today: Any) -> Any:
    about = (SupervisionNotice.project_id == Project.id, SupervisionNotice.stage == Project.stage)
    columns: list[Any] = [
        _said(NoticeSubject.STAGE).label("subject"),
        col(Project.id).label("id"),
        col(Project.id).label("project_id"),
        col(Project.name).label("project_name"),
        col(Project.area_code).label("area_code"),
        null().label("department_code"),
        null().label("item_code"),
        null().label("name"),
        col(Project.stage).label("stage"),
        col(Project.procedure_id).label("procedure_id"),
        _said(NoticeRule.STAGE).label("rule"),
        col(Project.due_on).label("due_on"),
    ]
    return select(*columns).where(
        *within(Project, areas, None, None),
        col(Project.due_move).is_not(None),
        col(Project.is_running),
        col(Project.due_on) < today,
        not_(_noticed(*about)),
    )


@query
def _page(
    limit: int, areas: Any, today: date, handled_by: str | None, last_on: date | None, last_id: str | None,
    *, subjects: tuple[str, ...],
) -> Selection[Any]:  # fmt: skip
    parts: dict[str, Any] = {"item_case": _cases(areas, today), "stage": _stages(areas, today)}
    chosen: list[Any] = [parts[name] for name in subjects]
    together: Any = union_all(*chosen) if len(chosen) > 1 else chosen[0]
    found: Any = together.subquery("candidate").c
    clauses: list[Any] = []
    if handled_by is not None:
        clauses.append(found.department_code == handled_by)
    if last_id is not None:
        after = and_(found.due_on == last_on, found.id > last_id)
        clauses.append(or_(found.due_on > last_on, after))
    columns: list[Any] = [*found]
    wanted: Selection[Any] = select(*columns).where(*clauses).order_by(found.due_on, found.id).limit(limit)
    return wanted


async def list_candidates(
    session: Reader, actor: Actor, asked: CandidatesIn
) -> tuple[list[Candidate], str | None]:
    """List a page of what could be supervised, the longest overdue first."""
    areas = actor.areas if asked.area is None else tuple(a for a in asked.area if actor.has_area(a))
    subjects = ("item_case", "stage") if asked.subject is None else (str(asked.subject),)
    found = await session.all(
        _page(
            asked.limit + 1,
            list(areas),
            actor.today,
            asked.department,
            *_place(asked.cursor),
            subjects=subjects,
        )
    )
    rows, has_more = cut([Candidate(*row) for row in found], asked.limit)
    return rows, cursor_of(rows[-1].due_on.isoformat(), rows[-1].id) if has_more else None


def _place(cursor: str | None) -> tuple[date | None, str | None]:
    """Read where the page before ended; refuses a cursor that nobody here gave out."""
    last = read_cursor(cursor, str, str)
    if last is None:
        return None, None
    day, key = last
    try:
        place = date.fromisoformat(day or "")
    except ValueError:
        raise CursorInvalid from None
    if key is None or not is_uuid(key):
        raise CursorInvalid
    return place, key
