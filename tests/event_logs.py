"""Event logs as awkward as real ones: generated here, or the file that EVENT_LOG names."""

import csv
import io
import os
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

from app.exchange.schemas import MappingIn
from tests.builders import QIDONG

HEADER = [
    "case:channel", "case:concept:name", "concept:instance", "concept:name", "lifecycle:transition",
    "org:group", "org:resource", "time:timestamp",
]  # fmt: skip
RECEIVED, CHECK, TWIN, SEND, CHINESE, STOP = (
    "Confirmation of receipt", "T02 Check", "T02-check", 'T05 Print, "send"', "出具意见", "T10 Stop",
)  # fmt: skip
MOST_FOLLOWED = [RECEIVED, CHECK, SEND]
PATHS = [
    *[MOST_FOLLOWED] * 12,  # half of the cases go one way
    *[[RECEIVED]] * 3,  # some stop after the first activity
    [RECEIVED, CHECK, CHECK, CHECK, SEND],  # loops on itself
    [RECEIVED, CHECK, TWIN, CHECK, SEND],  # repeats; two names that ASCII hardly tells apart
    [RECEIVED, CHINESE, STOP],
    [CHINESE, RECEIVED, SEND, STOP, SEND],  # closing activities that also continue
    [STOP],
    [RECEIVED, SEND, CHECK, CHINESE, CHINESE, STOP, TWIN],
    [RECEIVED, STOP, RECEIVED],
]


def generated() -> list[list[str]]:
    """Give the rows of a small log, header first; cases interleaved, two offsets, ties, gaps in groups."""
    tasks = count(1)
    rows = []
    for number, path in enumerate(PATHS, 1):
        begun = datetime(2011, 2 + number % 9, 1 + number, 9, number, 30, 266000, UTC)
        for place, activity in enumerate(path):
            summer = 4 <= begun.month <= 10
            # ties within a case: only the order of the lines tells what came first
            at = (begun + timedelta(hours=place // 2)).astimezone(
                timezone(timedelta(hours=2 if summer else 1))
            )
            group = "" if (number + place) % 4 == 0 else f"Group {place}"
            rows.append(
                [
                    "Internet, Desk", f"case-{number}", f"task-{next(tasks)}", activity, "complete",
                    group, f"Resource{number % 5:02}", at.isoformat(sep=" "),
                ]
            )  # fmt: skip
    rows.sort(key=lambda row: (row[7][11:16], int(row[2][5:])))  # by the time of day: cases are torn apart
    return [HEADER, *rows]


def written(rows: list[list[str]]) -> bytes:
    """Write rows as a file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def the_log() -> bytes:
    """Give the log to test with."""
    if named := os.environ.get("EVENT_LOG"):
        return Path(named).read_bytes()
    return written(generated())


def mapping(**facts: Any) -> dict[str, Any]:
    """Give a mapping that fits both logs."""
    usual: dict[str, Any] = {
        "contains_state_secrets": False,
        "source_system": "permits",
        "area_code": QIDONG,
        "procedure": {"code": "permit_receipt", "name": {"zh": "许可受理", "en": "Permit receipt"}},
    }
    return usual | facts


def mapped(**facts: Any) -> MappingIn:
    return MappingIn.model_validate(mapping(**facts))


def told(raw: bytes) -> list[tuple[str, str, datetime, str, str, str]]:
    """Read a log as another program would: case, activity, instant, resource, group, instance; sorted."""
    return sorted(
        (
            row["case:concept:name"],
            row["concept:name"],
            datetime.fromisoformat(row["time:timestamp"]).astimezone(UTC),
            row["org:resource"],
            row["org:group"],
            row["concept:instance"],
        )
        for row in csv.DictReader(io.StringIO(raw.decode(), newline=""))
    )
