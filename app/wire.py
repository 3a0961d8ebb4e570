"""What may come over the wire: strict JSON, safe text, exact numbers, moments with their offset."""

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, NoReturn, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from app.domain.durations import Duration, Unit
from app.errors import Fault, Invalid, Malformed, Words

MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1
# C0 and C1 except tab and line feed, lone surrogates, noncharacters, and what rewrites the reading order
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


class MalformedJson(Malformed):
    """The body is not strict JSON in UTF-8: no NaN, no duplicate keys, at most 32 levels deep."""

    title = Words("请求体不是有效的 JSON", "The body is not valid JSON")
    detail = Words("无法读取请求体：{why}。", "The body cannot be read: {why}.")


class UnsafeText(Invalid):
    """A text holds characters that no database or reader can be trusted with."""

    title = Words("文本含有不允许的字符", "A text holds forbidden characters")
    detail = Words(
        "文本含有控制字符、不成对的代理项或改变阅读方向的字符。",
        "A text holds control characters, lone surrogates or marks that change the reading order.",
    )


CONTROL = Words("含有不允许的字符", "holds a forbidden character")
TOO_BIG = Words("整数超出 ±(2^53−1) 的范围", "is an integer beyond ±(2^53−1)")
NO_FLOATS = Words("不接受浮点数，请用字符串或整数", "is a float; send a decimal string or an integer")


def read_json(body: bytes) -> Any:
    """Parse a body strictly and give its texts in NFC. Refuses ``MalformedJson`` and ``UnsafeText``."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=_refuse_constant,
            object_pairs_hook=_pairs,
            parse_float=_Float,
            parse_int=_integer,
        )
    except UnicodeDecodeError:
        raise MalformedJson(why=Words("不是 UTF-8 编码", "it is not UTF-8")) from None
    except RecursionError:
        raise MalformedJson(why=Words("嵌套过深", "it is nested too deeply")) from None
    except json.JSONDecodeError as error:
        raise MalformedJson(
            why=Words(
                f"第 {error.lineno} 行第 {error.colno} 列", f"line {error.lineno}, column {error.colno}"
            )
        ) from None
    faults: list[Fault] = []
    clean = _clean(value, "", 0, faults)
    if faults:
        raise UnsafeText(faults=faults)
    return clean


class _Float(str):
    """A number with a fraction or exponent: known, and refused with its place."""

    __slots__ = ()


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= 20 else MAX_INTEGER + 1  # noqa: PLR2004 - more digits than any int64


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJson(why=Words(f"含有 {name}", f"it holds {name}"))


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedJson(why=Words("有重复的键", "it has duplicate keys"))
    return found


def _clean(value: Any, pointer: str, depth: int, faults: list[Fault]) -> Any:
    if depth > MAX_DEPTH:
        raise MalformedJson(why=Words("嵌套过深", "it is nested too deeply"))
    if isinstance(value, _Float):
        faults.append(Fault(pointer, "float", NO_FLOATS))
    elif isinstance(value, str):
        return _clean_text(value, pointer, faults)
    elif isinstance(value, dict):
        return {
            _clean_text(k, pointer, faults): _clean(v, f"{pointer}/{_escaped(k)}", depth + 1, faults)
            for k, v in value.items()
        }
    elif isinstance(value, list):
        return [_clean(v, f"{pointer}/{i}", depth + 1, faults) for i, v in enumerate(value)]
    elif isinstance(value, int) and abs(value) > MAX_INTEGER:
        faults.append(Fault(pointer, "integer_too_big", TOO_BIG))
    return value


def _clean_text(text: str, pointer: str, faults: list[Fault]) -> str:
    if text.isascii() and text.isprintable():
        return text
    if FORBIDDEN.search(text):
        faults.append(Fault(pointer.encode("utf-8", "replace").decode(), "unsafe_text", CONTROL))
        return ""
    return unicodedata.normalize("NFC", text)


def _escaped(key: str) -> str:
    return key.encode("utf-8", "replace").decode().replace("~", "~0").replace("/", "~1")


def is_safe(text: str) -> bool:
    """Tell whether a text from a header, path or query may go on."""
    return FORBIDDEN.search(text) is None


class In(BaseModel):
    """The base of every request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Patch(In):
    """The base of every partial change: a field that is absent stays as it is, null empties it."""

    def given(self) -> dict[str, Any]:
        """Give the fields the caller sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def kept() -> Any:
    """Give the default of a field of a ``Patch`` that may be left out, but not emptied by null."""
    return Field(default_factory=lambda: None)


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("moment")
    moment = datetime.fromisoformat(value.upper())
    if not 1900 <= moment.year <= 2200:  # noqa: PLR2004 - what every database can hold in every zone
        raise ValueError("moment")
    return moment.astimezone(UTC)


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("day")
    day = date.fromisoformat(value)
    if not 1900 <= day.year <= 2200:  # noqa: PLR2004 - as above
        raise ValueError("day")
    return day


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("truth")  # noqa: TRY004 - pydantic gathers ValueErrors
    return value


def _integer_only(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("integer")  # noqa: TRY004 - as above
    return value


def read_by(read: Callable[[str], str]) -> AfterValidator:
    """Read a text by a rule of the domain; its refusal becomes the fault of this field, beside all others."""

    def check(text: str) -> str:
        try:
            return read(text)
        except Invalid as refusal:
            raise ValueError(refusal) from None

    return AfterValidator(check)


MomentIn = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Truth = Annotated[bool, BeforeValidator(_truth), WithJsonSchema({"type": "boolean"})]
Whole = Annotated[int, BeforeValidator(_integer_only)]
Count = Annotated[int, BeforeValidator(_integer_only), Field(ge=0, le=1_000_000)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
Uuid = Annotated[
    str,
    StringConstraints(pattern=f"(?i){_UUID}", to_lower=True),  # RFC 9562: read in either case
    WithJsonSchema({"type": "string", "format": "uuid"}),
]
Money = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?$")]
T = TypeVar("T")
Some = Annotated[list[T], Field(max_length=100)]


class DurationIn(In):
    """A span of time: a number of working days, calendar days, months or years."""

    value: Annotated[Whole, Field(ge=0, le=36_525)]
    unit: Unit

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        """Refuse more than a hundred years, by the rule of the domain."""
        try:
            self.read()
        except Invalid as refusal:
            raise ValueError(refusal) from None
        return self

    def read(self) -> Duration:
        """Give it as the rules take it."""
        return Duration(self.value, self.unit)


def is_uuid(text: str) -> bool:
    """Tell whether a text is an id as we write it."""
    return re.fullmatch(_UUID, text) is not None


def fen(wan_yuan: str) -> int:
    """Turn a decimal string in 万元 into 分 (1 万元 = 1,000,000 分), exactly."""
    whole, _, fraction = wan_yuan.partition(".")
    return int(whole) * 1_000_000 + int(f"{fraction:0<6}")


def wan_yuan(amount: int | None) -> str | None:
    """Turn 分 into the decimal string in 万元, without needless zeros."""
    if amount is None:
        return None
    whole, fraction = divmod(amount, 1_000_000)
    if not fraction:
        return str(whole)
    return f"{whole}.{fraction:06d}".rstrip("0").rstrip(".")
