"""Figures about complaints, in the words of the city hotline's weekly report too, follow-ups and workload."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from app.domain.complaint_terms import ComplaintDecision
from app.domain.evaluations import BAD_LEVELS
from app.domain.statistics_facts import ComplaintFact, Facts, only
from app.domain.statistics_terms import (
    DEFAULT,
    Definition,
    FigureGap,
    FigureUnit,
    Told,
    counted,
    parts_of,
    share,
)
from app.domain.vocabulary import Level
from app.errors import Words

HOTLINE: Final = Words(
    f"沿用南通市 12345 热线周报的指标名称；算法为{DEFAULT.zh}",
    "named as in the weekly report of Nantong's hotline 12345; the formula is a default, not from "
    "the standard",
)
_NEEDS: Final = frozenset({"projects", "complaints"})
_UPHELD: Final = frozenset({ComplaintDecision.UPHELD, ComplaintDecision.PARTLY_UPHELD})
LODGED: Final = Words("期内收到的投诉，重复件不计", "complaints lodged in the period, duplicates left out")


def _told_by_place(tell: Callable[[Facts], Told]) -> Callable[[Facts], Told]:
    """Tell a figure about complaints, unless it is asked for by what they do not carry."""

    def compute(facts: Facts) -> Told:
        return tell(facts) if facts.tells_complaints else Told(None, 0, gap=FigureGap.NOT_BY_THIS)

    return compute


def _lodged(facts: Facts) -> list[ComplaintFact]:
    return [each for each in only(facts.complaints, facts, "lodged_on") if not each.is_duplicate]


def _share_of(
    among: Callable[[ComplaintFact], bool], is_so: Callable[[ComplaintFact], bool | None]
) -> Callable[[Facts], Told]:
    def compute(facts: Facts) -> Told:
        found = [each for each in _lodged(facts) if among(each)]
        return share(sum(bool(is_so(each)) for each in found), len(found))

    return _told_by_place(compute)


def _is_good(level: str | None) -> bool:
    return level is not None and Level(level) not in BAD_LEVELS


def _counted_by(code: Callable[[ComplaintFact], str]) -> Callable[[Facts], Told]:
    def compute(facts: Facts) -> Told:
        found = _lodged(facts)
        return counted(len(found), parts_of(found, code))

    return _told_by_place(compute)


def _complaints(
    code: str, name: Words, formula: Words, denominator: Words, compute: Callable[[Facts], Told],
    basis: Words = DEFAULT,
) -> Definition:  # fmt: skip
    return Definition(
        code=code,
        name=name,
        formula=formula,
        unit=FigureUnit.PERCENT,
        denominator=denominator,
        basis=basis,
        needs=_NEEDS,
        compute=compute,
    )


def _reached(facts: Facts) -> Told:
    settled = only(facts.follow_ups, facts, "settled_on")
    number = sum(each.is_reached for each in settled)
    parts = parts_of(settled, lambda each: "reached" if each.is_reached else "not_reached")
    return Told(Decimal(number), len(settled), number, parts)


def _satisfied(facts: Facts) -> Told:
    heard = [each for each in only(facts.follow_ups, facts, "settled_on") if each.level is not None]
    return share(sum(_is_good(each.level) for each in heard), len(heard), parts_of(heard, lambda e: e.level))


_ON_TIME: Final = _share_of(lambda each: each.is_in_time is not None, lambda each: each.is_in_time)
_ON_TIME_FORMULA: Final = Words(
    "按期处理完毕的÷已处理完毕或者已到期的；逾期未受理的视为已到期，期限未到的不计",
    "handled in time / those handled or past their limit, that of acceptance among them; those inside it are "
    "left out",
)
_ON_TIME_OF: Final = Words(
    "期内收到的投诉中已处理完毕或者已到期的", "of those lodged, handled or past their limit"
)

COMPLAINT_FIGURES: Final = (
    Definition(
        code="complaints",
        name=Words("投诉件数", "complaints"),
        formula=Words("期内收到的投诉件数，重复件不计", "complaints lodged in the period; no duplicates"),
        unit=FigureUnit.COUNT,
        denominator=None,
        parts=Words("按投诉事由", "by ground"),
        needs=_NEEDS,
        compute=_counted_by(lambda each: each.ground),
    ),
    _complaints(
        "complaint_on_time_rate",
        Words("投诉按期办结率", "complaints handled in time"),
        _ON_TIME_FORMULA,
        _ON_TIME_OF,
        _ON_TIME,
    ),
    _complaints(
        "complaint_upheld_rate",
        Words("投诉属实率", "complaints upheld"),
        Words("属实和部分属实的÷已作出处理决定的", "upheld or partly upheld / decided"),
        Words("期内收到的投诉中已作出处理决定的", "of those lodged, the ones decided"),
        _share_of(lambda each: each.decision is not None, lambda each: each.decision in _UPHELD),
    ),
    _complaints(
        "complaint_satisfaction_rate",
        Words("投诉处理满意率", "satisfied with the handling"),
        Words(
            "投诉人对处理结果评价为基本满意及以上的÷已评价的",
            "basically satisfied or better / all who rated",
        ),
        Words("期内收到的投诉中已评价处理结果的", "of those lodged, the ones whose handling was rated"),
        _share_of(lambda each: each.level is not None, lambda each: _is_good(each.level)),
    ),
    Definition(
        code="hotline_received",
        name=Words("受理量", "received"),
        formula=Words(
            "期内收到的投诉件数按渠道列示，重复件不计；咨询、求助等类型由热线自行统计，本系统不登记",
            "complaints lodged in the period by channel, without duplicates; enquiries and other kinds are "
            "the hotline's own and not kept here",
        ),
        unit=FigureUnit.COUNT,
        denominator=None,
        basis=HOTLINE,
        parts=Words("按投诉渠道", "by channel"),
        needs=_NEEDS,
        compute=_counted_by(lambda each: each.channel),
    ),
    _complaints(
        "hotline_on_time_rate",
        Words("网络成员单位按时办结率", "handled in time by the member units"),
        _ON_TIME_FORMULA,
        _ON_TIME_OF,
        _ON_TIME,
        HOTLINE,
    ),
    _complaints(
        "hotline_direct_answer_rate",
        Words("平台直接解答率", "settled on the spot"),
        Words("当场办理或者现场协调处理的÷已受理的", "settled on the spot / accepted"),
        Words("期内收到的投诉中已受理的", "of those lodged, the ones accepted"),
        _share_of(lambda each: each.is_accepted, lambda each: each.is_on_the_spot),
        HOTLINE,
    ),
    Definition(
        code="hotline_follow_ups",
        name=Words("有效回访件数", "follow-ups that reached somebody"),
        formula=Words("期内办结且联系到本人的回访件数", "follow-ups of the period that reached the owner"),
        unit=FigureUnit.COUNT,
        denominator=Words("期内办结的回访件数", "follow-ups settled in the period"),
        basis=HOTLINE,
        parts=Words("reached 联系到；not_reached 未联系到", "reached; not_reached"),
        needs=frozenset({"projects", "follow_ups"}),
        compute=_reached,
    ),
    Definition(
        code="hotline_satisfaction_rate",
        name=Words("回访综合满意率", "satisfied at the follow-up"),
        formula=Words("回访评价为基本满意及以上的÷有评价的回访", "basically satisfied or better / all rated"),
        unit=FigureUnit.PERCENT,
        denominator=Words("期内办结且有满意度的回访", "follow-ups settled in the period that tell a level"),
        basis=HOTLINE,
        parts=Words("按满意度等级", "by level"),
        needs=frozenset({"projects", "follow_ups"}),
        compute=_satisfied,
    ),
)
"""Follow-ups are told in the hotline's words too: one figure for one thing."""


def _load(facts: Facts) -> Told:
    open_items = sum(load.open_items for load in facts.loads if load.role == "primary")
    red = sum(load.red_items for load in facts.loads if load.role == "primary")
    return counted(open_items, parts_of(["red"] * red, lambda code: code))


def _in_hand(facts: Facts) -> Told:
    roles = parts_of(facts.loads, lambda load: load.role)
    return counted(len({load.project for load in facts.loads}), roles)


WORKLOAD_FIGURES: Final = (
    Definition(
        code="workload_projects",
        name=Words("在办项目数", "projects in hand"),
        formula=Words(
            "截至已知日有代办员服务、尚未办结的项目数，每个项目计一次（A角、B角分列），与统计期无关",
            "projects not completed that agents serve on the day it is known for, each once, whatever the "
            "period; beside it as primary and as backup",
        ),
        unit=FigureUnit.COUNT,
        denominator=None,
        parts=Words("按代办帮办人员分工", "by role"),
        needs=frozenset({"projects", "loads"}),
        compute=_in_hand,
    ),
    Definition(
        code="workload_open_items",
        name=Words("在办事项数", "items in hand"),
        formula=Words(
            "截至已知日A角所服务的在办项目中已申报未办结的办件数，超期的另列",
            "cases filed and not decided of the projects of primary agents; those past their limit beside",
        ),
        unit=FigureUnit.COUNT,
        denominator=None,
        parts=Words("red 超期", "red: past their limit"),
        needs=frozenset({"projects", "cases", "loads"}),
        compute=_load,
    ),
)
