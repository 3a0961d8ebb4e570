"""What goes over the wire about a project record with its parts."""

from typing import Literal

from typing_extensions import TypedDict

from app.engagements.schemas import AgentOut
from app.majors.schemas import ListMembershipOut
from app.particulars.schemas import ExternalIdOut, ProjectCodeOut, WorkPackageOut
from app.people.schemas import PersonOut
from app.projects.schemas import ProjectOut

Part = Literal["codes", "external_ids", "list_memberships", "work_packages", "people", "agents"]


class ExpandedOut(TypedDict):
    """The parts of the record that were asked for, as their own paths show them; null are all others."""

    codes: list[ProjectCodeOut] | None
    external_ids: list[ExternalIdOut] | None
    list_memberships: list[ListMembershipOut] | None
    work_packages: list[WorkPackageOut] | None
    people: list[PersonOut] | None
    agents: list[AgentOut] | None


class ProjectRecordOut(ProjectOut):
    """A project record, with the parts asked for."""

    expanded: ExpandedOut
