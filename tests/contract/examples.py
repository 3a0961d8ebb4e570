"""The recorded examples: one request and its answer for every operation of the contract."""

import json
from typing import Any

import httpx

from app.openapi import EXAMPLES
from tests.contract.checking import Contract


def load() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return found


class Recorder:
    """Keeps the first good answer to each operation, with what was asked and by whom."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.found: dict[str, dict[str, Any]] = {}

    async def note(self, response: httpx.Response) -> None:
        request = response.request
        place = self.contract.operation(request.method, request.url.path)
        if place is None or response.status_code not in {200, 201, 202, 204, 303}:
            return
        template, operation = place
        name = operation["operationId"]
        if name in self.found:
            return
        await response.aread()
        example: dict[str, Any] = {
            "method": request.method,
            "path": template,
            "parameters": _parameters(template, request.url.path),
            "query": dict(request.url.params),
            "role": request.headers.get("operator-role", ""),
            "number": int((request.headers.get("operator-id") or "-1").rpartition("-")[2] or 1),
            "status": response.status_code,
        }
        if request.headers.get("content-type", "").startswith("application/json") and request.content:
            example["request"] = json.loads(request.content)
        if response.headers.get("content-type", "").startswith("application/json"):
            example["answer"] = json.loads(response.content)
        self.found[name] = example


def _parameters(template: str, path: str) -> dict[str, str]:
    pairs = zip(template.split("/"), path.split("/"), strict=True)
    return {t.strip("{}"): p for t, p in pairs if t.startswith("{")}
