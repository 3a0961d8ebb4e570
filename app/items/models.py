"""The tables of item cases and of their steps."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field

from app.table import Id, Json, Moment, Table

UNTRUE = "silence_announced IS NOT NULL AND (silence_ends_on IS NULL OR silence_ends_on <> silence_announced)"
"""Announced as accepted by silence, and not so any more."""


def _where(condition: str) -> dict[str, Any]:
    """Limit an index to the few rows that the worker or the board looks for."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class ItemCase(Table, table=True):
    """One approval item of a project on its way; what follows from its steps is stored for lists.

    No column depends on the day of today: a clock counts from ``…_from`` on (None: it has not begun), and
    while ``silence_ends_on`` is set, the days stand there as they will be if nobody answers. A ``…_due_on``
    is None while a pause keeps it from ending. ``done_light`` is the colour for good once it is decided.
    ``ready_on`` comes from other cases: a time to file in counts from then, and has no columns once filed.
    """

    __tablename__ = "item_case"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    department_code: str | None = Field(foreign_key="department.code", max_length=32)
    plan_number: int | None
    item_code: str = Field(max_length=64)
    work_package_id: str | None = Field(sa_type=Id, foreign_key="work_package.id")
    name: Any = Field(sa_type=Json)
    kind: str = Field(max_length=16)
    approval_stage: int
    bearer: str = Field(max_length=16)
    round: int
    follows_id: str | None = Field(sa_type=Id, foreign_key="item_case.id")
    opened_at: datetime = Field(sa_type=Moment)
    statutory_limit: dict[str, Any] | None = Field(sa_type=Json)
    promised_limit: dict[str, Any] | None = Field(sa_type=Json)
    pause_policy: str = Field(max_length=16)
    validity: dict[str, Any] | None = Field(sa_type=Json)

    state: str = Field(max_length=24)
    state_at: datetime | None = Field(sa_type=Moment)
    ready_on: date | None
    filed_on: date | None
    receipt_on: date | None
    accepted_on: date | None
    silence_ends_on: date | None
    anchor_on: date | None
    done_on: date | None
    passed_on: date | None
    is_passed: bool
    statutory_from: date | None
    statutory_due_on: date | None
    statutory_warn_on: date | None
    promised_from: date | None
    promised_due_on: date | None
    promised_warn_on: date | None
    due_on: date | None
    done_light: str | None = Field(max_length=16)
    is_running: bool
    is_paused: bool
    is_provisional: bool
    calendar_version: int | None
    document_number: str | None = Field(max_length=100)
    document_on: date | None
    valid_through: date | None
    valid_for: dict[str, Any] | None = Field(default=None, sa_type=Json)
    is_undone_by_start: bool = False
    supplement_due_on: date | None
    supplement_closed_on: date | None
    findings: Any = Field(sa_type=Json)
    silence_announced: date | None  # the end of silence that was announced as acceptance
    steps: int = 0
    version: int = 1

    __table_args__ = (
        Index("ix_item_case_project_id", "project_id", "item_code", "round"),
        Index("ix_item_case_area_code", "area_code", "due_on", "id"),
        Index("ix_item_case_department_code", "department_code", "due_on", "id"),
        Index("ix_item_case_due_on", "due_on", "id"),
        Index("ix_item_case_item_code", "item_code", "id"),
        Index("ix_item_case_filed_on", "filed_on", "id"),
        Index(
            "ix_item_case_under_way", "due_on", "id", **_where("done_light IS NULL AND filed_on IS NOT NULL")
        ),
        Index("ix_item_case_silence_ends_on", "silence_ends_on", **_where("silence_announced IS NULL")),
        Index("ix_item_case_silence_announced", "id", **_where(UNTRUE)),
    )


class ItemStep(Table, table=True):
    """What happened to a case: an action, a report, or what followed by itself (``is_derived``).

    ``number`` is our sequence within the case. Free texts stand in the private store.
    """

    __tablename__ = "item_step"

    id: str = Field(sa_type=Id, primary_key=True)
    project_id: str = Field(sa_type=Id, foreign_key="project.id")
    area_code: str = Field(max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    item_case_id: str = Field(sa_type=Id, foreign_key="item_case.id")
    event_id: str = Field(sa_type=Id)
    number: int
    code: str = Field(max_length=24)
    is_derived: bool
    occurred_at: datetime = Field(sa_type=Moment)
    recorded_at: datetime = Field(sa_type=Moment)
    source_sequence: int | None
    source_system: str | None = Field(max_length=64)
    external_id: str | None = Field(max_length=128)
    client_id: str = Field(sa_type=Id)
    person: str | None = Field(max_length=64)
    entry_mode: str = Field(max_length=16)
    facts: Any = Field(sa_type=Json)
    findings: Any = Field(sa_type=Json)
    reason_id: str | None = Field(sa_type=Id, foreign_key="private.id")
    evidence: Any = Field(sa_type=Json)

    __table_args__ = (
        Index("uq_item_step_item_case_id", "item_case_id", "number", unique=True),
        Index("uq_item_step_client_id", "client_id", "source_system", "external_id", unique=True),
    )
