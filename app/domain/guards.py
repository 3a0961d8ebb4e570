"""The conditions a move may be bound to: a fixed set, each a question to the facts of the project."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from app.domain.calendar import WorkCalendar
from app.domain.moves import BEFORE_SUSPENSION, LimitKind, Move
from app.domain.periods import Answer, period_has_passed, within_period
from app.domain.standing import ROLE_WORDS, Asker, Confirmation, Role, ServiceMode, Standing
from app.errors import Fault, Words

Question = Callable[[Standing, Asker, Move, date, WorkCalendar], Answer]


@dataclass(frozen=True, slots=True)
class Guard:
    """A named condition: the question, what is said when it is not met, and what it means."""

    question: Question
    words: Words
    description: Words
    is_owner_consent: bool = False
    """Only the owner can bring it about, so no stage may depend on it to end."""
    needs_limit: LimitKind | None = None


NO_FACTS: Final[Mapping[str, Any]] = MappingProxyType({})
SECOND_PERSON_CONFIRMED: Final = "second_person_confirmed"
STAGE_TO_RESUME_KNOWN: Final = "stage_to_resume_known"


def _unless(is_met: bool, **facts: Any) -> Answer:
    return None if is_met else (facts or NO_FACTS)


def _none_left(count: int) -> Answer:
    return None if count == 0 else {"count": count}


def _agents_assigned(standing: Standing) -> Answer:
    primary, backup = standing.primary_agent, standing.backup_agent
    return _unless(primary is not None and backup is not None and primary != backup)


def _plan_approved(standing: Standing) -> Answer:
    author, approver = standing.plan_author, standing.plan_approver
    known = standing.plan_number is not None and author is not None and approver is not None
    return _unless(known and author != approver)


def _asker_is_not_agent(standing: Standing, asker: Asker) -> Answer:
    """Refuse a nameless asker too, because nobody could show that he is not the agent."""
    has_agents = standing.primary_agent is not None or standing.backup_agent is not None
    return _unless(not has_agents or (asker.person is not None and not standing.is_agent(asker.person)))


def _confirms(confirmation: Confirmation, standing: Standing, asker: Asker, move: Move) -> bool:
    also, person = move.also, confirmation.person
    if also is None or person is None or asker.person is None or person == asker.person:
        return False
    if confirmation.move != move.code or confirmation.role is not also.role:
        return False
    if also.role is Role.AGENT and not standing.is_agent(person):
        return False
    return all(person != standing.person(party, asker) for party in also.not_same_as)


def _second_person_confirmed(
    standing: Standing, asker: Asker, move: Move, _today: date, _calendar: WorkCalendar
) -> Answer:
    if move.also is None or any(_confirms(c, standing, asker, move) for c in standing.confirmations):
        return None
    return {"role": ROLE_WORDS[move.also.role]}


def _of_standing(question: Callable[[Standing], Answer]) -> Question:
    return lambda standing, _asker, _move, _today, _calendar: question(standing)


ROADS: Final[Mapping[str, Callable[[Standing], Answer]]] = MappingProxyType(
    {
        "no_correction_before": lambda s: _none_left(s.correction_notices),
        "mode_is_agency": lambda s: _unless(s.service_mode is ServiceMode.AGENCY),
        "mode_is_not_agency": lambda s: _unless(s.service_mode not in (None, ServiceMode.AGENCY)),
    }
)
"""The guards that tell whether a move concerns this project at all, so they decide about its clock too."""

GUARDS: Final[Mapping[str, Guard]] = MappingProxyType(
    {
        "owner_known": Guard(
            _of_standing(lambda s: _unless(s.has_owner)),
            Words("尚未登记项目单位。", "The owner of the project is not known yet."),
            Words("项目单位已登记。", "The owner of the project is registered."),
        ),
        "materials_complete": Guard(
            _of_standing(lambda s: _none_left(s.materials_missing)),
            Words("还缺 {count} 份申请材料。", "{count} of the required materials are still missing."),
            Words("申请材料齐全。", "All required materials are there."),
        ),
        "no_correction_before": Guard(
            _of_standing(ROADS["no_correction_before"]),
            Words(
                "补正通知只能发一次，已经发过 {count} 次，请受理或者不予受理。",
                "Corrections are asked for once only, and {count} notice was sent: accept or decline.",
            ),
            Words("此前没有发过补正通知（一次性告知）。", "No correction notice was sent before."),
        ),
        "mode_is_agency": Guard(
            _of_standing(ROADS["mode_is_agency"]),
            Words("该项目的服务方式不是代办。", "The project is not served in agency mode."),
            Words("服务方式为代办。", "The project is served in agency mode."),
        ),
        "mode_is_not_agency": Guard(
            _of_standing(ROADS["mode_is_not_agency"]),
            Words(
                "该项目的服务方式不是帮办或者领办。", "The project is not served in assistance or led mode."
            ),
            Words("服务方式为帮办或者领办。", "The project is served in assistance or leader-led mode."),
        ),
        "agreement_signed": Guard(
            _of_standing(lambda s: _unless(s.has_signed_agreement)),
            Words("代办委托协议尚未签订。", "The agency agreement is not signed."),
            Words("代办委托协议已经签订。", "The agency agreement is signed."),
            is_owner_consent=True,
        ),
        "agreement_unsigned": Guard(
            _of_standing(lambda s: _unless(not s.has_signed_agreement)),
            Words("代办委托协议已经签订。", "The agency agreement is signed already."),
            Words("代办委托协议尚未签订。", "The agency agreement is not signed."),
        ),
        "agents_assigned": Guard(
            _of_standing(_agents_assigned),
            Words(
                "尚未指定两名不同的代办员（A角、B角）。",
                "Primary and backup agent, two persons, are not assigned.",
            ),
            Words(
                "已指定A角、B角，且不是同一人。", "Primary and backup agent are assigned and are two persons."
            ),
        ),
        "plan_approved": Guard(
            _of_standing(_plan_approved),
            Words(
                "服务方案尚未经编制人以外的人审定。",
                "No service plan was approved by another person than its author.",
            ),
            Words(
                "服务方案已由编制人以外的人审定。",
                "A service plan was approved by another person than its author.",
            ),
        ),
        "plan_confirmed_by_owner": Guard(
            _of_standing(lambda s: _unless(s.plan_confirmed_by_owner)),
            Words("项目单位尚未确认服务方案。", "The owner has not confirmed the service plan."),
            Words("项目单位已确认服务方案。", "The owner has confirmed the service plan."),
            is_owner_consent=True,
        ),
        "items_closed": Guard(
            _of_standing(lambda s: _none_left(s.items_open)),
            Words("还有 {count} 个审批事项没有办结。", "{count} approval items are still open."),
            Words("委托范围内的审批事项全部办结。", "All approval items in scope are closed."),
        ),
        "supplements_closed": Guard(
            _of_standing(lambda s: _none_left(s.supplements_open)),
            Words("还有 {count} 项容缺材料没有补齐。", "{count} promised supplements are still owed."),
            Words("容缺材料全部补齐。", "All promised supplements have been handed in."),
        ),
        "milestones_evidenced": Guard(
            _of_standing(lambda s: _none_left(s.milestones_missing)),
            Words("还有 {count} 个建设节点缺少佐证材料。", "{count} milestones have no evidence yet."),
            Words("应有的建设节点都有佐证材料。", "Every milestone in scope is evidenced."),
        ),
        "documents_complete": Guard(
            _of_standing(lambda s: _none_left(s.documents_missing)),
            Words("还缺 {count} 份归档文件。", "{count} documents are missing from the archive."),
            Words("归档文件齐全。", "All documents to be archived are there."),
        ),
        "asker_is_not_agent": Guard(
            lambda standing, asker, _move, _today, _calendar: _asker_is_not_agent(standing, asker),
            Words("不能由本项目的代办员办理。", "The agents of the project may not do this themselves."),
            Words("办理人不是本项目的代办员。", "Whoever does it is not an agent of the project."),
        ),
        "client_heard": Guard(
            lambda standing, _asker, _move, today, _calendar: _unless(
                standing.client_heard_on is not None and standing.client_heard_on <= today
            ),
            Words("尚未听取项目单位的意见。", "The owner has not been heard."),
            Words("已听取项目单位的意见。", "The owner has been heard."),
        ),
        "period_has_passed": Guard(
            period_has_passed,
            Words(
                "期限尚未届满（自{anchor}起算，届满日：{ends_on}）。",
                "The period is not over (counted from {anchor}, last day: {ends_on}).",
            ),
            Words("规定的期限已经届满。", "The periods the move has to wait for have passed."),
            needs_limit=LimitKind.NOT_BEFORE,
        ),
        "within_period": Guard(
            within_period,
            Words(
                "已不在规定的期限内（自{anchor}起算，届满日：{ends_on}）。",
                "The period is not running (counted from {anchor}, last day: {ends_on}).",
            ),
            Words("仍在规定的期限内。", "The period the move is bound to has not passed."),
            needs_limit=LimitKind.NOT_AFTER,
        ),
        SECOND_PERSON_CONFIRMED: Guard(
            _second_person_confirmed,
            Words("尚未经另一人（{role}）确认。", "A second person ({role}) has not confirmed it."),
            Words("已由另一人确认。", "A second person has confirmed the move in this stage."),
        ),
        "not_a_duplicate": Guard(
            _of_standing(lambda s: _unless(not s.is_closed_as_duplicate)),
            Words("该记录已作为重复项目关闭。", "The record was closed as a duplicate."),
            Words("该记录没有作为重复项目关闭。", "The record was not closed as a duplicate."),
        ),
        STAGE_TO_RESUME_KNOWN: Guard(
            _of_standing(lambda s: _unless(s.before_suspension is not None)),
            Words("没有中止前环节的记录。", "The stage before the suspension is not known."),
            Words("中止前的环节有记录。", "The stage the service was suspended from is known."),
        ),
    }
)


def implied_guards(has_second_person: bool, to_stage: str) -> tuple[str, ...]:
    """Name the guards a move has without saying so."""
    second = (SECOND_PERSON_CONFIRMED,) if has_second_person else ()
    resume = (STAGE_TO_RESUME_KNOWN,) if to_stage == BEFORE_SUSPENSION else ()
    return second + resume


def concerns(move: Move, standing: Standing) -> bool:
    """Tell whether a move lies on the road of this project; one that does not has no clock either."""
    return all(ROADS[name](standing) is None for name in move.guards if name in ROADS)


def unmet_guards(
    standing: Standing, asker: Asker, move: Move, today: date, calendar: WorkCalendar
) -> tuple[Fault, ...]:
    """Ask every guard of a move and return one fault for each that is not met, in their order."""
    faults = []
    for name in move.guards:
        guard = GUARDS[name]
        facts = guard.question(standing, asker, move, today, calendar)
        if facts is not None:
            faults.append(Fault("", name, guard.words, facts))
    return tuple(faults)
