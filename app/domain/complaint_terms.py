"""The words of complaints: states, acts, channels, grounds, classes, grades, decisions, limits."""

from app.domain.coded import Coded


class ComplaintState(Coded):
    """How far a complaint has come."""

    LODGED = "lodged", "待受理", "lodged"
    REJECTED = "rejected", "不予受理", "rejected"
    ACCEPTED = "accepted", "已受理", "accepted"
    FORWARDED = "forwarded", "已转办", "forwarded"
    RETURNED = "returned", "承办单位退回", "returned by the department"
    INVESTIGATING = "investigating", "调查中", "being investigated"
    INVESTIGATED = "investigated", "待处理决定", "to be decided"
    DECIDED = "decided", "待反馈", "decided, to be fed back"
    FED_BACK = "fed_back", "已反馈", "fed back"
    IN_REVIEW = "in_review", "复核中", "under review"
    ARCHIVED = "archived", "已归档", "archived"


class ComplaintAct(Coded):
    """What can be done about a complaint."""

    ACCEPT = "accept", "受理", "accept"
    REJECT = "reject", "不予受理", "reject"
    FORWARD = "forward", "转办", "forward"
    RETURN = "return", "退回", "return"
    INVESTIGATE = "investigate", "开始调查", "begin to investigate"
    REASSIGN = "reassign", "改派调查人", "give to another investigator"
    NAME_ACCUSED = "name_accused", "补登被投诉人", "name the person complained about"
    REPORT = "report", "提交调查结果", "report what was found"
    DECIDE = "decide", "作出处理决定", "decide"
    EXTEND = "extend", "延长办理期限", "extend the limit"
    FEED_BACK = "feed_back", "反馈投诉人", "feed back"
    RATE = "rate", "评价处理结果", "rate the handling"
    ASK_REVIEW = "ask_review", "申请复核", "ask for a review"
    LINK = "link", "关联重复投诉", "link to a duplicate"
    ARCHIVE = "archive", "归档", "archive"


class ComplaintChannel(Coded):
    """How a complaint came in."""

    PORTAL = "portal", "网上平台", "portal"
    HOTLINE = "hotline", "12345热线", "city hotline"
    PHONE = "phone", "电话", "telephone"
    WINDOW = "window", "窗口现场", "at the window"
    LETTER = "letter", "来信", "letter"
    EMAIL = "email", "电子邮件", "e-mail"
    PASSED_ON = "passed_on", "上级或者其他部门转来", "passed on by another office"
    OTHER = "other", "其他", "other"


class ComplaintGround(Coded):
    """What a complaint is about (as in similar rules)."""

    REFUSAL = "refusal", "无正当理由拒办或者退件", "refused or returned without reason"
    DELAY = "delay", "超时办理", "delay past the limit"
    ATTITUDE = "attitude", "服务态度", "attitude"
    ABSENCE = "absence", "擅自离岗", "absence"
    BENEFITS = "benefits", "索取好处", "soliciting benefits"
    INCOMPLETE_NOTICE = "incomplete_notice", "未一次性告知", "not told everything at once"
    OTHER = "other", "其他", "other"


class ComplaintClass(Coded):
    """How a complaint is dealt with (as in similar rules)."""

    ON_SITE = "on_site", "现场协调类", "settled on site"
    FORWARDED = "forwarded", "转办处理类", "forwarded and handled"
    OPINION = "opinion", "意见反映类", "an opinion to be passed on"


class ComplaintGrade(Coded):
    """How long the handling may take (default, not from the standard)."""

    ON_THE_SPOT = "on_the_spot", "当场办理", "on the spot"
    ORDINARY = "ordinary", "一般", "ordinary"
    COMPLEX = "complex", "复杂", "complex"


class ComplaintRejection(Coded):
    """Why a complaint is not accepted (default, not from the standard)."""

    OUT_OF_SCOPE = "out_of_scope", "不属于受理范围", "out of scope"
    LEGAL_PROCEEDINGS = "legal_proceedings", "已进入复议、诉讼等法定程序", "in legal proceedings"
    HANDLED_BEFORE = "handled_before", "已处理且无新情况", "handled before, nothing new"
    NOT_CLEAR = "not_clear", "内容不明且无法补充", "unclear, and nobody can be asked"


class ComplaintDecision(Coded):
    """What the investigation has led to."""

    UPHELD = "upheld", "投诉属实", "upheld"
    PARTLY_UPHELD = "partly_upheld", "部分属实", "partly upheld"
    NOT_UPHELD = "not_upheld", "不属实", "not upheld"


class ComplaintLimit(Coded):
    """What a complaint is given time for."""

    ACCEPTANCE = "acceptance", "受理", "acceptance"
    HANDLING = "handling", "调查处理并反馈", "investigation, decision and feedback"
    REVIEW = "review", "复核", "review"


class Likeness(Coded):
    """Why two complaints may be the same."""

    SIMILAR_CONTENT = "similar_content", "内容相近", "similar content"
    SAME_COMPLAINANT = "same_complainant", "同一投诉人同一事由", "same complainant, same ground"
