"""The model -> each series of one machine: its latest value, and how that differs from before.

A series is one combination of a benchmark's parameters in one environment.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from gopybench.site.model import Site
from gopybench.site.placevalues import FAILED, NA

# So much more or less is a change, if the series does not vary by as much anyhow.
LEAST = 0.05

# How many of its usual steps such a change has, and how many steps tell what is usual.
_UNUSUAL = 4
_ENOUGH = 5

# The points of a small history.
POINTS = 40

DAYS = 30
_WINDOW = DAYS * 24 * 60 * 60 * 1000

# Stands for the logarithm of a ratio to or from nothing.
_MOST = 20.0


class Point(NamedTuple):
    """A value at a commit, and its campaign: places among the site's."""

    commit: int
    value: float
    campaign: int


@dataclass(frozen=True)
class Change:
    """How the latest value differs from an earlier one.

    Attributes:
        before: the earlier one.
        now: the latest.
        usual: by which share values of the series differ from the one before, mostly.
    """

    before: Point
    now: Point
    usual: float

    @property
    def ratio(self) -> float | None:
        """The latest over the earlier one; None where that says nothing."""
        before, now = self.before.value, self.now.value
        if before == now:
            return 1.0
        return now / before if before > 0 and now >= 0 else None

    @property
    def log(self) -> float:
        """The logarithm of the ratio; where there is none, the most that is, with its sign."""
        if self.ratio:
            return math.log(self.ratio)
        return math.copysign(_MOST, self.now.value - self.before.value)

    @property
    def counts(self) -> bool:
        """Whether it is as much as :data:`LEAST`, and more than the series varies anyhow."""
        is_large = self.ratio is None or abs(self.ratio - 1) >= LEAST
        return is_large and abs(self.log) > _UNUSUAL * self.usual

    @property
    def is_across(self) -> bool:
        """Whether the two are of two campaigns."""
        return self.before.campaign != self.now.campaign


@dataclass(frozen=True, eq=False)
class Series:
    """One combination of a benchmark's parameters in one environment.

    Attributes:
        benchmark, environment: places in the site's lists.
        place: which combination, in asv's order.
        commit: the latest at which it has a value or failed; where it did neither, the latest.
        failed: whether it failed there.
        points: its latest values, oldest first, at most :data:`POINTS`.
        campaign: the change from the latest value of another campaign, None without one.
        month: the change from the first value within :data:`DAYS` days of commits before.
        is_current: whether its commit is at most so many days older than the machine's latest.
    """

    benchmark: int
    environment: int
    place: int
    commit: int
    failed: bool
    points: Sequence[Point]
    campaign: Change | None
    month: Change | None
    is_current: bool = True

    @property
    def latest(self) -> Point | None:
        """The latest value, None if it failed, or there is none."""
        return self.points[-1] if self.points and not self.failed else None

    @property
    def state(self) -> str:
        """``ok``, ``failed`` or ``n/a``."""
        return "failed" if self.failed else "ok" if self.points else "n/a"

    @property
    def broke(self) -> bool:
        """Whether it failed, and has had a value before."""
        return self.failed and bool(self.points)

    @property
    def log(self) -> float:
        """The largest of the changes that count, as a logarithm; 0 where none does."""
        changes = [c.log for c in (self.campaign, self.month) if c is not None and c.counts]
        return max(changes, key=abs, default=0.0)

    @property
    def order(self) -> tuple[float, ...]:
        """What broke, rose and fell is first, and last what is not measured any more."""
        if not self.is_current:
            return (4.0,)
        if self.broke:
            return (0.0,)
        if self.log:
            return (1.0 if self.log > 0 else 2.0, -abs(self.log))
        return (3.0,)


def of_machine(site: Site, machine: int) -> list[Series]:
    """Return all series of a machine, in the order of the site.

    They are those of the first branch that has any. What nobody asked for has none.
    """
    here = [e for e, environment in enumerate(site.environments) if environment.machine == machine]
    for branch in site.branches.values():
        found = [
            series
            for number, benchmark in enumerate(site.benchmarks)
            for environment in here
            if environment in benchmark.values
            for series in _all(site, number, environment, branch[::-1])
        ]
        if found:
            latest = max(_date(site, series.commit) for series in found)
            return [
                replace(series, is_current=_date(site, series.commit) >= latest - _WINDOW)
                for series in found
            ]
    return []


def _all(
    site: Site, number: int, environment: int, newest_first: Sequence[int]
) -> Iterator[Series]:
    """Yield the series of one benchmark in one environment."""
    values = site.benchmarks[number].values[environment]
    campaigns = values.campaign
    rows = [(commit, values.at(commit)) for commit in newest_first if commit in campaigns]
    is_only = len({*campaigns.values()}) == 1
    for place in range(len(site.benchmarks[number].combinations)):
        asked: int | None = None
        tried: int | None = None
        failed, since = False, 0
        points: list[Point] = []
        earlier: Point | None = None
        within: Point | None = None
        for commit, row in rows:
            value = row[place]
            if math.isnan(value):
                continue
            asked = commit if asked is None else asked
            # asv has "n/a" also where a run did not select it.
            if value == NA:
                continue
            if tried is None:
                tried, failed = commit, value == FAILED
            if value == FAILED:
                continue
            date, point = _date(site, commit), Point(commit, value, campaigns[commit])
            if not points:
                since = date - _WINDOW
            else:
                if earlier is None and point.campaign != points[0].campaign:
                    earlier = point
                if date >= since:
                    within = point
            if len(points) < POINTS:
                points.append(point)
            elif date < since and (is_only or earlier is not None):
                break
        if asked is None:
            continue
        points.reverse()
        usual = _usual(points)
        changes = [
            None if before is None or failed else Change(before, points[-1], usual)
            for before in (earlier, within)
        ]
        at = asked if tried is None else tried
        yield Series(number, environment, place, at, failed, points, changes[0], changes[1])


def _usual(points: Sequence[Point]) -> float:
    """Return how large a step of a series usually is, as a logarithm; 0 where nobody can tell."""
    both = zip(points, points[1:])
    steps = [abs(math.log(b.value / a.value)) for a, b in both if a.value > 0 and b.value > 0]
    return statistics.median(steps) if len(steps) >= _ENOUGH else 0.0


def _date(site: Site, commit: int) -> int:
    return site.commits[commit].date or 0
