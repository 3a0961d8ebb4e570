"""A procedure written down as a document: finding its faults, and reading it when it has none."""

from types import MappingProxyType
from typing import Any

from app.domain.clocks import Duration, Unit
from app.domain.guards import implied_guards
from app.domain.moves import (
    FREE_TEXT,
    Anchor,
    Bearer,
    Choice,
    Effect,
    Input,
    InputType,
    Limit,
    LimitKind,
    Move,
    Procedure,
    SecondPerson,
    Stage,
)
from app.domain.procedure_sense import sense_faults
from app.domain.procedure_shape import PROCEDURE
from app.domain.standing import Party, Role
from app.errors import Fault, Invalid, Words


class ProcedureHasFaults(Invalid):
    """The document of a service procedure has faults and cannot be used; every one is named."""

    title = Words("服务流程有误", "The procedure has faults")
    detail = Words(
        "服务流程文档有误，不能使用，详见所列各项。",
        "The document of the procedure has faults; see the errors.",
    )


def find_faults(document: Any) -> list[Fault]:
    """Find everything that is wrong with a procedure document, in form and in sense; never raises.

    The ways through the procedure are judged only once all its stages and moves can be read.
    """
    faults = list(PROCEDURE(document, ""))
    if isinstance(document, dict):
        faults += sense_faults(document)
    return faults


def read_procedure(document: Any) -> Procedure:
    """Read a procedure document; refuses one with faults (``ProcedureHasFaults``), naming them all."""
    faults = find_faults(document)
    if faults:
        raise ProcedureHasFaults(faults=faults)
    stages = {row["code"]: _read_stage(row) for row in document["stages"]}
    return Procedure(
        code=document["code"],
        name=_read_words(document["name"]),
        initial=document["initial"],
        is_derived_from_log=document.get("derived_from_log", False),
        stages=MappingProxyType(stages),
        moves=tuple(_read_move(row, source) for row in document["moves"] for source in row["from"]),
    )


def _read_words(row: dict[str, str]) -> Words:
    return Words(row["zh"], row["en"])


def _read_stage(row: dict[str, Any]) -> Stage:
    truths = [row.get(key, False) for key in ("is_terminal", "may_end", "pauses_clock")]
    return Stage(row["code"], _read_words(row["label"]), *truths)


def _read_move(row: dict[str, Any], source: str) -> Move:
    also = row.get("also")
    guards = tuple(row.get("guards", ()))
    implied = implied_guards(also is not None, row["to"])
    return Move(
        code=row["code"],
        label=_read_words(row["label"]),
        from_stage=source,
        to_stage=row["to"],
        by=frozenset(Role(role) for role in row["by"]),
        also=None if also is None else SecondPerson(Role(also["role"]), tuple(map(Party, also["not"]))),
        inputs=tuple(_read_input(asked) for asked in row.get("inputs", ())),
        guards=guards + tuple(name for name in implied if name not in guards),
        limits=tuple(_read_limit(limit) for limit in row.get("limits", ())),
        is_evidence_required=row.get("evidence_required", False),
        is_reason_required=row.get("reason_required", False),
        basis=_read_words(row["basis"]),
        effects=frozenset(map(Effect, row.get("effects", ()))),
    )


def _read_input(row: dict[str, Any]) -> Input:
    kind = InputType(row["type"])
    return Input(
        code=row["code"],
        label=_read_words(row["label"]),
        type=kind,
        is_required=row["required"],
        is_private=kind in FREE_TEXT or row.get("is_private", False),
        choices=tuple(
            Choice(choice["code"], _read_words(choice["label"])) for choice in row.get("choices", ())
        ),
        must_be=row.get("must_be"),
    )


def _read_limit(row: dict[str, Any]) -> Limit:
    when = row.get("when")
    return Limit(
        duration=Duration(row["value"], Unit(row["unit"])),
        kind=LimitKind(row["kind"]),
        anchor=Anchor(row["anchor"]),
        bearer=Bearer(row["bearer"]),
        departments_at_least=None if when is None else when["departments_at_least"],
        basis=_read_words(row["basis"]),
    )
