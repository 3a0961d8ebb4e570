"""What goes over the wire about working calendars."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field
from typing_extensions import TypedDict

from app.answers import ActionOut, WordsOut
from app.domain.durations import Pause, Unit
from app.domain.notices import NoticeKind
from app.errors import Invalid, Words
from app.pages import MOST, PageIn, whole
from app.wire import Day, In, Line, Whole, read_by

CalendarCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=16)]
PAUSE = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)?", re.ASCII)
CSV_COLUMNS = ("date", "kind", "festival", "festival_en")


class PauseNotReadable(Invalid):
    """A pause is written as its two days with a slash between them; the second may be missing."""

    title = Words("暂停的写法有误", "The pause cannot be read")
    detail = Words("暂停应写作 2026-03-02/2026-03-06。", "Write a pause as 2026-03-02/2026-03-06.")


class NoticeYearIn(In):
    """A year announced by the notice; all its days are replaced by those listed."""

    year: Annotated[Whole, Field(ge=2000, le=2100)]
    notice: Annotated[Line, Field(description="通知名称或发文字号 · name or number of the notice")]
    url: Line | None = None


class NoticeDayIn(In):
    """One day of the notice."""

    date: Day
    kind: NoticeKind
    festival: Annotated[Line, Field(description="节日名称；照常上班的日期可不填")] | None = None
    festival_en: Annotated[Line, Field(description="英文名称，新节日必填 · for a new festival")] | None = None


class CalendarVersionIn(In):
    """The yearly notice, or an area's exceptions: what becomes of the version in force."""

    years: Annotated[list[NoticeYearIn], Field(max_length=5)] = []
    days: Annotated[list[NoticeDayIn], Field(max_length=400)] = []
    csv: (
        Annotated[
            str,
            Field(
                max_length=60_000,
                description="CSV 全文（date,kind,festival[,festival_en]），与 days 二选一 · instead of days",
            ),
        ]
        | None
    ) = None


def read_pause(text: str) -> Pause:
    """Read ``2026-03-02/2026-03-06``; without an end the pause is still open."""
    found = PAUSE.fullmatch(text)
    if found is None:
        raise PauseNotReadable
    try:
        return Pause(date.fromisoformat(found[1]), date.fromisoformat(found[2]) if found[2] else None)
    except ValueError:
        raise PauseNotReadable from None


def check_pause(text: str) -> str:
    """Refuse what ``read_pause`` cannot read, or what ends before it starts."""
    read_pause(text)
    return text


class CalculationIn(In):
    """What to count: a limit from a day, or the days up to another day."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    from_: Annotated[Day, Field(alias="from", description="起算日，本身不计入 · the start day never counts")]
    value: Annotated[int, BeforeValidator(whole), Field(ge=0, le=3_660)] | None = None
    unit: Unit = Unit.WORKING_DAY
    to: Annotated[Day, Field(description="算到此日（含），与 value 二选一 · instead of value")] | None = None
    pause: Annotated[
        list[Annotated[str, read_by(check_pause)]] | None,
        Field(max_length=50, description="暂停，如 2026-03-02/2026-03-06；未结束的不写止日 · repeatable"),
    ] = None
    rolls: Annotated[bool, Field(description="末日逢休息日是否顺延 · an end on a day off moves on")] = False
    version: (
        Annotated[
            int,
            BeforeValidator(whole),
            Field(ge=1, lt=MOST, description="按此版本计算，默认现行版本 · with this version"),
        ]
        | None
    ) = None


class CalendarsIn(PageIn):
    """How the lists of calendars and of their versions are read."""


class YearOut(TypedDict):
    """A year with an official notice; ``notice`` is null and ``remark`` says so where it is not verified."""

    year: int
    notice: str | None
    url: str | None
    remark: str | None


class CalendarDayOut(TypedDict):
    """A day that is off or made up for."""

    date: date
    kind: str
    festival: str
    festival_en: str


class CalendarVersionSummaryOut(TypedDict):
    """A version of a calendar as lists show it. ``number`` is what a clock names as its calendar version."""

    id: str
    version: int
    code: str
    number: int
    area_code: str
    base_number: int | None
    parent_number: int | None
    name: WordsOut
    state: str
    valid_through: date | None
    drafted_by: str
    created_at: datetime
    approved_by: str | None
    activated_at: datetime | None


class CalendarVersionOut(CalendarVersionSummaryOut):
    """A version with its own days; those of an area are exceptions to its parent's."""

    years: list[YearOut]
    days: list[CalendarDayOut]
    allowed_actions: list[ActionOut]


class CalendarOut(TypedDict):
    """A calendar and its version in force. ``valid_through``: later days are provisional."""

    code: str
    area_code: str
    name: WordsOut
    number: int
    parent_number: int | None
    valid_through: date | None
    activated_at: datetime | None


class LineOut(TypedDict):
    """One day of a calculation: whether it counts, why, and how many days are consumed with it."""

    day: date
    kind: str
    counts: bool
    why: str
    consumed: int


class CalculationOut(TypedDict):
    """A sum of days, line by line. ``due_on`` is null while an open pause keeps the limit from ending."""

    calendar_code: str
    calendar_version: int
    from_on: date
    value: int
    unit: str
    due_on: date | None
    is_rolled: bool
    is_provisional: bool
    rule: str
    consumed: int
    days: list[LineOut]
