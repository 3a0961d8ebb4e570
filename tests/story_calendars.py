"""The chapter about working calendars: a notice is drafted, looked at, and put into force by another."""

from typing import Any

NOTICE: dict[str, Any] = {
    "years": [{"year": 2027, "notice": "国务院办公厅关于2027年部分节假日安排的通知（示例）", "url": None}],
    "days": [
        {"date": "2027-01-01", "kind": "holiday", "festival": "元旦"},
        {"date": "2027-02-06", "kind": "holiday", "festival": "春节"},
        {"date": "2027-02-14", "kind": "makeup", "festival": "春节"},
    ],
}


async def tell_calendars(story: Any) -> None:
    """Ask every operation about calendars once."""
    ask, path = story.ask, "/v1/calendars/cn"
    await ask("officer", "GET", "/v1/calendars?limit=2")
    await ask("officer", "GET", path)
    await ask("officer", "GET", f"{path}/calculations?from=2026-02-12&value=3&pause=2026-02-13/2026-02-24")
    draft = await ask("admin", "POST", f"{path}/versions", NOTICE)
    version = f"{path}/versions/{draft['number']}"
    await ask("admin", "GET", f"{path}/versions?limit=2")
    await ask("admin", "GET", version)
    impact = await ask("admin", "GET", f"{version}/impact")
    body = {"impact_digest": impact["impact_digest"]}
    await ask("admin", "POST", f"{version}/activation", body, 2)
