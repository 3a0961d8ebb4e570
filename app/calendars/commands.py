"""The command line of calendars: a notice from a file becomes a draft; a person activates it over HTTP."""

import asyncio
import sys
from pathlib import Path

from pydantic import ValidationError

from app.actor import system_actor
from app.areas.queries import all_areas
from app.calendars.queries import NATIONAL
from app.calendars.schemas import CalendarVersionIn
from app.calendars.service import draft_version
from app.clock import Clock, read_clock
from app.config import Settings
from app.database import Database
from app.errors import Refusal
from app.problems import FieldsInvalid, field_faults
from app.wire import UnsafeText, is_safe, read_json


async def import_calendar(
    settings: Settings,
    file: Path,
    *,
    code: str = NATIONAL,
    year: int | None = None,
    notice: str | None = None,
    clock: Clock = read_clock,
) -> int:
    """Draft the next version of a calendar from a CSV file and the notice's name, or from a JSON file.

    The JSON is the body of ``POST /v1/calendars/{code}/versions``. 0 when drafted; 2 when nothing was stored,
    with every bad line told.
    """
    try:
        raw = await asyncio.to_thread(file.read_bytes)
        given = _read(raw, year, notice, is_json=file.suffix == ".json")
        async with Database(settings).opened() as database:
            areas = await database.reader.all(all_areas())
            actor = system_actor(clock(), *[area.code for area in areas])
            async with database.write() as session:
                draft = await draft_version(session, actor, code, given)
    except (Refusal, OSError) as trouble:
        said = trouble.in_both_languages() if isinstance(trouble, Refusal) else str(trouble)
        sys.stderr.write(f"{said}\n")
        return 2
    path = f"/v1/calendars/{draft.code}/versions/{draft.number}"
    sys.stdout.write(f"第 {draft.number} 版草案已保存，影响见 · drafted; what it moves: GET {path}/impact\n")
    return 0


def _read(raw: bytes, year: int | None, notice: str | None, *, is_json: bool) -> CalendarVersionIn:
    try:
        if is_json:
            return CalendarVersionIn.model_validate(read_json(raw))
        years = [] if year is None else [{"year": year, "notice": notice}]
        text = raw.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        if not is_safe(text):
            raise UnsafeText
        return CalendarVersionIn.model_validate({"years": years, "csv": text})
    except ValidationError as error:
        found = error.errors()
        faults = field_faults({**each, "loc": ("body", *each["loc"])} for each in found)
        raise FieldsInvalid(faults=faults, count=len(faults)) from None
