"""Pairs of values -> a verdict: worse, better, the same, or inconclusive.

Base and head are measured in turns, each turn a pair. Times are compared by
the signed-rank test on the logarithms of the pairs' ratios (Wilcoxon, 1945;
the estimate and its bounds are those of Hodges and Lehmann, 1963): all that it
assumes is that on unchanged code base and head could be swapped. Five short
turns are enough where nothing in them hints at a slowdown. Else they are left
aside, and longer turns begin anew, looked at after 6, 14, 21, … of them. Each
look has its share of the chance that a slowdown passes, and from 14 turns on of
the chance that something is called worse by mistake.

Counts of instructions are not left to chance and need no test: five turns in
which base and head are apart are enough. Other values that are the same in each
turn, as bytes often are, are tested with the smaller tolerance of a count; those
that are not are compared as times are.
"""

from __future__ import annotations

import functools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

# How many short turns the first look at a time is after.
FIRST_LOOK = 5

# After how many turns it is looked at then.
LOOKS = (6, 14, 21, 32, 48, 72, 108, 162)

# From which look on something may be called worse: fewer turns are not enough for the
# chances that are asked for, and would use up a share of them.
_ALARM_LOOKS = [turns for turns in LOOKS if turns >= 14]

# The shares of the chance that a slowdown passes that the first look has, and the first
# of LOOKS: as much as five and six turns need, since most comparisons end there.
_FIRST_SHARE, _SECOND_SHARE = 0.63, 0.32

# After how many turns a value that hardly varies is believed.
AGREEING = 5

# Stands for the logarithm of a ratio to nothing.
_INFINITE = 20.0


class Verdict(str, Enum):
    """What is said of a comparison.

    That something got better is as sure as that it did not get worse, for one
    comparison: the number of comparisons is not allowed for.
    """

    WORSE = "worse"
    BETTER = "better"
    SAME = "same"
    NEW = "new"
    INCONCLUSIVE = "inconclusive"
    ABSENT = "n/a"


class Kind(str, Enum):
    """How the values of a benchmark behave."""

    TIMED = "timed"
    COUNTED = "counted"
    OTHER = "other"


def kind_of(type_: str, unit: str) -> Kind:
    """Return how the values of an asv benchmark of that type and unit behave."""
    if type_ == "time" or unit == "seconds":
        return Kind.TIMED
    return Kind.COUNTED if unit == "instructions" else Kind.OTHER


@dataclass(frozen=True)
class Rules:
    """What is called worse, and how sure that has to be.

    Attributes:
        threshold: the smallest slowdown that is to be found, as a share: 0.05.
        tolerance: the same for counts and for values that hardly vary.
        false_alarms: the chance that on unchanged code any value that is tested is called worse.
        missed: the chance that a slowdown of just the threshold passes.
        comparisons: how many are made.
    """

    threshold: float = 0.05
    tolerance: float = 0.005
    false_alarms: float = 0.01
    missed: float = 0.05
    comparisons: int = 1


@dataclass(frozen=True)
class Estimate:
    """The ratio of head to base, and bounds for it; each bound may be infinite or 0."""

    ratio: float
    low: float
    high: float


def short_turns(kind: Kind, base: Sequence[float], head: Sequence[float], rules: Rules) -> int:
    """Return how many turns are short, by those so far.

    A time's are over as soon as one shows a slowdown, which the first look would not
    pass; what is no time gains nothing from longer ones.
    """
    if kind is not Kind.TIMED:
        return LOOKS[-1]
    limit = math.log1p(rules.threshold)
    hints = (i for i, log in enumerate(_logs(base, head)[:FIRST_LOOK], 1) if log >= limit)
    return next(hints, FIRST_LOOK)


def decide(
    kind: Kind, base: Sequence[float], head: Sequence[float], rules: Rules
) -> tuple[Verdict | None, Estimate]:
    """Return the verdict on the turns so far, None where more are needed, and the estimate.

    The two are of the same length, at least 1. After the last look it is
    INCONCLUSIVE where it is not clear.
    """
    if kind is not Kind.TIMED and len(base) == 1:
        ratio = math.exp(_log_ratio(base[0], head[0]))
        is_enough = kind is Kind.COUNTED and abs(ratio - 1) <= rules.tolerance
        verdict = Verdict.SAME if is_enough or base[0] == head[0] else None
        return verdict, Estimate(ratio, ratio, ratio)
    limit = rules.threshold
    if kind is not Kind.TIMED and len(base) >= AGREEING:
        gap = _gap(base, head)
        if max(_spread(base), _spread(head)) <= max(rules.tolerance, gap) / 2:
            verdict = _of_agreeing(kind, base, head, rules, gap)
            if verdict is not None:
                return verdict, _estimate(base, head, rules)
            limit = rules.tolerance
    looks: Sequence[int] = (FIRST_LOOK, *LOOKS)
    short = short_turns(kind, base, head, rules)
    if len(base) > short:
        base, head, looks = base[short:], head[short:], LOOKS
    estimate = _estimate(base, head, rules)
    if len(base) not in looks:
        return None, estimate
    # As near to a change of that size as to none. What is nearer to one is not called the
    # same, however sure it is that it is a little less: five per cent more work seldom
    # take just five per cent more time.
    half = 1 + limit / 2
    if len(base) >= _ALARM_LOOKS[0] and estimate.low > 1 and estimate.ratio >= half:
        return Verdict.WORSE, estimate
    missed = rules.missed * _share(len(base))
    high = math.exp(bound(_logs(base, head), missed, upper=True))
    if high < 1 + limit and estimate.ratio < half:
        return (Verdict.BETTER if max(high, estimate.ratio * half) < 1 else Verdict.SAME), estimate
    return (Verdict.INCONCLUSIVE if len(base) >= LOOKS[-1] else None), estimate


def _share(turns: int) -> float:
    """Return a look's share of the chance that a slowdown passes."""
    if turns == FIRST_LOOK:
        return _FIRST_SHARE
    if turns == LOOKS[0]:
        return _SECOND_SHARE
    return (1 - _FIRST_SHARE - _SECOND_SHARE) / (len(LOOKS) - 1)


def _of_agreeing(
    kind: Kind, base: Sequence[float], head: Sequence[float], rules: Rules, gap: float
) -> Verdict | None:
    """Return the verdict on values that hardly vary; None where it wants the test."""
    ratio = math.exp(_log_ratio(statistics.median(base), statistics.median(head)))
    if 1 - rules.tolerance <= ratio <= 1 + rules.tolerance:
        return Verdict.SAME
    if kind is Kind.COUNTED and gap > 0:
        return Verdict.WORSE if ratio > 1 else Verdict.BETTER
    return None


def _gap(base: Sequence[float], head: Sequence[float]) -> float:
    """Return how far apart the two are where they do not overlap, as a share; 0 where they do."""
    up = _log_ratio(max(base), min(head))
    down = _log_ratio(max(head), min(base))
    return math.expm1(max(up, down, 0.0))


def _spread(values: Sequence[float]) -> float:
    return math.expm1(_log_ratio(min(values), max(values)))


def _estimate(base: Sequence[float], head: Sequence[float], rules: Rules) -> Estimate:
    """Return the ratio, and the bounds between which it is but for a false alarm."""
    logs = _logs(base, head)
    alarm = rules.false_alarms / max(rules.comparisons, 1) / len(_ALARM_LOOKS)
    return Estimate(
        math.exp(statistics.median(_walsh(logs))),
        math.exp(bound(logs, alarm, upper=False)),
        math.exp(bound(logs, alarm, upper=True)),
    )


def _logs(base: Sequence[float], head: Sequence[float]) -> list[float]:
    return [_log_ratio(b, h) for b, h in zip(base, head)]


def _log_ratio(base: float, head: float) -> float:
    if base == head:
        return 0.0
    if base < 0 and head < 0:
        return _log_ratio(-head, -base)
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
