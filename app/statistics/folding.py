"""The same rows as the ledger told them by a sequence or a moment: a fold of all its events until then."""

from asyncio import to_thread
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import orjson

from app.actor import Scope
from app.areas.models import Area
from app.bad_reviews.models import BadReview
from app.calendars.models import CalendarVersion
from app.complaints.models import Complaint
from app.corrections.models import Correction
from app.database import Reader
from app.domain.bad_review_terms import BadReviewAct
from app.domain.invitations import InvitationState
from app.domain.vocabulary import EntryMode, EvaluationMode, EvaluationRound
from app.engagements.models import AgentAssignment, ProjectDepartment
from app.evaluations.models import Evaluation, EvaluationInvitation, EvaluationSetting
from app.events.queries import events_after
from app.events.rows import row_of
from app.follow_ups.models import FollowUp
from app.handling.models import HandlingStep
from app.items.models import ItemCase, ItemStep
from app.plans.models import ServicePlan
from app.projects.models import Project, ProjectStanding
from app.stages.models import StageTransition
from app.statistics.hearing import DECISIONS
from app.statistics.queries import FILING, PAUSING
from app.statistics.reading import Source
from app.table import Table

T = TypeVar("T", bound=Table)
PAGE = 2_000  # events read at once
ALWAYS: tuple[type[Table], ...] = (
    Area, CalendarVersion, Project, ProjectStanding, ServicePlan, ProjectDepartment,
)  # fmt: skip
KINDS: dict[str, tuple[type[Table], ...]] = {
    "visits": (StageTransition,),
    "cases": (ItemCase,),
    "pauses": (ItemCase, ItemStep),
    "entries": (StageTransition, ItemCase, ItemStep),
    "corrections": (Correction,),
    "reuses": (ItemCase, ItemStep),
    "evaluations": (Evaluation, ItemCase, BadReview),
    "bad_reviews": (BadReview, HandlingStep),
    "complaints": (Complaint,),
    "loads": (AgentAssignment, ItemCase),
    "follow_ups": (FollowUp,),
    "silences": (StageTransition, ItemCase, ItemStep, Evaluation, EvaluationInvitation, EvaluationSetting),
}


class _Entered(NamedTuple):
    """A step with when it was recorded, as the query of the tables gives it."""

    project_id: str
    department_code: str | None
    entry_mode: str
    occurred_at: datetime
    recorded_at: datetime
    number: int = 1


class _Joined:
    """A row with columns of another beside it."""

    def __init__(self, row: Any, **more: Any) -> None:
        self.row, self.more = row, more

    def __getattr__(self, name: str) -> Any:
        return self.more[name] if name in self.more else getattr(self.row, name)


@dataclass(slots=True)
class Folded:
    """The rows of some tables as of a place in the ledger."""

    rows: dict[str, dict[str, dict[str, Any]]]
    recorded: dict[str, datetime]
    """When the events of stage transitions were recorded."""
    sequence: int = 0
    recorded_at: datetime | None = None

    @classmethod
    def to_fold(cls, kinds: Iterable[type[Table]]) -> "Folded":
        """Give the tables before the first event."""
        return cls({str(kind.__tablename__): {} for kind in kinds}, {})

    def all(self, kind: type[T]) -> list[T]:
        """Give the rows of a table, by id."""
        found = self.rows.get(str(kind.__tablename__), {})
        return [row_of(kind, found[key]) for key in sorted(found)]


def kinds_of(needs: Iterable[str]) -> frozenset[type[Table]]:
    """Name the tables that some facts are read from."""
    return frozenset(ALWAYS).union(*[KINDS.get(need, ()) for need in needs])


async def fold_until(session: Reader, upto: datetime | int, found: Folded) -> None:
    """Fold the ledger on, page by page, until a sequence or a moment; both count.

    The one reading of statistics whose statements grow with the ledger: nothing but its events says what was
    known then.
    """
    while page := await session.all(events_after(found.sequence, PAGE)):
        if not await to_thread(_take, found, page, upto):
            break


def _take(found: Folded, page: Iterable[Any], upto: datetime | int) -> bool:
    """Fold some events; tell whether all of them count."""
    for event in page:
        if _is_after(event, upto):
            return False
        found.sequence, found.recorded_at = event.sequence, event.recorded_at
        for change in orjson.loads(event.body)["changes"]:
            if change["table"] in found.rows:
                _apply(found, event, change)
    return True


def _is_after(event: Any, upto: datetime | int) -> bool:
    place = event.sequence if isinstance(upto, int) else event.recorded_at
    return bool(place > upto)


def _apply(found: Folded, event: Any, change: Any) -> None:
    rows, values = found.rows[change["table"]], change["set"]
    if values is None:
        rows.pop(change["id"], None)
        return
    rows.setdefault(change["id"], {}).update(values)
    if "event_id" in values and change["table"] == "stage_transition":
        found.recorded[values["event_id"]] = event.recorded_at


def source_of(folded: Folded, scope: Scope, needs: frozenset[str]) -> Source:
    """Give the rows in scope as the queries of the tables would, then. Periods are for the facts to keep."""
    taking_part = [row for row in folded.all(ProjectDepartment) if row.area_code in scope.areas]
    sees = _seer(scope, taking_part)
    found = Source(taking_part=[row for row in taking_part if sees(row)])
    standings = {row.project_id: row for row in folded.all(ProjectStanding)}
    found.projects = [
        _Joined(row, primary_agent=standings[row.id].primary_agent)
        for row in folded.all(Project)
        if row.duplicate_of is None and sees(row)
    ]
    found.baselines = [row for row in folded.all(ServicePlan) if row.is_first_baseline and sees(row)]
    cases = {row.id: row for row in folded.all(ItemCase)}
    mine = {
        row.id: row for row in cases.values() if sees(row) and scope.department in (None, row.department_code)
    }
    found.cases = [row for row in mine.values() if row.filed_on is not None]
    answered = _answered(folded)
    _take_steps(found, folded, mine, needs, answered)
    found.default_days = _default_days(folded)
    found.follow_ups = [row for row in folded.all(FollowUp) if sees(row)]
    if StageTransition in kinds_of(needs):
        seen = [row for row in folded.all(StageTransition) if sees(row)]
        found.transitions = seen
        found.entered_transitions, found.late_transitions = _apart(
            _Entered(r.project_id, None, r.entry_mode, r.occurred_at, folded.recorded[r.event_id])
            for r in seen
        )
        found.silent_steps = [row for row in seen if _is_silent(row, answered)]
    found.corrections = [row for row in folded.all(Correction) if sees(row)]
    _take_voices(found, folded, scope, sees, cases)
    found.assignments = [row for row in folded.all(AgentAssignment) if row.ended_at is None and sees(row)]
    return found


def _seer(scope: Scope, taking_part: Iterable[ProjectDepartment]) -> Callable[[Any], bool]:
    """Say what is in scope, as ``actor.within`` does in SQL."""
    theirs = {row.project_id for row in taking_part if row.department_code == scope.department}

    def sees(row: Any) -> bool:
        project = row.id if type(row).__name__ == "Project" else row.project_id
        return row.area_code in scope.areas and (scope.department is None or project in theirs)

    return sees


def _take_steps(
    found: Source, folded: Folded, mine: dict[str, ItemCase], needs: frozenset[str], answered: frozenset[str]
) -> None:
    if ItemStep not in kinds_of(needs):
        return
    steps = [row for row in folded.all(ItemStep) if row.item_case_id in mine]
    paused = {row.item_case_id for row in steps if row.code in PAUSING}
    found.pausing_steps = [row for row in steps if row.item_case_id in paused]
    department = {key: row.department_code for key, row in mine.items()}
    found.entered_item_steps, found.late_item_steps = _apart(
        _Entered(r.project_id, department[r.item_case_id], r.entry_mode, r.occurred_at, r.recorded_at)
        for r in steps
        if not r.is_derived
    )
    found.silent_decisions = [
        _Joined(row, department_code=department[row.item_case_id])
        for row in steps
        if row.code in DECISIONS and _is_silent(row, answered)
    ]
    found.filings = [
        _Joined(row, department_code=department[row.item_case_id]) for row in steps if row.code in FILING
    ]


def _take_voices(
    found: Source,
    folded: Folded,
    scope: Scope,
    sees: Callable[[Any], bool],
    cases: dict[str, ItemCase],
) -> None:
    firsts = [row for row in folded.all(Evaluation) if row.round == EvaluationRound.FIRST]
    found.evaluations = [
        _Joined(row, department_code=_department(cases.get(row.item_case_id or "")))
        for row in firsts
        if sees(row)
    ]
    found.unnamed = dict(
        Counter((row.area_code, row.month) for row in firsts if row.mode != EvaluationMode.NAMED)
    )

    def is_about(row: Any) -> bool:
        return row.area_code in scope.areas and scope.department in (None, row.department_code)

    found.bad_reviews = [row for row in folded.all(BadReview) if is_about(row)]
    found.rulings = [
        row
        for row in folded.all(HandlingStep)
        if row.case_kind == "bad_review"
        and row.action == BadReviewAct.RULE_INVALID
        and row.area_code in scope.areas
    ]
    found.complaints = [row for row in folded.all(Complaint) if is_about(row)]


def _department(case: ItemCase | None) -> str | None:
    return None if case is None else case.department_code


def _answered(folded: Folded) -> frozenset[str]:
    """Name the events that somebody has evaluated."""
    used: list[Any] = [row for row in folded.all(EvaluationInvitation) if row.state == InvitationState.USED]
    named: list[Any] = [row for row in folded.all(Evaluation) if row.project_id is not None]
    return frozenset({row.event_id for row in (*used, *named)})


def _is_silent(row: Any, answered: frozenset[str]) -> bool:
    return row.entry_mode != EntryMode.IMPORTED and row.event_id not in answered


def _default_days(folded: Folded) -> dict[str, int]:
    """Give the areas that had switched defaults on, themselves or by an area above, with their days."""
    decided = {row.area_code: row.default_after_days for row in folded.all(EvaluationSetting)}
    parents = {row.code: row.parent_code for row in folded.all(Area)}
    found = {}
    for code in parents:
        here: str | None = code
        while here is not None and here not in decided:
            here = parents.get(here)
        days = None if here is None else decided[here]
        if days is not None:
            found[code] = days
    return found


def _apart(entered: Iterable[_Entered]) -> tuple[list[_Entered], list[_Entered]]:
    """Part steps into those entered at once, reported or imported, and those entered afterwards."""
    rows = list(entered)
    late = [row for row in rows if row.entry_mode == EntryMode.BACK_ENTERED]
    return [row for row in rows if row.entry_mode != EntryMode.BACK_ENTERED], late
