"""Finding alarms: what stands to expire, read from item cases and their projects, never stored.

``standing`` writes what ``domain.validity.expires_on`` decides; a test holds them together.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import String, and_, case, exists, func, literal_column, not_, or_, union_all
from sqlmodel import col, select

from app.alarms.models import AlarmAnnouncement
from app.domain.items import ItemState
from app.domain.validity import AlarmKind, Decision
from app.items.judging import line_of
from app.items.models import ItemCase
from app.projects.models import Project
from app.query import Selection, one_of, query

LATER: Any = ItemCase.__table__.alias("later")


class Alarm(NamedTuple):
    """An alarm that stands, and what its last day is counted from."""

    item_case_id: str
    project_id: str
    project_name: str
    area_code: str
    owner_uscc: str | None
    department_code: str | None
    item_code: str
    name: Any
    kind: str
    expires_on: date
    since: date
    counted_from: date
    validity: Any
    valid_for: Any


def _columns(kind: AlarmKind, expires_on: Any) -> list[Any]:
    return [
        col(ItemCase.id).label("item_case_id"),
        col(ItemCase.project_id),
        col(Project.name).label("project_name"),
        col(ItemCase.area_code),
        col(ItemCase.owner_uscc),
        col(ItemCase.department_code),
        col(ItemCase.item_code),
        col(ItemCase.name),
        literal_column(f"'{kind.value}'", String()).label("kind"),
        expires_on.label("expires_on"),
        col(ItemCase.passed_on).label("since"),
        func.coalesce(ItemCase.document_on, ItemCase.passed_on).label("counted_from"),
        col(ItemCase.validity),
        col(ItemCase.valid_for),
    ]


def standing(*clauses: Any) -> Any:
    """Select what stands to expire: decisions that works have not used up, papers that are owed."""
    last, started = col(ItemCase.valid_through), col(Project.actual_start_on)
    renewed = exists().where(
        LATER.c.project_id == ItemCase.project_id,
        LATER.c.item_code == ItemCase.item_code,
        or_(
            LATER.c.work_package_id == ItemCase.work_package_id,
            and_(LATER.c.work_package_id.is_(None), col(ItemCase.work_package_id).is_(None)),
        ),
        LATER.c.round > ItemCase.round,
        LATER.c.is_passed,
    )
    is_unused = or_(not_(col(ItemCase.is_undone_by_start)), started.is_(None), started > last)
    valid = (col(ItemCase.is_passed), last.is_not(None), is_unused, not_(renewed))
    owed = (
        ItemCase.state == ItemState.CONDITIONALLY_PASSED.value,
        col(ItemCase.supplement_due_on).is_not(None),
        col(ItemCase.supplement_closed_on).is_(None),
    )
    parts = [
        select(*_columns(kind, day))
        .select_from(ItemCase)
        .join(Project, col(Project.id) == ItemCase.project_id)
        .where(*conditions, *clauses)
        for kind, day, conditions in (
            (AlarmKind.VALIDITY, last, valid),
            (AlarmKind.SUPPLEMENT, col(ItemCase.supplement_due_on), owed),
        )
    ]
    return union_all(*parts).subquery("alarm")


@query
def announced_for(case_ids: list[str]) -> Selection[AlarmAnnouncement]:
    """Read what was announced about some cases, in the order in which it came true."""
    return (
        select(AlarmAnnouncement)
        .where(one_of(col(AlarmAnnouncement.item_case_id), case_ids))
        .order_by(col(AlarmAnnouncement.came_on), col(AlarmAnnouncement.id))
    )


def _same(found: Any) -> tuple[Any, ...]:
    return (
        AlarmAnnouncement.item_case_id == found.item_case_id,
        AlarmAnnouncement.kind == found.kind,
        AlarmAnnouncement.expires_on == found.expires_on,
    )


@query
def untold(today: date, near_until: date) -> Selection[Any]:
    """Find the alarms of which fewer rungs were announced than have come true."""
    found = standing().c
    told = select(func.count()).select_from(AlarmAnnouncement).where(*_same(found)).scalar_subquery()
    is_short = found.since >= found.expires_on
    come = case((found.expires_on < today, 3), (found.expires_on == today, 2), else_=1)
    due = case((is_short, come - 1), else_=come)
    return select(*found).where(found.expires_on <= near_until, told < due)


@query
def untrue() -> Selection[AlarmAnnouncement]:
    """Find what was announced of alarms that no longer stand."""
    found = standing().c
    return (
        select(AlarmAnnouncement)
        .where(not_(exists(select(1).where(*_same(found)))))
        .order_by(col(AlarmAnnouncement.came_on), col(AlarmAnnouncement.id))
    )


def decision_of(row: ItemCase, cases: Iterable[ItemCase], project: Project) -> Decision:
    """Give what the rule may know of a case among the cases of its project."""
    later = [other for other in cases if line_of(other) == line_of(row) and other.round > row.round]
    is_owing = row.state == ItemState.CONDITIONALLY_PASSED and row.supplement_closed_on is None
    return Decision(
        is_passed=row.is_passed,
        is_renewed=any(other.is_passed for other in later),
        valid_through=row.valid_through,
        is_prolonged=row.validity is not None and row.valid_for not in (None, row.validity["duration"]),
        is_undone_by_start=row.is_undone_by_start,
        started_on=project.actual_start_on,
        owes_supplement=is_owing,
        supplement_due_on=row.supplement_due_on,
    )
