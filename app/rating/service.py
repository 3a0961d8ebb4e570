"""Taking what a rater says on the page: by the token of an invitation, and once more by receipt.

No stored replay, no event and no line of the access log holds what is confidential or anonymous: it waits
outside the ledger until it is passed on. A named one is recorded at once.
"""

from datetime import datetime
from typing import NamedTuple

from app.actor import SYSTEM, Actor
from app.bad_reviews.opening import open_bad_review
from app.clock import new_id, random_id
from app.database import Reader, Writer
from app.digests import sha256
from app.domain.anonymity import month_of
from app.domain.invitations import InvitationState, check_open, standing_of
from app.domain.standing import Role
from app.domain.vocabulary import EvaluationMode, EvaluationRound
from app.errors import Fault, Invalid, NotFound, Words
from app.evaluations.models import Evaluation, EvaluationInvitation, EvaluationWaiting
from app.evaluations.queries import find_round, lock_invitations
from app.evaluations.receipts import evaluations_by_receipt, new_receipt
from app.evaluations.service import EvaluationExists
from app.evaluations.sights import Source
from app.events.service import record
from app.private import service as private
from app.projects.models import Project
from app.projects.queries import lock_project, stamp_of
from app.rating import queries
from app.rating.schemas import FollowOnIn, RatingIn
from app.troubles import clashing


class InvitationUnknown(NotFound):
    """No invitation has this token."""

    title = Words("评价链接无效", "The link is not valid")
    detail = Words("没有这个评价邀请，请核对链接。", "There is no such invitation; check the link.")


class ReceiptUnknown(NotFound):
    """No evaluation has this receipt code."""

    title = Words("没有该回执码", "No such receipt")
    detail = Words("没有与此回执码对应的评价，请核对。", "No evaluation has this receipt code; check it.")


class ContactMissing(Invalid):
    """A named evaluation says who gave it and how to call back."""

    title = Words("请填写姓名和电话", "Name and phone are missing")
    detail = Words("实名评价须填写姓名和联系电话。", "A named evaluation needs a name and a phone number.")


class Invited(NamedTuple):
    """An open invitation, and the name of its project."""

    row: EvaluationInvitation
    project_name: str


NEEDED = Words("实名评价须填写", "is needed for a named evaluation")


async def look_up(session: Reader, token: str, at: datetime) -> Invited:
    """Find an open invitation by its token. Refuses ``InvitationUnknown``, ``InvitationNotOpen``."""
    found = await session.first(queries.by_digest(sha256(token.encode("utf-8", "surrogateescape"))))
    if found is None:
        raise InvitationUnknown
    row, name = found
    check_open(_standing(row, at))
    return Invited(row, name)


def _standing(row: EvaluationInvitation, at: datetime) -> InvitationState:
    return standing_of(row.state, row.expires_at, at, is_spent=row.spent_on is not None)


def _rater(at: datetime, area_code: str, owner_uscc: str | None) -> Actor:
    """Give the actor of the page: whoever holds the token, for the owner of the project."""
    return Actor(at=at, client_id=SYSTEM, role=Role.RATER, areas=(area_code,), owner_uscc=owner_uscc)


async def take(session: Writer, token: str, given: RatingIn, at: datetime) -> str:
    """Take an evaluation and use the invitation up; give the receipt code, which nobody can be told again.

    Of many at once one wins. Refuses ``InvitationUnknown``, ``InvitationNotOpen``, ``ContactMissing``.
    """
    if given.mode is EvaluationMode.NAMED and not (given.name and given.phone):
        lacking = [field for field in ("name", "phone") if not getattr(given, field)]
        raise ContactMissing(faults=[Fault(f"/{field}", "missing", NEEDED) for field in lacking])
    row, _ = await look_up(session, token, at)
    code, digest = new_receipt()
    if given.mode is EvaluationMode.NAMED:
        await _take_named(session, row, given, digest, at)
    else:
        await _let_wait(session, row, given, digest, at)
    return code


async def _let_wait(
    session: Writer, row: EvaluationInvitation, given: RatingIn, digest: str, at: datetime
) -> None:
    actor = _rater(at, row.area_code, None)
    if await session.run(queries.spend(row.id, actor.today, at)) != 1:
        check_open(InvitationState.USED)
    source = None
    if given.mode is EvaluationMode.CONFIDENTIAL:
        source = Source(row.project_id, row.event_id, row.item_case_id, row.id, row.owner_uscc, row.handler)
    await session.insert(
        EvaluationWaiting,
        id=random_id(),
        mode=given.mode.value,
        round=EvaluationRound.FIRST.value,
        area_code=row.area_code,
        subject=row.subject,
        given_on=actor.today,
        level=given.level.value,
        text=given.text,
        receipt_digest=digest,
        source=None if source is None else source.as_json(),
    )


async def _take_named(
    session: Writer, found: EvaluationInvitation, given: RatingIn, digest: str, at: datetime
) -> None:
    actor = _rater(at, found.area_code, found.owner_uscc)
    project, _ = await lock_project(session, actor, found.project_id)
    rows = await session.all(lock_invitations(found.event_id))
    row = next(each for each in rows if each.id == found.id)
    check_open(_standing(row, at))
    if await session.first(find_round(project.id, row.event_id, EvaluationRound.FIRST)) is not None:
        raise EvaluationExists
    await session.change(row, state=InvitationState.USED.value, used_on=actor.today, version=row.version + 1)
    contact = f"{given.name} {given.phone}"
    contact_id = await private.keep(session, actor, "evaluation_contact", contact, project.id)
    about = Source(project.id, row.event_id, row.item_case_id, row.id, project.owner_uscc, row.handler)
    named = _Named(about, EvaluationRound.FIRST, row.subject, row.channel, contact_id, digest)
    await _record_named(session, actor, project, named, given)


class _Named(NamedTuple):
    """What a named evaluation carries besides what its rater says."""

    about: Source
    round: EvaluationRound
    subject: str
    channel: str | None
    contact_id: str | None
    digest: str


async def _record_named(
    session: Writer, actor: Actor, project: Project, named: _Named, given: RatingIn | FollowOnIn
) -> None:
    about = named.about
    text_id = await private.keep(session, actor, "evaluation_text", given.text, project.id)
    taken = EvaluationExists()
    with clashing(uq_evaluation_project_id=taken, uq_evaluation_receipt_digest=taken):
        evaluation = await session.insert(
            Evaluation,
            id=new_id(actor.at),
            mode=EvaluationMode.NAMED.value,
            round=named.round.value,
            area_code=project.area_code,
            owner_uscc=project.owner_uscc,
            project_id=project.id,
            event_id=about.event_id,
            item_case_id=about.item_case_id,
            invitation_id=about.invitation_id,
            subject=named.subject,
            handler=about.handler,
            rater=actor.person if project.owner_uscc else f"invitation:{about.invitation_id}",
            level=given.level.value,
            dimensions={},
            text_id=text_id,
            contact_id=named.contact_id,
            source_id=None,
            channel=named.channel,
            month=month_of(actor.today),
            evaluated_at=actor.at,
            receipt_digest=named.digest,
        )
    await open_bad_review(session, actor, evaluation)
    facts = {"evaluation_id": evaluation.id, "event_id": about.event_id, "level": given.level.value}
    await record(session, actor, "evaluation.given", stamp_of(project), facts=facts)


async def take_follow_on(session: Writer, given: FollowOnIn, at: datetime) -> None:
    """Take a second thought under a receipt; it goes the way the first one went.

    Refuses ``ReceiptMalformed``, ``ReceiptUnknown``, ``EvaluationExists``.
    """
    rows, waiting = await evaluations_by_receipt(session, given.receipt)
    every: list[Evaluation | EvaluationWaiting] = [*rows, *waiting]
    first = next((row for row in every if row.round == EvaluationRound.FIRST), None)
    if first is None:
        raise ReceiptUnknown
    if len(every) > 1:
        raise EvaluationExists
    if first.mode == EvaluationMode.NAMED:
        await _follow_named(session, rows[0], given, at)
        return
    assert first.receipt_digest is not None
    with clashing(uq_evaluation_waiting_receipt_digest=EvaluationExists()):
        await session.insert(
            EvaluationWaiting,
            id=random_id(),
            mode=first.mode,
            round=EvaluationRound.FOLLOW_ON.value,
            area_code=first.area_code,
            subject=first.subject,
            given_on=_rater(at, first.area_code, None).today,
            level=given.level.value,
            text=given.text,
            receipt_digest=first.receipt_digest,
            source=None,
        )


async def _follow_named(session: Writer, first: Evaluation, given: FollowOnIn, at: datetime) -> None:
    assert first.project_id is not None
    assert first.receipt_digest is not None
    actor = _rater(at, first.area_code, first.owner_uscc)
    project, _ = await lock_project(session, actor, first.project_id)
    about = Source(
        project.id, first.event_id, first.item_case_id, first.invitation_id, project.owner_uscc, first.handler
    )
    digest = first.receipt_digest
    named = _Named(about, EvaluationRound.FOLLOW_ON, first.subject, first.channel, None, digest)
    await _record_named(session, actor, project, named, given)
