"""Figures computed once more, with pandas over the events of the feed; shares no code with the service.

Rows are put together from the changes of events, days are counted with another calendar package. What is not
recomputed here has a test of its own.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import chinese_calendar
import numpy as np
import pandas as pd

GIVEN_UP = ["recalled", "withdrawn"]
DECIDED = ["passed", "conditionally_passed", "not_passed", "refused", "not_accepted"]
POINTS = {
    "very_satisfied": 5, "satisfied": 4, "basically_satisfied": 3, "dissatisfied": 2, "very_dissatisfied": 1,
}  # fmt: skip
FIRST, LAST = date(2010, 1, 1), date(2026, 12, 31)
_WORKED = np.cumsum(
    [chinese_calendar.is_workday(FIRST + timedelta(n)) for n in range((LAST - FIRST).days + 1)]
)


def through(day: str) -> int:
    """Count the working days since 2010 through a day."""
    return int(_WORKED[(date.fromisoformat(day) - FIRST).days])


def between(after: str, upto: str) -> int:
    return through(upto) - through(after)


def day_after(day: str, working_days: int) -> str:
    """Give the day on which so many working days after a day are over."""
    at = (date.fromisoformat(day) - FIRST).days
    found = int(np.searchsorted(_WORKED, _WORKED[at] + working_days))
    return (FIRST + timedelta(found)).isoformat()


def local(moments: Any) -> Any:
    """Give the office's dates of moments, as texts."""
    return instants(moments).dt.tz_convert("Asia/Shanghai").dt.strftime("%Y-%m-%d")


def instants(moments: Any) -> Any:
    return pd.to_datetime(moments, format="ISO8601", utc=True)


class Panda:
    """The tables as events tell them, and the figures of a period known as of a day."""

    def __init__(self, events: Iterable[dict[str, Any]], from_on: str, to_on: str, as_of: str) -> None:
        self.from_on, self.to_on, self.as_of = from_on, to_on, as_of
        self.last = min(to_on, as_of)
        self.tables: dict[str, dict[str, dict[str, Any]]] = {}
        self.recorded: dict[str, str] = {}
        for event in events:
            body = event["data"]
            self.recorded[body["id"]] = event["recordedtime"]
            for change in body["changes"]:
                rows = self.tables.setdefault(change["table"], {})
                if change["set"] is None:
                    del rows[change["id"]]
                else:
                    rows.setdefault(change["id"], {"id": change["id"]}).update(change["set"])

    def table(self, name: str, *columns: str) -> pd.DataFrame:
        found = pd.DataFrame(list(self.tables.get(name, {}).values()), dtype=object)
        return found.reindex(columns=sorted({"id", *found.columns, *columns})).astype(object)

    def inside(self, days: Any) -> Any:
        return days.notna() & (days >= self.from_on) & (days <= self.to_on)

    @cached_property
    def projects(self) -> pd.DataFrame:
        found = self.table("project", "id", "duplicate_of", "actual_start_on", "registered_at")
        return found[found.duplicate_of.isna()].set_index("id")

    def of_projects(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows.project_id.isin(self.projects.index)]

    @cached_property
    def leads(self) -> Any:
        plans = self.table(
            "service_plan", "project_id", "is_first_baseline", "planned_start_on", "approved_at"
        )
        plans = plans[plans.is_first_baseline == True].set_index("project_id")  # noqa: E712 - as below
        both = self.projects.assign(planned=plans.planned_start_on, frozen=local(plans.approved_at))
        days = pd.to_datetime(both.planned) - pd.to_datetime(both.actual_start_on)
        return both.assign(days=days.dt.days, started=self.inside(both.actual_start_on))

    @cached_property
    def lead_days(self) -> Any:
        return self.leads[self.leads.started].days.dropna()

    @cached_property
    def stays(self) -> pd.DataFrame:
        columns = ("project_id", "number", "to_stage", "occurred_at")
        steps = self.of_projects(self.table("stage_transition", *columns))
        steps = steps.sort_values(["project_id", "number"]).assign(on=lambda rows: local(rows.occurred_at))
        after = steps.groupby("project_id").on.shift(-1)
        stays = steps.assign(left=after)[self.inside(after)]
        return stays.assign(days=[between(a, b) for a, b in zip(stays.on, stays.left, strict=True)])

    @cached_property
    def cases(self) -> pd.DataFrame:
        columns = (
            "filed_on", "done_on", "passed_on", "state", "follows_id", "statutory_due_on", "promised_due_on",
            "bearer", "findings", "department_code", "project_id", "item_code", "due_on",
        )  # fmt: skip
        rows = self.of_projects(self.table("item_case", *columns))
        rows = rows[rows.filed_on.notna()]
        decided = rows.done_on.where(rows.state.isin(DECIDED), rows.passed_on.where(rows.state == "revoked"))
        return rows.assign(decided=decided)

    @cached_property
    def decided(self) -> pd.DataFrame:
        rows = self.cases[self.inside(self.cases.decided)]
        return rows.assign(days=[between(a, b) for a, b in zip(rows.filed_on, rows.decided, strict=True)])

    @property
    def filed(self) -> pd.DataFrame:
        return self.cases[self.inside(self.cases.filed_on)]

    def on_time(self, due: str) -> float | None:
        rows = self.cases[(self.cases.bearer == "department") & self.cases[due].notna()]
        in_time = rows[rows.decided.notna() & (rows.decided <= rows[due])]
        ended = rows.decided.fillna(rows.done_on)
        late = rows[ended.isna() | (ended > rows[due])]
        next_day = (pd.to_datetime(late[due]) + pd.Timedelta(days=1)).dt.strftime("%Y-%m-%d")
        good = int(((in_time.decided >= self.from_on) & (in_time.decided <= self.last)).sum())
        bad = int(((next_day >= self.from_on) & (next_day <= self.last)).sum())
        return percent(good, good + bad)

    def pause_share(self) -> float | None:
        columns = ("item_case_id", "code", "occurred_at", "source_sequence", "number", "facts", "is_derived")
        steps = self.table("item_step", *columns)
        steps = steps[steps.is_derived != True].assign(on=lambda rows: local(rows.occurred_at))  # noqa: E712 - as below
        steps = steps.assign(place=steps.source_sequence.fillna(-1))
        steps = steps.sort_values(["occurred_at", "place", "number"])
        groups = dict(tuple(steps.groupby("item_case_id")))
        elapsed = paused = 0
        for _, case in self.decided.iterrows():
            elapsed += case.days
            days: set[str] = set()
            for begins, ends in _spans(groups[case.id]):
                days |= set(pd.date_range(begins, ends or case.decided).strftime("%Y-%m-%d")[1:])
            paused += sum(
                chinese_calendar.is_workday(date.fromisoformat(day))
                for day in days
                if case.filed_on < day <= case.decided
            )
        return percent(paused, elapsed)

    def resubmission(self) -> float | None:
        given_up = self.cases[self.cases.state.isin(GIVEN_UP)].set_index("id").done_on
        since = pd.to_datetime(self.filed.filed_on) - pd.to_datetime(self.filed.follows_id.map(given_up))
        return percent(int((since.dt.days <= 30).sum()), len(self.filed))

    def reused(self) -> float:
        steps = self.table("item_step", "item_case_id", "project_id", "code", "occurred_at", "facts")
        steps = self.of_projects(steps[steps.code.isin(["received", "correction_ended"])])
        used = [facts.get("used") or [] for facts in steps.facts]
        steps = steps.assign(used=used, on=local(steps.occurred_at))
        rows = steps.sort_values(["occurred_at", "id"]).explode("used").dropna(subset="used")
        first = rows.drop_duplicates(["project_id", "used", "item_case_id"])
        again = first[first.duplicated(["project_id", "used"])]
        return float(self.inside(again.on).sum())

    @cached_property
    def entries(self) -> pd.DataFrame:
        columns = ["project_id", "entry_mode", "occurred_at", "recorded_at"]
        steps = self.of_projects(self.table("stage_transition", *columns, "event_id"))
        steps = steps.assign(recorded_at=steps.event_id.map(self.recorded))
        items = self.of_projects(self.table("item_step", *columns, "is_derived"))
        items = items[items.is_derived != True]  # noqa: E712 - missing values are neither
        both = pd.concat([steps[columns], items[columns]])
        both = both[self.inside(local(both.recorded_at))]
        return both[both.entry_mode.isin(["online", "back_entered"])]

    def lag(self) -> float:
        late = self.entries[self.entries.entry_mode == "back_entered"]
        lags = instants(late.recorded_at) - instants(late.occurred_at)
        return float((lags.dt.total_seconds() / 86_400).median())

    @property
    def corrections(self) -> pd.DataFrame:
        rows = self.table("correction", "decided_at", "state")
        return rows[self.inside(local(rows.decided_at))]

    @cached_property
    def reviews(self) -> pd.DataFrame:
        columns = (
            "opened_on", "state", "mode", "replied_on", "root_cause", "followed_up_on", "replied_in_time",
            "prechecked_on", "assigned_on", "grade", "is_extended", "appealed_on", "evaluation_id",
        )  # fmt: skip
        rows = self.table("bad_review", *columns)
        return rows[self.inside(rows.opened_on)]

    @property
    def counting(self) -> pd.DataFrame:
        return self.reviews[self.reviews.state != "invalid"]

    @property
    def named(self) -> pd.DataFrame:
        return self.counting[self.counting["mode"] == "named"]

    def review_in_time(self) -> float | None:
        """Only a review never appealed has a limit that is counted here; the year has no appeals."""
        verdicts = []
        for _, row in self.counting.iterrows():
            if pd.notna(row.replied_in_time):
                verdicts.append(bool(row.replied_in_time))
            elif pd.isna(row.assigned_on):
                begun_on = row.opened_on if pd.isna(row.prechecked_on) else row.prechecked_on
                if self.as_of > day_after(begun_on, 1):
                    verdicts.append(False)
            else:
                days = 15 if row.is_extended else {"simple": 2, "complex": 3}[row.grade]
                if self.as_of > day_after(row.assigned_on, days):
                    verdicts.append(False)
        return percent(sum(verdicts), len(verdicts))

    @cached_property
    def heard(self) -> pd.DataFrame:
        rows = self.table("evaluation", "round", "mode", "month", "level", "id")
        invalid = self.table("bad_review", "state", "evaluation_id")
        ruled = set(invalid[invalid.state == "invalid"].evaluation_id)
        rows = rows[(rows["round"] == "first") & ~((rows["mode"] == "named") & rows.id.isin(ruled))]
        ends = (pd.to_datetime(rows.month + "-01") + pd.offsets.MonthEnd(0)).dt.strftime("%Y-%m-%d")
        settled = (pd.to_datetime(ends) + pd.Timedelta(days=1)).dt.strftime("%Y-%m-%d")
        rows = rows[(rows.month + "-01" >= self.from_on) & (ends <= self.to_on) & (settled < self.as_of)]
        others = rows[rows["mode"] != "named"].groupby("month").id.transform("count")
        return rows[(rows["mode"] == "named") | (others.reindex(rows.index) >= 5)]

    @cached_property
    def complaints(self) -> pd.DataFrame:
        columns = (
            "lodged_on", "duplicate_of", "decision", "handled_in_time", "accepted_on", "handling_class",
            "grade", "level",
        )  # fmt: skip
        rows = self.table("complaint", *columns)
        return rows[self.inside(rows.lodged_on) & rows.duplicate_of.isna()]

    @property
    def accepted(self) -> pd.DataFrame:
        return self.complaints[self.complaints.accepted_on.notna()]

    def figures(self) -> dict[str, float | None]:
        """Compute every figure that this knows."""
        return {code: compute(self) for code, compute in FIGURES.items()}


def _spans(steps: pd.DataFrame) -> list[tuple[str, str | None]]:
    """Give the spans in which a case rested or waited for papers, from its steps alone."""
    found: list[tuple[str, str | None]] = []
    kinds: dict[str, str] = {}
    waiting: str | None = None
    for _, step in steps.iterrows():
        if waiting is not None and step.code not in {"extended", "readiness_checked", "supplement_closed"}:
            found.append((waiting, step.on))
            waiting = None
        if step.code == "correction_started":
            waiting = step.on
        elif step.code == "special_started":
            kinds.setdefault(step.facts.get("special_kind") or "other", step.on)
        elif step.code == "special_ended" and step.facts.get("special_kind"):
            if step.facts["special_kind"] in kinds:
                found.append((kinds.pop(step.facts["special_kind"]), step.on))
        elif step.code in {*DECIDED, *GIVEN_UP, "revoked", "handling", "special_ended"}:
            found += [(begun, step.on) for begun in kinds.values()]
            kinds = {}
    return found + [(begun, None) for begun in kinds.values()] + ([(waiting, None)] if waiting else [])


def percent(number: int, of: int) -> float | None:
    return 100 * number / of if of else None


def rate(rows: Any) -> float | None:
    return percent(int(rows.sum()), len(rows))


def quantile(days: Any, part: float) -> float | None:
    return float(np.quantile(days, part, method="inverted_cdf")) if len(days) else None


def number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def has(finding: str | None) -> Callable[[Panda], Any]:
    return lambda p: p.filed.findings.map(lambda found: bool(found) if finding is None else finding in found)


def enough(compute: Callable[[Any], float | None]) -> Callable[[Panda], float | None]:
    return lambda p: compute(p.heard) if len(p.heard) >= 5 else None


FIGURES: dict[str, Callable[[Panda], float | None]] = {
    "start_lead_days_mean": lambda p: number(p.lead_days.mean()),
    "start_lead_days_median": lambda p: number(p.lead_days.median()),
    "start_lead_share_60": lambda p: rate(p.lead_days >= 60),
    "starts": lambda p: float(p.leads.started.sum()),
    "starts_without_baseline": lambda p: float((p.leads.started & p.leads.planned.isna()).sum()),
    "starts_pending": lambda p: float(
        ((p.leads.frozen <= p.to_on) & ~(p.leads.actual_start_on.fillna("9999") <= p.to_on)).sum()
    ),
    "projects_registered": lambda p: float(p.inside(local(p.projects.registered_at)).sum()),
    **{f"stage_days_p{n}": lambda p, n=n: quantile(p.stays.days, n / 100) for n in (50, 80, 90)},
    "back_entry_rate": lambda p: rate(p.entries.entry_mode == "back_entered"),
    "back_entry_lag_median": lambda p: number(p.lag()),
    "corrections": lambda p: float((p.corrections.state == "approved").sum()),
    "items_decided": lambda p: float(len(p.decided)),
    **{f"item_days_p{n}": lambda p, n=n: quantile(p.decided.days, n / 100) for n in (50, 80, 90)},
    "on_time_statutory": lambda p: p.on_time("statutory_due_on"),
    "on_time_promised": lambda p: p.on_time("promised_due_on"),
    "pause_share": lambda p: p.pause_share(),
    "finding_rate": lambda p: rate(has(None)(p)),
    "one_time_notice_breach_rate": lambda p: rate(has("one_time_notice_breached")(p)),
    "resubmission_rate": lambda p: p.resubmission(),
    "materials_reused": lambda p: p.reused(),
    "evaluation_index": enough(lambda rows: 100 * rows.level.map(POINTS).sum() / (5 * len(rows))),
    "evaluation_good_rate": enough(lambda rows: rate(rows.level.map(POINTS) >= 3)),
    "evaluation_bad_rate": enough(lambda rows: rate(rows.level.map(POINTS) <= 2)),
    "bad_reviews": lambda p: float(len(p.reviews)),
    "bad_reviews_invalid": lambda p: float((p.reviews.state == "invalid").sum()),
    "bad_review_root_causes": lambda p: float(p.counting.root_cause.notna().sum()),
    "bad_review_reply_rate": lambda p: rate(p.named.replied_on.notna()),
    "bad_review_rectification_rate": lambda p: rate(p.counting.root_cause.notna()),
    "bad_review_on_time_rate": lambda p: p.review_in_time(),
    "bad_review_call_back_rate": lambda p: rate(p.named.followed_up_on.notna()),
    "complaints": lambda p: float(len(p.complaints)),
    "complaint_upheld_rate": lambda p: rate(p.complaints.decision.dropna().isin(["upheld", "partly_upheld"])),
    "complaint_satisfaction_rate": lambda p: rate(p.complaints.level.dropna().map(POINTS) >= 3),
    "hotline_received": lambda p: float(len(p.complaints)),
    "hotline_direct_answer_rate": lambda p: rate(
        (p.accepted.handling_class == "on_site") | (p.accepted.grade == "on_the_spot")
    ),
}  # fmt: skip
