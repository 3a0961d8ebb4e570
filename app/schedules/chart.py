"""The schedule as a picture for a portal and for paper: a Gantt chart of rows by approval stage.

Every meaning has a mark besides its colour: the critical path is striped and bold, lights are shapes, an
estimate is open where a fact is filled, pauses are hatched.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.clocks import LIGHT_WORDS, Light
from app.domain.durations import Pause
from app.domain.planned import ItemFacts
from app.domain.schedule import Frame, ItemProgress, Schedule, ScheduledItem
from app.domain.vocabulary import ApprovalStage
from app.errors import Words
from app.schedules.marks import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    PALE,
    RED,
    cut,
    length,
    light_mark,
    look,
    sample,
    tooltip,
)
from app.schedules.scale import Scale
from app.schedules.svg import Drawing

WIDTH, LEFT, RIGHT, TOP = 1000.0, 372.0, 986.0, 122.0
MANY = 30  # rows from which they are drawn closer
PREPARING = Words("前期策划", "preparation")

HEADS = {
    "item": Words("事项", "item"),
    "finish": Words("完成", "finish"),
    "slack": Words("机动", "slack"),
    "today": Words("今日", "today"),
    "baseline": Words("开工基准", "baseline start"),
    "start": Words("预计开工", "expected start"),
    "started": Words("实际开工", "works started"),
    "end": Words("全部完成", "all done"),
    "behind": Words("较基准推迟 {days} 个工作日", "{days} working days behind the baseline"),
    "ahead": Words("较基准提前 {days} 个工作日", "{days} working days ahead of the baseline"),
    "none": Words("无法推算", "cannot be told"),
    "plan": Words("服务方案第 {number} 版", "service plan, version {number}"),
    "as_of": Words("截至 {day}", "as of {day}"),
    "calendar": Words("工作日历 {code} 第 {version} 版", "working calendar {code}, version {version}"),
    "provisional": Words(
        "含尚未公布放假安排的年份，日期为暂推", "touches years without an official notice: provisional"
    ),
    "broken": Words("时间轴在双斜线处缩短", "the axis is shortened at the double strokes"),
    "title": Words("{name}：方案进度图", "{name}: schedule of the plan"),
}
LEGEND = (
    ("critical", Words("关键路径", "critical path")),
    ("planned", Words("预计办理", "expected")),
    ("done", Words("已经发生", "happened")),
    ("preparation", Words("准备", "preparation")),
    ("pause", Words("暂停", "pause")),
    ("slack", Words("机动时间（至最迟完成）", "slack, to the latest finish")),
    ("baseline", Words("方案基准", "baseline of the plan")),
    ("milestone", Words("节点", "milestone")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What a chart shows."""

    name: str
    plan_number: int
    schedule: Schedule
    baseline: Schedule
    facts: Mapping[str, ItemFacts]
    lights: Mapping[str, Light]
    frame: Frame
    calendar_code: str
    language: str


def draw(chart: Chart) -> bytes:
    """Draw a schedule; the same schedule gives the same bytes."""
    return _Picture(chart).draw()


class _Picture:
    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        lines = sorted(chart.schedule.items, key=lambda line: (line.item.approval_stage, *_when(line)))
        self.groups = [
            (stage, [line for line in lines if line.item.approval_stage == stage])
            for stage in sorted({line.item.approval_stage for line in lines})
        ]
        self.row = 18.0 if len(lines) > MANY else 24.0
        self.foot = TOP + self.row * (len(lines) + len(self.groups))
        self.first = {line.item.code: line for line in chart.baseline.items}
        self.scale = Scale(self._days(), LEFT + 8, RIGHT - 12)
        title = self.say(HEADS["title"], name=chart.name)
        self.page = Drawing(WIDTH, self.foot + 84, title, self._description(), chart.language)
        self.page.stripes("critical", RED, "#e0685c", 6)
        self.page.stripes("pause", GREY, "#ffffff", 4)

    def say(self, words: Words, **facts: object) -> str:
        """Say a text in the language of the chart."""
        return words.told(self.chart.language, facts)

    def _days(self) -> Iterator[date]:
        frame = self.chart.frame
        yield from (frame.begin_on, frame.today)
        for day in (frame.planned_start_on, frame.actual_start_on):
            if day is not None:
                yield day
        for line in (*self.chart.schedule.items, *self.chart.baseline.items):
            for day in (line.earliest_start_on, line.earliest_filing_on, line.earliest_finish_on):
                if day is not None:
                    yield day

    def _description(self) -> str:
        return "；".join(text for text, _ in self._summary())

    def _summary(self) -> list[tuple[str, str]]:
        """Say in words what the chart comes to, each with its colour."""
        schedule, frame = self.chart.schedule, self.chart.frame
        nothing = self.say(HEADS["none"])
        started = HEADS["start"] if frame.actual_start_on is None else HEADS["started"]
        planned = frame.planned_start_on
        found = [
            (f"{self.say(started)} {schedule.start_on or nothing}", "#1f2933"),
            (f"{self.say(HEADS['baseline'])} {planned or '—'}", "#1f2933"),
            (f"{self.say(HEADS['end'])} {schedule.completion_on or nothing}", "#1f2933"),
        ]
        behind = schedule.days_behind_baseline
        if behind:
            words, colour = (HEADS["behind"], RED) if behind > 0 else (HEADS["ahead"], GREEN)
            found.append((self.say(words, days=abs(behind)), colour))
        return found

    def draw(self) -> bytes:
        """Draw head, grid, rows and foot."""
        self._head()
        self._grid()
        y = TOP
        for stage, lines in self.groups:
            self._group(stage, y)
            y += self.row
            for line in lines:
                self._label(line, y)
                self._bars(line, y)
                y += self.row
        self._marks()
        self._foot()
        return self.page.write()

    def _head(self) -> None:
        chart, page = self.chart, self.page
        page.text(14, 28, cut(chart.name, 62), font_size=17, font_weight="bold")
        about = [
            self.say(HEADS["plan"], number=chart.plan_number),
            self.say(HEADS["as_of"], day=chart.frame.today),
            self.say(HEADS["calendar"], code=chart.calendar_code, version=chart.schedule.calendar_version),
        ]
        page.text(14, 48, " · ".join(about), fill="#52606d")
        x = 14.0
        for text, colour in self._summary():
            page.text(x, 70, text, font_size=13, font_weight="bold", fill=colour)
            x += length(text) * 13 + 22
        y = TOP - 8
        for at, anchor, word in ((34, "start", "item"), (330, "end", "finish"), (366, "end", "slack")):
            page.text(at, y, self.say(HEADS[word]), fill="#52606d", text_anchor=anchor)

    def _grid(self) -> None:
        page, scale = self.page, self.scale
        page.line(14, TOP, RIGHT, TOP, stroke="#9aa5b1")
        for day in scale.ticks():
            x = scale.x(day)
            page.line(x, TOP, x, self.foot, stroke=PALE)
            page.text(
                x + 2, TOP - 8, f"{day:%Y-%m}" if day.day == 1 else f"{day:%m-%d}", font_size=9, fill=GREY
            )
        for start, end in scale.breaks:
            x, width = scale.x(start), scale.x(end) - scale.x(start)
            page.rectangle(x, TOP, width, self.foot - TOP, fill="#f5f7fa")
            for at in (x + width / 2 - 4, x + width / 2 + 2):
                page.line(at, TOP + 4, at + 6, TOP - 10, stroke="#52606d", stroke_width=1.4)

    def _group(self, stage: int, y: float) -> None:
        page = self.page
        page.rectangle(14, y, RIGHT - 14, self.row, fill="#eef2f7")
        words = PREPARING if stage == 0 else ApprovalStage(str(stage)).words
        page.text(20, y + self.row / 2 + 4, f"{stage}  {self.say(words)}", font_weight="bold")

    def _label(self, line: ScheduledItem, y: float) -> None:
        page, middle = self.page, y + self.row / 2
        light_mark(page, self.chart.lights[line.item.code], 22, middle)
        weight = "bold" if line.is_critical else "normal"
        name = self.say(line.item.name)
        page.text(34, middle + 4, line.item.code, font_size=10, font_weight=weight)
        page.text(80, middle + 4, cut(name, 17.5), font_weight=weight).append(tooltip(name))
        finish = line.earliest_finish_on
        mark = "*" if line.is_provisional else ""
        page.text(334, middle + 4, f"{finish}{mark}" if finish else "—", font_size=10, text_anchor="end")
        slack = line.slack_to_completion if line.slack_to_start is None else line.slack_to_start
        shown = "" if slack is None else str(slack)
        page.text(366, middle + 4, shown, font_size=10, text_anchor="end", font_weight=weight)
        page.line(14, y + self.row, RIGHT, y + self.row, stroke="#f0f3f7")

    def _bars(self, line: ScheduledItem, y: float) -> None:
        start, filing, finish = line.earliest_start_on, line.earliest_filing_on, line.earliest_finish_on
        if start is None or filing is None or finish is None:
            self.page.text(LEFT + 8, y + self.row / 2 + 4, self.say(line.finish_rule.words), fill=RED)
            return
        page, x, middle = self.page, self.scale.x, y + self.row / 2
        first = self.first[line.item.code]
        if first.earliest_filing_on is not None and first.earliest_finish_on is not None:
            left, right = x(first.earliest_filing_on), x(first.earliest_finish_on)
            page.rectangle(left, middle + self.row / 4 + 1, max(right - left, 2), 2, fill=GREY)
        if line.latest_finish_on is not None and line.latest_finish_on > finish:
            dashes = {"stroke": GREY, "stroke_dasharray": "2 2"}
            page.line(x(finish), middle, x(line.latest_finish_on), middle, **dashes)
        if line.item.milestone is not None:
            self._milestone(line, filing, finish, middle)
            return
        if start < filing and line.progress is not ItemProgress.DONE:
            page.line(
                x(start), middle, x(filing), middle, stroke=BLUE, stroke_width=2, stroke_dasharray="1 2"
            )
        left, width = x(filing), max(x(finish) - x(filing), 2.5)
        page.rectangle(left, middle - self.row / 4, width, self.row / 2, rx=1.5, **look(line))
        facts = self.chart.facts.get(line.item.code)
        for pause in () if facts is None else facts.pauses:
            self._pause(pause, filing, middle)
        page.root[-1].append(tooltip(f"{line.item.code} {self.say(line.item.name)}：{filing} → {finish}"))

    def _milestone(self, line: ScheduledItem, ready: date, finish: date, middle: float) -> None:
        x, r = self.scale.x(finish), self.row / 4
        if ready < finish:
            self.page.rectangle(self.scale.x(ready), middle - 2, x - self.scale.x(ready), 4, **look(line))
        shape = [(x, middle - r - 1), (x + r + 1, middle), (x, middle + r + 1), (x - r - 1, middle)]
        self.page.shape(shape, **look(line))

    def _pause(self, pause: Pause, filing: date, middle: float) -> None:
        left = self.scale.x(max(pause.starts_on, filing))
        right = self.scale.x(pause.ends_on or self.chart.frame.today)
        if right > left:
            height = self.row / 2
            hatched: dict[str, float | str] = {"fill": "url(#pause)", "stroke": GREY, "stroke_width": 0.6}
            self.page.rectangle(left, middle - height / 2, right - left, height, **hatched)

    def _marks(self) -> None:
        """Mark today and the baseline of the start of works."""
        frame, page = self.chart.frame, self.page
        marks = [(frame.today, HEADS["today"], BLUE, "5 3", 86.0)]
        if frame.planned_start_on is not None:
            marks.append((frame.planned_start_on, HEADS["baseline"], AMBER, "1 3", 98.0))
        for day, words, colour, dashes, y in marks:
            x = self.scale.x(day)
            page.line(x, y + 2, x, self.foot, stroke=colour, stroke_width=1.3, stroke_dasharray=dashes)
            label = f"{self.say(words)} {day}"
            width = length(label) * 9 + 3
            is_left = x + width > RIGHT or (day < frame.today and x - width > LEFT)  # away from today's line
            page.text(x - 3 if is_left else x + 3, y + 4, label, font_size=9, fill=colour,
                      text_anchor="end" if is_left else "start")  # fmt: skip

    def _foot(self) -> None:
        """Explain every mark."""
        page, x, y = self.page, 14.0, self.foot + 20
        for mark, words in LEGEND:
            sample(page, mark, x, y - 4)
            text = self.say(words)
            page.text(x + 26, y, text, font_size=10)
            x += 26 + length(text) * 10 + 14
        x, y = 14.0, y + 20
        for light in sorted(set(self.chart.lights.values()), key=list(Light).index):
            light_mark(page, light, x + 6, y - 4)
            text = self.say(LIGHT_WORDS[light])
            page.text(x + 16, y, text, font_size=10)
            x += 16 + length(text) * 10 + 14
        notes = [HEADS["provisional"]] if self.chart.schedule.is_provisional else []
        notes += [HEADS["broken"]] if self.scale.breaks else []
        stars = ("* " if words is HEADS["provisional"] else "// " for words in notes)
        said = [star + self.say(words) for star, words in zip(stars, notes, strict=True)]
        page.text(14, y + 20, " · ".join(said), font_size=10, fill="#52606d")


def _when(line: ScheduledItem) -> tuple[date, date, str]:
    """Sort by filing, then finish; what has no road comes last."""
    filing, finish = line.earliest_filing_on or date.max, line.earliest_finish_on or date.max
    return filing, finish, line.item.code
