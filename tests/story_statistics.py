"""The chapter about statistics: figures of the year, and what they mean."""

from typing import Any


async def tell_statistics(story: Any) -> None:
    """Ask for figures of the year, and look one of them up."""
    period = "from=2026-01-01&to=2026-12-31"
    chosen = "figure=start_lead_days_median&figure=on_time_promised"
    await story.ask("supervisor", "GET", f"/v1/statistics/figures?{period}&{chosen}&group_by=area")
    story.ids["figure"] = "start_lead_days_median"
    await story.ask("supervisor", "GET", "/v1/statistics/definitions")
    await story.ask("supervisor", "GET", "/v1/statistics/definitions/start_lead_days_median")
