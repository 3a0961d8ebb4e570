"""Which papers the archive needs, and which form a step prints."""

import pytest

from app.domain.archiving import (
    Ending,
    Form,
    ending_of,
    form_of,
    is_archived,
    leads_to_the_archive,
    missing_papers,
    required_papers,
)
from app.domain.standing import ServiceMode
from tests.domain.procedure_builders import STANDARD

FULL = {"acceptance_form", "agreement", "service_plan", "completion_form", "hand_over_list"}
NEEDED = [
    (Ending.COMPLETED, ServiceMode.AGENCY, FULL),
    (Ending.COMPLETED, None, FULL),
    (Ending.COMPLETED, ServiceMode.ASSISTANCE, FULL - {"agreement"}),
    (Ending.COMPLETED, ServiceMode.LEADER_LED, FULL - {"agreement"}),
    (Ending.TERMINATED, ServiceMode.AGENCY, {"acceptance_form", "termination_form"}),
    (Ending.TERMINATED, ServiceMode.ASSISTANCE, {"acceptance_form", "termination_form"}),
]


@pytest.mark.parametrize(("ending", "mode", "papers"), NEEDED)
def test_a_file_needs_the_papers_of_its_ending_and_mode(
    ending: Ending, mode: ServiceMode | None, papers: set[str]
) -> None:
    assert len(required_papers(ending, mode)) == len(papers)
    assert missing_papers(ending, mode, papers) == ()
    for paper in papers:
        (group,) = missing_papers(ending, mode, papers - {paper})
        assert paper in group


def test_an_entrustment_is_as_good_as_an_agreement() -> None:
    papers = FULL - {"agreement"}
    assert missing_papers(Ending.COMPLETED, ServiceMode.AGENCY, papers | {"entrustment"}) == ()
    assert missing_papers(Ending.COMPLETED, ServiceMode.AGENCY, papers | {"other"}) != ()


def test_the_archive_is_reached_from_both_endings_only() -> None:
    assert {s for s in STANDARD.stages if leads_to_the_archive(STANDARD, s)} == {"completed", "terminated"}
    assert {s for s in STANDARD.stages if is_archived(STANDARD, s)} == {"archived"}


def test_how_a_service_ended_is_told_by_its_completion() -> None:
    assert ending_of(STANDARD, "completed", is_completed=True) is Ending.COMPLETED
    assert ending_of(STANDARD, "terminated", is_completed=False) is Ending.TERMINATED
    assert ending_of(STANDARD, "in_service", is_completed=False) is Ending.COMPLETED


PRINTED = {
    ("applied", "accept", "accepted"): Form.ACCEPTANCE,
    ("accepted", "sign_agreement", "entrusted"): Form.ENTRUSTMENT,
    ("in_service", "suspend", "suspended"): Form.SUSPENSION,
    ("suspended", "resume", "in_service"): Form.RESUMPTION,
    ("suspended", "resume", "entrusted"): Form.RESUMPTION,
    ("in_service", "complete", "completed"): Form.COMPLETION,
    ("accepted", "terminate_by_client", "terminated"): Form.TERMINATION,
    ("suspended", "lapse_suspension", "terminated"): Form.TERMINATION,
    ("in_service", "terminate_by_agency", "terminated"): Form.TERMINATION,
    ("lead", "apply", "applied"): None,
    ("completed", "archive", "archived"): None,
    ("archived", "reopen", "in_service"): None,
}


@pytest.mark.parametrize(("step", "form"), PRINTED.items())
def test_a_step_prints_its_form(step: tuple[str, str, str], form: Form | None) -> None:
    assert form_of(STANDARD, *step) is form
