"""Supervision notices: every state × act × role, the persons kept apart, what stands against a notice."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from app.domain.calendar import WorkCalendar
from app.domain.casework import allowed_case_acts, check_case_act, running
from app.domain.clocks import Light
from app.domain.standing import Asker, Role
from app.domain.supervision import (
    NOTICE_ACTS,
    Looked,
    NothingToSupervise,
    NoticeFacts,
    check_supervisable,
    hindrances,
    notice_clocks,
    notice_standing,
    replied_in_time,
)
from app.domain.supervision_terms import NoticeAct, NoticeEffect, NoticeHindrance, NoticeLimit, NoticeState
from app.errors import Refusal

S, A, H = NoticeState, NoticeAct, NoticeHindrance
DAY = date(2026, 3, 2)  # a Monday
CALENDAR = WorkCalendar("cn", 1, {}, {}, frozenset({2026}))
AGENCY = "officer agent coordinator"

# act: from where, to where, which roles; written down apart from the table under test
EXPECTED = {
    A.REPLY: ("issued", "replied", "office"),
    A.RETURN: ("replied judged", "issued", "supervisor"),
    A.JUDGE: ("replied", "judged", "supervisor"),
    A.CLOSE: ("judged", "closed", "supervisor"),
    A.WITHDRAW: ("issued replied judged", "withdrawn", "supervisor"),
}
TOLD: dict[str, Any] = {"effect": "effective", "text": "t", "evidence": ["e"]}


def facts(**given: Any) -> NoticeFacts:
    usual: dict[str, Any] = {
        "state": S.ISSUED, "is_agencys": False, "is_agent_of_project": True, "effect": NoticeEffect.EFFECTIVE,
        "repliers": frozenset({"replier"}), "office": frozenset({"clerk"}), "reply_days": 3, "asked_on": DAY,
        "replied_on": None, "judged_on": None,
    }  # fmt: skip
    return NoticeFacts(**usual | given)


def outcome(known: NoticeFacts, act: A, role: Role, person: str = "somebody", **told: Any) -> str:
    row = NOTICE_ACTS[act]
    told = {name: value for name, value in TOLD.items() if name in row.needs} | told
    try:
        check_case_act(NOTICE_ACTS, notice_standing(known), Asker(role, person), act, known.state, told)
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def test_every_act_has_an_expectation() -> None:
    assert set(EXPECTED) == set(A) == {A(code) for code in NOTICE_ACTS}


@pytest.mark.parametrize(("state", "act"), list(product(S, A)))
def test_every_state_act_and_role_is_decided_as_written_here(state: S, act: A) -> None:
    sources, to, roles = EXPECTED[act]
    target = NOTICE_ACTS[act].to
    assert target is not None
    assert target.value == to
    for is_agencys, role in product((True, False), Role):
        office = AGENCY if is_agencys else "department"
        may = (office if roles == "office" else roles).split()
        expected = "done" if role in may else "NotYoursToHandle"
        if state not in sources.split():
            expected = "NotFromThisState"
        known = facts(state=state, is_agencys=is_agencys)
        assert outcome(known, act, role) == expected
        listed = {
            one.act.code: not one.reasons
            for one in allowed_case_acts(NOTICE_ACTS, notice_standing(known), Asker(role, "somebody"))
        }
        assert listed.get(act, False) is (expected == "done")


@pytest.mark.parametrize("act", [A.RETURN, A.JUDGE, A.CLOSE, A.WITHDRAW])
def test_neither_who_replied_nor_who_is_of_the_office_judges_closes_or_withdraws(act: A) -> None:
    state = S(EXPECTED[act][0].split()[0])
    assert outcome(facts(state=state), act, Role.SUPERVISOR, "replier") == "PersonIsExcluded"
    assert outcome(facts(state=state), act, Role.SUPERVISOR, "clerk") == "PersonIsExcluded"
    assert outcome(facts(state=state), act, Role.SUPERVISOR, "another") == "done"


def test_what_had_no_effect_is_sent_back_and_not_closed() -> None:
    for effect in NoticeEffect:
        known = facts(state=S.JUDGED, effect=effect)
        expected = "HandlingGuardsNotMet" if effect is NoticeEffect.NONE else "done"
        assert outcome(known, A.CLOSE, Role.SUPERVISOR) == expected
        assert outcome(known, A.RETURN, Role.SUPERVISOR) == "done"


def test_a_notice_to_the_agency_is_replied_to_by_an_agent_of_the_project() -> None:
    strange = facts(is_agencys=True, is_agent_of_project=False)
    assert outcome(strange, A.REPLY, Role.AGENT) == "HandlingGuardsNotMet"
    assert outcome(facts(is_agencys=True), A.REPLY, Role.AGENT) == "done"


@pytest.mark.parametrize("act", list(A))
def test_an_act_tells_what_it_needs_and_nothing_else(act: A) -> None:
    state, row = S(EXPECTED[act][0].split()[0]), NOTICE_ACTS[act]
    role = Role.DEPARTMENT if act is A.REPLY else Role.SUPERVISOR
    for name, value in TOLD.items():
        lacking = outcome(facts(state=state), act, role, **{name: None})
        assert lacking == ("HandlingIncomplete" if name in row.needs else "done")
        more = outcome(facts(state=state), act, role, **{name: value})
        assert more == ("done" if name in (*row.needs, *row.may) else "HandlingIncomplete")


def test_a_reply_is_due_in_the_working_days_asked_for_and_so_is_its_judgement() -> None:
    (reply,) = notice_clocks(facts(reply_days=5))
    assert (reply.code, reply.due(CALENDAR).due_on) == (NoticeLimit.REPLY, date(2026, 3, 9))
    assert reply.light(CALENDAR, date(2026, 3, 10)) is Light.RED
    assert replied_in_time(facts(reply_days=5), date(2026, 3, 9), CALENDAR)
    assert not replied_in_time(facts(reply_days=5), date(2026, 3, 10), CALENDAR)
    replied = facts(state=S.REPLIED, replied_on=date(2026, 3, 4))
    judgement = running(notice_clocks(replied))
    assert judgement is not None
    assert (judgement.code, judgement.due(CALENDAR).due_on) == (NoticeLimit.JUDGEMENT, date(2026, 3, 9))
    judged = replace(replied, state=S.JUDGED, judged_on=date(2026, 3, 5))
    assert running(notice_clocks(judged)) is None
    assert notice_clocks(replace(replied, state=S.WITHDRAWN)) == ()


AGAINST = {
    Light.RED: (),
    Light.PAUSED: (H.PAUSED,),
    Light.NO_LIMIT: (H.NOT_BEGUN,),
    Light.NOT_STARTED: (H.NOT_BEGUN,),
    Light.GREEN: (H.NOT_OVERDUE,),
    Light.YELLOW: (H.NOT_OVERDUE,),
    Light.DONE_IN_TIME: (H.DONE_IN_TIME,),
    Light.DONE_LATE: (H.DONE_BEFORE,),
}


@pytest.mark.parametrize("light", list(Light))
def test_only_red_is_supervised(light: Light) -> None:
    assert hindrances(Looked(light=light)) == AGAINST[light]


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ({"is_paused": True}, H.PAUSED),
        ({"waits_for_owner": True}, H.WAITS_FOR_OWNER),
        ({"is_offices_time": False}, H.OWNERS_TIME),
        ({"has_office": False}, H.NO_OFFICE),
        ({"has_left": True}, H.STAGE_LEFT),
    ],
)
def test_not_even_red_is_supervised_while_something_stands_against_it(
    fact: dict[str, bool], code: NoticeHindrance
) -> None:
    assert hindrances(Looked(light=Light.RED, **fact)) == (code,)


def test_a_refusal_names_everything_at_once() -> None:
    looked = Looked(light=Light.PAUSED, is_paused=True, waits_for_owner=True)
    with pytest.raises(NothingToSupervise) as refused:
        check_supervisable(looked, has_open_notice=True)
    assert [fault.code for fault in refused.value.faults] == ["paused", "waits_for_owner", "noticed"]
    check_supervisable(Looked(light=Light.RED), has_open_notice=False)
