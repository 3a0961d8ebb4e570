"""From an impact or an activation to the answer about it."""

from app.activations.recounting import ClockMove
from app.activations.schemas import ActivationOut, ChangedDayOut, ClockMoveOut, ImpactOut
from app.activations.service import Activated, Impact, digest_of
from app.domain.calendar import DayKind
from app.domain.notices import ChangedDay

WORKED = {DayKind.WORKING, DayKind.MAKEUP}


def impact_body(impact: Impact, language: str) -> ImpactOut:
    """Show what a draft would change."""
    return ImpactOut(
        code=impact.version.code,
        number=impact.version.number,
        base_number=impact.version.base_number,
        areas=impact.areas,
        announced_years=impact.years,
        changed_days=[_day(each) for each in impact.days],
        recounted=impact.recounted,
        moved=[_move(each, language) for each in impact.moves],
        impact_digest=digest_of(impact.version, impact.moves),
    )


def activation_body(activated: Activated) -> ActivationOut:
    """Show a version that has come into force."""
    version = activated.version
    return ActivationOut(
        code=version.code,
        number=version.number,
        state=version.state,
        numbers=activated.numbers,
        recounted=activated.recounted,
        moved=len(activated.moves),
        impact_digest=digest_of(version, activated.moves),
        event_id=activated.event_id,
        approved_by=version.approved_by or "",
    )


def _day(changed: ChangedDay) -> ChangedDayOut:
    was, now = changed.was, changed.now
    return ChangedDayOut(
        day=changed.day,
        was=was.kind,
        was_festival=was.name.zh if was.name else None,
        now=now.kind,
        now_festival=now.name.zh if now.name else None,
        is_worked_now=now.kind in WORKED,
    )


def _move(move: ClockMove, language: str) -> ClockMoveOut:
    path = "projects" if move.kind == "project" else "item-cases"
    return ClockMoveOut(
        kind=move.kind,
        id=move.id,
        project_id=move.project_id,
        clock=move.clock,
        label=move.label.told(language, {}),
        from_due_on=move.from_due_on,
        to_due_on=move.to_due_on,
        days=[each.day for each in move.days],
        explained_by=f"/v1/{path}/{move.id}/clock",
    )
