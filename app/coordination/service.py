"""Acting on issues and conclusions, and moving what somebody has open to another person."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from app.actor import Actor, check_named
from app.answers import check_version
from app.calendars.queries import calendar_of
from app.clients.models import Operator
from app.coordination.models import Conclusion, Issue
from app.coordination.queries import (
    D,
    Duty,
    OpenDuties,
    duties_page,
    get_duty,
    lock_duty,
    open_conclusions_about,
    open_of,
)
from app.coordination.responsible import Wanted, find_responsible, office_of
from app.coordination.schemas import ConclusionActionIn, DutiesIn, IssueActionIn
from app.database import Reader, Writer
from app.domain.casework import Act, check_case_act
from app.domain.clocks import due
from app.domain.coordination import (
    CONCLUSION_ACTS,
    ISSUE_ACTS,
    DutyFacts,
    check_climb,
    duty_standing,
    time_for,
)
from app.domain.coordination_terms import CoordinationLevel, DutyAct, DutyState
from app.domain.durations import Duration, Unit
from app.domain.standing import Role
from app.events.service import record
from app.files.queries import check_evidence
from app.handling.models import HandlingStep
from app.handling.service import CaseRef, asker_of_case, take_step
from app.pages import cursor_of, cut, read_id
from app.projects.models import Project, ProjectStanding
from app.projects.queries import lock_project, stamp_of

A = DutyAct
TOLD = ("level", "responsible_id", "department_code", "days", "text", "evidence")
SHOWN = {
    A.HAND_OVER: ("responsible", "department_code", "days", "due_on"),
    A.ESCALATE: ("level", "days", "due_on"),
    A.RESCHEDULE: ("days", "due_on"),
    A.REOPEN: ("days", "due_on"),
}
"""What the step of an act shows of what it has changed."""


class KnownIssue(NamedTuple):
    """An issue with what the rule about acts has to know besides."""

    row: Issue
    standing: ProjectStanding
    open_conclusions: int


class KnownConclusion(NamedTuple):
    """A conclusion with what the rule about acts has to know besides."""

    row: Conclusion
    standing: ProjectStanding
    open_conclusions: int = 0


Known = KnownIssue | KnownConclusion


def facts_of(known: Known, actor: Actor) -> DutyFacts:
    """Give it as the rules take it, for somebody."""
    row, standing = known.row, known.standing
    is_agent = actor.person in {standing.primary_agent, standing.backup_agent}
    return DutyFacts(
        state=DutyState(row.state),
        level=CoordinationLevel(known.row.level) if isinstance(known, KnownIssue) else None,
        is_departments=row.department_code is not None,
        is_askers_office=actor.role != Role.DEPARTMENT or actor.department_code == row.department_code,
        is_askers_project=actor.role != Role.AGENT or is_agent,
        responsible=row.responsible,
        resolver=row.resolver,
        open_conclusions=known.open_conclusions,
    )


async def read_issue(session: Reader, actor: Actor, issue_id: str) -> KnownIssue:
    """Find an issue with what the rules need. Refuses ``IssueNotFound``."""
    row, standing = await get_duty(session, actor, Issue, issue_id)
    return KnownIssue(row, standing, await session.one(open_conclusions_about(issue_id)))


async def read_conclusion(session: Reader, actor: Actor, conclusion_id: str) -> KnownConclusion:
    """Find a conclusion with what the rules need. Refuses ``ConclusionNotFound``."""
    return KnownConclusion(*await get_duty(session, actor, Conclusion, conclusion_id))


async def list_duties(
    session: Reader, actor: Actor, kind: type[D], asked: DutiesIn, **filters: Any
) -> tuple[list[D], str | None]:
    """List a page of the issues or conclusions in scope, the newest first."""
    areas = actor.areas if asked.area is None else [a for a in asked.area if actor.has_area(a)]
    scope = (list(areas), actor.scope.department, actor.scope.owner)
    found = await duties_page(
        session,
        scope,
        kind,
        asked.limit + 1,
        read_id(asked.cursor),
        states=None if asked.state is None else [str(state) for state in asked.state],
        office=asked.department,
        responsible=asked.responsible,
        project_id=asked.project,
        late_on=actor.today if asked.overdue else None,
        **filters,
    )
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None


async def agree_on(session: Reader, area_code: str, anchor_on: date, time: Duration) -> dict[str, Any]:
    """Count the day until which something is owed; give the columns that keep it."""
    found = due(await calendar_of(session, area_code), anchor_on, time)
    return {
        "anchor_on": anchor_on,
        "days": time.value,
        "due_on": found.due_on,
        "warn_on": found.warn_on,
        "is_provisional": found.is_provisional,
        "calendar_version": found.calendar_version,
    }


async def act_on_issue(
    session: Writer, actor: Actor, issue_id: str, given: IssueActionIn, expected: int | None
) -> tuple[HandlingStep, KnownIssue]:
    """Do an act on an issue, or refuse and change nothing (``domain.casework.check_case_act``)."""
    row, project, standing = await _lock(session, actor, Issue, issue_id)
    known = KnownIssue(row, standing, await session.one(open_conclusions_about(issue_id)))
    step, changed = await _act(session, actor, known, project, given, given.level, expected)
    row = await session.change(row, **changed)
    await _record(session, actor, "issue", row, project, step)
    return step, known._replace(row=row)


async def act_on_conclusion(
    session: Writer, actor: Actor, conclusion_id: str, given: ConclusionActionIn, expected: int | None
) -> tuple[HandlingStep, KnownConclusion]:
    """Do an act on a conclusion, or refuse and change nothing (``domain.casework.check_case_act``)."""
    row, project, standing = await _lock(session, actor, Conclusion, conclusion_id)
    known = KnownConclusion(row, standing)
    step, changed = await _act(session, actor, known, project, given, None, expected)
    row = await session.change(row, **changed)
    await _record(session, actor, "conclusion", row, project, step)
    return step, known._replace(row=row)


async def _lock(
    session: Writer, actor: Actor, kind: type[D], duty_id: str
) -> tuple[D, Project, ProjectStanding]:
    """Lock the project, then the row itself."""
    check_named(actor)
    seen, _ = await get_duty(session, actor, kind, duty_id)
    project, standing = await lock_project(session, actor, seen.project_id)
    return await lock_duty(session, actor, kind, duty_id), project, standing


async def _act(
    session: Writer,
    actor: Actor,
    known: Known,
    project: Project,
    given: IssueActionIn | ConclusionActionIn,
    level: CoordinationLevel | None,
    expected: int | None,
) -> tuple[HandlingStep, dict[str, Any]]:
    """Ask the rule and take the step; give what changes in the row."""
    row = known.row
    check_version(expected, row.version, state=row.state)
    asker = asker_of_case(actor)
    table: Mapping[str, Act] = ISSUE_ACTS if isinstance(known, KnownIssue) else CONCLUSION_ACTS
    told = {name: getattr(given, name, None) for name in TOLD}
    standing = duty_standing(facts_of(known, actor), asker.person)
    act = check_case_act(table, standing, asker, given.action, given.from_state, told)
    if isinstance(known, KnownIssue) and level is not None:
        check_climb(CoordinationLevel(known.row.level), level, has_reason=given.text is not None)
    await check_evidence(session, actor, given.evidence)
    changed = await _changes(session, actor, row, project, given, level)
    shown = {name: changed[name] for name in SHOWN.get(A(given.action), ()) if name in changed}
    step = await take_step(
        session,
        actor,
        _ref("issue" if isinstance(known, KnownIssue) else "conclusion", row, project),
        act,
        row.state if act.to is None else act.to.value,
        facts={k: v.isoformat() if isinstance(v, date) else v for k, v in shown.items()},
        text=given.text,
        evidence=given.evidence,
    )
    return step, {**changed, "state": step.state, "steps": row.steps + 1, "version": row.version + 1}


def _ref(kind: str, row: Duty, project: Project) -> CaseRef:
    return CaseRef(kind, row.id, stamp_of(project), row.steps, row.state)


async def _changes(
    session: Writer,
    actor: Actor,
    row: Duty,
    project: Project,
    given: IssueActionIn | ConclusionActionIn,
    level: CoordinationLevel | None,
) -> dict[str, Any]:
    """Give the columns that an act changes. A time that is named begins today."""
    today, act = actor.today, given.action
    changed: dict[str, Any] = {}
    if act == A.HAND_OVER:
        wanted = Wanted(given.responsible_id, given.department_code)
        (found,) = await find_responsible(session, actor, project, [wanted])
        changed = {"responsible": found.person, "department_code": found.department_code}
    elif act == A.ESCALATE:
        changed = {"level": level}
    elif act == A.RESOLVE:
        changed = {"resolver": actor.person, "resolved_on": today}
    elif act == A.CLOSE:
        changed = {"closed_on": today}
    elif act == A.REOPEN:
        changed = dict.fromkeys(("resolver", "resolved_on", "closed_on"))
    time = None if given.days is None else Duration(given.days, Unit.WORKING_DAY)
    if time is None and act == A.ESCALATE and level is not None:
        time = time_for(level, None)
    if time is None and act == A.REOPEN:
        time = Duration(row.days, Unit.WORKING_DAY)
    if time is not None:
        changed |= await agree_on(session, row.area_code, today, time)
    return changed


async def _record(
    session: Writer, actor: Actor, noun: str, row: Duty, project: Project, step: HandlingStep
) -> None:
    """Write the event of an act; it is its department's, as the row is."""
    await record(
        session,
        actor,
        f"{noun}.acted",
        stamp_of(project, row.department_code),
        facts={f"{noun}_id": row.id, "action": step.action, "state": row.state},
        evidence=step.evidence,
        reason_id=step.text_id,
    )


async def hand_over_open(
    session: Writer,
    actor: Actor,
    project: Project,
    person: str,
    to: Operator,
    reason: str | None = None,
    only: Collection[str] | None = None,
) -> OpenDuties:
    """Move what a person has open in a locked project to another; give the rows as they are then.

    Inside the caller's transaction and part of his act: he records the event and names them in it. Each gets
    a step. Due days stay. With ``only``, of those ids.
    """
    found = await open_of(session, actor, person, project.id)
    issues = [
        await _give(session, actor, "issue", row, project, to, reason)
        for row in found.issues
        if only is None or row.id in only
    ]
    conclusions = [
        await _give(session, actor, "conclusion", row, project, to, reason)
        for row in found.conclusions
        if only is None or row.id in only
    ]
    return OpenDuties(issues, conclusions)


async def _give(
    session: Writer, actor: Actor, kind: str, row: D, project: Project, to: Operator, reason: str | None
) -> D:
    facts = {"responsible": to.person_key, "department_code": office_of(to)}
    act, ref = CONCLUSION_ACTS[A.HAND_OVER], _ref(kind, row, project)
    await take_step(session, actor, ref, act, row.state, facts=facts, text=reason, evidence=())
    return await session.change(row, **facts, steps=row.steps + 1, version=row.version + 1)
