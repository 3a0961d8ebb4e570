"""The second person a move needs: who may say yes to it beforehand, and whose yes would not count."""

from typing import Any

from app.domain.moves import Procedure
from app.domain.procedures import MoveNotFromHere, StageHasChanged, UnknownMove
from app.domain.standing import ROLE_WORDS, Asker, Confirmation, Party, Role, Standing
from app.errors import Conflict, Forbidden, Words


class NothingToConfirm(Conflict):
    """The move needs no second person."""

    title = Words("无须第二人确认", "Nothing to confirm")
    detail = Words("“{move_label}”无须第二人确认。", "“{move_label}” needs no second person.")


class RoleMayNotConfirm(Forbidden):
    """The move is confirmed in another role, or by an agent of this project."""

    title = Words("无权确认", "Not yours to confirm")
    detail = Words(
        "“{move_label}”须由{role_label}确认；代办员须是本项目的A角或者B角。",
        "“{move_label}” is confirmed by: {role_label}; an agent must be assigned to this project.",
    )


class ConfirmerIsExcluded(Conflict):
    """The confirmer is a person on this project whom the second person must not be."""

    title = Words("确认人不符合回避要求", "The confirmer is excluded")
    detail = Words(
        "您在本项目中担任“{party}”，不能确认“{move_label}”。",
        "You are the {party} of this project and may not confirm “{move_label}”.",
    )


class ConfirmedAlready(Conflict):
    """The person has confirmed the move in this stage already."""

    title = Words("已经确认", "Confirmed already")
    detail = Words("您已确认“{move_label}”。", "You have confirmed “{move_label}” already.")


def check_second_person(
    procedure: Procedure, standing: Standing, confirmer: Asker, move_code: str, from_stage: str
) -> Confirmation:
    """Decide whether somebody may confirm a move beforehand; that he is not the asker shows when it is made.

    The first of these refuses, in this order: UnknownMove, StageHasChanged, MoveNotFromHere,
    NothingToConfirm, RoleMayNotConfirm, ConfirmerIsExcluded, ConfirmedAlready.
    """
    if not procedure.has_move(move_code):
        raise UnknownMove(move=move_code)
    facts: dict[str, Any] = {
        "move": move_code,
        "move_label": procedure.label_of_move(move_code),
        "present": standing.stage,
        "present_label": procedure.label_of_stage(standing.stage),
        "from_stage": from_stage,
    }
    if from_stage != standing.stage:
        raise StageHasChanged(**facts)
    move = procedure.find_move(standing.stage, move_code)
    if move is None:
        raise MoveNotFromHere(**facts)
    if move.also is None:
        raise NothingToConfirm(**facts)
    is_agent = confirmer.role is not Role.AGENT or standing.is_agent(confirmer.person)
    if confirmer.role is not move.also.role or not is_agent:
        raise RoleMayNotConfirm(**facts, role_label=ROLE_WORDS[move.also.role])
    for party in move.also.not_same_as:
        if party is not Party.ASKER and standing.person(party, confirmer) == confirmer.person:
            raise ConfirmerIsExcluded(**facts, party=PARTY_WORDS[party])
    given = Confirmation(move_code, confirmer.role, confirmer.person)
    if given in standing.confirmations:
        raise ConfirmedAlready(**facts)
    return given


PARTY_WORDS = {
    Party.PRIMARY_AGENT: Words("A角代办员", "primary agent"),
    Party.BACKUP_AGENT: Words("B角代办员", "backup agent"),
    Party.PLAN_AUTHOR: Words("方案编制人", "author of the plan"),
    Party.PLAN_APPROVER: Words("方案审定人", "approver of the plan"),
}
