"""From a gathered record to the parts of its answer: each as its own path shows it."""

from collections.abc import Mapping

from app.actor import Actor
from app.engagements.answers import agent_body, agent_texts
from app.majors.answers import membership_body
from app.particulars.answers import code_body, external_id_body, package_body
from app.people.answers import person_body, sees_in_full, text_ids
from app.private.models import Private
from app.projects.schemas import WarningOut
from app.records.schemas import ExpandedOut
from app.records.service import Gathered


def private_ids(found: Gathered) -> list[str | None]:
    """Name every private value that the record shows, so that one statement reads them all."""
    return [
        found.project.content_id,
        *(entry.reason_id for entry in found.codes or ()),
        *(membership.end_reason_id for membership in found.list_memberships or ()),
        *text_ids(found.people or ()),
        *(text_id for agent in found.agents or () for text_id in agent_texts(agent)),
    ]


def expanded_body(
    found: Gathered, actor: Actor, texts: dict[str, Private], warnings: Mapping[str, list[WarningOut]]
) -> ExpandedOut:
    """Show the parts that were asked for; null stands for the others."""
    in_full = sees_in_full(actor, found.standing)
    codes, external_ids, lists = found.codes, found.external_ids, found.list_memberships
    packages, people, agents = found.work_packages, found.people, found.agents
    return ExpandedOut(
        codes=None if codes is None else [code_body(e, warnings[e.id], texts) for e in codes],
        external_ids=None if external_ids is None else [external_id_body(e) for e in external_ids],
        list_memberships=None if lists is None else [membership_body(m, texts) for m in lists],
        work_packages=None if packages is None else [package_body(p) for p in packages],
        people=None if people is None else [person_body(p, texts, in_full=in_full) for p in people],
        agents=None if agents is None else [agent_body(a, texts) for a in agents],
    )
