"""Materials of a project: entered once, and which of them are still missing."""

from collections.abc import Iterable
from typing import Final

from app.domain.coded import Coded
from app.domain.vocabulary import MaterialState
from app.errors import Forbidden, Invalid, Words

SETTLED: Final = frozenset({MaterialState.RECEIVED, MaterialState.NOT_APPLICABLE})


class MaterialSupplier(Coded):
    """Who brings a document that is asked for (default, not from the standard)."""

    OWNER = "owner", "项目单位", "the owner"
    AGENCY = "agency", "代办机构", "the agency"
    DEPARTMENT = "department", "审批部门", "a department"
    INTERMEDIARY = "intermediary", "中介机构", "an intermediary"


class ReceivedMaterialNeedsFile(Invalid):
    """A material counts as received when its file is there."""

    title = Words("已收到的材料须有文件", "A received material needs its file")
    detail = Words("材料状态为已收到时，须给出 file_id。", "Name the file of a material that is received.")


class NotApplicableNeedsReason(Invalid):
    """That a material does not apply is said with a reason."""

    title = Words("不适用须说明理由", "Not applicable needs a reason")
    detail = Words("将材料标记为不适用时，须填写 reason。", "Give a reason why the material does not apply.")


class OwnerHandsInOnly(Forbidden):
    """The owner hands materials in; what is asked for is settled by the agency."""

    title = Words("项目单位只能提交材料", "The owner hands in only")
    detail = Words(
        "门户只能提交文件并将材料标记为已收到。",
        "A portal may only hand in a file: file_id and state received.",
    )


def check_material(state: str, *, has_file: bool, has_reason: bool) -> None:
    """Refuse a state without what it rests on. Default, not from the standard."""
    if state == MaterialState.RECEIVED and not has_file:
        raise ReceivedMaterialNeedsFile
    if state == MaterialState.NOT_APPLICABLE and not has_reason:
        raise NotApplicableNeedsReason


def count_missing(materials: Iterable[tuple[bool, str]]) -> int:
    """Count the materials that are required and neither received nor not applicable."""
    return sum(is_required and state not in SETTLED for is_required, state in materials)
