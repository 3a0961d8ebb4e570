"""The packaged catalogue: whole, free of faults, with a road for every project that can be."""

import copy
import json
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from app.domain.attributes import EiaCategory, SoilPlanKind
from app.domain.catalogue import CORE, Certainty, lay_over, read_catalogue
from app.domain.catalogue_shape import CatalogueHasFaults, check_catalogue, find_faults
from app.domain.durations import Duration, Unit
from app.domain.plan_checks import OpenPointKind, open_points
from app.domain.plan_content import Adjustment, AdjustmentAction, adjust, select_items
from app.domain.planned import ItemKind, LimitAnchor, MilestoneRole, NeedKind, PlannedItem, TimeBearer
from app.domain.predicates import ATTRIBUTES, a_condition, attributes_of, holds, missing
from app.domain.vocabulary import ApprovalMode, LandMode, ProcessClass

PATH = Path(__file__).parents[2] / "app" / "catalogue" / "standard.json"
DOCUMENT: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
CATALOGUE = read_catalogue(DOCUMENT)
GOVERNMENT = {ProcessClass.GOV_BUILDING, ProcessClass.GOV_LINEAR}
NO: dict[str, Any] = {name: False for name, each in ATTRIBUTES.items() if not each.values}
YES: dict[str, Any] = dict.fromkeys(NO, True)
PLAIN = NO | {"eia_category": "form", "soil_plan_kind": "form", "covered_by_regional_assessment": True}
TITLE = Adjustment(item="S1-91", action=AdjustmentAction.STAND_IN, legal_basis="不动产权证书")


def a_project(**facts: Any) -> dict[str, Any]:
    usual = {"process_class": "industrial", "approval_mode": "record_filing", "land_mode": "grant"}
    return PLAIN | usual | facts


def a_plan(facts: Mapping[str, Any]) -> tuple[PlannedItem, ...]:
    """The plan of a project whose land is shown by title where nothing is to be obtained."""
    selection = select_items(CATALOGUE, facts)
    items = selection.items()
    is_held = facts["land_mode"] in {"existing", "lease", "collective"}
    return adjust(items, [TITLE] if is_held else [], selection.known())


def modes_of(process_class: ProcessClass) -> Iterator[ApprovalMode]:
    """A project of the government is examined and approved; the others are verified or filed."""
    for mode in ApprovalMode:
        if (mode is ApprovalMode.EXAMINATION_APPROVAL) == (process_class in GOVERNMENT):
            yield mode


PROJECTS = [
    a_project(process_class=kind, approval_mode=mode, land_mode=land)
    for kind, land in product(sorted(CORE), LandMode)
    for mode in modes_of(kind)
]


def reached(items: tuple[PlannedItem, ...], without: str = "") -> list[str]:
    """Pass item after item whose gates are passed, in waves; ``without`` is never passed."""
    done: list[str] = []
    before_start = [n for item in items for n in item.needs if n.kind is NeedKind.BEFORE_START]
    while True:
        wave = [
            item.code
            for item in items
            if item.code not in {*done, without}
            and all(set(n.any_of) & set(done) for n in item.needs if n.kind is NeedKind.HARD)
            and (
                item.milestone is not MilestoneRole.START_OF_WORKS
                or all(set(n.any_of) & set(done) for n in before_start)
            )
        ]
        if not wave:
            return done
        done += wave


def named(facts: Mapping[str, Any]) -> str:
    return "-".join(str(facts[name]) for name in ("process_class", "approval_mode", "land_mode"))


def test_the_packaged_catalogue_has_65_items_and_5_nodes_and_no_faults() -> None:
    assert find_faults(DOCUMENT) == []
    cases = [item for item in CATALOGUE.items.values() if item.kind is not ItemKind.MILESTONE]
    assert (len(cases), len(CATALOGUE.items) - len(cases)) == (65, 5)
    assert all(item.kind is ItemKind.MILESTONE or item.materials for item in CATALOGUE.items.values())
    assert {m for item in CATALOGUE.items.values() for m in item.materials} == CATALOGUE.materials.keys()


@pytest.mark.parametrize("facts", PROJECTS, ids=named)
def test_every_selected_item_has_a_road(facts: dict[str, Any]) -> None:
    items = a_plan(facts)
    assert sorted(reached(items)) == [item.code for item in items]
    assert {"S3-09", "S3-16", "S3-17", "S4-14"} <= set(reached(items))


@pytest.mark.parametrize("facts", PROJECTS, ids=named)
def test_a_plan_in_which_every_attribute_is_known_is_open_only_where_nobody_knows_how_long(
    facts: dict[str, Any],
) -> None:
    points = open_points(a_plan(facts), select_items(CATALOGUE, facts), [], None)
    kinds = {p.kind for p in points}
    assert kinds == {OpenPointKind.HANDLING_UNKNOWN, OpenPointKind.COMPLETION_UNKNOWN}
    assert {p.item for p in points} <= {"S1-19", "S3-01", "S4-12", "S4-13", "S3-17"}


@pytest.mark.parametrize("facts", PROJECTS, ids=named)
def test_works_start_after_every_review_that_was_selected(facts: dict[str, Any]) -> None:
    reviews = {
        "S1-06", "S1-08", "S1-09", "S1-11", "S1-12", "S1-13", "S1-15", "S1-16", "S1-17", "S1-18",
        "S2-02", "S2-05", "S2-08", "S3-03", "S3-04",
    }  # fmt: skip
    items = a_plan(facts | YES | {"below_permit_threshold": False, "merges_supervision": False})
    selected = reviews & {item.code for item in items}
    assert len(selected) >= 6
    for review in selected:
        assert "S3-16" not in reached(items, without=review), review


@pytest.mark.parametrize("facts", PROJECTS, ids=named)
def test_nothing_is_accepted_before_works_are_done(facts: dict[str, Any]) -> None:
    items = a_plan(facts)
    after = set(reached(items, without="S3-17"))
    acceptances = {i.code for i in items if i.kind is ItemKind.ACCEPTANCE}
    assert acceptances
    assert not acceptances & after
    assert not {"S4-12", "S4-13", "S4-15", "S4-16", "S4-17"} & after


def test_an_industrial_filing_on_granted_land_needs_no_study_verification_or_allocation() -> None:
    codes = {item.code for item in a_plan(a_project())}
    assert "S3-09" in reached(a_plan(a_project()))
    assert not codes & {"S1-02", "S1-03", "S1-04", "S1-20"}


def test_a_permit_for_piling_first_starts_works_but_does_not_finish_them() -> None:
    selection = select_items(CATALOGUE, a_project())
    piling = Adjustment(item="S3-08", action=AdjustmentAction.ADD)
    items = adjust(selection.items(), [piling], selection.known())
    done = reached(items, without="S3-09")
    assert "S3-16" in done
    assert "S3-17" not in done


def test_a_pre_review_is_no_approval() -> None:
    pre_reviews = {c for c, item in CATALOGUE.items.items() if item.kind is ItemKind.PRE_REVIEW}
    assert pre_reviews == {"S0-03", "S0-04"}
    for code, item in CATALOGUE.items.items():
        gates = {c for n in item.needs if n.kind is not NeedKind.SOFT for c in n.any_of}
        assert code in pre_reviews or not gates & pre_reviews


def test_a_project_below_the_threshold_starts_without_a_construction_permit() -> None:
    items = a_plan(a_project(below_permit_threshold=True))
    assert "S3-09" not in {item.code for item in items}
    done = reached(items)
    assert done.index("S2-03") < done.index("S3-16") < done.index("S3-17")


@pytest.mark.parametrize("mode", ["existing", "lease", "collective"])
def test_land_that_is_held_already_waits_for_evidence_of_title(mode: str) -> None:
    facts = a_project(land_mode=mode)
    selection = select_items(CATALOGUE, facts)
    points = open_points(selection.items(), selection, [], None)
    assert [p.item for p in points if p.kind is OpenPointKind.PREREQUISITE_UNSATISFIED] == ["S1-91"]
    assert "S1-91" not in reached(selection.items())
    assert "S1-91" in reached(a_plan(facts))


@pytest.mark.parametrize("kind", [k for k in ProcessClass if k not in CORE])
def test_classes_outside_the_reform_have_the_common_core(kind: ProcessClass) -> None:
    codes = {item.code for item in a_plan(a_project(process_class=kind, approval_mode="record_filing"))}
    core = {c for c, item in CATALOGUE.items.items() if item.classes >= CORE}
    assert codes <= core
    assert {"S2-03", "S3-09", "S4-14"} <= codes
    assert not codes & {"S1-01", "S1-04", "S2-04", "S3-03"}


def test_an_unknown_attribute_proposes_an_item_and_says_which_it_is() -> None:
    facts = a_project(eia_category=None, soil_plan_kind=None)
    chosen = select_items(CATALOGUE, facts).chosen
    assert [chosen[c].choice for c in ("S1-08", "S1-09", "S1-10", "S1-11")] == ["proposed"] * 4
    assert chosen["S1-11"].unknown == ("soil_plan_kind",)
    assert "水土保持方案类别" in chosen["S1-11"].why.zh
    assert (chosen["S1-07"].choice, chosen["S1-07"].unknown) == ("proposed", ())


@pytest.mark.parametrize(
    ("code", "facts", "expected"),
    [
        ("S3-02", {}, (15, "working_day", 0, "acceptance")),
        ("S3-02", {"process_class": "social_small"}, (10, "working_day", 0, "acceptance")),
        ("S1-11", {"soil_plan_kind": "report"}, (10, "working_day", 10, "acceptance")),
        ("S1-11", {"soil_plan_kind": "form"}, (0, "working_day", 0, "receipt")),
        ("S1-11", {"soil_plan_kind": None}, (10, "working_day", 10, "acceptance")),
        ("S3-09", {}, (7, "calendar_day", 0, "receipt")),
        ("S1-08", {}, (60, "calendar_day", 0, "receipt")),
        ("S1-02", {}, (20, "working_day", 40, "acceptance")),
        ("S1-21", {}, (20, "working_day", 10, "acceptance")),
    ],
)
def test_limits_go_by_what_is_known_of_the_project(code: str, facts: dict[str, Any], expected: Any) -> None:
    limit = select_items(CATALOGUE, a_project(**facts)).chosen[code].item.statutory
    assert limit is not None
    found = (limit.duration.value, limit.duration.unit, limit.extension, limit.anchor)
    assert found == expected


def test_the_owners_duties_are_his_and_the_construction_permit_lapses_without_a_start() -> None:
    duties = {
        c for c, i in CATALOGUE.items.items() for each in i.limits if each.limit.bearer is TimeBearer.OWNER
    }
    assert duties == {"S4-08", "S4-15"}
    validity = {c: i.validity.duration for c, i in CATALOGUE.items.items() if i.validity is not None}
    assert validity["S3-09"] == Duration(3, Unit.CALENDAR_MONTH)
    renewals = {c: i.validity.renewal for c, i in CATALOGUE.items.items() if i.validity is not None}
    assert {c: (r.times, r.at_most.value) for c, r in renewals.items() if r is not None} == {
        "S1-02": (1, 1),
        "S3-08": (2, 3),
        "S3-09": (2, 3),
    }
    assert {c: d.value for c, d in validity.items() if d.unit is Unit.CALENDAR_YEAR} == {
        "S1-02": 2, "S1-08": 5, "S1-09": 5, "S1-11": 3,
    }  # fmt: skip


def test_every_limit_says_how_sure_it_is_and_no_promise_of_ours_is_passed_off_as_law() -> None:
    for item in CATALOGUE.items.values():
        assert item.kind is ItemKind.MILESTONE or bool(item.limits) != (item.no_limit is not None)
        for each in item.promised:
            assert each.certainty is Certainty.DEFAULT
            assert "仅作配置" in each.limit.basis.zh
        for each in item.limits:
            is_general = "第四十二条" in each.limit.basis.zh
            assert is_general == (each.certainty is Certainty.DEFAULT)
            assert not is_general or (each.limit.duration.value, each.limit.extension) == (20, 10)
    receipts = {
        c for c, i in CATALOGUE.items.items() for e in i.limits if e.limit.anchor is LimitAnchor.RECEIPT
    }
    assert {"S1-08", "S1-09", "S3-08", "S3-09"} <= receipts


def a_document(**parts: Any) -> dict[str, Any]:
    return {"name": {"zh": "本县", "en": "county"}, **parts}


@pytest.mark.parametrize(
    ("document", "code", "pointer"),
    [
        (None, "wrong_type", ""),
        ([], "wrong_type", ""),
        ({}, "missing_key", ""),
        (a_document(more=1), "unknown_key", "/more"),
        (a_document(removed=["S9-99"]), "no_such_item", "/removed/0"),
        (a_document(items=[{"code": "s1"}]), "not_a_code", "/items/0/code"),
        (a_document(items=[{"code": "X1-01"}]), "missing_key", "/items/0"),
        (a_document(items=[{"code": "S1-01"}, {"code": "S1-01"}]), "repeated", "/items/1/code"),
        (
            a_document(items=[{"code": "S1-01", "approval_stage": 5}]),
            "not_a_stage",
            "/items/0/approval_stage",
        ),
        (
            a_document(items=[{"code": "S1-01", "approval_stage": []}]),
            "not_a_stage",
            "/items/0/approval_stage",
        ),
        (a_document(items=[{"code": "S1-01", "kind": "milestone"}]), "role_and_kind", "/items/0"),
        (
            a_document(items=[{"code": "S4-17", "milestone": "completion_of_works"}]),
            "two_of_one_role",
            "/items/0",
        ),
        (a_document(items=[{"code": "S1-01", "limits": None}]), "limit_or_not", "/items/0"),
        (a_document(items=[{"code": "S1-01", "materials": ["gold"]}]), "no_such_material", "/items/0"),
        (
            a_document(items=[{"code": "S1-01", "handling": {"value": 999999, "unit": "working_day"}}]),
            "out_of_range",
            "/items/0/handling/value",
        ),
        (
            a_document(items=[{"code": "S1-01", "needs": [{"kind": "hard", "any_of": ["S1-01"]}]}]),
            "not_itself",
            "/items/0",
        ),
        (
            a_document(items=[{"code": "S1-01", "needs": [{"kind": "hard", "any_of": ["S9-99"]}]}]),
            "no_such_item",
            "/items/0",
        ),
        (
            a_document(items=[{"code": "S1-01", "needs": [{"kind": "hard", "any_of": ["S3-09"]}]}]),
            "circle",
            "",
        ),
        (a_document(removed=["S1-05"]), "no_such_item", ""),
        (
            a_document(materials=[{"code": "design_scheme", "result_of": ["S9-99"]}]),
            "no_such_item",
            "/materials/0/result_of",
        ),
        (
            a_document(items=[{"code": "S1-01", "applies_when": {"attribute": "weather", "is": True}}]),
            "unknown_attribute",
            "/items/0/applies_when/attribute",
        ),
    ],
)
def test_every_fault_of_an_areas_changes_is_named_where_it_stands(
    document: Any, code: str, pointer: str
) -> None:
    faults = [(f.code, f.pointer) for f in find_faults(document, DOCUMENT)]
    assert (code, pointer) in faults
    with pytest.raises(CatalogueHasFaults):
        check_catalogue(document, DOCUMENT)


def test_an_area_changes_adds_and_removes_items_and_the_rest_comes_from_above() -> None:
    promised = copy.deepcopy(next(i for i in DOCUMENT["items"] if i["code"] == "S3-09")["promised"])
    promised[0]["value"] = 1
    own = {
        "code": "N2-01", "name": {"zh": "县级核查", "en": "check"}, "approval_stage": 2, "kind": "service",
        "classes": ["industrial"], "no_limit": {"zh": "无", "en": "none"},
        "needs": [{"kind": "hard", "any_of": ["S2-03"]}],
    }  # fmt: skip
    above = a_document(
        items=[{"code": "S3-09", "promised": promised, "validity": None}, own], removed=["S0-02"]
    )
    assert find_faults(above, DOCUMENT) == []
    merged = read_catalogue(lay_over(DOCUMENT, above))
    assert merged.items["S3-09"].promised[0].limit.duration.value == 1
    assert merged.items["S3-09"].validity is None
    assert merged.items["S3-09"].needs == CATALOGUE.items["S3-09"].needs
    assert "N2-01" in merged.items
    assert "S0-02" not in merged.items
    assert CATALOGUE.items["S3-09"].validity is not None


A, B = {"attribute": "needs_gas", "is": True}, {"attribute": "takes_water", "is": True}


@pytest.mark.parametrize(
    ("condition", "facts", "expected", "wanting"),
    [
        (None, {}, True, ()),
        (A, {"needs_gas": True}, True, ()),
        (A, {"needs_gas": False}, False, ()),
        (A, {"needs_gas": None}, None, ("needs_gas",)),
        ({"not": A}, {"needs_gas": False}, True, ()),
        ({"not": A}, {}, None, ("needs_gas",)),
        ({"all": [A, B]}, {"needs_gas": False}, False, ()),
        ({"all": [A, B]}, {"needs_gas": True}, None, ("takes_water",)),
        ({"all": [A, B]}, {"needs_gas": True, "takes_water": True}, True, ()),
        ({"any": [A, B]}, {"needs_gas": True}, True, ()),
        ({"any": [A, B]}, {"needs_gas": False}, None, ("takes_water",)),
        ({"any": [A, B]}, {"needs_gas": False, "takes_water": False}, False, ()),
        ({"agent_decides": {"zh": "?", "en": "?"}}, {"needs_gas": True}, None, ()),
    ],
)
def test_conditions_are_true_false_or_unknown(
    condition: Any, facts: Any, expected: Any, wanting: Any
) -> None:
    assert holds(condition, facts) is expected
    assert missing(condition, facts) == wanting


@pytest.mark.parametrize(
    "condition",
    [
        1,
        {},
        {"all": []},
        {"any": A},
        {"all": [None]},
        {"attribute": "needs_gas", "is": "yes"},
        {"attribute": "land_mode", "is": "bought"},
        {"attribute": ["land_mode"], "is": "grant"},
        {"attribute": "land_mode", "is": ["grant"]},
        {"attribute": "needs_gas"},
        {"agent_decides": "?"},
        {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": A}}}}}}}}}},
    ],
)
def test_what_is_no_condition_is_named(condition: Any) -> None:
    assert list(a_condition(condition, "/applies_when"))


def test_a_condition_names_what_it_asks_for() -> None:
    condition = {"any": [A, {"not": B}, {"all": [A, {"agent_decides": {"zh": "?", "en": "?"}}]}]}
    assert attributes_of(condition) == ("needs_gas", "takes_water")
    assert attributes_of(None) == ()
    assert {c.value for c in (*EiaCategory, *SoilPlanKind)} >= {"none", "form", "report"}
