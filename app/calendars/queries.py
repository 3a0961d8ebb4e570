"""The working-day calendar everybody counts with; versions and notices come behind the same function."""

import json
from functools import lru_cache
from pathlib import Path

from app.domain.calendar import WorkCalendar, read_calendar


@lru_cache(maxsize=1)
def present_calendar() -> WorkCalendar:
    """Give the official calendar in force."""
    text = (Path(__file__).parent / "cn.json").read_text(encoding="utf-8")
    return read_calendar(json.loads(text))
