"""Figures about bad reviews: replied to, put right, in time, called back."""

from collections.abc import Callable
from typing import Final

from app.domain.statistics_facts import BadReviewFact, Facts, only
from app.domain.statistics_terms import DEFAULT, Definition, FigureUnit, Told, counted, parts_of, share
from app.errors import Words

REVIEW_BASIS: Final = Words(
    f"国办发〔2019〕51号要求差评回访整改；算法为{DEFAULT.zh}",
    "State Council Office 2019 No. 51 asks for call-back and rectification; the formula is a default, not "
    "from the standard",
)
_VALID: Final = Words("期内收到且未被认定无效的差评", "bad reviews of the period that were not ruled invalid")
_NAMED: Final = Words("其中的实名差评", "named ones among the bad reviews that count")


def _opened(facts: Facts) -> list[BadReviewFact]:
    return only(facts.bad_reviews, facts, "opened_on")


def _review_share(
    among: Callable[[BadReviewFact], bool], is_so: Callable[[BadReviewFact], bool | None]
) -> Callable[[Facts], Told]:
    def compute(facts: Facts) -> Told:
        reviews = [each for each in _opened(facts) if each.is_valid and among(each)]
        return share(sum(bool(is_so(each)) for each in reviews), len(reviews))

    return compute


def _reviews(
    code: str, zh: str, en: str, formula: Words, denominator: Words, compute: Callable[[Facts], Told]
) -> Definition:
    return Definition(
        code=code,
        name=Words(zh, en),
        formula=formula,
        unit=FigureUnit.PERCENT,
        denominator=denominator,
        basis=REVIEW_BASIS,
        needs=frozenset({"projects", "bad_reviews"}),
        compute=compute,
    )


BAD_REVIEW_FIGURES: Final = (
    Definition(
        code="bad_reviews",
        name=Words("差评件数", "bad reviews"),
        formula=Words("期内收到的差评件数", "bad reviews received in the period"),
        unit=FigureUnit.COUNT,
        denominator=None,
        parts=Words("按差评状态", "by state"),
        needs=frozenset({"projects", "bad_reviews"}),
        compute=lambda facts: counted(len(o := _opened(facts)), parts_of(o, lambda each: each.state)),
    ),
    Definition(
        code="bad_reviews_invalid",
        name=Words("认定无效的差评件数", "bad reviews ruled invalid"),
        formula=Words(
            "期内收到的差评中被独立复核人认定无效的件数，按认定人列示；被评单位不得自行认定",
            "bad reviews of the period ruled invalid, by who ruled; never by the office reviewed",
        ),
        unit=FigureUnit.COUNT,
        denominator=None,
        parts=Words("按认定人", "by who ruled"),
        needs=frozenset({"projects", "bad_reviews"}),
        compute=lambda facts: counted(
            len(o := [each for each in _opened(facts) if not each.is_valid]),
            parts_of(o, lambda each: each.ruled_by),
        ),
    ),
    Definition(
        code="bad_review_root_causes",
        name=Words("差评成因", "root causes of bad reviews"),
        formula=Words("期内收到的有效差评中已查明成因的件数", "those that count and have a root cause"),
        unit=FigureUnit.COUNT,
        denominator=None,
        parts=Words("按差评成因", "by root cause"),
        needs=frozenset({"projects", "bad_reviews"}),
        compute=lambda facts: counted(
            len(o := [each for each in _opened(facts) if each.is_valid and each.root_cause is not None]),
            parts_of(o, lambda each: each.root_cause),
        ),
    ),
    _reviews(
        "bad_review_reply_rate",
        "差评回复率",
        "bad reviews replied to",
        Words("已回复的÷有效实名差评", "replied to / named ones that count"),
        _NAMED,
        _review_share(lambda each: each.is_named, lambda each: each.is_replied),
    ),
    _reviews(
        "bad_review_rectification_rate",
        "差评整改率",
        "bad reviews put right",
        Words("已整改或者依法解释的÷有效差评", "rectified or lawfully explained / those that count"),
        _VALID,
        _review_share(lambda _: True, lambda each: each.is_put_right),
    ),
    _reviews(
        "bad_review_on_time_rate",
        "差评按期整改率",
        "bad reviews put right in time",
        Words(
            "按期整改（解释）并回复的÷已到期或者已回复的有效差评；预审、分派逾期未办的视为已到期，期限未到的不计",
            "put right and replied to in time / replied to or past their limit, that of a pre-check or "
            "assignment not made among them; others left out",
        ),
        Words("有效差评中已回复或者已到期的", "of those that count, the ones replied to or past their limit"),
        _review_share(lambda each: each.is_in_time is not None, lambda each: each.is_in_time),
    ),
    _reviews(
        "bad_review_call_back_rate",
        "差评回访率",
        "bad reviews called back",
        Words("已回访到本人的÷有效实名差评", "raters reached by a call-back / named ones that count"),
        _NAMED,
        _review_share(lambda each: each.is_named, lambda each: each.is_called_back),
    ),
)
