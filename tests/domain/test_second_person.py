"""The second person a move needs."""

import pytest

from app.domain.procedure_documents import read_procedure
from app.domain.second_person import ConfirmerIsExcluded, RoleMayNotConfirm, check_second_person
from app.domain.standing import Asker, Confirmation, Role
from app.errors import Refusal
from tests.domain.procedure_builders import a_standing, the_standard_document


def confirm(role: Role, person: str, also: dict[str, object]) -> Confirmation:
    document = the_standard_document()
    next(m for m in document["moves"] if m["code"] == "complete")["also"] = also
    procedure = read_procedure(document)
    return check_second_person(procedure, a_standing(), Asker(role, person), "complete", "in_service")


@pytest.mark.parametrize(
    ("party", "person"),
    [
        ("primary_agent", "agent-a"),
        ("backup_agent", "agent-b"),
        ("plan_author", "agent-a"),
        ("plan_approver", "coordinator-1"),
    ],
)
def test_a_person_the_procedure_excludes_may_not_confirm(party: str, person: str) -> None:
    also: dict[str, object] = {"role": "coordinator", "not": ["asker", party]}
    with pytest.raises(ConfirmerIsExcluded):
        confirm(Role.COORDINATOR, person, also)
    given = confirm(Role.COORDINATOR, "coordinator-3", also)
    assert given == Confirmation("complete", Role.COORDINATOR, "coordinator-3")


@pytest.mark.parametrize(("person", "refused"), [("agent-b", None), ("agent-c", RoleMayNotConfirm)])
def test_an_agent_who_confirms_is_one_of_the_project(person: str, refused: type[Refusal] | None) -> None:
    also: dict[str, object] = {"role": "agent", "not": ["asker"]}
    if refused is None:
        assert confirm(Role.AGENT, person, also).person == person
        return
    with pytest.raises(refused):
        confirm(Role.AGENT, person, also)
