"""Nobody's key is dropped in silence: what the contract does not know is refused and named, everywhere."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from app.config import SettingsAreWrong, load_settings
from tests.contract import examples
from tests.contract.checking import Contract
from tests.contract.test_authorisation import path_of, rows
from tests.contract.told import OWN, ToldWorld, told, told_copy, told_postgres, told_sqlite

__all__ = ["told", "told_copy", "told_postgres", "told_sqlite"]
EXAMPLES = examples.load()
KEY = "no_such_key"
ELSEWHERE = {
    "change_catalogue_version": "/document",  # read as the drafted one is, after the version was compared
    "change_procedure": "/document",
    "validate_procedure": "/document",  # answers 200 with what is wrong, unknown keys among it
    "move_project": "/inputs",  # a move names its inputs and refuses others, when the stage is right
}
"""Parts of a body that are looked at later than its shape; each has tests of its own."""


def objects_in(body: Any, pointer: str = "") -> Iterator[str]:
    """Give the pointer of every object of a body; of a list its first entry stands for all."""
    if isinstance(body, dict):
        yield pointer
        for name, value in body.items():
            yield from objects_in(value, f"{pointer}/{name}")
    elif isinstance(body, list) and body:
        yield from objects_in(body[0], f"{pointer}/0")


def with_unknown(body: Any, pointer: str) -> Any:
    changed = copy.deepcopy(body)
    place = changed
    for part in pointer.split("/")[1:]:
        place = place[int(part) if isinstance(place, list) else part]
    place[KEY] = 1
    return changed


async def test_an_unknown_key_of_a_body_is_422_and_never_dropped(told: ToldWorld) -> None:
    """Acceptance 16, at every depth of every body that the story has sent."""
    seen, dropped = 0, []
    for name, example in EXAMPLES.items():
        if "request" not in example:
            continue
        path = path_of(name, told.told.ids[OWN])
        headers = told.world.headers(example["role"], example["number"]) | {"If-Match": '"1"'}
        for pointer in objects_in(example["request"]):
            if name in ELSEWHERE and pointer.startswith(ELSEWHERE[name]):
                continue
            body = with_unknown(example["request"], pointer)
            asked: dict[str, Any] = {"params": example["query"], "json": body, "headers": headers}
            answer = await told.world.client.request(example["method"], path, **asked)
            named = [fault["pointer"] for fault in answer.json().get("errors", ())]
            if answer.status_code != 422 or f"{pointer}/{KEY}" not in named:
                dropped.append(f"{name} {pointer}: {answer.status_code} {answer.text[:200]}")
            seen += 1
    assert not dropped, "\n".join(dropped)
    assert seen > 100


async def test_an_unknown_parameter_of_a_query_is_422_everywhere(told: ToldWorld, contract: Contract) -> None:
    dropped = []
    for name in rows(contract):
        example = EXAMPLES[name]
        path = path_of(name, told.told.ids[OWN])
        headers = told.world.headers(example["role"], example["number"]) | {"If-Match": '"1"'}
        asked: dict[str, Any] = {"params": example["query"] | {KEY: "1"}, "headers": headers}
        if "request" in example:
            asked["json"] = example["request"]
        answer = await told.world.client.request(example["method"], path, **asked)
        if answer.status_code != 422:
            dropped.append(f"{name}: {answer.status_code} {answer.text[:200]}")
    assert not dropped, "\n".join(dropped)


def test_an_unknown_setting_ends_the_program_and_is_named() -> None:
    with pytest.raises(SettingsAreWrong, match="MPS_NO_SUCH_KEY"):
        load_settings({"MPS_NO_SUCH_KEY": "1"})


def test_wrong_settings_are_told_all_at_once_in_both_languages() -> None:
    given = {"NO_SUCH": "1", "PORT": "x", "DURABILITY": "x", "DATABASE_URL": "mysql://x", "PUBLIC_URL": "x"}
    given |= {"IDEMPOTENCY_HOURS": "1", "SQLITE_SAFE_MODE": "maybe", "CONNECTIONS": "65"}
    database = "postgresql://user:password@host:5432/database"
    with pytest.raises(SettingsAreWrong) as told:
        load_settings({f"MPS_{name}": value for name, value in given.items()})
    assert sorted(str(told.value).splitlines()) == [
        "  MPS_CONNECTIONS: 不能大于 64 · must be at most 64",
        f"  MPS_DATABASE_URL: 格式应如 {database} · must look like {database}",
        "  MPS_DURABILITY: 只能是 'full' 或 'unsafe_for_tests' · must be 'full' or 'unsafe_for_tests'",
        "  MPS_IDEMPOTENCY_HOURS: 不能小于 72 · must be at least 72",
        "  MPS_NO_SUCH: 没有这个设置 · there is no such setting",
        "  MPS_PORT: 应为整数 · must be a whole number",
        "  MPS_PUBLIC_URL: 格式应如 https://example.gov.cn · must look like https://example.gov.cn",
        "  MPS_SQLITE_SAFE_MODE: 应为 true 或 false · must be true or false",
        "以下设置有误 · these settings are wrong:",
    ]
