"""The contract: what FastAPI knows of the routes, completed by what every operation shares."""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi

from app import __version__

ROOT = Path(__file__).parent.parent / "openapi"
DOCUMENT, EXAMPLES = ROOT / "openapi.json", ROOT / "examples.json"
DESCRIPTION = """\
南通市重大项目代办服务的工作流接口:项目从线索到归档的全过程,每一步依流程办理、一次记账、防篡改。
列表一律 `limit` + `cursor`;修改须带 `If-Match`;POST 可带 `Idempotency-Key` 安全重试;拒绝为 RFC 9457
`application/problem+json`,默认中文,`Accept-Language: en` 为英文。选项的取值今后可能增加,见 `/v1/codes`。

The workflow API behind the agency service for major projects: from first contact to archive, every step
by the procedure, recorded once, tamper-evident. Lists take `limit` and `cursor`; changes need `If-Match`;
POSTs take `Idempotency-Key`, and without it are not safe to repeat; refusals are RFC 9457 problems, in
Chinese unless `Accept-Language: en`. Choices are strings; values may be added, see `/v1/codes`.

与已公布的标准提纲保持一致,不声称符合任何条款。
Aligned with the published outlines of the standards; conformity to no clause is claimed."""

REFUSED_EVERYWHERE = (
    ("401", "NotAuthenticated"),
    ("403", "RoleMayNot"),
    ("429", "TooManyRequests"),
    ("503", "DatabaseAway"),
)
REFUSED_TO_WRITERS = (
    ("400", "IdempotencyKeyMalformed"),
    ("409", "LockNotGiven"),
    ("422", "IdempotencyKeyReused"),
    ("507", "DiskIsFull"),
)
HEADERS: dict[str, tuple[str, str]] = {
    "Acting-For": ("uscc", "门户所代表的建设单位(统一社会信用代码) · the owner a portal acts for"),
    "Operator-Id": (
        "operator",
        "操作人员编号;工作人员写入时必填 · the person behind the system; staff need it to write",
    ),
    "Operator-Role": ("role", "本次行使的角色 · the role acted in, one of the client's"),
    "Accept-Language": ("language", "zh(默认)或 en · the language of texts for people"),
}


def document_of(app: FastAPI) -> dict[str, Any]:
    """Build the OpenAPI 3.1 document that the code serves."""
    document = get_openapi(
        title=app.title,
        version=__version__,
        description=DESCRIPTION,
        routes=app.routes,
        separate_input_output_schemas=False,
        servers=[{"url": "/", "description": "本服务 · this service"}],
    )
    components = document["components"]
    components["securitySchemes"] = {
        "apiKey": {"type": "http", "scheme": "bearer", "description": "API 密钥 mps_… · an API key"}
    }
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    components["parameters"] = _shared_parameters()
    roles = roles_of(app)
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8")) if EXAMPLES.exists() else {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation, roles.get(operation["operationId"]))
            _exemplify(operation, examples.get(operation["operationId"]))
    return document


def _shared_parameters() -> dict[str, Any]:
    shared = {
        name.replace("-", ""): {
            "name": name,
            "in": "header",
            "required": False,
            "description": words,
            "schema": {"type": "string"},
        }
        for name, (_, words) in HEADERS.items()
    }
    for name, required, words in (
        (
            "Idempotency-Key",
            False,
            "安全重试的键,保存至少 72 小时 · makes the POST safe to repeat, for 72 hours",
        ),
        ("If-Match", True, "所依据的版本 · the version decided from"),
        ("If-None-Match", False, "已持有的 ETag;未变则 304 · the ETag held; 304 when unchanged"),
    ):
        shared[name.replace("-", "")] = {
            "name": name,
            "in": "header",
            "required": required,
            "description": words,
            "schema": {"type": "string", "maxLength": 255},
        }
    return shared


def _complete(path: str, method: str, operation: dict[str, Any], roles: list[str] | None) -> None:
    lines = (operation.get("description") or "").split("\n", 1)
    operation["summary"] = lines[0].strip().rstrip(".")
    operation["description"] = lines[1].strip() if len(lines) > 1 else operation["summary"]
    responses = operation["responses"]
    for status, response in responses.items():
        if status == "422" and "HTTPValidationError" in json.dumps(response):
            responses[status] = {"description": "FieldsInvalid", "content": _problem()}
        elif status[0] in "45":
            response["content"] = _problem()
    if not path.startswith("/v1/"):
        return
    operation["security"] = [{"apiKey": []}]
    operation["x-roles"] = roles or []
    names = [*HEADERS, *_conditional(method)]
    found = operation.setdefault("parameters", [])
    found += [{"$ref": f"#/components/parameters/{name.replace('-', '')}"} for name in names]
    for status, code in (*REFUSED_EVERYWHERE, *(() if method == "get" else REFUSED_TO_WRITERS)):
        known = responses.setdefault(status, {"description": code, "content": _problem()})
        if code not in known["description"]:
            known["description"] += f", {code}"


def _conditional(method: str) -> list[str]:
    return {"post": ["Idempotency-Key"], "get": ["If-None-Match"]}.get(method, ["If-Match"])


def _problem() -> dict[str, Any]:
    return {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _exemplify(operation: dict[str, Any], example: dict[str, Any] | None) -> None:
    """Put in the request and answer that a test recorded."""
    if example is None:
        return
    if "request" in example and "requestBody" in operation:
        for content in operation["requestBody"]["content"].values():
            content["example"] = example["request"]
    answer = operation["responses"].get(str(example["status"]))
    if answer is not None and "application/json" in answer.get("content", {}):
        answer["content"]["application/json"]["example"] = example["answer"]


def roles_of(app: FastAPI) -> dict[str, list[str]]:
    """Name the roles each operation admits, from the dependency that reads its actor."""
    found: dict[str, list[str]] = {}
    for route in _routes(app.routes):
        dependant: Dependant | None = getattr(route, "dependant", None)
        for below in dependant.dependencies if dependant else ():
            roles = getattr(below.call, "roles", None)
            if roles is not None:
                found[route.name] = sorted(str(role) for role in roles)
    return found


def _routes(routes: Any) -> Any:
    for route in routes:
        included = getattr(route, "original_router", None)  # FastAPI keeps a tree of routers
        if included is None:
            yield route
        else:
            yield from _routes(included.routes)


def written(document: dict[str, Any]) -> str:
    """Write a document as it is committed."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=False) + "\n"
