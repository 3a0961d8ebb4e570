"""A small world with sensible facts; say only what your test is about."""

import asyncio
import uuid
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx

from app.actor import system_actor
from app.clock import office_date
from app.config import Settings
from app.database import Database
from app.demo.founding import found, make_client, make_operator
from tests.walking import Walker

CITY, QIDONG, RUGAO = "320600", "320681", "320682"
OWNER, OTHER_OWNER = "91320681MA0000001F", "91320681MA0000002J"
STAFF = ["officer", "agent", "coordinator", "archivist", "supervisor", "department"]
SECRETS = {
    "city": "mps_test-city-system",
    "qidong": "mps_test-qidong-system",
    "rugao": "mps_test-rugao-system",
    "portal": "mps_test-portal",
    "auditor": "mps_test-auditor",
    "admin": "mps_test-admin",
    "department": "mps_test-department",
}
DEPARTMENT = "320681-zrzy"
KNOWN_ATTRIBUTES: dict[str, Any] = {  # a plain factory of which everything is on record
    "eia_category": "form",
    "soil_plan_kind": "form",
    "covered_by_regional_assessment": True,
    **dict.fromkeys(
        (
            "is_special_construction", "has_basement_shelter", "crosses_waterway", "near_highway",
            "in_heritage_zone", "is_super_high_rise", "handles_hazardous_chemicals", "over_energy_threshold",
            "takes_water", "needs_gas", "discharges_sewage", "starts_on_land", "below_permit_threshold",
            "merges_supervision", "lightning_special",
        ),
        False,
    ),
}  # fmt: skip
_numbers = count(1)


def furnish(settings: Settings, at: datetime | None = None) -> None:
    """Put into a fresh database what every test finds there."""
    asyncio.run(_furnish(settings, at))


async def _furnish(settings: Settings, at: datetime | None = None) -> None:
    from tests.conftest import NOW  # noqa: PLC0415 - conftest imports us

    at = at or NOW
    async with Database(settings).opened() as database:
        await found(database, at)
        async with database.write() as session:
            actor = system_actor(at, CITY)
            agency = [r for r in STAFF if r != "department"]
            for name, roles, area, department in (
                ("city", agency, CITY, None),
                ("qidong", agency, QIDONG, None),
                ("rugao", agency, RUGAO, None),
                ("portal", ["portal"], CITY, None),
                ("auditor", ["auditor"], CITY, None),
                ("admin", ["admin"], CITY, None),
                ("department", ["department"], QIDONG, DEPARTMENT),
            ):
                await make_client(
                    session,
                    actor,
                    name=f"test {name}",
                    roles=roles,
                    area_code=area,
                    realm="nantong",
                    secret=SECRETS[name],
                    department_code=department,
                )
            for role in (*STAFF, "auditor", "admin"):
                for number in (1, 2, 3):
                    code = f"{role}-{number}"
                    await make_operator(
                        session,
                        actor,
                        realm="nantong",
                        code=code,
                        name=f"测试{code}",
                        roles=[role],
                        area_code=CITY,
                        department_code=DEPARTMENT if role == "department" else None,
                        person_key=f"person:{code}",
                    )


def a_project_body(**facts: Any) -> dict[str, Any]:
    number = next(_numbers)
    usual: dict[str, Any] = {
        "contains_state_secrets": False,
        "name": f"年产{number}万吨新材料项目",
        "area_code": QIDONG,
        "owner_uscc": OWNER,
        "owner_name": "启东示例新材料有限公司",
        "process_class": "industrial",
    }
    return usual | facts


def _words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def a_swing() -> dict[str, Any]:
    """A procedure of two stages that a project can swing between for ever."""
    basis = {"zh": "测试", "en": "for tests"}

    def move(code: str, start: str, end: str) -> dict[str, Any]:
        return {
            "code": code, "label": _words(code), "from": [start], "to": end, "by": ["officer"], "also": None,
            "inputs": [], "guards": [], "limits": [], "evidence_required": False, "reason_required": False,
            "basis": basis,
        }  # fmt: skip

    def stage(code: str, *, end: bool = False) -> dict[str, Any]:
        return {
            "code": code, "label": _words(code), "is_terminal": end, "may_end": False, "pauses_clock": False,
        }  # fmt: skip

    return {
        "code": "standard",
        "name": _words("swing"),
        "initial": "left",
        "derived_from_log": False,
        "stages": [stage("left"), stage("right"), stage("out", end=True)],
        "moves": [move("go", "left", "right"), move("come", "right", "left"), move("leave", "left", "out")],
    }


class World:
    """Speaks to the service as its callers do."""

    def __init__(self, client: httpx.AsyncClient, clock: Any) -> None:
        self.client, self.clock = client, clock

    def headers(self, role: str, number: int = 1, *, key: str | None = None, **more: str) -> dict[str, str]:
        """Give the headers of a person in a role (or of a portal acting for an owner)."""
        system = key or dict.fromkeys(STAFF, "qidong").get(role, role)
        if role == "department" and key is None:
            system = "department"
        found = {"Authorization": f"Bearer {SECRETS[system]}", "Operator-Role": role}
        if role == "portal":
            found["Acting-For"] = more.pop("owner", OWNER)
        else:
            found["Operator-Id"] = f"{role}-{number}"
        return found | more

    async def get(self, path: str, role: str = "officer", **more: Any) -> httpx.Response:
        return await self.client.get(path, headers=self.headers(role) | more.pop("headers", {}), **more)

    async def post(
        self, path: str, body: Any, role: str = "officer", number: int = 1, **headers: str
    ) -> httpx.Response:
        return await self.client.post(path, json=body, headers=self.headers(role, number, **headers))

    async def project(self, **facts: Any) -> dict[str, Any]:
        """Register a project."""
        response = await self.post("/v1/projects", a_project_body(**facts))
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def file(self, role: str = "officer", **facts: Any) -> str:
        """Enter a document that another system keeps; give its id, good as evidence."""
        number = next(_numbers)
        usual: dict[str, Any] = {
            "name": f"佐证材料{number}.pdf",
            "media_type": "application/pdf",
            "sha256": f"{number:064x}",
            "source_system": "archive",
            "external_id": f"document-{number}",
        }
        response = await self.post("/v1/file-references", usual | facts, role)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    async def move(
        self, project: dict[str, Any] | str, move: str, role: str = "officer", number: int = 1, **body: Any
    ) -> httpx.Response:
        """Ask for a move from the stage the project is in now."""
        project_id = project if isinstance(project, str) else project["id"]
        if "from_stage" not in body:
            now = await self.get(f"/v1/projects/{project_id}")
            body["from_stage"] = now.json()["stage"]
        path = f"/v1/projects/{project_id}/stage-transitions"
        return await self.post(path, {"move": move, **body}, role, number)

    def walker(
        self, project: dict[str, Any] | str, mode: str = "agency", scope: tuple[str, ...] = ("1",)
    ) -> Walker:
        """Give whoever takes this project from stage to stage."""
        return Walker(self, project if isinstance(project, str) else project["id"], mode, list(scope))

    async def walk(
        self,
        project: dict[str, Any] | str,
        to_stage: str,
        mode: str = "agency",
        scope: tuple[str, ...] = ("1",),
    ) -> dict[str, Any]:
        """Take a project on to a stage, by the calls its people would make; give it as it is then."""
        return await self.walker(project, mode, scope).walk(to_stage)

    async def operator(self, code: str) -> str:
        """Find the id of a person by the code he signs on with."""
        path = "/v1/operators?limit=200"
        found = await self.client.get(path, headers=self.headers("coordinator", key="city"))
        assert found.status_code == 200, found.text
        return str(next(o["id"] for o in found.json()["items"] if o["operator_code"] == code))

    def today(self, days: int = 0) -> str:
        """Give the office's date, or one some days later."""
        return (office_date(self.clock()) + timedelta(days)).isoformat()

    def key(self) -> str:
        """Make a fresh idempotency key."""
        return str(uuid.uuid4())
