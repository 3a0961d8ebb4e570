"""Everything open in somebody's name, gathered with what the rule about successors has to know.

A fixed number of statements, however much there is.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from app.actor import Actor
from app.areas.queries import areas_above
from app.bad_reviews.models import BadReview
from app.clients.models import Operator
from app.complaints.models import Complaint
from app.coordination.models import Conclusion, Issue
from app.database import Reader
from app.domain.handing_over import Thing, WorkKind
from app.domain.vocabulary import AgentRole, EvaluationMode
from app.engagements.models import AgentAssignment
from app.engagements.service import may_serve
from app.handling.service import HANDLERS, INVESTIGATORS, may_see_case
from app.items.models import ItemCase
from app.procedures.queries import get_procedure
from app.projects.models import Project, ProjectStanding
from app.supervision.models import SupervisionNotice
from app.workload import queries as q

K = WorkKind


class Carried(NamedTuple):
    """A thing, the row of it, and what it is called in the answer."""

    thing: Thing
    row: Any


async def gather(session: Reader, actor: Actor, person: str) -> list[Carried]:
    """Gather what is open in a person's name within the caller's areas, in the order of kinds and ids.

    Assignments to projects whose service has ended are no work any more.
    """
    areas = list(actor.areas)
    carried: list[Carried] = []
    ended: set[str] = set()
    for row, project, standing in await session.all(q.assignments_of(person, areas)):
        if await _has_ended(session, project):
            ended.add(project.id)
        else:
            carried.append(Carried(_assignment(row, standing), row))
    carried += [
        Carried(_of_project(K.ITEM_CASE, row), row)
        for row in await session.all(q.cases_of(person, areas))
        if row.project_id not in ended
    ]
    carried += [
        Carried(_of_project(K.NOTICE, row), row)
        for row in await session.all(q.notices_of(person, areas, q.OPEN_NOTICES))
    ]
    kinds: tuple[tuple[WorkKind, type[Issue | Conclusion]], ...] = (
        (K.ISSUE, Issue),
        (K.CONCLUSION, Conclusion),
    )
    for kind, table in kinds:
        carried += [
            Carried(_of_project(kind, row), row)
            for row in await session.all(q.duties_of(person, areas, kind=table))
        ]
    reviews = await session.all(q.reviews_of(person, areas, q.REVIEW_STATES))
    behind = await _reviewed(session, reviews)
    carried += [Carried(_review(row, behind.get(row.id)), row) for row in reviews]
    carried += [
        Carried(_complaint(row), row)
        for row in await session.all(q.complaints_of(person, areas, q.COMPLAINT_STATES))
    ]
    carried += [
        Carried(Thing(kind=K.SUBSTITUTION, id=row.id, area_code=row.area_code, absent=row.person_key), row)
        for row in await session.all(q.substitutions_of(person, areas, actor.today))
    ]
    return carried


async def judge(
    session: Reader, actor: Actor, carried: Sequence[Carried], operator: Operator
) -> list[Carried]:
    """Say of each thing whether an operator has the role and is valid where it is."""
    above = {code: await areas_above(session, code) for code in {c.thing.area_code for c in carried}}
    return [
        Carried(
            replace(one.thing, is_suitable=_suits(one, operator, above[one.thing.area_code], actor)), one.row
        )
        for one in carried
    ]


def _suits(one: Carried, operator: Operator, above: tuple[str, ...], actor: Actor) -> bool:
    thing, row = one.thing, one.row
    is_valid = operator.area_code in above and operator.valid_from <= actor.today <= (
        operator.valid_to or actor.today
    )
    if thing.kind in {K.ITEM_CASE, K.NOTICE}:
        return True
    if thing.kind is K.ASSIGNMENT:
        return may_serve(operator, above, actor, row.role, row.department_code)
    if thing.kind is K.COMPLAINT:
        return is_valid and may_see_case(operator, INVESTIGATORS, row.department_code)
    if thing.kind is K.BAD_REVIEW:
        return is_valid and may_see_case(operator, HANDLERS, row.department_code)
    if thing.kind is K.SUBSTITUTION:
        return operator.valid_from <= actor.today <= (operator.valid_to or actor.today)
    return is_valid and bool(HANDLERS & set(operator.roles))


async def _has_ended(session: Reader, project: Project) -> bool:
    stage = (await get_procedure(session, project.procedure_id)).stages.get(project.stage)
    return stage is not None and stage.is_terminal


def _assignment(row: AgentAssignment, standing: ProjectStanding) -> Thing:
    others = {
        AgentRole.PRIMARY.value: standing.backup_agent,
        AgentRole.BACKUP.value: standing.primary_agent,
    }
    return Thing(
        kind=K.ASSIGNMENT,
        id=row.id,
        project_id=row.project_id,
        area_code=row.area_code,
        other_agent=others.get(row.role),
    )


def _of_project(kind: WorkKind, row: ItemCase | SupervisionNotice | Issue | Conclusion) -> Thing:
    return Thing(kind=kind, id=row.id, project_id=row.project_id, area_code=row.area_code)


def _review(row: BadReview, reviewed: str | None) -> Thing:
    return Thing(
        kind=K.BAD_REVIEW,
        id=row.id,
        project_id=row.project_id,
        area_code=row.area_code,
        concerned=row.reviewed or reviewed,
        others=(row.verifier,),
        is_hidden=row.mode == EvaluationMode.CONFIDENTIAL,
    )


def _complaint(row: Complaint) -> Thing:
    return Thing(
        kind=K.COMPLAINT,
        id=row.id,
        area_code=row.area_code,
        concerned=row.about_person,
        others=(row.decider,),
    )


async def _reviewed(session: Reader, rows: Sequence[BadReview]) -> dict[str, str]:
    """Tell who stands behind confidential reviews, by the review."""
    ids = [row.source_id for row in rows if row.source_id is not None]
    kept = {one.id: one.value for one in await session.all(q.sources_of(ids))}
    found = {}
    for row in rows:
        value = kept.get(row.source_id or "")
        handler = None if value is None else json.loads(value).get("handler")
        if handler is not None:
            found[row.id] = handler
    return found
