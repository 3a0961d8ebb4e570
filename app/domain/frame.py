"""What surrounds the items of a plan when they are scheduled."""

from dataclasses import dataclass
from datetime import date

from app.domain.durations import Duration, Unit
from app.domain.planned import MilestoneRole


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the items: when preparation may begin, the office's today, planned and actual days."""

    begin_on: date
    today: date
    planned_start_on: date | None = None
    planned_completion_on: date | None = None
    actual_start_on: date | None = None
    actual_completion_on: date | None = None
    production_on: date | None = None

    def reached_on(self, role: MilestoneRole | None) -> date | None:
        """Give the confirmed day of a milestone; joins have none."""
        reached = {
            MilestoneRole.START_OF_WORKS: self.actual_start_on,
            MilestoneRole.COMPLETION_OF_WORKS: self.actual_completion_on,
            MilestoneRole.PRODUCTION: self.production_on,
        }
        return None if role is None else reached.get(role)

    def works(self) -> Duration | None:
        """Give how long the works are planned to last, in calendar days and never nothing."""
        if self.planned_start_on is None or self.planned_completion_on is None:
            return None
        return Duration(max((self.planned_completion_on - self.planned_start_on).days, 1), Unit.CALENDAR_DAY)
