"""Who sees a person's values in full, and how the others see them."""

from collections.abc import Callable, Mapping, Sequence

from app.actor import Actor
from app.domain.identifiers import mask_id_number, mask_name, mask_phone
from app.domain.standing import Role
from app.people.models import Person
from app.people.schemas import PersonOut, PrivateValueOut
from app.private.models import Private
from app.projects.models import ProjectStanding

Texts = Mapping[str, Private]
Mask = Callable[[str], str]
IN_FULL = frozenset({Role.OFFICER, Role.COORDINATOR})


def sees_in_full(actor: Actor, standing: ProjectStanding) -> bool:
    """Tell whether a caller needs the values themselves: whoever calls these people up, and nobody else.

    The owner's portal; officers, coordinators and the project's own agents, if they say who they are, so that
    the access log names a person beside every unmasked read. Default, not from the standard.
    """
    if actor.role == Role.PORTAL:
        return True
    if actor.operator_id is None:
        return False
    if actor.role == Role.AGENT:
        return actor.person in (standing.primary_agent, standing.backup_agent)
    return actor.role in IN_FULL


def text_ids(people: Sequence[Person]) -> list[str | None]:
    """Name the private values of persons."""
    return [i for one in people for i in (one.name_id, one.phone_id, one.id_number_id)]


def person_body(person: Person, texts: Texts | None = None, *, in_full: bool = False) -> PersonOut:
    """Show a person; without ``texts`` the values are named by id only."""

    def shown(text_id: str, mask: Mask) -> PrivateValueOut:
        if texts is None:
            is_erased = person.erased_at is not None
            return PrivateValueOut(id=text_id, text=None, is_masked=False, is_erased=is_erased)
        found = texts.get(text_id)
        value = None if found is None else found.value
        text = value if value is None or in_full else mask(value)
        is_masked = value is not None and not in_full
        return PrivateValueOut(id=text_id, text=text, is_masked=is_masked, is_erased=value is None)

    return PersonOut(
        id=person.id,
        project_id=person.project_id,
        version=person.version,
        role=person.role,
        name=shown(person.name_id, mask_name),
        phone=None if person.phone_id is None else shown(person.phone_id, mask_phone),
        id_number=None if person.id_number_id is None else shown(person.id_number_id, mask_id_number),
        organisation=person.organisation,
        valid_from=person.valid_from,
        valid_to=person.valid_to,
        erased_at=person.erased_at,
    )
