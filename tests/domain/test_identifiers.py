"""Project codes of both generations, credit codes, divisions, phones, and what masking leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.identifiers import (
    CreditCodeMalformed,
    DivisionCodeMalformed,
    PhoneMalformed,
    ProjectCodeMalformed,
    check_phone,
    credit_check_character,
    mask_id_number,
    mask_name,
    mask_phone,
    project_check_digit,
    read_credit_code,
    read_division_code,
    read_project_code,
)
from app.domain.vocabulary import Generation

PUBLIC_CODES = [
    "2603-141124-89-05-346948",
    "2509-320193-89-01-544060",
    "2411-130202-89-01-637015",
    "2409-320656-89-02-557559",
    "2306-320924-89-02-799920",
    "2401-320270-89-03-385869",
]
SYNTHETIC_CODES = [
    "2405-320681-89-01-100018",
    "2405-320600-04-01-200025",
    "2406-320685-89-02-300032",
    "2406-320623-89-01-400046",
    "2407-320682-89-01-500059",
    "2407-320612-89-01-600062",
]
CREDIT_CODES = [
    "91110000802100433B",
    "9144030071526726XG",
    "91330100799655058B",
    "913206810000000170",
    "91320681MA0000001F",
    "91320681MA0000002J",
    "91320681MA0000003M",
    "91320681MA0000004Q",
    "91320681MA0000005U",
    "91320681MA0000006Y",
]


@pytest.mark.parametrize("code", PUBLIC_CODES + SYNTHETIC_CODES)
def test_a_current_project_code_with_its_check_digit_is_read_without_warning(code: str) -> None:
    read = read_project_code(code)
    assert (read.canonical, read.generation, read.warnings) == (code, Generation.CURRENT, ())


@pytest.mark.parametrize("code", PUBLIC_CODES + SYNTHETIC_CODES)
def test_every_other_check_digit_warns_and_does_not_refuse(code: str) -> None:
    for digit in "0123456789":
        read = read_project_code(code[:-1] + digit)
        assert bool(read.warnings) == (digit != code[-1])
        assert read.generation is Generation.CURRENT


@pytest.mark.parametrize(
    "text",
    [
        "24053206818901100018",
        " 2405-320681-89-01-100018\n",
        "２４０５－３２０６８１－８９－０１－１０００１８",
        "２４０５３２０６８１８９０１１０００１８",
        "2405–320681–89–01–100018",
        "\u30002405-320681-89-01-100018\u3000",
    ],
)
def test_a_project_code_is_read_without_hyphens_and_in_full_width(text: str) -> None:
    assert read_project_code(text).canonical == "2405-320681-89-01-100018"


@pytest.mark.parametrize("year", range(2013, 2021))
def test_a_code_with_a_year_in_front_is_of_the_legacy_generation_and_has_no_check_digit(year: int) -> None:
    for last in "0123456789":
        read = read_project_code(f"{year}-320681-48-01-00001{last}")
        assert (read.generation, read.warnings) == (Generation.LEGACY, ())


@pytest.mark.parametrize("first", range(2001, 2013))
def test_a_code_that_begins_with_a_month_of_2020_or_an_early_year_is_ambiguous(first: int) -> None:
    read = read_project_code(f"{first}-320681-89-01-100018")
    assert read.generation is Generation.AMBIGUOUS
    assert len(read.warnings) == 1


def test_a_month_before_the_present_rule_is_warned_of() -> None:
    read = read_project_code("1905-320681-89-01-100018")
    assert read.generation is Generation.CURRENT
    assert "2020" in read.warnings[0].zh


def test_a_region_outside_the_national_list_is_accepted() -> None:
    assert read_project_code("2409-320656-89-02-557559").region == "320656"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "2405-320681-89-01-10001",
        "2405-320681-89-01-1000188",
        "2405-32068-189-01-100018",
        "2405-320681-89-01100018",
        "2405--320681-89-01-100018",
        "2405-32068A-89-01-100018",
        "2400-320681-89-01-100018",
        "2413-320681-89-01-100018",
        "2021-320681-89-01-100018",
        "2405-320681-89-01-10001²",
        "٢٤٠٥-320681-89-01-100018",
    ],
)
def test_what_is_no_project_code_is_refused(text: str) -> None:
    with pytest.raises(ProjectCodeMalformed):
        read_project_code(text)


@given(st.text("0123456789", min_size=19, max_size=19), st.integers(0, 18), st.integers(1, 9))
def test_the_project_check_digit_finds_every_single_wrong_digit(digits: str, place: int, shift: int) -> None:
    wrong = str((int(digits[place]) + shift) % 10)
    assert project_check_digit(digits) != project_check_digit(digits[:place] + wrong + digits[place + 1 :])


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_a_credit_code_is_read_in_lower_case_and_full_width(code: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code.lower())
    assert read_credit_code(code) == read_credit_code(code.lower()) == read_credit_code(f" {wide} ") == code


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_every_other_check_character_of_a_credit_code_is_refused(code: str) -> None:
    for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        if sign != code[-1]:
            with pytest.raises(CreditCodeMalformed):
                read_credit_code(code[:-1] + sign)


def test_a_credit_code_whose_remainder_is_zero_ends_in_zero() -> None:
    assert credit_check_character("91320681000000017") == "0"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "91320681MA0000001",
        "91320681MA0000001FF",
        "9132068OMA0000001F",
        "91320681-MA0000001F",
        "9132O681MA0000001F",
    ],
)
def test_what_is_no_credit_code_is_refused(text: str) -> None:
    with pytest.raises(CreditCodeMalformed):
        read_credit_code(text)


def test_a_division_code_has_six_digits() -> None:
    assert read_division_code("３２０６８１") == "320681"
    for text in ("", "32068", "3206811", "32068A", "020681"):
        with pytest.raises(DivisionCodeMalformed):
            read_division_code(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("15400000001", "15400000001"),
        ("+86 154 0000 0001", "15400000001"),
        ("１５４００００００１１", "15400000011"),
        ("0513-83300000", "0513-83300000"),
        ("051383300000", "0513-83300000"),
        ("(0513) 83300000-801", "0513-83300000-801"),
        ("010-12345678", None),
        ("010-62345678", "010-62345678"),
        ("01062345678", "010-62345678"),
        ("12345", None),
        ("10400000001", None),
        ("1540000000", None),
        ("154000000011", None),
        ("", None),
        ("张三", None),
    ],
)
def test_a_phone_is_a_mobile_or_a_landline_number(text: str, read: str | None) -> None:
    if read is None:
        with pytest.raises(PhoneMalformed):
            check_phone(text)
    else:
        assert check_phone(text) == read


def test_masking_leaves_too_little_to_find_the_person() -> None:
    assert mask_phone("15412345678") == "154******78"
    assert mask_phone("0513-83300000") == "051********00"
    assert mask_phone("12345") == "*****"
    assert mask_name("张三丰") == "张**"
    assert mask_name(" 李四 ") == "李*"
    assert mask_name("王") == "*"
    assert mask_name("") == ""
    assert mask_id_number("320681199001011234") == "320*************34"
    assert mask_id_number("1234") == "****"


@given(st.text(max_size=30))
def test_masking_never_shows_more_than_five_characters(text: str) -> None:
    for masked in (mask_phone(text), mask_id_number(text)):
        assert len(masked) == len(text)
        assert len(masked) - masked.count("*") <= 5 or text.count("*") > 0
