"""Handing over everything open in somebody's name, and whom separation of duties forbids as successor.

What follows a project by itself (its items, notices about its stage) goes with the assignment to it. Default,
not from the standard; the separation of persons is that of the acts themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.bad_review_terms import BadReviewState
from app.domain.coded import Coded
from app.domain.complaint_terms import ComplaintState
from app.errors import Fault, Invalid, Words

REVIEW_IN_HAND: Final = (
    BadReviewState.ASSIGNED,
    BadReviewState.VERIFIED,
    BadReviewState.RECTIFIED,
    BadReviewState.EXPLAINED,
    BadReviewState.IN_APPEAL,
)
"""While its handler has still something to do; who has replied stays it, so that another calls back."""
COMPLAINT_IN_HAND: Final = (ComplaintState.INVESTIGATING,)


class WorkKind(Coded):
    """What can be open in somebody's name."""

    ASSIGNMENT = "assignment", "项目代办帮办分工", "assignment to a project"
    ITEM_CASE = "item_case", "事项办件", "item case"
    NOTICE = "notice", "督办", "supervision notice"
    ISSUE = "issue", "协调事项", "issue"
    CONCLUSION = "conclusion", "会商结论", "conclusion of a consultation"
    BAD_REVIEW = "bad_review", "差评", "bad review"
    COMPLAINT = "complaint", "投诉", "complaint"
    SUBSTITUTION = "substitution", "离岗代理", "standing in for the absent"


FOLLOWING: Final = frozenset({WorkKind.ITEM_CASE, WorkKind.NOTICE})
"""Goes with the assignment to its project, and has no row to be changed."""


class Objection(Coded):
    """Why somebody cannot take a thing over."""

    ONE_PERSON_AS_BOTH = (
        "one_person_as_both",
        "A角、B角不能是同一人",
        "would be A and B in one person",
    )
    UNSUITABLE = (
        "unsuitable_operator",
        "不具备相应角色，或者在该区域无效",
        "lacks the role, or is not valid there",
    )
    IS_CONCERNED = "person_concerned", "是当事人", "is the person concerned"
    DID_ANOTHER_STEP = (
        "did_another_step",
        "已办理过须由他人办理的环节",
        "did what another has to do",
    )
    IS_ABSENT = "is_absent", "正是离岗的人", "is the one who is absent"
    ASKER_IS_CONCERNED = "asker_concerned", "交接办理人是当事人", "whoever hands it over is concerned"
    SUPERVISOR_ONLY = "supervisor_only", "须由督办员交接", "only a supervisor may hand it over"


class SuccessorNotSuitable(Invalid):
    """Nobody takes over what separation of duties, his role or his area forbids; all is named at once.

    Hand these to another person, naming the rest in ``only``.
    """

    title = Words("不能交接给该人员", "Not everything can go to this person")
    detail = Words(
        "有 {count} 项不能交接给该人员，详见 errors；可用 only 指定其余各项，另行交接这些事项。",
        "{count} things cannot go to this person, see errors; hand those to another, by naming ids in only.",
    )


class SuccessorIsTheSame(Invalid):
    """Work is handed to another person, whatever accounts either uses."""

    title = Words("接手人与移交人相同", "Both are the same person")
    detail = Words("须交接给另一人。", "Hand it over to another person.")


class NothingToHandOver(Invalid):
    """Nothing of what was named is open in this person's name, or nothing at all is."""

    title = Words("没有可交接的事项", "Nothing to hand over")
    detail = Words("该人员名下没有所列的未了事项。", "Nothing of this is open in the person's name.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something open in somebody's name, with all that decides about who may take it over."""

    kind: WorkKind
    id: str
    project_id: str | None = None
    area_code: str = ""
    is_suitable: bool = True
    """The successor has the role and is valid in the area."""
    other_agent: str | None = None
    """Of an assignment as A or B: the person in the other role."""
    concerned: str | None = None
    others: tuple[str | None, ...] = ()
    """Who did a step that whoever takes it over must not have done."""
    absent: str | None = None
    is_hidden: bool = False
    """Who it is about is known to supervisors only."""


def objections(thing: Thing, successor: str, asker: str, *, is_supervisor: bool) -> tuple[Objection, ...]:
    """Name what stands against handing a thing to somebody; of a hidden one the uninitiated learn no more."""
    if thing.is_hidden and not is_supervisor:
        return (Objection.SUPERVISOR_ONLY,)
    tests = (
        (Objection.UNSUITABLE, not thing.is_suitable),
        (Objection.ONE_PERSON_AS_BOTH, thing.other_agent == successor),
        (Objection.IS_CONCERNED, thing.concerned == successor),
        (Objection.ASKER_IS_CONCERNED, thing.concerned == asker),
        (Objection.DID_ANOTHER_STEP, successor in thing.others),
        (Objection.IS_ABSENT, thing.absent == successor),
    )
    return tuple(code for code, is_so in tests if is_so)


def check_successor(
    things: Iterable[Thing], leaver: str, successor: str, asker: str, *, is_supervisor: bool
) -> None:
    """Refuse ``SuccessorIsTheSame``, ``NothingToHandOver``, ``SuccessorNotSuitable`` with all at once."""
    things = list(things)
    if leaver == successor:
        faults = [Fault("/to_operator_id", "same_person", SuccessorIsTheSame.title)]
        raise SuccessorIsTheSame(faults=faults)
    if not things:
        raise NothingToHandOver(faults=[Fault("/only", "nothing_open", NothingToHandOver.title)])
    faults = [
        Fault(
            "/to_operator_id",
            code.value,
            OBJECTION,
            {"kind": thing.kind.words, "id": thing.id, "why": code.words},
        )
        for thing in things
        for code in objections(thing, successor, asker, is_supervisor=is_supervisor)
    ]
    if faults:
        raise SuccessorNotSuitable(faults=faults, count=len({fault.facts["id"] for fault in faults}))


OBJECTION: Final = Words("{kind} {id}：{why}", "{kind} {id}: {why}")
