"""A report as JSON."""

from collections.abc import Iterable, Mapping

from app.domain.report_template import BY_AREA, SECTIONS
from app.domain.reports import LateEntry, Report
from app.domain.statistics import Figure
from app.reports.schemas import LateEntryOut, ReportAreaOut, ReportChangeOut, ReportOut, ReportSectionOut
from app.statistics.answers import figure_body
from app.statistics.schemas import FigureOut

PATH = "/v1/reports"


def report_body(report: Report) -> ReportOut:
    """Show a report in the language of its name."""
    name, period, language = report.name, report.period, report.name.language

    def figures(codes: Iterable[str], found: Mapping[str, Figure]) -> list[FigureOut]:
        return [figure_body(found[code], language) for code in codes]

    return ReportOut(
        name=name.text,
        kind=name.kind.value,
        area_code=name.area_code,
        area_name=report.area_name.said(language),
        period=period.text,
        from_on=period.from_on,
        to_on=period.to_on,
        known_at=name.known_at,
        sequence=name.sequence,
        as_of=report.as_of,
        formula_version=name.formula_version,
        template_version=name.template_version,
        language=language,
        previous_known_at=report.told_at,
        sections=[
            ReportSectionOut(
                title=section.title.told(language, {}),
                figures=figures(section.codes, report.figures),
                before=figures(section.codes, report.before),
            )
            for section in SECTIONS
        ],
        areas=[
            ReportAreaOut(
                area_code=area.code,
                name=area.name.said(language),
                figures=figures(BY_AREA, area.figures),
            )
            for area in report.areas
        ],
        late_entries=[_late(entry, language) for entry in report.late],
        late_entries_total=report.late_total,
        changes=[
            ReportChangeOut(told=figure_body(each.told, language), now=figure_body(each.now, language))
            for each in report.changes
        ],
        page=f"{PATH}/{name.text}/page.html",
        workbook=f"{PATH}/{name.text}/workbook.xlsx",
    )


def _late(entry: LateEntry, language: str) -> LateEntryOut:
    return LateEntryOut(
        sequence=entry.sequence,
        project_name=entry.project_name,
        label=entry.label.said(language),
        item_code=entry.item_code,
        entry_mode=entry.entry_mode,
        occurred_on=entry.occurred_on,
        recorded_on=entry.recorded_on,
        lag_days=entry.lag_days,
        is_before_period=entry.is_before_period,
    )
