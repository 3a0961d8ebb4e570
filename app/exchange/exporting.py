"""Exporting stage transitions as an event log: CSV in the columns of pm4py, or XES (IEEE 1849)."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from app.actor import Scope
from app.database import Reader
from app.exchange.queries import list_steps
from app.procedures.queries import get_procedure
from app.table import rfc3339

PAGE = 500  # steps read at once
COLUMNS = (
    "case:concept:name",
    "concept:name",
    "time:timestamp",
    "org:resource",
    "org:group",
    "lifecycle:transition",
    "concept:instance",
    "case:project_id",
)
XES_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<classifier name="Activity" keys="concept:name"/>
"""
XES_TAIL = "</log>\n"


class LogEvent(NamedTuple):
    """A step of a project as an event of a log. Who did it is a code, never a name."""

    case: str
    activity: str
    at: datetime
    resource: str
    group: str
    instance: str
    project_id: str


async def steps(
    reader: Reader, scope: Scope, through: int, source_system: str | None
) -> AsyncIterator[list[LogEvent]]:
    """Read the steps of the projects in scope that the ledger held by a sequence, page by page.

    A case is named by its id in the other system, or else by its project's; an activity by the Chinese label
    of the stage entered. Steps of one project follow each other in their order.
    """
    project: str | None = None
    number: int | None = None
    while True:
        rows = await reader.all(list_steps(PAGE, project, number, through, source_system, *scope))
        yield [await _event(reader, row) for row in rows]
        if len(rows) < PAGE:
            return
        project, number = rows[-1].project_id, rows[-1].number


async def _event(reader: Reader, row: Any) -> LogEvent:
    procedure = await get_procedure(reader, row.procedure_id)
    body = json.loads(row.body)
    facts = body["facts"]
    return LogEvent(
        case=row.case or row.project_id,
        activity=procedure.label_of_stage(row.to_stage).zh,
        at=row.occurred_at,
        resource=facts["resource"] or "" if "resource" in facts else body["actor"]["operator_id"] or "",
        group=facts.get("group") or "",
        instance=facts.get("instance") or f"{row.project_id}/{row.number}",
        project_id=row.project_id,
    )


async def as_csv(pages: AsyncIterator[list[LogEvent]]) -> AsyncIterator[str]:
    """Write pages as CSV, the header first."""
    yield _csv([COLUMNS])
    async for page in pages:
        yield _csv(
            [e.case, e.activity, rfc3339(e.at), e.resource, e.group, "complete", e.instance, e.project_id]
            for e in page
        )


def _csv(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


async def as_xes(pages: AsyncIterator[list[LogEvent]]) -> AsyncIterator[str]:
    """Write pages as XES, one trace per project."""
    yield XES_HEAD
    open_project: str | None = None
    async for page in pages:
        lines = []
        for event in page:
            if event.project_id != open_project:
                lines += [] if open_project is None else ["</trace>"]
                lines += ["<trace>", _string("concept:name", event.case)]
                lines.append(_string("project_id", event.project_id))
                open_project = event.project_id
            lines += _xes(event)
        yield "".join(line + "\n" for line in lines)
    yield ("" if open_project is None else "</trace>\n") + XES_TAIL


def _xes(event: LogEvent) -> Iterator[str]:
    yield "<event>"
    yield _string("concept:name", event.activity)
    yield f'<date key="time:timestamp" value={quoteattr(rfc3339(event.at))}/>'
    for key, value in (("org:resource", event.resource), ("org:group", event.group)):
        if value:
            yield _string(key, value)
    yield _string("lifecycle:transition", "complete")
    yield _string("concept:instance", event.instance)
    yield "</event>"


def _string(key: str, value: str) -> str:
    return f'<string key="{key}" value={quoteattr(value)}/>'


Writer = Callable[[AsyncIterator[list[LogEvent]]], AsyncIterator[str]]
FORMATS: dict[str, tuple[Writer, str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xes": (as_xes, "application/xml"),
}
