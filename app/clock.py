"""The only place that looks at the clock. Everything else is told the time."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

OFFICE = timezone(timedelta(hours=8), "Asia/Shanghai")  # without summer time since 1991

Clock = Callable[[], datetime]


def read_clock() -> datetime:
    """Return the present moment in UTC. Tests hand another clock to the application."""
    return datetime.now(UTC)


def ticks() -> float:
    """Return seconds of a clock that only runs forward; for durations, never for dates."""
    return time.monotonic()


def office_date(moment: datetime) -> date:
    """Return the date an act belongs to: that of the office, whatever the caller's offset."""
    return moment.astimezone(OFFICE).date()


def random_bits(number: int) -> int:
    """Return random bits for ids; tests put a counter in its place."""
    return secrets.randbits(number)


def new_id(moment: datetime) -> str:
    """Make a UUIDv7: milliseconds of the one clock, then 74 random bits (RFC 9562, 5.7)."""
    chance = random_bits(74)
    number = int(moment.timestamp() * 1000) << 80 | 7 << 76 | (chance >> 62) << 64
    text = f"{number | 2 << 62 | (chance & (2**62 - 1)):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def random_id() -> str:
    """Make a UUIDv4: random bits only, for what must not tell when it was made (RFC 9562, 5.4)."""
    chance = random_bits(122)
    number = chance >> 74 << 80 | 4 << 76 | (chance >> 62 & 0xFFF) << 64
    text = f"{number | 2 << 62 | (chance & (2**62 - 1)):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
