"""Settings, read once from the environment; all wrong ones are named at once."""

import os
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import Words, either

PREFIX = "MPS_"
WRONG = {  # pydantic's kinds of error, as whoever installs the service reads them
    "extra_forbidden": Words("没有这个设置", "there is no such setting"),
    "int_parsing": Words("应为整数", "must be a whole number"),
    "bool_parsing": Words("应为 true 或 false", "must be true or false"),
    "greater_than_equal": Words("不能小于 {ge}", "must be at least {ge}"),
    "less_than_equal": Words("不能大于 {le}", "must be at most {le}"),
    "literal_error": Words("只能是 {expected}", "must be {expected}"),
}
FORM = Words("格式应如 {example}", "must look like {example}")


class SettingsAreWrong(SystemExit):
    """One or more settings in the environment are unknown or have an impossible value."""


class Settings(BaseModel):
    """Everything that differs between one installation and another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: str = Field(
        default="sqlite:///data/mps.db",
        pattern=r"^(sqlite:///|postgresql://).+",
        examples=["postgresql://user:password@host:5432/database"],
    )
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
    public_url: str = Field(
        default="request",
        pattern=r"^(request|https?://[^\s/?#]+(/[^\s?#]*[^\s?#/])?)$",
        examples=["https://example.gov.cn"],
    )
    provisional_years: Literal["compute", "refuse"] = "compute"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read ``MPS_DATABASE_URL`` and friends; unset names keep their defaults.

    Ends the program, naming every unknown name and every impossible value.
    """
    given = {k.removeprefix(PREFIX).lower(): v for k, v in environ.items() if k.startswith(PREFIX)}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = ["以下设置有误 · these settings are wrong:"]
        for fault in error.errors():
            name = str(fault["loc"][0])
            known = Settings.model_fields.get(name)
            facts = {"example": known and (known.examples or [known.default])[0], **fault.get("ctx", {})}
            if "expected" in facts:
                facts["expected"] = either(facts["expected"])
            words = WRONG.get(fault["type"], FORM)
            lines.append(f"  {PREFIX}{name.upper()}: {words.told('zh', facts)} · {words.told('en', facts)}")
        raise SettingsAreWrong("\n".join(lines)) from None
