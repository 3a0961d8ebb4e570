"""What each type of event is called in the timeline. A test finds a recorded type that has no name here."""

from collections.abc import Mapping
from typing import Final

from app.errors import Words

LABELS: Final[Mapping[str, Words]] = {
    "checkpoint.signed": Words("签署账本检查点", "Ledger checkpoint signed"),
    "client.registered": Words("登记接入系统", "Client registered"),
    "correction.approved": Words("更正已批准", "Correction approved"),
    "installation.furnished": Words("系统初始化", "Installation furnished"),
    "operator.registered": Words("登记操作人员", "Operator registered"),
    "private.erased": Words("个人信息或文本已删除", "Private text erased"),
    "procedure.published": Words("发布服务流程", "Procedure published"),
    "project.record_changed": Words("修改项目记录", "Project record changed"),
    "project.registered": Words("登记项目线索", "Project registered"),
    "project.stage_moved": Words("环节流转", "Moved to another stage"),
}


def label_of(kind: str, language: str) -> str:
    """Name a type of event in a language; a type of an older program that has no name stands for itself."""
    words = LABELS.get(kind)
    return kind if words is None else words.told(language, {})
