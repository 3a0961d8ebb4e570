"""What goes over the wire about files and the documents of a project."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from typing_extensions import TypedDict

from app.domain.vocabulary import DocumentKind
from app.private.queries import TextOut
from app.wire import Code, In, Line, Text, Uuid

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
MediaType = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.+-]{0,48}/[a-z0-9][a-z0-9.+-]{0,48}$", max_length=100)
]
Url = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s/@<>\"\\]+(/[^\s<>\"\\]*)?$", max_length=500),
    Field(description="无账号信息的 http(s) 地址 · an http(s) address without credentials"),
]


class FileIn(In):
    """What may be said of a file that is uploaded."""

    name: Line
    project_id: Uuid | None = None
    area_code: Code | None = None


class FileReferenceIn(In):
    """A document that another system keeps: where it is, and the digest that proves it unchanged."""

    project_id: Uuid | None = None
    area_code: Code | None = None
    name: Line
    media_type: MediaType
    size: Annotated[int, Field(ge=1, le=2**50)] | None = None
    sha256: Digest | None = None
    sm3: Digest | None = None
    source_system: Code
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=128, strip_whitespace=True)]
    url: Url | None = None

    @model_validator(mode="after")
    def has_a_digest(self) -> Self:
        """Refuse a reference that nothing could be compared with."""
        if self.sha256 is None and self.sm3 is None:
            raise ValueError("digest")
        return self


class FileOut(TypedDict):
    """A file. ``media_type`` is what its bytes say; ``declared_type`` what the caller said."""

    id: str
    version: int
    project_id: str | None
    area_code: str
    kind: str
    name: str
    media_type: str
    declared_type: str | None
    size: int | None
    sha256: str | None
    sm3: str | None
    source_system: str | None
    external_id: str | None
    url: str | None
    created_at: datetime


class DocumentIn(In):
    """A file, as what paper it belongs to the project's service file."""

    kind: DocumentKind
    file_id: Uuid


class WithdrawalIn(In):
    """Why a paper leaves the service file."""

    reason: Text


class DocumentOut(TypedDict):
    """A paper of the service file. ``withdrawn_at`` tells that it does not count any more."""

    id: str
    version: int
    project_id: str
    kind: str
    kind_label: str
    file: FileOut
    added_at: datetime
    withdrawn_at: datetime | None
    reason: TextOut | None


class DocumentChangedOut(DocumentOut):
    """A paper just added or withdrawn, and the groups of kinds of which the archive still needs one each."""

    still_missing: list[list[str]]
