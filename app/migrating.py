"""Bringing a database to the present schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from app.config import Settings

ROOT = Path(__file__).parent.parent


def alembic_config(settings: Settings) -> Config:
    """Point Alembic at our tree and at this database."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["settings"] = settings
    return config


def migrate(settings: Settings, revision: str = "head") -> None:
    """Run what is missing; of many who start at once, one does it and the others find it done."""
    command.upgrade(alembic_config(settings), revision)
