"""The route: reads JSON strictly, refuses query parameters nobody declared, and is found in a few steps."""

from collections.abc import Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi._compat import Undefined
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_body_to_args, request_params_to_args
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match

from app.errors import Fault, Refusal, Words
from app.problems import FieldsInvalid
from app.wire import UnsafeText, is_safe, read_json

UNKNOWN = Words("未知的查询参数", "is an unknown query parameter")
UNASKED = Words("此操作不接受请求体内容", "is not asked for: this operation takes no body")
TWICE = Words("只能出现一次", "may stand only once")
ANY, END = 0, 1  # beside the segments, which are texts


class MediaTypeNotSupported(Refusal):
    """The body is not declared as application/json (in UTF-8)."""

    status = 415
    title = Words("不支持的内容类型", "Media type not supported")
    detail = Words(
        "请求体须为 UTF-8 的 JSON(Content-Type: application/json)。",
        "Send JSON in UTF-8 (Content-Type: application/json).",
    )


class Route(APIRoute):
    """FastAPI's route behind two checks of ours.

    FastAPI reads the signature and writes the contract. Our dependencies are functions of the request, and
    our answers are already bytes; so the handler calls them itself, which costs a third. Forms go FastAPI's
    own way.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Build the handler of the route."""
        known = _query_names(self.dependant)
        takes_json = self.body_field is not None and not self.is_form
        takes_nothing = (
            self.body_field is None
            and self.methods != {"GET"}
            and "requestBody" not in (self.openapi_extra or {})  # pages read their form themselves
        )
        if self.is_form or not iscoroutinefunction(self.endpoint):
            handle = super().get_route_handler()
        else:
            handle = self._answer()

        async def strict(request: Request) -> Response:
            if request.scope["query_string"]:
                _check_query(request, known)
            if takes_json or (takes_nothing and _is_json(request)):
                body = await request.body()
                if body:
                    _check_media_type(request)
                    request._json = read_json(body)  # noqa: SLF001 - where Starlette looks first
                    if takes_nothing:
                        _check_empty(request._json)  # noqa: SLF001 - as above
            return await handle(request)

        return strict

    def _answer(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint: Callable[..., Coroutine[Any, Any, Response]] = self.endpoint
        dependant, embed = self.dependant, self._embed_body_fields
        needs = _needs(dependant)
        # A model of query parameters is validated at once; FastAPI would look at field after field.
        models = [(f, _fields_of(f)) for f in dependant.query_params if _fields_of(f)]
        others = [f for f in dependant.query_params if not _fields_of(f)]

        async def answer(request: Request) -> Response:
            values: dict[str, Any] = {}
            errors: list[Any] = []
            for name, call, opens in needs:
                if opens:  # a session: its end commits, before the answer is sent
                    stack = request.scope["fastapi_function_astack"]
                    values[name] = await stack.enter_async_context(call(request))
                else:
                    values[name] = await call(request)
            for field in dependant.path_params:
                given = request.scope["path_params"][field.alias]
                values[field.name], wrong = field.validate(given, {}, loc=("path", field.alias))
                errors.extend(wrong)
            for field, known in models:
                asked = _asked(request, known)
                values[field.name], wrong = field.validate(asked, {}, loc=("query",))
                errors.extend(wrong)
            if others:
                found, wrong = request_params_to_args(others, request.query_params)
                values |= found
                errors.extend(wrong)
            if dependant.body_params:
                body = getattr(request, "_json", Undefined)
                found, wrong = await request_body_to_args(dependant.body_params, body, embed)
                values |= found
                errors.extend(wrong)
            if errors:
                raise RequestValidationError(errors)
            if dependant.request_param_name is not None:
                values[dependant.request_param_name] = request
            return await endpoint(**values)

        return answer

    @property
    def is_form(self) -> bool:
        """Tell whether the body is a form (uploads)."""
        field = self.body_field
        return field is not None and type(field.field_info).__name__ in {"Form", "File"}


def _needs(dependant: Dependant) -> list[tuple[str, Callable[[Request], Any], bool]]:
    """Name what a route is given: functions of the request alone, and sessions that are opened and closed.

    Refuses, when the program starts, what the house does not use: dependencies of dependencies, headers
    and cookies as parameters, background tasks.
    """
    found = []
    for below in dependant.dependencies:
        others = (below.dependencies, below.path_params, below.query_params, below.header_params)
        call, opens = below.call, isasyncgenfunction(below.call)
        is_ours = (
            below.name and below.request_param_name == "request" and (below.scope == "function") == opens
        )
        if call is None or below.name is None or not is_ours or any(others) or below.body_params:
            raise TypeError(f"{dependant.call}: {below.name} is no dependency of this house")
        found.append((below.name, asynccontextmanager(call) if opens else call, opens))
    if dependant.header_params or dependant.cookie_params or dependant.background_tasks_param_name:
        raise TypeError(f"{dependant.call} takes headers, cookies or background tasks as parameters")
    return found


def _fields_of(parameter: Any) -> dict[str, bool]:
    """Name the fields of a model of query parameters; True for those that may be repeated."""
    fields = getattr(parameter.field_info.annotation, "model_fields", {})
    return {(f.alias or n): "list" in str(f.annotation) for n, f in fields.items()}


def _query_names(dependant: Dependant) -> dict[str, bool]:
    """Name the query parameters of a route; True for those that may be repeated."""
    found: dict[str, bool] = {}
    for parameter in dependant.query_params:
        alone = {parameter.alias: "list" in str(parameter.field_info.annotation)}
        found |= _fields_of(parameter) or alone
    for below in dependant.dependencies:
        found |= _query_names(below)
    return found


def _asked(request: Request, known: dict[str, bool]) -> dict[str, Any]:
    """Gather what was asked, as lists where there may be several."""
    found: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if known.get(name):
            found.setdefault(name, []).append(value)
        elif name in known:
            found[name] = value
    return found


def _check_query(request: Request, known: dict[str, bool]) -> None:
    faults, seen = [], set()
    for name, value in request.query_params.multi_items():
        if not is_safe(name + value):
            raise UnsafeText(faults=[Fault("/query", "unsafe_text", UnsafeText.title)])
        if name not in known:
            faults.append(Fault(f"/query/{name}", "extra_forbidden", UNKNOWN))
        elif name in seen and not known[name]:
            faults.append(Fault(f"/query/{name}", "repeated", TWICE))
        seen.add(name)
    if faults:
        raise FieldsInvalid(faults=faults, count=len(faults))


def _check_empty(body: Any) -> None:
    """Refuse what is sent to an operation that takes no body: nothing is dropped in silence."""
    pointers = [f"/{name}" for name in body] if isinstance(body, dict) else [""] * (body is not None)
    if pointers:
        raise FieldsInvalid(
            faults=[Fault(p, "extra_forbidden", UNASKED) for p in pointers], count=len(pointers)
        )


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("application/json")


def _check_media_type(request: Request) -> None:
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(' "')
    if kind.strip() != "application/json" or charset not in {"", "utf-8", "utf8"}:
        raise MediaTypeNotSupported


def router(path: str, tag: str) -> APIRouter:
    """Make the router of a room."""
    return APIRouter(prefix=path, tags=[tag], route_class=Route)


class Signpost(BaseRoute):
    """Finds the route of a path segment by segment; what it does not know is looked for in the usual way.

    The usual way tries route after route, twice: with a hundred of them it would cost more than the answer.
    """

    def __init__(self, routers: Iterable[APIRouter]) -> None:
        self._root: dict[str | int, Any] = {}
        for route in (r for router in routers for r in router.routes):
            parts = route.path.split("/") if isinstance(route, APIRoute) else []
            if any("{" in p and (p[0] != "{" or p[-1] != "}" or ":" in p) for p in parts):
                continue  # a pattern within a segment, or of several
            place: Any = self._root
            for part in parts:
                place = place.setdefault(ANY if part.startswith("{") else part, {})
            names = [p.strip("{}") for p in parts if p.startswith("{")]
            if isinstance(route, APIRoute):
                place.setdefault(END, {}).update(dict.fromkeys(route.methods or (), (route, names)))

    def matches(self, scope: Any) -> tuple[Match, Any]:
        """Find the route and the values in its path."""
        if scope["type"] != "http":
            return Match.NONE, {}
        place: Any = self._root
        values: list[str] = []
        for part in scope["path"].split("/"):
            there = place.get(part)
            if there is None:
                there = place.get(ANY)
                if there is None or not part:
                    return Match.NONE, {}
                values.append(part)
            place = there
        here = place.get(END, {})
        route, names = here.get(scope["method"], (None, ()))
        if route is None:  # of a path that is spelled out: it is nobody's id
            return (Match.FULL, {"allowed": sorted(here)}) if here else (Match.NONE, {})
        parameters = dict(zip(names, values, strict=True))
        return Match.FULL, {"endpoint": route.endpoint, "path_params": parameters, "route": route}

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Go there, or name the methods there are."""
        if "allowed" in scope:
            raise HTTPException(405, headers={"Allow": ", ".join(scope["allowed"])})
        await scope["route"].handle(scope, receive, send)
