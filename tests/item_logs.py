"""Event logs of approval items: the logs of event_logs.py with receipt, planned end and deadline."""

import csv
import io
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from app.clock import office_date
from tests.event_logs import generated, mapping, written

MORE = ["case:startdate", "case:enddate_planned", "case:deadline"]
COLUMNS = {"received": "case:startdate", "planned_end": "case:enddate_planned", "deadline": "case:deadline"}


def generated_items() -> list[list[str]]:
    """Give the small log with limits: an hour before the first event begins every case, or just after it."""
    header, *rows = generated()
    first: dict[str, datetime] = {}
    for row in rows:
        at = datetime.fromisoformat(row[7])
        first[row[1]] = min(first.get(row[1], at), at)
    found = [[*header, *MORE]]
    for row in rows:
        number = int(row[1].removeprefix("case-"))
        received = first[row[1]] + timedelta(minutes=30 if number == 3 else -60, days=-(number % 4))
        planned, deadline = received + timedelta(days=number % 3), received + timedelta(days=1 + number % 3)
        cells = [received.isoformat(sep=" "), planned.isoformat(sep=" "), deadline.isoformat(sep=" ")]
        if number == 7:  # a deadline before the receipt, and none
            cells[1:] = [(received - timedelta(days=9)).isoformat(sep=" "), ""]
        found.append([*row, "" if number == 5 else cells[0], *cells[1:]])
    return found


def the_item_log() -> bytes:
    """Give the log to test with: generated, or the file that EVENT_LOG names."""
    if named := os.environ.get("EVENT_LOG"):
        return Path(named).read_bytes()
    return written(generated_items())


def item_mapping(**facts: Any) -> dict[str, Any]:
    """Give a mapping that fits both logs."""
    items = {"register_departments": True} | facts.pop("item_cases", {})
    return mapping(columns=COLUMNS, item_cases=items, **facts)


class Told:
    """An activity as another program reads it from the log, and computes from it alone."""

    def __init__(self, row: dict[str, str]) -> None:
        self.case, self.activity = row["case:concept:name"], row["concept:name"]
        self.at = datetime.fromisoformat(row["time:timestamp"]).astimezone(UTC)
        received = row["case:startdate"]
        self.received = min(self.at, datetime.fromisoformat(received)) if received else self.at
        self.group = row["org:group"] if row["org:group"] not in {"", "EMPTY"} else None
        self.received_on, self.done_on = office_date(self.received), office_date(self.at)
        told = [datetime.fromisoformat(row[name]) for name in MORE[1:] if row[name]]
        self.limits = [end for end in map(office_date, told) if end >= self.received_on]

    def light_on(self, day: date) -> str | None:
        """Colour it at the end of a day, counting days one by one; None when it was not there yet."""
        if self.received_on > day:
            return None
        if not self.limits:
            return "no_limit"
        if self.done_on <= day:
            return "done_late" if any(self.done_on > end for end in self.limits) else "done_in_time"
        if any(day > end for end in self.limits):
            return "red"
        for end in self.limits:
            budget = (end - self.received_on).days
            yellow = 0 if budget <= 2 else -(-budget // 5)
            if (end - day).days <= yellow:
                return "yellow"
        return "green"


def told_items(raw: bytes) -> list[Told]:
    """Read a log of items as another program would."""
    return [Told(row) for row in csv.DictReader(io.StringIO(raw.decode(), newline=""))]
