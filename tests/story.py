"""One long story that asks every operation once: examples, roles and hostile input grow from it."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from app.database import Database
from tests.builders import OWNER, World, a_project_body, a_swing
from tests.story_board import tell_board
from tests.story_calendars import tell_calendars
from tests.story_catalogue import tell_catalogue, tell_content
from tests.story_coordination import tell_coordination
from tests.story_duties import tell_duties
from tests.story_evaluations import tell_evaluations
from tests.story_forecasts import tell_forecast
from tests.story_handling import tell_follow_ups, tell_handling
from tests.story_items import tell_items
from tests.story_reports import tell_reports
from tests.story_schedules import tell_schedule
from tests.story_statistics import tell_statistics
from tests.story_supervision import tell_supervision, tell_workload

AGENCY = {"officer", "agent", "coordinator", "archivist", "supervisor"}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class Story:
    """Tells the story of one project in one county, through that county's system."""

    def __init__(self, world: World, area: str, key: str, database: Database) -> None:
        self.world, self.area, self.key, self.database = world, area, key, database
        self.ids: dict[str, str] = {}

    async def ask(
        self, who: str, method: str, path: str, body: Any = None, number: int = 1, **more: Any
    ) -> Any:
        """Ask as somebody, a minute later; anything but a good answer ends the story."""
        self.world.clock.advance(minutes=1)
        system = self.key if who in AGENCY else None
        headers = self.world.headers(who, number, key=system) | more.pop("headers", {})
        if method in {"PATCH", "PUT", "DELETE"} and "If-Match" not in headers:
            current = await self.world.client.get(path, headers=headers)
            headers["If-Match"] = current.headers["etag"]
        response: httpx.Response = await self.world.client.request(
            method, path, json=body, headers=headers, **more
        )
        assert response.status_code < 300, f"{who} {method} {path}: {response.status_code} {response.text}"
        kind = response.headers.get("content-type", "")
        return response.json() if kind.startswith("application/json") else response.content

    async def move(self, who: str, move: str, number: int = 1, **body: Any) -> Any:
        """Move the project on from where it is."""
        now = await self.ask("officer", "GET", self.project)
        body = {"from_stage": now["stage"], "move": move, **body}
        return await self.ask(who, "POST", f"{self.project}/stage-transitions", body, number)

    @property
    def project(self) -> str:
        return f"/v1/projects/{self.ids['project_id']}"

    async def tell(self, agents: tuple[str, str, str]) -> None:
        """Tell it all, from registration to the archive and back."""
        await self._register()
        await self._registers()
        await tell_calendars(self)
        await tell_catalogue(self)
        await self._particulars()
        await self._take_on()
        await self._engage(agents)
        await self._plan()
        await tell_schedule(self)
        await tell_forecast(self)
        await self._serve()
        await self._archive()
        await self._ledger()
        await self._exchange()
        await tell_statistics(self)
        await tell_board(self)
        await tell_reports(self)

    async def _register(self) -> None:
        body = a_project_body(
            name="吕四港海上风电叶片制造基地",
            area_code=self.area,
            lead_source="signing_list",
            approval_mode="record_filing",
            construction_nature="new",
            land_mode="grant",
            fund_nature="private",
            industry_code="C3415",
            investment_wan_yuan="120000.5",
            location="吕四港镇临港大道8号",
            content="年产海上风电叶片600套",
            planned_start_on="2026-09-01",
            planned_completion_on="2028-06-30",
            attributes={"eia_category": "form", "starts_on_land": True},
            external_ids=[{"source_system": "tz-online", "external_id": f"TZ-{self.area}-1"}],
        )
        made = await self.ask("officer", "POST", "/v1/projects", body)
        self.ids["project_id"] = made["id"]
        await self.ask("officer", "GET", self.project)
        await self.ask("officer", "GET", f"/v1/projects?area={self.area}&stage=lead&limit=1")
        await self.ask("officer", "POST", "/v1/projects/search", {"owner_uscc": OWNER, "limit": 1})
        await self.ask("officer", "PATCH", self.project, {"location": "吕四港镇临港大道10号"})
        twin = await self.ask("officer", "POST", "/v1/projects", a_project_body(area_code=self.area))
        closure = {"survivor_id": self.ids["project_id"], "reason": "同一项目重复登记"}
        await self.ask("coordinator", "POST", f"/v1/projects/{twin['id']}/duplicate-closure", closure)

    async def _registers(self) -> None:
        """Areas, departments, clients, operators, procedures: what an administrator keeps."""
        ask, area = self.ask, self.area
        code = f"{area}-yq"
        body = {
            "code": code,
            "kind": "functional_area",
            "name_zh": "临港产业园",
            "name_en": "Harbour Industry Park",
            "parent_code": area,
            "valid_from": "2026-01-01",
        }
        await ask("admin", "POST", "/v1/areas", body)
        await ask("officer", "GET", "/v1/areas?limit=2")
        await ask("officer", "GET", f"/v1/areas/{area}")
        await ask("admin", "PATCH", f"/v1/areas/{code}", {"name_en": "Lingang Industry Park"})
        body = {"area_code": area, "name_zh": "数据局", "name_en": "Data Bureau", "valid_from": "2026-01-01"}
        await ask("admin", "POST", "/v1/departments", {"code": f"{area}-new", **body})
        await ask("officer", "GET", f"/v1/departments?area={area}&limit=2")
        await ask("officer", "GET", f"/v1/departments/{area}-zrzy")
        await ask("admin", "PATCH", f"/v1/departments/{area}-new", {"name_zh": "数据管理局"})
        await ask("officer", "GET", "/v1/codes?limit=2")
        await ask("officer", "GET", "/v1/codes/land_mode")
        body = {"name": "示例门户", "roles": ["officer"], "area_code": area, "realm": f"story-{area}"}
        client = await ask("admin", "POST", "/v1/clients", body)
        path = f"/v1/clients/{client['id']}"
        self.ids["client_id"] = client["id"]
        await ask("admin", "GET", "/v1/clients?limit=1")
        await ask("admin", "GET", path)
        await ask("admin", "PATCH", path, {"name": "示例门户系统"})
        key = (await ask("admin", "POST", f"{path}/keys", {}))["key"]
        self.ids["key_id"] = key["id"]
        await ask("admin", "GET", f"{path}/keys")
        await ask("admin", "POST", f"{path}/keys/{key['id']}/rotation", {"overlap_hours": 24})
        await ask("admin", "POST", f"{path}/keys/{key['id']}/revocation", {})
        body = {
            "realm": f"story-{area}",
            "operator_code": "window-1",
            "person_key": f"person-{area}",
            "name": "张示例",
            "roles": ["officer"],
            "area_code": area,
        }
        operator = await ask("admin", "POST", "/v1/operators", body)
        self.ids["operator_id"] = operator["id"]
        await ask("admin", "GET", "/v1/operators?limit=1")
        await ask("admin", "GET", f"/v1/operators/{operator['id']}")
        await ask("admin", "PATCH", f"/v1/operators/{operator['id']}", {"name": "张样例"})
        await self._procedures()

    async def _procedures(self) -> None:
        ask, area = self.ask, self.area
        small = a_swing() | {"code": "short"}
        await ask("admin", "POST", "/v1/procedures/validation", {"document": small})
        body = {"code": "short", "area_code": area, "document": small}
        draft = await ask("admin", "POST", "/v1/procedures", body)
        self.ids["procedure_id"] = draft["id"]
        path = f"/v1/procedures/{draft['id']}"
        await ask("admin", "PUT", path, {"document": small})
        await ask("admin", "POST", f"{path}/publication", {"effective_from": "2026-03-02"}, 2)
        await ask("officer", "GET", f"/v1/procedures?area={area}&limit=1")
        await ask("officer", "GET", f"/v1/procedures/in-force?area={area}&code=short")
        found = await ask("officer", "GET", f"/v1/procedures/in-force?area={area}")
        document = (await ask("officer", "GET", f"/v1/procedures/{found['id']}"))["document"]
        body = {"code": "standard", "area_code": area, "document": document}
        draft = await ask("admin", "POST", "/v1/procedures", body)
        path = f"/v1/procedures/{draft['id']}"
        await ask("admin", "POST", f"{path}/publication", {"effective_from": "2026-03-02"}, 2)
        body = {"procedure_id": draft["id"], "reason": "改用本县流程"}
        await ask("coordinator", "POST", f"{self.project}/procedure-change", body)

    async def _particulars(self) -> None:
        ask, path = self.ask, self.project
        code = {"project_code": "2405-320681-89-01-100018"}
        await ask("officer", "POST", f"{path}/codes", code)
        await ask("officer", "GET", f"{path}/codes")
        external = {"source_system": "gongai", "external_id": f"GC-{self.area}"}
        await ask("officer", "POST", f"{path}/external-ids", external)
        await ask("officer", "GET", f"{path}/external-ids")
        package = await ask("officer", "POST", f"{path}/work-packages", {"name": "一期厂房", "kind": "phase"})
        self.ids["package_id"] = package["id"]
        await ask("officer", "GET", f"{path}/work-packages")
        change = {"planned_start_on": "2026-09-01"}
        await ask(
            "officer", "PATCH", f"{path}/work-packages/{package['id']}", change, headers={"If-Match": '"1"'}
        )
        body = {"list_level": "municipal", "list_name": "2026年南通市重大项目", "year": 2026}
        member = await ask("officer", "POST", f"{path}/list-memberships", body)
        self.ids["membership_id"] = member["id"]
        await ask("officer", "GET", f"{path}/list-memberships")
        await ask("officer", "GET", f"{path}/major-basis?on=2026-03-02")
        await self._people(path)
        await ask("officer", "GET", f"/v1/projects/{self.ids['project_id']}?expand=codes&expand=people")

    async def _people(self, path: str) -> None:
        ask = self.ask
        body = {"role": "applicant_contact", "name": "李示例", "phone": "13900000000"}
        person = await ask("officer", "POST", f"{path}/people", body)
        self.ids["person_id"] = person["id"]
        await ask("officer", "GET", f"{path}/people")
        await ask(
            "officer",
            "PATCH",
            f"{path}/people/{person['id']}",
            {"organisation": "综合部"},
            headers={"If-Match": '"1"'},
        )
        await ask("officer", "POST", f"{path}/people/{person['id']}/erasure", {"reason": "本人要求删除"})

    async def paper(self, name: str) -> str:
        """Enter a document kept elsewhere."""
        body = {
            "name": f"{name}.pdf",
            "media_type": "application/pdf",
            "sha256": "ab" * 32,
            "source_system": "archive",
            "external_id": f"{self.area}-{name}",
            "project_id": self.ids["project_id"],
        }
        return str((await self.ask("officer", "POST", "/v1/file-references", body))["id"])

    async def _take_on(self) -> None:
        """Files, materials, records; application and acceptance."""
        ask, path = self.ask, self.project
        upload = {"file": ("受理单.pdf", PDF, "application/pdf")}
        form = {"project_id": self.ids["project_id"]}
        file = await ask("officer", "POST", "/v1/files", files=upload, data=form)
        self.ids["file_id"] = file["id"]
        await ask("officer", "GET", f"/v1/files/{file['id']}")
        await ask("officer", "GET", f"/v1/files/{file['id']}/content")
        await ask("officer", "GET", f"{path}/files")
        material = await ask(
            "officer", "POST", f"{path}/materials", {"name": "营业执照", "is_required": True}
        )
        self.ids["material_id"] = material["id"]
        await ask("officer", "GET", f"{path}/materials")
        body = {"state": "received", "file_id": file["id"]}
        await ask("officer", "PATCH", f"{path}/materials/{material['id']}", body, headers={"If-Match": '"1"'})
        body = {"kind": "pre_service", "summary": "介绍办理流程与材料要求", "participants": ["李示例"]}
        await ask("officer", "POST", f"{path}/service-records", body)
        await ask("officer", "GET", f"{path}/service-records")
        inputs = {"service_mode": "agency", "scope_stages": ["1", "2", "3"], "consent": True}
        step = await self.move("officer", "apply", inputs=inputs)
        self.ids["transition_id"] = step["id"]
        step = await self.move("officer", "accept")
        self.ids["event_id"] = step["event_id"]
        moment = datetime.fromisoformat(step["occurred_at"]) - timedelta(seconds=30)
        self.ids["right_moment"] = moment.isoformat()
        await ask("officer", "GET", f"{path}/stage-transitions")
        await ask("officer", "GET", f"{path}/stage-transitions/{step['id']}")
        await ask("officer", "GET", f"{path}/clock")

    async def _engage(self, agents: tuple[str, str, str]) -> None:
        """Agreement and agents."""
        ask, path = self.ask, self.project
        body = {"number": f"DB-{self.area}-1", "service_mode": "agency", "scope_stages": ["1", "2", "3"]}
        agreement = await ask("officer", "POST", f"{path}/agreements", body)
        self.ids["agreement_id"] = agreement["id"]
        here = f"{path}/agreements/{agreement['id']}"
        paper = await self.paper("代办委托协议")
        for party in ("owner", "agency"):
            body = {"party": party, "signed_on": "2026-03-02", "evidence": [paper]}
            await ask("officer", "POST", f"{here}/signatures", body)
        await ask("officer", "GET", f"{path}/agreements")
        await ask("officer", "GET", here)
        await self.move("officer", "sign_agreement")
        await self.move("officer", "open_file", inputs={"file_number": f"{self.area}-2026-001"})
        ids = {}
        for role, operator in zip(("primary", "backup", "local_assistant"), agents, strict=True):
            body = {"role": role, "operator_id": operator}
            ids[role] = (await ask("coordinator", "POST", f"{path}/agents", body))["id"]
        await ask("officer", "GET", f"{path}/agents")
        await ask(
            "coordinator",
            "POST",
            f"{path}/agents/{ids['local_assistant']}/end",
            {"reason": "不再需要协办"},
        )
        body = {"to_operator_id": agents[2], "reason": "岗位调整", "open_tasks": "跟进土地手续"}
        over = await ask("coordinator", "POST", f"{path}/agents/{ids['backup']}/hand-over", body)
        self.ids["assignment_id"] = over["id"]
        await self.move("coordinator", "assign")

    async def _plan(self) -> None:
        ask, path = self.ask, self.project
        body = {
            "document_id": await self.paper("服务方案"),
            "planned_start_on": "2026-09-01",
            "planned_completion_on": "2028-06-30",
            "departments": [f"{self.area}-zrzy", f"{self.area}-zjj"],
        }
        await tell_content(self, body)
        body["reason"] = "改按方案文件执行"
        plan = await ask("agent", "POST", f"{path}/plans", body)
        self.ids["number"] = str(plan["number"])
        consent = {"evidence": [await self.paper("项目单位确认书")]}
        await ask("officer", "POST", f"{path}/plans/{plan['number']}/owner-confirmation", consent)
        await ask("coordinator", "POST", f"{path}/plans/{plan['number']}/approval", {})
        await ask("officer", "GET", f"{path}/plans")
        await ask("officer", "GET", f"{path}/plans/{plan['number']}")
        await self.move("agent", "publish_plan")

    async def _serve(self) -> None:
        """Service: suspension, correction of a wrong entry, milestone, evaluation, completion."""
        ask, path = self.ask, self.project
        started = await self.move("agent", "start_service")
        inputs = {"reason_code": "client_request", "expected_resume_on": "2026-04-01"}
        await self.move("officer", "suspend", inputs=inputs, reason="项目单位资金安排调整")
        await self.move("officer", "resume", evidence=[await self.paper("续办委托书")])
        body = {"kind": "start", "reached_on": "2026-03-02", "evidence": [await self.paper("开工照片")]}
        milestone = await ask("agent", "POST", f"{path}/milestones", body)
        self.ids["milestone_id"] = milestone["id"]
        await ask("officer", "GET", f"{path}/milestones")
        await ask("coordinator", "POST", f"{path}/milestones/{milestone['id']}/confirmation", {})
        await tell_items(self)
        await tell_duties(self)
        await tell_coordination(self)
        await self._evaluate(started["event_id"])
        await tell_evaluations(self)
        await tell_handling(self)
        await tell_supervision(self)
        await tell_workload(self)
        body = {"move": "complete", "from_stage": "in_service"}
        await ask("coordinator", "POST", f"{path}/confirmations", body)
        await ask("officer", "GET", f"{path}/confirmations")
        await self.move("agent", "complete", evidence=[await self.paper("办结单")])
        await tell_follow_ups(self)

    async def _evaluate(self, event_id: str) -> None:
        body = {
            "project_id": self.ids["project_id"],
            "mode": "named",
            "occurrence": event_id,
            "level": "very_satisfied",
            "dimensions": {"service_efficiency": "satisfied"},
            "text": "代办员主动上门,非常及时",
            "channel": "pc",
        }
        made = await self.ask("portal", "POST", "/v1/evaluations", body)
        self.ids["evaluation_id"] = made["id"]
        await self.ask("officer", "GET", "/v1/evaluations?limit=1")
        await self.ask("officer", "GET", f"/v1/evaluations/{made['id']}")

    async def _archive(self) -> None:
        """The service file, the archive, the printed forms and the package."""
        ask, path = self.ask, self.project
        first = None
        kinds = ("acceptance_form", "agreement", "service_plan", "completion_form", "hand_over_list")
        for kind in (*kinds, "other"):
            upload = {"file": (f"{kind}.pdf", PDF + kind.encode(), "application/pdf")}
            form = {"project_id": self.ids["project_id"]}
            file = await ask("officer", "POST", "/v1/files", files=upload, data=form)
            body = {"kind": kind, "file_id": file["id"]}
            first = await ask("officer", "POST", f"{path}/documents", body)
        assert first is not None
        self.ids["document_id"] = first["id"]
        await ask("officer", "GET", f"{path}/documents")
        reason = {"reason": "重复归入"}
        await ask("officer", "POST", f"{path}/documents/{first['id']}/withdrawal", reason)
        self.ids["form"] = "acceptance"
        await ask("officer", "GET", f"{path}/forms/acceptance")
        await self._correct()
        await self.move("archivist", "archive")
        await ask("archivist", "GET", f"{path}/archive-package")
        body = {"ended_on": "2026-03-02", "ground": "other_legal_ground", "reason": "委托事项已办结"}
        body["evidence"] = [await self.paper("协议终止单")]
        await ask("officer", "POST", f"{path}/agreements/{self.ids['agreement_id']}/termination", body)
        over = {"reason": "服务结束"}
        await ask("coordinator", "POST", f"{path}/agents/{self.ids['assignment_id']}/end", over)
        member = self.ids["membership_id"]
        body = {"valid_to": "2026-03-02", "reason": "移出清单"}
        await ask("officer", "POST", f"{path}/list-memberships/{member}/end", body)
        spare = await ask("officer", "POST", "/v1/projects", a_project_body(area_code=self.area))
        headers = self.world.headers("coordinator", key="city")
        file = await self.paper("划转批复")
        response = await self.world.client.post(
            f"/v1/projects/{spare['id']}/area-transfers",
            json={"to_area": "320623", "reason": "按属地调整", "evidence": [file]},
            headers=headers,
        )
        assert response.status_code == 201, response.text
        await ask("officer", "GET", f"{path}/area-transfers")

    async def _correct(self) -> None:
        """A wrong entry put right by another person."""
        ask, path = self.ask, self.project
        body = {
            "event_id": self.ids["event_id"],
            "right": {"occurred_at": self.ids["right_moment"]},
            "reason": "受理时间录入有误",
            "evidence": [await self.paper("受理登记簿")],
        }
        made = await ask("officer", "POST", f"{path}/corrections", body)
        self.ids["correction_id"] = made["id"]
        await ask("officer", "GET", f"{path}/corrections")
        await ask("officer", "GET", f"{path}/corrections/{made['id']}")
        await ask("coordinator", "POST", f"{path}/corrections/{made['id']}/approval", {})
        earlier = datetime.fromisoformat(self.ids["right_moment"]) - timedelta(seconds=10)
        body["right"] = {"occurred_at": earlier.isoformat()}
        second = await ask("officer", "POST", f"{path}/corrections", body)
        reason = {"reason": "原记录无误"}
        await ask("coordinator", "POST", f"{path}/corrections/{second['id']}/rejection", reason)

    async def _ledger(self) -> None:
        ask = self.ask
        await ask("officer", "GET", f"{self.project}/timeline?limit=1")
        await ask("auditor", "GET", "/v1/events?after=3&limit=1")
        await ask("auditor", "GET", "/v1/events/verification")
        made = await ask("auditor", "POST", "/v1/events/checkpoints", {})
        self.ids["checkpoint_id"] = made["id"]
        await ask("auditor", "GET", "/v1/events/checkpoints")
        await ask("auditor", "GET", f"/v1/events/checkpoints/{made['id']}")
        project = await ask("officer", "GET", self.project)
        self.ids["private_id"] = project["content"]["id"]
        erasure = {"reason": "含有不应公开的内容"}
        await ask("admin", "POST", f"/v1/private/{project['content']['id']}/erasure", erasure)
        policy = {
            "area_code": self.area,
            "minimum_investment_wan_yuan": "50000",
            "valid_from": "2026-01-01",
            "source": "示例政策",
            "basis": "default",
        }
        await ask("admin", "POST", "/v1/threshold-policies", policy)
        await ask("officer", "GET", "/v1/threshold-policies")

    async def _exchange(self) -> None:
        """Imports and exports are asked for; the worker does them."""
        ask = self.ask
        document = a_swing() | {"code": "legacy_log", "derived_from_log": True}
        body = {"code": "legacy_log", "area_code": self.area, "document": document}
        draft = await ask("admin", "POST", "/v1/procedures", body)
        path = f"/v1/procedures/{draft['id']}/publication"
        await ask("admin", "POST", path, {"effective_from": "2026-03-02"}, 2)
        log = b"case,activity,time\nA-1,receipt,2026-01-05T09:00:00+08:00\n"
        upload = {"file": ("log.csv", log, "text/csv")}
        file = await ask("admin", "POST", "/v1/files", files=upload, data={"area_code": self.area})
        mapping = {
            "contains_state_secrets": False,
            "source_system": "legacy",
            "area_code": self.area,
            "procedure": {"code": "legacy_log", "name": {"zh": "旧系统流程", "en": "Legacy process"}},
            "columns": {"case": "case", "activity": "activity", "timestamp": "time"},
        }
        mapping["columns"] |= dict.fromkeys(("resource", "group", "instance", "lifecycle"))
        body = {"kind": "event_log", "file_id": file["id"], "mapping": mapping}
        made = await ask("admin", "POST", "/v1/imports", body)
        self.ids["import_id"] = made["id"]
        await ask("admin", "GET", "/v1/imports")
        await ask("admin", "GET", f"/v1/imports/{made['id']}")
        await ask("admin", "GET", f"/v1/imports/{made['id']}/report")
        made = await ask("admin", "POST", "/v1/exports", {"kind": "event_log", "format": "csv"})
        self.ids["export_id"] = made["id"]
        await ask("admin", "GET", "/v1/exports")
        await ask("admin", "GET", f"/v1/exports/{made['id']}")
        await ask("admin", "GET", f"/v1/exports/{made['id']}/content")
