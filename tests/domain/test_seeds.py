"""The packaged areas and demonstration projects obey the rules of the domain."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.domain.identifiers import check_phone, read_credit_code, read_division_code, read_project_code
from app.domain.industries import read_industry_code
from app.domain.standing import ServiceMode
from app.domain.vocabulary import (
    ApprovalMode,
    ApprovalStage,
    ConstructionNature,
    FundNature,
    LandMode,
    ListLevel,
    PersonRole,
    ProcessClass,
)

APP = Path(__file__).parents[2] / "app"
AREAS = json.loads((APP / "areas/nantong.json").read_text(encoding="utf-8"))
DEMO = json.loads((APP / "demo/projects.json").read_text(encoding="utf-8"))
STANDARD = json.loads((APP / "procedures/standard.json").read_text(encoding="utf-8"))
AREA = {area["code"]: area for area in AREAS["areas"]}
PERSON = {person["key"]: person for person in DEMO["people"]}
PROJECTS: list[dict[str, Any]] = DEMO["projects"]
STAGES = [stage["code"] for stage in STANDARD["stages"]]


def test_codes_of_areas_and_departments_are_unique() -> None:
    departments = [each["code"] for each in AREAS["departments"]]
    assert len(AREA) == len(AREAS["areas"])
    assert len(set(departments)) == len(departments)


def test_every_area_hangs_below_the_city() -> None:
    assert AREA["320600"]["parent_code"] is None
    assert all(area["parent_code"] == "320600" for code, area in AREA.items() if code != "320600")


def test_divisions_carry_their_national_code_and_functional_areas_none() -> None:
    for area in AREAS["areas"]:
        if area["kind"] == "functional_area":
            assert area["gb2260_code"] is None
        else:
            assert read_division_code(area["gb2260_code"]) == area["code"]


def test_abolished_divisions_ended_the_day_before_their_successors_began() -> None:
    ended = {code: area["valid_to"] for code, area in AREA.items() if area["valid_to"]}
    assert sorted(ended) == ["320611", "320621", "320683", "320684"]
    for old, new in (("320621", "320685"), ("320683", "320612"), ("320684", "320614")):
        gap = date.fromisoformat(AREA[new]["valid_from"]) - date.fromisoformat(ended[old])
        assert gap.days == 1
    for area in AREAS["areas"]:
        assert area["valid_to"] is None or area["valid_from"] < area["valid_to"]


def test_every_living_area_has_one_agency_office_and_no_dead_one_has_departments() -> None:
    for code, area in AREA.items():
        mine = [each for each in AREAS["departments"] if each["area_code"] == code]
        assert sum(each["is_agency_office"] for each in mine) == (area["valid_to"] is None)
        assert bool(mine) == (area["valid_to"] is None)


def test_departments_are_named_in_both_languages_and_coded_by_area_and_kind() -> None:
    kinds = {kind["code"] for kind in AREAS["department_kinds"]}
    for each in AREAS["departments"]:
        assert each["code"].removeprefix(each["area_code"] + "-") in kinds
        assert each["name_zh"]
        assert each["name_en"].isascii()
    assert {each["name_zh"] for each in AREAS["departments"] if each["code"] == "320681-sthj"} == {
        "南通市启东生态环境局"
    }


def test_the_demonstration_has_twenty_projects_in_every_stage_of_the_standard_procedure() -> None:
    assert len(PROJECTS) == 20
    assert {project["stage"] for project in PROJECTS} == set(STAGES)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project["key"])
def test_a_demonstration_project_speaks_the_vocabulary(project: dict[str, Any]) -> None:
    assert AREA[project["area_code"]]["valid_to"] is None
    ProcessClass(project["process_class"])
    ApprovalMode(project["approval_mode"])
    ConstructionNature(project["construction_nature"])
    LandMode(project["land_mode"])
    FundNature(project["fund_nature"])
    assert read_industry_code(project["industry_code"]).code == project["industry_code"]
    assert Decimal(project["investment_wan_yuan"]) > 0
    if project["stage"] in {"completed", "archived"}:  # its works began so many days before the plan says
        assert 60 <= project["planned_start_in"] < 100
    else:
        start, end = (date.fromisoformat(project[f"planned_{what}_on"]) for what in ("start", "completion"))
        assert date(2026, 1, 1) <= start < end <= date(2028, 12, 31)
    for listed in project["list_memberships"]:
        ListLevel(listed["level"])
        assert listed["year"] in (2025, 2026)
    is_lead = project["stage"] in ("lead", "closed_lead")
    assert (project["service_mode"] is None) == is_lead
    assert bool(project["scope_stages"]) != is_lead
    if not is_lead:
        ServiceMode(project["service_mode"])
        assert project["owner"]
    assert [ApprovalStage(stage) for stage in project["scope_stages"]] == sorted(project["scope_stages"])


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project["key"])
def test_the_codes_of_a_demonstration_project_are_valid_and_of_its_own_county(
    project: dict[str, Any],
) -> None:
    if code := project["project_code"]:
        read = read_project_code(code)
        assert (read.canonical, read.warnings) == (code, ())
        county = project["area_code"][:6]
        extensions = {"320682": {"320656"}, "320600": {"320671"}}
        assert read.region in {county} | extensions.get(county, set())
    if owner := project["owner"]:
        assert read_credit_code(owner["credit_code"]) == owner["credit_code"]
        assert owner["name"].endswith("（虚构）")


def test_no_two_demonstration_projects_share_a_code_an_owner_or_a_person() -> None:
    codes = [project["project_code"] for project in PROJECTS if project["project_code"]]
    owners = [project["owner"]["credit_code"] for project in PROJECTS if project["owner"]]
    people = [key for project in PROJECTS for key in project["people"]]
    for each in (codes, owners, people, [person["phone"] for person in DEMO["people"]]):
        assert len(set(each)) == len(each)
    assert set(people) == set(PERSON)


def test_no_credit_code_of_the_demonstration_can_be_a_real_companys() -> None:
    signs, weights = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (3, 7, 9, 10, 5, 8, 4, 2)
    for project in PROJECTS:
        if project["owner"]:
            organisation = project["owner"]["credit_code"][8:17]
            total = sum(signs.index(s) * w for s, w in zip(organisation[:8], weights, strict=True))
            assert organisation[8] != "0123456789X0"[11 - total % 11]


def test_the_people_of_the_demonstration_are_invented_and_can_be_phoned_by_nobody() -> None:
    for person in DEMO["people"]:
        PersonRole(person["role"])
        assert person["name"].endswith(("示例", "虚构", "样例"))
        assert check_phone(person["phone"]) == person["phone"]
        assert person["phone"].startswith("154"), "154 is not assigned to subscribers (general knowledge)"


def test_the_threshold_policy_is_dated_and_says_that_it_is_a_default() -> None:
    policy = DEMO["threshold_policy"]
    assert date.fromisoformat(policy["valid_from"])
    assert "not from the standard" in policy["basis_en"]
    assert "非标准内容" in policy["basis_zh"]
    for threshold in policy["thresholds"]:
        ListLevel(threshold["list_level"])
        assert Decimal(threshold["at_least_wan_yuan"]) > 0
