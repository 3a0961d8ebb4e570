"""From days to places on a chart; long spans in which nothing begins or ends are drawn shorter."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

_LONG = 100  # days without an event that may be shortened
_SHARE = 0.2  # of the whole, from which they are
_SHORTENED = 46.0  # how wide a shortened span is drawn
_BETWEEN = 52.0  # the least distance of two labels


class Scale:
    """Places of days between two edges, with breaks where a long span is drawn short."""

    def __init__(self, days: Iterable[date], left: float, right: float) -> None:
        known = sorted(set(days))
        first, last = known[0] - timedelta(days=2), known[-1] + timedelta(days=4)
        span = (last - first).days
        gaps = [(a, b) for a, b in pairwise(known) if (b - a).days > max(_LONG, span * _SHARE)]
        self.breaks = [(a + timedelta(days=6), b - timedelta(days=6)) for a, b in gaps]
        skipped = sum((b - a).days for a, b in self.breaks)
        a_day = (right - left - _SHORTENED * len(self.breaks)) / (span - skipped)
        self._knots = [(first, left)]
        for start, end in self.breaks:
            day, place = self._knots[-1]
            place += (start - day).days * a_day
            self._knots += [(start, place), (end, place + _SHORTENED)]
        self._knots.append((last, right))
        self._days = [day for day, _ in self._knots]
        self.first, self.last, self.a_day, self.right = first, last, a_day, right

    def x(self, day: date) -> float:
        """Give the place of a day; what lies outside stands at the edge."""
        at = min(max(bisect_right(self._days, day), 1), len(self._knots) - 1)
        (one, x1), (two, x2) = self._knots[at - 1], self._knots[at]
        share = (day - one).days / max((two - one).days, 1)
        return x1 + (x2 - x1) * min(max(share, 0.0), 1.0)

    def ticks(self) -> list[date]:
        """Choose the days to label: Mondays on a short chart, else firsts of months, not too close."""
        step = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120, 1_200) if n * 30 * self.a_day >= _BETWEEN)
        if self.a_day * 7 >= _BETWEEN:
            monday = self.first + timedelta(days=-self.first.weekday() % 7)
            found = [monday + timedelta(weeks=n) for n in range((self.last - monday).days // 7 + 1)]
        else:
            months = range(self.first.year * 12 + self.first.month, self.last.year * 12 + self.last.month)
            found = [date(m // 12, m % 12 + 1, 1) for m in months if m % step == 0]
        fits = [day for day in found if self.x(day) + _BETWEEN * 0.7 < self.right]
        return [day for day in fits if not any(a <= day <= b for a, b in self.breaks)]
