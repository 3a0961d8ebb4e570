"""Taking a step, and telling what may be done next and by when; the same for every kind of case."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from app.actor import Actor
from app.answers import DurationOut, reason
from app.calendars.queries import sum_path
from app.clients.models import Operator
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.calendar import WorkCalendar
from app.domain.casework import Act, CaseClock, CaseStanding, allowed_case_acts
from app.domain.standing import Asker, Role
from app.engagements.queries import operator_by_id
from app.errors import Fault, Invalid, Words
from app.events.service import Stamp
from app.handling.models import HandlingStep
from app.handling.queries import steps_page
from app.handling.schemas import CaseActOut, CaseClockOut, HandlingStepOut
from app.pages import PageIn, cursor_of, cut, read_cursor
from app.private import service as private
from app.private.models import Private
from app.private.queries import by_id, shown_text, texts_of


class HandlerNotSuitable(Invalid):
    """A case is handled by a valid operator who is not the person concerned."""

    title = Words("不能指派该人员", "The handler is not suitable")
    detail = Words(
        "处置人须是登记有效的工作人员，且不是当事人。",
        "The handler is a valid operator, and not the person concerned.",
    )


NO_OPERATOR = Words("没有该有效人员", "is no valid operator")
IS_CONCERNED = Words("当事人须回避", "is the person concerned")
HANDLERS = frozenset({Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.DEPARTMENT, Role.SUPERVISOR})
INVESTIGATORS = HANDLERS - {Role.AGENT}


class CaseRef(NamedTuple):
    """Which case a step belongs to, and where it stands."""

    kind: str
    id: str
    stamp: Stamp
    steps: int
    state: str


def asker_of_case(actor: Actor) -> Asker:
    """Name who asks, as the rule about acts takes it."""
    return Asker(Role(actor.role), actor.person)


async def suitable_handler(
    session: Reader,
    actor: Actor,
    operator_id: str,
    excluded: Iterable[str | None],
    roles: frozenset[Role] = HANDLERS,
) -> Operator:
    """Find whom a case may be given to. Refuses ``HandlerNotSuitable``."""
    operator = await session.first(operator_by_id(operator_id))
    if (
        operator is None
        or not roles & set(operator.roles)
        or not operator.valid_from <= actor.today <= (operator.valid_to or actor.today)
    ):
        raise HandlerNotSuitable(faults=[Fault("/handler_id", "unsuitable_operator", NO_OPERATOR)])
    if operator.person_key in set(excluded):
        raise HandlerNotSuitable(faults=[Fault("/handler_id", "person_concerned", IS_CONCERNED)])
    return operator


def may_see_case(operator: Operator, roles: frozenset[Role], department_code: str | None) -> bool:
    """Tell whether somebody would see a case given to him: a department's staff see those of their own."""
    own = roles & set(operator.roles)
    return bool(own - {Role.DEPARTMENT}) or (
        bool(own) and department_code is not None and operator.department_code == department_code
    )


async def take_step(
    session: Writer,
    actor: Actor,
    case: CaseRef,
    act: Act,
    state: str,
    *,
    facts: Mapping[str, Any],
    text: str | None,
    evidence: Sequence[str],
) -> HandlingStep:
    """Write one step of a case that is locked; the caller changes the case and records the event."""
    text_id = await private.keep(session, actor, "handling_text", text, case.stamp.project_id)
    return await session.insert(
        HandlingStep,
        id=new_id(actor.at),
        case_kind=case.kind,
        case_id=case.id,
        project_id=case.stamp.project_id,
        area_code=case.stamp.area_code,
        owner_uscc=case.stamp.owner_uscc,
        number=case.steps + 1,
        action=act.code.value,
        from_state=case.state,
        state=state,
        role=actor.role,
        person=actor.person,
        taken_at=actor.at,
        facts={name: value for name, value in facts.items() if value is not None},
        text_id=text_id,
        evidence=list(evidence),
    )


async def list_case_steps(
    session: Reader, case_id: str, asked: PageIn
) -> tuple[list[HandlingStep], str | None, dict[str, Private]]:
    """List a page of the steps of a case in scope, with their texts."""
    (last,) = read_cursor(asked.cursor, int) or (None,)
    rows, has_more = cut(await session.all(steps_page(case_id, asked.limit + 1, last)), asked.limit)
    texts = await texts_of(session, [row.text_id for row in rows])
    return rows, cursor_of(rows[-1].number) if has_more else None, texts


def step_out(
    step: HandlingStep,
    table: Mapping[str, Act],
    language: str,
    texts: dict[str, Private] | None,
) -> HandlingStepOut:
    """Show a step; without ``texts``, the text is named by id only."""
    words = table[step.action].code.words
    return HandlingStepOut(
        id=step.id,
        number=step.number,
        action=step.action,
        label=words.said(language),
        from_state=step.from_state,
        state=step.state,
        role=step.role,
        person=None if step.person.startswith("client:") else step.person,
        taken_at=step.taken_at,
        facts=step.facts,
        text=by_id(step.text_id) if texts is None else shown_text(step.text_id, texts),
        evidence=step.evidence,
    )


def allowed_out(table: Mapping[str, Act], standing: CaseStanding, actor: Actor) -> list[CaseActOut]:
    """Run the rule dry for this caller."""
    return [
        CaseActOut(
            action=one.act.code.value,
            label=one.act.code.words.said(actor.language),
            to_state=None if one.act.to is None else one.act.to.value,
            needs=list(one.act.needs),
            enabled=not one.reasons,
            reasons=[reason(fault, actor.language) for fault in one.reasons],
        )
        for one in allowed_case_acts(table, standing, asker_of_case(actor))
    ]


def clock_out(clock: CaseClock, area_code: str, calendar: WorkCalendar, actor: Actor) -> CaseClockOut:
    """Show a limit as it stands today."""
    due, zh = clock.due(calendar), actor.language == "zh"
    return CaseClockOut(
        limit=clock.code.value,
        label=clock.code.words.zh if zh else clock.code.words.en,
        anchor_on=clock.anchor_on,
        duration=DurationOut(value=clock.duration.value, unit=clock.duration.unit),
        due_on=None if due.is_paused else due.due_on,
        warn_on=None if due.is_paused else due.warn_on,
        done_on=clock.done_on,
        light=clock.light(calendar, actor.today),
        is_provisional=due.is_provisional,
        basis=clock.basis.zh if zh else clock.basis.en,
        explained_by=sum_path(area_code, clock.anchor_on, clock.duration, clock.pauses),
    )
