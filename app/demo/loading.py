"""The demo set: twenty invented projects, together in every stage, walked there through the service."""

import json
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.actor import system_actor
from app.clock import Clock, read_clock
from app.config import Settings
from app.database import Database
from app.demo.founding import make_client, make_operator

ROLES = ["officer", "agent", "coordinator", "archivist", "supervisor"]
CITY = "320600"
REALM = "demo"
DAYS = 130  # how long ago the demo begins
DEPARTMENT = "320681-sjj"  # whose system reports, to try that door


def demo_keys(settings: Settings) -> dict[str, str]:
    """Read the demo keys of this installation; none when it has no demo set."""
    path = _keys_file(settings)
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _keys_file(settings: Settings) -> Path:
    return Path(settings.data_dir) / "demo-keys.json"


def _make_keys(settings: Settings) -> dict[str, str]:
    """Make random keys and keep them readable for the owner of the installation only."""
    names = ("agency", "portal", "department", "auditor", "admin")
    keys = {name: f"mps_{secrets.token_urlsafe(32)}" for name in names}
    path = _keys_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(keys, file, indent=2)
    return keys


class DemoClock:
    """A clock that runs through the last weeks, so that the demo has a past. Only the demo does this."""

    def __init__(self, until: datetime, days: int) -> None:
        self.until = until
        self.now = until - timedelta(days=days)

    def __call__(self) -> datetime:
        """Tell the demo's time."""
        return self.now

    def advance(self, span: timedelta) -> None:
        """Let time pass, never beyond the present."""
        self.now = min(self.now + span, self.until)

    def reach(self, before: timedelta) -> None:
        """Let time pass up to so long before the present, if it is not later already."""
        self.now = max(self.now, self.until - before)


async def load(settings: Settings, now: Clock = read_clock) -> int:
    """Load the demo set into a founded database; say so and do nothing when it is there already."""
    from app.demo.telling import tell  # noqa: PLC0415 - it needs the whole application, which loads us

    if demo_keys(settings):
        print("演示数据已存在 · the demo set is already there")  # noqa: T201 - a command's answer
        return 0
    keys = _make_keys(settings)
    clock = DemoClock(now(), days=DAYS)
    async with Database(settings).opened() as database:
        await _register(database, clock(), keys)
    await tell(settings, clock, keys)
    print("已装载 20 个演示项目和既往办件 · 20 demo projects and items of the past loaded")  # noqa: T201 - a command's answer
    return 0


async def _register(database: Database, at: datetime, keys: dict[str, str]) -> None:
    """Register the demo's calling systems and the people behind them."""
    systems: dict[str, list[str]] = {
        "agency": ROLES,
        "portal": ["portal"],
        "department": ["department"],
        "auditor": ["auditor"],
        "admin": ["admin"],
    }
    people = [("officer", 1), ("agent", 1), ("agent", 2), ("coordinator", 1), ("coordinator", 2)]
    people += [("archivist", 1), ("supervisor", 1), ("auditor", 1), ("admin", 1), ("admin", 2)]
    people += [("department", 1), ("officer", 2), ("officer", 3), ("supervisor", 2)]
    async with database.write() as session:
        actor = system_actor(at, CITY)
        for name, roles in systems.items():
            facts: dict[str, Any] = {"area_code": CITY, "realm": REALM, "secret": keys[name]}
            facts["department_code"] = DEPARTMENT if roles == ["department"] else None
            await make_client(session, actor, name=f"演示系统 {name}", roles=roles, **facts)
        for place, (role, number) in enumerate(people):
            actor = system_actor(at + timedelta(milliseconds=place), CITY)  # ids, and so lists, in this order
            code = f"{role}-{number}"
            await make_operator(
                session,
                actor,
                realm=REALM,
                code=code,
                name=f"演示人员{number}",
                roles=[role],
                area_code=CITY,
                department_code=DEPARTMENT if role == "department" else None,
            )
