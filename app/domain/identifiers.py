"""Identifiers of projects, companies, divisions and persons: how they are read, checked and masked."""

import re
from dataclasses import dataclass

from app.domain.vocabulary import Generation
from app.errors import Invalid, Words

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_HYPHENS = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212), 0x2D)
_PROJECT_CODE = re.compile(r"([0-9]{4})(-?)([0-9]{6})\2([0-9]{2})\2([0-9]{2})\2([0-9]{6})")
_MONTHS = range(1, 13)
_FIRST_LEGACY_YEAR, _LAST_LEGACY_YEAR = 2013, 2020
_YEAR_OR_MONTH = range(2001, 2013)
_FIRST_MONTH_OF_THE_RULE = 2011

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CREDIT_CODE = re.compile(rf"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}")
_DIVISION_CODE = re.compile(r"[1-9][0-9]{5}")
_MOBILE = re.compile(r"(?:\+?86-?)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(r"(?:\+?86-?)?(010|02[0-9]|0[3-9][0-9]{2})-?([2-8][0-9]{6,7})(?:-([0-9]{1,6}))?")


class ProjectCodeMalformed(Invalid):
    """The text is no project code: not twenty digits, hyphens elsewhere, or no year or month in front."""

    title = Words("项目代码格式错误", "The project code is malformed")
    detail = Words(
        "项目代码应为20位数字（如 2405-320681-89-01-100018，可不带连字符），前四位为年月或者年份。",
        "A project code has twenty digits (such as 2405-320681-89-01-100018, hyphens optional) "
        "and begins with a year and month, or with a year.",
    )


class CreditCodeMalformed(Invalid):
    """The text is no unified social credit code: wrong length, letter, or check character (GB 32100)."""

    title = Words("统一社会信用代码错误", "The unified social credit code is malformed")
    detail = Words(
        "统一社会信用代码应为18位，第3至8位为数字，不含字母I、O、S、V、Z，且校验码正确。",
        "A unified social credit code has 18 characters, digits in places 3 to 8, no letter "
        "I, O, S, V or Z, and a correct check character.",
    )


class DivisionCodeMalformed(Invalid):
    """The text is no division code of six digits; whether the division exists is not asked."""

    title = Words("行政区划代码格式错误", "The division code is malformed")
    detail = Words("行政区划代码应为6位数字。", "A division code has six digits.")


class PhoneMalformed(Invalid):
    """The text is neither a mobile number nor a landline number with its area code."""

    title = Words("电话号码格式错误", "The phone number is malformed")
    detail = Words(
        "电话号码应为11位手机号码，或者带区号的固定电话号码。",
        "A phone number is a mobile number of 11 digits, or a landline number with its area code.",
    )


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """A project code in its canonical form, the rule it was issued by, and what is odd about it."""

    canonical: str
    generation: Generation
    warnings: tuple[Words, ...]

    @property
    def region(self) -> str:
        """Give the six digits of the region; they may extend GB/T 2260 and are never checked against it."""
        return self.canonical[5:11]


def read_project_code(text: str) -> ProjectCode:
    """Read a national investment-project code into ``4-6-2-2-6`` digits with hyphens.

    Hyphens are optional, full-width characters accepted. Shape of GB/T 40058 as published, and of its
    predecessor, which has the same shape but a year in front and no check digit. A wrong check digit
    warns and does not refuse: MOD 11,10 fits public codes, but the text of the standard was not seen.
    """
    found = _PROJECT_CODE.fullmatch(_narrow(text))
    if found is None:
        raise ProjectCodeMalformed
    first, _, region, department, kind, serial = found.groups()
    canonical = f"{first}-{region}-{department}-{kind}-{serial}"
    number, month = int(first), int(first[2:])
    if _FIRST_LEGACY_YEAR <= number <= _LAST_LEGACY_YEAR:
        return ProjectCode(canonical, Generation.LEGACY, ())
    if number in _YEAR_OR_MONTH:
        return ProjectCode(canonical, Generation.AMBIGUOUS, (_year_or_month(first),))
    if month not in _MONTHS:
        raise ProjectCodeMalformed
    warnings = []
    if number < _FIRST_MONTH_OF_THE_RULE:
        warnings.append(
            Words(
                "项目代码的年月早于现行编码规则（2020年11月）。",
                "The month of the project code is before the present coding rule (November 2020).",
            )
        )
    digits = canonical.replace("-", "")
    expected = project_check_digit(digits[:19])
    if digits[19] != expected:
        warnings.append(
            Words(
                f"项目代码校验位不符：应为 {expected}，实为 {digits[19]}，请核对。",
                f"The check digit of the project code should be {expected}, not {digits[19]}; please verify.",
            )
        )
    return ProjectCode(canonical, Generation.CURRENT, tuple(warnings))


def _year_or_month(first: str) -> Words:
    return Words(
        f"项目代码前四位 {first} 可能是年份，也可能是2020年的月份，无法判断编码规则，请核对。",
        f"{first} in front of the project code can be a year or a month of 2020; please verify.",
    )


def project_check_digit(digits: str) -> str:
    """Compute the last digit of a project code from its first nineteen (ISO/IEC 7064 MOD 11,10)."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def read_credit_code(text: str) -> str:
    """Read a unified social credit code into its canonical form of 18 capital letters and digits.

    Lower case and full-width characters are accepted; the check character is checked (GB 32100), the
    check digit of the embedded organisation code is not. Refuses all else.
    """
    code = _narrow(text).upper()
    if not _CREDIT_CODE.fullmatch(code) or credit_check_character(code[:17]) != code[17]:
        raise CreditCodeMalformed
    return code


def credit_check_character(first: str) -> str:
    """Compute the last character of a credit code from its first seventeen; remainder 0 gives "0"."""
    total = sum(
        _CREDIT_ALPHABET.index(sign) * weight for sign, weight in zip(first, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[-total % 31]


def read_division_code(text: str) -> str:
    """Read a division code of six digits; full-width digits are accepted, anything else is refused."""
    code = _narrow(text)
    if not _DIVISION_CODE.fullmatch(code):
        raise DivisionCodeMalformed
    return code


def check_phone(text: str) -> str:
    """Read a mobile number (11 digits) or a landline number (``0513-12345678``, ``-ext``); +86 is dropped.

    Spaces and full-width characters are accepted; anything else is refused.
    """
    plain = re.sub(r"[\s()]", "", _narrow(text))
    if mobile := _MOBILE.fullmatch(plain):
        return mobile[1]
    if landline := _LANDLINE.fullmatch(plain):
        return "-".join(part for part in landline.groups() if part)
    raise PhoneMalformed


def mask_phone(phone: str) -> str:
    """Hide a phone number but for its first three and last two digits; a short one wholly."""
    return _mask(phone, 3, 2)


def mask_name(name: str) -> str:
    """Hide a person's name but for its first character; a single character wholly."""
    return _mask(name.strip(), 1, 0)


def mask_id_number(number: str) -> str:
    """Hide an identity number but for its first three and last two characters; a short one wholly."""
    return _mask(number, 3, 2)


def _mask(text: str, first: int, last: int) -> str:
    if len(text) <= first + last:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]


def _narrow(text: str) -> str:
    """Turn full-width characters and typographic hyphens into ASCII and trim."""
    return text.translate(_WIDE).translate(_HYPHENS).strip()
