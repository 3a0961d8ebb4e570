"""Handing over: who may take over what, by kind of thing and by person."""

from typing import Any

import pytest

from app.domain.handing_over import (
    NothingToHandOver,
    Objection,
    SuccessorIsTheSame,
    SuccessorNotSuitable,
    Thing,
    WorkKind,
    check_successor,
    objections,
)

B = Objection


def thing(kind: WorkKind = WorkKind.BAD_REVIEW, **facts: Any) -> Thing:
    return Thing(kind=kind, id="thing", **facts)


@pytest.mark.parametrize("kind", list(WorkKind))
@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, ()),
        ({"is_suitable": False}, (B.UNSUITABLE,)),
        ({"other_agent": "successor"}, (B.ONE_PERSON_AS_BOTH,)),
        ({"other_agent": "leaver"}, ()),
        ({"concerned": "successor"}, (B.IS_CONCERNED,)),
        ({"concerned": "asker"}, (B.ASKER_IS_CONCERNED,)),
        ({"concerned": "leaver"}, ()),
        ({"others": ("successor", None)}, (B.DID_ANOTHER_STEP,)),
        ({"others": ("asker",)}, ()),
        ({"absent": "successor"}, (B.IS_ABSENT,)),
    ],
)
def test_each_thing_is_refused_to_whom_separation_forbids_it(
    kind: WorkKind, facts: dict[str, Any], found: tuple[Objection, ...]
) -> None:
    assert objections(thing(kind, **facts), "successor", "asker", is_supervisor=False) == found
    assert objections(thing(kind, **facts), "successor", "asker", is_supervisor=True) == found


def test_a_hidden_thing_tells_nobody_but_a_supervisor_whom_it_is_about() -> None:
    hidden = thing(is_hidden=True, concerned="successor")
    assert objections(hidden, "successor", "asker", is_supervisor=False) == (B.SUPERVISOR_ONLY,)
    unrelated = thing(is_hidden=True, concerned="somebody")
    assert objections(unrelated, "successor", "asker", is_supervisor=False) == (B.SUPERVISOR_ONLY,)
    assert objections(hidden, "successor", "asker", is_supervisor=True) == (B.IS_CONCERNED,)
    assert objections(unrelated, "successor", "asker", is_supervisor=True) == ()


def test_a_refusal_names_every_thing_and_counts_each_once() -> None:
    both = Thing(kind=WorkKind.BAD_REVIEW, id="1", concerned="b", others=("b",))
    other = Thing(kind=WorkKind.ASSIGNMENT, id="2", is_suitable=False)
    fine = Thing(kind=WorkKind.ISSUE, id="3")
    with pytest.raises(SuccessorNotSuitable) as refused:
        check_successor([both, other, fine], "a", "b", "c", is_supervisor=True)
    assert [(f.facts["id"], f.code) for f in refused.value.faults] == [
        ("1", "person_concerned"),
        ("1", "did_another_step"),
        ("2", "unsuitable_operator"),
    ]
    assert refused.value.facts["count"] == 2
    check_successor([fine], "a", "b", "c", is_supervisor=False)


def test_nothing_and_nobody_else_are_refused() -> None:
    with pytest.raises(NothingToHandOver):
        check_successor([], "a", "b", "c", is_supervisor=True)
    with pytest.raises(SuccessorIsTheSame):
        check_successor([thing()], "a", "a", "c", is_supervisor=True)
