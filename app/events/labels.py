"""What each type of event is called in the timeline. A test finds a recorded type that has no name here."""

from collections.abc import Mapping
from typing import Final

from app.errors import Words

LABELS: Final[Mapping[str, Words]] = {
    "agent.assigned": Words("指派代办员", "Agent assigned"),
    "agent.assignment_ended": Words("代办员退出", "Assignment of an agent ended"),
    "agent.handed_over": Words("代办员交接", "Handed over to another agent"),
    "agreement.drawn_up": Words("拟订委托协议", "Agreement drawn up"),
    "agreement.party_signed": Words("一方签署协议", "One party signed the agreement"),
    "agreement.signed": Words("委托协议签订", "Agreement signed"),
    "agreement.terminated": Words("委托协议终止", "Agreement terminated"),
    "api_key.created": Words("创建密钥", "Key created"),
    "api_key.revoked": Words("吊销密钥", "Key revoked"),
    "api_key.rotated": Words("轮换密钥", "Key rotated"),
    "area.changed": Words("修改区域", "Area changed"),
    "area.registered": Words("登记区域", "Area registered"),
    "calendar.activated": Words("启用工作日历", "Calendar version activated"),
    "calendar.drafted": Words("起草工作日历", "Calendar version drafted"),
    "checkpoint.signed": Words("签署账本检查点", "Ledger checkpoint signed"),
    "client.changed": Words("修改接入系统", "Client changed"),
    "client.registered": Words("登记接入系统", "Client registered"),
    "correction.approved": Words("更正已批准", "Correction approved"),
    "correction.proposed": Words("提出更正", "Correction proposed"),
    "correction.rejected": Words("更正已驳回", "Correction rejected"),
    "department.changed": Words("修改部门", "Department changed"),
    "department.registered": Words("登记部门", "Department registered"),
    "document.added": Words("归入项目文件", "Document added"),
    "document.withdrawn": Words("撤回项目文件", "Document withdrawn"),
    "evaluation.given": Words("项目单位评价", "Service evaluated"),
    "export.requested": Words("申请导出", "Export requested"),
    "file.referenced": Words("登记外部文件", "File of another system referenced"),
    "file.uploaded": Words("上传文件", "File uploaded"),
    "import.requested": Words("申请导入", "Import requested"),
    "installation.furnished": Words("系统初始化", "Installation furnished"),
    "list_membership.added": Words("列入重大项目名单", "Put on a list of major projects"),
    "list_membership.ended": Words("名单资格终止", "List membership ended"),
    "material.changed": Words("更新材料状态", "State of a material changed"),
    "material.listed": Words("列入材料清单", "Material listed"),
    "milestone.confirmed": Words("节点已核实", "Milestone confirmed"),
    "milestone.reported": Words("填报节点", "Milestone reported"),
    "move.confirmed": Words("第二人确认流转", "Move confirmed by a second person"),
    "operator.changed": Words("修改操作人员", "Operator changed"),
    "operator.registered": Words("登记操作人员", "Operator registered"),
    "person.added": Words("登记项目单位人员", "Person added"),
    "person.changed": Words("更正项目单位人员", "Person changed"),
    "person.erased": Words("删除人员信息", "Values of a person erased"),
    "plan.approved": Words("服务方案已批准", "Service plan approved"),
    "plan.confirmed_by_owner": Words("项目单位确认服务方案", "Service plan confirmed by the owner"),
    "plan.drafted": Words("编制服务方案", "Service plan drafted"),
    "private.erased": Words("个人信息或文本已删除", "Private text erased"),
    "procedure.draft_changed": Words("修改流程草案", "Draft of a procedure changed"),
    "procedure.drafted": Words("起草服务流程", "Procedure drafted"),
    "procedure.published": Words("发布服务流程", "Procedure published"),
    "project.area_transferred": Words("移交其他区域", "Handed to another area"),
    "project.clock_recounted": Words("按现行日历重算时限", "Deadline recounted by the calendar in force"),
    "project.closed_as_duplicate": Words("作为重复项目关闭", "Closed as a duplicate"),
    "project.code_entered": Words("登记项目代码", "Project code entered"),
    "project.external_id_added": Words("登记外部编号", "External id added"),
    "project.mode_changed": Words("变更服务方式", "Mode of service changed"),
    "project.procedure_changed": Words("改用流程版本", "Moved to another procedure"),
    "project.record_changed": Words("修改项目记录", "Project record changed"),
    "project.registered": Words("登记项目线索", "Project registered"),
    "project.stage_moved": Words("环节流转", "Moved to another stage"),
    "service.put_on_record": Words("登记服务记录", "Service put on record"),
    "threshold_policy.published": Words("公布重大项目标准", "Threshold published"),
    "work_package.added": Words("登记单项工程", "Work package added"),
    "work_package.changed": Words("修改单项工程", "Work package changed"),
}


def label_of(kind: str, language: str) -> str:
    """Name a type of event in a language; a type of an older program that has no name stands for itself."""
    words = LABELS.get(kind)
    return kind if words is None else words.told(language, {})
