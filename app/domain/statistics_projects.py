"""Figures about projects: how much earlier works began, how long stages took, what was entered afterwards."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Final

from app.domain.statistics_facts import Facts, ProjectFact, only
from app.domain.statistics_terms import (
    Definition,
    FigureUnit,
    Part,
    Told,
    counted,
    mean,
    median,
    parts_of,
    percentile,
    rank,
    share,
)
from app.domain.vocabulary import EntryMode
from app.errors import Words

EARLY: Final = 60
"""Days that a start is called two months earlier from (default, not from the standard)."""
CAVEAT: Final = Words(
    "未设对照组，本数据只说明实际开工早于（或者晚于）服务方案首次审定的计划，不能说明服务的因果效果。",
    "Without a comparator this shows only that works began earlier (or later) than first planned; it proves "
    "no effect of the service.",
)
BASELINE: Final = Words(
    "提前天数＝首次审定方案冻结的计划开工日－实际开工日（日历日，晚于计划为负）",
    "days earlier = planned start frozen when the first plan was approved − actual start (calendar days; "
    "negative when later)",
)
STARTED: Final = Words(
    "期内实际开工且有首次冻结基准的项目", "projects that started in the period and have a first baseline"
)
NEVER_DROPPED: Final = Words(
    "measured 有基准并已开工；without_baseline 已开工而无基准；pending 有基准而尚未开工",
    "measured: started, with a baseline; without_baseline: started, without; pending: with one, not started",
)
_PROJECTS: Final = frozenset({"projects"})


def _lead(project: ProjectFact) -> int:
    assert project.baseline_on is not None
    assert project.started_on is not None
    return (project.baseline_on - project.started_on).days


def _measured(facts: Facts) -> list[ProjectFact]:
    return [p for p in only(facts.projects, facts, "started_on") if p.baseline_on is not None]


def _without(facts: Facts) -> list[ProjectFact]:
    return [p for p in only(facts.projects, facts, "started_on") if p.baseline_on is None]


def _pending(facts: Facts) -> list[ProjectFact]:
    return [
        p
        for p in facts.projects
        if p.baseline_on is not None
        and (p.started_on is None or p.started_on > facts.to_on)
        and (p.frozen_on is None or p.frozen_on <= facts.to_on)
    ]


def _beside(facts: Facts, told: Told) -> Told:
    """Show beside a headline figure how many projects are in it and how many are not."""
    numbers = {
        "measured": len(_measured(facts)),
        "without_baseline": len(_without(facts)),
        "pending": len(_pending(facts)),
    }
    parts = tuple(Part(code, Decimal(number), number) for code, number in numbers.items())
    return Told(told.value, told.n, told.numerator, parts, told.gap)


def _pending_told(facts: Facts) -> Told:
    pending = _pending(facts)
    return counted(
        len(pending),
        parts_of(pending, lambda p: "overdue" if p.baseline_on < facts.through else "ahead"),  # type: ignore[operator]
    )


def _leads(facts: Facts) -> list[int]:
    return [_lead(project) for project in _measured(facts)]


def _stage_days(per_cent: int) -> Callable[[Facts], Told]:
    def compute(facts: Facts) -> Told:
        by_stage: dict[str, list[int]] = {}
        for visit in only(facts.visits, facts, "left_on"):
            by_stage.setdefault(visit.stage, []).append(visit.days)
        parts = [
            Part(stage, rank(by_stage[stage], per_cent), len(by_stage[stage])) for stage in sorted(by_stage)
        ]
        return percentile([days for many in by_stage.values() for days in many], per_cent, parts)

    return compute


def _back_entry_rate(facts: Facts) -> Told:
    numbers: dict[str, int] = {}
    for entry in only(facts.entries, facts, "recorded_on"):
        numbers[entry.mode] = numbers.get(entry.mode, 0) + entry.number
    late = numbers.get(EntryMode.BACK_ENTERED, 0)
    parts = [Part(mode, Decimal(numbers[mode]), numbers[mode]) for mode in sorted(numbers)]
    return share(late, late + numbers.get(EntryMode.ONLINE, 0), parts)


def _back_entry_lag(facts: Facts) -> Told:
    day = Decimal(timedelta(days=1) // timedelta(seconds=1))
    lags = [
        e.lag // timedelta(seconds=1) for e in only(facts.entries, facts, "recorded_on") if e.lag is not None
    ]
    return median([Decimal(each) / day for each in lags])


def _corrections(facts: Facts) -> Told:
    decided = only(facts.corrections, facts, "decided_on")
    open_ones = [c for c in facts.corrections if c.decided_on is None and c.proposed_on <= facts.to_on]
    approved = sum(correction.state == "approved" for correction in decided)
    parts = parts_of([*decided, *open_ones], lambda correction: correction.state)
    return Told(Decimal(approved), len(decided), approved, parts)


def _stage_definition(per_cent: int) -> Definition:
    return Definition(
        code=f"stage_days_p{per_cent}",
        name=Words(f"服务环节停留时间 P{per_cent}", f"time in a stage, P{per_cent}"),
        formula=Words(
            f"期内离开的环节停留，从进入日次日到离开日的工作日数，取最近秩 {per_cent} 百分位；各环节分列",
            f"working days from the day after entering a stage through the day of leaving it, of stays that "
            f"ended in the period: the {per_cent} % nearest rank, stage by stage",
        ),
        unit=FigureUnit.WORKING_DAY,
        denominator=Words("期内离开的环节停留次数", "stays that ended in the period"),
        parts=Words("按环节", "by stage"),
        needs=frozenset({"projects", "visits"}),
        compute=_stage_days(per_cent),
    )


PROJECT_FIGURES: Final = (
    Definition(
        code="start_lead_days_mean",
        name=Words("提前开工天数（平均）", "days works began earlier, mean"),
        formula=Words(f"{BASELINE.zh}，取算术平均", f"{BASELINE.en}; arithmetic mean"),
        unit=FigureUnit.CALENDAR_DAY,
        denominator=STARTED,
        parts=NEVER_DROPPED,
        caveat=CAVEAT,
        needs=_PROJECTS,
        compute=lambda facts: _beside(facts, mean(_leads(facts))),
    ),
    Definition(
        code="start_lead_days_median",
        name=Words("提前开工天数（中位数）", "days works began earlier, median"),
        formula=Words(f"{BASELINE.zh}，取中位数", f"{BASELINE.en}; median"),
        unit=FigureUnit.CALENDAR_DAY,
        denominator=STARTED,
        parts=NEVER_DROPPED,
        caveat=CAVEAT,
        needs=_PROJECTS,
        compute=lambda facts: _beside(facts, median(_leads(facts))),
    ),
    Definition(
        code="start_lead_share_60",
        name=Words("提前 60 天及以上开工的占比", "share of starts at least 60 days earlier"),
        formula=Words(
            f"{BASELINE.zh}，提前天数≥60 的项目数÷可计算的项目数",
            f"{BASELINE.en}; projects with 60 days or more / projects measured",
        ),
        unit=FigureUnit.PERCENT,
        denominator=STARTED,
        parts=NEVER_DROPPED,
        caveat=CAVEAT,
        needs=_PROJECTS,
        compute=lambda facts: _beside(
            facts, share(sum(days >= EARLY for days in _leads(facts)), len(_leads(facts)))
        ),
    ),
    Definition(
        code="starts",
        name=Words("开工项目数", "projects that started works"),
        formula=Words("实际开工日在期内的项目数", "projects whose actual start lies in the period"),
        unit=FigureUnit.COUNT,
        denominator=None,
        needs=_PROJECTS,
        compute=lambda facts: counted(len(only(facts.projects, facts, "started_on"))),
    ),
    Definition(
        code="starts_without_baseline",
        name=Words("无基准的开工项目数", "starts without a baseline"),
        formula=Words(
            "期内开工而没有首次冻结基准的项目数，不计入提前天数",
            "projects started in the period without a first baseline; not in the days earlier",
        ),
        unit=FigureUnit.COUNT,
        denominator=None,
        needs=_PROJECTS,
        compute=lambda facts: counted(len(_without(facts))),
    ),
    Definition(
        code="starts_pending",
        name=Words("有基准尚未开工的项目数", "projects with a baseline that have not started"),
        formula=Words(
            "截至期末有首次冻结基准而未开工的项目数，不计入提前天数",
            "projects with a first baseline not started by the end of the period; not in the days earlier",
        ),
        unit=FigureUnit.COUNT,
        denominator=None,
        parts=Words(
            "overdue 计划开工日已过；ahead 未到", "overdue: the planned start has passed; ahead: it has not"
        ),
        needs=_PROJECTS,
        compute=_pending_told,
    ),
    Definition(
        code="projects_registered",
        name=Words("登记项目数", "projects registered"),
        formula=Words("期内登记的项目数", "projects registered in the period"),
        unit=FigureUnit.COUNT,
        denominator=None,
        needs=_PROJECTS,
        compute=lambda facts: counted(len(only(facts.projects, facts, "entered_on"))),
    ),
    *[_stage_definition(per_cent) for per_cent in (50, 80, 90)],
    Definition(
        code="back_entry_rate",
        name=Words("补录率", "share of back entries"),
        formula=Words(
            "期内录入的环节流转和办件步骤中，发生时间早于录入 24 小时以上的占比；部门回传和批量导入不计入",
            "of the stage transitions and item steps entered in the period, those that happened over 24 "
            "hours before; reports of departments and imports are left out",
        ),
        unit=FigureUnit.PERCENT,
        denominator=Words("期内人工录入的步骤数", "steps entered by people in the period"),
        parts=Words("按录入方式的步骤数", "steps by mode of entry"),
        needs=frozenset({"projects", "entries"}),
        compute=_back_entry_rate,
    ),
    Definition(
        code="back_entry_lag_median",
        name=Words("补录滞后（中位数）", "lag of back entries, median"),
        formula=Words(
            "期内补录的步骤，录入时间－发生时间，折合日，取中位数",
            "recorded − occurred of the steps entered afterwards in the period, in days; median",
        ),
        unit=FigureUnit.CALENDAR_DAY,
        denominator=Words("期内补录的步骤数", "back entries in the period"),
        needs=frozenset({"projects", "entries"}),
        compute=_back_entry_lag,
    ),
    Definition(
        code="corrections",
        name=Words("更正件数", "entries put right"),
        formula=Words("期内经第二人批准的更正件数", "corrections approved by a second person in the period"),
        unit=FigureUnit.COUNT,
        denominator=Words("期内决定的更正", "corrections decided in the period"),
        parts=Words("按更正状态，含期末未决定的", "by state, those open at the end included"),
        needs=frozenset({"projects", "corrections"}),
        compute=_corrections,
    ),
)
