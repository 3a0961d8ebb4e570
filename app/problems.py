"""Turns refusals into problem+json answers (RFC 9457), in the caller's language."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import Field
from starlette.exceptions import HTTPException
from typing_extensions import TypedDict

from app.errors import Fault, Invalid, Malformed, NotFound, Refusal, Words, either

PROBLEM_JSON = "application/problem+json"
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}  # as Content-Language tells them
QUALITY = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*")


class FaultOut(TypedDict):
    """One thing that is wrong with the request."""

    pointer: Annotated[str, Field(description="错误所在位置（JSON Pointer） · where, as a JSON Pointer")]
    code: str
    detail: str


class Problem(TypedDict):
    """The body of every refused request."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[FaultOut]
    facts: dict[str, Any]


class FieldsInvalid(Invalid):
    """One or more fields, parameters or headers are missing, unknown or have an impossible value."""

    title = Words("请求内容有误", "The request holds invalid values")
    detail = Words("有 {count} 处错误，详见 errors。", "{count} values are wrong; see errors.")


class RouteNotFound(NotFound):
    """No resource answers at this path."""

    title = Words("路径不存在", "No such path")
    detail = Words(
        "没有这个路径，接口文档见 /docs。", "There is nothing at this path; the contract is at /docs."
    )


class MethodNotAllowed(Refusal):
    """The path exists, but not with this method."""

    status = 405
    title = Words("不支持该方法", "Method not allowed")
    detail = Words("该路径不支持此 HTTP 方法。", "This path does not answer to this method.")


class RequestMalformed(Malformed):
    """The request cannot be read."""

    title = Words("请求无法读取", "The request cannot be read")
    detail = Words("请求格式有误。", "The request is malformed.")


class SomethingBroke(Refusal):
    """A mistake of ours. The answer says nothing of its cause; the log does, under the instance."""

    status = 500
    title = Words("服务内部错误", "Internal error")
    detail = Words("服务内部错误，请将 instance 告知管理员。", "A mistake of ours; tell us the instance.")


WORDS = {  # pydantic's kinds of error, in the words of this house
    "missing": Words("缺少该字段", "is missing"),
    "extra_forbidden": Words("未知字段", "is unknown"),
    "string_type": Words("应为字符串", "must be a string"),
    "string_too_short": Words("不能为空", "is too short"),
    "string_too_long": Words("过长", "is too long"),
    "string_pattern_mismatch": Words("格式不正确", "does not have the required form"),
    "enum": Words("不是允许的取值：{expected}", "is none of the known values: {expected}"),
    "literal_error": Words("不是允许的取值：{expected}", "is none of the known values: {expected}"),
    "list_type": Words("应为数组", "must be an array"),
    "too_long": Words("项目过多", "has too many items"),
    "too_short": Words("项目过少", "has too few items"),
    "dict_type": Words("应为对象", "must be an object"),
    "model_attributes_type": Words(
        "应为 JSON 对象（Content-Type: application/json）", "must be a JSON object"
    ),
    "greater_than_equal": Words("不能小于 {ge}", "must be at least {ge}"),
    "less_than_equal": Words("不能大于 {le}", "must be at most {le}"),
    "moment": Words("应为带时区的时间（RFC 3339）", "must be a moment with its offset (RFC 3339)"),
    "day": Words("应为日期 YYYY-MM-DD", "must be a date YYYY-MM-DD"),
    "truth": Words("应为 true 或 false", "must be true or false"),
    "integer": Words("应为整数", "must be an integer"),
}
OTHER = Words("取值无效", "has an impossible value")


def refuses(*refusals: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """Describe the refusals of a route, for its ``responses=``."""
    by_status: dict[int | str, list[str]] = {}
    every: tuple[type[Refusal], ...] = (FieldsInvalid, *refusals)
    for refusal in every:
        by_status.setdefault(refusal.status, []).append(refusal.__name__)
    return {
        status: {"model": Problem, "description": ", ".join(names), "content": {PROBLEM_JSON: {}}}
        for status, names in by_status.items()
    }


def language_of(request: Request) -> str:
    """Choose the language of texts for people: Chinese, unless English is wanted more (RFC 9110, 12.5.4)."""
    return _preferred(request.headers.get("accept-language", ""))


@lru_cache(maxsize=256)
def _preferred(wanted: str) -> str:
    weights = {"zh": 0.0, "en": 0.0}
    for position, each in enumerate(wanted.split(",")):
        tag, _, quality = each.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in weights and not weights[language]:
            found = QUALITY.fullmatch(quality) if quality else None
            weight = float(found[1]) if found else float(not quality)
            weights[language] = weight - position / 1e6 if weight else 0.0  # of equals, the first
    return max(weights, key=lambda language: weights[language])


def problem(request: Request, refusal: Refusal) -> Response:
    """Say no."""
    language, code = language_of(request), type(refusal).__name__
    facts = {k: _fact(v, language) for k, v in refusal.facts.items()}
    body = Problem(
        type=f"/problems/{code}",
        title=refusal.title.told(language, {}),
        status=refusal.status,
        detail=refusal.detail.told(language, refusal.facts),
        instance=f"urn:request:{request.scope.get('request_id', '')}",
        code=code,
        errors=[_said(fault, language) for fault in refusal.faults],
        facts=facts,
    )
    headers = {"content-language": LANGUAGE_TAGS[language]}
    response = Response(orjson.dumps(body), refusal.status, headers, PROBLEM_JSON)
    if refusal.retry_after is not None:
        response.headers["retry-after"] = str(refusal.retry_after)
    if refusal.status == 401:  # noqa: PLR2004 - what RFC 9110 asks of a 401
        response.headers["www-authenticate"] = "Bearer"
    if refusal.status == 408:  # noqa: PLR2004 - the rest of the body must not be taken for a request
        response.headers["connection"] = "close"
    return response


def _said(fault: Fault, language: str) -> FaultOut:
    return FaultOut(pointer=fault.pointer, code=fault.code, detail=fault.words.told(language, fault.facts))


def _fact(value: Any, language: str) -> Any:
    if isinstance(value, Words):
        return value.said(language)
    if isinstance(value, (list, tuple)):
        return [_fact(v, language) for v in value]
    return value if value is None or isinstance(value, (int, str)) else str(value)


def field_faults(errors: Iterable[Any]) -> list[Fault]:
    """Translate pydantic's errors; the rejected input is never repeated."""
    faults = []
    for error in errors:
        place, *path = error["loc"]
        prefix = {"body": "", "query": "/query", "path": "/path", "header": "/header"}.get(
            str(place), f"/{place}"
        )
        pointer = prefix + "".join(f"/{str(p).replace('~', '~0').replace('/', '~1')}" for p in path)
        pointer = pointer.encode("utf-8", "replace").decode()
        kind = error["type"]
        if kind == "value_error":
            cause = error.get("ctx", {}).get("error", kind)
            refusal = cause.args[0] if isinstance(cause, ValueError) and cause.args else None
            if isinstance(refusal, Refusal):  # of a rule of the domain, by wire.read_by
                faults.append(Fault(pointer, type(refusal).__name__, refusal.detail, refusal.facts))
                continue
            kind = str(cause)
        facts = {k: v for k, v in error.get("ctx", {}).items() if k in {"expected", "ge", "le"}}
        if "expected" in facts:
            facts["expected"] = either(facts["expected"])
        faults.append(Fault(pointer, kind if kind in WORDS else "invalid", WORDS.get(kind, OTHER), facts))
    return faults


def add_problem_handlers(app: FastAPI) -> None:
    """Answer refusals, invalid fields and our own mistakes, each in one place."""

    @app.exception_handler(Refusal)
    async def on_refusal(request: Request, refusal: Refusal) -> Response:
        return problem(request, refusal)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        faults = field_faults(error.errors())
        return problem(request, FieldsInvalid(faults=faults, count=len(faults)))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        kind = {404: RouteNotFound, 405: MethodNotAllowed}.get(error.status_code, RequestMalformed)
        response = problem(request, kind())
        for name, value in (error.headers or {}).items():
            response.headers[name] = value
        if "GET" in response.headers.get("allow", ""):  # where the door answers HEAD too
            response.headers["allow"] += ", HEAD"
        return response
