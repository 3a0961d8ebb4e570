"""From the rows of issues and conclusions to the answers about them; lights are told as of today."""

from typing import Any

from app.actor import Actor
from app.answers import DurationOut
from app.calendars.queries import sum_path
from app.coordination.models import Conclusion, Issue
from app.coordination.queries import Duty
from app.coordination.schemas import (
    ConclusionOut,
    ConclusionSummaryOut,
    DueDayOut,
    DutyOut,
    IssueOut,
    IssueSummaryOut,
)
from app.coordination.service import Known, KnownConclusion, KnownIssue, facts_of
from app.domain.clocks import light
from app.domain.coordination import CONCLUSION_ACTS, ISSUE_ACTS, duty_standing
from app.domain.coordination_terms import RANK, CoordinationLevel, DutyState
from app.domain.durations import Duration, Unit
from app.handling.schemas import CaseActOut
from app.handling.service import allowed_out
from app.private.models import Private
from app.private.queries import TextOut, by_id, shown_text

Texts = dict[str, Private] | None


def due_day(row: Duty, actor: Actor) -> DueDayOut:
    """Show the day until which it is owed."""
    time = Duration(row.days, Unit.WORKING_DAY)
    return DueDayOut(
        anchor_on=row.anchor_on,
        duration=DurationOut(value=time.value, unit=time.unit),
        due_on=row.due_on,
        warn_on=row.warn_on,
        light=light(row, actor.today, done_on=row.resolved_on),
        is_provisional=row.is_provisional,
        calendar_version=row.calendar_version,
        explained_by=sum_path(row.area_code, row.anchor_on, time, version=row.calendar_version),
    )


def _duty(row: Duty, actor: Actor) -> DutyOut:
    words = DutyState(row.state).words
    return DutyOut(
        id=row.id,
        version=row.version,
        project_id=row.project_id,
        area_code=row.area_code,
        responsible=row.responsible,
        department_code=row.department_code,
        state=row.state,
        state_label=words.said(actor.language),
        due=due_day(row, actor),
        resolver=row.resolver,
        resolved_on=row.resolved_on,
        closed_on=row.closed_on,
    )


def issue_summary(row: Issue, actor: Actor, texts: Texts = None) -> IssueSummaryOut:
    """Show an issue as lists do; without ``texts`` its title is named by id only."""
    level = CoordinationLevel(row.level)
    return IssueSummaryOut(
        **_duty(row, actor),
        title=_text(row.title_id, texts),
        level=row.level,
        level_label=level.words.said(actor.language),
        rank=RANK[level],
        item_case_id=row.item_case_id,
        raised_by=row.raised_by,
        raised_on=row.raised_on,
    )


def issue_texts(row: Issue) -> list[str | None]:
    """Name the private texts of an issue."""
    return [row.title_id, row.text_id, row.reason_id]


def issue_body(known: KnownIssue, actor: Actor, texts: Texts = None) -> IssueOut:
    """Show an issue with what this caller could do next."""
    row = known.row
    return IssueOut(
        **issue_summary(row, actor, texts),
        text=_text(row.text_id, texts),
        reason=_text(row.reason_id, texts),
        open_conclusions=known.open_conclusions,
        allowed_actions=_allowed(known, actor, ISSUE_ACTS),
    )


def conclusion_summary(row: Conclusion, actor: Actor, texts: Texts = None) -> ConclusionSummaryOut:
    """Show a conclusion as lists do; without ``texts`` it is named by id only."""
    return ConclusionSummaryOut(
        **_duty(row, actor),
        consultation_id=row.consultation_id,
        number=row.number,
        issue_id=row.issue_id,
        text=_text(row.text_id, texts),
    )


def conclusion_body(known: KnownConclusion, actor: Actor, texts: Texts = None) -> ConclusionOut:
    """Show a conclusion with what this caller could do next."""
    return ConclusionOut(
        **conclusion_summary(known.row, actor, texts),
        allowed_actions=_allowed(known, actor, CONCLUSION_ACTS),
    )


def _allowed(known: Known, actor: Actor, table: Any) -> list[CaseActOut]:
    return allowed_out(table, duty_standing(facts_of(known, actor), actor.person), actor)


def _text(text_id: str | None, texts: Texts) -> TextOut | None:
    return by_id(text_id) if texts is None else shown_text(text_id, texts)
