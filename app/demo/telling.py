"""Telling the demo: its projects walked to their stages, plans with items, and what departments did."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx

from app.actor import Actor, system_actor
from app.areas.queries import areas_below
from app.config import Settings
from app.database import Database, Reader
from app.demo.cases import report_cases
from app.demo.founding import read_packaged
from app.demo.loading import CITY, DemoClock
from app.demo.past import enter_past
from app.demo.voices import BEGUN, PUT_RIGHT, Voices
from app.demo.walking import Ask, Walker
from app.domain.vocabulary import ListLevel
from app.main import create_app

EVALUATED = {"completed", "archived"}  # the stages whose owners speak
RECENT = timedelta(days=23)  # before now: when all but the projects with cases begin
REGISTERED = (
    *("name", "area_code", "project_code", "process_class", "approval_mode", "land_mode"),
    *("construction_nature", "fund_nature", "industry_code", "investment_wan_yuan", "location"),
    *("planned_start_on", "planned_completion_on", "attributes"),
)


class Demo:
    """Loads the demo set through the application in this process."""

    def __init__(
        self, ask: Ask, clock: DemoClock, database: Database, agents: tuple[str, str], voices: Voices
    ) -> None:
        self.ask, self.clock, self.database, self.agents = ask, clock, database, agents
        self.packaged = read_packaged("demo", "planning.json")
        self.voices = voices
        self.ids: dict[str, str] = {}

    async def load(self, projects: Sequence[Mapping[str, Any]]) -> None:
        """Load it in the order in which it happened; what departments did is reported at the end."""
        early = [project for project in projects if project["key"] in self.packaged["cases"]]
        late = [project for project in projects if project not in early]
        for project in early:
            await self._walk(project)
            await self._listen(project, len(PUT_RIGHT))
        self.clock.reach(RECENT)
        async with self.database.write() as session:
            await enter_past(session, await self._system(session), self.packaged)
        for project in late:
            await self._walk(project)
        self.clock.reach(timedelta(0))
        for project in early:
            await self._report(project)
        for project in late:
            if project["stage"] in EVALUATED:
                await self._listen(project, BEGUN)
        first = early[0]
        await self.voices.raise_issue(self.ids[first["key"]], first["area_code"])
        await self.voices.complain(first["area_code"])
        await self.voices.urge()

    async def _listen(self, project: Mapping[str, Any], steps: int) -> None:
        walker = Walker(self.ask, self.ids[project["key"]], self.agents, lambda: None)
        walker.papers = 900  # beyond those of its walk
        await self.voices.evaluate(self.ids[project["key"]], await walker.paper("整改情况说明"), steps)

    async def _system(self, session: Reader) -> Actor:
        return system_actor(self.clock(), *await areas_below(session, CITY))

    async def _walk(self, project: Mapping[str, Any]) -> None:
        self.clock.advance(timedelta(hours=7))
        path = f"/v1/projects/{await self._register(project)}"
        for member in project["list_memberships"]:
            level, year = ListLevel(member["level"]), member["year"]
            name = f"{year}年{level.words.zh}重大项目清单"
            body = {"list_level": level, "year": year, "list_name": name}
            await self.ask("coordinator", "POST", f"{path}/list-memberships", body)
        decided = self.packaged["plans"].get(project["key"], ())
        adjustments = [self.packaged["decisions"][name] for name in decided]
        id_, pace = self.ids[project["key"]], lambda: self.clock.advance(timedelta(hours=5))
        walker = Walker(self.ask, id_, self.agents, pace, adjustments)
        for material in self.packaged["materials"].get(project["key"], ()):
            file = await walker.paper(material["name"]) if material["state"] == "received" else None
            await self.ask("officer", "POST", f"{path}/materials", {**material, "file_id": file})
        scope = tuple(project["scope_stages"] or ("1", "2", "3"))
        await walker.to(project["stage"], mode=project["service_mode"] or "agency", scope=scope)

    async def _register(self, project: Mapping[str, Any]) -> str:
        owner = project["owner"] or {}
        facts = {name: project.get(name) for name in REGISTERED}
        if ahead := project.get("planned_start_in"):  # works begin at once, so many days before the plan says
            start = self.clock().date() + timedelta(ahead)
            facts["planned_start_on"] = start.isoformat()
            facts["planned_completion_on"] = (start + timedelta(300)).isoformat()
        body = {
            "contains_state_secrets": False,
            "owner_uscc": owner.get("credit_code"),
            "owner_name": owner.get("name"),
            "content": project["summary"],
            **facts,
        }
        made = await self.ask("officer", "POST", "/v1/projects", body)
        self.ids[project["key"]] = made["id"]
        return str(made["id"])

    async def _report(self, project: Mapping[str, Any]) -> None:
        key = project["key"]
        id_, told = self.ids[key], self.packaged["cases"][key]
        async with self.database.write() as session:
            await report_cases(session, await self._system(session), project["area_code"], id_, told)
        found = await self.ask("officer", "GET", f"/v1/projects/{id_}/item-cases?limit=200")
        cases = {case["item_code"]: case["id"] for case in found["items"]}
        for item in self.packaged["checked"][key]:
            await self.ask("agent", "POST", f"/v1/item-cases/{cases[item]}/readiness-checks", {})


async def tell(settings: Settings, clock: DemoClock, keys: Mapping[str, str]) -> None:
    """Register the demo's projects and walk each to its stage, through the service in this process."""
    app = create_app(settings, clock, serves=False)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://demo") as http:

            async def ask(
                role: str,
                method: str,
                path: str,
                body: Any = None,
                number: int = 1,
                *,
                owner: str | None = None,
            ) -> Any:
                who = {"Acting-For": owner} if owner else {"Operator-Id": f"{role}-{number}"}
                headers = {
                    "Authorization": f"Bearer {keys.get(role, keys['agency'])}",
                    "Operator-Role": role,
                    **who,
                }
                response = await http.request(method, path, json=body, headers=headers)
                if response.is_error:
                    raise RuntimeError(f"{role} {method} {path}: {response.text}")
                return response.json()

            found = await ask("admin", "GET", f"/v1/operators?role=agent&area={CITY}")
            first, second, *_ = [o["id"] for o in found["items"]]
            found = await ask("admin", "GET", f"/v1/operators?role=officer&area={CITY}")
            handler = next(o["id"] for o in found["items"] if o["operator_code"] == "officer-2")
            demo = Demo(ask, clock, app.state.database, (first, second), Voices(ask, handler))
            await demo.load(read_packaged("demo", "projects.json")["projects"])
