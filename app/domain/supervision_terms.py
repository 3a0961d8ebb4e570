"""The words of supervision notices: states, acts, effects, the clock named, what stands against one."""

from app.domain.coded import Coded


class NoticeState(Coded):
    """How far a supervision notice has come."""

    ISSUED = "issued", "待答复", "to be replied to"
    REPLIED = "replied", "待评判成效", "its effect to be judged"
    JUDGED = "judged", "已评判", "judged"
    CLOSED = "closed", "已办结", "closed"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"


class NoticeAct(Coded):
    """What can be done about a supervision notice."""

    REPLY = "reply", "答复", "reply"
    RETURN = "return", "退回重新答复", "send back for another reply"
    JUDGE = "judge", "评判成效", "judge the effect"
    CLOSE = "close", "办结", "close"
    WITHDRAW = "withdraw", "撤回", "withdraw"


class NoticeEffect(Coded):
    """What a notice has brought about (default, not from the standard)."""

    EFFECTIVE = "effective", "已见成效", "effective"
    PARTLY = "partly", "部分见效", "effective in part"
    NONE = "none", "未见成效", "without effect"


class NoticeRule(Coded):
    """Which clock had run out."""

    STATUTORY = "statutory", "法定时限", "statutory limit"
    PROMISED = "promised", "承诺时限", "promised limit"
    STAGE = "stage", "服务环节时限", "limit of the service stage"


class NoticeSubject(Coded):
    """What a notice is about."""

    ITEM_CASE = "item_case", "事项办件", "item case"
    STAGE = "stage", "服务环节", "stage of the service"


class NoticeLimit(Coded):
    """What a notice is given time for."""

    REPLY = "reply", "答复", "reply"
    JUDGEMENT = "judgement", "评判成效", "judging the effect"


class NoticeHindrance(Coded):
    """Why there is nothing to supervise; found afterwards, it takes a notice back."""

    PAUSED = "paused", "特别程序或者中止期间，不计时", "time stands still"
    WAITS_FOR_OWNER = "waits_for_owner", "等待项目单位补正", "waits for the owner"
    OWNERS_TIME = "owners_time", "时间由项目单位或者中介机构承担", "not the office's time"
    NO_OFFICE = "no_office", "没有办理部门", "no department handles it"
    NOT_BEGUN = "not_begun", "时限未起算", "no limit has begun"
    NOT_OVERDUE = "not_overdue", "未逾期", "not overdue"
    DONE_IN_TIME = "done_in_time", "已按时办结", "done in time"
    DONE_BEFORE = "done_before", "已办结", "done already"
    STAGE_LEFT = "stage_left", "项目已离开该环节", "the project has left the stage"
    NOTICED = "noticed", "已有未办结的督办", "a notice is open already"
