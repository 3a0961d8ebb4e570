"""What the contract calls things and says of them: schemas, parameters, fields, headers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEANINGS = Path(__file__).parent.parent / "openapi" / "meanings.json"
PAGES = re.compile(r"PageOut_(\w+?)Out_")
BOUNDS = {  # what pydantic calls bounds that stand behind a validator
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
}
HEADERS: dict[str, str] = {
    "ETag": "版本与内容摘要，供 If-Match、If-None-Match 使用 · version and digest, for conditional requests",
    "Link": '下一页，rel="next"；末页没有 · the next page; absent on the last',
    "Location": "新建资源的地址；无单独地址的不给 · where what was made is read, if it has a path of its own",
    "Idempotency-Replayed": "true：原样重放此前同一键的应答 · true: the answer given to this key before",
    "Retry-After": "多少秒后可重试；可重试时才有 · after how many seconds to try again, where that helps",
    "WWW-Authenticate": "Bearer",
}


def with_plain_names(document: dict[str, Any]) -> dict[str, Any]:
    """Call a page of X ``XPageOut``, and each schema by its own name: generators make classes of both."""
    text = PAGES.sub(r"\1PageOut", json.dumps(document, ensure_ascii=False))
    for pydantics, ours in BOUNDS.items():
        text = text.replace(f'"{pydantics}": ', f'"{ours}": ')
    named: dict[str, Any] = json.loads(text)
    schemas = named["components"]["schemas"]
    for operation in (o for path in named["paths"].values() for o in path.values()):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schemas |= content["schema"].pop("$defs", {})  # of forms that pages read themselves
    for name, schema in schemas.items():
        schema["title"] = name
    return named


def describe(document: dict[str, Any]) -> None:
    """Say what every parameter, field and header means; what a schema says itself goes before."""
    meanings: dict[str, dict[str, str]] = json.loads(MEANINGS.read_text(encoding="utf-8"))
    for name, schema in document["components"]["schemas"].items():
        for field, told in schema.get("properties", {}).items():
            _tell(told, _meaning(meanings["fields"], f"{name}.{field}", field))
    document["components"]["headers"] = {
        name: {"description": words, "schema": {"type": "string"}} for name, words in HEADERS.items()
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", ()):
                if "$ref" not in parameter:
                    where = f"{operation['operationId']}.{parameter['name']}"
                    _tell_parameter(parameter, _meaning(meanings["parameters"], where, parameter["name"]))
            if path.startswith("/v1/"):
                takes_key = {"$ref": "#/components/parameters/IdempotencyKey"} in operation["parameters"]
                for status, response in operation["responses"].items():
                    names = _headers(method, status, response, takes_key=takes_key)
                    response["headers"] = {n: {"$ref": f"#/components/headers/{n}"} for n in names}


def _meaning(meanings: dict[str, str], whole: str, name: str) -> str | None:
    return meanings.get(whole) or meanings.get(name)


def _tell(told: dict[str, Any], words: str | None) -> None:
    told.pop("title", None)  # the name again, with blanks
    if words is not None:
        told.setdefault("description", words)


def _tell_parameter(parameter: dict[str, Any], words: str | None) -> None:
    schema = parameter["schema"]
    schema.pop("title", None)
    if "description" in schema:
        parameter.setdefault("description", schema.pop("description"))
    if words is not None:
        parameter.setdefault("description", words)
    kinds = [kind for kind in schema.pop("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) == 1:  # what is not asked for is left out: no query can say null
        schema |= kinds[0]
    elif kinds:
        schema["anyOf"] = kinds
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
        zh, _, en = parameter.get("description", "").partition(" · ")
        if "可重复" not in zh:
            parameter["description"] = f"{zh}，可重复 · {en}, repeatable"


def _headers(method: str, status: str, response: dict[str, Any], *, takes_key: bool) -> Iterator[str]:
    if status[0] in "23":
        yield "ETag"
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        if method == "get" and schema.get("$ref", "").endswith("PageOut"):
            yield "Link"
        if status in {"201", "202"}:
            yield "Location"
        if takes_key:
            yield "Idempotency-Replayed"
    if status in {"409", "429", "503"}:
        yield "Retry-After"
    if status == "401":
        yield "WWW-Authenticate"


def paragraphs(text: str) -> str:
    """Set the English below the Chinese, as Markdown: it begins with the first line that has none."""
    lines = [line.strip().replace("``", "`") for line in text.strip().splitlines()]
    chinese = [bool(re.search("[\u4e00-\u9fff]", line)) for line in lines]
    for number in range(1, len(lines)):
        if chinese[number - 1] and not chinese[number]:
            lines.insert(number, "")
            break
    return "\n".join(lines)


def exemplify(operation: dict[str, Any], example: dict[str, Any] | None) -> None:
    """Put in the request and answer that a test recorded."""
    if example is None:
        return
    if "request" in example and "requestBody" in operation:
        for content in operation["requestBody"]["content"].values():
            content["example"] = example["request"]
    answer = operation["responses"].get(str(example["status"]))
    if answer is not None and "application/json" in answer.get("content", {}):
        answer["content"]["application/json"]["example"] = example["answer"]
