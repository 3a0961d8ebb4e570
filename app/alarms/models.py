"""The table of what was announced; an announcement that became untrue is taken out again by its own event."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Table


class AlarmAnnouncement(Table, table=True):
    """A rung of an alarm that was announced, once; ``came_on`` is the day it came true."""

    __tablename__ = "alarm_announcement"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    item_case_id: str = Field(sa_type=Id, foreign_key="item_case.id")
    kind: str = Field(max_length=16)
    expires_on: date
    rung: str = Field(max_length=16)
    came_on: date

    __table_args__ = (
        Index(
            "uq_alarm_announcement_item_case_id", "item_case_id", "kind", "expires_on", "rung", unique=True
        ),
    )
