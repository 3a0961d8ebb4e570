"""The words of the service: every choice a record can hold, with its Chinese and English name.

Roles and service modes stand in ``standing``, units and lights in ``clocks``, industries in ``industries``.
Numbers are those of national exchange formats, given only where they were seen in use.
"""

from app.domain.coded import Coded


class AssistanceKind(Coded):
    """The kinds of 帮办 (official reply on the agency system, 2019)."""

    GUIDE = "guide", "导办", "guiding"
    ASSIST = "assist", "协办", "assisting"
    TRANSFER = "transfer", "转办", "passing on"
    JOINT = "joint", "联办", "handling jointly"


class ProcessClass(Coded):
    """The class of procedure of a construction project, numbered as ``splclx``."""

    GOV_BUILDING = "gov_building", "政府投资（房建）", "government-funded building", {"splclx": "1"}
    GOV_LINEAR = "gov_linear", "政府投资（线性工程）", "government-funded linear works", {"splclx": "2"}
    SOCIAL_GENERAL = "social_general", "一般社会投资", "private investment, general", {"splclx": "3"}
    SOCIAL_SMALL = "social_small", "小型社会投资", "private investment, small", {"splclx": "4"}
    SOCIAL_WITH_SCHEME = (
        "social_with_scheme",
        "带方案出让用地社会投资",
        "private investment on land granted with a scheme",
        {"splclx": "5"},
    )
    INDUSTRIAL = "industrial", "工业类", "industrial", {"splclx": "6"}
    TRANSPORT = "transport", "交通", "transport", {"splclx": "7"}
    WATER = "water", "水利", "water works", {"splclx": "8"}
    ENERGY = "energy", "能源", "energy", {"splclx": "9"}
    OTHER = "other", "其他", "other", {"splclx": "10"}


class ApprovalMode(Coded):
    """How the project is established (``lxlx``)."""

    EXAMINATION_APPROVAL = "examination_approval", "审批", "examination and approval"
    VERIFICATION_APPROVAL = "verification_approval", "核准", "verification and approval"
    RECORD_FILING = "record_filing", "备案", "record filing"


class ConstructionNature(Coded):
    """What is done to what stands there (``jsxz``)."""

    NEW = "new", "新建", "new construction"
    REBUILD = "rebuild", "改建", "rebuilding"
    EXPAND = "expand", "扩建", "expansion"
    RELOCATE = "relocate", "迁建", "relocation"
    TECHNICAL_UPGRADE = "technical_upgrade", "技术改造", "technical upgrade"


class LandMode(Coded):
    """How the land is obtained (``tdhqfs``)."""

    GRANT = "grant", "出让", "granted for payment"
    ALLOCATION = "allocation", "划拨", "allocated"
    LEASE = "lease", "租赁", "leased"
    EXISTING = "existing", "自有用地", "existing land"
    COLLECTIVE = "collective", "集体经营性建设用地", "collectively owned"


class FundNature(Coded):
    """Where the money comes from (``xmzjsx``); the list is a default, not from the standard."""

    GOVERNMENT = "government", "政府投资", "government"
    STATE_OWNED = "state_owned", "国有企业投资", "state-owned enterprise"
    PRIVATE = "private", "民间投资", "private"
    FOREIGN = "foreign", "外商投资", "foreign"
    MIXED = "mixed", "混合投资", "mixed"


class WorkPackageKind(Coded):
    """What part of a project a work package is (工程, ``gcdm``); default, not from the standard."""

    PHASE = "phase", "分期", "phase"
    SECTION = "section", "标段", "section"


class ListLevel(Coded):
    """Whose annual list of major projects a project stands on; it may stand on several."""

    PROVINCIAL = "provincial", "省重大项目", "provincial list"
    MUNICIPAL = "municipal", "市重大项目", "municipal list"
    COUNTY = "county", "县（市、区）重大项目", "county list"


class LeadSource(Coded):
    """How the agency came to hear of a project (default, not from the standard)."""

    SIGNING_LIST = "signing_list", "签约项目清单", "list of projects signed"
    ANNUAL_LIST = "annual_list", "年度重大项目名单", "annual list of major projects"
    PARK_REPORT = "park_report", "园区（镇）报送", "reported by a park or town"
    HOTLINE = "hotline", "热线转办", "hotline"
    OWNER = "owner", "项目单位申请", "the owner"
    OTHER = "other", "其他", "other"


class ApprovalStage(Coded):
    """The four statutory phases of construction approval."""

    LAND_AND_PLANNING = "1", "立项用地规划许可", "establishment, land and planning"
    DESIGN = "2", "工程建设许可", "permission of the works"
    CONSTRUCTION = "3", "施工许可", "construction permit"
    ACCEPTANCE = "4", "竣工验收", "acceptance on completion"


class AgentRole(Coded):
    """What someone on the agency's side does for one project."""

    PRIMARY = "primary", "A角代办员", "primary agent"
    BACKUP = "backup", "B角代办员", "backup agent"
    LIAISON = "liaison", "部门联络员", "department liaison"
    LOCAL_ASSISTANT = "local_assistant", "镇（园区）协办员", "local assistant"


class PersonRole(Coded):
    """What a person on the owner's side does for the project."""

    APPLICANT_CONTACT = "applicant_contact", "经办人", "applicant's contact"
    LEGAL_REPRESENTATIVE = "legal_representative", "法定代表人", "legal representative"
    PROJECT_LEADER = "project_leader", "项目负责人", "project leader"
    SITE_CONTACT = "site_contact", "现场联系人", "contact on site"


class EntryMode(Coded):
    """How an event came into the ledger; derived, never sent."""

    ONLINE = "online", "实时录入", "entered at once"
    BACK_ENTERED = "back_entered", "补录", "entered later"
    REPORTED = "reported", "部门系统回传", "reported by a department's system"
    IMPORTED = "imported", "批量导入", "imported"


class Generation(Coded):
    """Which rule a project code was issued by; ambiguous if its first group can be a year or a month."""

    CURRENT = "current", "现行编码", "current"
    LEGACY = "legacy", "旧版编码", "legacy"
    AMBIGUOUS = "ambiguous", "无法判断", "ambiguous"


class MilestoneKind(Coded):
    """The nodes by which a major project is measured."""

    START = "start", "开工", "start of works"
    COMPLETION = "completion", "竣工", "completion of works"
    PRODUCTION = "production", "投产", "start of production"
    CAPACITY = "capacity", "达产", "full capacity"
    STATISTICS_ENTRY = "statistics_entry", "入库纳统", "entry in statistics"


class ServiceRecordKind(Coded):
    """What is put on record without moving the stage."""

    PRE_SERVICE = "pre_service", "提前服务", "pre-service"
    PROGRESS_REPORT = "progress_report", "进度反馈", "progress report"
    REMINDER = "reminder", "提醒", "reminder"
    LAPSE_NOTICE = "lapse_notice", "逾期终止告知", "notice of lapse"
    CLIENT_HEARING = "client_hearing", "听取委托人意见", "hearing of the client"


class EvaluationMode(Coded):
    """Who may learn who rated; chosen by the rater."""

    NAMED = "named", "实名", "named"
    CONFIDENTIAL = "confidential", "保密", "confidential"
    ANONYMOUS = "anonymous", "匿名", "anonymous"


class Level(Coded):
    """How satisfied the rater is; the two number systems run in opposite directions."""

    VERY_SATISFIED = (
        "very_satisfied",
        "非常满意",
        "very satisfied",
        {"national_2019": "5", "gbt39046_2020": "1"},
    )
    SATISFIED = "satisfied", "满意", "satisfied", {"national_2019": "4", "gbt39046_2020": "2"}
    BASICALLY_SATISFIED = (
        "basically_satisfied",
        "基本满意",
        "basically satisfied",
        {"national_2019": "3", "gbt39046_2020": "3"},
    )
    DISSATISFIED = "dissatisfied", "不满意", "dissatisfied", {"national_2019": "2", "gbt39046_2020": "4"}
    VERY_DISSATISFIED = (
        "very_dissatisfied",
        "非常不满意",
        "very dissatisfied",
        {"national_2019": "1", "gbt39046_2020": "5"},
    )


class EvaluationRound(Coded):
    """The first evaluation of a service occurrence and the one that may follow it (``assessNumber``)."""

    FIRST = "first", "首评", "first evaluation", {"assessNumber": "1"}
    FOLLOW_ON = "follow_on", "追评", "follow-on evaluation", {"assessNumber": "2"}


class EvaluationDimension(Coded):
    """What is rated besides the whole: three things offline, four online (from similar practice)."""

    SERVICE_EFFICIENCY = "service_efficiency", "服务效率", "efficiency of service"
    SERVICE_STANDARD = "service_standard", "服务水平", "standard of service"
    SERVICE_ATTITUDE = "service_attitude", "服务态度", "attitude of service"
    HANDLING_EFFICIENCY = "handling_efficiency", "办事效率", "efficiency of handling"
    GUIDE_ACCURACY = "guide_accuracy", "办事指南精确度", "accuracy of the guide"
    CONVENIENCE = "convenience", "办事便捷度", "convenience"
    PLATFORM_USABILITY = "platform_usability", "平台操作性", "usability of the platform"


class Channel(Coded):
    """Where an evaluation came from, numbered as ``pf``."""

    PC = "pc", "电脑端", "computer", {"pf": "1"}
    MOBILE = "mobile", "移动端", "mobile", {"pf": "2"}
    QR_CODE = "qr_code", "二维码", "QR code", {"pf": "3"}
    HALL_TABLET = "hall_tablet", "大厅平板", "tablet in the hall", {"pf": "4"}
    OTHER = "other", "自助终端及其他", "self-service terminal and others", {"pf": "5"}
    PHONE = "phone", "电话", "telephone", {"pf": "6"}
    SMS = "sms", "短信", "text message", {"pf": "7"}


class AgreementState(Coded):
    """How far an agency agreement has come."""

    TO_SIGN = "to_sign", "待签订", "to be signed"
    SIGNING = "signing", "签订中", "being signed"
    TO_SEAL = "to_seal", "待签章", "to be sealed"
    SIGNED = "signed", "已签订", "signed"
    TERMINATED = "terminated", "已终止", "terminated"


class MaterialState(Coded):
    """Whether a document that is asked for is there."""

    MISSING = "missing", "未提交", "missing"
    RECEIVED = "received", "已收到", "received"
    TO_CORRECT = "to_correct", "需补正", "to be corrected"
    TO_SUPPLEMENT = "to_supplement", "容缺后补", "to be supplied later"
    NOT_APPLICABLE = "not_applicable", "不适用", "not applicable"


class DocumentKind(Coded):
    """The papers of a service file (forms as in similar local standards)."""

    APPLICATION = "application", "服务申请表", "service application"
    ONE_TIME_NOTICE = "one_time_notice", "一次性告知书", "one-time notice"
    ACCEPTANCE_FORM = "acceptance_form", "帮办代办受理单", "acceptance form"
    ENTRUSTMENT = "entrustment", "代办服务委托书", "entrustment"
    AGREEMENT = "agreement", "代办委托协议", "agency agreement"
    SERVICE_PLAN = "service_plan", "服务方案", "service plan"
    SUSPENSION_FORM = "suspension_form", "代办服务中止单", "suspension form"
    RESUMPTION_ENTRUSTMENT = "resumption_entrustment", "代办服务续办委托书", "entrustment to resume"
    COMPLETION_FORM = "completion_form", "帮办代办办结单", "completion form"
    TERMINATION_FORM = "termination_form", "帮办代办终止单", "termination form"
    HAND_OVER_LIST = "hand_over_list", "资料移交清单", "list of papers handed over"
    PERMIT = "permit", "审批结果文书", "permit or decision"
    CONSULTATION_MINUTES = "consultation_minutes", "会商纪要", "minutes of a consultation"
    OTHER = "other", "其他", "other"


class SuspensionReason(Coded):
    """Why the service rests (default, not from the standard)."""

    CLIENT_REQUEST = "client_request", "项目单位申请", "at the owner's request"
    MATERIALS_NOT_READY = "materials_not_ready", "申报材料未准备好", "materials not ready"
    LAND_NOT_READY = "land_not_ready", "用地条件不具备", "land not ready"
    CONDITIONS_LACKING = "conditions_lacking", "建设条件暂不具备", "conditions lacking for now"
    FORCE_MAJEURE = "force_majeure", "不可抗力", "force majeure"
    OTHER = "other", "其他", "other"


class TerminationGround(Coded):
    """Why the agency ends the service (as in similar local rules); the owner's wish and lapse are moves."""

    CONDITIONS_LACKING = "conditions_lacking", "项目不具备办理条件", "the project lacks the conditions"
    FALSEHOOD = "falsehood", "提供虚假材料或者隐瞒情况", "false papers or concealment"
    STATUTORY_FEES_UNPAID = "statutory_fees_unpaid", "未缴纳法定费用", "statutory fees not paid"
    OTHER_LEGAL_GROUND = "other_legal_ground", "其他法定事由", "another legal ground"
