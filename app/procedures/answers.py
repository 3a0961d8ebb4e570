"""From a version of a procedure to the answer about it."""

from app.actor import Actor
from app.answers import ActionOut, WordsOut, tried
from app.domain.guards import GUARDS
from app.domain.move_inputs import input_schema
from app.domain.moves import EFFECT_WORDS, Effect
from app.domain.procedure_documents import read_procedure
from app.domain.publication import CHANGE, PUBLISH, check_draft, check_publisher
from app.domain.standing import Role
from app.errors import Fault
from app.problems import FaultOut
from app.procedures.models import ProcedureVersion
from app.procedures.schemas import (
    DescribedOut,
    FaultsOut,
    MoveOut,
    ProcedureOut,
    ProcedureSummaryOut,
)


def procedure_summary(version: ProcedureVersion) -> ProcedureSummaryOut:
    """Show a version as lists do."""
    name = version.document["name"]
    return ProcedureSummaryOut(
        id=version.id,
        version=version.version,
        code=version.code,
        number=version.number,
        area_code=version.area_code,
        name=WordsOut(zh=name["zh"], en=name["en"]),
        state=version.state,
        effective_from=version.effective_from,
        created_at=version.created_at,
        published_at=version.published_at,
    )


def procedure_body(version: ProcedureVersion, actor: Actor) -> ProcedureOut:
    """Show a version with the schemas its moves ask by, and what its guards and effects mean."""
    procedure = read_procedure(version.document)
    guards = {name for move in procedure.moves for name in move.guards}
    effects = {effect for move in procedure.moves for effect in move.effects}
    return ProcedureOut(
        **procedure_summary(version),
        document=version.document,
        moves=[
            MoveOut(
                move=move.code,
                from_stage=move.from_stage,
                to_stage=move.to_stage,
                input_schema=input_schema(move),
            )
            for move in procedure.moves
        ],
        guards=[
            DescribedOut(code=name, zh=guard.description.zh, en=guard.description.en)
            for name, guard in GUARDS.items()
            if name in guards
        ],
        effects=[
            DescribedOut(code=effect, zh=EFFECT_WORDS[effect].zh, en=EFFECT_WORDS[effect].en)
            for effect in Effect
            if effect in effects
        ],
        allowed_actions=_actions(version, actor),
    )


def _actions(version: ProcedureVersion, actor: Actor) -> list[ActionOut]:
    """Run the checks of the service dry; nobody but an administrator of the area has any action."""
    if actor.role != Role.ADMIN or not actor.has_area(version.area_code):
        return []
    return [
        tried("change", CHANGE, actor.language, lambda: check_draft(version)),
        tried("publish", PUBLISH, actor.language, lambda: check_publisher(version, actor.person)),
    ]


def faults_body(faults: list[Fault], language: str) -> FaultsOut:
    """Show what is wrong with a document, in a language."""
    told = [FaultOut(pointer=f.pointer, code=f.code, detail=f.words.told(language, f.facts)) for f in faults]
    return FaultsOut(is_valid=not told, faults=told)
