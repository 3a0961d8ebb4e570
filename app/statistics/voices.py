"""From rows to the facts about what people said, or did not say."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from app.bad_reviews.service import Known
from app.clock import office_date
from app.complaints.service import KnownComplaint
from app.domain.bad_review_terms import BadReviewLimit, BadReviewState
from app.domain.bad_reviews import bad_review_clocks
from app.domain.calendar import WorkCalendar
from app.domain.casework import CaseClock
from app.domain.complaint_terms import ComplaintClass, ComplaintGrade, ComplaintLimit
from app.domain.complaints import complaint_clocks
from app.domain.follow_ups import FollowUpOutcome
from app.domain.statistics_facts import (
    BadReviewFact,
    ComplaintFact,
    EvaluationFact,
    FollowUpFact,
    Place,
    SilenceFact,
)
from app.domain.statistics_voices import circles_of
from app.domain.vocabulary import EvaluationMode
from app.statistics.framing import Frame
from app.statistics.pausing import of_item
from app.statistics.reading import Source

NO_PLACE = Place("")
UNTIL_REPLY = frozenset({BadReviewLimit.PRECHECK, BadReviewLimit.ASSIGNMENT, BadReviewLimit.REPLY})
UNTIL_HANDLED = frozenset({ComplaintLimit.ACCEPTANCE, ComplaintLimit.HANDLING})


def evaluations(source: Source, places: Mapping[str, Place], frame: Frame) -> tuple[EvaluationFact, ...]:
    """Give first evaluations: named ones with their place, others with the circle they are counted in."""
    invalid = {row.evaluation_id for row in source.bad_reviews if row.state == BadReviewState.INVALID}
    circles = circles_of(source.unnamed, frame.parents)
    found = []
    for row in source.evaluations:
        if row.mode != EvaluationMode.NAMED:
            circle = circles.get((row.area_code, row.month))
            if circle is not None:
                found.append(EvaluationFact(Place(row.area_code), row.month, row.level, circle))
        elif row.id not in invalid and row.project_id in places:
            place = of_item(places[row.project_id], row.department_code)._replace(
                area=row.area_code, agent=row.handler
            )
            found.append(EvaluationFact(place, row.month, row.level, None))
    return tuple(found)


def bad_reviews(source: Source, places: Mapping[str, Place], frame: Frame) -> tuple[BadReviewFact, ...]:
    """Give the bad reviews, by the very clocks they are handled with."""
    ruled_by = {row.case_id: row.person for row in source.rulings}
    return tuple([_bad_review(row, places, frame, ruled_by) for row in source.bad_reviews])


def _bad_review(
    row: Any, places: Mapping[str, Place], frame: Frame, ruled_by: Mapping[str, str]
) -> BadReviewFact:
    calendar = frame.calendars[row.area_code]
    clocks = bad_review_clocks(Known(row, row.reviewed, calendar).facts)
    project = places.get(row.project_id, NO_PLACE)
    return BadReviewFact(
        place=of_item(project, row.department_code)._replace(area=row.area_code, agent=row.reviewed),
        opened_on=row.opened_on,
        is_named=row.mode == EvaluationMode.NAMED,
        is_valid=row.state != BadReviewState.INVALID,
        is_replied=row.replied_on is not None,
        is_put_right=row.root_cause is not None,
        is_called_back=row.followed_up_on is not None,
        is_in_time=_in_time(row.replied_in_time, clocks, UNTIL_REPLY, calendar, frame.as_of),
        root_cause=row.root_cause,
        ruled_by=ruled_by.get(row.id),
        state=row.state,
    )


def _in_time(
    told: bool | None,
    clocks: Iterable[CaseClock],
    limits: frozenset[str],
    calendar: WorkCalendar,
    as_of: date,
) -> bool | None:
    """Say whether it was in time: as was found out, late once a limit has passed, else nobody knows yet.

    What nobody takes up has no limit to be answered in; it is late once it should have been taken up.
    """
    if told is not None:
        return told
    running = next((clock for clock in clocks if clock.code in limits and clock.done_on is None), None)
    due_on = None if running is None else running.due(calendar).due_on
    return False if due_on is not None and as_of > due_on else None


def complaints(source: Source, frame: Frame) -> tuple[ComplaintFact, ...]:
    """Give the complaints; they tell neither project nor class, and no agent."""
    found = []
    for row in source.complaints:
        calendar = frame.calendars[row.area_code]
        clocks = complaint_clocks(KnownComplaint(row, calendar).facts)
        department = row.department_code or row.about_department_code
        found.append(
            ComplaintFact(
                place=of_item(Place(row.area_code), department),
                lodged_on=row.lodged_on,
                channel=row.channel,
                ground=row.ground,
                is_accepted=row.accepted_on is not None,
                is_on_the_spot=row.grade == ComplaintGrade.ON_THE_SPOT
                or row.handling_class == ComplaintClass.ON_SITE,
                decision=row.decision,
                level=row.level,
                is_in_time=_in_time(row.handled_in_time, clocks, UNTIL_HANDLED, calendar, frame.as_of),
                is_duplicate=row.duplicate_of is not None,
            )
        )
    return tuple(found)


def silences(source: Source, places: Mapping[str, Place], frame: Frame) -> tuple[SilenceFact, ...]:
    """Count what nobody has evaluated as evaluated by default once the days its area has set are over."""
    rows = [(row, None) for row in source.silent_steps if _is_open(row, source)]
    rows += [(row, row.department_code) for row in source.silent_decisions]
    found = []
    for row, department in rows:
        days = source.default_days.get(row.area_code)
        if days is None or row.project_id not in places:
            continue
        counted_on = office_date(row.occurred_at) + timedelta(days=days)
        if counted_on <= frame.as_of:
            found.append(SilenceFact(of_item(places[row.project_id], department), counted_on))
    return tuple(found)


def _is_open(row: Any, source: Source) -> bool:
    """Tell whether its procedure opens a step to evaluation."""
    return (row.procedure_id, row.from_stage, row.move) in source.inviting


def follow_ups(source: Source, places: Mapping[str, Place]) -> tuple[FollowUpFact, ...]:
    """Give the follow-ups that came to an end: answered, declined, or nobody reached."""
    return tuple(
        [
            FollowUpFact(
                places[row.project_id], row.asked_on, row.outcome == FollowUpOutcome.REACHED, row.level
            )
            for row in source.follow_ups
            if row.asked_on is not None and row.project_id in places
        ]
    )
