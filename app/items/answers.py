"""From the rows of item cases and steps to the answers about them."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.actor import Actor
from app.answers import ActionOut, DurationOut, reason
from app.calendars.queries import sum_path
from app.database import Reader
from app.domain.durations import Duration
from app.domain.item_actions import allowed_acts
from app.domain.item_clocks import ItemClock
from app.domain.items import ItemFinding, ItemState, read_code
from app.domain.planned import ItemLimit, read_duration
from app.domain.separation import NotAnAgentOfThisProject
from app.domain.standing import Role
from app.errors import Fault
from app.items.applying import Open
from app.items.counting import is_deemed, light_of, limits_of
from app.items.judging import unmet_of
from app.items.models import ItemCase, ItemStep
from app.items.outputs import (
    FindingOut,
    ItemCaseOut,
    ItemCaseSummaryOut,
    ItemLimitShortOut,
    ItemStepOut,
    ItemStepTakenOut,
    LightsOut,
)
from app.items.service import Taken
from app.private.models import Private
from app.private.queries import TextOut, by_id, shown_text, texts_of
from app.projects.standing import standing_of


def case_summary(case: ItemCase, project_name: str, today: date, language: str) -> ItemCaseSummaryOut:
    """Show a case as lists do."""
    state = ItemState(case.state)
    return ItemCaseSummaryOut(
        id=case.id,
        version=case.version,
        project_id=case.project_id,
        project_name=project_name,
        area_code=case.area_code,
        owner_uscc=case.owner_uscc,
        department_code=case.department_code,
        plan_number=case.plan_number,
        item_code=case.item_code,
        work_package_id=case.work_package_id,
        name=case.name,
        kind=case.kind,
        approval_stage=str(case.approval_stage),
        bearer=case.bearer,
        round=case.round,
        state=case.state,
        state_label=state.words.said(language),
        state_number=state.numbers.get("blzt"),
        state_at=case.state_at,
        filed_on=case.filed_on,
        accepted_on=case.accepted_on,
        done_on=case.done_on,
        due_on=case.due_on,
        light=light_of(case, today),
        is_paused=case.is_paused,
        is_provisional=case.is_provisional,
        is_deemed_accepted=is_deemed(case, today),
        findings=findings_body(case.findings, language),
        explained_by=f"/v1/item-cases/{case.id}/clock",
    )


def case_body(known: Open, actor: Actor, past_day: date | None = None) -> ItemCaseOut:
    """Show a case with what this caller could do next; of a case as it was on a past day, nothing."""
    case, (project, _), day = known.case, known.pair, past_day or actor.today
    statutory, promised = limits_of(case)
    unmet = unmet_of(case, known.plan, known.reached, day) if case.filed_on is None else ()
    return ItemCaseOut(
        **case_summary(case, project.name, day, actor.language),
        follows_id=case.follows_id,
        opened_at=case.opened_at,
        receipt_on=case.receipt_on,
        silence_ends_on=case.silence_ends_on,
        anchor_on=case.anchor_on,
        passed_on=case.passed_on,
        is_passed=case.is_passed,
        document_number=case.document_number,
        document_on=case.document_on,
        valid_through=case.valid_through,
        valid_for=None if case.valid_for is None else _duration(read_duration(case.valid_for)),
        validity_explained_by=_validity_sum(case),
        supplement_due_on=case.supplement_due_on,
        supplement_closed_on=case.supplement_closed_on,
        pause_policy=case.pause_policy,
        statutory_limit=None if statutory is None else limit_body(statutory, actor.language),
        promised_limit=None if promised is None else limit_body(promised, actor.language),
        statutory=_clock_in_short(known.counted.clocks.statutory, day),
        promised=_clock_in_short(known.counted.clocks.promised, day),
        calendar_version=case.calendar_version,
        prerequisites_open=[words.said(actor.language) for words in unmet],
        allowed_actions=[] if past_day is not None else _allowed(known, actor),
    )


def _validity_sum(case: ItemCase) -> str | None:
    since = case.document_on or case.passed_on
    if case.valid_for is None or since is None:
        return None
    return sum_path(case.area_code, since, read_duration(case.valid_for))


def _duration(duration: Duration) -> DurationOut:
    return DurationOut(value=duration.value, unit=duration.unit)


def limit_body(limit: ItemLimit, language: str) -> ItemLimitShortOut:
    """Show a limit."""
    return ItemLimitShortOut(
        duration=_duration(limit.duration),
        extension=limit.extension,
        anchor=limit.anchor,
        bearer=limit.bearer,
        basis=limit.basis.said(language),
    )


def findings_body(codes: Iterable[str], language: str) -> list[FindingOut]:
    """Show findings with their labels."""
    return [FindingOut(code=code, label=ItemFinding(code).words.said(language)) for code in codes]


async def step_bodies(session: Reader, steps: list[ItemStep], language: str) -> list[ItemStepOut]:
    """Show steps with their texts, read in one statement."""
    texts = await texts_of(session, [text_id for step in steps for text_id in _text_ids(step)])
    return [step_body(step, language, texts) for step in steps]


def taken_body(taken: Taken, actor: Actor) -> ItemStepTakenOut:
    """Show a step just taken, and the case as it stands now; texts are named by id only."""
    step = next(row for row in taken.known.rows if row.id == taken.step.id)
    return ItemStepTakenOut(
        **step_body(step, actor.language, None),
        is_repeat=taken.event is None,
        item_case=case_body(taken.known, actor),
    )


def step_body(step: ItemStep, language: str, texts: Mapping[str, Private] | None) -> ItemStepOut:
    """Show a step; without ``texts`` private values are named by id only."""
    code, told = read_code(step.code), step.facts

    def shown(text_id: str | None) -> TextOut | None:
        return by_id(text_id) if texts is None else shown_text(text_id, dict(texts))

    return ItemStepOut(
        id=step.id,
        item_case_id=step.item_case_id,
        project_id=step.project_id,
        number=step.number,
        code=step.code,
        label=code.words.said(language),
        state_number=code.numbers.get("blzt"),
        is_derived=step.is_derived,
        occurred_at=step.occurred_at,
        recorded_at=step.recorded_at,
        entry_mode=step.entry_mode,
        source_system=step.source_system,
        external_id=step.external_id,
        source_sequence=step.source_sequence,
        person=step.person,
        special_kind=told.get("special_kind"),
        expected=told.get("expected"),
        told_on=told.get("told_on"),
        extension=told.get("extension"),
        validity_renewal=told.get("validity_renewal"),
        approver=told.get("approver"),
        document_number=told.get("document_number"),
        document_on=told.get("document_on"),
        supplement=shown(told.get("supplement_id")),
        supplement_due_on=told.get("supplement_due_on"),
        materials=told.get("materials") or [],
        used_materials=told.get("used") or [],
        handler=shown(told.get("handler_id")),
        reason=shown(step.reason_id),
        evidence=step.evidence,
        findings=findings_body(step.findings, language),
        event_id=step.event_id,
    )


def _text_ids(step: ItemStep) -> list[str | None]:
    return [step.reason_id, step.facts.get("supplement_id"), step.facts.get("handler_id")]


def _clock_in_short(clock: ItemClock | None, today: date) -> LightsOut | None:
    if clock is None:
        return None
    is_paused = clock.due.is_paused
    return LightsOut(
        due_on=None if is_paused else clock.due.due_on,
        warn_on=None if is_paused else clock.due.warn_on,
        light=clock.light(today),
    )


def _allowed(known: Open, actor: Actor) -> list[ActionOut]:
    """Run the deciding rule dry for this caller."""
    role = Role(actor.role)
    is_stranger = role is Role.AGENT and not standing_of(*known.pair).is_agent(actor.person)
    found = []
    for allowed in allowed_acts(known.standing(actor.today), role):
        reasons = allowed.reasons
        if is_stranger:
            reasons = (Fault("", NotAnAgentOfThisProject.__name__, NotAnAgentOfThisProject.detail),)
        found.append(
            ActionOut(
                action=allowed.act.value,
                label=allowed.act.words.said(actor.language),
                enabled=not reasons,
                reasons=[reason(fault, actor.language) for fault in reasons],
            )
        )
    return found
