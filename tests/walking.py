"""Takes a fresh project to any stage, by the calls its people would make."""

from typing import Any

MAIN_ROAD = [
    "lead", "applied", "accepted", "entrusted", "filed", "assigned", "planned", "in_service", "completed",
    "archived",
]  # fmt: skip
BRANCHES = {  # where a stage beside the main road is left for
    "closed_lead": "lead",
    "correction_needed": "applied",
    "declined": "applied",
    "withdrawn": "applied",
    "suspended": "in_service",
    "terminated": "accepted",
}
PAPERS = ["acceptance_form", "agreement", "service_plan", "completion_form", "hand_over_list"]


class Walker:
    """One project on its way; each step is named after the stage it leads to."""

    def __init__(self, world: Any, project_id: str, mode: str, scope: list[str]) -> None:
        self.world, self.mode, self.scope = world, mode, scope
        self.project_id = project_id
        self.path = f"/v1/projects/{project_id}"

    async def walk(self, to_stage: str) -> dict[str, Any]:
        """Go on from the present stage; return the project as it is then."""
        road = MAIN_ROAD if self.mode == "agency" else [s for s in MAIN_ROAD if s != "entrusted"]
        on_the_road = BRANCHES.get(to_stage, to_stage)
        now = (await self.world.get(self.path)).json()["stage"]
        for stage in road[road.index(now) + 1 : road.index(on_the_road) + 1]:
            await getattr(self, stage)()
        if to_stage in BRANCHES:
            await getattr(self, to_stage)()
        found: dict[str, Any] = (await self.world.get(self.path)).json()
        assert found["stage"] == to_stage, found["stage"]
        return found

    async def move(self, move: str, role: str = "officer", number: int = 1, **body: Any) -> dict[str, Any]:
        response = await self.world.move(self.project_id, move, role, number, **body)
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def post(self, part: str, body: Any, role: str = "officer", number: int = 1) -> dict[str, Any]:
        response = await self.world.post(f"{self.path}/{part}", body, role, number)
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def evidence(self) -> list[str]:
        return [await self.world.file(project_id=self.project_id)]

    async def applied(self) -> None:
        inputs = {"service_mode": self.mode, "scope_stages": self.scope, "consent": True}
        await self.move("apply", "portal", inputs=inputs)

    async def accepted(self) -> None:
        await self.move("accept")

    async def sign(self, **facts: Any) -> dict[str, Any]:
        """Have an agreement drawn up and signed by both parties."""
        usual = {"number": self.world.key(), "service_mode": self.mode, "scope_stages": self.scope}
        agreement = await self.post("agreements", usual | facts)
        path, today = f"agreements/{agreement['id']}/signatures", self.world.today()
        await self.post(path, {"party": "owner", "signed_on": today}, "portal")
        return await self.post(path, {"party": "agency", "signed_on": today}, "coordinator")

    async def entrusted(self) -> None:
        await self.sign()
        await self.move("sign_agreement")

    async def filed(self) -> None:
        await self.move("open_file", inputs={"file_number": "DB-2026-001"})

    async def assigned(self) -> None:
        for role, code in (("primary", "agent-1"), ("backup", "agent-2")):
            body = {"role": role, "operator_id": await self.world.operator(code)}
            await self.post("agents", body, "coordinator")
        await self.move("assign", "coordinator")

    async def plan(self, **facts: Any) -> dict[str, Any]:
        """Have a plan drafted, confirmed by the owner and approved."""
        file = (await self.evidence())[0]
        usual = {"document_id": file, "planned_start_on": "2026-09-01", "departments": ["320681-zrzy"]}
        number = (await self.post("plans", usual | facts, "agent"))["number"]
        await self.post(f"plans/{number}/owner-confirmation", {}, "portal")
        return await self.post(f"plans/{number}/approval", {}, "coordinator")

    async def planned(self) -> None:
        await self.plan()
        await self.move("publish_plan", "agent")

    async def in_service(self) -> None:
        await self.move("start_service", "agent")

    async def milestone(self, kind: str, reached_on: str) -> dict[str, Any]:
        """Have a milestone reported and confirmed by another person."""
        body = {"kind": kind, "reached_on": reached_on, "evidence": await self.evidence()}
        milestone = await self.post("milestones", body, "agent")
        return await self.post(f"milestones/{milestone['id']}/confirmation", {}, "officer")

    async def completed(self) -> None:
        if "3" in self.scope:
            await self.milestone("start", self.world.today())
        if "4" in self.scope:
            await self.milestone("completion", self.world.today())
        await self.confirm("complete")
        await self.move("complete", "agent", evidence=await self.evidence())

    async def confirm(self, move: str, role: str = "coordinator", number: int = 1) -> None:
        """Have the second person of a move say yes."""
        stage = (await self.world.get(self.path)).json()["stage"]
        await self.post("confirmations", {"move": move, "from_stage": stage}, role, number)

    async def papers(self, *kinds: str) -> None:
        """Put papers into the service file."""
        for kind in kinds:
            await self.post("documents", {"kind": kind, "file_id": (await self.evidence())[0]})

    async def archived(self) -> None:
        await self.papers(*PAPERS)
        await self.move("archive", "archivist")

    async def closed_lead(self) -> None:
        await self.move("drop", reason="不属于服务范围")

    async def correction_needed(self) -> None:
        await self.move("notify_correction", inputs={"missing": ["营业执照副本"]})

    async def declined(self) -> None:
        inputs = {"appeal_information": "可向市数据局申请复核"}
        await self.move("decline", inputs=inputs, reason="不属于服务范围")

    async def withdrawn(self) -> None:
        await self.move("withdraw", "portal")

    async def suspended(self) -> None:
        inputs = {"reason_code": "land_not_ready", "expected_resume_on": "2026-06-30"}
        await self.move("suspend", "agent", inputs=inputs, reason="等待用地指标")

    async def terminated(self) -> None:
        await self.move("terminate_by_client", evidence=await self.evidence(), reason="项目取消")
