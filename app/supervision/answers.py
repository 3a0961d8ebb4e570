"""From the row of a notice to the answers about it."""

from collections.abc import Sequence
from datetime import date

from app.actor import Actor
from app.answers import DurationOut, WordsOut
from app.calendars.queries import calendar_of
from app.database import Reader
from app.domain.calendar import WorkCalendar
from app.domain.casework import running
from app.domain.supervision import NOTICE_ACTS, notice_clocks, notice_standing
from app.domain.supervision_terms import NoticeHindrance, NoticeRule, NoticeState, NoticeSubject
from app.errors import Words
from app.handling.service import allowed_out, clock_out
from app.private.models import Private
from app.private.queries import by_id, shown_text
from app.procedures.queries import get_procedure
from app.stages.schemas import PauseOut
from app.supervision.candidates import Candidate
from app.supervision.models import SupervisionNotice
from app.supervision.schemas import CandidateOut, NoticedClockOut, NoticeOut, NoticeSummaryOut
from app.supervision.service import KnownNotice, facts_of_notice
from app.table import rfc3339

WHY = Words(
    "{rule}已于 {day} 届满，至今未办结，也没有未办结的督办。",
    "Its {rule} ended on {day}; it is not done, and no notice is open.",
)


async def notice_summaries(
    session: Reader, rows: Sequence[tuple[SupervisionNotice, str]], actor: Actor
) -> list[NoticeSummaryOut]:
    """Show notices as lists do."""
    return [notice_summary(row, name, await calendar_of(session, row.area_code), actor) for row, name in rows]


def notice_summary(
    row: SupervisionNotice, project_name: str, calendar: WorkCalendar, actor: Actor
) -> NoticeSummaryOut:
    """Show a notice as lists do."""
    clock = running(notice_clocks(facts_of_notice(row)))
    undoing = None if row.undoing is None else NoticeHindrance(row.undoing)
    subject = NoticeSubject.STAGE if row.item_case_id is None else NoticeSubject.ITEM_CASE
    return NoticeSummaryOut(
        id=row.id,
        version=row.version,
        subject=subject.value,
        project_id=row.project_id,
        project_name=project_name,
        area_code=row.area_code,
        owner_uscc=row.owner_uscc,
        item_case_id=row.item_case_id,
        item_code=row.item_code,
        stage=row.stage,
        name=WordsOut(zh=row.name["zh"], en=row.name["en"]),
        department_code=row.department_code,
        state=row.state,
        state_label=NoticeState(row.state).words.said(actor.language),
        effect=row.effect,
        issued_by=row.issued_by,
        issued_at=row.issued_at,
        reply_days=row.reply_days,
        replier=row.replier,
        replied_on=row.replied_on,
        replied_in_time=row.replied_in_time,
        judged_on=row.judged_on,
        closed_on=row.closed_on,
        withdrawn_on=row.withdrawn_on,
        undoing=row.undoing,
        undoing_label=None if undoing is None else undoing.words.said(actor.language),
        noticed=_noticed(row, actor.language),
        clock=None if clock is None else clock_out(clock, row.area_code, calendar, actor),
    )


def notice_body(known: KnownNotice, actor: Actor, texts: dict[str, Private] | None = None) -> NoticeOut:
    """Show a notice with what this caller could do next; without ``texts`` its words by id only."""
    row, facts = known.row, known.facts(actor)
    return NoticeOut(
        **notice_summary(row, known.pair[0].name, known.calendar, actor),
        text=by_id(row.text_id) if texts is None else shown_text(row.text_id, texts),
        clocks=[clock_out(clock, row.area_code, known.calendar, actor) for clock in notice_clocks(facts)],
        allowed_actions=allowed_out(NOTICE_ACTS, notice_standing(facts), actor),
    )


def _noticed(row: SupervisionNotice, language: str) -> NoticedClockOut:
    clock, moment = row.clock, rfc3339(row.issued_at)
    path = (
        f"/v1/projects/{row.project_id}/clock"
        if row.item_case_id is None
        else f"/v1/item-cases/{row.item_case_id}/clock"
    )
    return NoticedClockOut(
        rule=row.rule,
        rule_label=NoticeRule(row.rule).words.said(language),
        basis=Words(**clock["basis"]).said(language),
        anchor_on=_day(clock["anchor_on"]),
        began_on=_day(clock["began_on"]),
        limit=DurationOut(value=clock["limit"]["value"], unit=clock["limit"]["unit"]),
        extended_by=clock["extended_by"],
        budget=clock["budget"],
        consumed=clock["consumed"],
        overdue_by=clock["consumed"] - clock["budget"],
        due_on=_day(clock["due_on"]),
        light=clock["light"],
        as_of=_day(clock["as_of"]),
        pauses=[
            PauseOut(starts_on=_day(p["starts_on"]), ends_on=p["ends_on"] and _day(p["ends_on"]))
            for p in clock["pauses"]
        ],
        calendar_code=clock["calendar_code"],
        calendar_version=clock["calendar_version"],
        is_provisional=clock["is_provisional"],
        explained_by=f"{path}?known_at={moment}&valid_at={moment}",
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


async def candidate_bodies(session: Reader, rows: Sequence[Candidate], actor: Actor) -> list[CandidateOut]:
    """Show what could be supervised; a stage by its name in the project's procedure."""
    bodies = []
    for row in rows:
        name = row.name
        if row.stage is not None:
            label = (await get_procedure(session, row.procedure_id)).label_of_stage(row.stage)
            name = {"zh": label.zh, "en": label.en}
        bodies.append(_candidate(row, name, actor))
    return bodies


def _candidate(row: Candidate, name: dict[str, str], actor: Actor) -> CandidateOut:
    rule, is_stage = NoticeRule(row.rule), row.stage is not None
    path = f"/v1/projects/{row.id}/clock" if is_stage else f"/v1/item-cases/{row.id}/clock"
    return CandidateOut(
        subject=row.subject,
        project_id=row.project_id,
        project_name=row.project_name,
        area_code=row.area_code,
        item_case_id=None if is_stage else row.id,
        item_code=row.item_code,
        stage=row.stage,
        name=WordsOut(zh=name["zh"], en=name["en"]),
        department_code=row.department_code,
        rule=rule.value,
        rule_label=rule.words.said(actor.language),
        due_on=row.due_on,
        days_overdue=(actor.today - row.due_on).days,
        why=WHY.told(actor.language, {"rule": rule.words, "day": row.due_on.isoformat()}),
        explained_by=path,
    )
