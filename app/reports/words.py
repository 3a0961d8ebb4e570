"""What the page and the workbook of a report say besides its figures."""

from typing import Final

from app.domain.reports import Report, ReportKind
from app.errors import Words

TITLES: Final = {
    ReportKind.WEEKLY: Words(
        "{area}重大项目帮办代办服务周报", "Weekly report on services for major projects: {area}"
    ),
    ReportKind.MONTHLY: Words(
        "{area}重大项目帮办代办服务月报", "Monthly report on services for major projects: {area}"
    ),
}
PERIODS: Final = {
    ReportKind.WEEKLY: Words(
        "{year}年第{week}周（{first}至{last}）", "Week {week} of {year} ({first} to {last})"
    ),
    ReportKind.MONTHLY: Words(
        "{year}年{month}月（{first}至{last}）", "{month_name} {year} ({first} to {last})"
    ),
}
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
KNOWN: Final = Words("数据截至", "Known as of")
LEDGER: Final = Words("账本序号", "Place in the ledger")
PREVIOUS: Final = Words("上期报表时点", "Previous report as of")
VERSIONS: Final = Words("版本", "Versions")
VERSIONS_TOLD: Final = Words("口径 f{formula}，模板 t{template}", "formulas f{formula}, template t{template}")
COVER: Final = Words("封面", "Cover")
NAME: Final = Words("报表名称", "Name of the report")
NUMBERS: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三")
HEADLINES: Final = Words("主要指标", "Headline figures")
FIGURE: Final = Words("指标", "Figure")
NOW: Final = Words("本期", "This period")
BEFORE: Final = Words("上期", "Period before")
CHANGE: Final = Words("增减", "Change")
REMARK: Final = Words("说明", "Remarks")
PART: Final = Words("构成", "Of which")
COUNT: Final = Words("件数", "Number")
STAGE: Final = Words("服务环节", "Stage")
LEFT: Final = Words("期内离开的次数", "Stays that ended")
AREAS: Final = Words("分区域对比", "By area")
CHARTS: Final = Words("图示", "Charts")
LATE: Final = Words("补录、迟报和更正", "Back entries, late reports and corrections")
LATE_NOTE: Final = Words(
    "{since} 以后记录、实际发生于本期之前的，以及期间补录、更正的，共 {total} 条{shown}。",
    "{total} recorded since {since} that happened before this period, were entered back or put right{shown}.",
)
LATE_SHOWN: Final = Words("，列出前 {shown} 条", "; the first {shown} are listed")
EFFECT: Final = Words("对上期数字的影响", "Effect on the figures of the period before")
EFFECT_NOTE: Final = Words(
    "上期（{period}）各项指标中，因上期报表以后的记录而变化的如下。",
    "Figures of the period before ({period}) that what was recorded since has changed.",
)
EFFECT_NONE: Final = Words(
    "上期（{period}）各项指标没有变化。", "No figure of the period before ({period}) has changed."
)
TOLD: Final = Words("上期报表所列", "As told then")
NOW_KNOWN: Final = Words("现在", "As known now")
SEQUENCE: Final = Words("账本序号", "Ledger")
PROJECT: Final = Words("项目", "Project")
WHAT: Final = Words("事项", "What")
MODE: Final = Words("录入方式", "Entered")
OCCURRED: Final = Words("发生日期", "Happened on")
RECORDED: Final = Words("记录日期", "Recorded on")
LAG: Final = Words("滞后（日）", "Days late")
TOUCHES: Final = Words("早于本期", "Before this period")
YES, NO = Words("是", "yes"), Words("否", "no")
ANNEX: Final = Words("附：{title}", "Annex: {title}")
DEFINITIONS: Final = Words("指标口径", "Definitions")
DEFINITIONS_NOTE: Final = Words(
    "各项口径均为本系统默认，另有注明的除外；编号可在 /v1/statistics/definitions 查询。",
    "Formulas are defaults of this system unless they say otherwise; also at /v1/statistics/definitions.",
)
FORMULA: Final = Words("计算方法", "Formula")
UNIT: Final = Words("单位", "Unit")
DENOMINATOR: Final = Words("分母", "Denominator")
BASIS: Final = Words("依据和版本", "Basis and version")
SAMPLE: Final = Words("n＝{n}", "n = {n}")
SHARE: Final = Words("{numerator}／{n}", "{numerator} / {n}")
INTERVAL: Final = Words("95%置信区间 {low}～{high}", "95 % interval {low} to {high}")
SIGN: Final = (
    Words("编制：", "Prepared by:"),
    Words("审核：", "Checked by:"),
    Words("签发：", "Approved by:"),
    Words("（盖章）　　年　月　日", "(Seal)   Date:"),
)
FOOT: Final = Words(
    "本表由账本第 {sequence} 号记录及以前的内容生成，同名报表逐字节相同。",
    "Made from the ledger up to record {sequence}; the same name gives the same bytes.",
)
PAGE: Final = Words(
    '"第 " counter(page) " 页，共 " counter(pages) " 页"', '"Page " counter(page) " of " counter(pages)'
)
NO_DATA: Final = Words("无数据", "no data")
LEAD_CHART: Final = Words(
    "提前开工天数（平均，日历日）", "Days that works began earlier (mean, calendar days)"
)
TIME_CHART: Final = Words("承诺时限内办结情况（件）", "Items by promised limit (number)")
LEVEL_CHART: Final = Words("满意度等级（件）", "Levels of satisfaction (number)")
WAYS: Final = {
    "in_time": Words("按时", "in time"),
    "late": Words("超期办结", "late"),
    "open_late": Words("超期未办结", "late, still open"),
}


def title_of(report: Report) -> str:
    """Give the title of a report."""
    language = report.name.language
    return TITLES[report.name.kind].told(language, {"area": report.area_name})


def period_words(report: Report) -> str:
    """Write the period of a report as people do."""
    period, language = report.period, report.name.language
    year, week, _ = period.from_on.isocalendar()
    if report.name.kind is ReportKind.MONTHLY:
        year = period.from_on.year
    facts = {
        "year": year,
        "week": week,
        "month": period.from_on.month,
        "month_name": MONTHS[period.from_on.month - 1],
        "first": period.from_on.isoformat(),
        "last": period.to_on.isoformat(),
    }
    return PERIODS[report.name.kind].told(language, facts)
