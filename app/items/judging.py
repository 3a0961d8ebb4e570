"""What the rules may know of a case: its prerequisites among the project's other cases, its extension."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.clock import office_date
from app.domain.calendar import WorkCalendar
from app.domain.item_actions import ItemStanding
from app.domain.item_clocks import counts_extension
from app.domain.items import CLOSING, GIVEN_UP, UNFILED, ItemFinding, ItemState
from app.domain.planned import ItemKind, MilestoneRole, Need, PausePolicy, PlannedItem, read_validity
from app.domain.prerequisites import Passing, Reached, ready_since, unmet_needs
from app.domain.renewals import Renewable
from app.errors import Words
from app.items.counting import Counted, limits_of
from app.items.models import ItemCase
from app.projects.models import Project
from app.projects.standing import OUTSIDE

NOTHING_LEFT = Words("无可选前置事项", "no alternative is left")


def standing_of(
    case: ItemCase,
    counted: Counted,
    project: Project,
    unmet: Iterable[Words],
    today: date,
    calendar: WorkCalendar,
) -> ItemStanding:
    """Build what the rule about acts is asked with."""
    limits = [limit for limit in limits_of(case) if limit is not None]
    policy = PausePolicy(case.pause_policy)
    return ItemStanding(
        state=ItemState(case.state),
        is_filing=case.kind == ItemKind.FILING,
        is_deemed=counted.facts.is_deemed_accepted(today),
        owes_supplement=counted.facts.owes_supplement,
        is_extended=bool(counted.facts.extensions),
        extension_bound=max([limit.extension for limit in limits], default=0),
        can_extend=any(counts_extension(counted.facts, limit, policy, today, calendar) for limit in limits),
        renewable=_renewable(case, counted, project, today),
        unmet=tuple(unmet),
    )


def _renewable(case: ItemCase, counted: Counted, project: Project, today: date) -> Renewable | None:
    """Tell what the guard of a renewal may know; works use up only what lapses unless they start."""
    validity, valid = read_validity(case.validity), counted.prolonged
    if validity is None or validity.renewal is None or valid is None:
        return None
    started_on = project.actual_start_on if validity.is_undone_by_start else None
    return Renewable(
        at_most=validity.renewal.at_most,
        left=validity.renewal.times - valid.counted,
        is_expired=valid.valid_through is not None and today > valid.valid_through,
        has_begun=started_on is not None and started_on <= today,
    )


def unmet_of(
    case: ItemCase, plan: Mapping[str, PlannedItem], reached: Reached, day: date
) -> tuple[Words, ...]:
    """Name what a case waits for on a day; an item outside the plan waits for nothing."""
    item = plan.get(case.item_code)
    if item is None:
        return ()
    package = case.work_package_id
    return tuple([_said(n, plan) for n in unmet_needs(item, plan, reached, day, package=package)])


def gate_now(
    case: ItemCase, plan: Mapping[str, PlannedItem], reached: Reached, earlier: Reached
) -> bool | None:
    """Tell whether a case bypassed a gate; None where what is known since ``earlier`` is no news of it.

    What a later plan asks for is no news about a filing.
    """
    filed_on = case.filed_on
    is_so = filed_on is not None and bool(unmet_of(case, plan, reached, filed_on))
    is_news = is_so and filed_on is not None and not unmet_of(case, plan, earlier, filed_on)
    return is_so if is_news or ItemFinding.GATE_BYPASSED in case.findings else None


def has_time_to_file(case: ItemCase) -> bool:
    """Tell whether one of its limits is a time to file in."""
    return any(limit is not None and limit.is_for_filing for limit in limits_of(case))


def ready_on(case: ItemCase, plan: Mapping[str, PlannedItem], reached: Reached) -> date | None:
    """Tell since when a case with a time to file in could be filed; of others nobody asks."""
    item = plan.get(case.item_code)
    if item is None or not has_time_to_file(case) or case.state == ItemState.DROPPED:
        return None
    return ready_since(item, plan, reached, case.work_package_id)


def with_gate(findings: Iterable[str], *, is_so: bool) -> list[str]:
    """Give findings with, or without, a bypassed gate, in their order."""
    names = {*findings} - {ItemFinding.GATE_BYPASSED.value}
    if is_so:
        names.add(ItemFinding.GATE_BYPASSED.value)
    return [finding.value for finding in ItemFinding if finding in names]


def reached_in(project: Project, cases: Iterable[ItemCase], production_on: date | None) -> Reached:
    """Gather what of a project has been reached."""
    passings: dict[str, tuple[Passing, ...]] = {}
    for case in cases:
        if case.passed_on is not None:
            ended_on = None if case.is_passed else case.done_on
            passing = Passing(case.passed_on, ended_on, case.work_package_id)
            passings[case.item_code] = (*passings.get(case.item_code, ()), passing)
    milestones = {
        MilestoneRole.START_OF_WORKS: project.actual_start_on,
        MilestoneRole.COMPLETION_OF_WORKS: project.actual_completion_on,
        MilestoneRole.PRODUCTION: production_on,
    }
    packages: dict[str, dict[str | None, date]] = {}
    for case in latest_of(cases).values():
        if ItemState(case.state) not in GIVEN_UP | {ItemState.DROPPED}:
            packages.setdefault(case.item_code, {})[case.work_package_id] = office_date(case.opened_at)
    return Reached(passings, milestones, packages)


Line = tuple[str, str | None]
"""Rounds that follow each other: of an item, for a work package or for the whole project."""


def line_of(case: ItemCase) -> Line:
    """Tell to which rounds a case belongs."""
    return case.item_code, case.work_package_id


def latest_of(cases: Iterable[ItemCase]) -> dict[Line, ItemCase]:
    """Give the last round of each item, of each of its work packages where it is filed by packages."""
    found: dict[Line, ItemCase] = {}
    for case in cases:
        line = line_of(case)
        if line not in found or case.round > found[line].round:
            found[line] = case
    return found


def by_item(cases: Iterable[ItemCase]) -> dict[str, list[ItemCase]]:
    """Gather last rounds by item; what its applicant gave up or the plan dropped counts only when alone."""
    found: dict[str, list[ItemCase]] = {}
    for case in cases:
        found.setdefault(case.item_code, []).append(case)
    gone = GIVEN_UP | {ItemState.DROPPED}
    return {code: [c for c in many if c.state not in gone] or many for code, many in found.items()}


def furthest_behind(cases: Iterable[ItemCase]) -> ItemCase:
    """Choose the case that stands for an item filed by work packages: it is passed when all of them are."""

    def place(case: ItemCase) -> tuple[bool, bool, bool, date]:
        is_unfiled = case.filed_on is None or (case.done_on is not None and not case.is_passed)
        day = case.done_on if case.is_passed else case.due_on
        return not case.is_passed, is_unfiled, case.is_paused, day or date.min

    return max(cases, key=place)


def standing_cases(cases: Iterable[ItemCase]) -> dict[str, ItemCase]:
    """Give of each item the case that stands for it: its last round, of packages the one furthest behind."""
    return {code: furthest_behind(many) for code, many in by_item(latest_of(cases).values()).items()}


def in_the_way(lines: Iterable[ItemCase], package_id: str | None) -> ItemCase | None:
    """Find the case that keeps another of its item from being opened for a work package, or for the whole.

    One is under way or granted for the same; or one for the whole stands beside one for a part of it. What
    was granted for the whole leaves room for a later package; what is only planned makes way for it.
    """
    for case in lines:
        state, is_same = ItemState(case.state), case.work_package_id == package_id
        if state in CLOSING | {ItemState.DROPPED} and not case.is_passed:
            continue
        is_whole = case.work_package_id is None
        if is_same or package_id is None or (is_whole and not case.is_passed and state not in UNFILED):
            return case
    return None


def items_left(cases: Iterable[ItemCase]) -> dict[str, int]:
    """Count by approval stage the items still open: planned ones not granted, others filed and undecided.

    An item that its applicant gave up is not open; a refused one is, until it is granted or dropped.
    """
    left: dict[str, int] = {}
    for case in latest_of(cases).values():
        state = ItemState(case.state)
        if case.plan_number is None:
            is_open, where = state not in UNFILED | CLOSING, OUTSIDE
        else:
            is_open, where = not case.is_passed and state not in GIVEN_UP, str(case.approval_stage)
        if is_open:
            left[where] = left.get(where, 0) + 1
    return left


def supplements_left(cases: Iterable[ItemCase]) -> int:
    """Count the cases that passed with papers still owed."""
    owing = ItemState.CONDITIONALLY_PASSED
    return sum(case.state == owing and case.supplement_closed_on is None for case in cases)


def _said(need: Need, plan: Mapping[str, PlannedItem]) -> Words:
    if not need.any_of:
        return NOTHING_LEFT
    names = [plan[code].name if code in plan else Words(code, code) for code in need.any_of]
    return Words("或者".join([n.zh for n in names]), " or ".join([n.en for n in names]))
