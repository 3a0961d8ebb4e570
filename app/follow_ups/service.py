"""Opening a follow-up, asking its owner, and settling what he was dissatisfied with."""

from typing import Any, NamedTuple

from app.actor import Actor, check_named
from app.answers import check_version
from app.calendars.queries import calendar_of
from app.clock import new_id
from app.coordination.queries import IssueNotFound
from app.database import Reader, Writer
from app.domain.calendar import WorkCalendar
from app.domain.casework import check_case_act
from app.domain.follow_ups import (
    FOLLOW_UP_ACTS,
    FollowUpAct,
    FollowUpFacts,
    FollowUpOutcome,
    FollowUpState,
    after_try,
    check_measure,
    check_try,
    follow_up_standing,
)
from app.events.service import record
from app.files.queries import check_evidence
from app.follow_ups.models import FollowUp
from app.follow_ups.queries import follow_ups_page, get_follow_up, issue_of, servants_of
from app.follow_ups.schemas import FollowUpActionIn, FollowUpIn, FollowUpsIn
from app.handling.models import HandlingStep
from app.handling.service import CaseRef, asker_of_case, take_step
from app.pages import cursor_of, cut, read_id
from app.projects.queries import lock_project, stamp_of

TOLD = ("channel", "outcome", "level", "measure", "issue_id", "text", "evidence")
SHOWN = ("channel", "outcome", "level", "measure", "issue_id")


class Place(NamedTuple):
    """Where a follow-up belongs: its project, and who may see it."""

    project_id: str
    area_code: str
    owner_uscc: str | None


class KnownFollowUp(NamedTuple):
    """A follow-up with what the rules need: who served its project, and the calendar."""

    row: FollowUp
    servants: frozenset[str]
    calendar: WorkCalendar

    @property
    def facts(self) -> FollowUpFacts:
        """Give it as the rules take it."""
        return FollowUpFacts(
            state=FollowUpState(self.row.state),
            servants=self.servants,
            opened_on=self.row.opened_on,
            asked_on=self.row.asked_on,
            settled_on=self.row.settled_on,
        )


async def insert_follow_up(session: Writer, actor: Actor, place: Place, sample_id: str | None) -> FollowUp:
    """Write the row of a follow-up of a project that is locked; the caller records the event."""
    return await session.insert(
        FollowUp,
        id=new_id(actor.at),
        sample_id=sample_id,
        project_id=place.project_id,
        area_code=place.area_code,
        owner_uscc=place.owner_uscc,
        state=FollowUpState.OPEN.value,
        opened_on=actor.today,
        last_tried_on=None,
        outcome=None,
        channel=None,
        level=None,
        measure=None,
        issue_id=None,
        asked_by=None,
        asked_on=None,
        settled_on=None,
    )


async def open_follow_up(session: Writer, actor: Actor, given: FollowUpIn) -> KnownFollowUp:
    """Open one follow-up outside any sample. Refuses ``ProjectNotFound``."""
    project, _ = await lock_project(session, actor, given.project_id)
    row = await insert_follow_up(
        session, actor, Place(project.id, project.area_code, project.owner_uscc), None
    )
    known = await know_follow_up(session, row)
    await record(session, actor, "follow_up.opened", stamp_of(project), facts={"follow_up_id": row.id})
    return known


async def know_follow_up(session: Reader, row: FollowUp) -> KnownFollowUp:
    """Add what the rules need: one statement."""
    servants = await session.all(servants_of(row.project_id))
    return KnownFollowUp(row, frozenset(servants), await calendar_of(session, row.area_code))


async def act_on_follow_up(
    session: Writer, actor: Actor, follow_up_id: str, given: FollowUpActionIn, expected: int | None
) -> tuple[HandlingStep, KnownFollowUp]:
    """Do an act on a follow-up, or refuse and change nothing (``domain.casework.check_case_act``)."""
    check_named(actor)
    seen = await get_follow_up(session, actor, follow_up_id)
    project, _ = await lock_project(session, actor, seen.project_id)
    known = await know_follow_up(session, await get_follow_up(session, actor, follow_up_id))
    row = known.row
    check_version(expected, row.version, state=row.state)
    told = {name: getattr(given, name) for name in TOLD}
    standing = follow_up_standing(known.facts)
    act = check_case_act(FOLLOW_UP_ACTS, standing, asker_of_case(actor), given.action, given.from_state, told)
    if given.action == FollowUpAct.ASK:
        check_try(told)
    else:
        check_measure(told)
    if given.issue_id is not None and not await session.first(issue_of(given.issue_id, project.id)):
        raise IssueNotFound
    await check_evidence(session, actor, given.evidence)
    changed = _changes(row, actor, given)
    stamp = stamp_of(project)
    case = CaseRef("follow_up", row.id, stamp, row.steps, row.state)
    step = await take_step(
        session,
        actor,
        case,
        act,
        changed["state"],
        facts={name: getattr(given, name) for name in SHOWN},
        text=given.text,
        evidence=given.evidence,
    )
    row = await session.change(row, **changed, steps=row.steps + 1, version=row.version + 1)
    facts = {"follow_up_id": row.id, "action": given.action, "state": row.state}
    await record(session, actor, "follow_up.acted", stamp, facts=facts, evidence=given.evidence)
    return step, known._replace(row=row)


def _changes(row: FollowUp, actor: Actor, given: FollowUpActionIn) -> dict[str, Any]:
    """Give the columns that an act changes."""
    if given.action == FollowUpAct.SETTLE or given.outcome is None:
        return {
            "state": FollowUpState.DONE.value,
            "measure": given.measure,
            "issue_id": given.issue_id,
            "settled_on": actor.today,
        }
    days_tried = row.days_tried + (row.last_tried_on != actor.today)
    state = after_try(given.outcome, given.level, days_tried)
    has_ended = given.outcome != FollowUpOutcome.NO_ANSWER or state is FollowUpState.UNREACHED
    return {
        "state": state.value,
        "days_tried": days_tried,
        "last_tried_on": actor.today,
        "outcome": given.outcome,
        "channel": given.channel,
        "level": given.level,
        "asked_by": actor.person,
        "asked_on": actor.today if has_ended else None,
    }


async def list_follow_ups(
    session: Reader, actor: Actor, asked: FollowUpsIn
) -> tuple[list[FollowUp], str | None]:
    """List a page of the follow-ups in scope that match every filter, the newest first."""
    last = read_id(asked.cursor)
    areas = actor.areas if asked.area is None else [a for a in asked.area if actor.has_area(a)]
    scope = (list(areas), actor.scope.department, actor.scope.owner)
    states = None if asked.state is None else [str(state) for state in asked.state]
    found = await session.all(
        follow_ups_page(asked.limit + 1, *scope, states, asked.project, asked.sample, last)
    )
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None
