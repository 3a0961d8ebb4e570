"""The table of private values. The ledger knows their id and a salted commitment, never the value."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from app.table import Id, Moment, Table


class Private(Table, table=True):
    """One private value. Erasing empties value and salt; the row stays, so that its id still means it."""

    recorded: ClassVar[bool] = False

    id: str = Field(sa_type=Id, primary_key=True)
    kind: str = Field(max_length=32)
    project_id: str | None = Field(sa_type=Id, index=True)
    kept_in: str = Field(max_length=16)  # the area of whoever kept it: who may erase what is no project's
    salt: str | None = Field(max_length=64)
    value: str | None
    kept_at: datetime = Field(sa_type=Moment)
    erased_at: datetime | None = Field(sa_type=Moment)
