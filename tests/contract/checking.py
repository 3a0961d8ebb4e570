"""Every answer of every test is held against the contract: path, status, media type, exact schema."""

import json
import re
from copy import deepcopy
from typing import Any

import httpx
from fastapi import FastAPI
from jsonschema import Draft202012Validator

UNDOCUMENTED = {404, 405}  # of paths that do not exist


class Contract:
    """The OpenAPI document, closed: a property nobody declared is a fault."""

    def __init__(self, app: FastAPI) -> None:
        self.document = app.openapi()
        components = deepcopy(self.document["components"])
        for schema in components["schemas"].values():
            if "properties" in schema:
                schema.setdefault("additionalProperties", False)
        self.components = components
        self.paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + "$"), path) for path in self.document["paths"]
        ]
        self.paths.sort(key=lambda pair: pair[1].count("{"))
        self.validators: dict[tuple[str, str, str], Draft202012Validator] = {}

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        for pattern, template in self.paths:
            if pattern.match(path):  # the one with most of it spelled out
                operations = self.document["paths"][template]
                return (template, operations[method.lower()]) if method.lower() in operations else None
        return None

    def check(self, response: httpx.Response) -> None:
        """Refuse an answer that the document does not foresee."""
        request = response.request
        method = "GET" if request.method == "HEAD" else request.method
        found = self.operation(method, request.url.path)
        if found is None:
            assert response.status_code in UNDOCUMENTED, (
                f"{request.method} {request.url.path}: not in the contract"
            )
            return
        template, operation = found
        status = str(response.status_code)
        place = f"{request.method} {template} {status}"
        assert response.status_code < 500 or status in {"503", "507"}, f"{place}: {response.text[:300]}"
        if status in {"304", "400", "413", "415"}:
            return
        assert status in operation["responses"], f"{place} is not in the contract: {response.text[:300]}"
        content = operation["responses"][status].get("content", {})
        kind = response.headers.get("content-type", "").split(";")[0]
        if response.content and kind.endswith("json"):
            assert kind in content, f"{place}: {kind} is not in the contract"
            key = (request.method, template, status)
            if key not in self.validators:
                schema = {**content[kind].get("schema", {}), "components": self.components}
                self.validators[key] = Draft202012Validator(schema)
            errors = [
                f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
                for e in self.validators[key].iter_errors(json.loads(response.content))
            ]
            assert not errors, f"{place}: {errors[:5]}"
