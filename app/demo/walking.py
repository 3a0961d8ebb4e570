"""Walking a project along the standard procedure by the calls that a portal and an agency make."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from app.domain.vocabulary import DocumentKind

ROAD = ["lead", "applied", "accepted", "entrusted", "filed", "assigned", "planned", "in_service"]
ROAD += ["completed", "archived"]
ASIDE: dict[
    str, tuple[str, str, str, dict[str, Any]]
] = {  # where a stage off the road is entered from, and how
    "correction_needed": (
        "applied",
        "officer",
        "notify_correction",
        {"inputs": {"missing": ["土地权属证明"]}},
    ),
    "declined": ("applied", "officer", "decline", {"inputs": {"appeal_information": "可于60日内申请复核"}}),
    "withdrawn": ("applied", "officer", "withdraw", {}),
    "closed_lead": ("lead", "officer", "drop", {}),
    "suspended": ("in_service", "agent", "suspend", {}),
    "terminated": ("in_service", "officer", "terminate_by_client", {}),
}
NEEDS_REASON = {"decline", "drop", "suspend", "terminate_by_client", "withdraw"}
PAPERS = {
    "completed": [
        DocumentKind.ACCEPTANCE_FORM,
        DocumentKind.AGREEMENT,
        DocumentKind.SERVICE_PLAN,
        DocumentKind.COMPLETION_FORM,
        DocumentKind.HAND_OVER_LIST,
    ],
    "terminated": [DocumentKind.ACCEPTANCE_FORM, DocumentKind.TERMINATION_FORM],
}


class Ask(Protocol):
    """Asks the service as a person in a role; gives the answer's body, and ends on a refusal."""

    def __call__(
        self,
        role: str,
        method: str,
        path: str,
        body: Any = None,
        number: int = 1,
        *,
        owner: str | None = None,
    ) -> Awaitable[Any]:
        """Ask; with ``owner`` as the owner of that code, through his portal."""
        ...


class Walker:
    """Walks one project. ``agents`` are the ids of two operators who hold the role of agent.

    With ``adjustments`` its plan has the items of the catalogue, adjusted; without, it is a document only.
    """

    def __init__(
        self,
        ask: Ask,
        project_id: str,
        agents: tuple[str, str],
        pace: Callable[[], None],
        adjustments: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.ask, self.agents, self.pace, self.adjustments = ask, agents, pace, adjustments
        self.path = f"/v1/projects/{project_id}"
        self.papers = 0

    async def to(self, stage: str, *, mode: str = "agency", scope: tuple[str, ...] = ("1", "2", "3")) -> None:
        """Walk from the first stage to any other."""
        target = stage if stage in ROAD else ASIDE[stage][0]
        for step in ROAD[1 : ROAD.index(target) + 1]:
            if step == "entrusted" and mode != "agency":
                continue
            await getattr(self, f"_{step}")(mode, scope)
        if stage in ASIDE:
            _, who, move, body = ASIDE[stage]
            if move in NEEDS_REASON:
                body = body | {"reason": "项目单位来函说明情况"}
            if move == "suspend":
                body["inputs"] = {"reason_code": "client_request", "expected_resume_on": "2027-03-01"}
            if move.startswith("terminate"):
                body["evidence"] = [await self.paper("终止申请")]
            await self.move(who, move, **body)

    async def move(self, role: str, move: str, number: int = 1, **body: Any) -> Any:
        """Take one step from where the project is."""
        self.pace()
        present = (await self.ask("officer", "GET", self.path))["stage"]
        wanted = {"from_stage": present, "move": move, **body}
        return await self.ask(role, "POST", f"{self.path}/stage-transitions", wanted, number)

    async def paper(self, name: str) -> str:
        """Enter a document that another system keeps; give its id."""
        self.papers += 1
        body = {
            "name": f"{name}.pdf",
            "media_type": "application/pdf",
            "sha256": f"{self.papers:064x}",
            "source_system": "archive",
            "external_id": f"{self.path.rpartition('/')[2]}-{self.papers}",
            "project_id": self.path.rpartition("/")[2],
        }
        return str((await self.ask("officer", "POST", "/v1/file-references", body))["id"])

    async def _applied(self, mode: str, scope: tuple[str, ...]) -> None:
        inputs = {"service_mode": mode, "scope_stages": list(scope), "consent": True}
        await self.move("officer", "apply", inputs=inputs)

    async def _accepted(self, _mode: str, _scope: tuple[str, ...]) -> None:
        await self.move("officer", "accept")

    async def _entrusted(self, _mode: str, scope: tuple[str, ...]) -> None:
        number = f"DB-{self.path[-6:]}"
        body = {"number": number, "service_mode": "agency", "scope_stages": list(scope)}
        agreement = await self.ask("officer", "POST", f"{self.path}/agreements", body)
        path = f"{self.path}/agreements/{agreement['id']}/signatures"
        day = (await self.ask("officer", "GET", self.path))["stage_entered_at"][:10]
        paper = await self.paper("代办委托协议")
        for party in ("owner", "agency"):
            await self.ask("officer", "POST", path, {"party": party, "signed_on": day, "evidence": [paper]})
        await self.move("officer", "sign_agreement")

    async def _filed(self, _mode: str, _scope: tuple[str, ...]) -> None:
        await self.move("officer", "open_file", inputs={"file_number": f"2026-{self.path[-4:]}"})

    async def _assigned(self, _mode: str, _scope: tuple[str, ...]) -> None:
        for role, operator in zip(("primary", "backup"), self.agents, strict=True):
            body = {"role": role, "operator_id": operator}
            await self.ask("coordinator", "POST", f"{self.path}/agents", body)
        await self.move("coordinator", "assign")

    async def _planned(self, _mode: str, _scope: tuple[str, ...]) -> None:
        project = await self.ask("officer", "GET", self.path)
        start = project["planned_start_on"] or "2026-12-01"
        area = project["area_code"]
        departments = await self.ask("officer", "GET", f"/v1/departments?area={area}&limit=3")
        body = {
            "document_id": await self.paper("服务方案"),
            "planned_start_on": start,
            "departments": [d["code"] for d in departments["items"]],
        }
        if self.adjustments:
            body["planned_completion_on"] = project["planned_completion_on"]
            body["content"] = {"based_on": "template", "adjustments": list(self.adjustments)}
        plan = await self.ask("agent", "POST", f"{self.path}/plans", body)
        path = f"{self.path}/plans/{plan['number']}"
        consent = {"evidence": [await self.paper("项目单位确认书")]}
        await self.ask("officer", "POST", f"{path}/owner-confirmation", consent)
        await self.ask("coordinator", "POST", f"{path}/approval", {})
        await self.move("agent", "publish_plan")

    async def _in_service(self, _mode: str, _scope: tuple[str, ...]) -> None:
        await self.move("agent", "start_service")

    async def _completed(self, _mode: str, scope: tuple[str, ...]) -> None:
        self.pace()
        entered = (await self.ask("officer", "GET", self.path))["stage_entered_at"]
        day = datetime.fromisoformat(entered).date()
        for stage, kind in (("3", "start"), ("4", "completion")):
            if stage in scope:
                await self._reach(kind, day)
        await self.ask(
            "coordinator",
            "POST",
            f"{self.path}/confirmations",
            {"move": "complete", "from_stage": "in_service"},
        )
        await self.move("agent", "complete", evidence=[await self.paper("办结单")])

    async def _reach(self, kind: str, day: date) -> None:
        body = {"kind": kind, "reached_on": day.isoformat(), "evidence": [await self.paper("现场照片")]}
        milestone = await self.ask("agent", "POST", f"{self.path}/milestones", body)
        path = f"{self.path}/milestones/{milestone['id']}/confirmation"
        await self.ask("coordinator", "POST", path, {})

    async def _archived(self, _mode: str, _scope: tuple[str, ...]) -> None:
        await self.file_papers("completed")
        await self.move("archivist", "archive")

    async def file_papers(self, ending: str) -> None:
        """Put the papers that the archive asks for into the service file."""
        for kind in PAPERS[ending]:
            body = {"kind": kind, "file_id": await self.paper(kind.words.zh)}
            await self.ask("officer", "POST", f"{self.path}/documents", body)
