"""From a forecast to the answer about it."""

from app.answers import DurationOut, WordsOut
from app.domain.durations import Duration, Unit
from app.domain.forecast import LIKELY, SAFE, Basis
from app.errors import Words
from app.forecasts.schemas import ForecastItemOut, ForecastOut, HistoryOut
from app.forecasts.service import SEED, Found

RULE = Words(
    "自本库同类办件的实际用时（自申报至办结的工作日，含暂停）反复抽样，经方案进度推演 {runs} 次："
    "半数推演不晚于 p50_on 开工，八成不晚于 p80_on 开工。办理中的办件按“至少已用时”计入；"
    "样本不足的事项采用方案估计。",
    "Durations of cases in this database (working days from filing to decision, pauses included) are drawn "
    "again and again and pushed {runs} times through the schedule of the plan: in half of the runs works "
    "have started by p50_on, in four fifths by p80_on. Cases that still run count as lasting at least so "
    "long; items without enough cases take what the plan estimates.",
)


def forecast_body(found: Found, language: str) -> ForecastOut:
    """Show a forecast with everything it rests on."""
    told, read = found.told, found.read
    calendar, today = read.calendar, read.frame.today
    return ForecastOut(
        project_id=read.project.id,
        plan_number=read.plan.number,
        as_of=today,
        p50_on=told.p50_on,
        p80_on=told.p80_on,
        planned_start_on=read.plan.planned_start_on,
        is_provisional=calendar.is_span_provisional(today, max(today, told.p80_on)),
        calendar_code=calendar.code,
        calendar_version=calendar.version,
        rule=RULE.told(language, {"runs": told.runs}),
        runs=told.runs,
        seed=SEED,
        items_open=len(told.items),
        items_estimated=sum(each.group is None for each in told.items),
        history=_history_body(found),
        explained_by=f"/v1/projects/{read.project.id}/schedule?plan={read.plan.number}",
        items=[_item_body(found, basis, language) for basis in told.items],
    )


def _history_body(found: Found) -> HistoryOut:
    decided = sum(each.lasted.is_over for each in found.observed)
    return HistoryOut(
        filed_from=found.filed_from,
        filed_through=found.read.frame.today,
        cases=len(found.observed),
        decided=decided,
        running=len(found.observed) - decided,
    )


def _item_body(found: Found, basis: Basis, language: str) -> ForecastItemOut:
    item = next(each for each in found.read.items if each.code == basis.item)
    pair = found.history.of(item, found.read.project.area_code)
    drawn = [None, None] if pair is None else [pair[1].draw(c, basis.elapsed) for c in (LIKELY, SAFE)]
    spans = [None if days is None else DurationOut(value=days, unit=Unit.WORKING_DAY) for days in drawn]
    return ForecastItemOut(
        item_code=item.code,
        name=WordsOut(zh=item.name.zh, en=item.name.en),
        department_code=item.department,
        group=basis.group,
        group_label=None if basis.group is None else basis.group.words.told(language, {}),
        decided=basis.decided,
        running=basis.running,
        elapsed_working_days=basis.elapsed,
        p50=spans[0],
        p80=spans[1],
        estimate=None if item.handling is None else _span(item.handling.duration),
    )


def _span(duration: Duration) -> DurationOut:
    return DurationOut(value=duration.value, unit=duration.unit)
