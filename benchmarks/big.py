"""The first page of a list at 1,000,000 projects against that at 10,000: through our reader, and over HTTP."""

import argparse
import asyncio
import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.actor import Actor
from app.areas.queries import areas_below
from app.database import Database
from app.projects.listing import list_projects
from app.projects.schemas import ProjectsIn
from benchmarks.__main__ import READERS, Load, Server, databases, settings_of
from benchmarks.data import AREA, CITY, STAGE
from benchmarks.load import LIST

SMALL, BIG, MOST = 10_000, 1_000_000, 1.5
PAGES = {
    "two filters": (ProjectsIn(stage=[STAGE], area=[AREA]), LIST),
    "no filter": (ProjectsIn(), "/v1/projects"),
}


async def through_reader(urls: list[str], home: Path, rounds: int) -> dict[str, list[list[float]]]:
    """Seconds per page, in turns; one list per size."""
    found: dict[str, list[list[float]]] = {name: [[] for _ in urls] for name in PAGES}
    async with (
        Database(settings_of(urls[0], home)).opened() as small,
        Database(settings_of(urls[1], home)).opened() as big,
    ):
        areas = await areas_below(small.reader, CITY)
        actor = Actor(at=datetime.now(UTC), client_id="", role="officer", areas=areas)
        for _ in range(rounds * 20):
            for place, database in enumerate((small, big)):
                for name, (asked, _) in PAGES.items():
                    began = time.perf_counter()
                    await list_projects(database.reader, actor, asked)
                    found[name][place].append(time.perf_counter() - began)
    return found


def compare(arguments: argparse.Namespace, wanted: list[str]) -> dict[str, Any]:
    """Make both sizes of each database, and ask both for their first page in turns."""
    told: dict[str, Any] = {}
    with ExitStack() as stack:
        homes = [Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench"))) for _ in range(2)]
        small, big = (
            stack.enter_context(databases(home, wanted, size, has_texts=False))
            for home, size in zip(homes, (SMALL, BIG), strict=True)
        )
        load = Load()
        stack.callback(load.stop)
        print(f"\nfirst page at {BIG:,} projects divided by that at {SMALL:,} (time)".ljust(80) + f"≤ {MOST}")
        for kind in wanted:
            urls = [small[kind], big[kind]]
            seconds = asyncio.run(through_reader(urls, homes[0], arguments.rounds))
            for name, (few, many) in seconds.items():
                told[f"{kind} reader {name}"] = tell(
                    f"{kind} reader, {name}", [b / a for a, b in zip(few, many, strict=True)]
                )
            servers = [Server("ours", url, home) for url, home in zip(urls, homes, strict=True)]
            for name, (_, path) in PAGES.items():
                ratios = []
                for turn in range(-1, arguments.rounds):
                    order = dict(
                        kind="read_list",
                        connections=READERS,
                        seconds=arguments.seconds,
                        projects=0,
                        path=path,
                    )
                    few, many = (load.run(port=s.port, **order) for s in servers)
                    if set(few["statuses"]) | set(many["statuses"]) != {"200"}:
                        raise SystemExit(f"{few['statuses']} {many['statuses']}")
                    if turn >= 0:
                        ratios.append(few["per_second"] / many["per_second"])
                told[f"{kind} http {name}"] = tell(f"{kind} HTTP, {name}", ratios)
            for server in servers:
                server.stop()
    return told


def tell(name: str, ratios: list[float]) -> float:
    middle = statistics.median(ratios)
    print(f"{name:58}{middle:22.2f}  {'met' if middle <= MOST else 'NOT MET'}")
    return middle
