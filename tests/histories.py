"""Items that were handled before, for tests of forecasts: brought in as an event log brings them."""

from datetime import datetime, timedelta
from typing import Any

from app.actor import Actor
from app.database import Database
from app.domain.planned import ItemKind, PlannedItem
from app.domain.standing import Role
from app.items.importing import Logged, bring_in
from app.projects.queries import lock_project
from tests.arranging import SYSTEM
from tests.builders import CITY, QIDONG, RUGAO
from tests.domain.plan_builders import an_item


async def learn(database: Database, now: datetime, project_id: str, item: PlannedItem, *days: int) -> None:
    """Let a project have had rounds of an item, each of so many calendar days and ended a month ago."""
    actor = Actor(now, SYSTEM, Role.ADMIN, (CITY, QIDONG, RUGAO), person_key="system")
    passed_at = now - timedelta(days=30)
    async with database.write() as session:
        pair = await lock_project(session, actor, project_id)
        for place, each in enumerate(days):
            given = Logged(
                item=item,
                received_at=passed_at - timedelta(days=each),
                passed_at=passed_at,
                source_system="history",
                external_id=f"{project_id}/{item.code}/{now.date()}/{place}",
                facts={},
                evidence=[],
            )
            pair = await bring_in(session, actor, pair, given)


def item_like(planned: dict[str, Any]) -> PlannedItem:
    """Make an item of the same code, kind and department as one that a plan shows."""
    return an_item(planned["code"], kind=ItemKind(planned["kind"]), department=planned["department"])
