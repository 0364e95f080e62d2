"""Pairs of values -> a verdict: worse, better, the same, or inconclusive.

Base and head are measured in turns, each turn one value: the logarithm of the
ratio. Times are compared by the signed-rank test on these (Wilcoxon, 1945;
the estimate and its bounds are those of Hodges and Lehmann, 1963): all that it
assumes is that on unchanged code base and head could be swapped. It is looked at
after 6, 9, 13, 19, … turns. Each look has its share of the chance that a slowdown
passes, and from 13 turns on of the chance that something is called worse, or better, by
mistake.

Wall time decides. Where other programs keep the cores busy it is noisy, and CPU time
is less so. A benchmark that computed all the time in its best samples, on both sides, did
not wait for anything else: then it is the same, too, if its CPU time is, and its wall
time shows no slowdown.

Counts of instructions are not left to chance and need no test: five turns in
which base and head are apart are enough. Other values that are the same in each
turn, as bytes often are, are tested with the smaller tolerance of a count; those
that are not are compared as times are.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple, Protocol

from gopybench.turns.pairs import Turn
from gopybench.turns.signedrank import Estimate, bound, center, estimate, log_ratio

# After how many turns a time is looked at.
LOOKS = (6, 9, 13, 19, 28, 41, 60, 90, 135)

# From which look on something may be called worse: fewer turns are not enough for the
# chances that are asked for, and would use up a share of them.
_ALARM_LOOKS = [turns for turns in LOOKS if turns >= 13]

# The shares of the chance that a slowdown passes that the first two looks have: the first as
# much as so few turns need. The others have the rest: what is noisy takes most of the time.
_SHARES = {LOOKS[0]: 0.32, LOOKS[1]: 0.16}

# The share of its wall time that a sample of what only computes takes of a core.
_COMPUTING = 0.9

_OTHER_SHARE = (1 - sum(_SHARES.values())) / (len(LOOKS) - len(_SHARES))

# After how many turns a value that hardly varies is believed.
AGREEING = 5


class Verdict(str, Enum):
    """What is said of a comparison.

    That something got better is as sure as that something got worse.
    """

    WORSE = "worse"
    BETTER = "better"
    SAME = "same"
    MEASURED = "measured"
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
        two_sided: whether only what got no faster either is the same.
    """

    threshold: float = 0.05
    tolerance: float = 0.005
    false_alarms: float = 0.01
    missed: float = 0.05
    comparisons: int = 1
    two_sided: bool = False

    @property
    def wanted(self) -> str:
        """What turns can be too noisy for."""
        return f"{100 * self.threshold:g} %"

    @property
    def least(self) -> float:
        """The smallest change that counts, as a share."""
        return self.threshold

    def of(self, comparisons: int) -> Rules:
        """Return the same, where so many comparisons are made."""
        return replace(self, comparisons=comparisons)

    def decide(self, kind: Kind, turns: Sequence[Turn]) -> Decision:
        """Return what the turns so far say; there is at least one."""
        return decide(kind, turns, self)


class Decision(NamedTuple):
    """What the turns so far say.

    Attributes:
        verdict: None where more turns are needed.
        estimate: the ratio.
        is_not_worse: whether a slowdown of the threshold is excluded already.
    """

    verdict: Verdict | None
    estimate: Estimate
    is_not_worse: bool = False


class Judge(Protocol):
    """Says what turns show; see :class:`Rules`."""

    @property
    def wanted(self) -> str:
        """What turns can be too noisy for."""

    @property
    def least(self) -> float:
        """The smallest change that counts, as a share."""

    def of(self, comparisons: int) -> Judge:
        """Return the same, where so many comparisons are made."""

    def decide(self, kind: Kind, turns: Sequence[Turn]) -> Decision:
        """Return what the turns so far say; there is at least one."""


def decide(kind: Kind, turns: Sequence[Turn], rules: Rules) -> Decision:
    """Return what the turns so far say; there is at least one.

    After the last look the verdict is INCONCLUSIVE where it is not clear.
    """
    base, head = [turn.base for turn in turns], [turn.head for turn in turns]
    logs = [turn.log for turn in turns]
    limit = rules.threshold
    if kind is not Kind.TIMED and len(turns) == 1:
        ratio = math.exp(logs[0])
        is_enough = kind is Kind.COUNTED and abs(ratio - 1) <= rules.tolerance
        verdict = Verdict.SAME if is_enough or base[0] == head[0] else None
        return Decision(verdict, Estimate(ratio, ratio, ratio))
    if kind is not Kind.TIMED and len(turns) >= AGREEING:
        gap = _gap(base, head)
        if max(_spread(base), _spread(head)) <= max(rules.tolerance, gap) / 2:
            verdict = _of_agreeing(kind, base, head, rules, gap)
            if verdict is not None:
                return Decision(verdict, _estimate(logs, rules))
            limit = rules.tolerance
    found = _estimate(logs, rules)
    if len(turns) not in LOOKS:
        return Decision(None, found)
    # As near to a change of that size as to none. What is nearer to one is not called the
    # same, however sure it is that it is a little less: five per cent more work seldom
    # take just five per cent more time.
    half = 1 + limit / 2
    if len(turns) >= _ALARM_LOOKS[0]:
        if found.low > 1 and found.ratio >= half:
            return Decision(Verdict.WORSE, found)
        if found.high < 1 and found.ratio * half <= 1:
            return Decision(Verdict.BETTER, found)
    is_last = len(turns) >= LOOKS[-1]
    times = [(logs, limit)]
    if _only_computes(turns):
        times.append(([turn.cpu_log for turn in turns], limit * _timed_share(turns)))
    if found.ratio < half:
        is_not_worse = any(_excludes_slowdown(values, rules, change) for values, change in times)
        is_near = any(center(values) * half > 1 for values, _ in times)
        if is_near and is_not_worse and rules.two_sided:
            turned = [([-value for value in values], change) for values, change in times]
            is_near = any(_excludes_slowdown(values, rules, change) for values, change in turned)
        if is_not_worse and (is_near or (is_last and not rules.two_sided)):
            return Decision(Verdict.SAME, found, is_not_worse)
        if is_not_worse and not is_last:
            return Decision(None, found, not rules.two_sided)
    return Decision(Verdict.INCONCLUSIVE if is_last else None, found)


def _excludes_slowdown(logs: Sequence[float], rules: Rules, limit: float) -> bool:
    """Return whether one of *limit* would show so little with no more than this look's chance."""
    missed = rules.missed * _SHARES.get(len(logs), _OTHER_SHARE)
    if center(logs) >= 1 + limit / 2:
        return False
    return math.exp(bound(logs, missed, upper=True)) < 1 + limit


def _only_computes(turns: Sequence[Turn]) -> bool:
    busy = [max(turn.busy[side] for turn in turns) for side in (0, 1)]
    return min(busy) >= _COMPUTING and not any(math.isnan(turn.cpu_log) for turn in turns)


def _timed_share(turns: Sequence[Turn]) -> float:
    """Return the share of the CPU time that surely is of what is timed.

    The rest is of what goes on around it, and hides a slowdown by as much.
    """
    return min(turn.timed_share for turn in turns)


def cpu_ratio(turns: Sequence[Turn]) -> float | None:
    """Return the ratio of the CPU times; None where they are not known well enough."""
    logs = [turn.cpu_log for turn in turns]
    if not logs or any(map(math.isnan, logs)) or _timed_share(turns) < _COMPUTING:
        return None
    return center(logs)


def _of_agreeing(
    kind: Kind, base: Sequence[float], head: Sequence[float], rules: Rules, gap: float
) -> Verdict | None:
    """Return the verdict on values that hardly vary; None where it wants the test."""
    ratio = math.exp(log_ratio(statistics.median(base), statistics.median(head)))
    if 1 - rules.tolerance <= ratio <= 1 + rules.tolerance:
        return Verdict.SAME
    if kind is Kind.COUNTED and gap > 0:
        return Verdict.WORSE if ratio > 1 else Verdict.BETTER
    return None


def _gap(base: Sequence[float], head: Sequence[float]) -> float:
    """Return how far apart the two are where they do not overlap, as a share; 0 where they do."""
    up = log_ratio(max(base), min(head))
    down = log_ratio(max(head), min(base))
    return math.expm1(max(up, down, 0.0))


def _spread(values: Sequence[float]) -> float:
    return math.expm1(log_ratio(min(values), max(values)))


def _estimate(logs: Sequence[float], rules: Rules) -> Estimate:
    """Return the ratio, and the bounds between which it is but for a false alarm."""
    alarm = rules.false_alarms / max(rules.comparisons, 1) / len(_ALARM_LOOKS)
    return estimate(logs, alarm)
