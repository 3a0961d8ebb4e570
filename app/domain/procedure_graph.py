"""Whether the stages of a procedure hang together: every stage is reached, and none is a trap."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.domain.moves import BEFORE_SUSPENSION
from app.errors import Fault, Words

UNREACHABLE = Words(
    "从起始环节无法到达环节 {stage}。", "No way leads from the initial stage to the stage {stage}."
)
DEAD_END = Words(
    "环节 {stage} 没有通往任何终结环节的路径。", "No way leads from the stage {stage} to an end."
)
OWNER_CAN_BLOCK = Words(
    "环节 {stage} 的每条终结路径都要项目单位同意，项目单位不配合时将无法结束。",
    "Every way from the stage {stage} to an end needs the owner's consent, who could refuse for ever.",
)


@dataclass(frozen=True, slots=True)
class Edge:
    """One way from stage to stage, and whether only the owner can open it."""

    from_stage: str
    to_stage: str
    needs_owner: bool


def graph_faults(
    initial: str, pointers: Mapping[str, str], ends: frozenset[str], edges: Iterable[Edge]
) -> Iterator[Fault]:
    """Find unreachable stages, dead ends, and stages that only the owner can bring to an end.

    ``pointers`` says for each stage where it stands in the document; ``ends`` are the terminal stages.
    """
    ways = _resumed(list(dict.fromkeys(edges)))
    reached = _spread({initial}, ((e.from_stage, e.to_stage) for e in ways))
    ending = _spread(ends, ((e.to_stage, e.from_stage) for e in ways))
    freely = _spread(ends, ((e.to_stage, e.from_stage) for e in ways if not e.needs_owner))
    for stage, pointer in pointers.items():
        facts = {"stage": stage}
        if stage not in reached:
            yield Fault(pointer, "unreachable_stage", UNREACHABLE, facts)
        if stage not in ending:
            yield Fault(pointer, "dead_end", DEAD_END, facts)
        elif stage not in freely:
            yield Fault(pointer, "owner_can_block", OWNER_CAN_BLOCK, facts)


def _resumed(edges: list[Edge]) -> list[Edge]:
    """Let every way back from a suspension lead to all the stages one can be suspended from."""
    sources: dict[str, set[str]] = {}
    for edge in edges:
        sources.setdefault(edge.to_stage, set()).add(edge.from_stage)
    ways = []
    for edge in edges:
        if edge.to_stage == BEFORE_SUSPENSION:
            back = sources.get(edge.from_stage, set())
            ways += [Edge(edge.from_stage, source, edge.needs_owner) for source in back]
        else:
            ways.append(edge)
    return ways


def _spread(start: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Collect everything that can be reached from ``start`` along the pairs."""
    onward: dict[str, list[str]] = {}
    for source, target in pairs:
        onward.setdefault(source, []).append(target)
    found = set(start)
    waiting = list(found)
    while waiting:
        for target in onward.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found
