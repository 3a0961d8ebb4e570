"""Choices that qualify the papers a project needs, and the area it lies in."""

from app.domain.coded import Coded


class EiaCategory(Coded):
    """Which paper the environmental impact assessment takes (环境影响评价法 §16), or ``none``."""

    REPORT = "report", "环境影响报告书", "report"
    FORM = "form", "环境影响报告表", "form"
    REGISTRATION = "registration", "环境影响登记表", "registration"
    NONE = "none", "无需环评", "none needed"


class SoilPlanKind(Coded):
    """Which paper the plan of water and soil conservation takes, or ``none``."""

    REPORT = "report", "水土保持方案报告书", "report"
    FORM = "form", "水土保持方案报告表", "form"
    NONE = "none", "无需编报水土保持方案", "none needed"


class AreaKind(Coded):
    """What an area is; a functional area has no national division code of its own."""

    CITY = "city", "设区的市", "city"
    DISTRICT = "district", "市辖区", "district"
    COUNTY_LEVEL_CITY = "county_level_city", "县级市", "county-level city"
    COUNTY = "county", "县", "county"
    FUNCTIONAL_AREA = "functional_area", "功能区", "functional area"
