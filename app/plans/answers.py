"""From the row of a plan version to the answer about it."""

from collections.abc import Mapping
from typing import Any

from app.answers import DurationOut, WordsOut
from app.domain.durations import Duration
from app.domain.plan_checks import OpenPoint, changes_between, content_counts, open_points
from app.domain.plan_content import Selection
from app.domain.planned import Estimate, ItemLimit, read_items
from app.domain.plans import state_of
from app.domain.schedule import ScheduledItem
from app.errors import Words
from app.plans.content import still_proposed
from app.plans.models import ServicePlan
from app.plans.queries import version_of
from app.plans.schemas import (
    DayChangeOut,
    EstimateOut,
    OpenPointOut,
    PlanChangeOut,
    PlanChangeReasonOut,
    PlanChangesOut,
    PlanContentOut,
    PlanItemOut,
    PlanLimitOut,
    PlanNeedOut,
    PlanOut,
    PlanTimesOut,
    ProposedOut,
    WaiverOut,
)
from app.private.models import Private
from app.private.queries import by_id, shown_text
from app.table import rfc3339


def plan_body(
    plan: ServicePlan,
    latest: int,
    texts: Mapping[str, Private] | None = None,
    selection: Selection | None = None,
    language: str = "zh",
) -> PlanOut:
    """Show a version of a plan; without ``texts`` its reason is named by id only.

    ``selection``: what the catalogue has for the project now, given while the version is still a draft.
    """
    return PlanOut(
        id=plan.id,
        project_id=plan.project_id,
        version=plan.version,
        number=plan.number,
        state=state_of(version_of(plan, latest)),
        is_latest=plan.number == latest,
        document_id=plan.document_id,
        planned_start_on=plan.planned_start_on,
        planned_completion_on=plan.planned_completion_on,
        departments=plan.departments,
        content=_content(plan, selection, language),
        reason=by_id(plan.reason_id) if texts is None else shown_text(plan.reason_id, dict(texts)),
        author=plan.author,
        drafted_at=plan.drafted_at,
        approved_by=plan.approved_by,
        approved_at=plan.approved_at,
        is_first_baseline=plan.is_first_baseline,
        confirmed_by=plan.confirmed_by,
        confirmed_at=plan.confirmed_at,
        confirmation_evidence=plan.confirmation_evidence,
    )


def _content(plan: ServicePlan, selection: Selection | None, language: str) -> PlanContentOut | None:
    if plan.content is None:
        return None
    items, ruled_out = read_items(plan.items), plan.content["ruled_out"]
    counts = content_counts(items)
    proposed, points = list[str](), list[OpenPoint]()
    if selection is not None:
        proposed = still_proposed(items, selection, ruled_out)
        points = open_points(items, selection, ruled_out, plan.planned_completion_on)
    return PlanContentOut(
        based_on=plan.content["based_on"],
        catalogue_versions=plan.content["catalogue_versions"],
        items=counts["items"],
        cases=counts["cases"],
        adjustments=len(plan.content["adjustments"]),
        assumed_preparations=counts["assumed_preparations"],
        unknown_handlings=counts["unknown_handlings"],
        without_department=counts["without_department"],
        waivers=counts["waivers"],
        ruled_out=ruled_out,
        proposed=[_proposed(code, selection, language) for code in proposed] if selection else [],
        open_points=[
            OpenPointOut(
                kind=point.kind,
                item=point.item,
                dependent=point.dependent,
                detail=point.fault().words.told(language, point.facts),
            )
            for point in points
        ],
    )


def _proposed(code: str, selection: Selection, language: str) -> ProposedOut:
    each = selection.chosen[code]
    return ProposedOut(
        item=code,
        name=words_body(each.item.name),
        why=each.why.told(language, {}),
        unknown=list(each.unknown),
    )


def words_body(words: Words) -> WordsOut:
    """Show a text in both languages."""
    return WordsOut(zh=words.zh, en=words.en)


def _duration(duration: Duration) -> DurationOut:
    return DurationOut(value=duration.value, unit=duration.unit)


def _estimate(estimate: Estimate) -> EstimateOut:
    return EstimateOut(duration=_duration(estimate.duration), basis=estimate.basis)


def _limit(limit: ItemLimit | None) -> PlanLimitOut | None:
    if limit is None:
        return None
    return PlanLimitOut(
        duration=_duration(limit.duration),
        extension=limit.extension,
        anchor=limit.anchor,
        bearer=limit.bearer,
        basis=words_body(limit.basis),
    )


def item_body(
    plan: ServicePlan, line: ScheduledItem, agent: str | None, texts: Mapping[str, Private], version: int
) -> PlanItemOut:
    """Show an item of a plan on its planned days; ``version`` is that of the calendar."""
    item = line.item
    return PlanItemOut(
        code=item.code,
        name=words_body(item.name),
        kind=item.kind,
        milestone=item.milestone,
        approval_stage=str(item.approval_stage),
        needs=[PlanNeedOut(kind=need.kind, any_of=list(need.any_of)) for need in item.needs],
        waivers=[
            WaiverOut(
                item=waiver.item,
                legal_basis=waiver.legal_basis,
                reason=shown_text(waiver.reason_id, dict(texts)),
                approved_by=plan.approved_by,
            )
            for waiver in item.waivers
        ],
        preparation=_estimate(item.preparation),
        handling=None if item.handling is None else _estimate(item.handling),
        statutory=_limit(item.statutory),
        promised=_limit(item.promised),
        planned=PlanTimesOut(
            filing_on=line.proposed_filing_on,
            finish_on=line.proposed_finish_on,
            latest_filing_on=line.latest_filing_on,
            is_critical=line.is_critical,
            is_estimated=line.is_estimated,
            is_assumed=line.is_assumed,
            is_provisional=line.is_provisional,
            calendar_version=version,
            explained_by=f"/v1/projects/{plan.project_id}/schedule?plan={plan.number}"
            f"&known_at={rfc3339(plan.drafted_at)}",
        ),
        department=item.department,
        bearer=item.bearer,
        agent=agent,
        materials=list(item.materials),
    )


def changes_body(
    plan: ServicePlan, previous: ServicePlan | None, texts: Mapping[str, Private]
) -> PlanChangesOut:
    """Show what a version changed against the one before; each item with the adjustments made to it."""
    before = () if previous is None else read_items(previous.items)
    after = read_items(plan.items)
    names = {item.code: item.name for item in (*before, *after)}
    made = {change.item: change for change in changes_between(before, after)}
    adjusted: dict[str, list[dict[str, Any]]] = {}
    for each in plan.content["adjustments"] if plan.content else ():
        adjusted.setdefault(each["item"], []).append(each)
    old = [] if previous is None else previous.departments
    return PlanChangesOut(
        number=plan.number,
        previous=None if previous is None else previous.number,
        reason=shown_text(plan.reason_id, dict(texts)),
        planned_start_on=DayChangeOut(
            before=None if previous is None else previous.planned_start_on, now=plan.planned_start_on
        ),
        planned_completion_on=DayChangeOut(
            before=None if previous is None else previous.planned_completion_on,
            now=plan.planned_completion_on,
        ),
        departments_added=[code for code in plan.departments if code not in old],
        departments_dropped=[code for code in old if code not in plan.departments],
        items=[
            PlanChangeOut(
                item=code,
                name=words_body(names[code]) if code in names else None,
                action=made[code].action if code in made else None,
                fields=list(made[code].fields) if code in made else [],
                adjustments=[_change_reason(each, texts) for each in adjusted.get(code, ())],
            )
            for code in sorted(made.keys() | adjusted.keys())
        ],
    )


def _change_reason(each: Mapping[str, Any], texts: Mapping[str, Private]) -> PlanChangeReasonOut:
    return PlanChangeReasonOut(
        action=each["action"],
        legal_basis=each["legal_basis"],
        evidence=each["evidence"],
        reason=shown_text(each["reason_id"], dict(texts)),
    )
