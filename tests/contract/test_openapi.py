"""The document by itself: generators can use it, and it says what every name in it means."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.describing import MEANINGS
from tests.contract.checking import Contract

TOLD = re.compile(r"[\u4e00-\u9fff].* · \w")


@pytest.fixture(scope="module")
def document(contract: Contract) -> dict[str, Any]:
    return contract.document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def values_of(tree: Any, key: str) -> Iterator[Any]:
    """Give every value of a key, wherever it stands; examples are answers, not the document's own words."""
    if isinstance(tree, dict):
        for name, below in tree.items():
            if name == key:
                yield below
            if name not in {"example", "examples"}:
                yield from values_of(below, key)
    elif isinstance(tree, list):
        for below in tree:
            yield from values_of(below, key)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in set(values_of(document, "$ref")):
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in found, reference
            found = found[part]


def test_every_schema_has_a_title_of_its_own_that_is_a_name(document: dict[str, Any]) -> None:
    """Generators make classes of titles: of two that are alike they drop one, and all that refers to it."""
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]+", name), name
        assert schema["title"] == name


def test_every_field_and_parameter_is_told_in_both_languages(document: dict[str, Any]) -> None:
    silent = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, told in schema.get("properties", {}).items()
        if not TOLD.search(told.get("description", ""))
    ]
    silent += [
        f"{operation['operationId']}?{parameter['name']}"
        for _, _, operation in operations(document)
        for parameter in operation.get("parameters", ())
        if "$ref" not in parameter and not TOLD.search(parameter.get("description", ""))
    ]
    assert silent == [], "say it in openapi/meanings.json"


def test_no_meaning_is_told_of_what_is_not_there(document: dict[str, Any]) -> None:
    fields, parameters = set(), set()
    for name, schema in document["components"]["schemas"].items():
        fields |= {each for field in schema.get("properties", {}) for each in (field, f"{name}.{field}")}
    for _, _, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            if "$ref" not in parameter:
                name = parameter["name"]
                parameters |= {name, f"{operation['operationId']}.{name}"}
    meanings = json.loads(MEANINGS.read_text(encoding="utf-8"))
    assert meanings["fields"].keys() - fields == set()
    assert meanings["parameters"].keys() - parameters == set()


def test_no_parameter_can_be_null_and_bounds_have_the_names_of_json_schema(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            kinds = parameter.get("schema", {}).get("anyOf", ())
            assert {"type": "null"} not in kinds, f"{operation['operationId']}?{parameter['name']}"
    for word in ("ge", "le", "gt", "lt"):
        assert list(values_of(document, word)) == []


def test_lists_have_one_envelope_and_say_how_they_are_paged(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for path, method, operation in operations(document):
        if method != "get" or not path.startswith("/v1/"):
            continue
        answer = operation["responses"]["200"]["content"].get("application/json", {}).get("schema", {})
        schema = schemas.get(answer.get("$ref", "").rpartition("/")[2], {})
        asked = {p.get("name") for p in operation["parameters"]}
        if operation["operationId"].startswith("list_") and operation["operationId"] != "list_events":
            assert list(schema["properties"]) == ["items", "next_cursor", "total"], operation["operationId"]
        if "next_cursor" in schema.get("properties", {}):
            assert asked >= {"limit", "cursor"}, operation["operationId"]
            assert {"ETag", "Link"} <= operation["responses"]["200"]["headers"].keys()


def test_a_post_that_keeps_no_answer_offers_no_key(document: dict[str, Any]) -> None:
    offer = {"$ref": "#/components/parameters/IdempotencyKey"}
    without = {
        operation["operationId"]
        for path, method, operation in operations(document)
        if method == "post" and path.startswith("/v1/") and offer not in operation["parameters"]
    }
    writing_nothing = {"search_projects", "simulate_schedule", "validate_procedure"}
    nameless = {"answer_by_receipt", "answer_complaint_by_receipt"}  # who asks twice is not known again
    assert without == writing_nothing | nameless


def test_what_is_made_and_can_be_read_says_where(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        made = [r for status, r in operation["responses"].items() if status in {"201", "202"}]
        if method == "post" and made and path.startswith("/v1/"):
            assert {"ETag", "Location", "Idempotency-Replayed"} <= made[0]["headers"].keys()
