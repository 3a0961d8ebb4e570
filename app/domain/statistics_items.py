"""Figures about approval items: how long they took, whether in time, what was odd about them."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.domain.items import ItemFinding
from app.domain.statistics_facts import CaseFact, Facts, only
from app.domain.statistics_terms import (
    Definition,
    FigureUnit,
    Part,
    Told,
    counted,
    parts_of,
    percent,
    percentile,
    rank,
    share,
)
from app.errors import Words

SOON: Final = 30
"""Calendar days within which a new round counts as a withdrawal handed in again (default)."""
_CASES: Final = frozenset({"projects", "cases"})
FILED: Final = Words("期内申报的办件数", "cases filed in the period")


def _item_days(per_cent: int) -> Callable[[Facts], Told]:
    def compute(facts: Facts) -> Told:
        by_stage: dict[str, list[int]] = {}
        for case in only(facts.cases, facts, "decided_on"):
            if case.days is not None:
                by_stage.setdefault(str(case.approval_stage), []).append(case.days)
        parts = [Part(code, rank(by_stage[code], per_cent), len(by_stage[code])) for code in sorted(by_stage)]
        return percentile([days for many in by_stage.values() for days in many], per_cent, parts)

    return compute


def _settled(case: CaseFact, due_on: date) -> date | None:
    """Name the day on which it was settled whether a case is in time; None when it never was a question.

    In time by its decision, late on the day after its limit ran out, be it decided since or not. So each
    case counts once, whatever the periods, and what is never decided counts too.
    """
    ended_on = case.decided_on or case.closed_on
    if ended_on is None or ended_on > due_on:
        return due_on + timedelta(days=1)
    return case.decided_on


def _on_time(due: Callable[[CaseFact], date | None]) -> Callable[[Facts], Told]:
    def compute(facts: Facts) -> Told:
        ways = []
        for case in facts.cases:
            due_on = due(case)
            if due_on is None or not case.is_departments:
                continue
            settled_on = _settled(case, due_on)
            if settled_on is None or not facts.from_on <= settled_on <= facts.through:
                continue
            if settled_on <= due_on:
                ways.append("in_time")
            else:
                ended_on = case.decided_on or case.closed_on
                ways.append("late" if ended_on is not None and ended_on <= facts.through else "open_late")
        return share(ways.count("in_time"), len(ways), parts_of(ways, lambda way: way))

    return compute


def _pause_share(facts: Facts) -> Told:
    pauses = only(facts.pauses, facts, "decided_on")
    elapsed = sum(each.elapsed for each in pauses)
    numbers = {
        "special": sum(each.special for each in pauses),
        "correction": sum(each.correction for each in pauses),
    }
    parts = [Part(code, percent(days, elapsed) if elapsed else None, days) for code, days in numbers.items()]
    return share(sum(each.either for each in pauses), elapsed, parts)


def _finding_rate(facts: Facts) -> Told:
    filed = only(facts.cases, facts, "filed_on")
    kinds = [finding for case in filed for finding in case.findings]
    return share(sum(bool(case.findings) for case in filed), len(filed), parts_of(kinds, lambda kind: kind))


def _breach_rate(facts: Facts) -> Told:
    filed = only(facts.cases, facts, "filed_on")
    return share(sum(ItemFinding.ONE_TIME_NOTICE_BREACHED in case.findings for case in filed), len(filed))


def _resubmission_rate(facts: Facts) -> Told:
    filed = only(facts.cases, facts, "filed_on")
    again = [c for c in filed if c.days_since_withdrawal is not None and c.days_since_withdrawal <= SOON]
    return share(len(again), len(filed))


def _reused(facts: Facts) -> Told:
    filings = only(facts.reuses, facts, "filed_on")
    reused = sum(each.reused for each in filings)
    return Told(Decimal(reused), sum(each.used for each in filings), reused)


def _days_definition(per_cent: int) -> Definition:
    return Definition(
        code=f"item_days_p{per_cent}",
        name=Words(f"事项办理用时 P{per_cent}", f"time an item took, P{per_cent}"),
        formula=Words(
            f"期内作出决定的办件，从首次申报日次日到决定日的工作日数（含暂停），取最近秩 {per_cent} 百分位",
            f"working days from the day after the first filing through the decision, pauses included, of "
            f"cases decided in the period: the {per_cent} % nearest rank",
        ),
        unit=FigureUnit.WORKING_DAY,
        denominator=Words("期内作出决定的办件数", "cases decided in the period"),
        parts=Words("按审批阶段", "by approval stage"),
        needs=_CASES,
        compute=_item_days(per_cent),
    )


def _on_time_definition(code: str, zh: str, en: str, due: Callable[[CaseFact], date | None]) -> Definition:
    return Definition(
        code=f"on_time_{code}",
        name=Words(f"{zh}按时办结率", f"decided within the {en} limit"),
        formula=Words(
            f"有{zh}且由部门承担时间的办件：期限届满日或之前作出决定的计入当日为按时；届满次日仍未决定的计入次日为超期。"
            "每件只计一次，申请人撤回的不计",
            f"cases with a {en} limit on the department's time: decided by the last day, in time on the day "
            "of the decision; not decided by then, late on the day after. Each counts once; what the "
            "applicant gave up in time counts not",
        ),
        unit=FigureUnit.PERCENT,
        denominator=Words(
            "期内按时办结与期内超期的办件之和", "cases decided in time or gone over time in the period"
        ),
        parts=Words(
            "in_time 按时；late 超期后办结；open_late 超期未办结",
            "in_time; late: decided after its limit; open_late: not decided yet",
        ),
        needs=_CASES,
        compute=_on_time(due),
    )


ITEM_FIGURES: Final = (
    Definition(
        code="items_decided",
        name=Words("办结事项数", "items decided"),
        formula=Words(
            "期内作出决定的办件数，按审批阶段分列", "cases decided in the period, by approval stage"
        ),
        unit=FigureUnit.COUNT,
        denominator=None,
        parts=Words("按审批阶段", "by approval stage"),
        needs=_CASES,
        compute=lambda facts: counted(
            len(decided := only(facts.cases, facts, "decided_on")),
            parts_of(decided, lambda case: str(case.approval_stage)),
        ),
    ),
    *[_days_definition(per_cent) for per_cent in (50, 80, 90)],
    _on_time_definition("statutory", "法定时限", "statutory", lambda case: case.statutory_due_on),
    _on_time_definition("promised", "承诺时限", "promised", lambda case: case.promised_due_on),
    Definition(
        code="pause_share",
        name=Words("暂停时间占比", "share of pauses in the time elapsed"),
        formula=Words(
            "期内作出决定的办件，特别程序或者补正所占工作日之和÷申报至决定的工作日之和；两者重叠只计一次",
            "of cases decided in the period: working days of special procedures or corrections / working "
            "days from filing to decision; days of both count once",
        ),
        unit=FigureUnit.PERCENT,
        denominator=Words("申报至决定的工作日之和", "working days from filing to decision"),
        parts=Words("special 特别程序；correction 补正", "special procedures; corrections"),
        needs=frozenset({"projects", "cases", "pauses"}),
        compute=_pause_share,
    ),
    Definition(
        code="finding_rate",
        name=Words("办理异常率", "share of cases with a finding"),
        formula=Words(
            "期内申报的办件中有办理异常的占比，按异常种类列件数",
            "of the cases filed in the period, those with a finding; numbers by kind",
        ),
        unit=FigureUnit.PERCENT,
        denominator=FILED,
        parts=Words("按办件发现种类的件数", "cases by kind of finding"),
        needs=_CASES,
        compute=_finding_rate,
    ),
    Definition(
        code="resubmission_rate",
        name=Words("撤回后重报率", "share withdrawn and handed in again"),
        formula=Words(
            f"期内申报的办件中，申请人撤回（撤件）后 {SOON} 日内重新申报的占比",
            f"of the cases filed in the period, new rounds within {SOON} days of a withdrawal",
        ),
        unit=FigureUnit.PERCENT,
        denominator=FILED,
        needs=_CASES,
        compute=_resubmission_rate,
    ),
    Definition(
        code="one_time_notice_breach_rate",
        name=Words("未一次性告知率", "share not told everything at once"),
        formula=Words(
            "期内申报的办件中，后一次补正告知要求了此前未告知材料的占比",
            "of the cases filed in the period, those where a correction notice asked for more than was told",
        ),
        unit=FigureUnit.PERCENT,
        denominator=FILED,
        needs=_CASES,
        compute=_breach_rate,
    ),
    Definition(
        code="materials_reused",
        name=Words("材料共用次数", "materials used again"),
        formula=Words(
            "期内申报所用材料中，同一项目此前申报已用过、无需重复提交的份次",
            "materials used by filings of the period that an earlier filing of the project had used",
        ),
        unit=FigureUnit.COUNT,
        denominator=Words("期内申报所用材料份次", "materials used by filings of the period"),
        needs=frozenset({"projects", "reuses"}),
        compute=_reused,
    ),
)
