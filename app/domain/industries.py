"""Industries by GB/T 4754: twenty sections and the divisions in each (general knowledge, unverified)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.errors import Invalid, Words

_CODE = re.compile(r"([A-T])([0-9]{2})([0-9]{0,2})")


class Section(StrEnum):
    """The letter of a section."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    I = "I"  # noqa: E741 - the letter is the code
    J = "J"
    K = "K"
    L = "L"
    M = "M"
    N = "N"
    O = "O"  # noqa: E741 - the letter is the code
    P = "P"
    Q = "Q"
    R = "R"
    S = "S"
    T = "T"


SECTION_WORDS: Final = MappingProxyType(
    {
        Section.A: Words("农、林、牧、渔业", "agriculture, forestry, animal husbandry and fishery"),
        Section.B: Words("采矿业", "mining"),
        Section.C: Words("制造业", "manufacturing"),
        Section.D: Words(
            "电力、热力、燃气及水生产和供应业", "production and supply of electricity, heat, gas and water"
        ),
        Section.E: Words("建筑业", "construction"),
        Section.F: Words("批发和零售业", "wholesale and retail trade"),
        Section.G: Words("交通运输、仓储和邮政业", "transport, storage and post"),
        Section.H: Words("住宿和餐饮业", "accommodation and catering"),
        Section.I: Words(
            "信息传输、软件和信息技术服务业", "information transmission, software and information technology"
        ),
        Section.J: Words("金融业", "finance"),
        Section.K: Words("房地产业", "real estate"),
        Section.L: Words("租赁和商务服务业", "leasing and business services"),
        Section.M: Words("科学研究和技术服务业", "scientific research and technical services"),
        Section.N: Words("水利、环境和公共设施管理业", "water, environment and public facilities management"),
        Section.O: Words("居民服务、修理和其他服务业", "resident services, repair and other services"),
        Section.P: Words("教育", "education"),
        Section.Q: Words("卫生和社会工作", "health and social work"),
        Section.R: Words("文化、体育和娱乐业", "culture, sports and entertainment"),
        Section.S: Words(
            "公共管理、社会保障和社会组织", "public administration, social security and social organisations"
        ),
        Section.T: Words("国际组织", "international organisations"),
    }
)

_DIVISIONS: Final = MappingProxyType(
    {
        "A": range(1, 6),
        "B": range(6, 13),
        "C": range(13, 44),
        "D": range(44, 47),
        "E": range(47, 51),
        "F": range(51, 53),
        "G": range(53, 61),
        "H": range(61, 63),
        "I": range(63, 66),
        "J": range(66, 70),
        "K": range(70, 71),
        "L": range(71, 73),
        "M": range(73, 76),
        "N": range(76, 80),
        "O": range(80, 83),
        "P": range(83, 84),
        "Q": range(84, 86),
        "R": range(86, 91),
        "S": range(91, 97),
        "T": range(97, 98),
    }
)


class IndustryCodeMalformed(Invalid):
    """The text is no industry code: a section letter with two to four digits of a division in it."""

    title = Words("行业代码错误", "The industry code is malformed")
    detail = Words(
        "行业代码应为门类字母加2至4位数字（如 C3985），且数字属于该门类。",
        "An industry code is the letter of a section and two to four digits of it, such as C3985.",
    )


@dataclass(frozen=True, slots=True)
class Industry:
    """An industry code and the section it belongs to."""

    code: str
    section: Section


def read_industry_code(text: str) -> Industry:
    """Read an industry code such as ``C39`` or ``c3985``; refuses digits that lie in another section."""
    found = _CODE.fullmatch(text.strip().upper())
    if found is None or int(found[2]) not in _DIVISIONS[found[1]]:
        raise IndustryCodeMalformed
    return Industry(found[0], Section(found[1]))
