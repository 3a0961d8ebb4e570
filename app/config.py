"""Settings, read once from the environment; all wrong ones are named at once."""

import os
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

PREFIX = "MPS_"


class SettingsAreWrong(SystemExit):
    """One or more settings in the environment are unknown or have an impossible value."""


class Settings(BaseModel):
    """Everything that differs between one installation and another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: str = Field(default="sqlite:///data/mps.db", pattern=r"^(sqlite:///|postgresql://).+")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    data_dir: str = "data"
    signing_key_file: str = ""
    hash_algorithm: Literal["sha256", "sm3"] = "sha256"
    max_body_bytes: int = Field(default=1_000_000, ge=1_000)
    max_file_bytes: int = Field(default=50_000_000, ge=1_000)
    requests_per_minute: int = Field(default=60_000, ge=1)
    idempotency_hours: int = Field(default=72, ge=72)
    connections: int = Field(default=8, ge=1, le=64)
    durability: Literal["full", "unsafe_for_tests"] = "full"
    sqlite_safe_mode: bool = False
    public_url: str = Field(default="request", pattern=r"^(request|https?://[^\s/?#]+(/[^\s?#]*[^\s?#/])?)$")
    provisional_years: Literal["compute", "refuse"] = "compute"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read ``MPS_DATABASE_URL`` and friends; unset names keep their defaults.

    Ends the program, naming every unknown name and every impossible value.
    """
    given = {k.removeprefix(PREFIX).lower(): v for k, v in environ.items() if k.startswith(PREFIX)}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = [f"  {PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsAreWrong("\n".join(["These settings are wrong 以下设置有误:", *lines])) from None
