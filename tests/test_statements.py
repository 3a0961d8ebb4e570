"""A request asks the database a fixed number of questions, whatever the page and the permissions."""

from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from app.database import Database
from tests.builders import CITY, OWNER, World, a_project_body

AGENCY = {"service_mode": "agency", "scope_stages": ["1"], "consent": True}


class Counting:
    """A driver that counts the statements passing through it, and transactions."""

    def __init__(self, driver: Any) -> None:
        self.driver, self.dialect = driver, driver.dialect
        self.seen: list[str] = []
        self.transactions = 0

    async def fetch(self, sql: str, values: list[Any]) -> Any:
        self.seen.append(sql)
        return await self.driver.fetch(sql, values)

    @asynccontextmanager
    async def transaction(self) -> Any:
        self.transactions += 1
        async with self.driver.transaction() as inner:
            counting = self

            class Counted:
                async def fetch(self, sql: str, values: list[Any]) -> Any:
                    counting.seen.append(sql)
                    return await inner.fetch(sql, values)

                async def run(self, sql: str, many: list[list[Any]]) -> Any:
                    counting.seen += [sql] * len(many)
                    return await inner.run(sql, many)

            yield Counted()


@pytest.fixture
def counting(database: Database) -> Iterator[Counting]:
    found = Counting(database.driver)
    database.driver = found  # type: ignore[assignment]
    database.reader._driver = found  # type: ignore[assignment]
    yield found
    database.driver = database.reader._driver = found.driver


@contextmanager
def asked(counting: Counting) -> Iterator[list[str]]:
    """Gather what is asked meanwhile, without what is remembered for a second: who asks, and the calendar."""
    counting.seen = []
    found: list[str] = []
    yield found
    who = ("FROM api_key", "FROM client", "FROM operator", "FROM area ", "FROM calendar_version ")
    found += [
        s for s in (" ".join(sql.split()) for sql in counting.seen) if not any(w in f"{s} " for w in who)
    ]


def test_a_question_about_the_caller_is_not_counted() -> None:
    counting = Counting(type("Driver", (), {"dialect": None}))
    with asked(counting) as seen:
        counting.seen += ["SELECT area.code \nFROM area ORDER BY 1", "SELECT 1 FROM project"]
    assert seen == ["SELECT 1 FROM project"]


async def test_reading_a_project_takes_one_question_and_one_more_for_its_text(
    world: World, counting: Counting
) -> None:
    plain, told = await world.project(), await world.project(content="新建厂房")
    for project, number in ((plain, 1), (told, 2)):
        await world.get(f"/v1/projects/{project['id']}")
        with asked(counting) as seen:
            assert (await world.get(f"/v1/projects/{project['id']}")).status_code == 200
        assert len(seen) == number, seen


async def test_a_list_takes_one_question_whatever_the_page_and_the_areas(
    world: World, counting: Counting
) -> None:
    for _ in range(7):
        await world.project()
    numbers = set()
    for query in (
        "?limit=1",
        "?limit=200",
        "?stage=lead&stage=applied&area=320681",
        "?sort=-planned_start_on",
    ):
        for headers in ({}, world.headers("officer", key="city")):
            with asked(counting) as seen:
                answer = await world.get(f"/v1/projects{query}", headers=headers)
            assert answer.status_code == 200, answer.text
            numbers.add(len(seen))
    assert numbers == {1}
    with asked(counting) as seen:
        assert (await world.get("/v1/projects?include=total")).json()["total"] == 7
    assert len(seen) == 2


TRANSITION = [
    "SELECT project.id",  # with its standing, both locked
    "UPDATE project_standing SET",
    "UPDATE project SET",
    "INSERT INTO stage_transition",
    "SELECT chain_head.ledger_id",  # locked, with the end of the project's own chain
    "INSERT INTO event",  # whose trigger moves the head
]
KEY = ["INSERT INTO idempotency_key", "UPDATE idempotency_key"]


@pytest.mark.parametrize("has_key", [False, True])
async def test_a_transition_takes_six_statements_and_two_more_for_its_key(
    world: World, counting: Counting, has_key: bool
) -> None:
    for _ in range(2):  # the second time the procedure is known
        project = await world.project()
        headers = {"Idempotency-Key": world.key()} if has_key else {}
        counting.transactions = 0
        with asked(counting) as seen:
            moved = await world.post(
                f"/v1/projects/{project['id']}/stage-transitions",
                {"from_stage": "lead", "move": "apply", "inputs": AGENCY},
                **headers,
            )
        assert moved.status_code == 201, moved.text
    expected = [KEY[0], *TRANSITION, KEY[1]] if has_key else TRANSITION
    assert len(seen) == len(expected), seen
    assert all(sql.startswith(start) for sql, start in zip(seen, expected, strict=True)), seen
    assert counting.transactions == 1


async def test_a_registration_takes_a_fixed_number_of_statements(world: World, counting: Counting) -> None:
    lengths = []
    for more in ({}, {}, {"area_code": CITY}, {"attributes": {"takes_water": True}, "owner_uscc": OWNER}):
        headers = world.headers("officer", key="city")
        with asked(counting) as seen:
            answer = await world.client.post("/v1/projects", json=a_project_body(**more), headers=headers)
        assert answer.status_code == 201, answer.text
        lengths.append(len(seen))
    assert lengths[1:] == [5, 5, 5], seen


async def test_a_refused_body_asks_nothing(world: World, counting: Counting) -> None:
    await world.get("/v1/projects")
    with asked(counting) as seen:
        assert (await world.post("/v1/projects", {})).status_code == 422
    assert seen == []
