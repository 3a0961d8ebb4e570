"""Writes migration 0001 anew from the tables. Until the first release; afterwards migrations are added."""

import tempfile
from pathlib import Path

from alembic import command

from app.config import Settings
from app.migrating import ROOT, alembic_config

VERSIONS = ROOT / "migrations" / "versions"


def write() -> None:
    """Compare the tables with an empty database and write the difference down."""
    kept = {path: path.read_text() for path in VERSIONS.glob("*.py") if not path.name.startswith("0001")}
    for path in VERSIONS.glob("*.py"):
        path.unlink()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(database_url=f"sqlite:///{home}/empty.db")
        command.revision(alembic_config(settings), message="first tables", autogenerate=True, rev_id="0001")
    for path, text in kept.items():
        path.write_text(text)
    first = VERSIONS / "0001_first_tables.py"
    lines = first.read_text().splitlines()
    imports = sorted({line for line in lines if line.startswith("from app.table import")})
    names = ", ".join(line.rpartition(" ")[2] for line in imports)
    body = [line.rstrip() for line in lines if line not in imports]
    body.insert(body.index("from alembic import op") + 1, f"\nfrom app.table import {names}")
    first.write_text("\n".join(body) + "\n")


if __name__ == "__main__":
    write()
    print(Path("migrations/versions/0001_first_tables.py"))
