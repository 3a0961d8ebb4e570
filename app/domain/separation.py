"""Who must be another human being than whom, and whose consent must be shown. Compared by person keys."""

from app.domain.standing import Role, Standing
from app.domain.vocabulary import AgentRole
from app.errors import Conflict, Forbidden, Invalid, Words


class AgentsAreOnePerson(Conflict):
    """Primary and backup agent of a project must be two persons, whatever accounts they use."""

    title = Words("A角、B角不能是同一人", "Primary and backup agent are one person")
    detail = Words(
        "A角代办员与B角代办员不能是同一人。", "Primary and backup agent of a project must be two persons."
    )


class ApproverIsAuthor(Conflict):
    """What needs approval is approved by another person than its author."""

    title = Words("审定人不能是编制人", "The approver is the author")
    detail = Words("须由编制人以外的人审定。", "It has to be approved by another person than its author.")


class ConfirmerIsReporter(Conflict):
    """A milestone is confirmed by another person than the one who reported it."""

    title = Words("确认人不能是填报人", "The confirmer is the reporter")
    detail = Words(
        "项目节点须由填报人以外的人确认。", "A milestone is confirmed by another person than its reporter."
    )


class NotAnAgentOfThisProject(Forbidden):
    """An agent acts for a project only while assigned to it as primary or backup agent."""

    title = Words("不是本项目的代办员", "Not an agent of this project")
    detail = Words(
        "代办员须是本项目的A角或者B角。",
        "An agent must be assigned to this project as primary or backup agent.",
    )


class OwnersConsentNeedsEvidence(Invalid):
    """Whoever records the owner's consent instead of the owner shows it by evidence."""

    title = Words("代录项目单位意见须附证据", "The owner's consent needs evidence")
    detail = Words(
        "由窗口代为记录项目单位意见时，须提供 evidence。",
        "To record the owner's consent on its behalf, give evidence of it.",
    )


def check_agents(role: str, person: str, primary: str | None, backup: str | None) -> None:
    """Refuse to make one person both primary and backup agent (AB 角, practice of similar services)."""
    other = {str(AgentRole.PRIMARY): backup, str(AgentRole.BACKUP): primary}.get(str(role))
    if other is not None and other == person:
        raise AgentsAreOnePerson


def check_approver(author: str, approver: str) -> None:
    """Refuse the author as approver."""
    if author == approver:
        raise ApproverIsAuthor


def check_confirmer(reporter: str, confirmer: str) -> None:
    """Refuse the reporter as confirmer."""
    if reporter == confirmer:
        raise ConfirmerIsReporter


def check_agent(role: str, person: str, standing: Standing) -> None:
    """Refuse a person who acts as an agent and is not one of this project; other roles pass."""
    if role == Role.AGENT and not standing.is_agent(person):
        raise NotAnAgentOfThisProject


def check_owners_consent(role: str, *, has_evidence: bool) -> None:
    """Refuse a consent that neither comes from the owner nor is shown by evidence."""
    if role != Role.PORTAL and not has_evidence:
        raise OwnersConsentNeedsEvidence
