"""The items of a plan: made from the catalogue or the version before, adjusted, and looked over again."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.actor import Actor
from app.catalogue.queries import catalogue_laid, catalogue_of, holders_in
from app.clock import office_date
from app.database import Reader, Writer
from app.domain.calendar import WorkCalendar
from app.domain.plan_checks import PlanHasOpenPoints, WaiverNeedsLegalBasis, check_waivers, open_points
from app.domain.plan_content import Adjustment, AdjustmentAction, Choice, Selection, adjust, select_items
from app.domain.planned import PlannedItem, read_items, write_duration, write_planned
from app.domain.predicates import Facts
from app.domain.schedule import Frame, Schedule, make_schedule
from app.engagements.service import DepartmentNotSuitable, check_departments
from app.errors import Conflict, Fault, Refusal, Words
from app.files.queries import EvidenceNotFound, check_evidence
from app.plans.models import ServicePlan
from app.plans.schemas import AdjustmentIn, ContentIn
from app.private import service as private
from app.projects.models import Project
from app.projects.queries import get_project

POINTER = "/content/adjustments"
BY_EVIDENCE = "以权属等证明材料代替 · evidence stands in"
EVIDENCE_OR_WAIVER = Words(
    "替代前置须有证明材料 evidence，或者以 waiver 注明法律依据。", "To stand in takes evidence, or a waiver."
)


class ProcessClassUnknown(Conflict):
    """The template of a plan goes by the project's class, which is not on record yet."""

    title = Words("项目流程类型未登记", "Class of the project unknown")
    detail = Words("请先登记项目流程类型 process_class。", "Put process_class on record first.")


class NoPreviousContent(Conflict):
    """The version before has no items, or there is none: begin from the template."""

    title = Words("上一版没有事项内容", "The version before has no items")
    detail = Words("请以 based_on=template 编制。", "Begin with based_on=template.")


class Content(NamedTuple):
    """What a plan version stores: documents of its items, and what they were made from."""

    items: list[dict[str, Any]]
    origin: dict[str, Any] | None
    departments: list[str]


NO_CONTENT = Content([], None, [])


def facts_of(project: Project) -> Facts:
    """Give what the record knows of a project, for the conditions of the catalogue."""
    return {
        **project.attributes,
        "process_class": project.process_class,
        "approval_mode": project.approval_mode,
        "land_mode": project.land_mode,
        "construction_nature": project.construction_nature,
        "fund_nature": project.fund_nature,
    }


async def make_content(
    session: Writer, actor: Actor, project: Project, given: ContentIn, previous: ServicePlan | None
) -> Content:
    """Make the items of a new version from the template or the version before, and adjust them.

    Refuses an unknown class, a catalogue or version that is not there, adjustments that cannot be made, gates
    let go without a legal basis, unknown departments and files; each names all that is wrong.
    """
    if project.process_class is None:
        raise ProcessClassUnknown
    found = await catalogue_of(session, project.area_code, actor.today)
    holders = await holders_in(session, project.area_code, actor.today)
    selection = select_items(found.catalogue, facts_of(project), holders)
    if given.based_on == "template":
        items, ruled_out = selection.items(), set[str]()
    elif previous is None or previous.content is None:
        raise NoPreviousContent
    else:
        items, ruled_out = read_items(previous.items), set(previous.content["ruled_out"])
    await _check_adjustments(session, actor, project, given.adjustments)
    reasons = [await private.keep(session, actor, "reason", e.reason, project.id) for e in given.adjustments]
    adjustments = [_read(each, reason) for each, reason in zip(given.adjustments, reasons, strict=True)]
    adjusted = adjust(items, adjustments, selection.known(), POINTER)
    check_waivers(adjusted, adjustments, selection, POINTER)
    ruled_out |= {each.item for each in adjustments if each.action is AdjustmentAction.DROP}
    origin = {
        "based_on": given.based_on,
        "catalogue_versions": list(found.versions),
        "adjustments": [_write(e, r) for e, r in zip(given.adjustments, reasons, strict=True)],
        "ruled_out": sorted(ruled_out - {item.code for item in adjusted}),
    }
    departments = [item.department for item in adjusted if item.department is not None]
    return Content([write_planned(item) for item in adjusted], origin, departments)


async def _check_adjustments(
    session: Writer, actor: Actor, project: Project, given: Sequence[AdjustmentIn]
) -> None:
    """Refuse departments, files and stand-ins that are not there; one statement for each kind."""
    named = [(f"{n}/department", e.department) for n, e in enumerate(given) if e.department is not None]
    try:
        await check_departments(session, actor, project, [code for _, code in named], "/{}")
    except DepartmentNotSuitable as no:
        faults = _placed(no, [place for place, _ in named])
        raise DepartmentNotSuitable(faults=faults, count=len(faults)) from None
    files = [(f"{n}/evidence/{m}", f) for n, e in enumerate(given) for m, f in enumerate(e.evidence)]
    try:
        await check_evidence(session, actor, [file_id for _, file_id in files], "")
    except EvidenceNotFound as no:
        faults = _placed(no, [place for place, _ in files])
        raise EvidenceNotFound(faults=faults, count=len(faults)) from None
    faults = [
        Fault(f"{POINTER}/{number}/evidence", "evidence_or_waiver", EVIDENCE_OR_WAIVER)
        for number, each in enumerate(given)
        if each.action is AdjustmentAction.STAND_IN and not each.evidence and each.waiver is None
    ]
    if faults:
        raise WaiverNeedsLegalBasis(faults=faults, count=len(faults))


def _placed(no: Refusal, places: Sequence[str]) -> list[Fault]:
    """Point the faults of a list gathered from all adjustments to where each stands."""
    return [Fault(f"{POINTER}/{places[int(f.pointer[1:])]}", f.code, f.words, f.facts) for f in no.faults]


def _read(given: AdjustmentIn, reason_id: str | None = None) -> Adjustment:
    basis = "" if given.waiver is None else given.waiver.legal_basis
    if not basis and given.action is AdjustmentAction.STAND_IN and given.evidence:
        basis = BY_EVIDENCE
    return Adjustment(
        item=given.item,
        action=given.action,
        handling=None if given.handling is None else given.handling.read(),
        preparation=None if given.preparation is None else given.preparation.read(),
        department=given.department,
        parallel_to=tuple(given.parallel_to),
        after=tuple(given.after),
        legal_basis=basis,
        reason_id=reason_id,
    )


def _write(given: AdjustmentIn, reason_id: str | None) -> dict[str, Any]:
    return {
        "item": given.item,
        "action": given.action.value,
        "handling": None if given.handling is None else write_duration(given.handling.read()),
        "preparation": None if given.preparation is None else write_duration(given.preparation.read()),
        "department": given.department,
        "parallel_to": given.parallel_to,
        "after": given.after,
        "legal_basis": _read(given).legal_basis or None,
        "evidence": given.evidence,
        "reason_id": reason_id,
    }


async def selection_for(session: Reader, project: Project, plan: ServicePlan) -> Selection:
    """Choose from the catalogue a plan was made from, by what the record says now of its project."""
    catalogue = (await catalogue_laid(session, tuple(plan.content["catalogue_versions"]))).catalogue
    return select_items(catalogue, facts_of(project))


async def open_selection(session: Reader, actor: Actor, plan: ServicePlan, latest: int) -> Selection | None:
    """Give the selection that a draft is held against; none for what is approved, superseded or small."""
    if plan.content is None or plan.approved_at is not None or plan.number != latest:
        return None
    project, _ = await get_project(session, actor, plan.project_id)
    return await selection_for(session, project, plan)


def planned_schedule(plan: ServicePlan, calendar: WorkCalendar) -> Schedule:
    """Give the timetable the plan was made with: begun on the day it was drafted, nothing happened yet."""
    begin_on = office_date(plan.drafted_at)
    frame = Frame(begin_on, begin_on, plan.planned_start_on, plan.planned_completion_on)
    return make_schedule(read_items(plan.items), {}, frame, calendar)


def still_proposed(items: Sequence[PlannedItem], selection: Selection, ruled_out: Sequence[str]) -> list[str]:
    """Name the items that may apply, are not in the plan, and nobody has ruled out."""
    out = {item.code for item in items} | set(ruled_out)
    return [c for c, each in selection.chosen.items() if each.choice is not Choice.EXCLUDED and c not in out]


async def check_content(session: Reader, project: Project, plan: ServicePlan) -> None:
    """Refuse to approve a plan with open points (``PlanHasOpenPoints``), naming every one."""
    if plan.content is None:
        return
    selection = await selection_for(session, project, plan)
    items, ruled_out = read_items(plan.items), plan.content["ruled_out"]
    points = open_points(items, selection, ruled_out, plan.planned_completion_on)
    if points:
        raise PlanHasOpenPoints(faults=[point.fault() for point in points], count=len(points))
