"""A generated year: projects in four counties, with plans, items, pauses, late reports, back entries,
evaluations, bad reviews and complaints. The same seed gives the same year; only ids differ.

Everything happens through the service, in the order of time: each project, and each person who looks after
something every day, is a life that says when it goes on; the agenda wakes whoever is next. So the ledger is
as a real one, and the auditors hold.

    python -m tests.year --projects 500 sqlite:////tmp/mps_test_year.db
"""

import argparse
import asyncio
import heapq
import random
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx

from app.actor import Actor, system_actor
from app.areas.queries import areas_below
from app.calendars.queries import calendar_of
from app.clock import OFFICE
from app.config import Settings
from app.database import Database
from app.demo.founding import make_operator
from app.domain.calendar import WorkCalendar
from app.main import create_app
from app.migrating import migrate
from app.rating.passing_on import pass_on_evaluations
from tests.builders import CITY, SECRETS, furnish

COUNTIES = ("320602", "320612", "320681", "320682")
BEGIN, END = date(2024, 7, 1), date(2026, 1, 12)
"""The year told is 2025: what the half year before began goes on in it, and the days after it close it."""
AGENTS = 3  # per county
YEAR = 2025
Life = AsyncIterator[datetime]


class YearClock:
    """Stands where the agenda has put it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Office:
    """What every life of the year needs: the service, its clock, its calendar, and who asks."""

    http: httpx.AsyncClient
    database: Database
    clock: YearClock
    seed: int
    calendar: WorkCalendar
    operators: dict[str, str] = field(default_factory=dict)
    everywhere: tuple[str, ...] = ()
    papers: int = 0

    def dice(self, *names: object) -> random.Random:
        return random.Random(f"{self.seed}/{'/'.join(map(str, names))}")

    def system(self) -> Actor:
        return system_actor(self.clock(), *self.everywhere)

    def after(self, days: int, dice: random.Random) -> datetime:
        """Give a moment in office hours, so many working days from now; later today for none."""
        now = self.clock().astimezone(OFFICE)
        if days <= 0:
            return now + timedelta(minutes=dice.randint(2, 20))
        count = self.calendar.working_days_through(now.date()) + days
        day = date.fromordinal(self.calendar.ordinal_reaching(count))
        return at(day, 9 * 60 + dice.randint(0, 420))

    async def ask(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """Ask as a person; what is refused ends the year."""
        response = await self.try_to(who, method, path, body)
        if response.is_error:
            raise RuntimeError(f"{self.clock()} {who} {method} {path} {body}: {response.text}")
        return response.json()

    async def try_to(self, who: str, method: str, path: str, body: Any = None) -> httpx.Response:
        role = who.partition("-")[0]
        headers = {
            "Authorization": f"Bearer {SECRETS.get(role, SECRETS['city'])}",
            "Operator-Role": role,
            "Operator-Id": who,
        }
        return await self.http.request(method, path, json=body, headers=headers)

    async def paper(self, area: str, name: str) -> str:
        self.papers += 1
        body = {
            "area_code": area,
            "name": f"{name}.pdf",
            "media_type": "application/pdf",
            "sha256": f"{self.papers:064x}",
            "source_system": "archive",
            "external_id": f"year-{self.papers}",
        }
        return str((await self.ask("officer-1", "POST", "/v1/file-references", body))["id"])


def at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), OFFICE)


def year_end() -> datetime:
    """Give the moment at which a generated year ends: where a clock stands that looks back on it."""
    return at(END, 9 * 60).astimezone(UTC)


async def run(lives: list[Life], clock: YearClock, until: datetime) -> None:
    """Wake each life when its time has come, until all have ended or the time is over."""
    agenda: list[tuple[datetime, int]] = []
    for number, life in enumerate(lives):
        if (moment := await anext(life, None)) is not None:
            agenda.append((moment, number))
    heapq.heapify(agenda)
    while agenda and agenda[0][0] < until:
        moment, number = heapq.heappop(agenda)
        clock.now = max(clock.now, moment.astimezone(UTC))
        later = await anext(lives[number], None)
        if later is not None:
            heapq.heappush(agenda, (max(later, moment), number))
    for life in lives:
        await life.aclose()  # type: ignore[attr-defined]
    clock.now = max(clock.now, until.astimezone(UTC))


async def nights(office: Office) -> Life:
    """Let the worker pass on, each night, what waits."""
    day = BEGIN
    while True:
        yield at(day, 60)
        await pass_on_evaluations(office.database, office.database.settings, office.clock)
        day += timedelta(days=1)


async def generate(settings: Settings, projects: int = 24, seed: int = YEAR) -> datetime:
    """Let a year happen in a migrated, empty database; give the moment at which it ends."""
    from tests.year_complaints import complaint, reviews  # noqa: PLC0415 - they need us
    from tests.year_projects import project  # noqa: PLC0415 - they need us

    start = at(BEGIN, 8 * 60).astimezone(UTC)
    clock, until = YearClock(start), year_end()
    await asyncio.to_thread(furnish, settings, start)
    app = create_app(settings, clock, serves=False)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://year") as http:
            database: Database = app.state.database
            calendar = await calendar_of(database.reader, CITY)
            office = Office(http, database, clock, seed, calendar)
            office.everywhere = await areas_below(database.reader, CITY)
            await _staff(office)
            lives = [project(office, n, projects) for n in range(projects)]
            lives += [complaint(office, n, -(-projects // 10)) for n in range(-(-projects // 10))]
            await run([nights(office), reviews(office), *lives], clock, until)
    return until


async def _staff(office: Office) -> None:
    async with office.database.write() as session:
        for area in COUNTIES:
            for number in range(1, AGENTS + 1):
                code = f"agent-{area}-{number}"
                told = {"realm": "nantong", "roles": ["agent"], "area_code": area}
                actor = system_actor(office.clock(), CITY)
                name = f"代办员{area[-2:]}{number}"
                await make_operator(session, actor, code=code, name=name, **told)
    found = await office.ask("admin-1", "GET", "/v1/operators?limit=200")
    office.operators = {o["operator_code"]: o["id"] for o in found["items"]}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=24)
    parser.add_argument("--seed", type=int, default=YEAR)
    parser.add_argument("database_url")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(database_url=given.database_url, durability="unsafe_for_tests", data_dir=home)
        migrate(settings)
        ended = asyncio.run(generate(settings, given.projects, given.seed))
    print(f"{given.projects} projects until {ended}")


if __name__ == "__main__":
    main()
