"""The table of the papers in a project's service file."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Moment, Table


class ProjectDocument(Table, table=True):
    """A file that is one of the papers of a project. Withdrawing it leaves the row, with the reason."""

    __tablename__ = "project_document"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    kind: str = Field(max_length=32)
    file_id: str = Field(sa_type=Id, foreign_key="document_file.id")
    added_at: datetime = Field(sa_type=Moment)
    withdrawn_at: datetime | None = Field(sa_type=Moment)
    reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    version: int = 1

    __table_args__ = (Index("ix_project_document_project_id", "project_id", "id"),)
