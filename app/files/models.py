"""The table of files. A row is added and never changed; the bytes lie in the store, named by their digest."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from app.table import Id, Moment, Table


class File(Table, table=True):
    """A document: uploaded to us, or referenced in another system with a digest."""

    __tablename__ = "document_file"
    unrecorded: ClassVar[frozenset[str]] = frozenset({"name"})  # people write names of persons into it

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str | None = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(foreign_key="area.code", max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    kind: str = Field(max_length=16)
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    declared_type: str | None = Field(max_length=100)
    size: int | None = Field(sa_type=BigInteger)
    sha256: str | None = Field(max_length=64)
    sm3: str | None = Field(max_length=64)
    source_system: str | None = Field(max_length=64)
    external_id: str | None = Field(max_length=128)
    url: str | None = Field(max_length=500)
    created_at: datetime = Field(sa_type=Moment)
    version: int = 1

    __table_args__ = (Index("ix_document_file_project_id", "project_id", "id"),)
