"""The table of persons. It holds ids of private values, never the values."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class Person(Table, table=True):
    """Someone on the owner's side of a project, in one role, for a time.

    ``superseded`` are the ids of values that were put right; erasing takes them too.
    """

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id", index=True)
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    role: str = Field(max_length=32)
    name_id: str = Field(sa_type=Id, foreign_key="private.id")
    phone_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    id_number_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    superseded: Any = Field(sa_type=Json)
    organisation: str | None = Field(max_length=200)
    valid_from: date
    valid_to: date | None
    erased_at: datetime | None = Field(sa_type=Moment)
    version: int = 1
