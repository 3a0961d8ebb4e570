"""Convening a consultation, putting its minutes and conclusions on record, or cancelling it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from app.actor import Actor, check_named
from app.answers import check_version
from app.clock import new_id
from app.consultations.models import Consultation, ConsultationDepartment
from app.consultations.queries import consultations_page, get_consultation, lock_consultation
from app.consultations.schemas import ConclusionIn, ConsultationActionIn, ConsultationIn, ConsultationsIn
from app.coordination.models import Conclusion
from app.coordination.queries import conclusions_of, issues_of_project
from app.coordination.responsible import Wanted, find_responsible
from app.coordination.service import agree_on
from app.database import Reader, Writer
from app.domain.agreements import check_day
from app.domain.casework import CaseStanding, check_case_act
from app.domain.coordination import (
    CONSULTATION_ACTS,
    ISSUE_UNKNOWN,
    AgendaNotPossible,
    agenda_fault,
    consultation_standing,
)
from app.domain.coordination_terms import ConsultationAct, ConsultationState, CoordinationLevel, DutyState
from app.domain.durations import Duration, Unit
from app.domain.standing import Role
from app.engagements.service import check_departments, take_part
from app.errors import Fault
from app.events.service import record
from app.files.queries import check_file
from app.handling.models import HandlingStep
from app.handling.service import CaseRef, asker_of_case, take_step
from app.pages import cursor_of, cut, read_id
from app.private import service as private
from app.projects.models import Project, ProjectStanding
from app.projects.queries import lock_project, stamp_of
from app.projects.service import lock_open_project

TOLD = ("held_on", "text", "file_id", "conclusions")


class KnownConsultation(NamedTuple):
    """A consultation with its conclusions, and what the rule about acts has to know besides."""

    row: Consultation
    standing: ProjectStanding
    conclusions: list[Conclusion]


def standing_of_consultation(known: KnownConsultation, actor: Actor) -> CaseStanding:
    """Build what the rule about acts is asked with, for somebody."""
    agents = {known.standing.primary_agent, known.standing.backup_agent}
    is_his = actor.role != Role.AGENT or actor.person in {*agents, known.row.convened_by}
    return consultation_standing(ConsultationState(known.row.state), is_askers_project=is_his)


async def read_consultation(session: Reader, actor: Actor, consultation_id: str) -> KnownConsultation:
    """Find a consultation with its conclusions. Refuses ``ConsultationNotFound``."""
    row, standing = await get_consultation(session, actor, consultation_id)
    return KnownConsultation(row, standing, await session.all(conclusions_of(consultation_id)))


async def list_consultations(
    session: Reader, actor: Actor, asked: ConsultationsIn
) -> tuple[list[Consultation], str | None]:
    """List a page of the consultations in scope, the newest first."""
    areas = actor.areas if asked.area is None else [a for a in asked.area if actor.has_area(a)]
    found = await session.all(
        consultations_page(
            asked.limit + 1,
            list(areas),
            actor.scope.department,
            actor.scope.owner,
            None if asked.state is None else [str(state) for state in asked.state],
            None if asked.level is None else [str(level) for level in asked.level],
            asked.project,
            asked.held_from,
            asked.held_to,
            read_id(asked.cursor),
        )
    )
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None


async def convene(session: Writer, actor: Actor, project_id: str, given: ConsultationIn) -> KnownConsultation:
    """Convene a consultation. The departments asked to it take part in the project from now on.

    Refuses a service that has ended, unknown departments, and ``AgendaNotPossible``.
    """
    check_named(actor)
    project, standing = await lock_open_project(session, actor, project_id)
    codes, issues = list(dict.fromkeys(given.departments)), list(dict.fromkeys(given.issues))
    await check_departments(session, actor, project, given.departments, "/departments/{}")
    await _check_agenda(session, project_id, given.issues, given.level)
    await take_part(session, actor, project, codes)
    people = [
        await private.keep(session, actor, "participant", name, project_id) for name in given.participants
    ]
    row = await session.insert(
        Consultation,
        id=new_id(actor.at),
        project_id=project_id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        level=given.level,
        title_id=await private.keep(session, actor, "consultation_title", given.title, project_id) or "",
        convened_by=actor.person,
        held_on=given.held_on,
        state=ConsultationState.CONVENED.value,
        issues=issues,
        departments=codes,
        participants=people,
        minutes_id=None,
        file_id=None,
    )
    for code in codes:
        await session.insert(
            ConsultationDepartment,
            id=new_id(actor.at),
            consultation_id=row.id,
            project_id=project_id,
            area_code=project.area_code,
            owner_uscc=project.owner_uscc,
            department_code=code,
        )
    facts = {"consultation_id": row.id, "level": row.level}
    await record(session, actor, "consultation.convened", stamp_of(project), facts=facts)
    return KnownConsultation(row, standing, [])


async def _check_agenda(
    session: Reader, project_id: str, ids: Sequence[str], level: CoordinationLevel
) -> None:
    """Refuse ``AgendaNotPossible``, naming every issue that cannot be on the agenda of this level."""
    rows = {row.id: row for row in await session.all(issues_of_project(project_id, list(ids)))}
    faults: list[Fault] = []
    for place, issue_id in enumerate(ids):
        pointer, row = f"/issues/{place}", rows.get(issue_id)
        if row is None:
            faults.append(Fault(pointer, "unknown_issue", ISSUE_UNKNOWN))
            continue
        fault = agenda_fault(CoordinationLevel(row.level), DutyState(row.state), level, pointer)
        faults += [] if fault is None else [fault]
    if faults:
        raise AgendaNotPossible(faults=faults)


async def act_on_consultation(
    session: Writer, actor: Actor, consultation_id: str, given: ConsultationActionIn, expected: int | None
) -> tuple[HandlingStep, KnownConsultation]:
    """Put minutes and conclusions on record, or cancel; refuse and change nothing otherwise.

    Refuses what ``domain.casework.check_case_act`` refuses, a day to come, an unknown file,
    ``AgendaNotPossible`` for a conclusion about an issue not on the agenda, ``ResponsibleNotSuitable``.
    """
    check_named(actor)
    seen, _ = await get_consultation(session, actor, consultation_id)
    project, standing = await lock_project(session, actor, seen.project_id)
    row = await lock_consultation(session, actor, consultation_id)
    check_version(expected, row.version, state=row.state)
    known = KnownConsultation(row, standing, [])
    told = {name: getattr(given, name) for name in TOLD}
    act = check_case_act(
        CONSULTATION_ACTS,
        standing_of_consultation(known, actor),
        asker_of_case(actor),
        given.action,
        given.from_state,
        told,
    )
    changed: dict[str, object] = {}
    if given.action is ConsultationAct.MINUTE and given.held_on is not None:
        check_day(given.held_on, actor.today, "/held_on")
        if given.file_id is not None:
            await check_file(session, actor, given.file_id, "/file_id")
        found = await _conclude(session, actor, project, row, given.conclusions, given.held_on)
        known = known._replace(conclusions=found)
        changed = {"held_on": given.held_on, "file_id": given.file_id}
    ref = CaseRef("consultation", row.id, stamp_of(project), row.steps, row.state)
    state = row.state if act.to is None else act.to.value
    facts = {"conclusions": len(known.conclusions), "file_id": given.file_id}
    step = await take_step(session, actor, ref, act, state, facts=facts, text=given.text, evidence=())
    if given.action is ConsultationAct.MINUTE:
        changed["minutes_id"] = step.text_id
    row = await session.change(row, **changed, state=state, steps=row.steps + 1, version=row.version + 1)
    await record(
        session,
        actor,
        "consultation.acted",
        stamp_of(project),
        facts={"consultation_id": row.id, "action": given.action, "state": row.state},
        reason_id=step.text_id,
    )
    return step, known._replace(row=row)


async def _conclude(
    session: Writer,
    actor: Actor,
    project: Project,
    row: Consultation,
    given: Sequence[ConclusionIn],
    held_on: date,
) -> list[Conclusion]:
    """Put every conclusion on somebody, counted from the day of the consultation."""
    if not given:
        return []
    faults = [
        Fault(f"/conclusions/{place}/issue_id", "not_on_the_agenda", ISSUE_UNKNOWN)
        for place, one in enumerate(given)
        if one.issue_id is not None and one.issue_id not in row.issues
    ]
    if faults:
        raise AgendaNotPossible(faults=faults)
    wanted = [
        Wanted(one.responsible_id, one.department_code, f"/conclusions/{place}")
        for place, one in enumerate(given)
    ]
    found = []
    for number, (one, who) in enumerate(
        zip(given, await find_responsible(session, actor, project, wanted), strict=True), 1
    ):
        found.append(
            await session.insert(
                Conclusion,
                id=new_id(actor.at),
                project_id=project.id,
                area_code=project.area_code,
                owner_uscc=project.owner_uscc,
                consultation_id=row.id,
                number=number,
                issue_id=one.issue_id,
                text_id=await private.keep(session, actor, "conclusion_text", one.text, project.id) or "",
                responsible=who.person,
                department_code=who.department_code,
                state=DutyState.OPEN.value,
                **await agree_on(session, project.area_code, held_on, Duration(one.days, Unit.WORKING_DAY)),
                resolver=None,
                resolved_on=None,
                closed_on=None,
            )
        )
    return found
