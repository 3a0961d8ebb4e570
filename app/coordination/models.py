"""The tables of what is owed: issues of a project, and conclusions of its consultations.

Both are a duty of one person or one office. ``department_code`` None: the agency's. The due day is agreed
when it is set, and names the calendar it was counted with; their acts stand in ``handling_step``.
"""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field

from app.table import Id, Table


class Issue(Table, table=True):
    """Something that keeps a project back and has to be coordinated, on a level of the ladder."""

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    item_case_id: str | None = Field(sa_type=Id, foreign_key="item_case.id", index=True)
    title_id: str = Field(sa_type=Id, foreign_key="private.id")
    text_id: str = Field(sa_type=Id, foreign_key="private.id")
    reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    level: str = Field(max_length=32)
    raised_by: str = Field(max_length=80)
    raised_department: str | None = Field(max_length=32)
    raised_on: date
    responsible: str | None = Field(max_length=80)
    department_code: str | None = Field(foreign_key="department.code", max_length=32)
    state: str = Field(max_length=16)
    anchor_on: date
    days: int
    due_on: date
    warn_on: date
    is_provisional: bool
    calendar_version: int
    resolver: str | None = Field(max_length=80)
    resolved_on: date | None
    closed_on: date | None
    steps: int = 0
    version: int = 1

    __table_args__ = (
        Index("ix_issue_project_id", "project_id", "id"),
        Index("ix_issue_area_code", "area_code", "id"),
        Index("ix_issue_responsible", "responsible", "due_on", "id"),
        Index("ix_issue_department_code", "department_code", "due_on", "id"),
    )


class Conclusion(Table, table=True):
    """Something a consultation has put on somebody, until a day."""

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    consultation_id: str = Field(sa_type=Id, foreign_key="consultation.id")
    number: int
    issue_id: str | None = Field(sa_type=Id, foreign_key="issue.id", index=True)
    text_id: str = Field(sa_type=Id, foreign_key="private.id")
    responsible: str | None = Field(max_length=80)
    department_code: str | None = Field(foreign_key="department.code", max_length=32)
    state: str = Field(max_length=16)
    anchor_on: date
    days: int
    due_on: date
    warn_on: date
    is_provisional: bool
    calendar_version: int
    resolver: str | None = Field(max_length=80)
    resolved_on: date | None
    closed_on: date | None
    steps: int = 0
    version: int = 1

    __table_args__ = (
        Index("uq_conclusion_consultation_id", "consultation_id", "number", unique=True),
        Index("ix_conclusion_project_id", "project_id", "id"),
        Index("ix_conclusion_area_code", "area_code", "id"),
        Index("ix_conclusion_responsible", "responsible", "due_on", "id"),
        Index("ix_conclusion_department_code", "department_code", "due_on", "id"),
    )
