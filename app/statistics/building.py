"""From rows to the facts that figures are computed from; the same for the tables and for a fold."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from app.clock import office_date
from app.domain.items import GIVEN_UP
from app.domain.planned import TimeBearer
from app.domain.statistics_facts import (
    CaseFact,
    CorrectionFact,
    EntryFact,
    Facts,
    LoadFact,
    Place,
    ProjectFact,
    ReuseFact,
    VisitFact,
)
from app.domain.vocabulary import AgentRole
from app.statistics import voices
from app.statistics.framing import Frame
from app.statistics.pausing import decided_on, of_item, pauses_of
from app.statistics.reading import Source


def build(source: Source, frame: Frame, needs: frozenset[str]) -> Facts:
    """Build every fact that was read; what belongs to a duplicate belongs to no project and is left out."""
    places = _places(source)
    cases = _cases(source, places, frame) if "cases" in needs else ()
    return Facts(
        from_on=frame.from_on,
        to_on=frame.to_on,
        as_of=frame.as_of,
        areas=frame.areas,
        projects=_projects(source, places),
        visits=_visits(source, places, frame) if "visits" in needs else (),
        cases=cases,
        pauses=pauses_of(source, places, frame.calendars) if "pauses" in needs else (),
        entries=_entries(source, places, frame) if "entries" in needs else (),
        corrections=_corrections(source, places) if "corrections" in needs else (),
        reuses=_reuses(source, places) if "reuses" in needs else (),
        evaluations=voices.evaluations(source, places, frame) if "evaluations" in needs else (),
        bad_reviews=voices.bad_reviews(source, places, frame) if "bad_reviews" in needs else (),
        complaints=voices.complaints(source, frame) if "complaints" in needs else (),
        silences=voices.silences(source, places, frame) if "silences" in needs else (),
        follow_ups=voices.follow_ups(source, places) if "follow_ups" in needs else (),
        loads=_loads(source, places, frame) if "loads" in needs else (),
    )


def _places(source: Source) -> dict[str, Place]:
    departments: dict[str, list[str]] = {}
    for row in source.taking_part:
        departments.setdefault(row.project_id, []).append(row.department_code)
    return {
        row.id: Place(
            row.area_code, tuple(sorted(departments.get(row.id, ()))), row.primary_agent, row.process_class
        )
        for row in source.projects
    }


def _projects(source: Source, places: Mapping[str, Place]) -> tuple[ProjectFact, ...]:
    baselines = {row.project_id: row for row in source.baselines}
    return tuple([_project(row, baselines.get(row.id), places[row.id]) for row in source.projects])


def _project(row: Any, baseline: Any, place: Place) -> ProjectFact:
    registered_on = office_date(row.registered_at)
    if baseline is None:
        return ProjectFact(place, registered_on, None, row.actual_start_on)
    frozen_on = office_date(baseline.approved_at)
    return ProjectFact(place, registered_on, baseline.planned_start_on, row.actual_start_on, frozen_on)


def _visits(source: Source, places: Mapping[str, Place], frame: Frame) -> tuple[VisitFact, ...]:
    by_project: dict[str, list[Any]] = {}
    for row in source.transitions:
        if row.project_id in places:
            by_project.setdefault(row.project_id, []).append(row)
    found = []
    for project, rows in by_project.items():
        place = places[project]
        for entered, left in pairwise(sorted(rows, key=lambda row: row.number)):
            left_on = office_date(left.occurred_at)
            days = frame.working_days(place.area, office_date(entered.occurred_at), left_on)
            found.append(VisitFact(place, entered.to_stage, left_on, days))
    return tuple(found)


def _cases(source: Source, places: Mapping[str, Place], frame: Frame) -> tuple[CaseFact, ...]:
    given_up = {row.id: row.done_on for row in source.cases if row.state in GIVEN_UP}
    found = []
    for row in source.cases:
        if row.project_id not in places:
            continue
        place, day = of_item(places[row.project_id], row.department_code), decided_on(row)
        since = given_up.get(row.follows_id)
        found.append(
            CaseFact(
                place=place,
                approval_stage=row.approval_stage,
                is_departments=row.bearer == TimeBearer.DEPARTMENT,
                filed_on=row.filed_on,
                decided_on=day,
                closed_on=row.done_on,
                days=None if day is None else frame.working_days(place.area, row.filed_on, day),
                statutory_due_on=row.statutory_due_on,
                promised_due_on=row.promised_due_on,
                findings=tuple(row.findings),
                days_since_withdrawal=None if since is None else (row.filed_on - since).days,
            )
        )
    return tuple(found)


def _entries(source: Source, places: Mapping[str, Place], frame: Frame) -> tuple[EntryFact, ...]:
    found = [
        EntryFact(places[row.project_id], row.entry_mode, _recorded_on(row, frame), row.number)
        for row in source.entered_transitions
        if row.project_id in places
    ]
    found += [
        EntryFact(
            of_item(places[row.project_id], row.department_code),
            row.entry_mode,
            _recorded_on(row, frame),
            row.number,
        )
        for row in source.entered_item_steps
        if row.project_id in places
    ]
    late = [(row, places[row.project_id]) for row in source.late_transitions if row.project_id in places]
    late += [
        (row, of_item(places[row.project_id], row.department_code))
        for row in source.late_item_steps
        if row.project_id in places
    ]
    found += [
        EntryFact(place, row.entry_mode, office_date(row.recorded_at), 1, row.recorded_at - row.occurred_at)
        for row, place in late
    ]
    return tuple(found)


def _recorded_on(row: Any, frame: Frame) -> date:
    """Give the day of one step; several were counted in the period, so any day of it will do."""
    recorded_at = getattr(row, "recorded_at", None)
    return frame.from_on if recorded_at is None else office_date(recorded_at)


def _corrections(source: Source, places: Mapping[str, Place]) -> tuple[CorrectionFact, ...]:
    return tuple(
        [
            CorrectionFact(
                places[row.project_id],
                office_date(row.proposed_at),
                None if row.decided_at is None else office_date(row.decided_at),
                row.state,
            )
            for row in source.corrections
            if row.project_id in places
        ]
    )


def _reuses(source: Source, places: Mapping[str, Place]) -> tuple[ReuseFact, ...]:
    """Go through the filings in their order: a material that another item has used before is used again."""
    used_by: dict[tuple[str, str], set[str]] = {}
    found = []
    for row in sorted(source.filings, key=lambda row: (row.occurred_at, row.id)):
        used = row.facts.get("used") or ()
        if not used or row.project_id not in places:
            continue
        fresh = reused = 0
        for code in used:
            cases = used_by.setdefault((row.project_id, code), set())
            if row.item_case_id not in cases:
                fresh += 1
                reused += bool(cases)
                cases.add(row.item_case_id)
        place = of_item(places[row.project_id], row.department_code)
        found.append(ReuseFact(place, office_date(row.occurred_at), reused, fresh))
    return tuple(found)


def _loads(source: Source, places: Mapping[str, Place], frame: Frame) -> tuple[LoadFact, ...]:
    serving = {AgentRole.PRIMARY.value, AgentRole.BACKUP.value}
    running: dict[str, list[Any]] = {}
    for row in source.cases:
        if row.done_on is None:
            running.setdefault(row.project_id, []).append(row)
    under_way = {
        row.id for row in source.projects if (row.procedure_id, row.stage) not in source.ended_stages
    }
    found = []
    for row in source.assignments:
        if row.role in serving and row.project_id in under_way:
            cases = running.get(row.project_id, [])
            red = sum(case.due_on is not None and case.due_on < frame.as_of for case in cases)
            place = places[row.project_id]._replace(agent=row.person_key)
            found.append(LoadFact(row.project_id, place, row.role, len(cases), red))
    return tuple(found)
