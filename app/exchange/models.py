"""The tables of imports and exports: how far they are. What they do to projects stands in the ledger."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from app.table import Id, Json, Moment, Table


class ImportJob(Table, table=True):
    """An import asked for, and how far it has come. One worker at a time holds its lease."""

    __tablename__ = "import_job"
    recorded: ClassVar[bool] = False

    id: str = Field(sa_type=Id, primary_key=True)
    area_code: str = Field(foreign_key="area.code", max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    client_id: str = Field(sa_type=Id, foreign_key="client.id")
    operator_id: str | None = Field(sa_type=Id)
    person_key: str | None = Field(max_length=64)
    kind: str = Field(max_length=16)
    file_id: str = Field(sa_type=Id, foreign_key="document_file.id")
    file_sha256: str = Field(max_length=64)
    mapping: Any = Field(sa_type=Json)
    state: str = Field(max_length=16)
    rows: int = 0
    rows_imported: int = 0
    rows_present: int = 0
    rows_reported: int = 0
    projects_registered: int = 0
    reason: dict[str, str] | None = Field(sa_type=Json)
    lease_token: str | None = Field(sa_type=Id)
    lease_until: datetime | None = Field(sa_type=Moment)
    requested_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(sa_type=Moment)
    version: int = 1

    __table_args__ = (Index("ix_import_job_state", "state", "id"),)


class ImportReportRow(Table, table=True):
    """Why a row of the file was not imported."""

    __tablename__ = "import_report_row"
    recorded: ClassVar[bool] = False

    id: str = Field(sa_type=Id, primary_key=True)
    job_id: str = Field(sa_type=Id, foreign_key="import_job.id")
    place: int
    line: int
    column: str | None = Field(max_length=200)
    code: str = Field(max_length=32)
    facts: Any = Field(sa_type=Json)

    __table_args__ = (Index("uq_import_report_row_job_id", "job_id", "place", unique=True),)


class ExportJob(Table, table=True):
    """An export asked for: the question and the place in the ledger up to which it is answered."""

    __tablename__ = "export_job"
    recorded: ClassVar[bool] = False

    id: str = Field(sa_type=Id, primary_key=True)
    area_code: str = Field(foreign_key="area.code", max_length=16)
    owner_uscc: str | None = Field(max_length=18)
    kind: str = Field(max_length=16)
    format: str = Field(max_length=8)
    source_system: str | None = Field(max_length=64)
    through_sequence: int = Field(sa_type=BigInteger)
    requested_at: datetime = Field(sa_type=Moment)
    version: int = 1
