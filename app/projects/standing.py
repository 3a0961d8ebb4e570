"""From the rows of a project to what its rules may know."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from app.clock import office_date
from app.domain.clocks import Pause
from app.domain.milestones import missing_milestones, work_finished_on
from app.domain.standing import Asker, Confirmation, Role, ServiceMode, Standing
from app.projects.models import Project, ProjectStanding

OUTSIDE: Final = "outside"
"""Where items stand in ``items_left`` that no plan has."""


def standing_of(project: Project, row: ProjectStanding) -> Standing:
    """Build the standing the rules are asked with."""
    return Standing(
        stage=project.stage,
        stage_entered_on=office_date(row.stage_entered_at),
        before_suspension=row.before_suspension,
        pauses=pauses_of(row),
        service_mode=_mode(project.service_mode),
        has_owner=project.owner_uscc is not None,
        materials_missing=row.materials_missing,
        correction_notices=row.correction_notices,
        has_signed_agreement=row.has_signed_agreement,
        primary_agent=row.primary_agent,
        backup_agent=row.backup_agent,
        plan_number=row.plan_number,
        plan_author=row.plan_author,
        plan_approver=row.plan_approver,
        plan_confirmed_by_owner=row.plan_confirmed_by_owner,
        departments=row.departments,
        items_open=row.items_open,
        supplements_open=row.supplements_open,
        milestones_missing=row.milestones_missing,
        documents_missing=row.documents_missing,
        reminded_on=row.reminded_on,
        lapse_notified_on=row.lapse_notified_on,
        client_heard_on=row.client_heard_on,
        completed_on=row.completed_on,
        work_finished_on=row.work_finished_on,
        confirmations=tuple([Confirmation(m, Role(r), p) for m, r, p in row.confirmations]),
        is_closed_as_duplicate=project.duplicate_of is not None,
    )


def work_facts(
    project: Project,
    row: ProjectStanding,
    today: date,
    *,
    items_left: Mapping[str, int] | None = None,
    supplements_open: int | None = None,
) -> dict[str, Any]:
    """Give what a standing should say about the work left, for ``change_standing``.

    ``items_left`` counts open items by approval stage (``OUTSIDE`` the plan: they count whatever the scope).
    The items that are open and the milestones that are missing follow from the project's scope; the day the
    work came to an end follows from all of them.
    """
    counts: dict[str, Any] = {}
    if items_left is not None:
        counts["items_left"] = dict(items_left)
    left_by_stage = row.items_left if items_left is None else items_left
    if left_by_stage:
        wanted = {OUTSIDE, *(project.scope_stages or ())}
        counts["items_open"] = sum(number for stage, number in left_by_stage.items() if stage in wanted)
    elif items_left is not None:
        counts["items_open"] = 0
    if supplements_open is not None:
        counts["supplements_open"] = supplements_open
    missing = missing_milestones(project.scope_stages, project.actual_start_on, project.actual_completion_on)
    left = (
        missing,
        counts.get("items_open", row.items_open),
        counts.get("supplements_open", row.supplements_open),
    )
    finished = work_finished_on(row.work_finished_on, today, project.stage, is_open=any(left))
    return {**counts, "milestones_missing": missing, "work_finished_on": finished}


def pauses_of(row: ProjectStanding) -> tuple[Pause, ...]:
    """Read the pauses of the present visit."""
    return tuple([Pause(_day(s), _day(e) if e else None) for s, e in row.pauses])


def asker_of(actor: Any) -> Asker:
    """Give the rules' view of whoever asks."""
    return Asker(_role(actor.role), actor.person)


@lru_cache(maxsize=32)
def _role(role: str) -> Role:
    return Role(role)


@lru_cache(maxsize=8)
def _mode(mode: str | None) -> ServiceMode | None:
    return None if mode is None else ServiceMode(mode)


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return date.fromisoformat(text)
