"""Answers: serialised once, with the version and digest that conditional requests compare (RFC 9110)."""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Request
from fastapi.responses import Response
from typing_extensions import TypedDict

from app.errors import Fault, Refusal, Words

ETAG = re.compile(r'\s*(?:W/)?"(\d{1,10})(?:\.[0-9a-f]+)?"\s*')


class VersionMissing(Refusal):
    """A change of a record names the version it was decided from: If-Match."""

    status = 428
    title = Words("缺少 If-Match", "If-Match missing")
    detail = Words(
        "修改记录时必须用 If-Match 给出所依据的版本。",
        "Name the version you decided from in If-Match.",
    )


class VersionIsStale(Refusal):
    """The record has changed since the caller read it."""

    status = 412
    title = Words("记录已被修改", "The record has changed")
    detail = Words(
        "当前版本为 {version}，请重新读取后再提交。", "It is now version {version}; read it again."
    )


class DurationOut(TypedDict):
    """A span of time; ``unit`` is working_day, calendar_day, calendar_month or calendar_year."""

    value: int
    unit: str


class WordsOut(TypedDict):
    """A name or sentence in both languages."""

    zh: str
    en: str


class ReasonOut(TypedDict):
    """Why an action is not possible now."""

    code: str
    detail: str


class ActionOut(TypedDict):
    """An action on the record, for this caller."""

    action: str
    label: str
    enabled: bool
    reasons: list[ReasonOut]


def reason(fault: Fault, language: str) -> ReasonOut:
    """Say one reason in a language."""
    return ReasonOut(code=fault.code, detail=fault.words.told(language, fault.facts))


def tried(action: str, label: Words, language: str, check: Callable[[], Any]) -> ActionOut:
    """Run the check of an action dry."""
    reasons = []
    try:
        check()
    except Refusal as no:
        reasons = [ReasonOut(code=type(no).__name__, detail=no.detail.told(language, no.facts))]
    return ActionOut(action=action, label=label.told(language, {}), enabled=not reasons, reasons=reasons)


def dump(body: Any) -> bytes:
    """Serialise an answer: moments in UTC with ``Z``, no floats by construction."""
    return orjson.dumps(body, option=orjson.OPT_UTC_Z)


def etag(version: int, content: bytes) -> str:
    """Name a representation: the record's version, then the digest of exactly these bytes."""
    return f'"{version}.{hashlib.blake2b(content, digest_size=8).hexdigest()}"'


def shown(request: Request, body: Any, version: int = 0) -> Response:
    """Answer a read; 304 when the caller holds these very bytes."""
    content = dump(body)
    tag = etag(version, content)
    given = request.headers.get("if-none-match")
    if given is not None and (given.strip() == "*" or tag in given):
        return Response(status_code=304, headers={"etag": tag})
    return Response(content, headers={"etag": tag}, media_type="application/json")


def page(
    request: Request, items: Sequence[Any], next_cursor: str | None, total: int | None = None
) -> Response:
    """Answer a page of a list, with a ``Link`` to the next one."""
    body: dict[str, Any] = {"items": items, "next_cursor": next_cursor, "total": total}
    response = shown(request, body)
    if next_cursor is not None:
        query = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
        query.append(("cursor", next_cursor))
        response.headers["link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
    return response


def evaluation_link(request: Request, token: str) -> str:
    """Give the address of an invitation's page, as raters reach it."""
    public: str = request.app.state.settings.public_url
    base = str(request.base_url).rstrip("/") if public == "request" else public
    return f"{base}/evaluate/{token}"


def expected_version(request: Request, *, needed: bool = True) -> int | None:
    """Read the version part of If-Match. Refuses ``VersionMissing`` when it is needed and absent."""
    given = request.headers.get("if-match")
    if given is None:
        if needed:
            raise VersionMissing
        return None
    found = ETAG.fullmatch(given)
    return int(found[1]) if found else -1  # what is no tag of ours matches no version


def check_version(expected: int | None, version: int, **facts: Any) -> None:
    """Refuse a change decided from another version than the present one."""
    if expected is not None and expected != version:
        raise VersionIsStale(version=version, **facts)
