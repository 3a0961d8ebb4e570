"""The words of bad reviews: states, acts, grades, findings, grounds, root causes, limits."""

from app.domain.coded import Coded


class BadReviewState(Coded):
    """How far a bad review has come."""

    RECEIVED = "received", "待预审", "to be pre-checked"
    PRECHECKED = "prechecked", "待分派", "to be assigned"
    ASSIGNED = "assigned", "待核实", "to be verified"
    VERIFIED = "verified", "已核实", "verified"
    RECTIFIED = "rectified", "已整改", "rectified"
    EXPLAINED = "explained", "已解释说明", "explained"
    IN_APPEAL = "in_appeal", "申诉复核中", "under appeal"
    REPLIED = "replied", "已回复", "replied to"
    FOLLOWED_UP = "followed_up", "已回访", "called back"
    CLOSED = "closed", "已办结", "closed"
    INVALID = "invalid", "认定无效", "ruled invalid"


class BadReviewAct(Coded):
    """What can be done about a bad review."""

    PRECHECK = "precheck", "预审", "pre-check"
    ASSIGN = "assign", "分派", "assign"
    REASSIGN = "reassign", "改派", "assign to another"
    CONTACT = "contact", "联系评价人", "contact the rater"
    VERIFY = "verify", "核实", "verify"
    RECTIFY = "rectify", "整改", "rectify"
    EXPLAIN = "explain", "解释说明", "explain"
    EXTEND = "extend", "延长整改期限", "extend the limit"
    APPEAL = "appeal", "提出申诉", "appeal"
    RULE_INVALID = "rule_invalid", "认定无效", "rule invalid"
    DISMISS_APPEAL = "dismiss_appeal", "驳回申诉", "dismiss the appeal"
    REPLY = "reply", "回复评价人", "reply to the rater"
    FOLLOW_UP = "follow_up", "回访", "call back"
    CONFIRM = "confirm", "评价人认可", "confirmed by the rater"
    REOPEN = "reopen", "评价人要求重办", "reopened by the rater"
    CLOSE = "close", "办结", "close"


class BadReviewGrade(Coded):
    """How much there is to do (as in similar rules)."""

    SIMPLE = "simple", "简单", "simple"
    COMPLEX = "complex", "复杂", "complex"


class BadReviewFinding(Coded):
    """What the verification has shown."""

    SUBSTANTIATED = "substantiated", "情况属实", "substantiated"
    NO_LEGAL_BASIS = "no_legal_basis", "诉求缺乏法定依据", "asked for without legal basis"


class InvalidGround(Coded):
    """Why a review does not count (default, not from the standard)."""

    MISTAKEN = "mistaken", "误评", "meant otherwise"
    MALICIOUS = "malicious", "恶意评价", "malicious"
    NOT_THIS_SERVICE = "not_this_service", "与本次服务无关", "about another service"


class RootCause(Coded):
    """What a bad review came from; counted (default, not from the standard)."""

    ATTITUDE = "attitude", "服务态度", "attitude"
    DELAY = "delay", "办理超时或者拖延", "delay"
    INCOMPLETE_NOTICE = "incomplete_notice", "未一次性告知", "not told everything at once"
    TOO_MANY_PAPERS = "too_many_papers", "材料繁琐或者重复提交", "too many papers"
    TOO_MANY_VISITS = "too_many_visits", "多头跑、来回跑", "too many visits"
    SKILL = "skill", "业务不熟练", "lack of skill"
    COORDINATION = "coordination", "部门协同不畅", "departments not coordinated"
    SYSTEM_FAULT = "system_fault", "系统故障或者不便", "faults of a system"
    UNCLEAR_GUIDE = "unclear_guide", "办事指南不清", "an unclear guide"
    POLICY = "policy", "政策限制", "limits of policy"
    EXPECTATION = "expectation", "诉求超出职责范围", "beyond what the office may do"
    OTHER = "other", "其他", "other"


class BadReviewLimit(Coded):
    """What a bad review is given time for."""

    PRECHECK = "precheck", "预审", "pre-check"
    ASSIGNMENT = "assignment", "分派", "assignment"
    CONTACT = "contact", "首次联系评价人", "first contact with the rater"
    REPLY = "reply", "整改（解释）并回复", "rectification or explanation, and reply"
    APPEAL = "appeal", "申诉复核", "ruling on the appeal"
    FOLLOW_UP = "follow_up", "回访", "call-back"
    CLOSING = "closing", "办结", "closing"
