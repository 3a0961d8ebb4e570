"""Start what ``docker-compose.yml`` describes as plain processes: a durable PostgreSQL and our own services.

Commands, replicas, order and environment are read from that file; only places (addresses, ports,
directories) are replaced. ``make topology`` runs it until Ctrl-C; tests use ``with topology() as running:``.
"""

import contextlib
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.postgres import create_database, drop_database, postgres

ROOT = Path(__file__).parent.parent
COMPOSE = ROOT / "docker-compose.yml"
READY_SECONDS = 60
STOP_SECONDS = 30  # as stop_grace_period; a server gives its callers 20


class DidNotStart(Exception):  # noqa: N818 - a sentence, as everywhere in this house
    """A service ended early or never became ready; the message ends with what it printed."""


@dataclass
class Topology:
    """What is running: the addresses of the replicas, the database, the processes by name."""

    urls: list[str] = field(default_factory=list)
    database_url: str = ""
    directory: Path = Path()
    chance: dict[str, str] = field(default_factory=dict)
    environments: dict[str, dict[str, str]] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def log(self, name: str) -> str:
        """Return what a service has printed so far."""
        return (self.directory / f"{name}.log").read_text(errors="replace")


@contextlib.contextmanager
def topology(compose: Path = COMPOSE) -> Iterator[Topology]:
    """Run the services of a compose file; when this yields, every replica has said that it is ready."""
    services: dict[str, Any] = YAML(typ="safe").load(compose.read_text())["services"]
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgres(durable=True, listen=True))
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="topology")))
        name = f"topology_{secrets.token_hex(4)}"
        (directory / "data").mkdir()
        running = Topology(database_url=create_database(server, name), directory=directory)
        stack.callback(drop_database, server, name)
        stack.callback(_stop, running)
        for service in _in_order(services):
            if "build" in services[service]:  # the rest is the database, which stands already
                _start(running, service, services[service], once=_runs_once(service, services))
        for url in running.urls:
            _wait_until_ready(running, url)
        yield running


def _in_order(services: Mapping[str, Any]) -> list[str]:
    return list(TopologicalSorter({n: s.get("depends_on", {}) for n, s in services.items()}).static_order())


def _runs_once(name: str, services: Mapping[str, Any]) -> bool:
    conditions = [s.get("depends_on", {}).get(name, {}).get("condition") for s in services.values()]
    return "service_completed_successfully" in conditions


def _start(running: Topology, name: str, service: Mapping[str, Any], *, once: bool) -> None:
    """Start all replicas of a service; wait for one that runs once."""
    replicas = service.get("deploy", {}).get("replicas", 1)
    for number in range(1, replicas + 1):
        label = f"{name}-{number}" if replicas > 1 else name
        places = {"MPS_DATABASE_URL": running.database_url, "MPS_DATA_DIR": str(running.directory / "data")}
        if "ports" in service:
            port = _free_port()
            places |= {"MPS_HOST": "127.0.0.1", "MPS_PORT": str(port)}
            running.urls.append(f"http://127.0.0.1:{port}")
        given = service.get("environment", {})
        running.environments[label] = {
            **{key: value for key, value in os.environ.items() if not key.startswith("MPS_")},
            **{key: _interpolated(str(value), running.chance) for key, value in given.items()},
            **{key: value for key, value in places.items() if key in given},
        }
        words = [sys.executable if word == "python" else word for word in service["command"]]
        with (running.directory / f"{label}.log").open("wb") as log:
            process = subprocess.Popen(
                words,
                cwd=ROOT,
                env=running.environments[label],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we stop them in order
            )
        running.processes[label] = process
        if once and process.wait(READY_SECONDS):
            _fail(running, label, f"ended with {process.returncode}")


def _interpolated(value: str, chance: dict[str, str]) -> str:
    """Fill in ``${NAME:-default}``; a name that must be set gets one value of chance for all services."""

    def fill(match: re.Match[str]) -> str:
        if match["how"] == ":-":
            return match["default"]
        return chance.setdefault(match["name"], secrets.token_hex(16))

    return re.sub(r"\$\{(?P<name>\w+)(?P<how>:[-?])?(?P<default>[^}]*)\}", fill, value)


def _wait_until_ready(running: Topology, url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        for name, process in running.processes.items():
            if process.poll():
                _fail(running, name, f"ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=5):  # noqa: S310 - our own loopback
                return
        except (urllib.error.URLError, OSError) as reason:
            if time.monotonic() > deadline:
                _fail(running, ", ".join(running.processes), f"not ready at {url}: {reason}")
        time.sleep(0.1)


def _fail(running: Topology, names: str, what: str) -> None:
    said = "\n".join(f"--- {name}\n{running.log(name)[-3000:]}" for name in names.split(", "))
    msg = f"{names}: {what}\n{said}"
    raise DidNotStart(msg)


def _stop(running: Topology) -> None:
    """Ask all to end, the last started first; end those that do not."""
    for process in reversed(running.processes.values()):
        if process.poll() is None:
            process.terminate()
    for process in running.processes.values():
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Run until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    with topology() as running:
        said = [f"{url}/docs" for url in running.urls]
        said += [f"database {running.database_url}", f"logs     {running.directory}", "Ctrl-C stops all."]
        print("\n".join(said), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            while all(process.poll() in (None, 0) for process in running.processes.values()):
                time.sleep(0.5)
        for name, process in running.processes.items():
            if process.poll():
                _fail(running, name, f"ended with {process.returncode}")


if __name__ == "__main__":
    main()
