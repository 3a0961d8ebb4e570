"""The data dictionary: every choice with its Chinese and English name and its national numbers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.domain import bad_review_terms as b
from app.domain import complaint_terms as c
from app.domain import coordination_terms as k
from app.domain import planned as p
from app.domain import readiness as r
from app.domain import validity as x
from app.domain import vocabulary as v
from app.domain.agreements import AgreementEnding, SigningParty
from app.domain.attributes import AreaKind, EiaCategory, SoilPlanKind
from app.domain.calendar import DAY_KIND_WORDS
from app.domain.catalogue import Certainty
from app.domain.clocks import LIGHT_WORDS, UNIT_WORDS
from app.domain.coded import CodeEntry, CodeList, list_codes, list_words
from app.domain.coverage import GapKind
from app.domain.follow_ups import FollowUpAct, FollowUpLimit, FollowUpMeasure, FollowUpOutcome, FollowUpState
from app.domain.forecast import HistoryGroup
from app.domain.handing_over import Objection, WorkKind
from app.domain.industries import SECTION_WORDS
from app.domain.invitations import EvaluationManner, InvitationState, OccurrenceKind
from app.domain.items import ItemAct, ItemFinding, ItemState, SpecialKind
from app.domain.materials import MaterialSupplier
from app.domain.notices import NoticeKind
from app.domain.plan_checks import OpenPointKind
from app.domain.plan_content import AdjustmentAction, Choice
from app.domain.plans import PlanState
from app.domain.reports import ReportKind
from app.domain.schedule_terms import DateRule, ItemProgress, ScheduleFinding
from app.domain.simulation import LimitKind
from app.domain.standing import ROLE_WORDS, ServiceMode
from app.domain.statistics_terms import FigureGap, FigureGrouping, FigureUnit
from app.domain.supervision_terms import (
    NoticeAct,
    NoticeEffect,
    NoticeHindrance,
    NoticeLimit,
    NoticeRule,
    NoticeState,
    NoticeSubject,
)
from app.domain.tasks import TaskKind
from app.errors import Words

__all__ = ["CODE_LISTS", "CodeEntry", "CodeList"]

_SERVICE_MODE_WORDS: Final[Mapping[str, Words]] = {
    ServiceMode.AGENCY: Words("代办", "agency"),
    ServiceMode.ASSISTANCE: Words("帮办", "assistance"),
    ServiceMode.LEADER_LED: Words("领办", "leader-led"),
}

_ITEM_STAGE_WORDS: Final[Mapping[str, Words]] = {
    "0": Words("前期策划", "preparation, before the four"),  # nobody asks to be served for it alone
    **{stage: stage.words for stage in v.ApprovalStage},
}

_LISTS: Final = (
    list_words("role", "角色", "role", ROLE_WORDS),
    list_codes("report_kind", "报表种类", "kind of report", ReportKind),
    list_words("service_mode", "服务方式", "mode of service", _SERVICE_MODE_WORDS),
    list_codes("assistance_kind", "帮办类型", "kind of assistance", v.AssistanceKind),
    list_codes("process_class", "项目流程类型", "class of procedure", v.ProcessClass),
    list_codes("approval_mode", "立项类型", "mode of approval", v.ApprovalMode),
    list_codes("approval_stage", "审批阶段", "approval stage", v.ApprovalStage),
    list_words("item_approval_stage", "事项所属审批阶段", "approval stage of an item", _ITEM_STAGE_WORDS),
    list_codes("construction_nature", "建设性质", "nature of construction", v.ConstructionNature),
    list_codes("land_mode", "土地获取方式", "mode of land acquisition", v.LandMode),
    list_codes("fund_nature", "资金属性", "nature of funds", v.FundNature),
    list_words("industry_section", "行业门类", "section of industry", SECTION_WORDS),
    list_codes("lead_source", "线索来源", "source of the lead", v.LeadSource),
    list_codes("eia_category", "环评文件类别", "category of environmental assessment", EiaCategory),
    list_codes("soil_plan_kind", "水土保持方案类别", "kind of soil conservation plan", SoilPlanKind),
    list_codes("area_kind", "区域类别", "kind of area", AreaKind),
    list_codes("list_level", "重大项目名单级别", "level of the list of major projects", v.ListLevel),
    list_codes("work_package_kind", "单项工程类别", "kind of work package", v.WorkPackageKind),
    list_codes("agent_role", "代办帮办人员分工", "role on the agency's side", v.AgentRole),
    list_codes("person_role", "项目单位人员分工", "role on the owner's side", v.PersonRole),
    list_codes("agreement_state", "委托协议状态", "state of an agreement", v.AgreementState),
    list_codes("agreement_party", "委托协议签署方", "party of an agreement", SigningParty),
    list_codes("agreement_ending", "委托协议终止原因", "ending of an agreement", AgreementEnding),
    list_codes("plan_state", "服务方案状态", "state of a service plan", PlanState),
    list_codes("item_kind", "事项种类", "kind of item", p.ItemKind),
    list_codes("item_milestone", "节点事项的角色", "what a milestone item stands for", p.MilestoneRole),
    list_codes("need_kind", "前置关系种类", "kind of prerequisite", p.NeedKind),
    list_codes("limit_anchor", "时限起算日", "day a limit is counted from", p.LimitAnchor),
    list_codes("time_bearer", "时间承担方", "whose time it is", p.TimeBearer),
    list_codes("pause_policy", "中断后的计时方式", "what an ended pause does to the clock", p.PausePolicy),
    list_codes("estimate_basis", "时长依据", "what a duration rests on", p.EstimateBasis),
    list_codes("certainty", "时限可信程度", "how sure a limit is", Certainty),
    list_codes("catalogue_gap", "目录缺项", "what a catalogue lacks", GapKind),
    list_codes("template_choice", "模板取舍", "what a template makes of an item", Choice),
    list_codes("plan_adjustment", "方案调整", "adjustment of a plan", AdjustmentAction),
    list_codes("plan_open_point", "方案未定事项", "what keeps a plan from approval", OpenPointKind),
    list_codes("item_state", "办件状态", "state of an item case", ItemState),
    list_codes("item_act", "办件动作", "act on an item case", ItemAct),
    list_codes("special_kind", "特别程序种类", "kind of special procedure", SpecialKind),
    list_codes("readiness_gap", "申报前缺项", "gap found before filing", r.GapKind),
    list_codes("precondition", "申报前提条件", "precondition of filing", r.Precondition),
    list_codes("alarm_kind", "到期提醒种类", "kind of alarm", x.AlarmKind),
    list_codes("alarm_state", "到期提醒状态", "state of an alarm", x.AlarmState),
    list_codes("alarm_undoing", "到期提醒撤回原因", "what has undone an alarm", x.Undoing),
    list_codes("task_kind", "任务种类", "kind of task", TaskKind),
    list_codes("item_finding", "办件发现", "finding about an item case", ItemFinding),
    list_codes("item_progress", "事项进度", "progress of a planned item", ItemProgress),
    list_codes("date_rule", "排期日期依据", "what sets a date of a schedule", DateRule),
    list_codes("schedule_finding", "排期发现", "finding about a schedule", ScheduleFinding),
    list_codes("limit_kind", "被突破的期限", "limit that a date breaks", LimitKind),
    list_codes("material_supplier", "材料提供方", "supplier of a material", MaterialSupplier),
    list_codes("material_state", "材料状态", "state of a material", v.MaterialState),
    list_codes("document_kind", "文书种类", "kind of document", v.DocumentKind),
    list_codes("suspension_reason", "中止原因", "reason for suspension", v.SuspensionReason),
    list_codes("termination_ground", "终止情形", "ground for termination", v.TerminationGround),
    list_codes("milestone_kind", "项目节点", "milestone", v.MilestoneKind),
    list_codes("service_record_kind", "服务记录种类", "kind of service record", v.ServiceRecordKind),
    list_codes("entry_mode", "录入方式", "mode of entry", v.EntryMode),
    list_codes("project_code_generation", "项目代码编码规则", "generation of a project code", v.Generation),
    list_codes("evaluation_mode", "评价方式", "mode of evaluation", v.EvaluationMode),
    list_codes("evaluation_level", "满意度等级", "level of satisfaction", v.Level),
    list_codes("evaluation_round", "评价次序", "round of evaluation", v.EvaluationRound),
    list_codes("bad_review_state", "差评状态", "state of a bad review", b.BadReviewState),
    list_codes("bad_review_act", "差评处置动作", "act on a bad review", b.BadReviewAct),
    list_codes("bad_review_grade", "差评处理等级", "grade of a bad review", b.BadReviewGrade),
    list_codes("bad_review_finding", "差评核实结论", "finding about a bad review", b.BadReviewFinding),
    list_codes("bad_review_invalid_ground", "差评无效原因", "why a review does not count", b.InvalidGround),
    list_codes("bad_review_root_cause", "差评成因", "root cause of a bad review", b.RootCause),
    list_codes("bad_review_limit", "差评处置时限", "limit of a bad review", b.BadReviewLimit),
    list_codes("follow_up_state", "回访状态", "state of a follow-up", FollowUpState),
    list_codes("follow_up_act", "回访动作", "act on a follow-up", FollowUpAct),
    list_codes("follow_up_outcome", "回访结果", "outcome of a follow-up", FollowUpOutcome),
    list_codes("follow_up_measure", "不满意处理方式", "what follows on dissatisfaction", FollowUpMeasure),
    list_codes("follow_up_limit", "回访时限", "limit of a follow-up", FollowUpLimit),
    list_codes("complaint_state", "投诉状态", "state of a complaint", c.ComplaintState),
    list_codes("complaint_act", "投诉处置动作", "act on a complaint", c.ComplaintAct),
    list_codes("complaint_channel", "投诉渠道", "channel of a complaint", c.ComplaintChannel),
    list_codes("complaint_ground", "投诉事由", "ground of a complaint", c.ComplaintGround),
    list_codes("complaint_class", "投诉处理类别", "class of a complaint", c.ComplaintClass),
    list_codes("complaint_grade", "投诉办理等级", "grade of a complaint", c.ComplaintGrade),
    list_codes("complaint_rejection", "投诉不予受理原因", "why one is rejected", c.ComplaintRejection),
    list_codes("complaint_decision", "投诉处理决定", "decision on a complaint", c.ComplaintDecision),
    list_codes("complaint_limit", "投诉办理时限", "limit of a complaint", c.ComplaintLimit),
    list_codes("complaint_likeness", "疑似重复投诉依据", "why complaints look the same", c.Likeness),
    list_codes("coordination_level", "协调层级", "level of the coordination ladder", k.CoordinationLevel),
    list_codes("duty_state", "协调事项和会商结论的状态", "state of an issue or a conclusion", k.DutyState),
    list_codes("duty_act", "协调事项和会商结论的办理动作", "act on an issue or a conclusion", k.DutyAct),
    list_codes("consultation_state", "会商状态", "state of a consultation", k.ConsultationState),
    list_codes("consultation_act", "会商办理动作", "act on a consultation", k.ConsultationAct),
    list_codes("supervision_state", "督办状态", "state of a supervision notice", NoticeState),
    list_codes("supervision_act", "督办动作", "act on a supervision notice", NoticeAct),
    list_codes("supervision_effect", "督办成效", "effect of a supervision notice", NoticeEffect),
    list_codes("supervision_rule", "督办依据的时限", "clock that a notice names", NoticeRule),
    list_codes("supervision_subject", "督办对象", "what a notice is about", NoticeSubject),
    list_codes("supervision_limit", "督办时限", "limit of a supervision notice", NoticeLimit),
    list_codes("supervision_hindrance", "不予督办的原因", "why nothing is supervised", NoticeHindrance),
    list_codes("work_kind", "名下未了事项种类", "kind of open work", WorkKind),
    list_codes("hand_over_objection", "不能交接的原因", "why work cannot go to somebody", Objection),
    list_codes("evaluation_dimension", "评价维度", "dimension of evaluation", v.EvaluationDimension),
    list_codes("channel", "评价渠道", "channel", v.Channel),
    list_codes("occurrence_kind", "可评价服务类型", "kind of occurrence", OccurrenceKind),
    list_codes("invitation_state", "评价邀请状态", "state of an invitation", InvitationState),
    list_codes("evaluation_manner", "评价方式（线下、线上）", "manner of evaluation", EvaluationManner),
    list_words("time_unit", "时限单位", "unit of time", UNIT_WORDS),
    list_codes("notice_kind", "节假日安排的日期类型", "kind of day in a notice", NoticeKind),
    list_words("day_kind", "日期类型", "kind of day", DAY_KIND_WORDS),
    list_codes("history_group", "预测样本范围", "whose durations a forecast rests on", HistoryGroup),
    list_codes("figure_unit", "指标单位", "unit of a figure", FigureUnit),
    list_codes("figure_gap", "指标无数值原因", "why a figure has no value", FigureGap),
    list_codes("figure_grouping", "指标分组方式", "what figures are told by", FigureGrouping),
    list_words("light", "时限状态", "light", LIGHT_WORDS),
)

CODE_LISTS: Final[Mapping[str, CodeList]] = MappingProxyType({each.code: each for each in _LISTS})
