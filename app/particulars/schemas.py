"""What goes over the wire about codes, external ids, work packages, duplicates and transfers."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from app.domain.vocabulary import WorkPackageKind
from app.private.queries import TextOut
from app.projects.schemas import AllowedActionOut, ProjectCodeText, WarningOut
from app.wire import Code, Day, In, Line, Patch, Some, Text, Uuid


class ProjectCodeIn(In):
    """A new code of the project; it takes the place of the present one."""

    project_code: ProjectCodeText
    valid_from: Annotated[Day | None, Field(description="缺省为今日 · today if absent")] = None
    reason: Annotated[Text | None, Field(description="替换原代码时必填 · needed when it replaces one")] = None


class ProjectCodeOut(TypedDict):
    """A code in its time; warnings say what is odd about it, and who else holds it in the caller's scope."""

    id: str
    project_id: str
    project_code: str
    generation: str
    valid_from: date
    valid_to: date | None
    reason: TextOut | None
    replaced_by: str | None
    warnings: list[WarningOut]


class ExternalIdOut(TypedDict):
    """The id of a project in another system, and the calling system that gave it."""

    id: str
    project_id: str
    client_id: str
    source_system: str
    external_id: str
    added_at: datetime


class DuplicateClosureIn(In):
    """Which record goes on in place of this one, and why the two are the same project."""

    survivor_id: Uuid
    reason: Text


class DuplicateClosureOut(TypedDict):
    """A record closed as a duplicate; what is still allowed is ending it."""

    project_id: str
    survivor_id: str
    reason: TextOut | None
    closed_at: datetime
    project_version: int
    allowed_actions: list[AllowedActionOut]


class WorkPackageIn(In):
    """A phase or section of the project."""

    code: Annotated[Code | None, Field(description="工程代码 gcdm · code of the works")] = None
    name: Line
    kind: WorkPackageKind
    previous_package_id: Annotated[
        Uuid | None, Field(description="前阶段关联工程 qjdgcdm · the package it follows")
    ] = None
    planned_start_on: Day | None = None
    planned_completion_on: Day | None = None


class WorkPackagePatch(Patch):
    """Facts of a work package that changed; null empties a field, but neither name nor kind."""

    code: Code | None = None
    name: Line | None = None
    kind: WorkPackageKind | None = None
    previous_package_id: Uuid | None = None
    planned_start_on: Day | None = None
    planned_completion_on: Day | None = None


class WorkPackageOut(TypedDict):
    """A phase or section of a project."""

    id: str
    project_id: str
    version: int
    code: str | None
    name: str
    kind: str
    previous_package_id: str | None
    planned_start_on: date | None
    planned_completion_on: date | None


class AreaTransferIn(In):
    """The area that takes the project over, why, and the papers that say so."""

    to_area: Code
    reason: Text
    evidence: Annotated[Some[Uuid], Field(min_length=1)]


class AreaTransferOut(TypedDict):
    """A project handed from one area to another."""

    id: str
    project_id: str
    from_area: str
    to_area: str
    reason: TextOut | None
    evidence: list[str]
    transferred_at: datetime
