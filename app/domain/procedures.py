"""Moving a project from stage to stage: whether it may be done now, by whom, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.calendar import WorkCalendar
from app.domain.clocks import Due, Pause, due
from app.domain.guards import concerns, unmet_guards
from app.domain.move_inputs import check_inputs, check_reason_and_evidence
from app.domain.moves import BEFORE_SUSPENSION, Bearer, Limit, LimitKind, Move, Procedure
from app.domain.periods import anchor_day
from app.domain.standing import ROLE_WORDS, Asker, Role, Standing
from app.errors import Conflict, Fault, Forbidden, Invalid, Words


class UnknownMove(Invalid):
    """No stage of the procedure has a move of this name."""

    title = Words("没有这个办理动作", "No such move")
    detail = Words("本服务流程没有名为 {move} 的办理动作。", "The procedure has no move named {move}.")


class StageHasChanged(Conflict):
    """The project has left the stage the caller believed it to be in; read it again and decide anew."""

    title = Words("项目环节已经变化", "The stage has changed")
    detail = Words(
        "项目现在处于“{present_label}”环节，不是请求所依据的 {from_stage}；请重新读取后再办理。",
        "The project is in “{present_label}” now, not in {from_stage}; read it again and decide anew.",
    )


class MoveNotFromHere(Conflict):
    """The procedure has this move, but not from the present stage."""

    title = Words("当前环节不能这样办理", "The move does not start here")
    detail = Words(
        "在“{present_label}”环节不能办理“{move_label}”。",
        "“{move_label}” is not possible from the stage “{present_label}”.",
    )


class RoleMayNotMove(Forbidden):
    """The role acted in may not make this move, or the agent who asks is not assigned to this project."""

    title = Words("无权办理", "Not yours to do")
    detail = Words(
        "“{move_label}”须由{roles}办理；代办员须是本项目的A角或者B角。",
        "“{move_label}” is for: {roles}; an agent must be assigned to this project.",
    )


class MissingOrWrongInputs(Invalid):
    """Something the move asks for is missing, unknown or wrong; every fault is named."""

    title = Words("填报内容不完整或者有误", "Inputs are missing or wrong")
    detail = Words("办理“{move_label}”的填报内容有误。", "“{move_label}” needs other inputs; see the errors.")


class GuardsNotMet(Conflict):
    """A condition of the move is not met by the facts of the project; every unmet one is named."""

    title = Words("办理条件尚不具备", "The conditions are not met")
    detail = Words(
        "办理“{move_label}”的条件尚不具备，详见所列各项。",
        "The conditions of “{move_label}” are not met; see the errors.",
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A move as it is asked for, and the stage the asker believes the project to be in."""

    from_stage: str
    move: str
    inputs: Mapping[str, Any]
    has_evidence: bool
    has_reason: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A move that may be made, and where it leads."""

    move: Move
    to_stage: str


@dataclass(frozen=True, slots=True)
class AllowedMove:
    """A move from the present stage: whether this asker could make it now, and if not, why not."""

    move_code: str
    to_stage: str | None
    """None when the stage to resume to is not known."""
    enabled: bool
    reasons: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class StageDeadline:
    """By when a move from the present stage is due, and the limit that says so, counted from ``anchor``."""

    move: Move
    due: Due
    limit: Limit
    anchor: date
    pauses: tuple[Pause, ...]
    """The days of this visit that do not count: none for the owner's time."""
    rolls: bool
    """Whether a last day off moves on to the next working day."""


def check_move(
    procedure: Procedure,
    standing: Standing,
    asker: Asker,
    wanted: Wanted,
    today: date,
    calendar: WorkCalendar,
) -> Step:
    """Decide whether a move may be made, and say where it leads.

    The first of these refuses, in this order: UnknownMove, StageHasChanged, MoveNotFromHere,
    RoleMayNotMove, MissingOrWrongInputs, GuardsNotMet.
    """
    if not procedure.has_move(wanted.move):
        raise UnknownMove(move=wanted.move)
    facts: dict[str, Any] = {
        "move": wanted.move,
        "move_label": procedure.label_of_move(wanted.move),
        "present": standing.stage,
        "present_label": procedure.label_of_stage(standing.stage),
        "from_stage": wanted.from_stage,
    }
    if wanted.from_stage != standing.stage:
        raise StageHasChanged(**facts)
    move = procedure.find_move(standing.stage, wanted.move)
    if move is None:
        raise MoveNotFromHere(**facts)
    facts["move_label"] = move.label
    if not _may_ask(move, standing, asker):
        raise RoleMayNotMove(**facts, roles=_roles(move))
    faults = check_inputs(move, wanted.inputs)
    faults += check_reason_and_evidence(move, has_reason=wanted.has_reason, has_evidence=wanted.has_evidence)
    if faults:
        raise MissingOrWrongInputs(faults=faults, **facts)
    unmet = unmet_guards(standing, asker, move, today, calendar)
    to_stage = _leads_to(move, standing)
    if unmet:
        raise GuardsNotMet(faults=unmet, **facts)
    assert to_stage is not None  # a resuming move has a guard for it
    return Step(move, to_stage)


def allowed_moves(
    procedure: Procedure, standing: Standing, asker: Asker, today: date, calendar: WorkCalendar
) -> tuple[AllowedMove, ...]:
    """List the moves from the present stage as ``check_move`` would decide them, with every input given."""
    return tuple(
        _tried(move, standing, asker, today, calendar) for move in procedure.moves_from(standing.stage)
    )


def _tried(move: Move, standing: Standing, asker: Asker, today: date, calendar: WorkCalendar) -> AllowedMove:
    if _may_ask(move, standing, asker):
        reasons = unmet_guards(standing, asker, move, today, calendar)
    else:
        told = {"move_label": move.label, "roles": _roles(move)}
        reasons = (Fault("", RoleMayNotMove.__name__, RoleMayNotMove.detail, told),)
    return AllowedMove(move.code, _leads_to(move, standing), not reasons, reasons)


def _may_ask(move: Move, standing: Standing, asker: Asker) -> bool:
    if asker.role not in move.by:
        return False
    return asker.role is not Role.AGENT or standing.is_agent(asker.person)


def _roles(move: Move) -> tuple[Words, ...]:
    return tuple(ROLE_WORDS[role] for role in Role if role in move.by)


def _leads_to(move: Move, standing: Standing) -> str | None:
    return standing.before_suspension if move.to_stage == BEFORE_SUSPENSION else move.to_stage


def deadlines(procedure: Procedure, standing: Standing, calendar: WorkCalendar) -> tuple[StageDeadline, ...]:
    """Tell by when each move from the present stage is due.

    A move that does not concern this project (another service mode, a correction already asked for) has
    no deadline, nor has one whose limit is counted from a fact that has not happened. The agency has no
    deadlines in a terminal stage or in one that stops its clock; the pauses of this visit lengthen the
    agency's limits only. The owner's calendar limits roll past days off (Civil Code art. 203, by analogy).
    """
    stage = procedure.stages.get(standing.stage)
    if stage is None:
        return ()
    rests = stage.is_terminal or stage.pauses_clock
    found = []
    for move in procedure.moves_from(standing.stage):
        for limit in move.limits_that_apply(LimitKind.DEADLINE, standing.departments):
            is_agencys = limit.bearer is Bearer.AGENCY
            anchor = anchor_day(standing, limit.anchor)
            if anchor is None or (is_agencys and rests) or not concerns(move, standing):
                continue
            pauses = standing.pauses if is_agencys else ()
            last = due(calendar, anchor, limit.duration, pauses, rolls=not is_agencys)
            found.append(StageDeadline(move, last, limit, anchor, pauses, not is_agencys))
    return tuple(found)


def stage_deadline(procedure: Procedure, standing: Standing, calendar: WorkCalendar) -> StageDeadline | None:
    """Choose the agency's earliest deadline in the present stage; a stopped clock comes last."""
    agencys = [d for d in deadlines(procedure, standing, calendar) if d.limit.bearer is Bearer.AGENCY]
    return min(agencys, key=lambda d: d.due.due_on or date.max, default=None)
