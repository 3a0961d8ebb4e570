"""What a service procedure is made of: stages, moves, the second person, what is asked for, time limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.domain.clocks import Duration
from app.domain.standing import Party, Role
from app.errors import Words

BEFORE_SUSPENSION = "@before_suspension"
"""The place a resumed service goes to: the stage it was suspended from."""


class InputType(StrEnum):
    """What may be asked of whoever makes a move."""

    TEXT = "text"
    TEXTS = "texts"
    CODE = "code"
    """A short public text, such as a file number: up to 64 letters, digits, Chinese characters, -_./〔〕."""
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    TRUTH = "truth"
    INTEGER = "integer"


FREE_TEXT = frozenset({InputType.TEXT, InputType.TEXTS})
CHOOSING = frozenset({InputType.CHOICE, InputType.CHOICES})


class Effect(StrEnum):
    """What a move does besides changing the stage; a procedure names it, so no code of a move is known."""

    COUNTS_CORRECTION = "counts_correction"
    COMPLETES = "completes"
    REOPENS = "reopens"
    INVITES_EVALUATION = "invites_evaluation"


EFFECT_WORDS: Final[Mapping[Effect, Words]] = MappingProxyType(
    {
        Effect.COUNTS_CORRECTION: Words("计为一次补正通知。", "Counts as a correction notice."),
        Effect.COMPLETES: Words("以发生日为办结日。", "Its day is the day of completion."),
        Effect.REOPENS: Words(
            "撤销办结日，另立一册档案。", "Takes the day of completion back and opens another archive volume."
        ),
        Effect.INVITES_EVALUATION: Words(
            "项目单位可就此评价服务。", "The owner may evaluate the service rendered up to it."
        ),
    }
)

FIELD_INPUTS: Final[Mapping[str, InputType]] = MappingProxyType(
    {
        "service_mode": InputType.CHOICE,
        "scope_stages": InputType.CHOICES,
        "file_number": InputType.CODE,
    }
)
"""Inputs whose answer becomes the project's field of the same name, and the type each must have."""


class LimitKind(StrEnum):
    """A limit says by when a move is due, before when it is too early, or after when it is too late."""

    DEADLINE = "deadline"
    NOT_BEFORE = "not_before"
    NOT_AFTER = "not_after"


class Anchor(StrEnum):
    """The fact a limit is counted from; its day never counts."""

    STAGE_ENTERED = "stage_entered"
    REMINDED = "reminded"
    LAPSE_NOTIFIED = "lapse_notified"
    CLIENT_HEARD = "client_heard"
    WORK_FINISHED = "work_finished"
    COMPLETED = "completed"


class Bearer(StrEnum):
    """Whose time it is; the owner's never turns the agency red."""

    AGENCY = "agency"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Limit:
    """A span of time a move is bound by, with the source it comes from."""

    duration: Duration
    kind: LimitKind
    anchor: Anchor
    bearer: Bearer
    departments_at_least: int | None
    basis: Words


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that may be chosen."""

    code: str
    label: Words


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that is asked for; a private one is kept in the erasable store only."""

    code: str
    label: Words
    type: InputType
    is_required: bool
    is_private: bool
    choices: tuple[Choice, ...] = ()
    must_be: bool | None = None
    """The only answer that lets the move pass, for a truth such as consent."""


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """A further person who must have said yes: in this role, and none of these parties."""

    role: Role
    not_same_as: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A place a project can be in."""

    code: str
    label: Words
    is_terminal: bool
    may_end: bool
    """A terminal stage that still has moves, such as archiving or reopening."""
    pauses_clock: bool


@dataclass(frozen=True, slots=True)
class Move:
    """One way from one stage to another: who may go it, with whom, with what, and within which time."""

    code: str
    label: Words
    from_stage: str
    to_stage: str
    by: frozenset[Role]
    also: SecondPerson | None
    inputs: tuple[Input, ...]
    guards: tuple[str, ...]
    """Names of guards, the implied ones included."""
    limits: tuple[Limit, ...]
    is_evidence_required: bool
    is_reason_required: bool
    basis: Words
    effects: frozenset[Effect] = frozenset()

    def limits_that_apply(self, kind: LimitKind, departments: int) -> tuple[Limit, ...]:
        """Choose the limits of a kind that hold for so many departments: per anchor the first that applies.

        A move may have limits from several anchors, and then they hold together.
        """
        found: dict[Anchor, Limit] = {}
        for limit in self.limits:
            if limit.kind is kind and limit.anchor not in found:
                least = limit.departments_at_least
                if least is None or departments >= least:
                    found[limit.anchor] = limit
        return tuple(found.values())


@dataclass(frozen=True, slots=True, eq=False)
class Procedure:
    """A service procedure ready for use; two readings of one document are two procedures."""

    code: str
    name: Words
    initial: str
    is_derived_from_log: bool
    stages: Mapping[str, Stage]
    moves: tuple[Move, ...]
    _by_stage: Mapping[str, Mapping[str, Move]] = field(init=False, repr=False)
    _labels: Mapping[str, Words] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_stage: dict[str, dict[str, Move]] = {code: {} for code in self.stages}
        for move in self.moves:
            by_stage[move.from_stage][move.code] = move
        object.__setattr__(self, "_by_stage", MappingProxyType(by_stage))
        labels = {move.code: move.label for move in self.moves}
        object.__setattr__(self, "_labels", MappingProxyType(labels))

    def moves_from(self, stage: str) -> tuple[Move, ...]:
        """List the moves that leave a stage, in the order of the document; none for an unknown stage."""
        return tuple(self._by_stage.get(stage, {}).values())

    def find_move(self, stage: str, code: str) -> Move | None:
        """Find the move of this code that leaves this stage."""
        return self._by_stage.get(stage, {}).get(code)

    def has_move(self, code: str) -> bool:
        """Tell whether any stage has a move of this code."""
        return code in self._labels

    def label_of_move(self, code: str) -> Words:
        """Say what a move is called; an unknown one by its code."""
        return self._labels.get(code) or Words(code, code)

    def label_of_stage(self, code: str) -> Words:
        """Say what a stage is called; an unknown one by its code."""
        stage = self.stages.get(code)
        return stage.label if stage else Words(code, code)
