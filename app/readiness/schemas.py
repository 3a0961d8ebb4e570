"""What goes over the wire about readiness checks and the uses of materials."""

from datetime import datetime

from typing_extensions import TypedDict

from app.answers import WordsOut
from app.wire import In


class ReadinessCheckIn(In):
    """Nothing is asked: everything is known already."""


class MissingOut(TypedDict):
    """Something missing; ``may_be_bridged``: it may follow after a conditional pass (容缺)."""

    kind: str
    code: str
    name: WordsOut
    basis: WordsOut
    supplied_by: str | None
    may_be_bridged: bool


class ReadinessCheckOut(TypedDict):
    """What stood in the way of filing an item when it was checked; ``there`` are codes of materials.

    ``may_be_bridged``: all that is missing may follow after a conditional pass.
    """

    id: str
    item_case_id: str
    project_id: str
    number: int
    checked_at: datetime
    checked_by: str | None
    is_ready: bool
    may_be_bridged: bool
    gaps: list[MissingOut]
    there: list[str]


class FilingUseOut(TypedDict):
    """A case that was filed with a material."""

    item_case_id: str
    item_code: str


class MaterialUseOut(TypedDict):
    """A material by its code: which items ask for it, and which filings have used it."""

    code: str
    name: WordsOut
    material_id: str | None
    state: str | None
    needed_by: list[str]
    used_by: list[FilingUseOut]


class MaterialUsesOut(TypedDict):
    """The materials of a project and their uses; ``submissions_saved``: uses less the materials used."""

    project_id: str
    submissions_saved: int
    materials: list[MaterialUseOut]
