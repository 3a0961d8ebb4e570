"""What goes over the wire about clients, keys and operators."""

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from typing_extensions import TypedDict

from app.areas.schemas import AreaCode, DepartmentCode, Name
from app.errors import Invalid, Words
from app.pages import PageIn
from app.private.queries import TextOut
from app.wire import Code, Day, In, MomentIn, Patch, Truth, Whole, kept, read_by

MAX_OVERLAP = 168  # hours that an old key may live on beside its successor: a week
PERSONAL = re.compile(r"[0-9]{17}[0-9Xx]|1[3-9][0-9]{9}")  # an identity number, a mobile number
ClientRole = Literal[
    "portal", "officer", "agent", "coordinator", "archivist", "department", "supervisor", "auditor", "admin"
]  # every role but the rater's, which belongs to an evaluation page


class PersonalNumber(Invalid):
    """A person is named by a code of the directory, never by an identity or telephone number."""

    title = Words("不得使用个人号码", "A personal number")
    detail = Words(
        "编号会写入不可更改的账本，不得使用身份证号码或者手机号码。",
        "The code is written into an unchangeable ledger: use no identity number and no telephone number.",
    )


def read_person_code(text: str) -> str:
    """Read the code of a person. Refuses identity numbers and mobile numbers."""
    if PERSONAL.fullmatch(text.rpartition(":")[2]):
        raise PersonalNumber
    return text


def _once(roles: list[ClientRole]) -> list[ClientRole]:
    return list(dict.fromkeys(roles))


Roles = Annotated[list[ClientRole], Field(min_length=1, max_length=20), AfterValidator(_once)]
PersonKey = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:@-]*$", max_length=64),
    read_by(read_person_code),
]


class ClientIn(In):
    """A calling system. The first of its roles is the one it acts in when a request names none."""

    name: Name
    roles: Roles
    area_code: AreaCode
    department_code: DepartmentCode | None = None
    realm: Annotated[Code, Field(description="人员目录 · the directory its operators are registered in")]


class ClientPatch(Patch):
    """What changed about a calling system."""

    name: Name = kept()
    roles: Roles = kept()
    area_code: AreaCode = kept()
    department_code: DepartmentCode | None = None
    realm: Code = kept()
    is_active: Truth = kept()


class ClientOut(TypedDict):
    """A calling system."""

    id: str
    version: int
    name: str
    roles: list[str]
    area_code: str
    department_code: str | None
    realm: str
    is_active: bool
    created_at: datetime


class KeyIn(In):
    """A key to be made; without ``expires_at`` it lives until it is revoked."""

    expires_at: MomentIn | None = None


class RotationIn(In):
    """How long the old key lives on beside the new one, in hours."""

    overlap_hours: Whole = Field(default=24, ge=0, le=MAX_OVERLAP)
    expires_at: MomentIn | None = None


class KeyOut(TypedDict):
    """A key; of its secret only the first characters are known."""

    id: str
    client_id: str
    hint: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyShownOut(TypedDict):
    """A new key with its secret, which is shown this once; ``replaces`` is the key it was rotated from."""

    key: KeyOut
    secret: str
    replaces: KeyOut | None


class OperatorIn(In):
    """A person behind the clients of a directory."""

    realm: Code
    operator_code: Annotated[Code, read_by(read_person_code)]
    person_key: Annotated[
        PersonKey,
        Field(description="同一人在各目录中相同 · the same for the same person in every directory"),
    ]
    name: Name
    roles: Roles
    area_code: AreaCode
    department_code: DepartmentCode | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class OperatorPatch(Patch):
    """What changed about a person. Directory and code stay: they name him."""

    person_key: PersonKey = kept()
    name: Name = kept()
    roles: Roles = kept()
    area_code: AreaCode = kept()
    department_code: DepartmentCode | None = None
    valid_from: Day = kept()
    valid_to: Day | None = None


class OperatorsIn(PageIn):
    """Filters of the list of operators."""

    realm: Code | None = None
    role: ClientRole | None = None
    area: AreaCode | None = None


class OperatorOut(TypedDict):
    """A person behind the clients of a directory; who need not know the name sees its first character."""

    id: str
    version: int
    realm: str
    operator_code: str
    person_key: str
    name: TextOut
    roles: list[str]
    area_code: str
    department_code: str | None
    valid_from: date
    valid_to: date | None
