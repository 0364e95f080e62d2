"""Logarithms of ratios -> their centre and its bounds, by the signed-rank test.

The test is Wilcoxon's (1945), the estimate and its bounds are those of Hodges and Lehmann
(1963). All that they assume is that the values lie around their centre alike on both sides.
"""

from __future__ import annotations

import functools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

# Stands for the logarithm of a ratio to nothing.
_INFINITE = 20.0


@dataclass(frozen=True)
class Estimate:
    """The ratio of head to base, and bounds for it; each bound may be infinite or 0."""

    ratio: float
    low: float
    high: float


def center(logs: Sequence[float]) -> float:
    """Return the ratio whose logarithm is the values' centre."""
    return math.exp(statistics.median(_walsh(logs)))


def estimate(logs: Sequence[float], wrong: float) -> Estimate:
    """Return the ratio and its bounds, each wrong with a chance of at most *wrong*."""
    return Estimate(
        center(logs),
        math.exp(bound(logs, wrong, upper=False)),
        math.exp(bound(logs, wrong, upper=True)),
    )


def log_ratio(base: float, head: float) -> float:
    """Return the logarithm of head's ratio to base, cut where one of them is nothing."""
    if base == head:
        return 0.0
    if base < 0 and head < 0:
        return log_ratio(-head, -base)
    if base <= 0 or head <= 0:
        return math.copysign(_INFINITE, head - base)
    return min(max(math.log(head) - math.log(base), -_INFINITE), _INFINITE)


def _walsh(values: Sequence[float]) -> list[float]:
    """Return the means of all pairs of values, each with itself among them, in order."""
    return sorted((a + b) / 2 for i, a in enumerate(values) for b in values[i:])


def bound(values: Sequence[float], level: float, *, upper: bool) -> float:
    """Return a bound of the values' centre that is wrong with a chance of at most *level*.

    Infinite where so few values give none.
    """
    walsh = _walsh(values)
    place = _place(len(values), level)
    if place == 0:
        return math.inf if upper else -math.inf
    return walsh[-place] if upper else walsh[place - 1]


@functools.cache
def _place(n: int, level: float) -> int:
    """Return which of the ordered Walsh averages bounds the centre; 0 where none does."""
    total, place = 0, 0
    for count in _ranks(n):
        total += count
        if total > level * 2**n:
            break
        place += 1
    return place


@functools.cache
def _ranks(n: int) -> tuple[int, ...]:
    """Return in how many ways signs make the ranks 1 to n sum up to 0, 1, 2, …"""
    ways = [1]
    for rank in range(1, n + 1):
        longer = ways + [0] * rank
        for i, count in enumerate(ways):
            longer[i + rank] += count
        ways = longer
    return tuple(ways)
