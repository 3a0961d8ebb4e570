"""The chapter about reports: asked for, found again by name, printed, opened as a workbook."""

from typing import Any


async def tell_reports(story: Any) -> None:
    """Ask every operation about reports once."""
    month = await story.ask("supervisor", "GET", f"/v1/reports/monthly?area={story.area}&lang=zh")
    story.ids["report_name"] = month["name"]
    await story.ask("supervisor", "GET", f"/v1/reports/weekly?area={story.area}&lang=zh")
    await story.ask("supervisor", "GET", f"/v1/reports/{month['name']}")
    await story.ask("supervisor", "GET", month["page"])
    await story.ask("supervisor", "GET", month["workbook"])
