"""Turns of several machines -> whether the machines agree.

Each machine's turns are held against those of all others by the rank-sum test (Wilcoxon,
1945; Mann and Whitney, 1947), whose distribution is taken to be normal: of few turns that
is on the safe side, they are too few to show anything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from gopybench.turns.signedrank import center

# The chance that machines which agree are said to differ, for all of a gate.
WRONG = 0.01


def differing(
    logs: Sequence[float], machines: Sequence[str], least: float, comparisons: int
) -> dict[str, float]:
    """Return each machine's ratio where one differs from the others; empty where none does.

    *logs* are the turns' logarithms, *machines* the machine of each; a difference of less
    than the share *least* is none, and there are so many *comparisons* in all.
    """
    names = sorted({*machines})
    if len(names) < 2:
        return {}
    of = {name: [log for log, by in zip(logs, machines) if by == name] for name in names}
    level = WRONG / max(comparisons, 1) / len(names)
    for name in names:
        rest = [log for log, by in zip(logs, machines) if by != name]
        apart = abs(math.log(center(of[name]) / center(rest)))
        if apart > math.log1p(least) and chance(of[name], rest) < level:
            return {name: center(own) for name, own in of.items()}
    return {}


def chance(ours: Sequence[float], others: Sequence[float]) -> float:
    """Return how likely it is that values which are alike are as far apart as these or more."""
    every = sorted([*ours, *others])
    # Of equal values each has the mean of their ranks.
    ranks = {value: every.index(value) + (every.count(value) + 1) / 2 for value in {*every}}
    n, m = len(ours), len(others)
    ties = sum(every.count(value) ** 3 - every.count(value) for value in {*every})
    total = n + m
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    apart = abs(sum(ranks[value] for value in ours) - n * (total + 1) / 2)
    return math.erfc(max(apart - 0.5, 0) / math.sqrt(2 * variance))
