"""What the board says, in both languages."""

from typing import Final

from app.errors import Words

SERVICE: Final = Words("重大项目代办服务", "Major project agency service")
TITLE: Final = Words("督办看板", "Supervision board")
OTHER_LANGUAGE: Final = Words("English", "中文")
SIGN_OUT: Final = Words("退出", "Sign out")
SKIP: Final = Words("跳到内容", "Skip to the content")

SIGN_IN: Final = Words("登录督办看板", "Sign in to the board")
SIGN_IN_TEXT: Final = Words(
    "请粘贴持有“督办员”角色的接入系统密钥。密钥只用于本次验证，不保存在浏览器中，也不写入日志。",
    "Paste the key of a system with the role of supervisor. It is only checked: neither your browser nor any "
    "log keeps it.",
)
KEY: Final = Words("接入系统密钥", "API key")
ENTER: Final = Words("登录", "Sign in")
LASTS: Final = Words("登录 {hours} 小时后自动失效。", "You are signed out after {hours} hours.")
WRONG_KEY: Final = Words("密钥无效、已过期或已吊销", "This key is unknown, expired or revoked")
WRONG_ROLE: Final = Words("该密钥不持有“督办员”角色，不能查看看板", "This key has not the role of supervisor")
FOREIGN: Final = Words("请在本页面登录", "Sign in on this page")
ERROR_PREFIX: Final = Words("有误：", "Error: ")

AREA: Final = Words("区域", "Area")
SHOW: Final = Words("查看", "Show")
AS_OF: Final = Words("数据截至 {at}", "as of {at}")
WITH_BELOW: Final = Words("{area}（含下级区域）", "{area} with all below it")

PROJECTS: Final = Words("在办项目", "Projects under way")
ENDED: Final = Words("另有 {number} 个已结束", "{number} more have ended")
ENDED_STAGES: Final = Words("已结束：{stages}。", "Ended: {stages}.")
PROJECTS_RED: Final = Words("有逾期的项目", "Projects with something overdue")
PROJECTS_YELLOW: Final = Words("临期的项目", "Projects with something due soon")
CASES_RED: Final = Words("逾期事项", "Items overdue")
CASES_RUNNING: Final = Words("正在计时的事项", "Items with a running clock")
OF_ALL: Final = Words("占 {share}", "{share} of all")
OF_RUNNING: Final = Words("共 {number} 项正在计时", "of {number} whose clock runs")

RED: Final = Words("逾期", "Overdue")
YELLOW: Final = Words("临期", "Soon")
PAUSED: Final = Words("暂停", "Paused")
GREEN: Final = Words("正常", "On time")
IDLE: Final = Words("未计时", "None")
LIGHTS: Final = (RED, YELLOW, PAUSED, GREEN, IDLE)
TOTAL: Final = Words("合计", "All")
SHARES: Final = Words("占比", "Shares")

BY_STAGE: Final = Words("各服务环节的项目", "Projects by stage")
BY_AREA: Final = Words("各区域的项目", "Projects by area")
BY_DEPARTMENT: Final = Words("各部门正在计时的事项", "Items in the departments' own time")
STAGE: Final = Words("服务环节", "Stage")
DEPARTMENT: Final = Words("部门", "Department")
LIGHT_RULE: Final = Words(
    "每个项目只计一次，灯色取服务环节时限与各事项时限中最差的一种。",
    "Each project counts once, by the worst light of its stage and of its items.",
)
DEPARTMENT_RULE: Final = Words(
    "只计由部门承担的时间；由项目单位或中介机构承担的另有 {number} 项，其中逾期 {red} 项。",
    "Only time that is the department's counts. {number} more are in the owner's or an intermediary's time, "
    "{red} of them overdue.",
)

RED_ITEMS: Final = Words("逾期事项及原因", "What is overdue, and why")
RED_STAGES: Final = Words("环节逾期的项目", "Projects overdue in their stage")
LATE: Final = Words("逾期 {days} 天", "{days} days overdue")
LEFT: Final = Words("剩 {days} 天", "{days} days left")
LAST_DAY: Final = Words("今日到期", "due today")
HELD_BY: Final = Words("时间由{bearer}承担", "in the time of {bearer}")
RULE: Final = Words(
    "{limit} {long}，{due} 到期；依据：{basis}",
    "{limit}: {long}, due on {due}. Basis: {basis}",
)
STATUTORY: Final = Words("法定时限", "Statutory limit")
PROMISED: Final = Words("承诺时限", "Promised limit")
STAGE_RULE: Final = Words("“{stage}”环节应于 {due} 前办理“{move}”", "“{move}” was due in “{stage}” by {due}")
BASIS: Final = Words("依据：{basis}", "Basis: {basis}")
WHY: Final = Words("查看计算过程", "See how this was counted")
MORE: Final = Words("另有 {number} 项未列出。", "{number} more are not listed.")
NO_RED_ITEMS: Final = Words("没有逾期事项。", "No item is overdue.")
NO_RED_STAGES: Final = Words("没有环节逾期的项目。", "No project is overdue in its stage.")

WAITING: Final = Words("谁在等谁", "Who waits for whom")
WAITING_RULE: Final = Words(
    "部门正在办理、且有其他事项等待其结果的事项，先到期的在前。",
    "Items at a department for which others wait, those due first on top.",
)
LOOKED_AT: Final = Words(
    "只检查了最先到期的 {number} 个事项。", "Only the {number} items due first were looked at."
)
WAITS: Final = Words("等待中：", "Waiting: ")
STOPS_START: Final = Words("影响开工", "Holds up the start of works")
NO_WAITING: Final = Words("没有事项在等待部门的办理结果。", "Nothing waits for an item at a department.")
NO_DEPARTMENTS: Final = Words("没有正在计时的事项。", "No clock runs.")
NO_PROJECTS: Final = Words(
    "该区域还没有项目。项目登记后即在此显示。", "There are no projects in this area yet."
)

BACK: Final = Words("返回看板", "Back to the board")
SUM_OF: Final = Words("时限计算过程：{name}", "How the time was counted: {name}")
NOT_FOUND: Final = Words("找不到", "Not found")
NOT_FOUND_TEXT: Final = Words("没有该内容，或您无权查看。", "There is no such thing, or you may not see it.")
AWAY: Final = Words("暂时无法显示", "Not possible just now")
AWAY_TEXT: Final = Words("请稍后再试。", "Please try again later.")
NO_CLOCK: Final = Words("没有正在计算的时限。", "No clock has begun.")
LIMIT: Final = Words("时限", "Limit")
COUNTED_FROM: Final = Words("起算依据", "Counted from")
BUDGET: Final = Words("可用", "Budget")
CONSUMED: Final = Words("已用", "Used")
REMAINING: Final = Words("剩余", "Left")
DUE_ON: Final = Words("到期日", "Due on")
BASIS_HEAD: Final = Words("依据", "Basis")
DAY: Final = Words("日期", "Day")
COUNTS: Final = Words("是否计入", "Counts")
REASON: Final = Words("理由", "Why")
SUM: Final = Words("累计", "Sum")
YES: Final = Words("计入", "yes")
NO: Final = Words("不计", "no")
CALENDAR: Final = Words("工作日历 {code} 第 {version} 版", "Calendar {code}, version {version}")
PROVISIONAL: Final = Words("含尚未公布放假安排的年份，日期为暂推。", "Provisional: a year has no notice yet.")
PAUSED_NOW: Final = Words("暂停中", "paused")

LEADS: Final = Words("开工提前情况", "How much earlier works began")
LEADS_BY_AREA: Final = Words("各区域的提前开工天数", "Days earlier, by area")
LEAD_COUNTS: Final = Words(
    "统计 {measured} 个有基准且已开工的项目；未计入：已开工而无基准 {without} 个，"
    "有基准而尚未开工 {pending} 个。",
    "Counted: {measured} projects that have a baseline and have begun. Not counted: {without} begun "
    "without a baseline, {pending} not yet begun.",
)
LEAD_MEAN: Final = Words("平均天数", "Mean days")
STARTED: Final = Words("项目数", "Projects")
LATE_EARLY: Final = Words("推迟 ← → 提前", "later ← → earlier")
RATES: Final = Words("办理与评价", "Handling and evaluation")
FIGURE: Final = Words("指标", "Figure")
RATE: Final = Words("比率", "Rate")
OF: Final = Words("分子 / 分母", "Of")
RATES_RULE: Final = Words(
    "各指标的口径见 /v1/statistics/definitions。评价只统计已结束的月份。",
    "Definitions: /v1/statistics/definitions. Evaluations count for months that are over.",
)
