"""Writes migration 0001 anew from the tables. Until the first release; afterwards migrations are added."""

import shutil
import tempfile
from pathlib import Path

from alembic import command

from app.config import Settings
from app.migrating import ROOT, alembic_config

FIRST = ROOT / "migrations" / "versions" / "0001_first_tables.py"


def write() -> None:
    """Compare the tables with an empty database, in a copy of the tree, and put the difference in place."""
    with tempfile.TemporaryDirectory() as home:
        tree = Path(home) / "migrations"
        shutil.copytree(ROOT / "migrations", tree, ignore=shutil.ignore_patterns("versions", "__pycache__"))
        (tree / "versions").mkdir()
        config = alembic_config(Settings(database_url=f"sqlite:///{home}/empty.db"))
        config.set_main_option("script_location", str(tree))
        command.revision(config, message="first tables", autogenerate=True, rev_id="0001")
        lines = (tree / "versions" / FIRST.name).read_text().splitlines()
    imports = sorted({line for line in lines if line.startswith("from app.table import")})
    names = ", ".join(line.rpartition(" ")[2] for line in imports)
    body = [line.rstrip() for line in lines if line not in imports]
    body.insert(body.index("from alembic import op") + 1, f"\nfrom app.table import {names}")
    fresh = FIRST.with_suffix(".new")
    fresh.write_text("\n".join(body) + "\n")
    fresh.replace(FIRST)


if __name__ == "__main__":
    write()
    print(FIRST.relative_to(ROOT))
