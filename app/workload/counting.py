"""Workload counted in SQL from the rows that the lists show: one statement per kind, whatever there is.

An agent carries the projects whose primary agent he is, with their items; issues, conclusions, bad reviews
and complaints are counted for whom they are with.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, not_
from sqlmodel import col, select

from app.actor import Actor, within
from app.bad_reviews.models import BadReview
from app.calendars.queries import calendar_of
from app.clients.models import Operator
from app.complaints.models import Complaint
from app.coordination.models import Conclusion, Issue
from app.database import Reader
from app.domain.bad_reviews import ENDED
from app.domain.clocks import Duration, Light, Unit, due
from app.domain.complaint_terms import ComplaintState
from app.domain.coordination_terms import DutyState
from app.domain.items import ItemState
from app.engagements.models import ProjectDepartment
from app.items.listing import shines
from app.items.models import ItemCase
from app.pages import cursor_of, read_cursor
from app.procedures.queries import get_procedure
from app.projects.models import Project, ProjectStanding
from app.query import Selection, one_of, query
from app.supervision.models import SupervisionNotice
from app.supervision.queries import OPEN_STATES
from app.workload.queries import COMPLAINT_STATES, REVIEW_STATES
from app.workload.schemas import ItemLightsOut, WorkloadBy, WorkloadIn, WorkloadOut

SOON: Duration = Duration(5, Unit.WORKING_DAY)
LOOKED_AHEAD = timedelta(days=30)  # five working days are never further away
SHOWN = (Light.RED, Light.YELLOW, Light.GREEN, Light.PAUSED, Light.NOT_STARTED, Light.NO_LIMIT)
ENDED_REVIEWS = [state.value for state in ENDED]
ARCHIVED = [ComplaintState.ARCHIVED.value]


def _key(kind: Any, by: str, person: Any = None) -> Any:
    """Choose the column that rows are counted by."""
    if by == WorkloadBy.AREA:
        return col(kind.area_code)
    if by == WorkloadBy.DEPARTMENT:
        return col(kind.department_code)
    return col(ProjectStanding.primary_agent) if person is None else col(person)


def _joined(statement: Any, kind: Any, by: str) -> Any:
    if by != WorkloadBy.AGENT:
        return statement
    return statement.join(ProjectStanding, col(ProjectStanding.project_id) == kind.project_id)


@query
def _projects(areas: Any, *, by: str) -> Selection[Any]:
    """Count projects by key, procedure and stage."""
    key: Any = col(Project.area_code)
    if by == WorkloadBy.DEPARTMENT:
        key = col(ProjectDepartment.department_code)
    elif by == WorkloadBy.AGENT:
        key = col(ProjectStanding.primary_agent)
    statement: Any = select(key, Project.procedure_id, Project.stage, func.count())
    if by == WorkloadBy.DEPARTMENT:
        statement = statement.join(ProjectDepartment, col(ProjectDepartment.project_id) == Project.id)
    elif by == WorkloadBy.AGENT:
        statement = statement.join(ProjectStanding, col(ProjectStanding.project_id) == Project.id)
    found: Selection[Any] = statement.where(*within(Project, areas, None, None)).group_by(
        key, Project.procedure_id, Project.stage
    )
    return found


def _undecided(areas: Any) -> list[Any]:
    return [
        *within(ItemCase, areas, None, None),
        col(ItemCase.done_on).is_(None),
        ItemCase.state != ItemState.DROPPED.value,
    ]


@query
def _items(areas: Any, today: date, *, by: str) -> Selection[Any]:
    """Count undecided items by key and colour."""
    key = _key(ItemCase, by)
    lights = [func.sum(case((shines(light, today), 1), else_=0)) for light in SHOWN]
    columns: list[Any] = [key, *lights]
    statement: Any = _joined(select(*columns).select_from(ItemCase), ItemCase, by)
    found: Selection[Any] = statement.where(*_undecided(areas)).group_by(key)
    return found


@query
def _due(areas: Any, today: date, until: date, *, by: str) -> Selection[Any]:
    """Count undecided items by key, area and last day, of the days to come."""
    key = _key(ItemCase, by)
    statement: Any = _joined(select(key, ItemCase.area_code, ItemCase.due_on, func.count()), ItemCase, by)
    found: Selection[Any] = statement.where(
        *_undecided(areas), col(ItemCase.due_on) >= today, col(ItemCase.due_on) <= until
    ).group_by(key, ItemCase.area_code, ItemCase.due_on)
    return found


@query
def _duties(areas: Any, *, kind: Any, by: str) -> Selection[Any]:
    key = _key(kind, by, kind.responsible)
    statement: Any = select(key, func.count())
    found: Selection[Any] = statement.where(
        *within(kind, areas, None, None), kind.state == DutyState.OPEN.value
    ).group_by(key)
    return found


@query
def _cases(areas: Any, states: list[str], *, kind: Any, by: str) -> Selection[Any]:
    """Count bad reviews or complaints: all that have not ended, or what a person has in hand."""
    person: Any = BadReview.handler if kind is BadReview else Complaint.investigator
    key = _key(kind, by, person)
    here = one_of(col(kind.state), states)
    statement: Any = select(key, func.count())
    found: Selection[Any] = statement.where(
        *within(kind, areas, None, None), here if by == WorkloadBy.AGENT else not_(here)
    ).group_by(key)
    return found


@query
def _notices(areas: Any, states: list[str], *, by: str) -> Selection[Any]:
    key = _key(SupervisionNotice, by)
    statement: Any = _joined(select(key, func.count()).select_from(SupervisionNotice), SupervisionNotice, by)
    clauses = [*within(SupervisionNotice, areas, None, None), one_of(col(SupervisionNotice.state), states)]
    if by == WorkloadBy.AGENT:
        clauses.append(col(SupervisionNotice.department_code).is_(None))
    found: Selection[Any] = statement.where(*clauses).group_by(key)
    return found


@query
def _valid_persons(keys: list[str], today: date) -> Selection[str]:
    return select(Operator.person_key).where(
        one_of(col(Operator.person_key), keys),
        col(Operator.valid_from) <= today,
        func.coalesce(Operator.valid_to, today) >= today,
    )


async def list_workload(
    session: Reader, actor: Actor, asked: WorkloadIn
) -> tuple[list[WorkloadOut], str | None]:
    """List a page of what areas, departments or agents carry, in the order of their keys."""
    (after,) = read_cursor(asked.cursor, str) or (None,)
    areas = list(actor.areas) if asked.area is None else [a for a in asked.area if actor.has_area(a)]
    counts = await _count(session, actor, areas, str(asked.by))
    keys = sorted({key for found in counts.values() for key, *_ in found if key is not None})
    keys = [key for key in keys if after is None or key > after]
    page, has_more = keys[: asked.limit], len(keys) > asked.limit
    is_agents = asked.by is WorkloadBy.AGENT
    valid = set(await session.all(_valid_persons(page, actor.today))) if is_agents else set(page)
    rows = [_row(key, counts, is_valid=key in valid) for key in page]
    return rows, cursor_of(page[-1]) if has_more else None


async def _count(
    session: Reader, actor: Actor, areas: list[str], by: str
) -> Mapping[str, Counter[tuple[str, ...]]]:
    """Count every kind by key; colours of items by key and colour."""
    is_agents = by == WorkloadBy.AGENT
    reviews = REVIEW_STATES if is_agents else ENDED_REVIEWS
    complaints = COMPLAINT_STATES if is_agents else ARCHIVED
    found: dict[str, Counter[tuple[str, ...]]] = {"projects": Counter(), "due_soon": Counter()}
    for key, procedure_id, stage, number in await session.all(_projects(areas, by=by)):
        here = (await get_procedure(session, procedure_id)).stages.get(stage)
        if here is None or not here.is_terminal:
            found["projects"][key,] += number
    found["items"] = Counter()
    for key, *lights in await session.all(_items(areas, actor.today, by=by)):
        for light, number in zip(SHOWN, lights, strict=True):
            found["items"][key, light.value] += number
    last = {
        code: due(await calendar_of(session, code), actor.today, SOON).due_on or actor.today for code in areas
    }
    for key, code, day, number in await session.all(
        _due(areas, actor.today, actor.today + LOOKED_AHEAD, by=by)
    ):
        found["due_soon"][key,] += number if day <= last[code] else 0
    for name, statement in (
        ("issues", _duties(areas, kind=Issue, by=by)),
        ("conclusions", _duties(areas, kind=Conclusion, by=by)),
        ("bad_reviews", _cases(areas, reviews, kind=BadReview, by=by)),
        ("complaints", _cases(areas, complaints, kind=Complaint, by=by)),
        ("notices", _notices(areas, OPEN_STATES, by=by)),
    ):
        found[name] = Counter({(key,): number for key, number in await session.all(statement)})
    return found


def _row(key: str, counts: Mapping[str, Counter[tuple[str, ...]]], *, is_valid: bool) -> WorkloadOut:
    lights = counts["items"]
    return WorkloadOut(
        key=key,
        is_valid=is_valid,
        projects=counts["projects"][key,],
        items=ItemLightsOut(
            red=lights[key, Light.RED],
            yellow=lights[key, Light.YELLOW],
            green=lights[key, Light.GREEN],
            paused=lights[key, Light.PAUSED],
            not_started=lights[key, Light.NOT_STARTED],
            no_limit=lights[key, Light.NO_LIMIT],
        ),
        due_soon=counts["due_soon"][key,],
        issues=counts["issues"][key,],
        conclusions=counts["conclusions"][key,],
        bad_reviews=counts["bad_reviews"][key,],
        complaints=counts["complaints"][key,],
        notices=counts["notices"][key,],
    )
