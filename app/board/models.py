"""The table of those signed in to the board."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from app.table import Moment, Table


class BoardSession(Table, table=True):
    """A browser that has shown a key. Of its cookie only the digest is kept; outside the ledger.

    It goes when it is signed out of, or over; it is worth nothing once its key is.
    """

    __tablename__ = "board_session"
    recorded: ClassVar[bool] = False

    digest: str = Field(primary_key=True, max_length=64)
    key_digest: str = Field(max_length=64)
    expires_at: datetime = Field(sa_type=Moment)
