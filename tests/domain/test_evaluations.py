"""Levels are names; numbers need their code system; anonymous evaluations say nothing of the rater."""

import pytest

from app.domain.evaluations import (
    CodeSystem,
    DimensionsMixed,
    EvaluationIncomplete,
    EvaluationSaysTooMuch,
    LevelMalformed,
    check_evaluation,
    is_bad,
    level_from_number,
    level_to_number,
    read_level,
)
from app.domain.vocabulary import EvaluationDimension, EvaluationMode, Level

NATIONAL, GBT = CodeSystem.NATIONAL_2019, CodeSystem.GBT39046_2020


@pytest.mark.parametrize(
    ("level", "national", "gbt", "bad"),
    [
        (Level.VERY_SATISFIED, 5, 1, False),
        (Level.SATISFIED, 4, 2, False),
        (Level.BASICALLY_SATISFIED, 3, 3, False),
        (Level.DISSATISFIED, 2, 4, True),
        (Level.VERY_DISSATISFIED, 1, 5, True),
    ],
)
def test_the_two_number_systems_run_in_opposite_directions(
    level: Level, national: int, gbt: int, bad: bool
) -> None:
    assert level_to_number(level, NATIONAL) == national
    assert level_to_number(level, GBT) == gbt
    assert level_from_number(national, NATIONAL) is level
    assert level_from_number(gbt, GBT) is level
    assert is_bad(level) is bad


@pytest.mark.parametrize("bare", [5, 1, "5", "1", True, None, 5.0, "", "SATISFIED", "满意", ["satisfied"]])
def test_a_bare_number_is_no_level(bare: object) -> None:
    with pytest.raises(LevelMalformed):
        read_level(bare)


@pytest.mark.parametrize("number", [0, 6, -1, True])
def test_a_number_outside_its_system_is_refused(number: int) -> None:
    for system in CodeSystem:
        with pytest.raises(LevelMalformed):
            level_from_number(number, system)


def test_a_named_evaluation_needs_its_project_and_its_rater() -> None:
    everything = frozenset({"project", "rater", "operator", "time_of_day"})
    assert check_evaluation(EvaluationMode.NAMED, "satisfied", facts=everything) is Level.SATISFIED
    with pytest.raises(EvaluationIncomplete) as refused:
        check_evaluation(EvaluationMode.NAMED, "satisfied", facts=frozenset({"project"}))
    assert [fault.pointer for fault in refused.value.faults] == ["/rater"]
    assert "the rater" in str(refused.value)


def test_a_confidential_evaluation_needs_its_project_but_no_rater() -> None:
    project = frozenset({"project"})
    assert check_evaluation(EvaluationMode.CONFIDENTIAL, "dissatisfied", facts=project) is Level.DISSATISFIED
    with pytest.raises(EvaluationIncomplete):
        check_evaluation(EvaluationMode.CONFIDENTIAL, "dissatisfied")


@pytest.mark.parametrize("fact", ["project", "item_case", "invitation", "operator", "rater", "time_of_day"])
def test_an_anonymous_evaluation_carries_nothing_by_which_its_rater_could_be_found(fact: str) -> None:
    assert check_evaluation(EvaluationMode.ANONYMOUS, "very_satisfied") is Level.VERY_SATISFIED
    with pytest.raises(EvaluationSaysTooMuch):
        check_evaluation(EvaluationMode.ANONYMOUS, "very_satisfied", facts=frozenset({fact}))


def test_dimensions_are_rated_by_name_and_do_not_mix_online_with_offline() -> None:
    offline, online = EvaluationDimension.SERVICE_ATTITUDE, EvaluationDimension.CONVENIENCE
    mode = EvaluationMode.ANONYMOUS
    check_evaluation(mode, "satisfied", dimensions={offline: "dissatisfied"})
    check_evaluation(mode, "satisfied", dimensions={online: "dissatisfied"})
    with pytest.raises(LevelMalformed):
        check_evaluation(mode, "satisfied", dimensions={offline: 2})
    with pytest.raises(DimensionsMixed):
        check_evaluation(mode, "satisfied", dimensions={offline: "satisfied", online: "satisfied"})
