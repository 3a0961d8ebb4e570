"""Reporting and confirming milestones, and putting services on record."""

from datetime import date
from typing import Any

from app.actor import Actor
from app.clock import new_id, office_date
from app.database import Writer
from app.domain.agreements import check_day
from app.domain.milestones import MilestoneReached, check_order
from app.domain.separation import check_agent, check_confirmer
from app.domain.vocabulary import MilestoneKind, ServiceRecordKind
from app.events.service import entry_mode, record
from app.files.queries import check_evidence
from app.private import service as private
from app.progress.models import Milestone, ServiceRecord
from app.progress.queries import get_milestone
from app.progress.schemas import MilestoneConfirmationIn, MilestoneIn, ServiceRecordIn
from app.projects.models import Project
from app.projects.queries import every_part, stamp_of
from app.projects.service import change_standing, check_applied_for, lock_open_project
from app.projects.standing import standing_of, work_facts

DAYS = {MilestoneKind.START: "actual_start_on", MilestoneKind.COMPLETION: "actual_completion_on"}
REMEMBERED = {
    ServiceRecordKind.REMINDER: "reminded_on",
    ServiceRecordKind.LAPSE_NOTICE: "lapse_notified_on",
    ServiceRecordKind.CLIENT_HEARING: "client_heard_on",
}


async def report_milestone(session: Writer, actor: Actor, project_id: str, given: MilestoneIn) -> Milestone:
    """Report a milestone with its evidence; it counts once another person has confirmed it.

    Refuses a day in the future, a completion before the start, a kind that is confirmed already, an agent
    who is not assigned.
    """
    project, row = await lock_open_project(session, actor, project_id)
    check_agent(actor.role, actor.person, standing_of(project, row))
    check_day(given.reached_on, actor.today, "/reached_on")
    await _check_milestone(session, actor, project, given.kind, given.reached_on)
    await check_evidence(session, actor, given.evidence)
    milestone = await session.insert(
        Milestone,
        id=new_id(actor.at),
        project_id=project_id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        kind=given.kind,
        reached_on=given.reached_on,
        evidence=given.evidence,
        reported_by=actor.person,
        reported_at=actor.at,
        confirmed_by=None,
        confirmed_at=None,
    )
    await record(
        session,
        actor,
        "milestone.reported",
        stamp_of(project),
        facts={"milestone_id": milestone.id, "kind": given.kind},
        evidence=given.evidence,
    )
    return milestone


async def confirm_milestone(
    session: Writer, actor: Actor, project_id: str, milestone_id: str, given: MilestoneConfirmationIn
) -> Milestone:
    """Confirm a milestone: a start or completion of works becomes the project's.

    Refuses whoever reported it, a kind that is confirmed already, a completion before the start.
    """
    project, row = await lock_open_project(session, actor, project_id)
    milestone = await get_milestone(session, actor, project_id, milestone_id)
    check_confirmer(milestone.reported_by, actor.person)
    await _check_milestone(session, actor, project, milestone.kind, milestone.reached_on)
    await check_evidence(session, actor, given.evidence)
    milestone = await session.change(
        milestone, confirmed_by=actor.person, confirmed_at=actor.at, version=milestone.version + 1
    )
    if (column := DAYS.get(MilestoneKind(milestone.kind))) is not None:
        day: dict[str, Any] = {column: milestone.reached_on}
        project = await session.change(project, **day, version=project.version + 1)
        await change_standing(session, (project, row), **work_facts(project, row, actor.today))
    await record(
        session,
        actor,
        "milestone.confirmed",
        stamp_of(project),
        facts={"milestone_id": milestone.id, "kind": milestone.kind},
        evidence=given.evidence,
    )
    return milestone


async def _check_milestone(
    session: Writer, actor: Actor, project: Project, kind: str, reached_on: date
) -> None:
    every = await every_part(session, actor, project.id, Milestone)
    if any(m.kind == kind and m.confirmed_at is not None for m in every):
        raise MilestoneReached
    check_order(kind, reached_on, project.actual_start_on, project.actual_completion_on)


async def put_on_record(
    session: Writer, actor: Actor, project_id: str, given: ServiceRecordIn
) -> ServiceRecord:
    """Put a service on record. Reminder, notice of lapse and hearing count from their office date.

    Refuses an agent who is not assigned (but for pre-service), anything but pre-service before the owner has
    applied, the future, a back entry without reason and evidence.
    """
    project, row = await lock_open_project(session, actor, project_id)
    if given.kind is not ServiceRecordKind.PRE_SERVICE:
        check_agent(actor.role, actor.person, standing_of(project, row))
        await check_applied_for(session, project)
    await check_evidence(session, actor, given.evidence)
    mode = entry_mode(actor, given.occurred_at, has_grounds=bool(given.reason and given.evidence))
    happened = given.occurred_at or actor.at
    texts = {
        name: await private.keep(session, actor, f"service_{name}", getattr(given, name), project_id)
        for name in ("summary", "conclusion", "reason")
    }
    people = [await private.keep(session, actor, "participant", p, project_id) for p in given.participants]
    done = await session.insert(
        ServiceRecord,
        id=new_id(actor.at),
        project_id=project_id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        kind=given.kind,
        stage=project.stage,
        occurred_at=happened,
        entry_mode=mode,
        summary_id=texts["summary"] or "",
        participants=people,
        conclusion_id=texts["conclusion"],
        reason_id=texts["reason"],
        evidence=given.evidence,
    )
    if (column := REMEMBERED.get(given.kind)) is not None:
        latest: dict[str, Any] = {column: max(getattr(row, column) or date.min, office_date(happened))}
        await change_standing(session, (project, row), **latest)
    await record(
        session,
        actor,
        "service.put_on_record",
        stamp_of(project),
        occurred_at=given.occurred_at,
        mode=mode,
        facts={"service_record_id": done.id, "kind": given.kind},
        evidence=given.evidence,
        reason_id=texts["reason"],
    )
    return done
