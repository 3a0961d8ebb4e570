"""POST /v1/projects: what is refused, and what a refusal leaves behind."""

import logging
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from app.database import Database
from app.door import access
from app.query import Selection, query
from app.table import Table
from tests.builders import World, a_project_body

SECRET = "某涉密工程一号"


@query
def _number(*, kind: Any) -> Selection[int]:
    return select(func.count()).select_from(kind)


async def rows(database: Database) -> dict[str, int]:
    return {k.__name__: await database.reader.one(_number(kind=k)) for k in Table.__subclasses__()}


@pytest.mark.parametrize("more", [{}, {"unknown_field": SECRET}, {"owner_uscc": SECRET}])
async def test_of_a_state_secret_nothing_is_kept_or_logged(
    world: World,
    database: Database,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    more: dict[str, str],
) -> None:
    monkeypatch.setattr(access, "is_on", True)
    before = await rows(database)
    body = a_project_body(contains_state_secrets=True, name=SECRET, content=SECRET, location=SECRET) | more
    with caplog.at_level(logging.DEBUG):
        refused = await world.post("/v1/projects", body, **{"Idempotency-Key": world.key()})
    assert refused.status_code == 422
    assert refused.json()["code"] == ("FieldsInvalid" if more else "StateSecretsStayOutside")
    assert SECRET not in refused.text
    assert await rows(database) == before
    assert SECRET not in caplog.text
    assert SECRET not in access.flush().decode()


async def test_the_question_for_state_secrets_has_to_be_answered(world: World) -> None:
    body = a_project_body()
    del body["contains_state_secrets"]
    assert (await world.post("/v1/projects", body)).status_code == 422


async def test_every_wrong_field_is_named_at_once(world: World) -> None:
    refused = await world.post(
        "/v1/projects",
        a_project_body(
            owner_uscc="91320681MA0000001A",
            project_code="0000",
            industry_code="C99",
            investment_wan_yuan="5亿",
        ),
        **{"Accept-Language": "en"},
    )
    assert refused.status_code == 422
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
        ("/owner_uscc", "CreditCodeMalformed"),
        ("/project_code", "ProjectCodeMalformed"),
        ("/industry_code", "IndustryCodeMalformed"),
        ("/investment_wan_yuan", "string_pattern_mismatch"),
    ]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("913206810000000170", "913206810000000170"),
        ("91320681ma0000001f", "91320681MA0000001F"),
        ("９１３２０６８１ＭＡ００００００１Ｆ", "91320681MA0000001F"),
    ],
)
async def test_a_credit_code_is_read_in_any_form_and_its_check_character_may_be_zero(
    world: World, given: str, stored: str
) -> None:
    assert (await world.project(owner_uscc=given))["owner_uscc"] == stored


@pytest.mark.parametrize(("given", "stored"), [("c3985", "C3985"), ("C39", "C39")])
async def test_an_industry_code_is_a_division_of_its_section(world: World, given: str, stored: str) -> None:
    assert (await world.project(industry_code=given))["industry_code"] == stored


@pytest.mark.parametrize("amount", ["50000", "50000.5", "0.000001", "999999999.999999"])
async def test_an_investment_comes_back_in_wan_yuan_as_it_was_given(world: World, amount: str) -> None:
    assert (await world.project(investment_wan_yuan=amount))["investment_wan_yuan"] == amount


async def test_a_completion_before_the_start_names_both_fields(world: World) -> None:
    body = a_project_body(planned_start_on="2026-06-01", planned_completion_on="2026-05-31")
    refused = await world.post("/v1/projects", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "CompletionBeforeStart")
    pointers = [e["pointer"] for e in refused.json()["errors"]]
    assert pointers == ["/planned_start_on", "/planned_completion_on"]
    same_day = a_project_body(planned_start_on="2026-06-01", planned_completion_on="2026-06-01")
    assert (await world.post("/v1/projects", same_day)).status_code == 201
