"""The form a procedure document has to have: which keys, of which type, with which values."""

from typing import Final

from app.domain.clocks import Unit
from app.domain.guards import GUARDS
from app.domain.moves import Anchor, Bearer, Effect, InputType, LimitKind
from app.domain.shapes import (
    BASIS_LENGTH,
    CHOICE_FORM,
    LABEL_LENGTH,
    MANY,
    a_code,
    a_count,
    a_record,
    any_text,
    in_words,
    nullable,
    one_of,
    rows,
    several,
    truth,
)
from app.domain.standing import Party, Role

_LABEL: Final = in_words(LABEL_LENGTH)
_BASIS: Final = in_words(BASIS_LENGTH)
_ROLE: Final = one_of(list(Role), "role")
_STAGE: Final = a_record(
    {"code": a_code(), "label": _LABEL}, {"is_terminal": truth, "may_end": truth, "pauses_clock": truth}
)
_INPUT: Final = a_record(
    {"code": a_code(), "label": _LABEL, "type": one_of(list(InputType), "input_type"), "required": truth},
    {
        "choices": rows(a_record({"code": a_code(CHOICE_FORM), "label": _LABEL}), least=1),
        "is_private": truth,
        "must_be": truth,
    },
)
_LIMIT: Final = a_record(
    {
        "value": a_count,
        "unit": one_of(list(Unit), "unit"),
        "kind": one_of(list(LimitKind), "limit_kind"),
        "anchor": one_of(list(Anchor), "anchor"),
        "bearer": one_of(list(Bearer), "bearer"),
        "basis": _BASIS,
    },
    {"when": nullable(a_record({"departments_at_least": a_count}))},
)
_MOVE: Final = a_record(
    {
        "code": a_code(),
        "label": _LABEL,
        "from": several(any_text, least=1),
        "to": any_text,
        "by": several(_ROLE, least=1),
        "basis": _BASIS,
    },
    {
        "also": nullable(a_record({"role": _ROLE, "not": several(one_of(list(Party), "party"))})),
        "inputs": rows(_INPUT),
        "guards": several(one_of(list(GUARDS), "guard")),
        "limits": rows(_LIMIT),
        "effects": several(one_of(list(Effect), "effect")),
        "evidence_required": truth,
        "reason_required": truth,
    },
)
PROCEDURE: Final = a_record(
    {
        "code": a_code(),
        "name": _LABEL,
        "initial": any_text,
        "stages": rows(_STAGE, least=1),
        "moves": rows(_MOVE, most=5 * MANY),
    },
    {"derived_from_log": truth},
)
"""Finds what is wrong with the form of a procedure document; sense is looked for elsewhere."""
