"""What a procedure document must not say, although its form is right."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.clocks import Duration, DurationOutOfRange, Unit
from app.domain.guards import GUARDS, SECOND_PERSON_CONFIRMED
from app.domain.move_inputs import pointer_to
from app.domain.moves import BEFORE_SUSPENSION, CHOOSING, FIELD_INPUTS, FREE_TEXT, InputType
from app.domain.procedure_graph import Edge, graph_faults
from app.domain.shapes import LARGEST_COUNT, MANY, OUT_OF_RANGE, repeated
from app.domain.standing import Role, ServiceMode
from app.domain.vocabulary import ApprovalStage
from app.errors import Fault, Words

UNKNOWN_STAGE = Words("没有名为 {stage} 的环节。", "There is no stage named {stage}.")
TWO_OF_ONE_NAME = Words(
    "从环节 {stage} 出发已有名为 {move} 的动作。", "Two moves named {move} leave the stage {stage}."
)
SELF_MOVE = Words(
    "动作不能回到出发的环节；这类事情应作为记录保存。",
    "A move must not lead back to its own stage: such an act is a record.",
)
TERMINAL_MOVES_ON = Words(
    "终结环节 {stage} 不能再有动作，除非标明 may_end。",
    "The stage {stage} is terminal and must have no moves unless it says may_end.",
)
MAY_END_NOT_TERMINAL = Words("只有终结环节才能标明 may_end。", "Only a terminal stage can say may_end.")
RESUME_NOT_FROM_PAUSE = Words(
    "只有暂停计时的环节才能恢复到中止前的环节。",
    "Only a stage that pauses the clock can lead back to where the service was suspended.",
)
CHOICES_MISSING = Words("选择类字段必须列出选项。", "An input of choices must list them.")
CHOICES_UNWANTED = Words("只有选择类字段才能列出选项。", "Only an input of choices can list them.")
MUST_BE_UNWANTED = Words("只有是非类字段才能限定答案。", "Only a truth can be bound to one answer.")
TEXT_IS_PRIVATE = Words("自由文本一律按隐私内容保存。", "Free text is always private.")
CODE_IS_PUBLIC = Words("编号类字段不能按隐私内容保存。", "A code is public.")
FIELD_OF_ANOTHER_TYPE = Words(
    "{name} 会写入项目记录，其类型必须为 {type}，且不能是隐私内容。",
    "{name} becomes a field of the project: it has to be of type {type}, and public.",
)
NOT_A_FIELD_VALUE = Words("项目字段 {name} 没有取值 {value}。", "The field {name} has no value {value}.")
NEVER_APPLIES = Words(
    "前面同类的无条件时限总是先适用，本时限永远不会生效。",
    "An earlier limit of this kind and anchor always applies first, so this one never does.",
)
GUARD_WITHOUT_LIMIT = Words(
    "条件 {guard} 需要一个 {kind} 时限。", "The guard {guard} needs a limit of kind {kind}."
)
LIMIT_WITHOUT_GUARD = Words(
    "{kind} 时限只有配上条件 {guard} 才有效力。", "A limit of kind {kind} binds only with the guard {guard}."
)
NOBODY_TO_CONFIRM = Words(
    "要求另一人确认，却没有写明由谁确认（also）。", "A second person is asked for, but also names nobody."
)


_FIELD_VALUES: Mapping[str, frozenset[str]] = {
    "service_mode": frozenset(ServiceMode),
    "scope_stages": frozenset(ApprovalStage),
}


def sense_faults(document: dict[str, Any]) -> Iterator[Fault]:
    """Find what is wrong with a document beyond its form; parts that cannot be read are passed over."""
    stages = [(p, s) for p, s in _dicts(document, "", "stages") if isinstance(s.get("code"), str)]
    moves = list(_dicts(document, "", "moves"))
    yield from repeated(((s["code"], p + "/code") for p, s in stages), "duplicate_stage")
    by_code = {s["code"]: s for _, s in reversed(stages)}
    references = list(_reference_faults(document, moves, by_code))
    yield from references
    for pointer, stage in stages:
        if stage.get("may_end") is True and stage.get("is_terminal") is not True:
            yield Fault(pointer + "/may_end", "may_end_not_terminal", MAY_END_NOT_TERMINAL)
    allows_self_moves = document.get("derived_from_log") is True
    taken: set[tuple[str, str]] = set()
    for pointer, move in moves:
        yield from _place_faults(move, pointer, by_code, taken, allows_self_moves)
        yield from _asking_faults(move, pointer)
        yield from _binding_faults(move, pointer)
        yield from _limit_faults(move, pointer)
    edges = _edges(moves)
    if _can_be_followed(document, len(stages), len(moves)) and not references and edges is not None:
        pointers = {s["code"]: p for p, s in reversed(stages)}
        ends = frozenset(code for code, s in by_code.items() if s.get("is_terminal") is True)
        yield from graph_faults(document["initial"], pointers, ends, edges)


def _can_be_followed(document: dict[str, Any], stages: int, moves: int) -> bool:
    """Tell whether all stages, all moves and the initial stage could be read."""
    if not isinstance(document.get("initial"), str):
        return False
    rows = (document.get("stages"), document.get("moves"))
    return [len(r) if isinstance(r, list) else -1 for r in rows] == [stages, moves] and stages > 0


def _dicts(holder: dict[str, Any], pointer: str, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the readable rows under a key, with their pointers; what is unreadable was named before."""
    rows = holder.get(key)
    if isinstance(rows, list) and len(rows) <= 5 * MANY:
        for place, row in enumerate(rows):
            if isinstance(row, dict):
                yield pointer + pointer_to(key, place), row


def _texts(holder: dict[str, Any], key: str) -> list[tuple[int, str]]:
    rows = holder.get(key)
    if not isinstance(rows, list) or len(rows) > MANY:
        return []
    return [(place, row) for place, row in enumerate(rows) if isinstance(row, str)]


def _reference_faults(
    document: dict[str, Any], moves: list[tuple[str, dict[str, Any]]], known: Mapping[str, Any]
) -> Iterator[Fault]:
    named = [("/initial", document.get("initial"))]
    for pointer, move in moves:
        named += [(f"{pointer}/from/{place}", code) for place, code in _texts(move, "from")]
        if move.get("to") != BEFORE_SUSPENSION:
            named.append((pointer + "/to", move.get("to")))
    for pointer, code in named:
        if isinstance(code, str) and code not in known:
            yield Fault(pointer, "unknown_stage", UNKNOWN_STAGE, {"stage": code[:64]})


def _place_faults(
    move: dict[str, Any],
    pointer: str,
    stages: Mapping[str, Any],
    taken: set[tuple[str, str]],
    allows_self_moves: bool,
) -> Iterator[Fault]:
    for place, source in _texts(move, "from"):
        here = f"{pointer}/from/{place}"
        code, stage = move.get("code"), stages.get(source, {})
        if isinstance(code, str):
            if (source, code) in taken:
                facts = {"stage": source[:64], "move": code[:64]}
                yield Fault(here, "two_moves_of_one_name", TWO_OF_ONE_NAME, facts)
            taken.add((source, code))
        if source == move.get("to") and not allows_self_moves:
            yield Fault(here, "self_move", SELF_MOVE)
        if stage.get("is_terminal") is True and stage.get("may_end") is not True:
            yield Fault(here, "terminal_stage_moves_on", TERMINAL_MOVES_ON, {"stage": source[:64]})
        if move.get("to") == BEFORE_SUSPENSION and stage.get("pauses_clock") is not True:
            yield Fault(here, "resume_not_from_pause", RESUME_NOT_FROM_PAUSE)


def _asking_faults(move: dict[str, Any], pointer: str) -> Iterator[Fault]:
    inputs = list(_dicts(move, pointer, "inputs"))
    yield from repeated(((i.get("code"), p + "/code") for p, i in inputs), "duplicate_input")
    for place, asked in inputs:
        choices = [(c.get("code"), p + "/code") for p, c in _dicts(asked, place, "choices")]
        yield from repeated(choices, "duplicate_choice")
        kind = asked.get("type")
        if not isinstance(kind, str):
            continue
        if kind in CHOOSING and "choices" not in asked:
            yield Fault(place, "choices_missing", CHOICES_MISSING)
        if kind not in CHOOSING and "choices" in asked:
            yield Fault(place + "/choices", "choices_unwanted", CHOICES_UNWANTED)
        if kind != InputType.TRUTH and "must_be" in asked:
            yield Fault(place + "/must_be", "must_be_unwanted", MUST_BE_UNWANTED)
        if kind in FREE_TEXT and asked.get("is_private") is False:
            yield Fault(place + "/is_private", "text_is_always_private", TEXT_IS_PRIVATE)
        if kind == InputType.CODE and asked.get("is_private") is True:
            yield Fault(place + "/is_private", "code_is_public", CODE_IS_PUBLIC)
        yield from _field_faults(asked, place, kind, choices)


def _field_faults(
    asked: dict[str, Any], place: str, kind: str, choices: list[tuple[Any, str]]
) -> Iterator[Fault]:
    """Find inputs that would put into the project's record what its fields cannot hold."""
    name = asked.get("code")
    if not isinstance(name, str) or name not in FIELD_INPUTS:
        return
    if kind != FIELD_INPUTS[name] or asked.get("is_private") is True:
        facts = {"name": name, "type": FIELD_INPUTS[name].value}
        yield Fault(place + "/type", "field_of_another_type", FIELD_OF_ANOTHER_TYPE, facts)
        return
    for value, pointer in choices:
        if isinstance(value, str) and value not in _FIELD_VALUES.get(name, {value}):
            yield Fault(pointer, "not_a_field_value", NOT_A_FIELD_VALUE, {"name": name, "value": value[:64]})


def _binding_faults(move: dict[str, Any], pointer: str) -> Iterator[Fault]:
    """Find guards that lack the limit or the person they ask for, and limits that no guard looks at."""
    guards = {name: f"{pointer}/guards/{place}" for place, name in _texts(move, "guards")}
    limits = list(_dicts(move, pointer, "limits"))
    if SECOND_PERSON_CONFIRMED in guards and move.get("also") is None:
        yield Fault(guards[SECOND_PERSON_CONFIRMED], "guard_without_second_person", NOBODY_TO_CONFIRM)
    for name, guard in GUARDS.items():
        if guard.needs_limit is None:
            continue
        facts = {"guard": name, "kind": guard.needs_limit.value}
        of_kind = [place for place, limit in limits if limit.get("kind") == guard.needs_limit]
        if name not in guards:
            yield from (Fault(place, "limit_without_guard", LIMIT_WITHOUT_GUARD, facts) for place in of_kind)
        elif not of_kind:
            yield Fault(guards[name], "guard_without_limit", GUARD_WITHOUT_LIMIT, facts)


def _limit_faults(move: dict[str, Any], pointer: str) -> Iterator[Fault]:
    always: set[tuple[str, str]] = set()
    for place, limit in _dicts(move, pointer, "limits"):
        kind, anchor = limit.get("kind"), limit.get("anchor")
        if isinstance(kind, str) and isinstance(anchor, str):
            if (kind, anchor) in always:
                yield Fault(place, "limit_never_applies", NEVER_APPLIES)
            if limit.get("when") is None:
                always.add((kind, anchor))
        value, unit = limit.get("value"), limit.get("unit")
        if isinstance(value, int) and 0 <= value <= LARGEST_COUNT and unit in list(Unit):
            yield from _length_faults(value, Unit(unit), place + "/value")


def _length_faults(value: int, unit: Unit, pointer: str) -> Iterator[Fault]:
    try:
        Duration(value, unit)
    except DurationOutOfRange as refused:
        yield Fault(pointer, "out_of_range", OUT_OF_RANGE, {"most": refused.facts["most"]})


def _edges(moves: list[tuple[str, dict[str, Any]]]) -> list[Edge] | None:
    """Give the ways between stages, or None when one of them cannot be read."""
    edges = []
    for _, move in moves:
        sources, by, to = _texts(move, "from"), {role for _, role in _texts(move, "by")}, move.get("to")
        if not sources or not by or not isinstance(to, str):
            return None
        if len(sources) != len(move["from"]) or not by <= set(Role):
            return None
        also = move.get("also")
        consents = [GUARDS[n].is_owner_consent for _, n in _texts(move, "guards") if n in GUARDS]
        is_owners = by == {Role.PORTAL} or (isinstance(also, dict) and also.get("role") == Role.PORTAL)
        edges += [Edge(source, to, is_owners or any(consents)) for _, source in sources]
    return edges
