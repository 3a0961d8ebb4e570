"""The chapter about the forecast: what another project's items took, and what that says of this one."""

from typing import Any

from tests.builders import a_project_body
from tests.histories import item_like, learn

TEACHING = {"permit", "technical"}
DAYS = (3, 5, 6, 8, 9, 11, 12, 15, 20, 27)


async def tell_forecast(story: Any) -> None:
    """Forecast the start of works under the plan with items; a draft will do."""
    body = a_project_body(name="已办结多个事项的项目", area_code=story.area)
    other = await story.ask("officer", "POST", "/v1/projects", body)
    items = await story.ask("officer", "GET", f"{story.project}/plans/1/items?limit=200")
    for item in items["items"]:
        if item["kind"] in TEACHING:
            await learn(story.database, story.world.clock(), other["id"], item_like(item), *DAYS)
    await story.ask("officer", "GET", f"{story.project}/forecast?plan=1")
