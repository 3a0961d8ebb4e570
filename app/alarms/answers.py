"""From what stands to expire to the answer about it."""

from collections.abc import Iterable
from datetime import date

from app.actor import Actor
from app.alarms.models import AlarmAnnouncement
from app.alarms.queries import Alarm, announced_for
from app.alarms.schemas import AlarmOut, AnnouncementOut
from app.answers import DurationOut
from app.calendars.queries import sum_path
from app.database import Reader
from app.domain.planned import read_duration, read_validity
from app.domain.validity import state_on
from app.errors import Words

SET_BY_DECISION = Words(
    "容缺通过时确定的补齐日期", "the day set by the conditional pass for handing in what is owed"
)


async def alarm_bodies(session: Reader, alarms: list[Alarm], actor: Actor) -> list[AlarmOut]:
    """Show alarms with what was announced of them, read in one statement."""
    told = await session.all(announced_for([alarm.item_case_id for alarm in alarms]))
    return [_body(alarm, told, actor.today, actor.language) for alarm in alarms]


def _body(alarm: Alarm, told: Iterable[AlarmAnnouncement], today: date, language: str) -> AlarmOut:
    state = state_on(alarm.expires_on, today)
    validity = read_validity(alarm.validity) if alarm.kind == "validity" else None
    basis = SET_BY_DECISION if validity is None else validity.basis
    duration = None if validity is None else read_duration(alarm.valid_for)
    explained_by = f"/v1/item-cases/{alarm.item_case_id}"  # the decision has set the day
    if duration is not None:
        explained_by = sum_path(alarm.area_code, alarm.counted_from, duration)
    mine = (alarm.item_case_id, alarm.kind, alarm.expires_on)
    return AlarmOut(
        item_case_id=alarm.item_case_id,
        project_id=alarm.project_id,
        project_name=alarm.project_name,
        area_code=alarm.area_code,
        owner_uscc=alarm.owner_uscc,
        department_code=alarm.department_code,
        item_code=alarm.item_code,
        item_name=alarm.name,
        kind=alarm.kind,
        state=state.value,
        state_label=state.words.told(language, {}),
        expires_on=alarm.expires_on,
        days_left=(alarm.expires_on - today).days,
        counted_from=alarm.counted_from,
        limit=None if duration is None else DurationOut(value=duration.value, unit=duration.unit),
        basis=basis.told(language, {}),
        announcements=[
            AnnouncementOut(rung=one.rung, came_on=one.came_on)
            for one in told
            if (one.item_case_id, one.kind, one.expires_on) == mine
        ],
        explained_by=explained_by,
    )
