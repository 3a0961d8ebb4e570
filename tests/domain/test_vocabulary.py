"""The data dictionary is complete, named in both languages, and true to the national numbers."""

import inspect

import pytest

from app.domain import attributes, vocabulary
from app.domain.code_lists import CODE_LISTS
from app.domain.coded import Coded
from app.domain.industries import IndustryCodeMalformed, Section, read_industry_code
from app.domain.standing import Role, ServiceMode
from app.domain.vocabulary import ApprovalStage, ProcessClass, SuspensionReason, TerminationGround
from tests.domain.procedure_builders import the_standard_document

VOCABULARIES = [
    each
    for module in (vocabulary, attributes)
    for _, each in inspect.getmembers(module, inspect.isclass)
    if issubclass(each, Coded) and each is not Coded
]


def test_every_vocabulary_is_a_list_of_the_data_dictionary() -> None:
    listed = {tuple(entry.code for entry in each.entries) for each in CODE_LISTS.values()}
    for each in [*VOCABULARIES, Role, ServiceMode]:
        assert tuple(member.value for member in each) in listed, each


def test_every_choice_has_two_names_and_a_code_of_its_own() -> None:
    for each in CODE_LISTS.values():
        assert each.zh
        assert each.en
        assert len({entry.code for entry in each.entries}) == len(each.entries) > 1
        for entry in each.entries:
            assert entry.zh
            assert entry.en.isascii(), entry
            assert entry.en


def test_a_choice_is_its_code_and_can_be_looked_up_by_it() -> None:
    assert ProcessClass("industrial") is ProcessClass.INDUSTRIAL
    assert f"{ProcessClass.INDUSTRIAL}" == "industrial"
    assert ProcessClass.INDUSTRIAL.words.zh == "工业类"
    with pytest.raises(ValueError, match="nonsense"):
        ProcessClass("nonsense")


def test_the_classes_of_procedure_carry_the_national_numbers_1_to_10() -> None:
    assert [each.numbers["splclx"] for each in ProcessClass] == [str(n) for n in range(1, 11)]


def test_a_national_number_names_one_choice_only() -> None:
    for each in CODE_LISTS.values():
        pairs = [pair for entry in each.entries for pair in entry.numbers.items()]
        assert len(pairs) == len(set(pairs)), each.code


def test_approval_stages_are_the_strings_1_to_4() -> None:
    assert [each.value for each in ApprovalStage] == ["1", "2", "3", "4"]


def test_numbers_of_a_choice_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        ProcessClass.INDUSTRIAL.numbers["splclx"] = "1"  # type: ignore[index]


def test_every_division_belongs_to_exactly_one_section() -> None:
    homes = {}
    for number in range(1, 98):
        for letter in Section:
            try:
                read = read_industry_code(f"{letter}{number:02}")
            except IndustryCodeMalformed:
                continue
            homes.setdefault(number, []).append(read.section)
    assert all(len(found) == 1 for found in homes.values())
    assert sorted(homes) == list(range(1, 98))


def test_an_industry_code_is_read_in_lower_case() -> None:
    assert read_industry_code(" c3985 ").code == "C3985"
    assert read_industry_code("C398").section is Section.C


@pytest.mark.parametrize("text", ["", "C", "C3", "39", "A39", "C44", "U01", "C39851", "C39 5", "C00"])
def test_what_is_no_industry_code_is_refused(text: str) -> None:
    with pytest.raises(IndustryCodeMalformed):
        read_industry_code(text)


@pytest.mark.parametrize(
    ("asked", "vocabulary_of_it"), [("reason_code", SuspensionReason), ("ground", TerminationGround)]
)
def test_the_standard_procedure_offers_the_choices_of_the_data_dictionary(
    asked: str, vocabulary_of_it: type[Coded]
) -> None:
    offered = [
        [
            (choice["code"], choice["label"]["zh"], choice["label"]["en"].lower())
            for choice in given["choices"]
        ]
        for stage in the_standard_document()["moves"]
        for given in stage["inputs"]
        if given["code"] == asked
    ]
    assert offered
    for choices in offered:
        assert choices == [(each.value, each.words.zh, each.words.en.lower()) for each in vocabulary_of_it]
