"""The table of absences."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Moment, Table


class Absence(Table, table=True):
    """Days on which somebody does not serve, and who stands in; from ``ended_on`` on he is back."""

    id: str = Field(sa_type=Id, primary_key=True)
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    operator_id: str = Field(sa_type=Id, foreign_key="operator.id")
    person_key: str = Field(max_length=64)
    substitute_id: str | None = Field(sa_type=Id, foreign_key="operator.id")
    substitute_key: str | None = Field(max_length=64)
    begins_on: date
    through: date
    ended_on: date | None
    recorded_by: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=Moment)
    version: int = 1

    __table_args__ = (Index("ix_absence_through", "through", "id"),)
