"""What goes over the wire about areas and departments."""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints
from typing_extensions import TypedDict

from app.domain.attributes import AreaKind
from app.domain.identifiers import read_division_code
from app.pages import PageIn
from app.wire import Day, In, Patch, Truth, kept, read_by

AREA_CODE = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
AreaCode = Annotated[str, StringConstraints(pattern=AREA_CODE, max_length=16)]
DepartmentCode = Annotated[str, StringConstraints(pattern=AREA_CODE, max_length=32)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
DivisionCode = Annotated[str, StringConstraints(max_length=12), read_by(read_division_code)]


class AreaIn(In):
    """A division or a functional area; the latter has no national code (``gb2260_code`` is null)."""

    code: AreaCode
    gb2260_code: DivisionCode | None = None
    kind: AreaKind
    name_zh: Name
    name_en: Name
    parent_code: AreaCode
    valid_from: Day
    valid_to: Day | None = None


class AreaPatch(Patch):
    """What changed about an area. Its code never does: a new code is a new area."""

    gb2260_code: DivisionCode | None = None
    kind: AreaKind = kept()
    name_zh: Name = kept()
    name_en: Name = kept()
    parent_code: AreaCode = kept()
    valid_from: Day = kept()
    valid_to: Day | None = None


class AreasIn(PageIn):
    """Filters of the list of areas."""

    parent: AreaCode | None = None
    kind: AreaKind | None = None
    valid_on: Day | None = None


class AreaOut(TypedDict):
    """An area; ``valid_to`` is its last valid day, and a missing one means that it is still valid."""

    code: str
    version: int
    gb2260_code: str | None
    kind: str
    name_zh: str
    name_en: str
    parent_code: str | None
    valid_from: date
    valid_to: date | None


class DepartmentIn(In):
    """A department of an area."""

    code: DepartmentCode
    area_code: AreaCode
    name_zh: Name
    name_en: Name
    is_agency_office: Truth = False
    valid_from: Day
    valid_to: Day | None = None


class DepartmentPatch(Patch):
    """What changed about a department. Its code and its area stay."""

    name_zh: Name = kept()
    name_en: Name = kept()
    is_agency_office: Truth = kept()
    valid_from: Day = kept()
    valid_to: Day | None = None


class DepartmentsIn(PageIn):
    """Filters of the list of departments."""

    area: AreaCode | None = None
    valid_on: Day | None = None
    is_agency_office: bool | None = None


class DepartmentOut(TypedDict):
    """A department; ``valid_to`` is its last valid day."""

    code: str
    version: int
    area_code: str
    name_zh: str
    name_en: str
    is_agency_office: bool
    valid_from: date
    valid_to: date | None
