"""Giving and voiding invitations, listing what is open to evaluation, and deciding about defaults."""

import secrets
from datetime import timedelta

from app.actor import Actor
from app.answers import check_version
from app.areas.queries import AreaNotFound, all_areas, find_area
from app.clock import new_id
from app.database import Reader, Writer
from app.digests import sha256
from app.domain.invitations import (
    ExpiryNotPossible,
    InvitationState,
    OccurrenceEvaluated,
    check_issue,
    check_open,
    expiry_of,
    standing_of,
)
from app.domain.vocabulary import EvaluationRound
from app.errors import Conflict, Fault, Words
from app.evaluations.models import EvaluationInvitation, EvaluationSetting
from app.evaluations.occurrences import (
    Occurrence,
    find_occurrence,
    invitations_to,
    named_evaluations_of,
    read_occurrences,
)
from app.evaluations.queries import find_round, lock_invitations
from app.evaluations.service import NOT_EVALUABLE, NotEvaluable, handler_of
from app.events.service import Stamp, record
from app.invitations import queries
from app.invitations.schemas import (
    EvaluationSettingIn,
    InvitationIn,
    InvitationsIn,
    OccurrenceOut,
    OccurrencesIn,
)
from app.pages import cursor_of, cut, read_id
from app.procedures.queries import get_procedure
from app.projects.queries import lock_project, stamp_of
from app.troubles import clashing

S = InvitationState


def stands(row: EvaluationInvitation, actor: Actor) -> InvitationState:
    """Say how an invitation stands as far as anybody is told: its last use is told a day later."""
    return standing_of(row.state, row.expires_at, actor.at, is_spent=False)


async def issue(session: Writer, actor: Actor, given: InvitationIn) -> tuple[EvaluationInvitation, str]:
    """Give an invitation to an occurrence, with its token; it voids the one before.

    Refuses ``NotEvaluable``, ``OccurrenceEvaluated``, ``ExpiryNotPossible``.
    """
    project, row = await lock_project(session, actor, given.project_id)
    service = await find_occurrence(session, actor.scope, actor.at, project.id, given.occurrence)
    if service is None:
        raise NotEvaluable(faults=[Fault("/occurrence", "not_evaluable", NOT_EVALUABLE)])
    try:
        expires_at = expiry_of(given.expires_at, actor.at)
    except ExpiryNotPossible as refusal:
        raise ExpiryNotPossible(faults=[Fault("/expires_at", "not_possible", refusal.detail)]) from None
    if await session.first(find_round(project.id, service.event_id, EvaluationRound.FIRST)) is not None:
        raise OccurrenceEvaluated
    replaced = []
    for other in await session.all(lock_invitations(service.event_id)):
        check_issue(standing_of(other.state, other.expires_at, actor.at, is_spent=other.spent_on is not None))
        if other.state == S.OPEN:
            replaced.append(await _void(session, actor, other))
    token = secrets.token_urlsafe(24)
    label = await _label(session, service)
    invitation = await session.insert(
        EvaluationInvitation,
        id=new_id(actor.at),
        project_id=project.id,
        area_code=project.area_code,
        owner_uscc=project.owner_uscc,
        event_id=service.event_id,
        item_case_id=service.item_case_id,
        kind=service.kind,
        subject=service.subject,
        label=label,
        handler=handler_of(service, row),
        channel=given.channel.value,
        occurred_at=service.occurred_at,
        state=S.OPEN.value,
        digest=sha256(token.encode()),
        spent_on=None,
        issued_at=actor.at,
        expires_at=expires_at,
        used_on=None,
        voided_at=None,
    )
    facts = {
        "invitation_id": invitation.id,
        "event_id": service.event_id,
        "voided": [other.id for other in replaced],
    }
    await record(session, actor, "evaluation_invitation.issued", stamp_of(project), facts=facts)
    return invitation, token


async def _void(session: Writer, actor: Actor, row: EvaluationInvitation) -> EvaluationInvitation:
    return await session.change(row, state=S.VOIDED.value, voided_at=actor.at, version=row.version + 1)


async def _label(session: Reader, service: Occurrence) -> dict[str, str]:
    """Give the name of what was rendered: of the move in its procedure, or of the item."""
    if service.procedure_id is None:
        name: dict[str, str] = service.name
        return name
    words = (await get_procedure(session, service.procedure_id)).label_of_move(service.subject)
    return {"zh": words.zh, "en": words.en}


async def void(
    session: Writer, actor: Actor, invitation_id: str, expected: int | None
) -> EvaluationInvitation:
    """Void an open invitation. Refuses ``InvitationNotOpen``."""
    found = await queries.get_invitation(session, actor, invitation_id)
    project, _ = await lock_project(session, actor, found.project_id)
    row = await session.one(queries.lock_invitation(invitation_id))
    check_version(expected, row.version)
    is_spent = row.spent_on is not None
    check_open(standing_of(row.state, row.expires_at, actor.at, is_spent=is_spent))
    row = await _void(session, actor, row)
    facts = {"invitation_id": row.id, "event_id": row.event_id}
    await record(session, actor, "evaluation_invitation.voided", stamp_of(project), facts=facts)
    return row


async def list_invitations(
    session: Reader, actor: Actor, asked: InvitationsIn
) -> tuple[list[EvaluationInvitation], str | None]:
    """List a page of the invitations in scope, the newest first."""
    last = read_id(asked.cursor)
    found = await session.all(
        queries.invitations_page(
            asked.limit + 1,
            *actor.scope,
            asked.project,
            asked.occurrence,
            last,
            actor.at,
            state=asked.state,
        )
    )
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None


async def list_occurrences(
    session: Reader, actor: Actor, asked: OccurrencesIn
) -> tuple[list[OccurrenceOut], str | None]:
    """List a page of the occurrences in scope, the latest recorded first, with what was asked about them."""
    last = read_id(asked.cursor)
    found = await read_occurrences(
        session,
        actor.scope,
        actor.at,
        limit=asked.limit + 1,
        project_id=asked.project,
        last=last,
        invited=asked.invited,
    )
    rows, has_more = cut(found, asked.limit)
    events, projects = [row.event_id for row in rows], sorted({row.project_id for row in rows})
    invitations = {i.event_id: i for i in await session.all(invitations_to(events))}
    evaluated = set(await session.all(named_evaluations_of(projects, events)))
    days = await days_by_area(session)
    bodies = []
    for row in rows:
        invitation = invitations.get(row.event_id)
        state = None if invitation is None else stands(invitation, actor)
        is_evaluated = row.event_id in evaluated or state is S.USED
        bodies.append(
            OccurrenceOut(
                occurrence=row.event_id,
                kind=row.kind,
                subject=row.subject,
                label=(await _label(session, row)),  # type: ignore[typeddict-item]  # both languages
                project_id=row.project_id,
                area_code=row.area_code,
                item_case_id=row.item_case_id,
                occurred_at=row.occurred_at,
                invitation_id=None if invitation is None else invitation.id,
                invitation_state=None if state is None else state.value,
                is_evaluated=is_evaluated,
                is_default=not is_evaluated and is_default(row, days, actor),
            )
        )
    return bodies, cursor_of(rows[-1].id) if has_more else None


def is_default(row: Occurrence, days: dict[str, int], actor: Actor) -> bool:
    """Say whether silence about an occurrence counts as an evaluation by default, as its area decided."""
    after = days.get(row.area_code)
    return after is not None and row.occurred_at + timedelta(days=after) <= actor.at


async def days_by_area(session: Reader) -> dict[str, int]:
    """Give the areas that have switched defaults on, themselves or by the area above, with their days."""
    decided = {s.area_code: s.default_after_days for s in await session.all(queries.all_settings())}
    areas = await session.all(all_areas())
    parents = {area.code: area.parent_code for area in areas}
    found: dict[str, int] = {}
    for area in areas:
        here: str | None = area.code
        while here is not None and here not in decided:
            here = parents.get(here)
        days = None if here is None else decided[here]
        if days is not None:
            found[area.code] = days
    return found


class SettingAlreadyMade(Conflict):
    """Another administrator has decided for the area at the same moment."""

    title = Words("该区域已有设置", "The area has a setting")
    detail = Words("该区域刚刚有了设置，请重新读取。", "The area has just got a setting; read it again.")


async def read_setting(session: Reader, actor: Actor, area_code: str) -> EvaluationSetting | None:
    """Read what an area of the caller's has decided, None when nothing. Refuses ``AreaNotFound``."""
    if not actor.has_area(area_code) or await session.first(find_area(area_code)) is None:
        raise AreaNotFound(code=area_code)
    return await session.first(queries.find_setting(area_code))


async def decide(
    session: Writer, actor: Actor, area_code: str, given: EvaluationSettingIn, expected: int | None
) -> EvaluationSetting:
    """Decide for an area whether silence counts. Refuses a stale version, foreign areas."""
    if not actor.has_area(area_code):
        raise AreaNotFound(code=area_code)
    before = await session.first(queries.lock_setting(area_code))
    check_version(expected, 0 if before is None else before.version)
    days = given.default_after_days
    if before is not None:
        row = await session.change(before, default_after_days=days, version=before.version + 1)
    else:
        taken = SettingAlreadyMade()
        with clashing(pk_evaluation_setting=taken, uq_evaluation_setting_area_code=taken):
            row = await session.insert(EvaluationSetting, area_code=area_code, default_after_days=days)
    await record(session, actor, "evaluation_setting.decided", Stamp(None, area_code, None))
    return row
