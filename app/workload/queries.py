"""What is open in somebody's name, kind by kind, within the caller's areas."""

from datetime import date
from typing import Any

from sqlmodel import col, select

from app.actor import within
from app.bad_reviews.models import BadReview
from app.complaints.models import Complaint
from app.coordination.models import Conclusion, Issue
from app.domain.coordination_terms import DutyState
from app.domain.handing_over import COMPLAINT_IN_HAND, REVIEW_IN_HAND
from app.domain.items import ItemState
from app.engagements.models import AgentAssignment
from app.items.models import ItemCase
from app.private.models import Private
from app.projects.models import Project, ProjectStanding
from app.query import Selection, one_of, query
from app.supervision.models import SupervisionNotice
from app.supervision.queries import OPEN_STATES
from app.tasks.models import Absence

REVIEW_STATES = [state.value for state in REVIEW_IN_HAND]
COMPLAINT_STATES = [state.value for state in COMPLAINT_IN_HAND]


@query
def assignments_of(person: str, areas: Any) -> Selection[tuple[AgentAssignment, Project, ProjectStanding]]:
    """Read the running assignments of a person, with their projects."""
    return (
        select(AgentAssignment, Project, ProjectStanding)
        .join(Project, col(Project.id) == AgentAssignment.project_id)
        .join(ProjectStanding, col(ProjectStanding.project_id) == AgentAssignment.project_id)
        .where(
            AgentAssignment.person_key == person,
            col(AgentAssignment.ended_at).is_(None),
            *within(AgentAssignment, areas, None, None),
        )
        .order_by(col(AgentAssignment.id))
    )


@query
def cases_of(person: str, areas: Any) -> Selection[ItemCase]:
    """Read the undecided cases of the projects that a person is the primary agent of."""
    return (
        select(ItemCase)
        .join(ProjectStanding, col(ProjectStanding.project_id) == ItemCase.project_id)
        .where(
            ProjectStanding.primary_agent == person,
            col(ItemCase.done_on).is_(None),
            ItemCase.state != ItemState.DROPPED.value,
            *within(ItemCase, areas, None, None),
        )
        .order_by(col(ItemCase.id))
    )


@query
def notices_of(person: str, areas: Any, states: list[str]) -> Selection[SupervisionNotice]:
    """Read the open notices about stages of the projects that a person is the primary agent of."""
    return (
        select(SupervisionNotice)
        .join(ProjectStanding, col(ProjectStanding.project_id) == SupervisionNotice.project_id)
        .where(
            ProjectStanding.primary_agent == person,
            col(SupervisionNotice.department_code).is_(None),
            one_of(col(SupervisionNotice.state), states),
            *within(SupervisionNotice, areas, None, None),
        )
        .order_by(col(SupervisionNotice.id))
    )


@query
def duties_of(person: str, areas: Any, *, kind: type[Issue] | type[Conclusion]) -> Selection[Any]:
    """Read the open issues, or conclusions, of a person."""
    found: Any = select(kind).where(
        kind.responsible == person, kind.state == DutyState.OPEN.value, *within(kind, areas, None, None)
    )
    ordered: Selection[Any] = found.order_by(col(kind.id))
    return ordered


@query
def reviews_of(person: str, areas: Any, states: list[str]) -> Selection[BadReview]:
    """Read the bad reviews that a person has in hand."""
    return (
        select(BadReview)
        .where(
            BadReview.handler == person,
            one_of(col(BadReview.state), states),
            *within(BadReview, areas, None, None),
        )
        .order_by(col(BadReview.id))
    )


@query
def complaints_of(person: str, areas: Any, states: list[str]) -> Selection[Complaint]:
    """Read the complaints that a person is looking into."""
    return (
        select(Complaint)
        .where(
            Complaint.investigator == person,
            one_of(col(Complaint.state), states),
            *within(Complaint, areas, None, None),
        )
        .order_by(col(Complaint.id))
    )


@query
def substitutions_of(person: str, areas: Any, today: date) -> Selection[Absence]:
    """Read the absences, today's and later ones, in which a person stands in."""
    return (
        select(Absence)
        .where(
            Absence.substitute_key == person,
            col(Absence.through) >= today,
            col(Absence.ended_on).is_(None),
            *within(Absence, areas, None, None),
        )
        .order_by(col(Absence.id))
    )


@query
def lock_rows(ids: list[str], *, kind: Any) -> Selection[Any]:
    """Lock some rows in one order, and give them as they are then."""
    found: Selection[Any] = (
        select(kind).where(one_of(col(kind.id), ids)).order_by(col(kind.id)).with_for_update()
    )
    return found


@query
def sources_of(ids: list[str]) -> Selection[Private]:
    """Read what stands behind confidential reviews: for the rule about persons, never for answers."""
    return select(Private).where(one_of(col(Private.id), ids))


OPEN_NOTICES = OPEN_STATES
