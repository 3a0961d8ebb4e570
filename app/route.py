"""The route: reads JSON strictly and refuses query parameters nobody declared."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.errors import Fault, Refusal, Words
from app.problems import FieldsInvalid
from app.wire import UnsafeText, is_safe, read_json

UNKNOWN = Words("未知的查询参数", "is an unknown query parameter")
TWICE = Words("只能出现一次", "may stand only once")


class MediaTypeNotSupported(Refusal):
    """The body is not declared as application/json (in UTF-8)."""

    status = 415
    title = Words("不支持的内容类型", "Media type not supported")
    detail = Words(
        "请求体须为 UTF-8 的 JSON(Content-Type: application/json)。",
        "Send JSON in UTF-8 (Content-Type: application/json).",
    )


class Route(APIRoute):
    """An ordinary FastAPI route behind two checks of ours."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()
        known = _query_names(self.dependant)
        takes_json = self.body_field is not None and not self.is_form

        async def strict(request: Request) -> Response:
            if request.scope["query_string"]:
                _check_query(request, known)
            if takes_json:
                body = await request.body()
                if body:
                    _check_media_type(request)
                    request._json = read_json(body)  # noqa: SLF001 - where Starlette looks first
            return await handle(request)

        return strict

    @property
    def is_form(self) -> bool:
        """Tell whether the body is a form (uploads)."""
        field = self.body_field
        return field is not None and type(field.field_info).__name__ in {"Form", "File"}


def _query_names(dependant: Dependant) -> dict[str, bool]:
    """Name the query parameters of a route; True for those that may be repeated."""
    found: dict[str, bool] = {}
    for field in dependant.query_params:
        annotation = field.field_info.annotation
        fields = getattr(annotation, "model_fields", None)
        if fields is None:
            found[field.alias] = "list" in str(annotation)
        else:
            found |= {(f.alias or n): "list" in str(f.annotation) for n, f in fields.items()}
    for below in dependant.dependencies:
        found |= _query_names(below)
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


def _check_media_type(request: Request) -> None:
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(' "')
    if kind.strip() != "application/json" or charset not in {"", "utf-8", "utf8"}:
        raise MediaTypeNotSupported


def router(path: str, tag: str) -> APIRouter:
    """Make the router of a room."""
    return APIRouter(prefix=path, tags=[tag], route_class=Route)
