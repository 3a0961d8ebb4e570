"""Builders for procedure tests: say only what the test is about."""

import json
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.domain.calendar import WorkCalendar
from app.domain.procedure_documents import read_procedure
from app.domain.procedures import Wanted
from app.domain.standing import Asker, Confirmation, Role, ServiceMode, Standing

WEEKENDS_ONLY = WorkCalendar(
    "test", 1, MappingProxyType({}), MappingProxyType({}), frozenset(range(2020, 2040))
)
STANDARD_PATH = Path(__file__).parents[2] / "app" / "procedures" / "standard.json"
STANDARD = read_procedure(json.loads(STANDARD_PATH.read_text(encoding="utf-8")))
MONDAY = date(2026, 3, 2)
TODAY = date(2027, 3, 1)
PERSONS = {
    Role.AGENT: "agent-a",
    Role.COORDINATOR: "coordinator-1",
    Role.ARCHIVIST: "archivist-1",
}


def the_standard_document() -> dict[str, Any]:
    return json.loads(STANDARD_PATH.read_text(encoding="utf-8"))


def a_standing(**facts: Any) -> Standing:
    """A project of which every condition is met: served in agency mode, agreed, planned, done."""
    usual: dict[str, Any] = {
        "stage": "in_service",
        "stage_entered_on": MONDAY,
        "before_suspension": "in_service",
        "pauses": (),
        "service_mode": ServiceMode.AGENCY,
        "has_owner": True,
        "materials_missing": 0,
        "correction_notices": 0,
        "has_signed_agreement": True,
        "primary_agent": "agent-a",
        "backup_agent": "agent-b",
        "plan_number": 1,
        "plan_author": "agent-a",
        "plan_approver": "coordinator-1",
        "plan_confirmed_by_owner": True,
        "departments": 3,
        "items_open": 0,
        "supplements_open": 0,
        "milestones_missing": 0,
        "documents_missing": 0,
        "reminded_on": date(2026, 3, 3),
        "lapse_notified_on": date(2026, 9, 3),
        "client_heard_on": date(2026, 3, 4),
        "completed_on": date(2026, 3, 5),
        "confirmations": (
            Confirmation("complete", Role.COORDINATOR, "coordinator-2"),
            Confirmation("terminate_by_agency", Role.COORDINATOR, "coordinator-2"),
        ),
        "is_closed_as_duplicate": False,
    }
    return Standing(**{**usual, **facts})


def an_asker(role: Role, person: str | None = "") -> Asker:
    return Asker(role, PERSONS.get(role, f"{role}-1") if person == "" else person)


INPUTS: dict[str, dict[str, Any]] = {
    "apply": {"service_mode": "agency", "scope_stages": ["1", "3"], "consent": True},
    "notify_correction": {"missing": ["营业执照", "用地预审意见"]},
    "decline": {"appeal_information": "可在六十日内申请行政复议"},
    "open_file": {"file_number": "2026-001"},
    "suspend": {"reason_code": "land_not_ready", "expected_resume_on": "2026-06-01"},
    "terminate_by_agency": {"ground": "falsehood"},
}


def wanting(move: str, from_stage: str, **facts: Any) -> Wanted:
    usual = {"inputs": INPUTS.get(move, {}), "has_evidence": True, "has_reason": True}
    return Wanted(from_stage=from_stage, move=move, **{**usual, **facts})
