"""Issuing a supervision notice and acting on it."""

from dataclasses import replace
from typing import Any, NamedTuple

from app.actor import Actor, check_named
from app.answers import check_version
from app.calendars.queries import calendar_of
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.calendar import WorkCalendar
from app.domain.casework import check_case_act
from app.domain.standing import Role
from app.domain.supervision import (
    NOTICE_ACTS,
    NoticeFacts,
    check_supervisable,
    notice_standing,
    replied_in_time,
)
from app.domain.supervision_terms import NoticeAct, NoticeEffect, NoticeState
from app.errors import Fault, Invalid, Words
from app.events.service import record
from app.files.queries import check_evidence
from app.handling.models import HandlingStep
from app.handling.queries import staff_of, steps_of_case
from app.handling.service import CaseRef, asker_of_case, take_step
from app.items.models import ItemCase
from app.items.queries import find_case, steps_of
from app.pages import cursor_of, cut, read_id
from app.private import service as private
from app.projects.models import Project
from app.projects.queries import Pair, get_project, lock_project, stamp_of
from app.projects.standing import standing_of
from app.supervision.looking import Found, look_at_case, look_at_stage
from app.supervision.models import SupervisionNotice
from app.supervision.queries import (
    OPEN_STATES,
    get_notice,
    lock_notice,
    notices_page,
    open_about,
)
from app.supervision.schemas import NoticeActionIn, NoticeIn, NoticesIn

A = NoticeAct
TOLD = ("effect", "text", "evidence")


class NameOneSubject(Invalid):
    """A notice is about an item case or about the stage of a project: one of the two is named."""

    title = Words("须指明一个督办对象", "Name one subject")
    detail = Words(
        "item_case_id 和 project_id 须且只须填写一项。", "Give item_case_id or project_id, and not both."
    )


class KnownNotice(NamedTuple):
    """A notice with what the rules and answers need."""

    row: SupervisionNotice
    pair: Pair
    calendar: WorkCalendar
    repliers: frozenset[str] = frozenset()
    office: frozenset[str] = frozenset()

    def facts(self, actor: Actor) -> NoticeFacts:
        """Give it as the rules take it, for whoever asks."""
        is_agent = actor.role != Role.AGENT or standing_of(*self.pair).is_agent(actor.person)
        facts = facts_of_notice(self.row, is_agent=is_agent)
        return replace(facts, repliers=self.repliers, office=self.office)


async def know_notice(session: Reader, row: SupervisionNotice, pair: Pair) -> KnownNotice:
    """Add what the rules need: who has ever replied, and who is of the office concerned."""
    steps = await session.all(steps_of_case(row.id))
    repliers = frozenset(step.person for step in steps if step.action == A.REPLY)
    if row.department_code is None:
        agents = (pair[1].primary_agent, pair[1].backup_agent)
        office = frozenset(agent for agent in agents if agent is not None)
    else:
        office = frozenset(await session.all(staff_of(row.department_code)))
    return KnownNotice(row, pair, await calendar_of(session, row.area_code), repliers, office)


def facts_of_notice(row: SupervisionNotice, *, is_agent: bool = True) -> NoticeFacts:
    """Give a notice as the rules about its time take it; ``is_agent`` matters only for who may reply."""
    return NoticeFacts(
        state=NoticeState(row.state),
        is_agencys=row.department_code is None,
        is_agent_of_project=is_agent,
        effect=None if row.effect is None else NoticeEffect(row.effect),
        repliers=frozenset(),
        office=frozenset(),
        reply_days=row.reply_days,
        asked_on=row.asked_on,
        replied_on=row.replied_on,
        judged_on=row.judged_on,
    )


async def issue_notice(session: Writer, actor: Actor, given: NoticeIn) -> KnownNotice:
    """Issue a notice about what is red, with its clock as evidence.

    Refuses ``NothingToSupervise`` for what is paused, waits for the owner, is the owner's time, is not
    overdue, or has an open notice; ``NameOneSubject``, ``ItemCaseNotFound``, ``ProjectNotFound``.
    """
    check_named(actor)
    if (given.item_case_id is None) == (given.project_id is None):
        both = ("item_case_id", "project_id")
        raise NameOneSubject(faults=[Fault(f"/{n}", "one_of_two", NameOneSubject.title) for n in both])
    case: ItemCase | None = None
    if given.item_case_id is not None:
        seen, _, _ = await find_case(session, actor, given.item_case_id)
        pair = await lock_project(session, actor, seen.project_id)
        case, _, _ = await find_case(session, actor, given.item_case_id)
        found = await look_at_case(session, case, await steps_of(session, case.id), actor.at)
    else:
        pair = await lock_project(session, actor, given.project_id or "")
        found = await look_at_stage(session, pair, actor.today)
    project = pair[0]
    stage = project.stage if case is None else None
    case_id = None if case is None else case.id
    about = open_about(project.id, case_id, stage, OPEN_STATES)
    check_supervisable(found.looked, has_open_notice=await session.first(about) is not None)
    row = await _insert(session, actor, project, case, found, given)
    facts = {"notice_id": row.id, "rule": row.rule, "due_on": row.clock["due_on"]}
    facts |= {"stage": stage} if case is None else {"item_case_id": case.id, "item_code": case.item_code}
    stamp = stamp_of(project, row.department_code)
    await record(session, actor, "supervision_notice.issued", stamp, facts=facts, reason_id=row.text_id)
    return await know_notice(session, row, pair)


async def _insert(
    session: Writer, actor: Actor, project: Project, case: ItemCase | None, found: Found, given: NoticeIn
) -> SupervisionNotice:
    return await session.insert(
        SupervisionNotice,
        id=new_id(actor.at),
        project_id=project.id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        department_code=None if case is None else case.department_code,
        item_case_id=None if case is None else case.id,
        item_code=None if case is None else case.item_code,
        stage=project.stage if case is None else None,
        name={"zh": found.name.zh, "en": found.name.en},
        rule=found.rule.value,
        clock=found.clock,
        text_id=await private.keep(session, actor, "handling_text", given.text, project.id),
        issued_by=actor.person,
        issued_at=actor.at,
        issued_on=actor.today,
        reply_days=given.reply_days,
        asked_on=actor.today,
        state=NoticeState.ISSUED.value,
        effect=None,
        replier=None,
        replied_on=None,
        replied_in_time=None,
        judged_on=None,
        closed_on=None,
        withdrawn_on=None,
        undoing=None,
    )


async def read_notice(session: Reader, actor: Actor, notice_id: str) -> KnownNotice:
    """Find a notice with what the rules need. Refuses ``NoticeNotFound``."""
    row, _ = await get_notice(session, actor, notice_id)
    pair = await get_project(session, actor, row.project_id)
    return await know_notice(session, row, pair)


async def list_notices(
    session: Reader, actor: Actor, asked: NoticesIn
) -> tuple[list[tuple[SupervisionNotice, str]], str | None]:
    """List a page of the notices in scope with the names of their projects, the newest first."""
    last = read_id(asked.cursor)
    areas = actor.areas if asked.area is None else [a for a in asked.area if actor.has_area(a)]
    scope = (list(areas), actor.scope.department, actor.scope.owner)
    states = None if asked.state is None else [str(state) for state in asked.state]
    found = await session.all(
        notices_page(
            asked.limit + 1,
            *scope,
            states,
            asked.project,
            asked.item_case,
            asked.department,
            subject=asked.subject,
            last=last,
        )
    )
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1][0].id) if has_more else None


async def act_on_notice(
    session: Writer, actor: Actor, notice_id: str, given: NoticeActionIn, expected: int | None
) -> tuple[HandlingStep, KnownNotice]:
    """Do an act on a notice, or refuse and change nothing (``domain.casework.check_case_act``)."""
    check_named(actor)
    seen, _ = await get_notice(session, actor, notice_id)
    pair = await lock_project(session, actor, seen.project_id)
    row = await lock_notice(session, actor, notice_id)
    check_version(expected, row.version, state=row.state)
    known = await know_notice(session, row, pair)
    told = {name: getattr(given, name) for name in TOLD}
    standing = notice_standing(known.facts(actor))
    act = check_case_act(NOTICE_ACTS, standing, asker_of_case(actor), given.action, given.from_state, told)
    await check_evidence(session, actor, given.evidence)
    state = row.state if act.to is None else act.to.value
    stamp = stamp_of(pair[0], row.department_code)
    ref = CaseRef("notice", row.id, stamp, row.steps, row.state)
    step = await take_step(
        session,
        actor,
        ref,
        act,
        state,
        facts={"effect": given.effect},
        text=given.text,
        evidence=given.evidence,
    )
    changed = _changes(known, actor, given)
    row = await session.change(row, **changed, state=state, steps=row.steps + 1, version=row.version + 1)
    kind = "supervision_notice.withdrawn" if given.action is A.WITHDRAW else "supervision_notice.acted"
    await record(
        session,
        actor,
        kind,
        stamp,
        facts={"notice_id": row.id, "action": given.action, "state": row.state},
        evidence=given.evidence,
        reason_id=step.text_id,
    )
    return step, known._replace(row=row)


def _changes(known: KnownNotice, actor: Actor, given: NoticeActionIn) -> dict[str, Any]:
    """Give the columns that an act changes; a later reply does not mend a late one."""
    row, today = known.row, actor.today
    in_time = row.replied_in_time is not False and replied_in_time(known.facts(actor), today, known.calendar)
    changes: dict[NoticeAct, dict[str, Any]] = {
        A.REPLY: {"replier": actor.person, "replied_on": today, "replied_in_time": in_time},
        A.RETURN: {
            "asked_on": today, "replier": None, "replied_on": None, "effect": None, "judged_on": None
        },
        A.JUDGE: {"effect": given.effect, "judged_on": today},
        A.CLOSE: {"closed_on": today},
        A.WITHDRAW: {"withdrawn_on": today},
    }  # fmt: skip
    return changes[given.action]
