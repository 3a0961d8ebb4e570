"""How long things take, from those that ended and those that still run.

Kaplan and Meier's estimate in whole working days: what still runs counts as "at least so long" and is never
dropped. Beyond the longest observation nothing was seen; how that tail is drawn is a default, not from the
standard, and stands at ``curve_of``.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, exp, log
from typing import Final, NamedTuple

LONGEST: Final = 26_000  # working days
_UNSEEN: Final = 0.5  # of a case; default, not from the standard


class Lasted(NamedTuple):
    """One observation: the working days it took, or, when not ``is_over``, has taken until now."""

    days: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """The share that takes longer than so many working days; falls at each of ``days`` to ``shares``.

    From ``end`` on it falls by ``rate`` (the same share of what is left, every day).
    """

    days: tuple[int, ...]
    shares: tuple[float, ...]
    end: int
    rate: float
    over: int
    running: int

    def longer_than(self, days: int) -> float:
        """Give the share that takes longer than ``days``; above zero for any number of days."""
        if days >= self.end:
            return exp(-self.rate * days)
        passed = bisect_right(self.days, days)
        return self.shares[passed - 1] if passed else 1.0

    def draw(self, chance: float, after: int | None = None) -> int:
        """Turn a chance (0 <= chance < 1) into a number of working days.

        With ``after`` it is known to have taken that long already, and takes at least a day more. A hundred
        years at most, as every duration.
        """
        if after is not None and after >= self.end:
            return min(LONGEST, after + max(1, ceil(-log(1 - chance) / self.rate)))
        left = (1 - chance) * (1.0 if after is None else self.longer_than(after))
        # the shares fall, so their negatives rise: the first day on which no more than `left` are longer
        place = bisect_left(self.shares, -left, key=float.__neg__)
        drawn = self.days[place] if place < len(self.days) else ceil(-log(left) / self.rate)
        return min(LONGEST, drawn if after is None else max(drawn, after + 1))


def curve_of(lasted: Iterable[Lasted]) -> Curve:
    """Estimate how long the next one takes. At least one of them has to be over.

    The next one may take longer than all before: half a case is counted in as still running when the longest
    ended, so that with n decided ones the chance of it is about 1 / 2n (Hazen's plotting position). Beyond
    that day the curve goes on as the exponential one through its last point (Brown, Hollander, Korwar 1974).
    """
    ended: Counter[int] = Counter()
    open_: Counter[int] = Counter()
    for each in lasted:
        (ended if each.is_over else open_)[each.days] += 1
    over, running = ended.total(), open_.total()
    at_risk, share = over + running + _UNSEEN, 1.0
    days, shares = list[int](), list[float]()
    for day in sorted(ended.keys() | open_.keys()):
        if ended[day]:
            share *= 1 - ended[day] / at_risk
            days.append(day)
            shares.append(share)
        at_risk -= ended[day] + open_[day]
    end = max(1, *ended, *open_)
    return Curve(tuple(days), tuple(shares), end, -log(share) / end, over, running)
