"""What a rule may know about one project, and about whoever asks to move it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.domain.clocks import Pause
from app.errors import Words


class Role(StrEnum):
    """The roles people act in; which of them a caller may use is settled before any rule is asked."""

    PORTAL = "portal"
    OFFICER = "officer"
    AGENT = "agent"
    COORDINATOR = "coordinator"
    ARCHIVIST = "archivist"
    DEPARTMENT = "department"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMIN = "admin"
    RATER = "rater"


ROLE_WORDS: Final[Mapping[Role, Words]] = MappingProxyType(
    {
        Role.PORTAL: Words("项目单位", "owner"),
        Role.OFFICER: Words("窗口经办人员", "officer"),
        Role.AGENT: Words("代办员", "agent"),
        Role.COORDINATOR: Words("协调员", "coordinator"),
        Role.ARCHIVIST: Words("档案管理员", "archivist"),
        Role.DEPARTMENT: Words("审批部门人员", "department"),
        Role.SUPERVISOR: Words("督办员", "supervisor"),
        Role.AUDITOR: Words("审计人员", "auditor"),
        Role.ADMIN: Words("系统管理员", "administrator"),
        Role.RATER: Words("评价人", "rater"),
    }
)


class ServiceMode(StrEnum):
    """How the project is served: 代办 under an agreement, 帮办 without one, or 领办 led by an official."""

    AGENCY = "agency"
    ASSISTANCE = "assistance"
    LEADER_LED = "leader_led"


class Party(StrEnum):
    """Someone on the project whom a second person must not be the same human being as."""

    ASKER = "asker"
    PRIMARY_AGENT = "primary_agent"
    BACKUP_AGENT = "backup_agent"
    PLAN_AUTHOR = "plan_author"
    PLAN_APPROVER = "plan_approver"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the role acted in and the person key behind it, None when no person is named."""

    role: Role
    person: str | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A second person's yes to one move, given in the present visit to the stage."""

    move: str
    role: Role
    person: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything the rules of a procedure may know about one project.

    Persons are person keys, days are dates of the office, counts are of things still lacking unless the
    name says otherwise. Nothing has a default that could hide a fact nobody looked up.
    """

    stage: str
    stage_entered_on: date
    before_suspension: str | None
    """The stage to resume to; only known while the service is suspended."""
    pauses: tuple[Pause, ...]
    """Days of this visit to the stage that are not the agency's."""
    service_mode: ServiceMode | None
    has_owner: bool
    materials_missing: int
    correction_notices: int
    """Correction notices sent so far."""
    has_signed_agreement: bool
    primary_agent: str | None
    backup_agent: str | None
    plan_number: int | None
    """The approved plan, None while there is none."""
    plan_author: str | None
    plan_approver: str | None
    plan_confirmed_by_owner: bool
    departments: int
    """Departments that take part in the plan."""
    items_open: int
    supplements_open: int
    milestones_missing: int
    documents_missing: int
    reminded_on: date | None
    lapse_notified_on: date | None
    client_heard_on: date | None
    completed_on: date | None
    confirmations: tuple[Confirmation, ...]
    is_closed_as_duplicate: bool
    work_finished_on: date | None = None
    """The day the last item, supplement and milestone was done; None starts no clock."""

    def person(self, party: Party, asker: Asker) -> str | None:
        """Name the person behind a party of this project, None where nobody is known."""
        match party:
            case Party.ASKER:
                return asker.person
            case Party.PRIMARY_AGENT:
                return self.primary_agent
            case Party.BACKUP_AGENT:
                return self.backup_agent
            case Party.PLAN_AUTHOR:
                return self.plan_author
            case Party.PLAN_APPROVER:
                return self.plan_approver

    def is_agent(self, person: str | None) -> bool:
        """Tell whether this person is the assigned primary or backup agent of the project."""
        return person is not None and person in (self.primary_agent, self.backup_agent)
