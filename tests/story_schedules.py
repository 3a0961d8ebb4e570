"""The chapter about the schedule: read, tried, drawn."""

from typing import Any


async def tell_schedule(story: Any) -> None:
    """Ask every operation about the schedule of the plan with items once."""
    path = f"{story.project}/schedule"
    await story.ask("officer", "GET", f"{path}?plan=1")
    tried = {
        "plan": 1,
        "delays": [{"item": "S2-03", "by": {"value": 10, "unit": "working_day"}}],
        "pauses": [{"item": "S3-02", "starts_on": "2026-04-01", "ends_on": "2026-04-10"}],
    }
    await story.ask("agent", "POST", f"{path}/simulations", tried)
    await story.ask("officer", "GET", f"{path}/chart.svg?plan=1")
