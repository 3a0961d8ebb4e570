"""The tables of administrative divisions, functional areas and departments."""

from datetime import date

from sqlmodel import Field

from app.table import Table


class Area(Table, table=True):
    """A division (GB/T 2260) or a functional area that has no national code of its own."""

    code: str = Field(primary_key=True, max_length=16)
    gb2260_code: str | None = Field(max_length=6)
    kind: str = Field(max_length=32)
    name_zh: str = Field(max_length=100)
    name_en: str = Field(max_length=100)
    parent_code: str | None = Field(foreign_key="area.code", max_length=16)
    valid_from: date
    valid_to: date | None
    version: int = 1


class Department(Table, table=True):
    """A department of an area; it holds approval items and sees the projects it takes part in."""

    code: str = Field(primary_key=True, max_length=32)
    area_code: str = Field(foreign_key="area.code", max_length=16, index=True)
    name_zh: str = Field(max_length=100)
    name_en: str = Field(max_length=100)
    is_agency_office: bool = False
    valid_from: date
    valid_to: date | None
    version: int = 1
