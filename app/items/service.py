"""The two doors of an item case: guarded acts of our operators, and reports of what has already happened."""

from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from app.actor import Actor, check_named
from app.answers import check_version
from app.clock import new_id, office_date
from app.database import Writer
from app.domain.item_actions import check_act
from app.domain.items import ItemAct
from app.domain.separation import check_agent, check_approver
from app.domain.standing import Role
from app.domain.vocabulary import EntryMode
from app.engagements.queries import operator_by_id
from app.errors import Conflict, Fault, Invalid, Words
from app.events.service import SKEW, OccurredInTheFuture, Recorded, entry_mode, record
from app.files.queries import check_evidence
from app.items.applying import NewStep, Open, apply_step, lock_case
from app.items.models import ItemCase, ItemStep
from app.items.papers import FILINGS, used_by_filing
from app.items.queries import step_known_as
from app.items.schemas import ItemActionIn, ItemReportIn, ToldIn
from app.private import service as private
from app.projects.queries import stamp_of
from app.projects.standing import standing_of
from app.troubles import clashing

TOLD = (
    "special_kind",
    "expected",
    "told_on",
    "extension",
    "validity_renewal",
    "document_number",
    "document_on",
    "supplement",
    "supplement_due_on",
    "materials",
)
OURS = {"used", "works_began_on"}
"""Facts of a step that are ours to say."""
PRIVATE = {"supplement": "supplement", "handler": "person_name"}
"""Facts of a step that stand in the private store, with the kind they are kept as."""


class OccurredBeforeLastStep(Conflict):
    """An act cannot have happened before the step that led to the present state; a report may."""

    title = Words("早于上一步骤", "Earlier than the last step")
    detail = Words(
        "发生时间早于进入当前状态的时间 {state_at}。",
        "It is said to have happened before the present state began, {state_at}.",
    )


class ApproverNotSuitable(Invalid):
    """An extension is approved by a valid operator of the department that handles the item."""

    title = Words("批准人不符合要求", "The approver is not suitable")
    detail = Words(
        "批准延长的负责人须是办理部门登记有效的人员。",
        "Whoever approves an extension is a valid operator of the department that handles the item.",
    )


class ReportContradicts(Conflict):
    """The source has reported something else under this external id; the first report stands."""

    title = Words("与此前的报告矛盾", "It contradicts an earlier report")
    detail = Words(
        "{source_system} 已用编号 {external_id} 报告过其他内容；如需更正，请用新的编号报告。",
        "{source_system} has reported something else as {external_id}; report what is right under a new id.",
    )


NO_HEAD = Words("不是办理部门的有效人员", "is no valid operator of that department")


class Taken(NamedTuple):
    """A step that was taken, its event (None when it was known before), and the case as it stands now."""

    step: ItemStep
    event: Recorded | None
    known: Open


async def act_on_case(
    session: Writer, actor: Actor, case_id: str, given: ItemActionIn, expected: int | None
) -> Taken:
    """Do an act on a case, or refuse and change nothing.

    Refuses as ``domain.item_actions.check_act`` does; a stale ``If-Match``; an agent who is not assigned; an
    act in the future, before the present state, or long past without reason and evidence; the unnamed.
    """
    check_named(actor)
    known = await lock_case(session, actor, case_id)
    case = known.case
    check_version(expected, case.version, state=case.state)
    check_agent(actor.role, actor.person, standing_of(*known.pair))
    day = office_date(given.occurred_at or actor.at)
    told = {name: getattr(given, name) for name in (*TOLD, "approver_id", "reason", "evidence")}
    check_act(known.standing(day), Role(actor.role), given.action, given.from_state, told, day)
    await check_evidence(session, actor, given.evidence)
    mode = entry_mode(actor, given.occurred_at, has_grounds=bool(given.reason and given.evidence))
    if given.occurred_at is not None and case.state_at is not None and given.occurred_at < case.state_at:
        at = case.state_at.isoformat()
        raise OccurredBeforeLastStep(state_at=at, state=case.state, version=case.version)
    facts = await _facts(session, actor, case, given)
    if given.approver_id is not None:
        facts["approver"] = await _approver(session, actor, case, given.approver_id)
    reason_id = await private.keep(session, actor, "reason", given.reason, case.project_id)
    new = NewStep(
        code=given.action,
        occurred_at=given.occurred_at or actor.at,
        mode=mode,
        event_id=new_id(actor.at),
        told=facts,
        reason_id=reason_id,
        evidence=given.evidence,
    )
    return await _take(session, actor, known, new, "item.acted")


async def report_on_case(
    session: Writer, actor: Actor, case_id: str, given: ItemReportIn, mode: str = EntryMode.REPORTED
) -> Taken:
    """Take what a source says has happened: whatever the state, once per external id.

    A repeat changes nothing and gives what was taken then. Refuses ``ReportContradicts``, the future, and
    evidence that is not there. ``mode`` is told by imports.
    """
    known = await lock_case(session, actor, case_id, guesses=True)
    case = known.case
    if given.occurred_at > actor.at + SKEW:
        raise OccurredInTheFuture
    contradiction = ReportContradicts(source_system=given.source_system, external_id=given.external_id)
    before = await session.first(step_known_as(actor.client_id, given.source_system, given.external_id))
    if before is not None:
        if before.item_case_id != case.id or not _says_the_same(before, given):
            raise contradiction
        return Taken(before, None, known)
    await check_evidence(session, actor, given.evidence)
    facts = await _facts(session, actor, case, given)
    reason_id = await private.keep(session, actor, "reason", given.reason, case.project_id)
    new = NewStep(
        code=given.code,
        occurred_at=given.occurred_at,
        mode=mode,
        event_id=new_id(actor.at),
        told=facts,
        source_system=given.source_system,
        external_id=given.external_id,
        source_sequence=given.source_sequence,
        reason_id=reason_id,
        evidence=given.evidence,
    )
    with clashing(uq_item_step_client_id=contradiction):
        return await _take(session, actor, known, new, "item.reported")


async def _take(session: Writer, actor: Actor, known: Open, new: NewStep, kind: str) -> Taken:
    from_state = known.case.state
    if new.code in FILINGS:
        item = known.plan.get(known.case.item_code)
        used = await used_by_filing(session, actor, known.case, item)
        new = replace(new, told={**new.told, "used": used})
    started_on = known.pair[0].actual_start_on
    if new.code is ItemAct.VALIDITY_RENEWED and known.case.is_undone_by_start and started_on is not None:
        new = replace(new, told={**new.told, "works_began_on": started_on.isoformat()})
    known, step = await apply_step(session, actor, known, new)
    event = await record(
        session,
        actor,
        kind,
        stamp_of(known.pair[0], known.case.department_code),
        id=new.event_id,
        occurred_at=new.occurred_at,
        mode=new.mode,
        facts={
            "item_case_id": known.case.id,
            "item_code": known.case.item_code,
            "code": new.code.value,
            "from_state": from_state,
            "state": known.case.state,
        },
        evidence=new.evidence,
        reason_id=new.reason_id,
    )
    return Taken(step, event, known)


async def _facts(session: Writer, actor: Actor, case: ItemCase, given: ToldIn) -> dict[str, Any]:
    """Give what a step tells, as it is stored: texts about persons and papers by their ids."""
    facts = _public_facts(given)
    for name, kind in PRIVATE.items():
        kept = await private.keep(session, actor, kind, getattr(given, name, None), case.project_id)
        if kept is not None:
            facts[f"{name}_id"] = kept
    return facts


def _public_facts(given: ToldIn) -> dict[str, Any]:
    facts = {name: _stored(getattr(given, name)) for name in TOLD if name not in PRIVATE}
    return {name: value for name, value in facts.items() if value is not None}


def _stored(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.model_dump() if hasattr(value, "model_dump") else value


def _says_the_same(step: ItemStep, given: ItemReportIn) -> bool:
    """Compare a repeated report with the first one; free texts may have been erased and are not compared."""
    ours = {name for name in step.facts if name in OURS or name.endswith("_id")}
    told = {name: value for name, value in step.facts.items() if name not in ours}
    return (
        step.code == given.code
        and step.occurred_at == given.occurred_at
        and step.source_sequence == given.source_sequence
        and told == _public_facts(given)
        and step.evidence == list(given.evidence)
    )


async def _approver(session: Writer, actor: Actor, case: ItemCase, operator_id: str) -> str:
    """Name the head who approves an extension. Refuses whoever enters it, and strangers to the department."""
    operator = await session.first(operator_by_id(operator_id))
    if (
        operator is None
        or Role.DEPARTMENT not in operator.roles
        or operator.department_code != case.department_code
        or not operator.valid_from <= actor.today <= (operator.valid_to or actor.today)
    ):
        raise ApproverNotSuitable(faults=[Fault("/approver_id", "unsuitable_approver", NO_HEAD)])
    check_approver(actor.person, operator.person_key)
    return operator.person_key
